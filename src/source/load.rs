//! Reads the files of a program into its tree of modules: `mod` for `mod`, without those of tests.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use syn::{Attribute, Expr, Item, ItemMod, Meta};

use super::condition::{conditional, is_left_out, is_open};
use super::define::{attributes, define};
use super::files::{Files, plain};
use super::folder::Folder;
use super::package::{Crate, Package};
use super::parsed::{Parsed, Syntax};
use super::place::{Place, Unread};
use super::tree::{Def, Module, ModuleId, Program};

/// The most packages, files and bytes of one program, and the deepest modules: links and `#[path]` can make them endless.
const MOST_PACKAGES: usize = 1000;
const MOST_FILES: usize = 5000;
const MOST_BYTES: u64 = 16 << 20;
const DEEPEST: usize = 40;

/// Reads a program and what it uses of libraries beside it.
pub fn program(files: &Files, parsed: &mut Parsed, package: Package, root: &Path) -> Program {
    let mut loader = Loader {
        files,
        parsed,
        top: package.folder.clone(),
        program: Program::default(),
    };
    let mut own = Some(package);
    let mut waiting = vec![loader.top.clone()];
    let mut known = HashSet::new();
    while let Some(folder) = waiting.pop() {
        let is_full = known.len() == MOST_PACKAGES || is_full(&loader.program);
        if is_full || !known.insert(folder.clone()) {
            continue;
        }
        let package = own.take().or_else(|| Package::read(files, &folder).ok());
        let Some(package) = package else { continue };
        let beside = package.crates.values().filter_map(|wanted| match wanted {
            Crate::Beside(folder) => Some(folder.clone()),
            Crate::Foreign { .. } => None,
        });
        waiting.extend(beside);
        let number = loader.program.packages.len();
        let library = package.library().map(|(_, path)| path.to_owned());
        let folder = package.folder.clone();
        loader.program.packages.push(package);
        if number == 0 {
            loader.load(number, root);
        }
        if let Some(library) = library {
            let krate = loader.load(number, &library);
            loader.program.libraries.insert(folder, krate);
        }
    }
    loader.program
}

struct Loader<'a> {
    files: &'a Files,
    parsed: &'a mut Parsed,
    /// The folder that names of files begin at.
    top: PathBuf,
    program: Program,
}

impl Loader<'_> {
    /// Loads a crate of a package, and answers with its number.
    fn load(&mut self, package: usize, root: &Path) -> usize {
        let krate = self.program.crates.len();
        let id = self.program.modules.len();
        self.program.crates.push((package, id));
        let folder = Folder::new(root.parent().unwrap_or(root));
        let module = Module {
            krate,
            ..Module::default()
        };
        self.file(root, module, &folder);
        krate
    }

    /// Reads a file as a module. It is there, and empty, if it cannot be read.
    fn file(&mut self, path: &Path, mut module: Module, folder: &Folder) -> ModuleId {
        let id = self.program.modules.len();
        let name = seen_from(&self.top, &plain(path));
        self.program.files.push((name.clone(), path.to_owned()));
        let read = self.read(path, &name).or_else(|unread| {
            self.program.unread.push(unread);
            // Nothing in it will be asked for its place.
            self.parsed.parse(&name, String::new())
        });
        self.program.modules.push(Rc::default());
        if let Ok((text, file)) = read {
            module.file = self.program.texts.len();
            self.program.texts.push(text);
            self.fill(id, module, &file.items, Some(folder));
        }
        id
    }

    fn read(&mut self, path: &Path, name: &str) -> Result<Syntax, Unread> {
        let text = self.files.read(path).map_err(|error| {
            let start = Place {
                file: name.into(),
                line: 1,
                bytes: (0..0).into(),
            };
            Unread::file(&start, error.to_string())
        })?;
        self.program.bytes += text.len() as u64;
        self.parsed.parse(name, text)
    }

    /// Fills a module with its items.
    fn fill(&mut self, id: ModuleId, mut module: Module, items: &[Item], folder: Option<&Folder>) {
        for item in items {
            if is_left_out(attributes(item)) {
                continue;
            }
            match item {
                Item::Mod(item) => self.module(id, &mut module, item, folder),
                item => define(&mut self.program, id, &mut module, item),
            }
        }
        self.program.modules[id] = Rc::new(module);
    }

    fn module(
        &mut self,
        id: ModuleId,
        above: &mut Module,
        item: &ItemMod,
        folder: Option<&Folder>,
    ) {
        let name = item.ident.to_string();
        let is_conditional = above.is_conditional || is_open(&item.attrs);
        let own = || Module {
            path: [above.path.as_slice(), std::slice::from_ref(&name)].concat(),
            file: above.file,
            krate: above.krate,
            above: Some(id),
            is_conditional,
            ..Module::default()
        };
        let named = path_of(&item.attrs);
        let at = self.program.texts[above.file].place(item.ident.span());
        let unread = |why: &str| Unread::file(&at, format!("mod {name}: {why}"));
        let numbers = match (&item.content, folder) {
            _ if above.path.len() >= DEEPEST => {
                self.program
                    .unread
                    .push(unread("modules are nested too deeply"));
                return;
            }
            (Some((_, items)), folder) => {
                let number = self.program.modules.len();
                self.program.modules.push(Rc::default());
                let below = folder.map(|folder| folder.inline(named.as_deref().unwrap_or(&name)));
                self.fill(number, own(), items, below.as_ref());
                vec![number]
            }
            (None, _) if is_full(&self.program) => {
                if !std::mem::replace(&mut self.program.is_cut_off, true) {
                    let why = "there is too much source, and nothing further is read";
                    self.program.unread.push(unread(why));
                }
                return;
            }
            (None, Some(folder)) => {
                let found = files_of(self.files, folder, item, named.as_deref());
                if found.is_empty() {
                    // A build without it is whole, and one that wants it does not come to be.
                    self.program.unread.push(match is_conditional {
                        true => Unread {
                            is_whole: false,
                            ..unread("there is no such file, and a condition says whether there has to be")
                        },
                        false => unread("there is no such file"),
                    });
                    return;
                }
                let found = found.into_iter();
                found
                    .map(|(path, folder)| self.file(&path, own(), &folder))
                    .collect()
            }
            (None, None) => return,
        };
        let is_open = is_open(&item.attrs) || numbers.len() > 1;
        for number in numbers {
            above.define(name.clone(), Def::Module(number), is_open);
        }
    }
}

