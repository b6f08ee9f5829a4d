//! Help, version, mistakes on the command line, and the one JSON document.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::Sandbox;

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_version_is_one_line() {
    let version = concat!("clerk-rs ", env!("CARGO_PKG_VERSION"), "\n");
    Sandbox::new().cli("--version").stdout(version).run();
}

#[test]
fn nothing_shows_the_help() {
    let sandbox = Sandbox::new();
    let help = sandbox.cli("").any_stdout().run();
    assert_eq!(help, sandbox.cli("-h").any_stdout().run());
    assert!(
        help.starts_with("Wires Rust web projects to Clerk (unofficial)\n"),
        "{help}"
    );
}

#[test]
fn the_long_help_says_that_the_crate_of_that_name_is_another_project() {
    let help = Sandbox::new().cli("--help").any_stdout().run();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains("`cargo add clerk-rs` would fetch another project"),
        "{help}"
    );
    assert!(help.contains("not affiliated with Clerk, Inc."), "{help}");
}

#[test]
fn help_promises_nothing_that_is_not_there() {
    let sandbox = Sandbox::new();
    let help =
        sandbox.cli("--help").any_stdout().run() + &sandbox.cli("init --help").any_stdout().run();
    for word in ["doctor", "--undo"] {
        assert!(!help.contains(word), "{word} is in\n{help}");
    }
}

/// `clerk-rs help token verify` was an unrecognized subcommand; users of cargo type that.
#[test]
fn help_may_come_first() {
    let sandbox = Sandbox::new();
    for (words, same) in [
        ("help", "--help"),
        ("help token", "token --help"),
        ("help token verify", "token verify --help"),
        ("help env set --json", "env set --help --json"),
    ] {
        let help = sandbox.cli(words).any_stdout().run();
        assert_eq!(help, sandbox.cli(same).any_stdout().run(), "{words}");
    }
    sandbox
        .cli("help ini")
        .status(2)
        .stderr(
            "error: unrecognized subcommand 'ini'\n  help: a similar subcommand exists: 'init'\n",
        )
        .run();
}

/// On Windows it was `Usage: clerk-rs.exe token verify`.
#[cfg(unix)]
#[test]
fn usage_names_the_program_alike_whatever_its_file_is_called() {
    use std::os::unix::process::CommandExt as _;
    let sandbox = Sandbox::new();
    for (words, usage) in [
        ("--help", "Usage: clerk-rs [OPTIONS] [COMMAND]"),
        (
            "token decode -h",
            "Usage: clerk-rs token decode [OPTIONS] [TEXT]",
        ),
    ] {
        let mut command = sandbox.cli(words).command();
        let output = command.arg0("C:\\bin\\clerk-rs.exe").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.lines().any(|line| line == usage), "{help}");
    }
}

#[test]
fn a_mistake_on_the_command_line_is_exit_2() {
    let sandbox = Sandbox::new();
    sandbox
        .cli("ini")
        .status(2)
        .stderr(
            "error: unrecognized subcommand 'ini'\n  help: a similar subcommand exists: 'init'\n",
        )
        .run();
    sandbox
        .cli("init --keys foo")
        .status(2)
        .stderr(
            "error: invalid value 'foo' for '--keys <SOURCE>' [possible values: local, paste, env, keyless]\n  \
             help: --help lists what can be given\n",
        )
        .run();
}

#[test]
fn json_is_one_document_also_for_mistakes() {
    let sandbox = Sandbox::new();
    for (words, status, schema, code) in [
        ("--json init --keys foo", 2, "clerk-rs.init/1", "usage"),
        ("init --json", 2, "clerk-rs.init/1", "answer-missing"),
        ("init async --json", 2, "clerk-rs.init/1", "bad-name"),
        ("completions --json", 2, "clerk-rs.completions/1", "usage"),
        ("nonsense --json", 2, "clerk-rs.usage/1", "usage"),
    ] {
        let document = document(&sandbox.cli(words).status(status).any_stdout().run());
        assert_eq!(document["schema"], schema, "{words}");
        assert_eq!(document["ok"], false, "{words}");
        assert_eq!(document["error"]["code"], code, "{words}");
        assert!(document["error"]["message"].is_string() && document["error"]["help"].is_string());
    }
}

