#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::error::Explain as _;

/// A folder with files; `src/main.rs` is there unless one of the files is a library's.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let is_library = files.iter().any(|(path, _)| path.ends_with("src/lib.rs"));
    let main = [("src/main.rs", "fn main() {}\n")];
    let main = main.iter().filter(|_| !is_library);
    for (path, text) in files.iter().chain(main) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn told(looked: Result<Standing, Refusal>) -> String {
    match looked {
        Ok(found) => {
            let remarks = found.remarks.iter().map(|remark| remark.code);
            let remarks: Vec<_> = remarks.collect();
            let (name, of) = (found.framework_crate, found.framework.name());
            let words = [&name, of, &found.version, &found.root, &remarks.join(",")];
            words.join(" ").trim_end().to_owned()
        }
        Err(refusal) => refusal.explain().code.to_owned(),
    }
}

fn one(files: &[(&str, &str)], asked: &Asked<'_>) -> String {
    let folder = folder(files);
    told(look(folder.path(), asked))
}

const HEAD: &str = "[package]\nname = \"app\"\nedition = \"2021\"\n";

#[test]
fn manifests_say_what_stands_there() {
    for (rest, expected) in [
        (
            "[dependencies]\naxum = \"0.8\"\n",
            "axum axum 0.8 src/main.rs",
        ),
        (
            "[dependencies]\naxum = \"0.8.4\"\n",
            "axum axum 0.8.4 src/main.rs",
        ),
        (
            "[dependencies.axum]\nversion = \"0.8\"\ndefault-features = false\n",
            "axum axum 0.8 src/main.rs",
        ),
        (
            "[dependencies]\nweb = { package = \"axum\", version = \"0.8\" }\n",
            "web axum 0.8 src/main.rs",
        ),
        (
            "[dependencies]\nmy-web = { package = \"axum\", version = \"0.8\" }\n",
            "my_web axum 0.8 src/main.rs",
        ),
        (
            "[dependencies]\nactix-web = \"4\"\n",
            "actix_web actix-web 4 src/main.rs",
        ),
        (
            "[dependencies]\nactix-web = \"4.18.1\"\n",
            "actix_web actix-web 4.18.1 src/main.rs",
        ),
        (
            "[dependencies]\nactix-web = \"=4.9.0\"\n",
            "framework-pinned",
        ),
        ("[dependencies]\nactix-web = \"3\"\n", "framework-version"),
        (
            "[dependencies]\nrocket = \"0.5.0\"\n",
            "rocket rocket 0.5.0 src/main.rs",
        ),
        (
            "[dependencies]\nrocket = \"=0.5.0-rc.2\"\n",
            "framework-pinned",
        ),
        ("[dependencies]\nrocket = \"0.4\"\n", "framework-version"),
        ("[dependencies]\naxum = \"0.7\"\n", "framework-version"),
        ("[dependencies]\naxum = \"0.9\"\n", "framework-version"),
        ("[dependencies]\naxum = \"*\"\n", "axum axum * src/main.rs"),
        (
            "[dependencies]\naxum = { git = \"https://example.com/axum\" }\n",
            "framework-elsewhere",
        ),
        (
            "[dependencies]\naxum = { path = \"../axum\" }\n",
            "framework-elsewhere",
        ),
        (
            "[dependencies]\naxum = { version = \"0.8\", optional = true }\n",
            "axum axum 0.8 src/main.rs framework-optional",
        ),
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n",
            "axum axum 0.8 src/main.rs framework-conditional",
        ),
        (
            "[target.'cfg(unix)'.dependencies]\naxum = \"0.8\"\n[dependencies]\naxum = \"0.8\"\n",
            "axum axum 0.8 src/main.rs",
        ),
        ("[dev-dependencies]\naxum = \"0.8\"\n", "no-framework"),
        ("", "no-framework"),
        (
            "[dependencies]\naxum = \"0.8\"\nrocket = \"0.5\"\n",
            "several-frameworks",
        ),
        ("[dependencies]\nhyper = \"1\"\n", "framework-unknown"),
        (
            "[dependencies]\naxum = \"0.8\"\nhyper = \"1\"\n",
            "axum axum 0.8 src/main.rs",
        ),
        ("[dependencies]\npoem = \"3\"\n", "framework-unknown"),
        (
            "[dependencies]\naxum = \"0.8\"\nleptos = \"0.8\"\n",
            "framework-unknown",
        ),
        (
            "[dependencies]\naxum = \"0.8\"\nloco-rs = \"0.16\"\n",
            "framework-unknown",
        ),
        (
            "[dependencies]\naxum = \"0.8\"\naxum-login = \"0.18\"\ntower-sessions = \"0.14\"\n",
            "axum axum 0.8 src/main.rs other-auth,other-auth",
        ),
        (
            "[[bin]]\nname = \"server\"\npath = \"server/start.rs\"\n[dependencies]\naxum = \"0.8\"\n",
            "several-programs",
        ),
        (
            "[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\ntemplate = \"web\"\ncore = \"0.2.0\"\n\
             core-mode = \"copy\"\n[dependencies]\naxum = \"0.8\"\n",
            "not-wired-but-made",
        ),
        (
            "[package.metadata]\nclerk-rs = 1\n[dependencies]\naxum = \"0.8\"\n",
            "manifest-unreadable",
        ),
        ("[dependencies\n", "manifest-unreadable"),
    ] {
        let text = format!("{HEAD}{rest}");
        assert_eq!(
            one(&[("Cargo.toml", &text)], &Asked::default()),
            expected,
            "{rest}"
        );
    }
}

