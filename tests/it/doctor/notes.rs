//! What an owner wrote into `[package.metadata.clerk-rs]`: slips in it, and findings that are meant so.

use std::fs;

use serde_json::Value;

use super::unread::{append, noted, right, said};
use super::{of, project};

/// `axmu` changed what doctor looked for, without a word.
#[test]
fn words_of_the_notes_that_nothing_knows_are_told() {
    for (word, wrong, help) in [
        ("framework = \"axum\"", "axmu", "did you mean \"axum\"?"),
        ("template = \"api\"", "apy", "did you mean \"api\"?"),
        ("core-mode = \"copy\"", "cpy", "did you mean \"copy\"?"),
        ("extras = []", "xyzzy", "it knows orgs, webhooks, "),
    ] {
        let sandbox = noted("");
        let (key, _) = word.split_once(" = ").unwrap();
        let spoilt = match key {
            "extras" => format!("{key} = [\"{wrong}\"]"),
            _ => format!("{key} = \"{wrong}\""),
        };
        let manifest = sandbox.read("Cargo.toml").replace(word, &spoilt);
        fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
        let told = said(&sandbox, 1);
        let first = of(&told, "notes-malformed");
        assert_eq!(first["verdict"], "no");
        let detail = format!(
            "`{key}` in [package.metadata.clerk-rs] is \"{wrong}\", which this clerk-rs does not know"
        );
        assert_eq!(first["detail"], detail);
        assert!(first["help"].as_str().unwrap().starts_with(help), "{first}");
    }
}

#[test]
fn notes_in_a_table_of_another_name_are_told() {
    for table in [
        "package.metadata.clerk_rs",
        "package.metadata.clerk-r",
        "workspace.metadata.clerk-rs",
        "metadata.clerk-rs",
    ] {
        let sandbox = right();
        append(
            &sandbox.path("Cargo.toml"),
            &format!("\n[{table}]\nframework = \"axum\"\n[package.metadata.clerk-rs-dev]\n"),
        );
        let told = said(&sandbox, 0);
        let unused = of(&told, "notes-unused");
        assert_eq!(unused["detail"], format!("nothing reads [{table}]"));
    }
}

#[test]
fn a_route_that_is_behind_the_gate_needs_no_leave_to_be_without_one() {
    let told = said(&noted("without-gate = [\"/dashboard\"]"), 0);
    assert_eq!(
        of(&told, "notes-unused")["detail"],
        "`without-gate` names /dashboard, and the gate stands before that route"
    );
    let sandbox = noted("without-gate = [\"/metrics\"]");
    let main = sandbox.read("src/main.rs");
    let main = main.replace(
        "    serve(app",
        "    tokio::spawn(metrics());\n    serve(app",
    );
    let metrics = "async fn metrics() {\n    let app = Router::new().route(\"/metrics\", get(home));\n    \
                   let listener = tokio::net::TcpListener::bind(\"127.0.0.1:9\").await.unwrap();\n    \
                   axum::serve(listener, app).await.unwrap();\n}\n";
    fs::write(sandbox.path("src/main.rs"), main + metrics).unwrap();
    let told = said(&sandbox, 0);
    assert!(
        !told["findings"].to_string().contains("notes-unused"),
        "{told}"
    );
}

