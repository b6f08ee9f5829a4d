//! What `init` copies of the core: what the project's features need, and no more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::Sandbox;

/// Every kind of project, and the most lines of code that its core may have. The module of the framework, the
/// server that it brings, `testing`, and the file that release builds leave out are not counted.
const PROJECTS: [(&str, usize); 7] = [
    ("--template web", 10_948),
    ("--template api", 9_320),
    ("--template spa", 10_910),
    ("--template web --with orgs,webhooks", 11_333),
    ("--template api --with webhooks", 9_520),
    ("--template api --with machines", 10_646),
    ("--template web --with ws", 11_131),
];

struct Core {
    /// By path below the core's folder.
    files: Vec<(String, String)>,
    /// The features that the project asks for.
    asked: BTreeSet<String>,
}

impl Core {
    fn of(arguments: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox
            .cli(&format!("init my-app {arguments} --no-git --quiet"))
            .run();
        let root = sandbox.path("my-app/clerk-auth");
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        let manifest: toml::Table = toml::from_str(&sandbox.read("my-app/Cargo.toml")).unwrap();
        let asked = ["dependencies", "dev-dependencies"].map(|table| {
            let listed = manifest[table]["clerk-auth"]["features"].clone();
            listed.try_into::<Vec<String>>().unwrap()
        });
        Self {
            files,
            asked: asked.concat().into_iter().collect(),
        }
    }

    fn text(&self, path: &str) -> Option<&str> {
        let found = self.files.iter().find(|(own, _)| own == path)?;
        Some(&found.1)
    }

    fn manifest(&self) -> toml::Table {
        toml::from_str(self.text("Cargo.toml").unwrap()).unwrap()
    }

    fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .filter(|(path, _)| path.ends_with(".rs"))
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            files.push((below.replace('\\', "/"), text));
        }
    }
}

/// Lines that are neither blank nor comment, without modules of tests and what release builds leave out.
fn code_lines(text: &str) -> usize {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut lines = text.lines().map(str::trim);
    let mut built = Vec::new();
    while let Some(line) = lines.next() {
        if line == "#[cfg(debug_assertions)]" {
            lines.next();
        } else {
            built.push(line);
        }
    }
    built
        .iter()
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .count()
}

#[test]
fn a_core_is_no_larger_than_its_project_needs() {
    for (arguments, most) in PROJECTS {
        let core = Core::of(arguments);
        let is_counted = |path: &str| {
            ![
                "src/testing/",
                "src/axum/",
                "src/server/",
                "src/kit/emulator_clock.rs",
            ]
            .iter()
            .any(|folder| path.starts_with(folder))
        };
        let lines: usize = core
            .sources()
            .filter(|(path, _)| is_counted(path))
            .map(|(_, text)| code_lines(text))
            .sum();
        assert!(lines <= most, "{arguments}: {lines} lines");
        println!("{arguments}: {lines} lines");
    }
}

/// A feature that the manifest does not name would be a warning, and a file that nothing names a riddle.
#[test]
fn a_core_names_what_it_has_and_has_what_it_names() {
    for (arguments, _) in PROJECTS {
        let core = Core::of(arguments);
        let manifest = core.manifest();
        let features: BTreeSet<&str> = manifest["features"]
            .as_table()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        for asked in &core.asked {
            assert!(features.contains(&**asked), "{arguments}: {asked}");
        }
        for (path, text) in core.sources() {
            for rest in text.split("feature = \"").skip(1) {
                let feature = rest.split('"').next().unwrap();
                assert!(features.contains(feature), "{arguments}: {path}: {feature}");
            }
        }
        let own = clerk_auth::source::FILES;
        for (path, text) in core.sources() {
            let whole = own.iter().find(|(own, _)| *own == path).unwrap().1;
            let whole: BTreeSet<&str> = whole.lines().collect();
            let foreign = text
                .lines()
                .find(|line| !whole.contains(line) && !line.trim().starts_with("#[cfg("));
            assert_eq!(foreign, None, "{arguments}: {path}");
        }
        let text = core.text("Cargo.toml").unwrap();
        assert!(!text.contains("[dev-dependencies]") && !text.contains("proptest"));
        for tool in ["tool", "source"] {
            assert!(!features.contains(tool), "{arguments}");
        }
        assert_eq!(core.text("src/source.rs"), None);
    }
}

#[test]
fn extras_bring_their_part_of_the_core() {
    let has = |arguments: &str, path: &str| Core::of(arguments).text(path).is_some();
    assert!(!has("--template api", "src/webhooks.rs"));
    assert!(has("--template api --with webhooks", "src/webhooks.rs"));
    assert!(!has("--template api", "src/proxy/mod.rs"));
    assert!(has("--template web", "src/proxy/mod.rs"));
    assert!(!has("--template api", "src/diagnosis/mod.rs"));
    assert!(has("--template web", "src/diagnosis/mod.rs"));
    assert!(!has("--template web", "src/kit/connected.rs"));
    assert!(has("--template web --with ws", "src/kit/connected.rs"));
    let patterns = "src/authenticate/organization.rs";
    assert!(!has("--template web", patterns));
    assert!(has("--template web --with orgs", patterns));
}
