//! The module of a project that was there before: what it tells the core, the one line that puts Clerk before its app, and the
//! pages if it wants some. All of that is in one folder of the program's modules, so nothing of the owner's is in the way.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use tera::Context;

use super::catalog::Catalog;
use super::choices::{Choices, Extra, Template};
use super::framework::Framework;
use super::plan::{self, File, PlanError};
use super::render;

/// What is read of a new project's manifest: the features of the core.
const MANIFEST: &str = "Cargo.toml";
/// What a new project has at these places. Whoever has the files takes over lines of them.
const BESIDE: [&str; 3] = [".env", ".env.example", ".gitignore"];
/// Everybody may see them, also those who are not signed in.
const SIGN_IN: [&str; 2] = ["/sign-in/:path*", "/sign-up/:path*"];
/// The crypto library of new projects.
const RING: &str = "ring";
const IDNA_ADAPTER: &str = "idna_adapter";
/// What the tests of new projects need.
const TESTING: &str = "testing";
/// The module's own file, if it has a folder.
const ROOT: &str = "mod.rs";
/// What rustfmt does by itself: the longest list and the longest texts that stand side by side, and the width of a line.
const SHORT_LIST: usize = 60;
const SHORT_TEXT: usize = 10;
const WIDTH: usize = 100;

/// The facts that the module must know of the project.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wired {
    /// The folder of the program's modules, below the package's folder: `src`.
    pub folder: String,
    /// The module's name.
    pub module: String,
    /// The name by which the source knows the framework.
    pub framework_crate: String,
    /// The package's edition, which decides how rustfmt sorts.
    pub edition: String,
    /// The feature of the core that chooses the crypto library: `ring` or `aws-lc-rs`.
    pub crypto: String,
    /// True if the core must not choose the Unicode tables of `url`, because the project has others.
    pub without_idna_adapter: bool,
    /// Patterns of the paths that everybody may open.
    pub public: Vec<String>,
}

/// The files that a project gets.
#[derive(Debug)]
pub struct Module {
    /// The module, the core if it is copied, and what stands beside: keys, their explanation, what git ignores. Sorted by path.
    pub files: Vec<File>,
    /// The features of the core that the module needs.
    pub features: BTreeSet<String>,
}

/// True if there is such a module.
pub fn fits(catalog: &Catalog, framework: Framework, template: Template) -> bool {
    let wired = &catalog.wired;
    wired.frameworks.contains(&framework) && wired.files.contains_key(&template)
}

/// Patterns of the paths that the pages take; a route of the app there would be in the way.
pub fn paths(template: Template) -> &'static [&'static str] {
    match template {
        Template::Web => &[SIGN_IN[0], SIGN_IN[1], "/user/:path*"],
        _ => &[],
    }
}

/// Makes the module.
///
/// # Errors
/// [`PlanError`] if there is none for this framework and template.
pub fn module(catalog: &Catalog, choices: &Choices, wired: &Wired) -> Result<Module, PlanError> {
    let layers = catalog.wired_layers(choices);
    let layers = layers.filter(|_| fits(catalog, choices.framework, choices.template));
    let own = catalog.wired.files.get(&choices.template);
    let (layers, own) = layers.zip(own).ok_or(PlanError::Unknown)?;
    let mut merged = plan::merge(catalog, layers)?;
    let is_beside = |path: &str| BESIDE.contains(&path);
    merged.retain(|path, _| {
        let is_own = own.values().any(|from| from == path);
        is_own || is_beside(path) || path == MANIFEST || plan::is_part(path)
    });
    let made = plan::made(merged, &context(catalog, choices, wired))?;
    let features = features(&made, &wired.crypto);
    let mut files = Vec::with_capacity(made.len());
    for file in made {
        if let Some((name, _)) = own.iter().find(|(_, from)| **from == file.path) {
            files.push(wired.placed(name, file, choices.template));
        } else if is_beside(&file.path) {
            files.push(file);
        }
    }
    files.extend(plan::keyless(&choices.keys));
    let without = Vec::from_iter(wired.without_idna_adapter.then_some(IDNA_ADAPTER));
    files.extend(plan::core(catalog, choices, &features, &without));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Module { files, features })
}

/// The files of an extra that stand beside the code.
///
/// # Errors
/// [`PlanError`]
pub fn beside(catalog: &Catalog, choices: &Choices, extra: Extra) -> Result<Vec<File>, PlanError> {
    let layers = catalog.layers_of(extra, choices.framework);
    let mut context = render::context(&catalog.stock, choices);
    context.insert("wired", &true);
    plan::made(plan::merge(catalog, layers)?, &context)
}

