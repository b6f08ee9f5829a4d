//! Words that no command takes: secrets, names of other tools, files of another encoding.

use std::fs;

use crate::support::Sandbox;

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
            let output = sandbox.cli(&format!("{words}{json}")).output();
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
            format!("token verify {SECRET} --jwt-key {SECRET} --offline"),
            "secret key",
        ),
        (format!("init x --publishable-key {SECRET}"), "secret key"),
        (
            format!("token decode {SECRET} --help"),
            "Usage: clerk-rs token decode",
        ),
        (
            "keys check --secret-key-file sk_test_old.txt".to_owned(),
            "from sk_test_old.txt",
        ),
    ] {
        let output = sandbox.cli(&words).output();
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
        let output = sandbox.cli(words).output();
        let said = String::from_utf8(output.stderr).unwrap();
        let told = said.split_once("  help: ").map(|(_, help)| help.trim_end());
        assert_eq!(told, Some(help), "{words}: {said}");
        assert_eq!(output.status.code(), Some(2), "{words}");
    }
}

/// Windows' editors write it, and "no text, or longer than 4096 bytes" did not help anybody.
#[test]
fn a_key_in_a_file_of_another_encoding_is_told_as_that() {
    let sandbox = Sandbox::new();
    let units = |mark: &str| {
        let text = format!("{mark}{SECRET}\r\n");
        text.encode_utf16().collect::<Vec<_>>()
    };
    let little: Vec<u8> = units("\u{feff}")
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect();
    let big: Vec<u8> = units("\u{feff}")
        .iter()
        .flat_map(|unit| unit.to_be_bytes())
        .collect();
    let bare: Vec<u8> = units("")
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect();
    for bytes in [little, big, bare] {
        fs::write(sandbox.path("key"), bytes).unwrap();
        sandbox
            .cli("keys check --secret-key-file key")
            .status(2)
            .stderr(
                "error: the secret key from key cannot be used\n  because: it is UTF-16\n  help: save it as UTF-8\n",
            )
            .run();
    }
}
