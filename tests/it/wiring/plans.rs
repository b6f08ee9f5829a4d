//! What is planned, shown and written.

use std::fs;

use super::{MAIN, MANIFEST, QUICK, bare, commit, json, project, routes, state};

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let sandbox = project();
    let before = state(&sandbox);
    let shown = sandbox
        .cli("init app --dry-run")
        .with_programs()
        .any_stdout()
        .run();
    assert_eq!(state(&sandbox), before);
    for expected in [
        "Found axum 0.8",
        "+ src/clerk.rs",
        "~ src/main.rs",
        "+mod clerk;",
        "+clerk-auth = { path = \"clerk-auth\"",
        "needs a sign-in now; was open",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    assert!(
        !shown.contains("sk_test_") || shown.contains("sk_test_..."),
        "{shown}"
    );
    let said = json(
        &sandbox
            .cli("init app --dry-run --json")
            .with_programs()
            .any_stdout()
            .run(),
    );
    assert_eq!(
        (&said["schema"], &said["kind"]),
        (&"clerk-rs.init/1".into(), &"wired".into())
    );
    assert_eq!(
        (&said["ok"], &said["written"]),
        (&true.into(), &false.into())
    );
    assert_eq!(said["public"], serde_json::json!(["/health"]));
    assert_eq!(state(&sandbox), before);
}

#[test]
fn nobody_is_asked_without_a_terminal_and_nothing_is_written_without_yes() {
    let sandbox = project();
    let before = state(&sandbox);
    sandbox
        .cli("init app --no-check")
        .with_programs()
        .status(2)
        .stderr(
            "error: the permission to write is missing\n  because: there is no terminal to ask on\n  \
             help: pass --yes, or look first with --dry-run\n",
        )
        .run();
    assert_eq!(state(&sandbox), before);
}

#[test]
fn a_wired_project_protects_all_routes_but_those_of_machines() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let expected = [
        ("/", "signed-in"),
        ("/health", "public"),
        ("/users/{id}", "signed-in"),
    ];
    let expected = expected.map(|(path, kind)| (path.to_owned(), kind.to_owned()));
    assert_eq!(routes(&sandbox), expected);
    let manifest = sandbox.read("app/Cargo.toml");
    assert!(manifest.starts_with(MANIFEST.lines().next().unwrap()));
    assert!(manifest.contains("name = \"orchard\" # mine"), "{manifest}");
    assert!(manifest.contains("wired = true"), "{manifest}");
    assert!(sandbox.read("app/.gitignore").starts_with("/target\n"));
    let wired = state(&sandbox);
    let again = sandbox.cli(QUICK).with_programs().any_stdout().run();
    assert!(again.contains("wired already"), "{again}");
    assert_eq!(state(&sandbox), wired);
}

#[test]
fn a_piece_that_was_taken_out_is_planned_again_and_the_rest_stays_as_its_owner_has_it() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let module = sandbox.read("app/src/clerk.rs");
    fs::remove_file(sandbox.path("app/src/clerk.rs")).unwrap();
    let core = sandbox.read("app/clerk-auth/src/lib.rs") + "// mine\n";
    fs::write(sandbox.path("app/clerk-auth/src/lib.rs"), &core).unwrap();
    let words = format!("{QUICK} --json --allow-dirty");
    let said = json(&sandbox.cli(&words).with_programs().any_stdout().run());
    let files = said["files"].as_array().unwrap().iter();
    let written: Vec<_> = files.filter(|file| file["action"] != "skip").collect();
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0]["path"], "src/clerk.rs");
    assert_eq!(sandbox.read("app/src/clerk.rs"), module);
    assert_eq!(sandbox.read("app/clerk-auth/src/lib.rs"), core);
}