impl Wired {
    /// The path of the module's own file. Alone in a folder of programs it would be one of them.
    pub fn path(&self, template: Template) -> String {
        let Self { folder, module, .. } = self;
        let is_alone = template == Template::Api && !is_folder_of_programs(folder);
        if is_alone {
            format!("{folder}/{module}.rs")
        } else {
            format!("{folder}/{module}/{ROOT}")
        }
    }

    /// A file of the module, at its place in the project.
    fn placed(&self, name: &str, file: File, template: Template) -> File {
        let path = if name == ROOT {
            self.path(template)
        } else {
            format!("{}/{}/{name}", self.folder, self.module)
        };
        let bytes = if name.ends_with(".rs") {
            let text = String::from_utf8_lossy(&file.bytes);
            Cow::Owned(with_sorted_uses(&text, &self.edition).into_bytes())
        } else {
            file.bytes
        };
        File {
            path,
            bytes,
            layer: file.layer,
        }
    }
}

fn is_folder_of_programs(folder: &str) -> bool {
    folder == "src/bin" || folder == "examples"
}

fn context(catalog: &Catalog, choices: &Choices, wired: &Wired) -> Context {
    let mut context = render::context(&catalog.stock, choices);
    let mut public = wired.public.clone();
    if choices.template == Template::Web {
        public.extend(SIGN_IN.map(str::to_owned));
    }
    context.insert("wired", &true);
    for (name, value) in [
        ("framework_crate", wired.framework_crate.as_str()),
        ("assets", "clerk-assets"),
        ("up", ""),
        (
            "module_folder",
            &format!("/{}/{}", wired.folder, wired.module),
        ),
        ("public_paths", &list(&public)),
    ] {
        context.insert(name, value);
    }
    context
}

/// What a new project of this kind asks of the core, but for its tests.
fn features(made: &[File], crypto: &str) -> BTreeSet<String> {
    let mut features = plan::features(made);
    features.retain(|feature| feature != RING && feature != TESTING);
    features.insert(crypto.to_owned());
    features
}

/// A list of texts as rustfmt writes it: in one line if it is short, else each on its own, or side by side if all are short.
fn list(texts: &[String]) -> String {
    let quoted: Vec<_> = texts
        .iter()
        .map(|text| format!("\"{}\"", render::rust_str(text)))
        .collect();
    let line = quoted.join(", ");
    if line.len() + "&[]".len() <= SHORT_LIST {
        return format!("&[{line}]");
    }
    let are_short = quoted.iter().all(|text| text.len() <= SHORT_TEXT);
    let mut list = String::from("&[");
    let mut width = WIDTH;
    for text in quoted {
        let wanted = text.len() + ", ".len();
        if !are_short || width + wanted > WIDTH {
            list.push_str("\n   ");
            width = "   ".len();
        }
        let _ = write!(list, " {text},");
        width += wanted;
    }
    list.push_str("\n]");
    list
}

/// The templates have their `use` lines in the order of the frameworks' own names, and of edition 2024.
fn with_sorted_uses(text: &str, edition: &str) -> String {
    let is_old = edition < "2024";
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for uses in lines.chunk_by_mut(|a, b| is_use(a) && is_use(b)) {
        for line in uses.iter_mut() {
            *line = with_sorted_names(line, is_old);
        }
        uses.sort_by_cached_key(|line| path_key(line, is_old));
    }
    lines.concat()
}

fn is_use(line: &str) -> bool {
    line.starts_with("use ")
}

/// The names in a line's braces, sorted.
fn with_sorted_names(line: &str, is_old: bool) -> String {
    let braces = line.split_once('{').zip(line.rsplit_once('}'));
    let Some(((start, _), (head, end))) = braces else {
        return line.to_owned();
    };
    let names = head.get(start.len() + 1..).unwrap_or_default();
    let mut names: Vec<_> = names.split(", ").collect();
    names.sort_by_key(|name| name_key(name, is_old));
    format!("{start}{{{}}}{end}", names.join(", "))
}

fn path_key(line: &str, is_old: bool) -> Vec<(u8, String)> {
    let path = line.trim_start_matches("use ").trim_end();
    let parts = path.trim_end_matches(';').split("::");
    parts
        .map(|part| match part.starts_with('{') {
            // A list comes behind all names.
            true => (u8::MAX, part.to_owned()),
            false => name_key(part, is_old),
        })
        .collect()
}

/// Before edition 2024 rustfmt puts names in small letters before those that begin with a capital.
fn name_key(name: &str, is_old: bool) -> (u8, String) {
    let is_capital = name.starts_with(char::is_uppercase);
    (u8::from(is_old && is_capital), name.to_owned())
}
