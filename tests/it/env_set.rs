//! `env set`: what it refuses before anything is touched, and that it changes nothing else.

use std::fs;

use serde_json::{Value, json};

use crate::support::Sandbox;

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

/// A project with these files.
fn project(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    for (name, text) in files {
        fs::write(sandbox.path(name), text).unwrap();
    }
    sandbox
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// "Set" was all that was said, and then nothing happened.
#[test]
fn what_the_project_does_not_read_is_set_with_a_warning() {
    let sandbox = project(&[]);
    let manifest = "[dependencies]\nclerk-auth = \"0.2\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    sandbox
        .cli("env set CLERK_UI_VERSION 1")
        .stdout(
            "  Set CLERK_UI_VERSION in .env
  + CLERK_UI_VERSION   1                        .env:1

  ! CLERK_UI_VERSION   not read by this project; other kits for Clerk read it
",
        )
        .run();
    sandbox
        .cli("env set CLERK_DOMAIN a.example")
        .stdout(
            "  Set CLERK_DOMAIN in .env
  + CLERK_DOMAIN   a.example                .env:2
",
        )
        .run();
}

/// Only `keys check` said that a key may be cut off.
#[test]
fn what_is_odd_about_a_key_is_said_when_it_is_set() {
    let short = "sk_test_2q7OrchardOrchard4711";
    let padded = "pk_test_YnJhdmUtb3R0ZXItNzcuY2xlcmsuYWNjb3VudHMuZGV2JA==";
    let sandbox = project(&[]);
    let cut = "24 characters; Clerk's have about 50, so it may be cut off";
    let cut = cut.replace("24", &short.len().to_string());
    let otherwise = "the cookies have other names than with the key without it";
    let set = |words: &str, input: &str| {
        let said = sandbox.cli(words).stdin(input).any_stdout().run();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = set("env set CLERK_SECRET_KEY -", short);
    assert!(said.contains(&cut) && !said.contains("Orchard"), "{said}");
    let said = set(&format!("env set CLERK_PUBLISHABLE_KEY {padded}"), "");
    assert!(said.contains(otherwise), "{said}");
    let words = "env set --keys paste --secret-key-file - --publishable-key";
    let said = set(&format!("{words} {padded}"), short);
    assert!(said.contains(&cut) && said.contains(otherwise), "{said}");
}

#[test]
fn a_value_is_set_and_every_other_byte_stays() {
    let before = "# keys\r\n\r\nexport CLERK_SECRET_KEY = 'sk_test_old' # why\r\nOTHER=\"a b\"";
    let sandbox = project(&[(".env", before)]);
    sandbox
        .cli("env set CLERK_SECRET_KEY -")
        .stdin(&format!("{SECRET}\n"))
        .stdout(
            "  Set CLERK_SECRET_KEY in .env
  ~ CLERK_SECRET_KEY   sk_test_\u{2026}4711            .env:3

  ! file mode     .env
                  mode 600 instead of 644: it holds a secret, which others could
                  read
                  help: `chmod g+r` lets a service of its group read it
",
        )
        .run();
    let after = before.replace("sk_test_old", SECRET);
    assert_eq!(sandbox.read(".env"), after);
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /sign-in")
        .stdout(
            "  Set CLERK_SIGN_IN_URL in .env
  + CLERK_SIGN_IN_URL   /sign-in                 .env:5
",
        )
        .run();
    let with_url = format!("{after}\r\nCLERK_SIGN_IN_URL=/sign-in\r\n");
    assert_eq!(sandbox.read(".env"), with_url);
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /sign-in")
        .stdout("  CLERK_SIGN_IN_URL has this value already, in .env\n")
        .run();
    assert_eq!(sandbox.read(".env"), with_url);
    assert_eq!(sandbox.tree(), [".env", "Cargo.toml"]);
}

#[test]
fn json_tells_what_changed_and_never_the_secret() {
    let sandbox = project(&[]);
    fs::write(sandbox.path("key"), SECRET).unwrap();
    let said = sandbox
        .cli("env set CLERK_SECRET_KEY @key --json")
        .any_stdout()
        .run();
    let expected = json!({
        "schema": "clerk-rs.env-set/1",
        "ok": true,
        "dry_run": false,
        "changes": [{
            "file": ".env",
            "name": "CLERK_SECRET_KEY",
            "action": "added",
            "line": 1,
            "before": null,
            "after": "sk_test_\u{2026}4711",
        }],
        "ignored": [],
        "findings": [],
    });
    assert_eq!(document(&said), expected);
    assert_eq!(sandbox.read(".env"), format!("CLERK_SECRET_KEY={SECRET}\n"));
}

/// What is wrong with a value is said in these words, and nothing is written.
#[test]
fn a_value_that_will_not_do_is_refused() {
    let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\n");
    let sandbox = project(&[(".env", &file)]);
    for (words, stdin, stderr) in [
        (
            "CLERK_SECRET_KEY -",
            "sk_live_2q7OrchardOrchardOrchardOrchard4711",
            "error: the two keys belong to different instances
  because: it belongs to a live instance, but CLERK_PUBLISHABLE_KEY to a test instance
  help: copy both from one page of Clerk's dashboard, API keys; `clerk-rs env set --keys paste` takes both at once
",
        ),
        (
            "CLERK_SECRET_KEY sk_test_hidden",
            "",
            "error: a secret does not belong on the command line
  because: the shell's history and the list of processes show it
  help: `clerk-rs env set CLERK_SECRET_KEY` asks for it; `-` takes it from standard input, @FILE from a file
",
        ),
        (
            "CLERK_SIGN_IN_URL sk_test_hidden",
            "",
            "error: a secret does not belong on the command line
  because: the shell's history and the list of processes show it
  help: `clerk-rs env set CLERK_SIGN_IN_URL` asks for it; `-` takes it from standard input, @FILE from a file
",
        ),
        (
            "CLERK_SIGN_IN_URL -",
            "sk_test_hidden",
            "error: CLERK_SIGN_IN_URL cannot be set to that
  because: it is a secret, which this variable shows
  help: is it another variable's?
",
        ),
        (
            "VITE_CLERK_SECRET_KEY -",
            SECRET,
            "error: VITE_CLERK_SECRET_KEY is sent to every browser
  because: and this is a secret
  help: only servers may have it: CLERK_SECRET_KEY
",
        ),
        (
            "REACT_APP_TOKEN -",
            SECRET,
            "error: REACT_APP_TOKEN is sent to every browser
  because: and this is a secret
  help: only servers may have it: CLERK_SECRET_KEY and the like
",
        ),
        (
            "1X -",
            "x",
            "error: 1X is no variable's name
  help: letters, digits and _, as in CLERK_SECRET_KEY
",
        ),
        (
            "CLERK_IS_SATELLITE yes",
            "",
            "error: CLERK_IS_SATELLITE cannot be set to that
  because: it counts as no
  help: write true or false
",
        ),
        (
            "CLERK_API_URL clerk",
            "",
            "error: CLERK_API_URL cannot be set to that
  because: it is not a URL
  help: write it as https://host
",
        ),
        (
            "CLERK_API_VERSION 2026-05-12",
            "",
            "error: CLERK_API_VERSION cannot be set to that
  because: \"2026-05-12\" is not a path version
  help: write v1, or remove the variable; the dated version is fixed
",
        ),
        (
            "CLERK_SIGN_IN_URL -",
            "  \n",
            "error: CLERK_SIGN_IN_URL cannot be set to that
  because: it is empty
  help: give a value; `clerk-rs env unset CLERK_SIGN_IN_URL` takes the variable out
",
        ),
        (
            "CLERK_SIGN_IN_URL @absent",
            "",
            "error: could not read the value from absent
  because: there is no such file
  help: check the path; it counts from the working folder
",
        ),
        (
            "CLERK_SIGN_IN_URL /x --file ../.env",
            "",
            "error: ../.env is no file of variables
  help: its name starts with .env and it lies in the project's folder
",
        ),
        (
            "--keys local --publishable-key pk_test_x",
            "",
            "error: --publishable-key goes with --keys paste only
  help: leave one of the two out
",
        ),
    ] {
        sandbox
            .cli(&format!("env set {words}"))
            .stdin(stdin)
            .status(if words.ends_with("@absent") { 3 } else { 2 })
            .stderr(stderr)
            .run();
    }
    assert_eq!(sandbox.read(".env"), file);
}

/// A pasted value with a line break wrote a second variable, which sent every secret to a stranger's server.
#[test]
fn a_line_break_or_an_escape_in_a_value_is_refused() {
    let sandbox = project(&[(".env", "A=1\n")]);
    for (name, value, why) in [
        (
            "CLERK_SIGN_IN_URL",
            "/x\nCLERK_API_URL=https://evil.example",
            "position 3: a line break",
        ),
        ("CLERK_SIGN_IN_URL", "/x\ry", "position 3: a line break"),
        (
            "CLERK_SIGN_IN_URL",
            "/\u{1b}[2J",
            "there is a control character (\\u{1b}) at position 2",
        ),
        (
            "OTHER",
            "a\0b",
            "there is a control character (\\u{0}) at position 2",
        ),
    ] {
        let said = sandbox
            .cli(&format!("env set {name} - --json"))
            .stdin(value)
            .status(2)
            .any_stdout()
            .run();
        let error = &document(&said)["error"];
        assert_eq!(error["code"], "bad-value");
        let message = error["message"].as_str().unwrap();
        assert_eq!(message, format!("{name} cannot be set to that: {why}"));
    }
    assert_eq!(sandbox.read(".env"), "A=1\n");
}

#[test]
fn a_pem_stands_on_one_line() {
    let sandbox = project(&[]);
    let pem = "-----BEGIN PUBLIC KEY-----\r\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu\r\n-----END PUBLIC KEY-----\r\n";
    fs::write(sandbox.path("bad.pem"), pem).unwrap();
    let said = sandbox
        .cli("env set CLERK_JWT_KEY @bad.pem --json")
        .status(2)
        .any_stdout()
        .run();
    let message = document(&said)["error"]["message"].to_string();
    assert!(message.contains("cannot be read"), "{message}");
    let public = public_key();
    fs::write(sandbox.path("good.pem"), public.replace('\n', "\r\n")).unwrap();
    sandbox.cli("env set CLERK_JWT_KEY @good.pem -q").run();
    let text = sandbox.read(".env");
    assert_eq!(text.lines().count(), 1, "{text}");
    let value = dotenvy::from_read_iter(text.as_bytes())
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(value.1, public.trim());
}

fn public_key() -> String {
    let cases: Value = document(
        &fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/cases/fixtures.json"
        ))
        .unwrap(),
    );
    let text = cases.to_string();
    let start = text.find("-----BEGIN PUBLIC KEY-----").unwrap();
    let end = start + text[start..].find("-----END PUBLIC KEY-----").unwrap();
    format!("{}-----END PUBLIC KEY-----\n", &text[start..end]).replace("\\n", "\n")
}

