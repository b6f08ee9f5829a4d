//! Help, version, mistakes on the command line, and the one JSON document.

#[cfg(unix)]
use std::{fs, process::Command};

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
    let help = sandbox.cli("--help").any_stdout().run();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    assert!(names.len() > 10, "{help}");
    for name in names {
        sandbox.cli(&format!("{name} --help")).any_stdout().run();
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
        ("--json help env set", "--json env set --help"),
        ("env help", "env --help"),
        ("token help verify", "token verify --help"),
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
    let expected =
        json!({ "schema": "clerk-rs.version/1", "ok": true, "version": env!("CARGO_PKG_VERSION") });
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
        let output = sandbox.cli(words).output();
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
    fs::create_dir(sandbox.path("a-name-of-a-folder-in-which-there-is-a-note")).unwrap();
    fs::write(
        sandbox.path("a-name-of-a-folder-in-which-there-is-a-note/note"),
        "",
    )
    .unwrap();
    let words = "init a-name-of-a-folder-in-which-there-is-a-note --yes";
    let said = on_a_terminal(&sandbox, words, 50);
    assert_eq!(
        said,
        "error: a-name-of-a-folder-in-which-there-is-a-note\n    is not empty\n  because: it holds note\n  \
         help: choose another folder; nothing is ever\n    overwritten\n"
    );
}

/// What a run says on a terminal of so many columns.
#[cfg(unix)]
fn on_a_terminal(sandbox: &Sandbox, words: &str, columns: usize) -> String {
    let command = sandbox.cli(words).command();
    let mut shell = Command::new("sh");
    shell
        .args([
            "-c",
            &format!("stty rows 24 cols {columns}; exec \"$0\" \"$@\""),
        ])
        .arg(command.get_program())
        .args(command.get_args())
        .env_remove("CI")
        .current_dir(sandbox.path(""));
    let mut session = rexpect::session::spawn_command(shell, Some(10_000)).unwrap();
    let said = session.exp_eof().unwrap();
    // Each byte comes as a character of its own.
    let bytes: Vec<u8> = said.chars().map(|c| c as u8).collect();
    let said = String::from_utf8(bytes).unwrap();
    anstream::adapter::strip_str(&said)
        .to_string()
        .replace('\r', "")
}

/// Results were folded at 80 columns, so a screen of 50 broke them inside words.
#[cfg(unix)]
#[test]
fn results_are_folded_between_words_at_the_width_of_the_terminal() {
    let sandbox = Sandbox::new();
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.c2ln";
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    fs::write(
        sandbox.path(".env"),
        "CLERK_SECRET_KEY=sk_test_xxx\nCLERK_JS_ULR=https://example.com/a\nPORT=web\nCLERK_PROXY_URL=nowhere\n",
    )
    .unwrap();
    for words in [
        "init p --yes --no-git".to_owned(),
        "env check".to_owned(),
        "keys check".to_owned(),
        format!("token decode {token}"),
        format!("token verify --offline {token}"),
    ] {
        let said = on_a_terminal(&sandbox, &words, 50);
        assert!(said.lines().count() > 2, "{words}: {said}");
        for line in said.lines() {
            let words_of_line = line.split_whitespace().count();
            assert!(
                line.chars().count() <= 50 || words_of_line == 1,
                "{words}: {line}\n{said}"
            );
        }
    }
    let wide = on_a_terminal(&sandbox, "env check", 130);
    assert!(wide.lines().any(|line| line.chars().count() > 80), "{wide}");
}

/// At a question the terminal broke an answer's fault in the middle of a word.
#[cfg(unix)]
#[test]
fn questions_and_what_is_said_of_answers_are_folded_between_words() {
    let sandbox = Sandbox::new();
    let command = sandbox.cli("init x --no-git --framework axum").command();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "stty rows 24 cols 40; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .env_remove("CI")
        .current_dir(sandbox.path(""));
    let mut session = rexpect::session::spawn_command(shell, Some(10_000)).unwrap();
    session.exp_string("Keys?").unwrap();
    let said = session.exp_string("claimed").unwrap();
    let said = anstream::adapter::strip_str(&said)
        .to_string()
        .replace('\r', "");
    for line in said.lines() {
        assert!(line.chars().count() < 40, "{line:?}\n{said}");
    }
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
}