#[test]
fn public_paths_are_those_that_were_named_and_those_of_machines() {
    let sandbox = project();
    // As the list of routes shows it.
    let words = format!("{QUICK} --public /users/{{id}} --json");
    let said = json(&sandbox.cli(&words).with_programs().any_stdout().run());
    let expected = serde_json::json!(["/health", "/users/:id"]);
    assert_eq!(said["public"], expected);
    let protected: Vec<_> = routes(&sandbox)
        .into_iter()
        .filter(|(_, kind)| kind == "signed-in")
        .map(|(path, _)| path)
        .collect();
    assert_eq!(protected, ["/"]);
    let sandbox = project();
    let words = format!("{QUICK} --public /users/{{id}}.json --json");
    let run = sandbox.cli(&words).with_programs().status(2);
    let said = json(&run.any_stdout().run());
    assert_eq!(said["error"]["code"], "pattern-unfit", "{said}");
}

/// A folder of files of which one was opened was said to stay open as a whole, and its style sheets were answered 401.
#[test]
fn files_below_a_path_are_opened_as_they_are_listed_and_in_part() {
    let sandbox = bare();
    let files = ".nest_service(\"/files\", tower_http::services::ServeDir::new(\"files\"))";
    let main = MAIN.replace("Router::new()", &format!("Router::new(){files}"));
    fs::write(sandbox.path("app/src/main.rs"), main).unwrap();
    commit(&sandbox);
    for (open, now) in [
        ("/files/*", "stays open to everybody"),
        ("/files", "stays open in part; the rest needs a sign-in now"),
        ("/users/*", "needs a sign-in now; was open"),
    ] {
        let words = format!("{QUICK} --dry-run --public {open}");
        let shown = sandbox.cli(&words).with_programs().any_stdout().run();
        let found = shown.lines().find(|line| line.contains("/files/*"));
        assert!(
            found.is_some_and(|line| line.ends_with(now)),
            "{now}: {shown}"
        );
    }
}