#[test]
fn the_file_that_counts_is_changed_and_a_stronger_place_is_named() {
    let sandbox = project(&[
        (".env", "CLERK_SIGN_IN_URL=/a\n"),
        (".env.local", "CLERK_SIGN_IN_URL=/b\n"),
    ]);
    sandbox.cli("env set CLERK_SIGN_IN_URL /c -q").run();
    assert_eq!(sandbox.read(".env.local"), "CLERK_SIGN_IN_URL=/c\n");
    assert_eq!(sandbox.read(".env"), "CLERK_SIGN_IN_URL=/a\n");
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /d --file .env")
        .stdout(
            "  Set CLERK_SIGN_IN_URL in .env
  ~ CLERK_SIGN_IN_URL   /d                       .env:1

  ! CLERK_SIGN_IN_URL   .env.local:1 sets it too, and wins over .env
                  help: take it out there
",
        )
        .run();
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /e")
        .var("CLERK_SIGN_IN_URL", "/f")
        .stdout(
            "  Set CLERK_SIGN_IN_URL in .env.local
  ~ CLERK_SIGN_IN_URL   /e                       .env.local:1

  ! CLERK_SIGN_IN_URL   environment sets it too, and wins over .env.local
                  help: `unset CLERK_SIGN_IN_URL` in the shell
",
        )
        .run();
}

