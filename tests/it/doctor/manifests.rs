//! Manifests that cargo refuses, modules and packages that are not there: nothing is said to be right that hangs on them.

use std::fs;

use serde_json::Value;

use super::unread::{append, nothing_passed, right, said};
use super::{made, of};
use crate::support::Sandbox;

const HEAD: &str = "[package]\nname = \"my-app\"\n";
const CORE: &str = "clerk-auth = { path = \"core\" }\n";

/// 60 checks passed, with exit code 0, in projects that cargo does not even begin to build.
#[test]
fn what_cargo_refuses_could_not_be_found_out() {
    let list = |entry: &str| format!("{HEAD}[dependencies]\n{CORE}{entry}\n");
    for (manifest, place, why) in [
        (
            format!("[package]\nversion = \"0.1.0\"\n[dependencies]\n{CORE}"),
            1,
            "[package] has no `name`",
        ),
        (
            format!("{HEAD}edition = \"2031\"\n[dependencies]\n{CORE}"),
            3,
            "there is no edition 2031",
        ),
        (
            format!("{HEAD}version = \"1\"\n[dependencies]\n{CORE}"),
            3,
            "\"1\" is no version of a package",
        ),
        (
            list("axum = 5"),
            5,
            "the dependency `axum` is a number, and has to be a version in quotes",
        ),
        (
            list("axum = \"abc\""),
            5,
            "the dependency `axum` asks for \"abc\", which is no version",
        ),
        (
            list("axum = { version = \"*\", features = \"macros\" }"),
            5,
            "`features` of the dependency `axum` is a text",
        ),
        (
            list("axum = { features = [] }"),
            5,
            "the dependency `axum` has neither",
        ),
        (
            list("axum.workspace = true"),
            5,
            "the dependency `axum` is to come from a workspace",
        ),
        (
            list("axum.workspace = true\n[workspace]"),
            5,
            "the dependency `axum` is to come from the workspace, whose",
        ),
        (
            list("gone = { path = \"gone\" }"),
            5,
            "the dependency `gone` is to lie in gone, where there is no Cargo.toml",
        ),
        (
            list("axum = \"*\"\n[workspace]\nmembers = [\".\", \"gone\"]"),
            7,
            "the workspace's member `gone` has no Cargo.toml",
        ),
        (
            format!("{HEAD}[dependencis]\naxum = \"*\"\n{CORE}"),
            3,
            "cargo does not know `dependencis`",
        ),
    ] {
        let sandbox = right();
        fs::write(sandbox.path("Cargo.toml"), &manifest).unwrap();
        let said = said(&sandbox, 3);
        let first = &said["findings"][0];
        assert_eq!(first["id"], "manifest-not-read", "{manifest}{said}");
        assert_eq!(first["verdict"], "unknown");
        assert_eq!(first["place"], format!("Cargo.toml:{place}"), "{first}");
        assert!(
            first["detail"].as_str().unwrap().starts_with(why),
            "{first}"
        );
        nothing_passed(&said);
    }
}

#[test]
fn what_cargo_takes_is_not_told() {
    for entries in [
        "axum = { version = \">=0.8, <0.9\", optional = true }\n",
        "axum = { git = \"https://example.com/axum\", branch = \"main\" }\n",
        "axum = \"0.8.*\"\n[dev-dependencies]\nx = { version = \" 1.0 \" }\n[profile.dev]\ndebug = 0\n[lints.rust]\n[features]\n",
        "axum.workspace = true\n[workspace]\n[workspace.dependencies]\naxum = \"0.8\"\n[workspace.metadata.x]\n",
        "axum = \"*\"\n[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n[patch.crates-io]\n",
    ] {
        let sandbox = right();
        let head = "[package]\nname = \"my-app\"\nversion = \"0.1.0-beta.1\"\nedition = \"2024\"\nrust-version = \"1.90\"\n";
        let manifest = format!("{head}[dependencies]\n{CORE}{entries}");
        fs::write(sandbox.path("Cargo.toml"), &manifest).unwrap();
        let said = said(&sandbox, 0).to_string();
        assert!(
            !said.contains("\"manifest-not-read\",\"verdict\""),
            "{said}"
        );
    }
    // It was called too long, and the app open to everybody.
    let sandbox = right();
    append(&sandbox.path("Cargo.toml"), &"# no word\n".repeat(30_000));
    said(&sandbox, 0);
}

