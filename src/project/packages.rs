//! The packages of a workspace that have variables: the tools that read them, and the `.env*` files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::dotenv::{Dotenv, Lookup};
use super::variables::read;

/// Limits of the search for packages: depth, and number of folders.
const DEEPEST: usize = 5;
const MOST_FOLDERS: usize = 3000;
/// The most files of variables to read.
const MOST_FILES: usize = 300;

/// A tool that reads a package's variables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A program in Rust. Trunk, Dioxus and Leptos count as well: none of them has files of its own for variables.
    Rust,
    /// Next.js
    Next,
    /// Nuxt
    Nuxt,
    /// Expo
    Expo,
    /// Astro
    Astro,
    /// Vite, and the frameworks on it
    Vite,
}

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Next => "Next.js",
            Self::Nuxt => "Nuxt",
            Self::Expo => "Expo",
            Self::Astro => "Astro",
            Self::Vite => "Vite",
        }
    }

    /// The package on npm by which it is recognised.
    fn dependency(self) -> Option<&'static str> {
        match self {
            Self::Rust => None,
            Self::Next => Some("next"),
            Self::Nuxt => Some("nuxt"),
            Self::Expo => Some("expo"),
            Self::Astro => Some("astro"),
            Self::Vite => Some("vite"),
        }
    }
}

/// The purpose of a file of variables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// `.env` and `.env.local`: always read.
    Always,
    /// `.env.production` and the like: JavaScript tools read them in one mode, Rust never does.
    OneMode,
    /// `.env.example` and the like: people read them.
    Example,
}

/// One file of variables.
#[derive(Debug)]
pub struct EnvFile {
    /// Its own name.
    pub name: String,
    /// Its path below the root, with `/`.
    pub path: String,
    /// Its purpose.
    pub role: Role,
    /// Its content, or why it cannot be read.
    pub content: Result<Dotenv, io::Error>,
}

/// A folder with variables.
#[derive(Debug)]
pub struct Package {
    pub folder: PathBuf,
    /// Its path below the root, with a `/` at the end; empty for the root itself.
    pub below: String,
    /// The tools that read its variables; empty if none is known.
    pub kinds: Vec<Kind>,
    /// Its files, sorted by name.
    pub files: Vec<EnvFile>,
}

impl Package {
    /// True if a JavaScript tool reads its variables.
    pub fn has_javascript(&self) -> bool {
        self.kinds.iter().any(|kind| *kind != Kind::Rust)
    }
}

/// The packages below a folder.
#[derive(Debug)]
pub struct Packages {
    /// The root first, the rest by path. Packages without files of variables are left out, except the root.
    pub packages: Vec<Package>,
    /// True if there were too many folders to look into all of them.
    pub is_cut_short: bool,
}

/// Looks through the root and below. Links, hidden folders and the output of builds are passed by.
pub fn find(root: &Path, process: &Lookup<'_>) -> Packages {
    let mut found = Packages {
        packages: Vec::new(),
        is_cut_short: false,
    };
    let mut waiting = vec![(root.to_owned(), String::new(), 0)];
    let (mut count, mut files) = (0, 0);
    while let Some((folder, below, depth)) = waiting.pop() {
        count += 1;
        if count > MOST_FOLDERS || files > MOST_FILES {
            found.is_cut_short = true;
            break;
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEEPEST && !is_passed_by(&name) => {
                    waiting.push((entry.path(), format!("{below}{name}/"), depth + 1));
                }
                Ok(kind) if !kind.is_dir() => names.push(name),
                _ => {}
            }
        }
        let package = package(folder, below, &names, process);
        files += package.files.len();
        if package.below.is_empty() || !package.files.is_empty() {
            found.packages.push(package);
        }
    }
    found.packages.sort_by(|a, b| a.below.cmp(&b.below));
    found
}

fn is_passed_by(name: &str) -> bool {
    name.starts_with('.') || ["target", "node_modules", "dist", "build", "vendor"].contains(&name)
}

fn package(folder: PathBuf, below: String, names: &[String], process: &Lookup<'_>) -> Package {
    let has = |name: &str| names.iter().any(|found| found == name);
    let mut kinds = Vec::new();
    if has("Cargo.toml") {
        kinds.push(Kind::Rust);
    }
    if has("package.json") {
        kinds.extend(javascript(&folder));
    }
    let mut names: Vec<_> = names.iter().filter(|name| is_env_file(name)).collect();
    names.sort();
    names.truncate(MOST_FILES);
    let files = names.into_iter().map(|name| EnvFile {
        name: name.clone(),
        path: format!("{below}{name}"),
        role: role(name),
        content: read(&folder.join(name)).map(|text| Dotenv::parse(text, process)),
    });
    Package {
        files: files.collect(),
        folder,
        below,
        kinds,
    }
}

/// A framework built on Vite is named in Vite's place.
fn javascript(folder: &Path) -> Option<Kind> {
    let text = read(&folder.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    let needs = |name: &str| {
        ["dependencies", "devDependencies"]
            .iter()
            .any(|list| manifest[*list].get(name).is_some())
    };
    [Kind::Next, Kind::Nuxt, Kind::Expo, Kind::Astro, Kind::Vite]
        .into_iter()
        .find(|kind| kind.dependency().is_some_and(needs))
}

fn is_env_file(name: &str) -> bool {
    name == ".env" || name.starts_with(".env.")
}

/// The purpose of a file of variables, by its name.
pub fn role(name: &str) -> Role {
    let is_example = |part: &str| {
        [
            "example", "sample", "template", "tpl", "dist", "defaults", "schema",
        ]
        .contains(&part)
    };
    match name {
        ".env" | ".env.local" => Role::Always,
        _ if name.split('.').any(is_example) => Role::Example,
        _ => Role::OneMode,
    }
}