#[test]
fn json_is_one_document_also_for_help_and_version() {
    let sandbox = Sandbox::new();
    let version = document(&sandbox.cli("--version --json").any_stdout().run());
    let expected = json!({ "schema": "clerk-rs.version/1", "version": env!("CARGO_PKG_VERSION") });
    assert_eq!(version, expected);
    let help = document(&sandbox.cli("--json").any_stdout().run());
    assert_eq!(help["schema"], "clerk-rs.help/1");
    let script = document(&sandbox.cli("completions bash --json").any_stdout().run());
    assert_eq!(script["schema"], "clerk-rs.completions/1");
    let page = document(&sandbox.cli("man --json").any_stdout().run());
    assert_eq!(page["schema"], "clerk-rs.man/1");
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let sandbox = Sandbox::new();
    let styled = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m";
    sandbox
        .cli("init")
        .status(2)
        .stderr(
            "error: the project's folder is missing
  because: there is no terminal to ask on
  \
             help: pass it, as in `clerk-rs init my-app`, or --yes
",
        )
        .run();
    for words in ["init --color always", "--color=always nonsense"] {
        let output = sandbox.cli(words).command().output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(styled), "{stderr:?}");
    }
}

/// `clerk-rs man | head -1` ended with an error message once the pipe was closed.
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::new();
    let mut child = sandbox.cli("man").spawn();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

/// A terminal of 60 columns broke a help in the middle of "nothing".
#[cfg(unix)]
#[test]
fn long_messages_are_folded_between_words_at_the_width_of_the_terminal() {
    let sandbox = Sandbox::new();
    let command = sandbox
        .cli("init a-name-of-a-folder-in-which-there-is-a-note")
        .command();
    fs::create_dir(sandbox.path("a-name-of-a-folder-in-which-there-is-a-note")).unwrap();
    fs::write(
        sandbox.path("a-name-of-a-folder-in-which-there-is-a-note/note"),
        "",
    )
    .unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "stty rows 24 cols 50; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .arg("--yes")
        .current_dir(sandbox.path(""));
    let mut session = rexpect::session::spawn_command(shell, Some(10_000)).unwrap();
    let said = session.exp_eof().unwrap();
    let said = anstream::adapter::strip_str(&said).to_string();
    assert_eq!(
        said.replace('\r', ""),
        "error: a-name-of-a-folder-in-which-there-is-a-note\n    is not empty\n  because: it holds note\n  \
         help: choose another folder; nothing is ever\n    overwritten\n"
    );
}

const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardx9Qf";

/// Each of these printed the key; `env set sk_test_…` on a terminal even asked for its value.
#[test]
fn a_secret_in_the_wrong_argument_is_refused_and_repeated_nowhere() {
    let sandbox = Sandbox::new();
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.c2lnbmF0dXJl";
    for words in [
        "env set SECRET x",
        "env set SECRET",
        "env set SECRET=x",
        "env set NAME=SECRET x",
        "env unset SECRET",
        "env unset CLERK_SECRET_KEY SECRET",
        "env list SECRET",
        "env set --keys SECRET",
        "env set --keys=SECRET",
        "env set CLERK_SECRET_KEY x SECRET",
        "env set CLERK_API_URL https://SECRET@example.com",
        "env set PORT 1 --file .env.SECRET",
        "env set --keys paste --publishable-key SECRET",
        "env set --keys paste --secret-key-file SECRET",
        "init x --keys SECRET",
        "init SECRET --yes",
        "init x --secret-key-file SECRET",
        "init x --name SECRET",
        "keys check --secret-key-file SECRET",
        "keys check --SECRET",
        "completions SECRET",
        "SECRET",
        "dev -- --key SECRET",
        "emulator SECRET",
        "token SECRET",
        "token mint --key SECRET",
        "token decode @SECRET",
        "token verify TOKEN --jwt-key SECRET",
        "token verify TOKEN --jwt-key @SECRET",
        "token verify TOKEN --as SECRET",
        "token decode TOKEN SECRET",
        "token decode TOKEN TOKEN",
        "keys verify TOKEN --secret-key-file SECRET",
        "env set FOO TOKEN",
        "env unset TOKEN",
        "init TOKEN",
    ] {
        let words = words.replace("SECRET", SECRET).replace(
            "CLERK_sk_test_2q7OrchardOrchardOrchardx9Qf_KEY",
            "CLERK_SECRET_KEY",
        );
        let words = words.replace("TOKEN", token);
        for json in ["", " --json"] {
            let output = sandbox
                .cli(&format!("{words}{json}"))
                .command()
                .output()
                .unwrap();
            let mut said = String::from_utf8(output.stderr).unwrap();
            said.push_str(std::str::from_utf8(&output.stdout).unwrap());
            assert!(
                !said.contains("Orchard") && !said.contains(token),
                "{words}: {said}"
            );
            assert!(
                said.contains("a secret does not belong on the command line"),
                "{words}: {said}"
            );
            assert_eq!(output.status.code(), Some(2), "{words}");
        }
    }
    assert!(sandbox.tree().is_empty());
}

