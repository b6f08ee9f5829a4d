//! No file needs, through whatever others, a file that needs it: else neither can be read, tested or moved alone.
//!
//! What a file needs is read from its `use` lines and from paths in its code, followed through re-exports to the file
//! where the item stands. Tests inside a file do not count. Nor does what a file takes from the module above it: a
//! `mod.rs` names all files of its folder and may hold what is common to them, so files and their `mod.rs` are one thing.
//! Two files of a folder are not, and a file of another folder that asks the `mod.rs` is not either.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::tree;

/// `scaffold::write` as `["scaffold", "write"]`.
type Name = Vec<String>;

/// A name, and the path it stands for.
type Import = (String, Name);

struct Module {
    file: String,
    imports: Vec<Import>,
    /// Paths in the code, beside imports.
    paths: Vec<Name>,
}

type Modules = BTreeMap<Name, Module>;

fn modules(sources: &Path) -> Modules {
    let files = tree(sources);
    let files = files.into_iter().filter(|file| file.ends_with(".rs"));
    let files = files.filter(|file| file != "main.rs");
    let modules = files.map(|file| {
        let text = fs::read_to_string(sources.join(&file)).unwrap();
        let code = code(&text);
        let stem = file.strip_suffix(".rs").unwrap();
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        let name = stem.split('/').filter(|part| *part != "lib");
        let module = Module {
            imports: imports(&code),
            paths: paths(&code),
            file: file.clone(),
        };
        (name.map(str::to_owned).collect(), module)
    });
    modules.collect()
}

/// The text without comments and without the tests at its end.
fn code(text: &str) -> String {
    let lines = text.lines();
    let own = lines.take_while(|line| *line != "#[cfg(test)]");
    let code = own.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

fn is_of_path(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

fn paths(code: &str) -> Vec<Name> {
    let mut paths = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if !code[..at].ends_with(is_of_path) {
                let path = code[at..].split(|c| !is_of_path(c)).next().unwrap();
                paths.push(name(path));
            }
        }
    }
    paths
}

fn name(path: &str) -> Name {
    let parts = path.split("::").map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn imports(code: &str) -> Vec<Import> {
    let mut imports = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("use ") {
        let is_statement = rest[..at].ends_with(['\n', ' ']) || at == 0;
        rest = &rest[at + 4..];
        if is_statement && let Some((tree, _)) = rest.split_once(';') {
            expand("", tree, &mut imports);
        }
    }
    imports
}

/// `a::{b, c::{self, D as E}}`, each leaf with the path to it.
fn expand(above: &str, tree: &str, imports: &mut Vec<Import>) {
    let tree = tree.trim();
    if let Some((start, list)) = tree.split_once('{') {
        let above = format!("{above}{start}");
        let list = list.trim_end().strip_suffix('}').unwrap_or(list);
        let mut depth = 0;
        let between = |c: char| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        };
        for part in list.split(between) {
            expand(&above, part, imports);
        }
        return;
    }
    let (path, alias) = match tree.split_once(" as ") {
        Some((path, alias)) => (path, Some(alias)),
        None => (tree, None),
    };
    let path = format!("{above}{path}");
    let path = name(path.trim_end_matches("::self").trim_end_matches('*'));
    if let Some(last) = path.last() {
        let alias = alias.map_or(last.as_str(), str::trim);
        imports.push((alias.to_owned(), path.clone()));
    }
}

/// The module in which the item stands that `path` names in `place`; nothing for what is of other crates.
fn home(modules: &Modules, place: &Name, path: &[String], steps: usize) -> Option<Name> {
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => Name::new(),
        "self" => place.clone(),
        "super" => place[..place.len().checked_sub(1)?].to_vec(),
        _ => inside(modules, place, first, steps)?,
    };
    while let Some((next, behind)) = rest.split_first() {
        at = match next.as_str() {
            "super" => at[..at.len().checked_sub(1)?].to_vec(),
            next => match inside(modules, &at, next, steps) {
                Some(below) => below,
                None => break,
            },
        };
        rest = behind;
    }
    Some(at)
}

/// What a name leads to that is no item of the module itself: a module below it, or something it imports.
fn inside(modules: &Modules, place: &Name, word: &str, steps: usize) -> Option<Name> {
    let mut below = place.clone();
    below.push(word.to_owned());
    if modules.contains_key(&below) {
        return Some(below);
    }
    let imports = &modules.get(place)?.imports;
    let (_, path) = imports.iter().find(|(alias, _)| alias == word)?;
    home(modules, place, path, steps.checked_sub(1)?)
}

/// Groups of files that all need each other.
fn circles(sources: &Path) -> Vec<String> {
    let modules = modules(sources);
    assert!(!modules.is_empty(), "the source folder was not found");
    let needs = modules.iter().map(|(place, module)| {
        let imported = module.imports.iter().map(|(_, path)| path);
        let all = imported.chain(&module.paths);
        let homes = all.filter_map(|path| home(&modules, place, path, 8));
        let needs = homes.filter(|home| !place.starts_with(home));
        (place, needs.collect())
    });
    let needs: BTreeMap<&Name, BTreeSet<Name>> = needs.collect();
    let reached = needs.keys().map(|place| (*place, reached(&needs, place)));
    let reached: BTreeMap<&Name, BTreeSet<&Name>> = reached.collect();
    let mut groups = BTreeSet::new();
    for (place, others) in &reached {
        if others.contains(place) {
            let group = others
                .iter()
                .filter(|other| reached[**other].contains(place));
            let files = group.map(|name| modules[*name].file.as_str());
            groups.insert(files.collect::<Vec<_>>().join(", "));
        }
    }
    groups.into_iter().collect()
}

fn reached<'a>(needs: &'a BTreeMap<&Name, BTreeSet<Name>>, from: &Name) -> BTreeSet<&'a Name> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Name> = needs[from].iter().collect();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(&needs[name]);
        }
    }
    found
}

#[test]
fn no_files_need_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(circles(&root.join("templates/clerk-auth/src")), [""; 0]);
    assert_eq!(circles(&root.join("src")), [""; 0]);
}

#[test]
fn circles_are_found_through_other_files_and_through_names_that_are_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod far;\nmod room;\npub use room::Left;\n");
    // Parent and child are one thing.
    write(
        "room/mod.rs",
        "mod left;\nmod right;\npub use self::left::{Left as Other, Left};\npub struct Common;\n",
    );
    write(
        "room/left.rs",
        "use super::Common;\nuse super::right::{self, Right};\n",
    );
    write("room/right.rs", "pub fn f(_: crate::far::Far) {}\n");
    write("far.rs", "use crate::Left;\n");
    // Neither tests nor comments nor other crates count.
    write(
        "free.rs",
        "// crate::tied::Tied\nuse std::fmt;\n#[cfg(test)]\nmod tests { use crate::tied::Tied; }\n",
    );
    write("tied.rs", "use crate::{\n    free::Free,\n};\n");
    assert_eq!(
        circles(folder.path()),
        ["far.rs, room/left.rs, room/right.rs"]
    );
}