#[test]
fn what_is_asked_for_decides() {
    let both =
        format!("{HEAD}[dependencies]\naxum = \"0.8\"\nrocket = \"0.5\"\nleptos = \"0.8\"\n");
    let asked = |framework| Asked {
        framework: Framework::named(framework),
        ..Asked::default()
    };
    let found = |framework| one(&[("Cargo.toml", &both)], &asked(framework));
    assert_eq!(found("rocket"), "rocket rocket 0.5 src/main.rs");
    assert_eq!(found("axum"), "axum axum 0.8 src/main.rs");
    assert_eq!(found("actix-web"), "framework-not-there");
    let axum = format!("{HEAD}default-run = \"app\"\n[dependencies]\naxum = \"0.8\"\n");
    let files = [
        ("Cargo.toml", axum.as_str()),
        ("src/bin/job.rs", "fn main() {}\n"),
    ];
    let program = |program| {
        let asked = Asked {
            program,
            ..Asked::default()
        };
        one(&files, &asked)
    };
    let beside = |root: &str| format!("axum axum 0.8 {root} other-programs");
    assert_eq!(program(None), beside("src/main.rs"));
    assert_eq!(program(Some("job")), beside("src/bin/job.rs"));
    assert_eq!(program(Some("none")), "unknown-program");
}

#[test]
fn a_library_alone_serves_nothing() {
    let axum = format!("{HEAD}[dependencies]\naxum = \"0.8\"\n");
    let files = [("Cargo.toml", axum.as_str()), ("src/lib.rs", "")];
    assert_eq!(one(&files, &Asked::default()), "no-program");
    let named = axum.replace("\"app\"", "\"clerk-auth\"");
    assert_eq!(
        one(&[("Cargo.toml", &named)], &Asked::default()),
        "name-taken"
    );
    let outside = format!(
        "{HEAD}[[bin]]\nname = \"app\"\npath = \"../x.rs\"\n[dependencies]\naxum = \"0.8\"\n"
    );
    let folder = folder(&[("in/Cargo.toml", &outside), ("x.rs", "fn main() {}\n")]);
    assert_eq!(
        told(look(&folder.path().join("in"), &Asked::default())),
        "program-outside"
    );
}

/// A workspace of an API, a job that serves nothing, and another API if it is asked for.
fn workspace_of(two: bool) -> tempfile::TempDir {
    const ROOT: &str = "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nedition = \"2024\"\n\
        rust-version = \"1.80\"\n[workspace.dependencies]\nweb = { package = \"axum\", version = \"0.8\" }\n";
    let member = |name: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nedition.workspace = true\nrust-version.workspace = true\n{rest}"
        )
    };
    let api = member("api", "[dependencies]\nweb.workspace = true\n");
    let job = member("job", "");
    let other = member(
        "other",
        "[dependencies]\nweb = { workspace = true, features = [\"ws\"] }\n",
    );
    let main = "fn main() {}\n";
    let mut files = vec![
        ("Cargo.toml", ROOT),
        ("crates/api/Cargo.toml", &api),
        ("crates/api/src/main.rs", main),
        ("crates/job/Cargo.toml", &job),
        ("crates/job/src/main.rs", main),
    ];
    if two {
        files.extend([
            ("crates/other/Cargo.toml", other.as_str()),
            ("crates/other/src/main.rs", main),
            ("crates/other/clerk-auth/Cargo.toml", ""),
        ]);
    }
    folder(&files)
}

#[test]
fn a_workspace_leads_to_the_package_that_serves() {
    let one = workspace_of(false);
    let api = "web axum 0.8 src/main.rs rust-version";
    let found = look(one.path(), &Asked::default()).unwrap();
    assert_eq!(found.folder, one.path().join("crates/api"));
    assert_eq!(
        (found.workspace.as_path(), found.edition.as_str()),
        (one.path(), "2024")
    );
    assert_eq!(found.core_elsewhere, None);
    assert_eq!(told(Ok(found)), api);
    assert_eq!(
        told(look(&one.path().join("crates/api"), &Asked::default())),
        api
    );
    assert_eq!(
        told(look(&one.path().join("crates/job"), &Asked::default())),
        "no-framework"
    );

    let two = workspace_of(true);
    let refused = look(two.path(), &Asked::default()).unwrap_err();
    assert!(matches!(&refused, Refusal::SeveralPackages(names) if names == &["api", "other"]));
    let named = |package| {
        let package = Some(package);
        look(
            two.path(),
            &Asked {
                package,
                ..Asked::default()
            },
        )
    };
    let found = named("api").unwrap();
    assert_eq!(found.core_elsewhere.as_deref(), Some("../other/clerk-auth"));
    assert_eq!(named("other").unwrap().core_elsewhere, None);
    assert_eq!(told(named("none")), "unknown-package");

    let manifest = "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/api\"]\n";
    fs::write(one.path().join("Cargo.toml"), manifest).unwrap();
    let alone = one.path().join("crates/api");
    let text = format!("{HEAD}[dependencies]\naxum = \"0.8\"\n");
    fs::write(alone.join("Cargo.toml"), text).unwrap();
    let found = look(&alone, &Asked::default()).unwrap();
    assert_eq!(found.workspace, alone);

    let empty = folder(&[("Cargo.toml", "[workspace]\nmembers = []\n")]);
    assert_eq!(
        told(look(empty.path(), &Asked::default())),
        "nothing-served"
    );
}

