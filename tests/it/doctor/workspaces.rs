//! What cargo refuses of a workspace and of the packages in it, each as cargo was seen to refuse it, and what it takes.

use std::fs;

use clerk_rs_cli::check::examined::Examined;
use clerk_rs_cli::check::facts::Facts;
use clerk_rs_cli::finding::Verdict;

use crate::support::Sandbox;

const APP: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const CORE: &str = "[package]\nname = \"clerk-auth\"\nversion = \"0.2.0\"\nedition = \"2024\"\n";
const ON_CORE: &str = "[dependencies]\nclerk-auth = { path = \"clerk-auth\" }\n";

/// The findings about manifests, of a doctor that runs in a folder: verdict, place, detail.
fn told(files: &[(&str, &str)], folder: &str) -> Vec<String> {
    let sandbox = Sandbox::new();
    for (path, text) in files {
        let path = sandbox.path(path);
        fs::create_dir_all(path.parent().unwrap().join("src")).unwrap();
        let main = path.parent().unwrap().join("src/main.rs");
        if !text.starts_with("# nothing") {
            fs::write(main, "fn main() {}\n").unwrap();
        }
        fs::write(path, text).unwrap();
    }
    fs::create_dir_all(sandbox.path("libs/notes")).unwrap();
    let root = sandbox.path(folder);
    let facts = Facts::read(&root, Vec::new(), &|_| None);
    let findings = Examined::of(&facts).findings.into_iter();
    let findings = findings.filter(|one| one.id.word() == "manifest-not-read");
    let told = findings.map(|one| {
        let verdict = match one.verdict {
            Verdict::Unknown => "unknown",
            Verdict::Warn => "warn",
            other => panic!("{other:?}"),
        };
        format!("{verdict} {} {}", one.place.unwrap(), one.detail)
    });
    told.collect()
}