#[test]
fn a_dry_run_shows_the_lines_with_secrets_masked() {
    let before = "CLERK_SECRET_KEY=sk_test_2q7OrchardOrchardOrchard0000\n";
    let sandbox = project(&[(".env", before), (".gitignore", "/target\n")]);
    sandbox
        .cli("env set CLERK_SECRET_KEY - --dry-run")
        .stdin(SECRET)
        .stdout(
            "--- a/.env
+++ b/.env
@@ line 1 @@
-CLERK_SECRET_KEY=sk_test_\u{2026}0000
+CLERK_SECRET_KEY=sk_test_\u{2026}4711
--- a/.gitignore
+++ b/.gitignore
@@ at the end @@
+/.env

  ! file mode     .env
                  mode 600 instead of 644: it holds a secret, which others could
                  read
                  help: `chmod g+r` lets a service of its group read it
",
        )
        .run();
    assert_eq!(sandbox.read(".env"), before);
    assert_eq!(sandbox.read(".gitignore"), "/target\n");
    sandbox
        .cli("env set PORT 80 --dry-run")
        .stdout(
            "--- a/.env
+++ b/.env
@@ line 2 @@
+PORT=80
--- a/.gitignore
+++ b/.gitignore
@@ at the end @@
+/.env

  ! file mode     .env
                  mode 600 instead of 644: it holds a secret, which others could
                  read
                  help: `chmod g+r` lets a service of its group read it
",
        )
        .run();
}

#[test]
fn git_is_told_to_ignore_a_file_with_secrets() {
    let sandbox = project(&[]);
    git(&sandbox, "init -q");
    let set = |name: &str, value: &str| {
        sandbox
            .cli(&format!("env set {name} -"))
            .with_programs()
            .stdin(value)
            .any_stdout()
            .run()
    };
    set("CLERK_SIGN_IN_URL", "/sign-in");
    assert!(!sandbox.path(".gitignore").exists());
    let said = set("CLERK_SECRET_KEY", SECRET);
    assert!(said.contains("  + /.env "), "{said}");
    assert_eq!(sandbox.read(".gitignore"), "/.env\n");
    // It is so already, by another rule.
    fs::write(sandbox.path(".gitignore"), ".env*\n").unwrap();
    set(
        "CLERK_SECRET_KEY",
        "sk_test_2q7OrchardOrchardOrchardOrchard4712",
    );
    assert_eq!(sandbox.read(".gitignore"), ".env*\n");
    git(&sandbox, "add -f .env");
    let said = set("CLERK_SECRET_KEY --file .env", SECRET);
    assert!(
        said.contains("it holds secrets and is tracked: each clone has them"),
        "{said}"
    );
}

