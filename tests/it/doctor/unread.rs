//! What could not be read is not said to be right: neither by the exit code nor among the checks that passed.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{of, project};
use crate::support::Sandbox;

const GATE: &str = "        .layer(ClerkLayer::new(&kit))";

pub fn said(sandbox: &Sandbox, status: i32) -> Value {
    let said = sandbox
        .cli("doctor --offline --json")
        .status(status)
        .any_stdout()
        .run();
    serde_json::from_str(&said).unwrap()
}

/// Nothing of what looks through the program passed.
pub fn nothing_passed(said: &Value) {
    let passed = said["passed"].as_array().unwrap();
    for id in [
        "route-without-gate",
        "handler-asks-nobody",
        "signature-not-checked",
        "headers-logged",
        "secret-in-source",
        "secret-built-in",
    ] {
        assert!(!passed.contains(&Value::from(id)), "{id} passed: {said}");
        assert_eq!(of(said, id)["verdict"], "skipped", "{id}");
    }
    assert_eq!(said["ok"], false);
}

pub fn right() -> Sandbox {
    project("right-axum")
}

pub fn append(path: &Path, text: &str) {
    let before = fs::read_to_string(path).unwrap_or_default();
    fs::write(path, format!("{before}{text}")).unwrap();
}

/// `gate-missing`, exit code 1, became "nothing depends on clerk-auth", exit code 0.
#[test]
fn a_manifest_that_cannot_be_read_is_the_first_thing_that_is_told() {
    for (text, why) in [
        (
            &b"[dependencies]\nclerk-auth = \"1\"\n[dependencies]\n"[..],
            "Cargo.toml is not valid TOML",
        ),
        (b"[package]\nname = { \n", "Cargo.toml is not valid TOML"),
        (
            b"garbage = = ",
            "Cargo.toml is not valid TOML: line 1: extra `=`",
        ),
        (b"\xff\xfe[package]", "Cargo.toml cannot be read"),
        (b"", "Cargo.toml has neither a [package] nor a [workspace]"),
    ] {
        let sandbox = right();
        let main = sandbox.read("src/main.rs").replace(GATE, "");
        fs::write(sandbox.path("src/main.rs"), main).unwrap();
        fs::write(sandbox.path("Cargo.toml"), text).unwrap();
        let said = said(&sandbox, 3);
        let first = &said["findings"][0];
        assert_eq!(first["id"], "manifest-not-read", "{said}");
        assert_eq!(first["verdict"], "unknown");
        assert!(
            first["detail"].as_str().unwrap().starts_with(why),
            "{first}"
        );
        nothing_passed(&said);
        assert!(
            !said.to_string().contains("depends on clerk-auth"),
            "{said}"
        );
    }
}

#[test]
fn a_source_that_is_no_text_or_too_long_could_not_be_found_out() {
    let long = format!(
        "{}fn f(t: &str) {{ insecure_decode(t) }}\n",
        "// x\n".repeat(600_000)
    );
    let deep = format!(
        "fn f() {{ insecure_decode({}{}) }}\n",
        "(".repeat(400),
        ")".repeat(400)
    );
    for text in [
        &b"fn f() {} // \xff\n"[..],
        long.as_bytes(),
        deep.as_bytes(),
    ] {
        for is_module in [true, false] {
            let sandbox = right();
            fs::write(sandbox.path("src/more.rs"), text).unwrap();
            if is_module {
                append(&sandbox.path("src/main.rs"), "mod more;\n");
            }
            let said = said(&sandbox, 3);
            let unread = of(&said, "source-not-read");
            assert_eq!(unread["verdict"], "unknown");
            assert!(
                unread["place"].as_str().unwrap().starts_with("src/more.rs"),
                "{unread}"
            );
            nothing_passed(&said);
        }
    }
}

/// It was left out from 256 KiB on.
#[test]
fn a_long_source_is_read() {
    let sandbox = right();
    let text = format!(
        "{}fn f(t: &str) {{ insecure_decode(t); }}\n",
        "// x\n".repeat(60_000)
    );
    fs::write(sandbox.path("src/more.rs"), text).unwrap();
    let said = said(&sandbox, 1);
    assert_eq!(
        of(&said, "signature-not-checked")["place"],
        "src/more.rs:60001"
    );
}

