//! What `init` writes, in every combination, without a compiler: `tests/run` builds and runs some.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::ValueEnum;
use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::{Extra, Framework, Template};

use crate::support::bare;

fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().unwrap().get_name().to_owned()
}

/// Runs `init` with an environment that has nothing in it.
fn init(project: &Path, framework: Framework, template: Template, extras: &[Extra]) -> Output {
    let mut command = bare(env!("CARGO_BIN_EXE_clerk-rs"));
    command.arg("init").arg(project);
    command.args(["--framework", &word(framework)]);
    command.args(["--template", &word(template)]);
    for extra in extras {
        command.args(["--with", &word(*extra)]);
    }
    command.args(["--yes", "--no-git"]).output().unwrap()
}

/// Every framework with every template that it has, and the extras that fit both.
fn projects() -> Vec<(Framework, Template, Vec<Extra>)> {
    let catalog = Catalog::load().unwrap();
    let mut all = Vec::new();
    for &framework in Framework::value_variants() {
        for &template in Template::value_variants() {
            let extras = Extra::value_variants().iter().copied();
            let fitting = extras.filter(|extra| catalog.extras[extra].fits(framework, template));
            if catalog.has(framework, template) {
                all.push((framework, template, fitting.collect()));
            }
        }
    }
    all
}

/// Each of them without extras, with each one, with all but each one and with all. `plans.rs` renders each two as well.
fn combinations() -> Vec<(Framework, Template, Vec<Extra>)> {
    let mut all = Vec::new();
    for (framework, template, extras) in projects() {
        let mut sets = BTreeSet::from([Vec::new(), extras.clone()]);
        for &extra in &extras {
            sets.insert(vec![extra]);
            sets.insert(
                extras
                    .iter()
                    .copied()
                    .filter(|other| *other != extra)
                    .collect(),
            );
        }
        all.extend(sets.into_iter().map(|set| (framework, template, set)));
    }
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

#[test]
fn every_combination_is_a_whole_formatted_project() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (framework, template, extras)) in combinations().into_iter().enumerate() {
        let what = format!("{framework:?}, {template:?} with {extras:?}");
        let project = folder.path().join(format!("sample-{index}"));
        let output = init(&project, framework, template, &extras);
        assert!(output.status.success(), "{what}: {output:?}");
        let manifest: toml::Table =
            toml::from_str(&fs::read_to_string(project.join("Cargo.toml")).unwrap())
                .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(
            manifest["package"]["name"].as_str(),
            Some(format!("sample-{index}").as_str()),
            "{what}"
        );
        for file in files(&project) {
            check_file(&file, &what);
        }
        let formatted = Command::new("cargo")
            .args(["fmt", "--check"])
            .current_dir(&project)
            .output()
            .unwrap();
        assert!(
            formatted.status.success(),
            "{what}: {}",
            String::from_utf8_lossy(&formatted.stdout)
        );
        assert_eq!(
            project.join("Dockerfile").exists(),
            extras.contains(&Extra::Docker),
            "{what}"
        );
        assert_eq!(
            project.join(".github/workflows").exists(),
            extras.contains(&Extra::GithubActions),
            "{what}"
        );
    }
}

/// No mark of a template is left over, text ends in one line break, only `.env` holds a secret.
#[track_caller]
fn check_file(file: &Path, what: &str) {
    let Ok(text) = fs::read_to_string(file) else {
        return;
    };
    let place = format!("{what}: {}", file.display());
    for mark in ["<%", "%>", "<$", "$>"] {
        assert!(!text.contains(mark), "{place}: {mark} left over");
    }
    assert!(
        text.ends_with('\n') && !text.ends_with("\n\n"),
        "{place}: how it ends"
    );
    assert!(
        !text.contains("\n\n\n"),
        "{place}: two empty lines in a row"
    );
    assert!(
        text.lines().all(|line| !line.ends_with([' ', '\t'])),
        "{place}: white space at the end of a line"
    );
    if file.file_name().is_some_and(|name| name != ".env")
        && !file
            .components()
            .any(|part| part.as_os_str() == "clerk-auth")
    {
        let secret = text
            .split("sk_test_")
            .skip(1)
            .any(|tail| tail.chars().take_while(char::is_ascii_alphanumeric).count() > 20);
        assert!(!secret, "{place}: holds a secret key");
    }
}

