//! The project's files beside Rust and variables that say how it is deployed, or that browsers get.

use std::fs;
use std::path::{Path, PathBuf};

use crate::escape::visible;
use crate::project::variables;

/// Limits: files to read, and folders to look into.
const MOST: usize = 500;
const MOST_FOLDERS: usize = 20_000;

/// One such file.
pub struct Text {
    /// Its path below the root, fit for a screen.
    pub shown: String,
    pub kind: Kind,
    pub text: String,
}

/// The purpose of a file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    Dockerfile,
    /// Services beside each other, or those of a host: Compose, Kubernetes, Fly, Railway, Render, systemd.
    Deployment,
    Workflow,
    /// nginx
    ReverseProxy,
    /// A page, a template of one, a script.
    Page,
}

impl Text {
    /// Its lines, each with its place.
    pub fn lines(&self) -> impl Iterator<Item = (String, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| (self.at(index + 1), line))
    }

    /// The place of a line.
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.shown)
    }

    /// True if tests or examples alone use it, by its path.
    fn is_of_tests(shown: &str) -> bool {
        let parts = shown.split('/');
        parts
            .clone()
            .any(|part| ["tests", "test", "examples", "fixtures", "e2e"].contains(&part))
    }
}

/// The files of a project, sorted by path, and the places of those that were left out, each with why.
#[derive(Default)]
pub struct Texts {
    pub all: Vec<Text>,
    pub left_out: Vec<(String, String)>,
}

impl Texts {
    /// Looks through a folder. Links, the output of builds and what others wrote are passed by.
    pub fn read(root: &Path) -> Self {
        let (mut found, is_whole) = collect(root);
        found.sort();
        let mut texts = Self::default();
        for (path, kind, file) in found {
            let shown = visible(&path).into_owned();
            match variables::read(&file) {
                Ok(text) => texts.all.push(Text { shown, kind, text }),
                // Scripts that a tool packed are long, and nobody wrote secrets into them by hand.
                Err(_) if kind == Kind::Page => {
                    texts
                        .left_out
                        .push((shown, "it is long, or no text".to_owned()));
                }
                Err(error) => texts.left_out.push((shown, error.to_string())),
            }
        }
        if !is_whole {
            let why = format!(
                "there are more than {MOST} such files, or {MOST_FOLDERS} folders: the rest was not read"
            );
            texts.left_out.push((String::new(), why));
        }
        texts
    }

    /// Those of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Text> {
        self.all.iter().filter(move |text| text.kind == kind)
    }
}

/// Those below a folder, level by level; and false if there are more.
fn collect(root: &Path) -> (Vec<(String, Kind, PathBuf)>, bool) {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), root.to_owned())];
    let mut next = 0;
    while let Some((below, folder)) = folders.get(next).cloned() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{below}{name}");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_passed_by(&name) => {
                    folders.push((format!("{path}/"), entry.path()));
                }
                Ok(kind) if kind.is_file() => {
                    let kind = kind_of(&path, &name);
                    files.extend(kind.map(|kind| (path, kind, entry.path())));
                }
                _ => {}
            }
            if files.len() > MOST || folders.len() > MOST_FOLDERS {
                files.truncate(MOST);
                return (files, false);
            }
        }
        next += 1;
    }
    (files, true)
}

fn is_passed_by(name: &str) -> bool {
    (name.starts_with('.') && ![".github", ".gitea", ".forgejo"].contains(&name))
        || ["target", "node_modules", "vendor", "dist", "clerk-auth"].contains(&name)
}

fn kind_of(path: &str, name: &str) -> Option<Kind> {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_yaml = ["yml", "yaml"].contains(&end);
    let is_within = |folder: &str| path.split('/').any(|part| part == folder);
    let kind = if name == "Dockerfile"
        || name == "Containerfile"
        || name.starts_with("Dockerfile.")
        || end == "Dockerfile"
    {
        Kind::Dockerfile
    } else if is_yaml && is_within("workflows") || name == ".gitlab-ci.yml" {
        Kind::Workflow
    } else if end == "conf" && (name.contains("nginx") || is_within("nginx")) {
        Kind::ReverseProxy
    } else if ["fly.toml", "railway.toml", "railway.json", "Procfile"].contains(&name)
        || end == "service"
        || is_yaml && is_deployment(path, stem)
    {
        Kind::Deployment
    } else if [
        "html", "htm", "js", "mjs", "ts", "jsx", "tsx", "svelte", "vue", "hbs", "tera", "j2",
        "askama", "css",
    ]
    .contains(&end)
    {
        Kind::Page
    } else {
        return None;
    };
    (!Text::is_of_tests(path)).then_some(kind)
}

/// Compose, Render, Kubernetes: by the name, or by the folder.
fn is_deployment(path: &str, stem: &str) -> bool {
    const FOLDERS: [&str; 7] = [
        "k8s",
        "kubernetes",
        "deploy",
        "deployment",
        "helm",
        "charts",
        "manifests",
    ];
    let names = ["docker-compose", "compose", "render", "app"];
    names
        .iter()
        .any(|name| stem == *name || stem.starts_with(&format!("{name}.")))
        || path.split('/').any(|part| FOLDERS.contains(&part))
}