/// There are thousands of them, and not one is the app's.
#[test]
fn what_cargo_vendor_brought_is_no_source_of_the_project() {
    let sandbox = right();
    fs::create_dir_all(sandbox.path("vendor/x/src")).unwrap();
    fs::write(sandbox.path("vendor/x/src/lib.rs"), b"\xff").unwrap();
    said(&sandbox, 3);
    fs::write(sandbox.path("vendor/x/.cargo-checksum.json"), "{}").unwrap();
    said(&sandbox, 0);
}

#[test]
fn a_module_that_is_not_there_could_not_be_found_out() {
    let sandbox = right();
    append(&sandbox.path("src/main.rs"), "mod more;\n");
    nothing_passed(&said(&sandbox, 3));
}

/// `routes` listed what they serve, and nothing else of them was looked at.
#[test]
fn modules_that_lie_elsewhere_are_looked_at() {
    let insecure = "pub fn f(t: &str) { insecure_decode(t); }\n";
    for (file, module, place) in [
        ("x.rs", "#[path = \"../../x.rs\"] mod out;\n", "../x.rs:1"),
        (
            "my-app/target/gen/l.rs",
            "#[path = \"../target/gen/l.rs\"] mod out;\n",
            "target/gen/l.rs:1",
        ),
        #[cfg(unix)]
        ("x.rs", "mod linked;\n", "src/linked.rs:1"),
    ] {
        let sandbox = right();
        let root = sandbox.path("my-app");
        fs::create_dir_all(root.join("target/gen")).unwrap();
        for name in ["src", "Cargo.toml", "core", ".env"] {
            fs::rename(sandbox.path(name), root.join(name)).unwrap();
        }
        fs::write(sandbox.path(file), insecure).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("../../x.rs", root.join("src/linked.rs")).unwrap();
        append(&root.join("src/main.rs"), module);
        let said = sandbox
            .cli("doctor --offline --json")
            .folder(&root)
            .status(1)
            .any_stdout()
            .run();
        let said: Value = serde_json::from_str(&said).unwrap();
        let found = of(&said, "signature-not-checked");
        assert_eq!(
            (&found["verdict"], &found["place"]),
            (&Value::from("no"), &Value::from(place))
        );
    }
}

/// "nothing of Clerk protects this app", it said, because one entry of our own table was no list.
#[test]
fn a_table_of_ours_that_somebody_spoilt_is_named_and_the_rest_is_looked_at() {
    for entry in [
        "without-gate = \"/metrics\"",
        "without-gate = [1]",
        "extras = \"x\"",
    ] {
        let sandbox = noted(entry);
        let said = said(&sandbox, 1);
        let first = &said["findings"][0];
        assert_eq!(first["id"], "notes-malformed");
        assert_eq!(first["verdict"], "no");
        assert!(
            first["detail"]
                .as_str()
                .unwrap()
                .contains("is not as `clerk-rs` writes it: ")
        );
        let passed = said["passed"].as_array().unwrap();
        assert!(
            passed.contains(&Value::from("route-without-gate")),
            "{said}"
        );
        assert!(
            !said.to_string().contains("depends on clerk-auth"),
            "{said}"
        );
    }
}

#[test]
fn an_entry_of_ours_that_changes_nothing_is_told() {
    for (entry, told) in [
        (
            "without_gate = [\"/dashboard\"]",
            "nothing reads `without_gate`",
        ),
        (
            "without-gate = [\"/metric\"]",
            "`without-gate` names /metric, and no route",
        ),
    ] {
        let said = said(&noted(entry), 0);
        let unused = of(&said, "notes-unused");
        assert_eq!(unused["verdict"], "warn");
        assert!(
            unused["detail"].as_str().unwrap().starts_with(told),
            "{unused}"
        );
    }
}

