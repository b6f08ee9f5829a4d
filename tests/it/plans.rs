//! Every project that the catalog can make, as a plan.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::ValueEnum as _;
use clerk_rs_cli::project::manifest::{Made, Manifest};
use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::choices::word;
use clerk_rs_cli::scaffold::keys::local;
use clerk_rs_cli::scaffold::stamp::{Stamp, hash};
use clerk_rs_cli::scaffold::stock::Stock;
use clerk_rs_cli::scaffold::{
    Choices, CoreSource, Extra, Framework, Keys, PackageName, Plan, Template, wired,
};

/// None, all, each one, each two, and all but each one. Conditions in templates name two extras at most, so each of them
/// is met in every way, among many extras and among few; all sets would be twice as many with each new extra.
fn extras(catalog: &Catalog, framework: Framework, template: Template) -> BTreeSet<Vec<Extra>> {
    let fitting = Extra::value_variants().iter().copied();
    let fitting: Vec<_> = fitting
        .filter(|extra| catalog.extras[extra].fits(framework, template))
        .collect();
    let mut sets = BTreeSet::from([Vec::new(), fitting.clone()]);
    for (at, &extra) in fitting.iter().enumerate() {
        let others = fitting.iter().copied().filter(|other| *other != extra);
        sets.insert(others.collect());
        sets.insert(vec![extra]);
        sets.extend(fitting[at + 1..].iter().map(|&other| vec![extra, other]));
    }
    sets
}

fn every_choice(catalog: &Catalog) -> Vec<Choices> {
    let mut all = Vec::new();
    for &framework in Framework::value_variants() {
        let templates = Template::value_variants().iter().copied();
        for template in templates.filter(|template| catalog.has(framework, *template)) {
            for (at, extras) in extras(catalog, framework, template).into_iter().enumerate() {
                // Every extra comes in so many sets that it meets each of these.
                let keys = match at % 3 {
                    0 => Keys::Local(local().unwrap()),
                    1 => Keys::Given(local().unwrap()),
                    _ => Keys::Environment,
                };
                all.push(Choices {
                    name: PackageName::new("my-app").unwrap(),
                    framework,
                    template,
                    keys,
                    core: CoreSource::Copy,
                    extras,
                });
            }
        }
    }
    all
}

#[test]
fn every_choice_has_a_plan_whose_manifests_are_toml() {
    let catalog = Catalog::load().unwrap();
    for choices in every_choice(&catalog) {
        let plan =
            Plan::new(&catalog, &choices).unwrap_or_else(|error| panic!("{choices:?}: {error:?}"));
        for file in &plan.files {
            let safe = |part: &str| {
                !part.is_empty() && part != "." && part != ".." && !part.contains('\\')
            };
            assert!(file.path.split('/').all(safe), "{}", file.path);
            let text = String::from_utf8_lossy(&file.bytes);
            for mark in ["<%", "%>", "<$", "$>", "<#", "#>"] {
                assert!(
                    !text.contains(mark) || file.layer == "clerk-auth",
                    "{mark} is left in {}",
                    file.path
                );
            }
            if file.path.ends_with(".toml") {
                toml::from_str::<toml::Table>(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", file.path));
            }
        }
        let paths: BTreeSet<_> = plan.files.iter().map(|file| &file.path).collect();
        assert_eq!(paths.len(), plan.files.len(), "a path is planned twice");
        let manifest: toml::Table = toml::from_str(&String::from_utf8_lossy(
            &plan.file("Cargo.toml").unwrap().bytes,
        ))
        .unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some("my-app"));
        assert_eq!(
            manifest["workspace"].as_table().map(toml::Table::len),
            Some(0)
        );
    }
}