/// Nobody could say to doctor that a guess of its is wrong.
#[test]
fn a_guess_that_is_meant_so_is_counted_and_changes_nothing_else() {
    let notes = |entry: &str| {
        format!(
            "\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\ntemplate = \"api\"\ncore = \"0.2.0\"\n\
             core-mode = \"copy\"\nmeant = [\"{entry}\"]\n"
        )
    };
    let sandbox = |case: &str, entry: &str| {
        let sandbox = project(case);
        append(&sandbox.path("Cargo.toml"), &notes(entry));
        sandbox
    };
    let hook = sandbox("axum-webhook-unsigned", "webhook-not-verified src/main.rs");
    let told = said(&hook, 0);
    let id = "webhook-not-verified";
    assert_eq!(
        told["meant"],
        serde_json::json!([format!("{id} src/main.rs:14")])
    );
    let findings = told["findings"].to_string();
    assert!(
        !findings.contains(id) && !findings.contains("notes-unused"),
        "{told}"
    );
    assert!(
        !told["passed"]
            .as_array()
            .unwrap()
            .contains(&Value::from(id))
    );
    let text = hook.cli("doctor --offline -v").any_stdout().run();
    let first = text.lines().next().unwrap();
    assert!(first.ends_with(", 1 meant so"), "{text}");
    assert!(
        text.contains("webhook-not-verified src/main.rs:14: meant so"),
        "{text}"
    );

    for (case, entry, status, why) in [
        // It is no guess.
        (
            "axum-route-after-layer",
            "route-after-layer src/main.rs",
            1,
            "which is neither a guess nor a warning, and stays",
        ),
        (
            "axum-webhook-unsigned",
            "webhook-not-verified src/other.rs",
            1,
            "which doctor does not find",
        ),
        (
            "axum-webhook-unsigned",
            "webhook-not-verified src/main",
            1,
            "which doctor does not find",
        ),
        (
            "right-axum",
            "headers-logged src/main.rs",
            0,
            "which doctor does not find",
        ),
        (
            "right-axum",
            "headers-loged src/main.rs",
            0,
            "which is no finding and its file",
        ),
        (
            "right-axum",
            "headers-logged",
            0,
            "which is no finding and its file",
        ),
    ] {
        let told = said(&sandbox(case, entry), status);
        let unused = of(&told, "notes-unused");
        assert_eq!(unused["verdict"], "warn");
        assert_eq!(
            unused["detail"],
            format!("`meant` names \"{entry}\", {why}")
        );
        assert!(told["meant"].is_null(), "{told}");
        assert!(
            !told["passed"]
                .as_array()
                .unwrap()
                .contains(&Value::from("notes-unused"))
        );
    }

    // Each was told as not found.
    let hooks = "webhook-not-verified src/main.rs";
    for (entries, found, why) in [
        (
            "webhook-not-verified ./src/main.rs".to_owned(),
            true,
            &[][..],
        ),
        (
            format!("{hooks}\", \"{hooks}"),
            true,
            &["which stands there twice"],
        ),
        (
            format!("{hooks}:14"),
            false,
            &["which names a line: lines move, and the file alone is enough"],
        ),
    ] {
        let status = i32::from(!found);
        let told = said(&sandbox("axum-webhook-unsigned", &entries), status);
        assert_eq!(told["meant"].is_array(), found, "{told}");
        let findings = told["findings"].as_array().unwrap().iter();
        let unused = findings.filter(|one| one["id"] == "notes-unused");
        let unused: Vec<_> = unused.map(|one| one["detail"].as_str().unwrap()).collect();
        assert_eq!(unused.len(), why.len(), "{told}");
        assert!(
            unused
                .iter()
                .zip(why)
                .all(|(told, why)| told.ends_with(why)),
            "{told}"
        );
    }
    let many: Vec<_> = (0..3000)
        .map(|at| format!("headers-logged src/{at}.rs"))
        .collect();
    let told = said(&sandbox("right-axum", &many.join("\", \"")), 0);
    let findings = told["findings"].as_array().unwrap().iter();
    let unused: Vec<_> = findings.filter(|one| one["id"] == "notes-unused").collect();
    assert_eq!(unused.len(), 21, "{told}");
    assert_eq!(
        unused[20]["detail"],
        "2980 more entries of `meant` take out nothing"
    );

    // Whether it is found nobody knows where not all was read.
    let broken = sandbox("right-axum", "headers-logged src/main.rs");
    append(&broken.path("src/main.rs"), "mod gone;\n");
    assert!(!said(&broken, 3).to_string().contains("`meant` names"));
}