#[test]
fn what_comes_next_is_said() {
    let sandbox = project();
    let text = sandbox.cli(QUICK).with_programs().any_stdout().run();
    for expected in [
        "  Next\n    clerk-rs dev    runs it\n",
        "curl -H \"Authorization: Bearer $(clerk-rs token mint)\" localhost:3000/\n",
        "src/clerk.rs    PUBLIC_PATHS",
        "clerk_auth::axum::SignedIn",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    // What the source calls a path is not put into a line for a shell.
    let sandbox = bare();
    let main = MAIN.replace("route(\"/\"", "route(\"/$(touch x)\"");
    fs::write(sandbox.path("app/src/main.rs"), main).unwrap();
    commit(&sandbox);
    let words = format!("{QUICK} --json");
    let said = json(&sandbox.cli(&words).with_programs().any_stdout().run());
    let next = said["next"][1].as_str().unwrap();
    assert!(
        next.contains("token mint") && !next.contains("touch"),
        "{next}"
    );
}

#[test]
fn where_the_place_is_not_certain_the_lines_are_told_and_all_else_is_written() {
    let sandbox = bare();
    // Which of the two is the app?
    let main = MAIN.replace(
        "    axum::serve(listener, app).await.unwrap();\n",
        "    let other = Router::new().route(\"/admin\", get(home));\n    \
         let second = tokio::net::TcpListener::bind(\"127.0.0.1:3001\").await.unwrap();\n    \
         let _ = tokio::join!(axum::serve(listener, app).into_future(), axum::serve(second, other).into_future());\n",
    );
    fs::write(sandbox.path("app/src/main.rs"), &main).unwrap();
    commit(&sandbox);
    let said = sandbox
        .cli(QUICK)
        .with_programs()
        .status(1)
        .any_stdout()
        .run();
    assert!(
        said.contains("Nothing is protected until you add these lines"),
        "{said}"
    );
    assert!(said.contains("src/main.rs:"), "{said}");
    assert!(said.contains("with --without-gate PATH"), "{said}");
    // That nobody calls our own module yet is no news.
    assert!(!said.contains("src/clerk.rs:"), "{said}");
    assert!(sandbox.path("app/src/clerk.rs").exists());
    assert!(sandbox.read("app/Cargo.toml").contains("clerk-auth"));
}

#[test]
fn keys_that_are_there_are_kept_and_no_others_are_written() {
    let sandbox = bare();
    let keys =
        "# mine\nCLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk\n";
    fs::write(sandbox.path("app/.env"), keys).unwrap();
    fs::write(sandbox.path("app/.gitignore"), "/target\n.env\n").unwrap();
    commit(&sandbox);
    let said = sandbox
        .cli(&format!("{QUICK} --json"))
        .with_programs()
        .any_stdout()
        .run();
    assert_eq!(json(&said)["keys"], "env");
    assert_eq!(sandbox.read("app/.env"), keys);
}

fn remark(said: &serde_json::Value, code: &str) -> Option<String> {
    let mut remarks = said["remarks"].as_array().unwrap().iter();
    let remark = remarks.find(|remark| remark["code"] == code)?;
    Some(remark["text"].as_str().unwrap().to_owned())
}

/// Stripe's deliveries were answered 401 from the day on which the gate came.
#[test]
fn routes_that_other_services_call_are_named() {
    let sandbox = bare();
    let main = MAIN.replace(
        "        .route(\"/health\"",
        "        .route(\"/hooks/stripe\", axum::routing::post(home))\n        .route(\"/health\"",
    );
    fs::write(sandbox.path("app/src/main.rs"), main).unwrap();
    let said = |words: &str| {
        let cli = sandbox.cli(&format!("init app --dry-run --json {words}"));
        json(&cli.with_programs().any_stdout().run())
    };
    let told = said("");
    assert_eq!(
        remark(&told, "deliveries").unwrap(),
        "/hooks/stripe looks like a route that another service calls: it has no session, and will be answered 401"
    );
    let remarks = told["remarks"].to_string();
    assert!(
        remarks.contains("`--public '/hooks/stripe'` opens it"),
        "{remarks}"
    );
    assert_eq!(remark(&said("--public /hooks/stripe"), "deliveries"), None);
}

#[test]
fn other_programs_of_the_package_are_named_before_and_after() {
    let sandbox = bare();
    fs::create_dir(sandbox.path("app/src/bin")).unwrap();
    fs::write(sandbox.path("app/src/bin/admin.rs"), "fn main() {}\n").unwrap();
    commit(&sandbox);
    for head in ["Wired orchard", "This project is wired already"] {
        let words = format!("{QUICK} --bin orchard --allow-dirty");
        let text = sandbox.cli(&words).with_programs().any_stdout().run();
        assert!(text.contains(head), "{text}");
        let named = "orchard has other programs, which stay as they are: admin";
        assert!(text.contains(named), "{text}");
    }
    let words = "init app --bin orchard --json";
    let said = json(&sandbox.cli(words).with_programs().any_stdout().run());
    assert!(remark(&said, "other-programs").is_some(), "{said}");
}

#[test]
fn the_apps_own_tests_are_told_of_before_it_is_wired_and_no_more_afterwards() {
    let sandbox = bare();
    fs::create_dir_all(sandbox.path("app/tests")).unwrap();
    fs::write(sandbox.path("app/tests/api.rs"), "").unwrap();
    commit(&sandbox);
    let words = format!("{QUICK} --json --allow-dirty");
    let run = || json(&sandbox.cli(&words).with_programs().any_stdout().run());
    assert!(remark(&run(), "tests").is_some());
    assert_eq!(remark(&run(), "tests"), None);
}

/// It decides who gets in, and who cloned the project has not seen what was done to it.
#[test]
fn a_core_that_is_not_as_it_was_written_is_told() {
    let sandbox = project();
    let words = format!("{QUICK} --json --allow-dirty");
    let run = || json(&sandbox.cli(&words).with_programs().any_stdout().run());
    run();
    assert_eq!(remark(&run(), "core-changed"), None);
    let file = sandbox.path("app/clerk-auth/src/axum/layer.rs");
    let text = fs::read_to_string(&file).unwrap() + "// mine\n";
    fs::write(&file, text).unwrap();
    let expected = "clerk-auth/ is not as clerk-rs wrote it: src/axum/layer.rs";
    assert_eq!(remark(&run(), "core-changed").as_deref(), Some(expected));
    let text = sandbox.cli(QUICK).with_programs().any_stdout().run();
    assert!(
        text.contains("wired already") && text.contains(expected),
        "{text}"
    );
}