/// A framework without a template or an extra made a project without `main.rs`, and `init` said that it was created.
#[test]
fn a_layer_that_is_not_there_makes_no_project() {
    let text = fs::read_to_string("templates/catalog.toml").unwrap();
    for (there, gone) in [
        ("layers = [\"axum\"]", "layers = [\"axmu\"]"),
        ("[\"webhooks-{framework}\"]", "[\"webhooks-{framework}-2\"]"),
        ("\"axum-web\"]", "\"axum-wbe\"]"),
    ] {
        assert!(text.contains(there), "{there}");
        let catalog = Catalog::of(&text.replace(there, gone), Stock::default()).unwrap();
        let refused = every_choice(&catalog)
            .into_iter()
            .filter(|choices| Plan::new(&catalog, choices).is_err());
        assert!(refused.count() > 0, "{there}");
    }
}

/// Whoever reads a project later asks its manifest, and needs no search through its sources.
#[test]
fn every_project_says_what_it_was_made_of() {
    let catalog = Catalog::load().unwrap();
    for choices in every_choice(&catalog) {
        let plan = Plan::new(&catalog, &choices).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let manifest = &plan.file("Cargo.toml").unwrap().bytes;
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let made = Manifest::read(folder.path()).unwrap().made.unwrap();
        let extras: Vec<_> = choices.extras.iter().copied().map(word).collect();
        let version = env!("CARGO_PKG_VERSION");
        let expected = Made {
            version: version.to_owned(),
            framework: word(choices.framework),
            template: word(choices.template),
            extras,
            core: Stock::default().core_version,
            core_mode: "copy".to_owned(),
            wired: false,
            module: None,
            without_gate: Vec::new(),
            meant: Vec::new(),
        };
        assert_eq!(made, expected);
        let stamp = plan.file("clerk-auth/.stamp").unwrap();
        let stamp = Stamp::parse(std::str::from_utf8(&stamp.bytes).unwrap()).unwrap();
        let core = plan.files.iter().filter_map(|file| {
            let path = file.path.strip_prefix("clerk-auth/")?;
            (path != ".stamp").then(|| (path.to_owned(), hash(&file.bytes)))
        });
        assert_eq!(stamp.hashes, core.collect());
        assert_eq!((stamp.core, stamp.tool), (made.core, made.version));
    }
}

/// Keys are secret in one place only.
#[test]
fn the_secret_key_is_in_no_file_but_the_private_one() {
    let catalog = Catalog::load().unwrap();
    for choices in every_choice(&catalog) {
        let plan = Plan::new(&catalog, &choices).unwrap();
        let secret = choices.keys.pair().and_then(|pair| pair.secret.clone());
        let Some(secret) = secret else {
            continue;
        };
        let holders = plan
            .files
            .iter()
            .filter(|file| String::from_utf8_lossy(&file.bytes).contains(secret.expose()));
        let holders: Vec<_> = holders
            .map(|file| (file.path.as_str(), file.is_private()))
            .collect();
        assert_eq!(holders, [(".env", true)], "{choices:?}");
    }
}

#[test]
fn the_catalog_and_the_enums_name_the_same_things() {
    let catalog = Catalog::load().unwrap();
    assert_eq!(Framework::default().name(), "axum");
    assert!(
        Framework::value_variants()
            .iter()
            .eq(catalog.frameworks.keys())
    );
    assert!(
        Template::value_variants()
            .iter()
            .eq(catalog.templates.keys())
    );
    assert!(Extra::value_variants().iter().eq(catalog.extras.keys()));
}

/// A layer that the catalog does not know is carried by the binary and never used.
#[test]
fn every_layer_folder_is_in_the_catalog() {
    let catalog = Catalog::load().unwrap();
    let choices = every_choice(&catalog);
    let used: BTreeSet<_> = choices
        .iter()
        .flat_map(
            |choices| match wired::fits(&catalog, choices.framework, choices.template) {
                true => catalog.wired_layers(choices).unwrap(),
                false => catalog.layers(choices).unwrap(),
            },
        )
        .collect();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() && name != "clerk-auth" {
            assert!(
                used.contains(&name),
                "templates/{name} is in no catalog entry"
            );
        }
    }
}