#[test]
fn a_member_may_name_its_workspace() {
    let member = format!("{HEAD}workspace = \"../all\"\n[dependencies]\naxum.workspace = true\n");
    let root = "[workspace]\nmembers = [\"../api\"]\n[workspace.dependencies]\naxum = \"0.8\"\n";
    let folder = folder(&[
        ("all/Cargo.toml", root),
        ("api/Cargo.toml", &member),
        ("api/src/main.rs", ""),
    ]);
    let api = folder.path().join("api");
    let found = look(&api, &Asked::default()).unwrap();
    assert_eq!(
        (found.workspace, found.folder),
        (folder.path().join("all"), api)
    );
}

#[test]
fn the_lock_file_knows_versions_and_libraries() {
    let manifest = format!("{HEAD}[dependencies]\nactix-web = \"4\"\nclerk-rs = \"0.4\"\n");
    let lock = "[[package]]\nname = \"actix-web\"\nversion = \"4.9.0\"\n[[package]]\nname = \"rustls\"\nversion = \"0.23.1\"\n\
        dependencies = [\"aws-lc-rs\"]\n[[package]]\nname = \"idna_adapter\"\nversion = \"1.2.0\"\n";
    let folder = folder(&[("Cargo.toml", &manifest), ("Cargo.lock", lock)]);
    let found = look(folder.path(), &Asked::default()).unwrap();
    assert_eq!(found.crypto, "aws-lc-rs");
    assert!(found.has_later_idna);
    assert_eq!(found.community_crate.as_deref(), Some("clerk_rs"));
    assert_eq!(found.manifest, manifest);
    assert_eq!(
        told(Ok(found)),
        "actix_web actix-web 4.9.0 src/main.rs framework-raised"
    );
}

#[test]
fn an_old_compiler_is_refused_and_an_old_promise_is_told() {
    let manifest = format!("{HEAD}rust-version = \"1.70\"\n[dependencies]\naxum = \"0.8\"\n");
    for (file, text, expected) in [
        (
            "rust-toolchain.toml",
            "[toolchain]\nchannel = \"1.80\"\n",
            "toolchain-old",
        ),
        ("rust-toolchain", "1.94.1\n", "toolchain-old"),
        (
            "rust-toolchain",
            "stable\n",
            "axum axum 0.8 src/main.rs rust-version",
        ),
        (
            "rust-toolchain.toml",
            "[toolchain]\nchannel = \"1.95\"\n",
            "axum axum 0.8 src/main.rs rust-version",
        ),
        (
            ".cargo/config.toml",
            "[source.vendored-sources]\ndirectory = \"vendor\"\n",
            "axum axum 0.8 src/main.rs rust-version,vendored",
        ),
    ] {
        let files = [("Cargo.toml", manifest.as_str()), (file, text)];
        assert_eq!(one(&files, &Asked::default()), expected, "{file} {text}");
    }
}

/// Whoever opened one waited for ever, and no Ctrl-C helped.
#[cfg(unix)]
#[test]
fn pipes_are_not_opened() {
    let manifest = format!("{HEAD}[dependencies]\naxum = \"0.8\"\n");
    let fine = "axum axum 0.8 src/main.rs";
    for (pipe, expected) in [
        ("Cargo.lock", "manifest-unreadable"),
        ("rust-toolchain", fine),
        (".cargo/config.toml", fine),
    ] {
        let folder = folder(&[("Cargo.toml", &manifest)]);
        let path = folder.path().join(pipe);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
        assert_eq!(
            told(look(folder.path(), &Asked::default())),
            expected,
            "{pipe}"
        );
    }
}

#[test]
fn every_refusal_says_what_to_do() {
    let axum = Framework::named("axum").unwrap();
    let refusals = [
        Refusal::SeveralPackages(Vec::new()),
        Refusal::NothingServed(Vec::new()),
        Refusal::Made("x".to_owned()),
        Refusal::NameTaken,
        Refusal::NoFramework("x".to_owned()),
        Refusal::SeveralFrameworks(vec![axum]),
        Refusal::Elsewhere(axum),
        Refusal::Outside("x".to_owned()),
    ];
    for refusal in refusals {
        assert!(refusal.explain().help.is_some(), "{refusal}");
    }
}