/// The core's folder was gone, and a library beside the app could not be read.
#[test]
fn packages_that_an_app_is_built_of_have_to_be_there() {
    let sandbox = right();
    fs::remove_dir_all(sandbox.path("core")).unwrap();
    let told = said(&sandbox, 3);
    assert_eq!(told["findings"][0]["id"], "manifest-not-read", "{told}");
    nothing_passed(&told);

    let sandbox = right();
    let manifest = sandbox.read("Cargo.toml");
    let manifest = format!("{manifest}beside = {{ path = \"../beside\" }}\n");
    let root = sandbox.path("my-app");
    fs::create_dir_all(&root).unwrap();
    for name in ["src", "Cargo.toml", "core", ".env"] {
        fs::rename(sandbox.path(name), root.join(name)).unwrap();
    }
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::create_dir_all(sandbox.path("beside/src")).unwrap();
    fs::write(sandbox.path("beside/Cargo.toml"), "[package]\nname =\n").unwrap();
    let told = sandbox
        .cli("doctor --offline --json")
        .folder(&root)
        .status(3)
        .any_stdout()
        .run();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["findings"][0]["place"], "../beside/Cargo.toml:2");
    nothing_passed(&told);
}

/// A line break of the parser's stood there as `\n`, with a picture of several lines around it.
#[test]
fn what_is_wrong_with_a_manifest_is_one_line_with_its_place() {
    let sandbox = right();
    append(&sandbox.path("Cargo.toml"), "\n[dependencies\n");
    let text = sandbox.cli("doctor --offline").status(3).any_stdout().run();
    assert!(!text.contains("\\n"), "{text}");
    let told = said(&sandbox, 3);
    let first = &told["findings"][0];
    assert_eq!(first["place"], "Cargo.toml:9");
    assert_eq!(
        first["detail"],
        "Cargo.toml is not valid TOML: line 9: unclosed table, expected `]`"
    );
    sandbox.cli("routes").status(3).any_stderr().run();
}

/// Exit code 0: the app behind it was open to everybody.
#[test]
fn at_the_root_of_a_workspace_the_packages_that_serve_something_are_named() {
    let sandbox = Sandbox::new();
    let web = "[dependencies]\nrouter.workspace = true\n";
    let main = "fn main() { router::serve(); }\n";
    for (folder, rest, file, text) in [
        (
            "api",
            "[dependencies]\naxum = \"0.8\"\n",
            "main.rs",
            "fn main() {}\n",
        ),
        ("web", web, "main.rs", main),
        ("router", "[dependencies]\naxum = \"0.8\"\n", "lib.rs", ""),
        (
            "job",
            "[dependencies]\nlog = \"0.4\"\n",
            "main.rs",
            "fn main() {}\n",
        ),
    ] {
        fs::create_dir_all(sandbox.path(&format!("{folder}/src"))).unwrap();
        let manifest = format!("[package]\nname = \"the-{folder}\"\n{rest}");
        fs::write(sandbox.path(&format!("{folder}/Cargo.toml")), manifest).unwrap();
        fs::write(sandbox.path(&format!("{folder}/src/{file}")), text).unwrap();
    }
    let manifest = "[workspace]\nmembers = [\"api\", \"web\", \"router\", \"job\"]\n\
                    [workspace.dependencies]\nrouter = { path = \"router\" }\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    let names = |told: &Value| {
        let findings = told["findings"].as_array().unwrap().iter();
        let members = findings.filter(|one| one["id"] == "member-not-looked-at");
        let members = members.map(|one| format!("{} {}", one["verdict"], one["place"]));
        members.collect::<Vec<_>>().join(", ").replace('"', "")
    };
    let told = said(&sandbox, 3);
    assert_eq!(names(&told), "unknown api/, unknown web/", "{told}");
    assert!(
        !told.to_string().contains("depends on clerk-auth"),
        "{told}"
    );
    assert_eq!(
        of(&told, "member-not-looked-at")["help"],
        "run `clerk-rs doctor` in api"
    );

    // A framework that nobody reads was no word worth.
    let job = "[package]\nname = \"the-job\"\n[dependencies]\nwarp = \"0.3\"\n";
    fs::write(sandbox.path("job/Cargo.toml"), job).unwrap();
    let told = said(&sandbox, 3);
    assert_eq!(
        names(&told),
        "unknown api/, unknown web/, skipped job/",
        "{told}"
    );

    // A package at the root is the one that is meant.
    let app = right();
    fs::rename(sandbox.path("api"), app.path("api")).unwrap();
    append(
        &app.path("Cargo.toml"),
        "[workspace]\nmembers = [\"api\"]\n",
    );
    assert_eq!(names(&said(&app, 0)), "skipped api/");

    fs::remove_dir_all(sandbox.path("web")).unwrap();
    let only = manifest.replace("\"api\", \"web\", ", "");
    fs::write(sandbox.path("Cargo.toml"), only).unwrap();
    assert_eq!(names(&said(&sandbox, 0)), "skipped job/");
}