/// A right project with our table, and this entry in it.
pub fn noted(entry: &str) -> Sandbox {
    let sandbox = right();
    let extras = if entry.starts_with("extras") {
        ""
    } else {
        "extras = []\n"
    };
    let notes = format!(
        "\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\ntemplate = \"api\"\n{extras}core = \"0.2.0\"\n\
         core-mode = \"copy\"\n{entry}\n"
    );
    append(&sandbox.path("Cargo.toml"), &notes);
    sandbox
}

/// Only `sk_live_` was looked for before git has it, and a private key never was.
#[cfg(unix)]
#[test]
fn secrets_without_a_test_form_are_told_before_git_has_them() {
    use super::care::git;
    let secrets = [
        ["whs", "ec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].concat(),
        ["a", "k_2q7OrchardOrchardOrchard4711"].concat(),
        ["-----BEGIN RSA PRIV", "ATE KEY-----"].concat(),
        ["m", "t_2q7OrchardOrchardOrchard4711"].concat(),
        ["oa", "t_2q7OrchardOrchardOrchard4711"].concat(),
    ];
    let sandbox = right();
    for (index, secret) in secrets.iter().enumerate() {
        for folder in ["in-git", "beside"] {
            fs::create_dir_all(sandbox.path(folder)).unwrap();
            fs::write(
                sandbox.path(&format!("{folder}/{index}.txt")),
                format!("{secret}\n"),
            )
            .unwrap();
        }
    }
    // Neither what is ignored nor what looks for the line of a key.
    fs::write(sandbox.path("kept.txt"), secrets.join("\n")).unwrap();
    fs::write(
        sandbox.path("parser.rs"),
        format!("const BEGIN: &str = \"{}\";\n", secrets[2]),
    )
    .unwrap();
    // Nor placeholders and words that only look like it; these were told.
    for folder in ["in-git", "beside"] {
        let text = format!(
            "sk_live_{x}\nsk_live_YOURSECRETKEYGOESHERE\n# whsec_{x}\nkayak_reservationsAreHandledHere2024\n\
             break_circuitAfterManyFailures12345\nrisk_test_abcdefghijklmnopqrstuvwxyz1\n",
            x = "x".repeat(24)
        );
        fs::write(sandbox.path(&format!("{folder}/notes.md")), text).unwrap();
    }
    fs::write(sandbox.path(".gitignore"), "/.env\n/kept.txt\n").unwrap();
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "in-git"]);
    let said = sandbox
        .cli("doctor --offline --json")
        .with_programs()
        .any_stdout()
        .run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let told = findings.filter(|one| one["subject"] == "git" && one["verdict"] == "warn");
    let told: Vec<_> = told
        .map(|one| {
            format!(
                "{} {}",
                one["id"].as_str().unwrap(),
                one["place"].as_str().unwrap()
            )
        })
        .collect();
    let expected = [
        ("secret-tracked", "in-git"),
        ("secret-not-ignored", "beside"),
    ];
    let expected = expected
        .iter()
        .flat_map(|(id, folder)| (0..5).map(move |index| format!("{id} {folder}/{index}.txt:1")));
    assert_eq!(told, expected.collect::<Vec<_>>());
}

/// The advice was to write `-- --format`.
#[test]
fn an_option_of_doctor_is_no_value_for_explain() {
    Sandbox::new()
        .cli("doctor explain --format sarif")
        .status(2)
        .stderr("error: unexpected argument '--format' found\n  help: --format is for `clerk-rs doctor` without a subcommand\n")
        .run();
}

/// As root everything can be read.
#[cfg(unix)]
#[test]
fn what_nobody_may_open_could_not_be_found_out() {
    use std::os::unix::fs::PermissionsExt as _;
    for name in ["Cargo.toml", "src/main.rs", "src/clerk.rs", "src"] {
        let sandbox = right();
        let path = sandbox.path(name);
        let mode = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::File::open(&path).is_ok() {
            return;
        }
        let said = said(&sandbox, 3);
        fs::set_permissions(&path, mode).unwrap();
        nothing_passed(&said);
        assert!(said.to_string().contains("Permission denied"), "{said}");
        assert!(!said.to_string().contains("neither src/main.rs"), "{said}");
    }
}