#[test]
fn what_cargo_refuses_of_a_workspace_is_told_where_it_stands() {
    let named = |name: &str| APP.replace("\"app\"", &format!("\"{name}\""));
    let with = |rest: &str| format!("{APP}{rest}");
    let workspace = |rest: &str| format!("[workspace]\nresolver = \"2\"\n{rest}\n");
    let all = workspace("members = [\"apps/*\"]");
    let on_core = format!("{APP}{ON_CORE}");
    for (files, folder, expected) in [
        (
            vec![
                ("Cargo.toml", workspace("members = [\"apps/[a-z\"]")),
                ("apps/web/Cargo.toml", format!("{APP}[workspace]\n")),
            ],
            "",
            "unknown Cargo.toml:3 `apps/[a-z` in the workspace's members is no pattern: invalid range pattern",
        ),
        (
            vec![
                ("Cargo.toml", all.clone()),
                ("apps/web/Cargo.toml", APP.to_owned()),
                (
                    "apps/none/Cargo.toml",
                    format!("# nothing\n{}", named("none")),
                ),
            ],
            "apps/web",
            "unknown ../none/Cargo.toml:2 there is nothing to build: no src/lib.rs, no src/main.rs, and no other program",
        ),
        (
            vec![
                ("Cargo.toml", workspace("members = [\"apps/[a-z]*\"]")),
                ("apps/web/Cargo.toml", format!("{APP}[workspace]\n")),
            ],
            "",
            "unknown apps/web/Cargo.toml:5 there is a [workspace] here, and the package is a member of the one in .",
        ),
        // It built, and nobody said that the others are not built with it.
        (
            vec![
                (
                    "Cargo.toml",
                    workspace("members = [\"libs/*\"]\nexclude = [\"libs/notes\"]"),
                ),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "apps/web",
            "unknown Cargo.toml:1 the package lies in the workspace of ../../Cargo.toml, and is no member of it",
        ),
        (
            vec![
                ("Cargo.toml", workspace("member = [\"apps/web\"]")),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "apps/web",
            "unknown Cargo.toml:1 the package lies in the workspace of ../../Cargo.toml, and is no member of it",
        ),
        (
            vec![
                ("Cargo.toml", workspace("member = [\"apps/web\"]")),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "",
            "warn Cargo.toml:3 cargo does not know `member` of [workspace], and leaves it out",
        ),
        (
            vec![
                ("Cargo.toml", all.clone()),
                ("apps/web/Cargo.toml", with("[workspace]\n")),
                ("apps/x/Cargo.toml", named("x")),
            ],
            "apps/x",
            "unknown ../web/Cargo.toml:5 there is a [workspace] here, and the package is a member of the one in ../..",
        ),
        (
            vec![
                ("Cargo.toml", all.clone()),
                ("apps/a/Cargo.toml", APP.to_owned()),
                ("apps/b/Cargo.toml", APP.to_owned()),
            ],
            "apps/a",
            "unknown ../b/Cargo.toml:2 there are two packages named `app` in the workspace: the other is .",
        ),
        (
            vec![
                ("Cargo.toml", all.clone()),
                ("apps/a/Cargo.toml", on_core.clone()),
                ("apps/b/Cargo.toml", on_core.replace("\"app\"", "\"b\"")),
                ("apps/a/clerk-auth/Cargo.toml", CORE.to_owned()),
                ("apps/b/clerk-auth/Cargo.toml", CORE.to_owned()),
            ],
            "apps/a",
            "unknown ../b/clerk-auth/Cargo.toml:2 there are two packages named `clerk-auth` in the workspace: the other is clerk-auth",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    workspace("members = [\"apps/web\"]\ndefault-members = [\"apps/wep\"]"),
                ),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "",
            "unknown Cargo.toml:4 `default-members` names apps/wep, which is no member",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    workspace("members = [\"apps/*\", \"libs/*\"]"),
                ),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "apps/web",
            "unknown ../../Cargo.toml:3 the workspace's members `libs/*` take libs/notes along, which has no Cargo.toml",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    workspace("members = [\"apps/*\", \"tools/*\"]"),
                ),
                ("apps/web/Cargo.toml", APP.to_owned()),
            ],
            "apps/web",
            "unknown ../../Cargo.toml:3 the workspace's members `tools/*` are none",
        ),
        (
            vec![(
                "apps/web/Cargo.toml",
                APP.replace("[package]\n", "[package]\nworkspace = \"../none\"\n"),
            )],
            "apps/web",
            "unknown Cargo.toml:2 `workspace` of [package] names `../none`, where there is no [workspace]",
        ),
        // What the workspace is to give.
        (
            vec![
                ("Cargo.toml", all.clone()),
                (
                    "apps/web/Cargo.toml",
                    APP.replace("edition = \"2024\"", "edition.workspace = true"),
                ),
            ],
            "apps/web",
            "unknown Cargo.toml:4 `edition` is to come from the workspace, whose [workspace.package] does not name it",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    format!("{all}[workspace.package]\nedition = \"2022\"\n"),
                ),
                (
                    "apps/web/Cargo.toml",
                    APP.replace("edition = \"2024\"", "edition.workspace = true"),
                ),
            ],
            "apps/web",
            "unknown Cargo.toml:4 there is no edition 2022: there are 2015, 2018, 2021, 2024",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    format!("{all}[workspace.dependencies]\nlog = \"one\"\n"),
                ),
                (
                    "apps/web/Cargo.toml",
                    with("[dependencies]\nlog.workspace = true\n"),
                ),
            ],
            "apps/web",
            "unknown Cargo.toml:6 the workspace has the dependency `log` with \"one\", which is no version: unexpected character 'o' while parsing major version number",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    workspace(
                        "members = [\"x\"]\nexclude = [\"apps\"]\n[workspace.package]\nedition = \"2024\"",
                    ),
                ),
                ("x/Cargo.toml", named("x")),
                (
                    "apps/web/Cargo.toml",
                    APP.replace("edition = \"2024\"", "edition.workspace = true"),
                ),
            ],
            "apps/web",
            "unknown Cargo.toml:4 `edition` is to come from a workspace, and there is none above",
        ),
        (
            vec![("Cargo.toml", with("[lints]\nworkspace = true\n"))],
            "",
            "unknown Cargo.toml:5 `lints` is to come from a workspace, and there is none above",
        ),
        // What another package is to have.
        (
            vec![
                (
                    "Cargo.toml",
                    with(
                        "[dependencies]\nclerk-auth = { path = \"clerk-auth\", features = [\"axum\", \"nope\"] }\n",
                    ),
                ),
                (
                    "clerk-auth/Cargo.toml",
                    format!("{CORE}[features]\naxum = []\n"),
                ),
            ],
            "",
            "unknown Cargo.toml:6 `clerk-auth` has no feature `nope`",
        ),
        (
            vec![
                (
                    "Cargo.toml",
                    with(
                        "[dependencies]\nclerk-auth = { path = \"clerk-auth\" }\n[features]\nx = [\"clerk-auth/nope\"]\n",
                    ),
                ),
                ("clerk-auth/Cargo.toml", CORE.to_owned()),
            ],
            "",
            "unknown Cargo.toml:8 `clerk-auth` has no feature `nope`",
        ),
    ] {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (*path, text.as_str()))
            .collect();
        assert_eq!(told(&files, folder), [expected], "{files:?}");
    }
}