#[test]
fn a_secret_on_the_command_line_is_told_where_it_may_be_given() {
    let sandbox = Sandbox::new();
    for (words, help) in [
        (
            "env set CLERK_WEBHOOK_SIGNING_SECRET=whsec_aaaa",
            "`clerk-rs env set CLERK_WEBHOOK_SIGNING_SECRET` asks for it; `-` takes it from standard input, @FILE from \
             a file",
        ),
        (
            "env set sk_test_aaaa x",
            "`clerk-rs env set NAME` asks for it; `-` takes it from standard input, @FILE from a file",
        ),
        (
            "token decode @sk_test_aaaa",
            "`-` reads standard input, @FILE a file",
        ),
        (
            "init x --secret-key-file sk_test_aaaa",
            "a key is asked for, hidden, or read from a file or from standard input; --help says how",
        ),
    ] {
        sandbox
            .cli(words)
            .status(2)
            .stderr(&format!(
                "error: a secret does not belong on the command line\n  because: the shell's history and the list of \
                 processes show it\n  help: {help}\n"
            ))
            .run();
    }
    sandbox
        .cli("token decode x sk_test_aaaa")
        .status(2)
        .stderr(
            "error: unexpected argument 'sk_test_\u{2026}' found\n  help: a secret does not belong on the command line; \
             `-` reads standard input, @FILE a file\n",
        )
        .run();
}

#[test]
fn what_is_pasted_to_be_looked_at_may_be_a_secret_and_a_file_may_be_called_like_one() {
    let sandbox = Sandbox::new();
    for (words, said) in [
        (format!("token decode {SECRET}"), "Secret key, not a token"),
        (
            format!("token verify {SECRET} --offline"),
            "Secret key, not a token",
        ),
        (
            format!("keys verify {SECRET}"),
            "it is the secret key of an instance",
        ),
        (
            format!("token decode {SECRET} --help"),
            "Usage: clerk-rs token decode",
        ),
        (
            "keys check --secret-key-file sk_test_old.txt".to_owned(),
            "from sk_test_old.txt",
        ),
    ] {
        let output = sandbox.cli(&words).command().output().unwrap();
        let mut told = String::from_utf8(output.stdout).unwrap();
        told.push_str(std::str::from_utf8(&output.stderr).unwrap());
        assert!(told.contains(said), "{words}: {told}");
        assert!(!told.contains("Orchard"), "{words}: {told}");
    }
}

/// clap went by the letters: `env get` proposed `set`, `lint` proposed `init`, `mint` proposed `man`.
#[test]
fn a_word_of_other_tools_is_answered_with_ours_and_letters_alone_prove_nothing() {
    let sandbox = Sandbox::new();
    for (words, help) in [
        ("env get X", "you may mean `clerk-rs env list`"),
        ("env rm X", "you may mean `clerk-rs env unset`"),
        ("env delete X", "you may mean `clerk-rs env unset`"),
        ("mint", "you may mean `clerk-rs token mint`"),
        ("decode x", "you may mean `clerk-rs token decode`"),
        (
            "verify x",
            "you may mean `clerk-rs token verify` or `clerk-rs keys verify`",
        ),
        (
            "check",
            "you may mean `clerk-rs env check` or `clerk-rs keys check`",
        ),
        (
            "lint",
            "you may mean `clerk-rs env check` or `clerk-rs keys check`",
        ),
        ("new my-app", "you may mean `clerk-rs init`"),
        ("run", "you may mean `clerk-rs dev`"),
        ("version", "you may mean `clerk-rs --version`"),
        ("login", "you may mean `clerk-rs env set --keys paste`"),
        ("emulator start", "you may mean `clerk-rs emulator`"),
        ("token inspect x", "you may mean `clerk-rs token decode`"),
        ("evn list", "a similar subcommand exists: 'env'"),
        ("token verfy", "a similar subcommand exists: 'verify'"),
        ("init x --keys locl", "a similar value exists: 'local'"),
        (
            "init x --framwork axum",
            "a similar argument exists: '--framework'",
        ),
        ("token mint --template x", "--help lists what can be given"),
        ("banana", "--help lists what can be given"),
        ("maybe", "--help lists what can be given"),
    ] {
        let output = sandbox.cli(words).command().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let told = said.split_once("  help: ").map(|(_, help)| help.trim_end());
        assert_eq!(told, Some(help), "{words}: {said}");
        assert_eq!(output.status.code(), Some(2), "{words}");
    }
}