/// Extras that are a subject of their own, and the most files that each may add.
const APART: [(Extra, usize); 3] = [
    // The module, its tests, the page and its script.
    (Extra::Ws, 4),
    // The database, the table with its migration, a route, and tests of both; the news that webhooks bring, with theirs.
    (Extra::Db, 9),
    (Extra::Machines, 1),
];

/// What is not the core's is the owner's: all of it has to be understood. The tests in a browser are a package of their own.
#[test]
fn a_project_with_everything_has_at_most_thirty_files_besides_the_core() {
    for (framework, template, mut extras) in projects() {
        for (extra, most) in APART {
            if extras.contains(&extra) {
                let with = own_files(framework, template, &extras);
                extras.retain(|other| *other != extra);
                let without = own_files(framework, template, &extras);
                let added: Vec<_> = with.difference(&without).collect();
                assert!(added.len() <= most, "{extra:?}: {added:#?}");
            }
        }
        let own = own_files(framework, template, &extras);
        let (in_browser, own): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|file| file.starts_with("e2e"));
        assert!(own.len() <= 30, "{}: {own:#?}", own.len());
        assert!(in_browser.len() <= 5, "{in_browser:#?}");
    }
}

/// The paths of a project's files besides the core.
fn own_files(framework: Framework, template: Template, extras: &[Extra]) -> BTreeSet<PathBuf> {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("sample");
    let output = init(&project, framework, template, extras);
    assert!(output.status.success(), "{output:?}");
    let all = files(&project).into_iter();
    let paths = all.map(|file| file.strip_prefix(&project).unwrap().to_owned());
    paths
        .filter(|path| !path.starts_with("clerk-auth"))
        .collect()
}

/// A framework that no sample is built for would be promised and never compiled. `tests/run` reads the catalog without a
/// parser for TOML.
#[test]
fn every_framework_is_built_and_tested_with_every_template_and_extra() {
    for (every, depths) in [("", &["full", "answers"][..]), ("--all", &["full"])] {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run"));
        let output = command.args(["--samples", every]).output().unwrap();
        let list = String::from_utf8(output.stdout).unwrap();
        for (framework, template, extras) in projects() {
            let (framework, template) = (framework.name(), word(template));
            let extras: BTreeSet<_> = extras.into_iter().map(word).collect();
            let is_there = list.lines().any(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                let [name, of, depth, "--template", kind, "--with", with] = words[..] else {
                    return false;
                };
                name == format!("{framework}-{template}")
                    && (of, kind) == (framework, template.as_str())
                    && depths.contains(&depth)
                    && with.split(',').map(str::to_owned).collect::<BTreeSet<_>>() == extras
            });
            assert!(is_there, "{framework}-{template} is not in\n{list}");
        }
    }
}

#[test]
fn the_readme_lists_every_framework_with_its_templates() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for &framework in Framework::value_variants() {
        let title = framework.title();
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| {title}")));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for {title}"));
        for (_, template, _) in projects().iter().filter(|(of, ..)| *of == framework) {
            let template = word(*template);
            assert!(
                row.contains(&format!("`{template}`")),
                "{title}: {template}"
            );
        }
    }
}

#[test]
fn the_readme_lists_every_extra_with_what_it_fits() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let mut lines = readme.lines();
    lines.find(|line| line.starts_with("| `--with` |")).unwrap();
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches(['|', ' ']).split(" | ").collect();
        [cells[0], cells[2], cells[3]].map(str::to_owned)
    });
    let catalog = Catalog::load().unwrap();
    let expected = catalog.extras.iter().map(|(extra, entry)| {
        let templates = Template::value_variants().iter().map(|template| {
            let name = format!("`{}`", word(*template));
            entry.fits_template(*template).then_some(name)
        });
        let frameworks = Framework::value_variants().iter().map(|framework| {
            let name = framework.name().to_owned();
            entry.fits_framework(*framework).then_some(name)
        });
        let extra = format!("`{}`", word(*extra));
        [extra, fitting(templates), fitting(frameworks)]
    });
    assert_eq!(rows.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

/// The names of those that fit, or that all do.
fn fitting(names: impl Iterator<Item = Option<String>>) -> String {
    let names: Vec<_> = names.collect();
    match names.iter().all(Option::is_some) {
        true => "all".to_owned(),
        false => names.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

#[test]
fn an_api_has_no_pages_to_switch_organizations_on() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("sample");
    let output = init(
        &project,
        Framework::default(),
        Template::Api,
        &[Extra::Orgs],
    );
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!project.exists());
}