/// It was written there, with the remark that each clone has it now.
#[test]
fn no_secret_goes_into_a_file_that_git_tracks_unless_it_is_named() {
    let sandbox = project(&[(".env", "CLERK_SIGN_IN_URL=/a\n")]);
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env");
    let run = |words: &str, input: &str| {
        let cli = sandbox.cli(words).with_programs().stdin(input);
        cli.any_stdout().run()
    };
    let said = run("env set CLERK_SECRET_KEY -", SECRET);
    let title = "Set CLERK_SECRET_KEY in .env.local, because git tracks .env";
    assert!(
        said.contains(title) && said.contains("+ /.env.local"),
        "{said}"
    );
    assert_eq!(
        sandbox.read(".env.local"),
        format!("CLERK_SECRET_KEY={SECRET}\n")
    );
    run("env set CLERK_SIGN_IN_URL /b", "");
    assert_eq!(sandbox.read(".env"), "CLERK_SIGN_IN_URL=/b\n");

    fs::remove_file(sandbox.path(".env.local")).unwrap();
    let paste = format!("env set --keys paste --secret-key-file - --publishable-key {TEST}");
    for keys in [paste.as_str(), "env set --keys local"] {
        let said = run(keys, SECRET);
        assert!(
            said.contains("; git tracks .env, so they are in .env.local"),
            "{said}"
        );
        assert_eq!(sandbox.read(".env"), "CLERK_SIGN_IN_URL=/b\n");
        assert!(
            sandbox
                .read(".env.local")
                .contains("CLERK_PUBLISHABLE_KEY=pk_test_")
        );
        fs::remove_file(sandbox.path(".env.local")).unwrap();
    }
    assert!(!run("env set CLERK_SECRET_KEY -", SECRET).contains("old value"));
}

/// It was written into the tracked file, and said only then.
#[test]
fn where_git_tracks_every_file_no_secret_is_written() {
    let sandbox = project(&[(".env", "CLERK_SIGN_IN_URL=/a\n"), (".env.local", "")]);
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env .env.local");
    let paste = format!("--keys paste --secret-key-file - --publishable-key {TEST}");
    let refusal = "error: git tracks .env and .env.local, so each clone would have a value that may be secret
  because: nothing was written
  help: `git rm --cached .env.local` keeps the file and takes it out of git; or `--file` names a file that may have it all the same
";
    for words in [
        "CLERK_SECRET_KEY -",
        "SMTP_PASSWORD - --dry-run",
        "--keys local",
        &paste,
    ] {
        let cli = sandbox.cli(&format!("env set {words}")).with_programs();
        cli.stdin(SECRET).status(3).stderr(refusal).run();
    }
    assert_eq!(sandbox.read(".env"), "CLERK_SIGN_IN_URL=/a\n");
    assert_eq!(sandbox.read(".env.local"), "");
    let cli = sandbox.cli("env set CLERK_SECRET_KEY - --file .env");
    let said = cli.with_programs().stdin(SECRET).any_stdout().run();
    assert!(said.contains("it holds secrets and is tracked"), "{said}");
}

/// A damaged index, or a container without git: it was written into `.env`, which git did track.
#[test]
fn where_git_cannot_say_what_it_tracks_no_secret_goes_into_what_it_may_track() {
    let make = || {
        let sandbox = project(&[(".env", "CLERK_SIGN_IN_URL=/a\n")]);
        git(&sandbox, "init -q");
        git(&sandbox, "add -f .env");
        sandbox
    };
    let refusal = "error: nobody knows whether git tracks .env and .env.local (git is not installed), so each clone would have a value that may be secret
  because: nothing was written
  help: let git answer; or `--file` names a file that may have it all the same, such as .env.local if you know that git does not track it
";
    let spoilt = |sandbox: &Sandbox| fs::write(sandbox.path(".git/index"), "no index").unwrap();
    let paste = format!("--keys paste --secret-key-file - --publishable-key {TEST}");
    for (is_installed, why) in [
        (
            false,
            "nobody knows whether git tracks .env (git is not installed)",
        ),
        (
            true,
            "nobody knows whether git tracks .env (fatal: .git/index: ",
        ),
    ] {
        let sandbox = make();
        spoilt(&sandbox);
        let run = |words: &str, status: i32| {
            let cli = sandbox
                .cli(&format!("env set {words}"))
                .stdin(SECRET)
                .status(status);
            let cli = if is_installed {
                cli.with_programs()
            } else {
                cli
            };
            match (status, is_installed) {
                (0, _) => cli.any_stdout().run(),
                (_, false) => cli.stderr(refusal).run(),
                (_, true) => cli.any_stderr().run(),
            }
        };
        for words in ["CLERK_SECRET_KEY -", paste.as_str(), "--keys local"] {
            let _ = fs::remove_file(sandbox.path(".env.local"));
            let said = run(words, 0);
            assert!(
                said.contains(why) && said.contains(" in .env.local"),
                "{said}"
            );
            // It was deleted, and git had it all the same.
            let is_open = said.contains("git may track .env.local, although");
            assert_eq!(is_open, words == "CLERK_SECRET_KEY -", "{said}");
            assert_eq!(sandbox.read(".env"), "CLERK_SIGN_IN_URL=/a\n");
            assert_eq!(sandbox.read(".gitignore"), "/.env.local\n");
        }
        run("CLERK_SECRET_KEY -", 0);
        // What is there, and in no `.gitignore`, may be tracked as well.
        for ignore in ["", ".env.local/\n", "*.local\n!.env.local\n"] {
            fs::write(sandbox.path(".gitignore"), ignore).unwrap();
            run("DB_PASSWORD -", 3);
        }
        for ignore in [".env*\n", "*.local\n", "!.env.local\n**/.env.local\n"] {
            fs::write(sandbox.path(".gitignore"), ignore).unwrap();
            run("SMTP_PASSWORD -", 0);
        }
        run("CLERK_SIGN_IN_URL /b", 0);
        run("OTHER_PASSWORD - --file .env", 0);
        let expected = format!("CLERK_SIGN_IN_URL=/b\nOTHER_PASSWORD={SECRET}\n");
        assert_eq!(sandbox.read(".env"), expected);
    }
}