/// A module of one system was called missing, and one that no build reads ended in exit code 3.
#[test]
fn modules_under_conditions_are_looked_for_and_need_not_be_there() {
    let insecure = "pub fn f(t: &str) { insecure_decode(t); }\n";
    for (module, file, status, place) in [
        (
            "#[cfg_attr(unix, path = \"os_unix.rs\")]\nmod os;\n",
            "os_unix.rs",
            1,
            "src/os_unix.rs:1",
        ),
        (
            "#[cfg_attr(windows, path = \"w.rs\")]\nmod os;\n",
            "os.rs",
            1,
            "src/os.rs:1",
        ),
        ("#[cfg(feature = \"nope\")]\nmod gone;\n", "", 0, ""),
        ("#[cfg(windows)]\nmod os {\n    mod gone;\n}\n", "", 0, ""),
        ("#[cfg_attr(unix, path = \"a.rs\")]\nmod gone;\n", "", 3, ""),
        ("#[cfg(not(test))]\nmod gone;\n", "", 3, ""),
    ] {
        let sandbox = right();
        append(&sandbox.path("src/main.rs"), module);
        if !file.is_empty() {
            fs::write(sandbox.path(&format!("src/{file}")), insecure).unwrap();
        }
        let told = said(&sandbox, status);
        match status {
            1 => {
                assert_eq!(of(&told, "signature-not-checked")["place"], place);
                assert!(
                    !told.to_string().contains("there is no such file"),
                    "{told}"
                );
            }
            0 => {
                let unread = of(&told, "source-not-read");
                assert_eq!(unread["verdict"], "skipped", "{module}");
                let detail = unread["detail"].as_str().unwrap();
                assert!(
                    detail.ends_with("and a condition says whether there has to be"),
                    "{detail}"
                );
            }
            _ => nothing_passed(&told),
        }
    }
}

#[test]
fn an_edited_core_that_does_not_parse_is_a_failure() {
    let sandbox = made("");
    append(&sandbox.path("clerk-auth/src/has.rs"), "fn (\n");
    let told = said(&sandbox, 1);
    let edited = of(&told, "core-edited");
    assert_eq!(edited["verdict"], "no");
    assert_eq!(edited["place"], "clerk-auth/src/has.rs");
}

#[test]
fn where_nothing_is_wrong_there_is_nothing_to_mend() {
    let sandbox = made("");
    let told = sandbox
        .cli("doctor --offline --fix --dry-run")
        .any_stdout()
        .run();
    assert!(told.ends_with("\n  There is nothing to mend.\n"), "{told}");
    sandbox
        .cli("doctor --yes")
        .status(2)
        .stderr("error: the following required arguments were not provided: --fix\n  help: --help lists what can be given\n")
        .run();
}