#[test]
fn what_cargo_takes_of_a_workspace_is_not_told() {
    let named = |name: &str| APP.replace("\"app\"", &format!("\"{name}\""));
    let app = |rest: &str| format!("{APP}{rest}");
    for (files, folder) in [
        // Cargo builds it in its own folder, whatever the one above says.
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\n".to_owned()), ("apps/web/Cargo.toml", app("[workspace]\n"))], "apps/web"),
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"x\"]\nexclude = [\"apps\"]\n".to_owned()), ("x/Cargo.toml", named("x")), ("apps/web/Cargo.toml", app(""))], "apps/web"),
        // A member that is named stays one.
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/web\"]\nexclude = [\"apps\"]\n".to_owned()), ("apps/web/Cargo.toml", app(""))], "apps/web"),
        // What a member depends on is a member.
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"x\"]\n".to_owned()), ("x/Cargo.toml", format!("{}[dev-dependencies]\napp = {{ path = \"../apps/web\" }}\n", named("x"))), ("apps/web/Cargo.toml", app(""))], "apps/web"),
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\ndefault-members = [\"apps/*\", \".\"]\n".to_owned()), ("apps/web/Cargo.toml", app(""))], ""),
        // Files that a list finds, or names, are passed over; what is in brackets is found.
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/[a-z]*\", \"notes/x.md\", \"notes/*.md\"]\n".to_owned()), ("apps/web/Cargo.toml", app("")), ("notes/x.md", String::new())], ""),
        // Only at its root cargo looks at it.
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\ndefault-members = [\"none\"]\n".to_owned()), ("apps/web/Cargo.toml", app(""))], "apps/web"),
        (vec![("Cargo.toml", named("x")), ("apps/web/Cargo.toml", app(""))], "apps/web"),
        // Outside the root it is no member, and may have the same name.
        (vec![("w/Cargo.toml", "[workspace]\nmembers = [\"a\"]\n".to_owned()), ("w/a/Cargo.toml", app("[dependencies]\nother = { package = \"app\", path = \"../../b\" }\n")), ("b/Cargo.toml", app(""))], "w/a"),
        (vec![("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\n[workspace.package]\nedition = \"2024\"\nrust-version = \"1.90\"\n[workspace.lints.rust]\nunsafe_code = { level = \"deny\", priority = 1 }\n[workspace.dependencies]\nlog = { version = \"0.4\", default-features = false }\n".to_owned()), ("apps/web/Cargo.toml", "[package]\nname = \"app\"\nedition.workspace = true\nrust-version.workspace = true\n[lints]\nworkspace = true\n[dependencies]\nlog = { workspace = true, optional = true }\n[features]\nx = [\"dep:log\", \"log?/std\"]\n".to_owned())], "apps/web"),
        (vec![("Cargo.toml", app("[dependencies]\nc = { path = \"c\", features = [\"log\"] }\n")), ("c/Cargo.toml", "[package]\nname = \"c\"\n[dependencies]\nlog = { version = \"0.4\", optional = true }\n".to_owned())], ""),
    ] {
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(told(&files, folder), [""; 0], "{files:?}");
    }
}