/// It got the value, mode 0600 and a line of `.gitignore`, so that nobody else saw it any more.
#[test]
fn no_secret_goes_into_an_example() {
    for name in [
        ".env.example",
        ".env.sample",
        ".env.template",
        ".env.tpl",
        ".env.dist",
    ] {
        let sandbox = project(&[(name, "CLERK_SECRET_KEY=\n")]);
        let refusal = format!(
            "error: {name} is an example, which everybody may read: no secret goes into it
  help: leave --file out, or name another file; an example has the name without a value: `NAME=`
"
        );
        let run = |words: &str| sandbox.cli(&format!("env set {words} --file {name}"));
        for words in ["CLERK_SECRET_KEY -", "SMTP_PASSWORD -", "--keys local"] {
            run(words).stdin(SECRET).status(2).stderr(&refusal).run();
        }
        assert_eq!(sandbox.read(name), "CLERK_SECRET_KEY=\n");
        assert!(!sandbox.path(".gitignore").exists());
        run("PORT 4000").any_stdout().run();
        assert_eq!(sandbox.read(name), "CLERK_SECRET_KEY=\nPORT=4000\n");
    }
}

/// The report spoke of the new place alone.
#[test]
fn a_secret_that_stays_in_a_tracked_file_is_told() {
    let old = "sk_test_2q7OrchardOrchardOrchardOrchard4712";
    let text = format!("CLERK_SECRET_KEY={old}\nCLERK_PUBLISHABLE_KEY={TEST}\n");
    let sandbox = project(&[(".env", &text)]);
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env");
    let paste = format!("--keys paste --secret-key-file - --publishable-key {TEST}");
    for words in ["CLERK_SECRET_KEY -", &paste] {
        let cli = sandbox.cli(&format!("env set {words}")).with_programs();
        let said = cli.stdin(SECRET).any_stdout().run();
        assert_eq!(said.matches("the old value stays").count(), 1, "{said}");
        assert!(said.contains("! CLERK_SECRET_KEY   .env:1"), "{said}");
        assert!(
            said.contains("env unset CLERK_SECRET_KEY --file .env"),
            "{said}"
        );
        assert_eq!(sandbox.read(".env"), text);
        fs::remove_file(sandbox.path(".env.local")).unwrap();
    }
}

/// They stayed there, and their addresses did not.
#[test]
fn keys_of_the_emulator_leave_a_tracked_file_with_their_addresses() {
    let sandbox = project(&[]);
    sandbox.cli("env set --keys local").any_stdout().run();
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env");
    let paste = format!("env set --keys paste --secret-key-file - --publishable-key {TEST}");
    let said = sandbox
        .cli(&paste)
        .with_programs()
        .stdin(SECRET)
        .any_stdout()
        .run();
    assert!(!said.contains("old value"), "{said}");
    assert!(
        !sandbox.read(".env").contains("CLERK_"),
        "{}",
        sandbox.read(".env")
    );
    assert!(sandbox.read(".env.local").contains(SECRET));
}

