//! The module that a project gets which was there before, in every shape: `tests/run wired` builds and runs some.

use std::fs;
use std::path::Path;
use std::process::Command;

use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::keys::local;
use clerk_rs_cli::scaffold::wired::{self, Module};
use clerk_rs_cli::scaffold::{Choices, CoreSource, Framework, Keys, PackageName, Template, Wired};

const FRAMEWORKS: [&str; 3] = ["axum", "actix-web", "rocket"];
const TEMPLATES: [Template; 2] = [Template::Api, Template::Web];

fn choices(framework: &str, template: Template) -> Choices {
    Choices {
        name: PackageName::of_project("orchard"),
        framework: Framework::named(framework).unwrap(),
        template,
        keys: Keys::Local(local().unwrap()),
        core: CoreSource::Copy,
        extras: Vec::new(),
    }
}

fn plain(framework: &str) -> Wired {
    Wired {
        folder: "src".to_owned(),
        module: "clerk".to_owned(),
        framework_crate: framework.replace('-', "_"),
        edition: "2021".to_owned(),
        crypto: "ring".to_owned(),
        without_idna_adapter: false,
        public: Vec::new(),
    }
}

/// The usual one; one whose framework has another name; one in a folder of programs, with another name itself; one deep down.
fn shapes(framework: &str) -> [Wired; 4] {
    let renamed = Wired {
        framework_crate: "web".to_owned(),
        edition: "2018".to_owned(),
        ..plain(framework)
    };
    let elsewhere = Wired {
        folder: "src/bin".to_owned(),
        module: "sign_in".to_owned(),
        edition: "2024".to_owned(),
        ..plain(framework)
    };
    let deep = Wired {
        folder: "crates/server/source".to_owned(),
        ..plain(framework)
    };
    [plain(framework), renamed, elsewhere, deep]
}

fn module(framework: &str, template: Template, wired: &Wired) -> Module {
    let catalog = Catalog::load().unwrap();
    wired::module(&catalog, &choices(framework, template), wired).unwrap()
}

#[track_caller]
fn text<'a>(module: &'a Module, path: &str) -> &'a str {
    let file = module.files.iter().find(|file| file.path == path);
    let file = file.unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(&file.bytes).unwrap()
}

/// The module's own files, without the core and what stands beside.
fn own<'a>(module: &'a Module, wired: &'a Wired) -> impl Iterator<Item = (&'a str, &'a str)> {
    let below = format!("{}/{}", wired.folder, wired.module);
    let own = module.files.iter().map(|file| file.path.as_str());
    let own = own.filter(move |path| path.starts_with(&below));
    own.map(|path| (path, text(module, path)))
}

#[test]
fn every_shape_is_formatted_as_its_edition_wants() {
    let folder = tempfile::tempdir().unwrap();
    let lists: [&[&str]; 4] = [
        &[],
        &["/health", "/ping"],
        &[
            "/health", "/healthz", "/livez", "/readyz", "/ping", "/a", "/b", "/c", "/d", "/e",
            "/f", "/g", "/h",
        ],
        &[
            "/trees/:kind",
            "/an/address/of/some/length/:path*",
            "/a \"quoted\" one",
        ],
    ];
    for framework in FRAMEWORKS {
        for template in TEMPLATES {
            for (number, shape) in shapes(framework).into_iter().enumerate() {
                for (list, public) in lists.iter().enumerate() {
                    let public = public.iter().map(|path| (*path).to_owned()).collect();
                    let shape = Wired {
                        public,
                        ..shape.clone()
                    };
                    let module = module(framework, template, &shape);
                    let name = format!("{framework}-{template:?}-{number}-{list}");
                    let root = folder.path().join(name);
                    for (path, text) in own(&module, &shape) {
                        for mark in ["<%", "%>", "<$", "$>", "\n\n\n"] {
                            assert!(!text.contains(mark), "{mark} is left in {path}:\n{text}");
                        }
                        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
                        let path = root.join(path);
                        fs::create_dir_all(path.parent().unwrap()).unwrap();
                        fs::write(path, text).unwrap();
                    }
                    is_formatted(&root.join(shape.path(template)), &shape.edition);
                }
            }
        }
    }
}

#[track_caller]
fn is_formatted(file: &Path, edition: &str) {
    let mut rustfmt = Command::new("rustfmt");
    let rustfmt = rustfmt.args(["--check", "--edition", edition]).arg(file);
    let output = rustfmt.output().unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        file.display(),
        String::from_utf8_lossy(&output.stdout)
    );
}

/// `src/bin/clerk.rs` would be a program.
#[test]
fn the_module_is_one_file_without_pages_and_a_folder_with_them() {
    for framework in FRAMEWORKS {
        let [usual, _, elsewhere, _] = shapes(framework);
        let paths = |template, wired: &Wired| -> Vec<String> {
            let module = module(framework, template, wired);
            own(&module, wired)
                .map(|(path, _)| path.to_owned())
                .collect()
        };
        assert_eq!(paths(Template::Api, &usual), ["src/clerk.rs"]);
        assert_eq!(paths(Template::Api, &elsewhere), ["src/bin/sign_in/mod.rs"]);
        let pages = paths(Template::Web, &usual);
        let is_below = |path: &String| path.starts_with("src/clerk/");
        assert!(pages.len() == 12 && pages.iter().all(is_below), "{pages:?}");
    }
}