fn is_full(program: &Program) -> bool {
    program.texts.len() >= MOST_FILES || program.bytes >= MOST_BYTES
}

/// The files that `mod name;` may mean: one, or by conditions one of several.
fn files_of(
    files: &Files,
    folder: &Folder,
    item: &ItemMod,
    named: Option<&str>,
) -> Vec<(PathBuf, Folder)> {
    let name = item.ident.to_string();
    let by_conditions = item.attrs.iter().flat_map(conditional);
    let by_conditions: Vec<_> = match named {
        Some(_) => Vec::new(),
        None => by_conditions.filter_map(|meta| path_in(&meta)).collect(),
    };
    let all = by_conditions.iter().map(|path| Some(path.as_str()));
    let mut found: Vec<(PathBuf, Folder)> = Vec::new();
    for wanted in all.chain([named]) {
        let file = folder.file(files, &name, wanted);
        found.extend(file.filter(|(path, _)| !found.iter().any(|(known, _)| known == path)));
    }
    found
}

fn path_of(attributes: &[Attribute]) -> Option<String> {
    let mut metas = attributes.iter().map(|attribute| &attribute.meta);
    metas.find_map(path_in)
}

fn path_in(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// A path as seen from the package's folder, or the whole one where no way leads there, such as to another drive.
pub fn seen_from(top: &Path, path: &Path) -> String {
    let pairs = top.components().zip(path.components());
    let common = pairs.take_while(|(a, b)| a == b).count();
    if common == 0 {
        return path.to_string_lossy().replace('\\', "/");
    }
    let up = top.components().skip(common);
    let up = up.map(|_| Component::ParentDir.as_os_str());
    let down = path.components().skip(common);
    let down = down.map(|part| part.as_os_str());
    let parts = up.chain(down).map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_crate_beside_is_named_by_the_way_there() {
        let top = Path::new("/home/me/ws/app");
        for (path, expected) in [
            ("/home/me/ws/app/src/main.rs", "src/main.rs"),
            ("/home/me/ws/admin/src/lib.rs", "../admin/src/lib.rs"),
            ("/srv/lib.rs", "../../../../srv/lib.rs"),
            ("lib.rs", "lib.rs"),
        ] {
            assert_eq!(seen_from(top, Path::new(path)), expected);
        }
    }
}