/// `HOST=my-host-01` was shown as `\u{2026}`, and one that was hidden went into a tracked file.
#[test]
fn a_value_goes_into_a_tracked_file_exactly_if_it_is_shown() {
    let sandbox = project(&[(".env", "PLAIN=1\n")]);
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env");
    for (name, value, shown, file) in [
        ("HOST", "my-host-01", "my-host-01", ".env"),
        ("PORT", "4000", "4000", ".env"),
        (
            "CLERK_MACHINE_ID",
            "mch_2q7OrchardOrchardOrchardx9Qf",
            "mch_2q7OrchardOrchardOrchardx9Qf",
            ".env",
        ),
        (
            "CLERK_SIGN_IN_URL",
            "/sign-in?x=hidden",
            "/sign-in?\u{2026}",
            ".env.local",
        ),
        (
            "HOST",
            "2q7OrchardOrchardOrchardx9Qf",
            "\u{2026}x9Qf",
            ".env.local",
        ),
    ] {
        let cli = sandbox.cli(&format!("env set {name} -")).with_programs();
        let said = cli.stdin(value).any_stdout().run();
        assert!(said.contains(&format!(" {shown} ")), "{said}");
        assert!(said.contains(&format!("Set {name} in {file}")), "{said}");
        assert!(sandbox.read(file).contains(value), "{said}");
    }
}

/// Whatever is masked when it is shown may be a secret.
#[test]
fn a_value_that_nobody_knows_goes_where_a_secret_would() {
    let sandbox = project(&[(".env", "PLAIN=1\n")]);
    git(&sandbox, "init -q");
    git(&sandbox, "add -f .env");
    for (name, value) in [
        ("SMTP_PASSWORD", "hunter2"),
        ("DATABASE_URL", "postgres://me:hidden@h/x"),
    ] {
        let cli = sandbox.cli(&format!("env set {name} -")).with_programs();
        let said = cli.stdin(value).any_stdout().run();
        assert!(
            said.contains("in .env.local, because git tracks .env"),
            "{said}"
        );
    }
    assert_eq!(sandbox.read(".env"), "PLAIN=1\n");
    // As a file with secrets is kept.
    assert_eq!(sandbox.read(".gitignore"), "/.env.local\n");
    #[cfg(unix)]
    assert_eq!(crate::support::mode(&sandbox.path(".env.local")), 0o600);
}

/// A refused value may be a password, which no rule knows.
#[test]
fn a_value_that_is_refused_is_shown_only_if_it_reads_like_a_setting() {
    let sandbox = project(&[(
        ".env",
        "PORT=Tr0ub4dor&3\nCLERK_DOMAIN=dbpass:hunter2\nCLERK_IS_SATELLITE=p4ss-w0rd-xyz\n\
         CLERK_AUTHORIZED_PARTIES=abcDEF-123-zz_9,https//app.example\n",
    )]);
    for words in [
        "env check",
        "env check --json",
        "env list",
        "env list --json",
        "doctor --offline -v",
    ] {
        let output = sandbox.cli(words).output();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for secret in ["ub4dor", "hunter2", "w0rd", "DEF-123"] {
            assert!(!said.contains(secret), "{words}: {said}");
        }
    }
}

/// They were quoted: nothing at their beginning tells that they are secrets.
#[test]
fn a_secret_that_was_meant_for_another_variable_is_not_quoted() {
    let sandbox = project(&[]);
    for secret in [
        SECRET,
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.abcDEF",
        "aB3_dE5-gH7_jK9-mN2_pQ4-sT6_vW8",
        "aws-secret/wJalrXUtnFEMI/K7MDENG/bPxRfiCY",
    ] {
        for name in [
            "PORT",
            "CLERK_AUTHORIZED_PARTIES",
            "CLERK_SIGN_IN_URL",
            "CLERK_API_URL",
            "CLERK_IS_SATELLITE",
        ] {
            for json in ["", " --json"] {
                let cli = sandbox.cli(&format!("env set {name} -{json}"));
                let output = cli.stdin(secret).output();
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8(said).unwrap();
                assert!(said.contains("cannot be set to that"), "{said}");
                assert!(!said.contains(&secret[12..secret.len() - 4]), "{said}");
            }
        }
    }
}

fn git(sandbox: &Sandbox, words: &str) {
    let status = std::process::Command::new("git")
        .args(words.split(' '))
        .current_dir(sandbox.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_file_with_secrets_is_for_its_owner_only_and_another_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = project(&[(".env", "A=1\n")]);
    let mode = |mode: u32| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(sandbox.path(".env"), permissions).unwrap();
    };
    mode(0o640);
    sandbox.cli("env set CLERK_SIGN_IN_URL /a -q").run();
    assert_eq!(crate::support::mode(&sandbox.path(".env")), 0o640);
    sandbox
        .cli("env set CLERK_SECRET_KEY - -q")
        .stdin(SECRET)
        .run();
    // Somebody chose that group.
    assert_eq!(crate::support::mode(&sandbox.path(".env")), 0o640);
    mode(0o644);
    let said = sandbox
        .cli("env set CLERK_SIGN_IN_URL /c --json")
        .any_stdout()
        .run();
    assert_eq!(document(&said)["findings"][0]["id"], "file-closed");
    assert_eq!(crate::support::mode(&sandbox.path(".env")), 0o600);
    mode(0o400);
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /b")
        .status(3)
        .stderr("error: .env is read-only\n  help: `chmod u+w .env` allows it\n")
        .run();
    fs::remove_file(sandbox.path(".env")).unwrap();
    sandbox
        .cli("env set CLERK_SECRET_KEY - -q")
        .stdin(SECRET)
        .run();
    assert_eq!(crate::support::mode(&sandbox.path(".env")), 0o600);
}