/// A template that includes a file which is not there is no program.
#[test]
fn what_the_pages_include_is_there() {
    for framework in FRAMEWORKS {
        for wired in shapes(framework) {
            let module = module(framework, Template::Web, &wired);
            let root = format!("{}/{}", wired.folder, wired.module);
            let pages = text(&module, &format!("{root}/pages.rs"));
            let included: Vec<_> = ["include_str!(\"", "include_bytes!(\""]
                .iter()
                .flat_map(|start| pages.split(start).skip(1))
                .map(|rest| rest.split('"').next().unwrap())
                .collect();
            assert_eq!(included.len(), 9);
            for path in &included {
                assert!(!text(&module, &format!("{root}/{path}")).is_empty());
            }
            for (path, page) in own(&module, &wired).filter(|(path, _)| path.ends_with(".html")) {
                let names = page.split("/clerk-assets/").skip(1);
                for name in names.map(|rest| rest.split('"').next().unwrap()) {
                    let name = format!("clerk-assets/{name}");
                    assert!(included.contains(&name.as_str()), "{path}: {name}");
                }
                let foreign = ["/dashboard", "\"/assets/"];
                assert!(!foreign.iter().any(|word| page.contains(word)), "{path}");
            }
        }
    }
}

#[test]
fn the_core_has_what_the_module_needs_and_the_library_that_the_project_has() {
    for (framework, template, expected) in [
        ("axum", Template::Api, &["aws-lc-rs", "axum"][..]),
        (
            "axum",
            Template::Web,
            &["aws-lc-rs", "axum", "pages", "proxy"],
        ),
        ("actix-web", Template::Api, &["actix-web", "aws-lc-rs"]),
        (
            "actix-web",
            Template::Web,
            &["actix-web", "aws-lc-rs", "pages", "upload"],
        ),
        ("rocket", Template::Api, &["aws-lc-rs", "rocket"]),
        (
            "rocket",
            Template::Web,
            &["aws-lc-rs", "pages", "proxy", "rocket"],
        ),
    ] {
        let wired = Wired {
            crypto: "aws-lc-rs".to_owned(),
            ..plain(framework)
        };
        let module = module(framework, template, &wired);
        assert!(
            module.features.iter().eq(expected),
            "{framework}: {:?}",
            module.features
        );
        let adapter = format!("clerk-auth/src/{}/mod.rs", framework.replace('-', "_"));
        assert!(!text(&module, &adapter).is_empty());
        let is_template = |path: &str| path.starts_with("clerk-auth/src/pages/");
        let has_pages = module.files.iter().any(|file| is_template(&file.path));
        assert_eq!(has_pages, template == Template::Web);
        assert!(text(&module, "clerk-auth/.stamp").starts_with("# clerk-auth"));
    }
}

#[test]
fn the_core_does_not_choose_for_a_project_that_has_chosen() {
    let manifest = |without_idna_adapter| {
        let wired = Wired {
            without_idna_adapter,
            ..plain("axum")
        };
        let module = module("axum", Template::Api, &wired);
        text(&module, "clerk-auth/Cargo.toml").to_owned()
    };
    let (with, without) = (manifest(false), manifest(true));
    assert!(with.contains("\nidna_adapter = ") && !without.contains("idna_adapter"));
    assert!(without.contains("\nurl = \""));
    let words = |text: &str| text.matches("Unicode").count();
    assert_eq!((words(&with), words(&without)), (1, 0));
}

#[test]
fn everybody_may_open_what_is_public_and_the_way_in() {
    let wired = Wired {
        public: vec!["/health".to_owned()],
        ..plain("axum")
    };
    let api = module("axum", Template::Api, &wired);
    let list = "pub const PUBLIC_PATHS: &[&str] = &[\"/health\"];\n";
    assert!(text(&api, "src/clerk.rs").contains(list));
    let web = module("axum", Template::Web, &wired);
    let list = "= &[\"/health\", \"/sign-in/:path*\", \"/sign-up/:path*\"];\n";
    assert!(text(&web, "src/clerk/mod.rs").contains(list));
}

/// The app has a server of its own, so two variables that are explained to new projects are none of ours.
#[test]
fn what_stands_beside_is_about_clerk_alone() {
    let module = module("rocket", Template::Web, &plain("rocket"));
    let example = text(&module, ".env.example");
    assert!(
        example.contains("CLERK_SECRET_KEY") && !example.contains("PORT"),
        "{example}"
    );
    assert!(text(&module, ".gitignore").contains("\n.env\n"));
    assert!(text(&module, ".env").contains("CLERK_PUBLISHABLE_KEY=pk_test_"));
    assert!(text(&module, ".env").contains("CLERK_PROXY_URL=/__clerk"));
}

#[test]
fn there_is_a_module_for_three_frameworks_with_pages_or_without() {
    let catalog = Catalog::load().unwrap();
    for (framework, template) in [("poem", Template::Api), ("axum", Template::Spa)] {
        let choices = choices(framework, template);
        assert!(!wired::fits(&catalog, choices.framework, template));
        assert!(wired::module(&catalog, &choices, &plain(framework)).is_err());
    }
}
