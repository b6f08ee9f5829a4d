//! Extras for a project that `init` made.

use std::fs;

use clap::ValueEnum as _;
use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::choices::word;
use clerk_rs_cli::scaffold::{Extra, Framework, Template};

use super::{add, edit, files, paths, project};

#[test]
fn an_extra_that_is_added_is_the_one_that_init_makes() {
    let catalog = Catalog::load().unwrap();
    for framework in Framework::value_variants() {
        for template in Template::value_variants() {
            if !catalog.has(*framework, *template) {
                continue;
            }
            let extras = Extra::value_variants().iter();
            let fitting = extras.filter(|extra| catalog.extras[extra].fits(*framework, *template));
            let words: Vec<_> = fitting.copied().map(word).collect();
            let what = format!(
                "--framework {} --template {}",
                framework.name(),
                word(*template)
            );
            let first = project(&format!("{what} --with {}", words[0]));
            let said = add(&first, &format!("{} --yes", words.join(",")), 0);
            assert_eq!(said["known"][0], words[0], "{what}");
            assert_eq!(said["added"].as_array().unwrap().len(), words.len() - 1);
            let whole = project(&format!("{what} --with {}", words.join(",")));
            let (mut found, mut expected) = (files(&first), files(&whole));
            // Each pair of keys is another one.
            let names = |text: Vec<u8>| -> Vec<String> {
                let text = String::from_utf8(text).unwrap();
                let lines = text.lines().filter(|line| !line.starts_with('#'));
                lines
                    .map(|line| line.split('=').next().unwrap().to_owned())
                    .collect()
            };
            let variables =
                [&mut found, &mut expected].map(|files| names(files.remove(".env").unwrap()));
            assert_eq!(variables[0], variables[1], "{what}");
            for (path, bytes) in &expected {
                let (is, wanted) = (found.get(path), String::from_utf8_lossy(bytes));
                let is = is.map(|bytes| String::from_utf8_lossy(bytes));
                assert_eq!(is.as_deref(), Some(&*wanted), "{what}: {path}");
            }
            assert_eq!(found.len(), expected.len(), "{what}");
        }
    }
}

#[test]
fn what_its_owner_wrote_stays() {
    let sandbox = project("--with orgs");
    edit(
        &sandbox,
        "src/main.rs",
        "async fn start()",
        "/// Mine.\nasync fn start()",
    );
    edit(
        &sandbox,
        "Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\n# Mine.\nfutures = \"0.3\" # here\n",
    );
    edit(&sandbox, ".env", "CLERK_PUB", "MINE=1\nCLERK_PUB");
    let readme = sandbox.read("app/README.md");
    fs::remove_file(sandbox.path("app/README.md")).unwrap();
    assert!(!readme.is_empty());
    let said = add(&sandbox, "webhooks,docker --yes", 0);
    assert_eq!(said["written"], true);
    let main = sandbox.read("app/src/main.rs");
    for line in [
        "/// Mine.\n",
        "mod webhooks;\n",
        ".merge(webhooks::routes())\n",
    ] {
        assert!(main.contains(line), "{line}: {main}");
    }
    let manifest = sandbox.read("app/Cargo.toml");
    for line in [
        "# Mine.\nfutures = \"0.3\" # here\n",
        "extras = [\"orgs\", \"webhooks\", \"docker\"]",
        "\"webhooks\"] }",
    ] {
        assert!(manifest.contains(line), "{line}: {manifest}");
    }
    let variables = sandbox.read("app/.env");
    assert!(
        variables.contains("MINE=1\n")
            && variables.contains("\nCLERK_WEBHOOK_SIGNING_SECRET=whsec_")
    );
    // Who does without a README gets none.
    assert!(!sandbox.path("app/README.md").exists());
    assert!(sandbox.path("app/clerk-auth/src/webhooks.rs").exists());
    let before = files(&sandbox);
    let said = add(&sandbox, "docker,webhooks --yes", 0);
    assert_eq!((paths(&said).len(), &said["written"]), (0, &false.into()));
    assert_eq!(files(&sandbox), before);
    let run = sandbox.cli("add docker").folder(&sandbox.path("app"));
    run.stdout("  docker is there already\n").run();
}

#[test]
fn lines_that_both_changed_are_marked_and_told() {
    let sandbox = project("");
    edit(
        &sandbox,
        "src/main.rs",
        "        .merge(api::routes())\n        .fallback",
        "        .merge(mine())\n        .fallback",
    );
    let said = add(&sandbox, "webhooks --yes", 1);
    assert_eq!(said["left"][0]["path"], "src/main.rs");
    let main = sandbox.read("app/src/main.rs");
    assert!(
        main.contains("<<<<<<< yours\n        .merge(mine())"),
        "{main}"
    );
    assert!(main.contains(".merge(webhooks::routes())"), "{main}");
}

#[test]
fn a_file_that_is_gone_is_told_with_its_lines() {
    let sandbox = project("");
    fs::rename(
        sandbox.path("app/src/main.rs"),
        sandbox.path("app/src/app.rs"),
    )
    .unwrap();
    let said = add(&sandbox, "webhooks --yes", 1);
    let left = said["left"][0]["what"].as_str().unwrap();
    assert!(
        left.contains("mod webhooks; / .merge(webhooks::routes())"),
        "{left}"
    );
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_changes() {
    let sandbox = project("--template api");
    fs::write(sandbox.path("app/Dockerfile"), "FROM mine\n").unwrap();
    let before = files(&sandbox);
    for (words, status, code) in [
        ("orgs --yes", 2, "extra-unfit"),
        ("ws --yes", 2, "extra-unfit"),
        ("docker --yes", 3, "file-taken"),
        ("webhooks", 2, "answer-missing"),
        ("nothing", 2, "usage"),
        ("docker page reports --yes", 2, "usage"),
    ] {
        let said = add(&sandbox, words, status);
        assert_eq!(said["error"]["code"], code, "{words}: {said}");
        assert_eq!(files(&sandbox), before, "{words}");
    }
    let said = add(&sandbox, "webhooks --dry-run", 0);
    assert!(paths(&said).contains(&"src/webhooks.rs"), "{said}");
    assert_eq!(files(&sandbox), before);
    let older = sandbox
        .read("app/clerk-auth/.stamp")
        .replace("0.2.0", "0.1.0");
    fs::write(sandbox.path("app/clerk-auth/.stamp"), older).unwrap();
    let manifest = sandbox
        .read("app/Cargo.toml")
        .replace("\"0.2.0\"", "\"0.1.0\"");
    fs::write(sandbox.path("app/Cargo.toml"), manifest).unwrap();
    let said = add(&sandbox, "webhooks --yes", 3);
    assert_eq!(said["error"]["code"], "core-older", "{said}");
}

#[test]
fn keys_of_an_instance_get_no_secret_of_ours() {
    let sandbox = project("");
    let key = "CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk\n";
    fs::write(sandbox.path("app/.env"), key).unwrap();
    let said = add(&sandbox, "webhooks --yes", 0);
    assert_eq!(sandbox.read("app/.env"), key);
    let next = said["next"].to_string();
    assert!(next.contains("https://YOUR-HOST/webhooks/clerk"), "{next}");
}

#[test]
fn an_addition_is_taken_back_byte_for_byte() {
    let sandbox = project("");
    let before = files(&sandbox);
    add(&sandbox, "webhooks,github-actions --yes", 0);
    assert_ne!(files(&sandbox), before);
    let run = sandbox
        .cli("init --undo --json")
        .folder(&sandbox.path("app"));
    run.any_stdout().run();
    assert_eq!(files(&sandbox), before);
}