/// `.env` was a link to a file that several projects share, and became a file.
#[cfg(unix)]
#[test]
fn a_link_is_kept_within_the_project_and_not_followed_out_of_it() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("app/config")).unwrap();
    fs::write(sandbox.path("app/Cargo.toml"), "").unwrap();
    fs::write(sandbox.path("app/config/env"), "A=1\n").unwrap();
    fs::write(sandbox.path("outside"), "A=1\n").unwrap();
    symlink("config/env", sandbox.path("app/.env")).unwrap();
    let set = || {
        sandbox
            .cli("env set CLERK_SIGN_IN_URL /a")
            .folder(&sandbox.path("app"))
    };
    set().any_stdout().run();
    let link = fs::symlink_metadata(sandbox.path("app/.env")).unwrap();
    assert!(link.is_symlink());
    assert_eq!(
        sandbox.read("app/config/env"),
        "A=1\nCLERK_SIGN_IN_URL=/a\n"
    );
    fs::remove_file(sandbox.path("app/.env")).unwrap();
    symlink("../outside", sandbox.path("app/.env")).unwrap();
    set()
        .status(3)
        .stderr(
            "error: .env leads to [WORK]/outside, outside the project
  help: run it in the folder that it leads to, or have a file of the project's own there
",
        )
        .run();
    assert_eq!(sandbox.read("outside"), "A=1\n");
}

#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    let sandbox = project(&[(".env", "A=1\nCLERK_SECRET_KEY=sk_test a b\n")]);
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /a")
        .status(3)
        .stderr(
            "error: .env cannot be changed
  because: line 2 is not of the form NAME=value: more text follows the value; a value with spaces needs quotes, and a comment a space before its #
  help: no app starts with such a line: mend it first
",
        )
        .run();
    fs::write(sandbox.path(".env"), b"A=\xff").unwrap();
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /a")
        .status(3)
        .stderr("error: [WORK]/.env cannot be read\n  because: line 1 is not UTF-8 text\n")
        .run();
}

#[test]
fn a_name_that_is_taken_all_the_same_is_remarked_on() {
    let sandbox = project(&[]);
    let said = sandbox
        .cli("env set CLERK_TEAM -")
        .stdin("  a ")
        .any_stdout()
        .run();
    assert!(
        said.ends_with(
            "  ! CLERK_TEAM    neither the app nor one of Clerk's kits reads it
  ! value         the white space around the value was left out
"
        ),
        "{said}"
    );
    let said = sandbox
        .cli("env set CLERK_SECRET_KEI -")
        .stdin(SECRET)
        .any_stdout()
        .run();
    let told = "! CLERK_SECRET_KEI   nothing reads it; did you mean CLERK_SECRET_KEY?\n";
    assert!(said.contains(told), "{said}");
    sandbox
        .cli("env set CLERK_WEBHOOK_SECRET whsec_x")
        .status(2)
        .any_stderr()
        .run();
    let said = sandbox
        .cli("env set CLERK_AFTER_SIGN_IN_URL /a")
        .any_stdout()
        .run();
    assert!(
        said.ends_with(
            "  ! CLERK_AFTER_SIGN_IN_URL   deprecated
                  help: use CLERK_SIGN_IN_FALLBACK_REDIRECT_URL
"
        ),
        "{said}"
    );
}

#[test]
fn local_keys_of_a_project_with_webhooks_come_with_a_secret_for_them() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git -q --with webhooks").run();
    let cli = |words: &str| sandbox.cli(words).folder(&sandbox.path("app"));
    let secret = || {
        let text = sandbox.read("app/.env");
        let mut lines = text.lines();
        let found = lines.find_map(|line| line.strip_prefix("CLERK_WEBHOOK_SIGNING_SECRET="));
        found.map(str::to_owned)
    };
    let first = secret().unwrap();
    cli("env set --keys local").any_stdout().run();
    assert_eq!(secret().unwrap(), first, "nobody would know the other one");
    let live = "sk_live_2q7OrchardOrchardOrchardOrchard4711";
    let words = format!("env set --keys paste --publishable-key {LIVE} --secret-key-file -");
    let said = cli(&words).stdin(live).any_stdout().run();
    assert!(said.contains("belongs to the instance before"), "{said}");
    let said = cli("env set --keys local").any_stdout().run();
    assert!(!said.contains("belongs to the instance before"), "{said}");
    let second = secret().unwrap();
    assert_ne!(second, first);
    assert!(!said.contains(&second[6..]), "{said}");

    // Who had local keys before the secret came with them.
    let text = sandbox.read("app/.env");
    let without = text.replace(&format!("CLERK_WEBHOOK_SIGNING_SECRET={second}\n"), "");
    fs::write(sandbox.path("app/.env"), &without).unwrap();
    assert_eq!(secret(), None);
    cli("env set --keys local").any_stdout().run();
    assert!(secret().unwrap().starts_with("whsec_"));
    assert!(sandbox.read("app/.env").starts_with(&without));
}

#[test]
fn keys_are_switched_with_their_addresses() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git -q").run();
    let cli = |words: &str| sandbox.cli(words).folder(&sandbox.path("app"));
    let before = sandbox.read("app/.env");
    fs::write(
        sandbox.path("app/.env"),
        format!("{before}VITE_CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_JWT_KEY=old\nCLERK_WEBHOOK_SIGNING_SECRET=whsec_YQ==\n"),
    )
    .unwrap();
    fs::write(
        sandbox.path("app/.env.local"),
        "CLERK_API_URL=http://localhost:9\nX=1\n",
    )
    .unwrap();
    let live = "sk_live_2q7OrchardOrchardOrchardOrchard4711";
    let words = format!("env set --keys paste --publishable-key {LIVE} --secret-key-file -");
    cli(&words)
        .stdin(live)
        .stdout(
            "  The keys are those of your Clerk instance now
  ~ CLERK_PUBLISHABLE_KEY        pk_live_\u{2026} (clerk.orchard.example) .env:4
  ~ CLERK_SECRET_KEY             sk_live_\u{2026}4711            .env:5
  ~ VITE_CLERK_PUBLISHABLE_KEY   pk_live_\u{2026} (clerk.orchard.example) .env:6
  - CLERK_API_URL                http://127.0.0.1:4401    taken out of .env
  - CLERK_FAPI_URL               http://127.0.0.1:4400    taken out of .env
  - CLERK_PROXY_URL              /__clerk                 taken out of .env
  - CLERK_JWT_KEY                PEM, 3 characters        taken out of .env
  - CLERK_API_URL                http://localhost:9       taken out of .env.local

  ! CLERK_WEBHOOK_SIGNING_SECRET   .env:11
                  belongs to the instance before: set that of the new one

  clerk-rs keys check --online   asks Clerk about them
",
        )
        .run();
    let after = sandbox.read("app/.env");
    let variables: Vec<_> = after
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(
        variables,
        [
            format!("CLERK_PUBLISHABLE_KEY={LIVE}"),
            format!("CLERK_SECRET_KEY={live}"),
            format!("VITE_CLERK_PUBLISHABLE_KEY={LIVE}"),
            "CLERK_WEBHOOK_SIGNING_SECRET=whsec_YQ==".to_owned(),
        ]
    );
    assert_eq!(sandbox.read("app/.env.local"), "X=1\n");
    cli("env set --keys local").any_stdout().run();
    let after = sandbox.read("app/.env");
    for line in [
        "CLERK_API_URL=http://127.0.0.1:4401",
        "CLERK_FAPI_URL=http://127.0.0.1:4400",
        "CLERK_PROXY_URL=/__clerk",
        "CLERK_PUBLISHABLE_KEY=pk_test_ZW11bGF0b3It",
    ] {
        assert!(after.contains(line), "{line} in {after}");
    }
    assert!(!after.contains("live"), "{after}");
    cli("env set --keys local")
        .stdout(
            "  The project has such keys already; nothing was changed

  clerk-rs dev   runs the app beside it
",
        )
        .run();
    assert_eq!(sandbox.read("app/.env"), after);
}

#[test]
fn an_address_of_ones_own_is_kept_and_named() {
    let file = "CLERK_API_URL=https://api.example\nCLERK_PROXY_URL=https://app.example/__clerk\n";
    let sandbox = project(&[(".env", file)]);
    let words = format!("env set --keys paste --publishable-key {TEST} --secret-key-file - --json");
    let said = document(&sandbox.cli(&words).stdin(SECRET).any_stdout().run());
    let findings = said["findings"].as_array().unwrap().iter();
    let ids: Vec<_> = findings.map(|finding| &finding["id"]).collect();
    assert_eq!(
        ids,
        ["address-kept", "address-kept", "file-closed"],
        "{said}"
    );
    assert!(sandbox.read(".env").starts_with(file));
}

#[test]
fn there_must_be_a_project_and_somebody_to_ask() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("env set CLERK_SIGN_IN_URL /a --json")
        .status(3)
        .any_stdout()
        .run();
    assert_eq!(document(&said)["error"]["code"], "no-project");
    let sandbox = project(&[]);
    sandbox
        .cli("env set CLERK_SECRET_KEY")
        .status(2)
        .stderr(
            "error: the value is missing
  because: there is no terminal to ask on
  help: pass it through standard input (`-`) or a file (`@FILE`)
",
        )
        .run();
    sandbox.cli("env set").status(2).any_stderr().run();
}
