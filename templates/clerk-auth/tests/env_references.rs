//! `$NAME` in an env file, as shells, Compose and dotenv-expand have it; and what a reference to nothing does.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::fs;
use std::path::PathBuf;

use clerk_auth::config::{Config, ProblemKind};
use clerk_auth::env_files::{Assignments, Fault, Lost, Variables};
use support::stage::live;

fn process(name: &str) -> Option<String> {
    match name {
        "P" => Some("process".to_owned()),
        "NONE" => Some(String::new()),
        _ => None,
    }
}

fn parse(text: &str) -> Assignments {
    Assignments::parse(text, &process)
}

/// As the tool says it.
fn explained(text: &str) -> Assignments {
    let explained = Assignments::explained(text, &process);
    assert_eq!(
        explained.bad_lines.is_empty(),
        parse(text).bad_lines.is_empty()
    );
    explained
}

/// What `X` comes to behind these lines.
#[track_caller]
fn value(text: &str) -> String {
    let read = parse(&format!("A=a\nA_B=ab\nE=\n{text}\n"));
    assert_eq!(read.bad_lines, [], "{text}");
    read.get("X").unwrap().value.clone()
}

#[test]
fn references_take_whole_names_and_defaults() {
    for (text, meant) in [
        ("X=$A_B", "ab"),
        ("X=$A-$A", "a-a"),
        ("X=${A}_B", "a_B"),
        ("X=\"$A\"", "a"),
        ("X=\"<${A_B}>\"", "<ab>"),
        ("X='$A'", "$A"),
        ("X=\\$A", "$A"),
        ("X=\"\\${A}\"", "${A}"),
        ("X=$", "$"),
        ("X=$5.00", "$5.00"),
        ("X=a$", "a$"),
        ("X=\"$ $\"", "$ $"),
        ("X=$P$NONE", "process"),
        ("X=${U}", ""),
        ("X=${U:-https://app.example.org}", "https://app.example.org"),
        ("X=${E:-d}", "d"),
        ("X=${E-d}", ""),
        ("X=${U-d}", "d"),
        ("X=${A:-d}", "a"),
        ("X=${U:-}", ""),
        ("X=${U:-$A}", "a"),
        ("X=${U:-${V:-${W:-deep}}}", "deep"),
        ("X=${A:-${U:-x}}b", "ab"),
        ("X=${U:-a b}", "a b"),
        ("X=${U:-\"a b\"}", "a b"),
        ("X=\"${U:-a b}\"", "a b"),
        ("X=${U:-\\}}", "}"),
    ] {
        assert_eq!(value(text), meant, "{text}");
    }
}

#[test]
fn what_is_no_reference_is_a_bad_line_that_says_what_is() {
    for (text, fault) in [
        ("X=${A", Fault::OpenReference),
        ("X=${A:-b", Fault::OpenReference),
        ("X=${A:?no}", Fault::Reference),
        ("X=${A:+b}", Fault::Reference),
        ("X=${A?b}", Fault::Reference),
        ("X=${}", Fault::Reference),
        ("X=${1}", Fault::Reference),
        ("X=${A B}", Fault::Reference),
        ("X=$A b", Fault::TextBehindValue),
    ] {
        let read = parse(&format!("{text}\nY=1\n"));
        assert_eq!(read.bad_lines[0].fault, fault, "{text}");
        assert_eq!(read.get("Y").unwrap().value, "1", "{text}");
    }
    let deep = format!("X={}x{}\n", "${U:-".repeat(2_000), "}".repeat(2_000));
    assert_eq!(parse(&deep).bad_lines[0].fault, Fault::TooDeep);
}

#[test]
fn a_reference_that_brings_nothing_is_told() {
    let read = parse("E=\nX=$U-$E-${P}-${U:-d}-${V:-}-${A:-$W}\n");
    let lost = &read.get("X").unwrap().references;
    let lost: Vec<_> = lost
        .iter()
        .map(|lost| (lost.name.as_str(), lost.lost))
        .collect();
    assert_eq!(
        lost,
        [
            ("U", Lost::NotSet),
            ("E", Lost::Empty),
            ("V", Lost::Default),
            ("W", Lost::NotSet)
        ]
    );
    assert!(read.get("X").unwrap().is_from_process);
}

#[test]
fn a_comment_without_its_space_and_a_pem_without_quotes_are_one_fault_each() {
    let read = explained("X=value# comment\nY=value#part\nZ=value # comment\n");
    assert_eq!(read.bad_lines.len(), 1);
    assert_eq!(
        (read.bad_lines[0].line, read.bad_lines[0].fault),
        (1, Fault::CommentWithoutSpace)
    );
    assert_eq!(read.get("Y").unwrap().value, "value#part");
    let pem = live().jwt_key();
    for text in [
        format!("X={pem}\nY=1\n"),
        format!("X={}\nY=1\n", pem.trim_end().replace('\n', "\r\n")),
        format!("X={}\nY=1\n", pem.replace('\n', "\\n")),
    ] {
        let read = explained(&text);
        let lines: Vec<_> = read
            .bad_lines
            .iter()
            .map(|bad| (bad.line, bad.fault))
            .collect();
        assert_eq!(lines, [(1, Fault::UnquotedPem)], "{text}");
        let after = read.get("Y").unwrap();
        let line = text.lines().position(|line| line == "Y=1").unwrap() + 1;
        assert_eq!((after.value.as_str(), after.line), ("1", line));
    }
}

fn folder(name: &str, env: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let keys = format!(
        "CLERK_PUBLISHABLE_KEY={}\nCLERK_SECRET_KEY={}\n",
        live().publishable_key().as_str(),
        live().secret_key().expose()
    );
    fs::write(folder.join(".env"), format!("{keys}{env}\n")).unwrap();
    folder
}

/// The list was there, came to nothing, and every origin was let in.
#[test]
fn a_list_of_origins_that_is_lost_by_a_reference_stops_the_start() {
    for name in ["CLERK_AUTHORIZED_PARTIES", "CLERK_ALLOWED_REDIRECT_ORIGINS"] {
        for value in [
            "${APP_ORIGIN}",
            "$APP_ORIGIN",
            "${A},${B}",
            "${E}",
            "${A:-}",
            "\"${A:-$B}\"",
        ] {
            let folder = folder("lost", &format!("E=\n{name}={value}"));
            let variables = Variables::read(&folder, |_: &str| None).unwrap();
            let problems = Config::from_variables(&variables).unwrap_err();
            assert_eq!(problems.len(), 1, "{value}: {problems:?}");
            assert_eq!(problems[0].kind(), ProblemKind::UnsetByReference);
            let said = problems[0].to_string();
            assert!(
                said.starts_with(&format!("{name} (.env:4): comes to nothing")),
                "{said}"
            );
        }
        for value in ["", "''", "\"\"", "${A:-https://app.example}"] {
            let folder = folder("plain", &format!("{name}={value}"));
            let variables = Variables::read(&folder, |_: &str| None).unwrap();
            assert!(Config::from_variables(&variables).is_ok(), "{value}");
        }
    }
}

#[test]
fn the_same_key_by_reference_is_equal() {
    let folder = folder("twins", "VITE_CLERK_PUBLISHABLE_KEY=$CLERK_PUBLISHABLE_KEY");
    let variables = Variables::read(&folder, |_: &str| None).unwrap();
    assert!(Config::from_variables(&variables).is_ok());
}

#[test]
fn the_start_names_the_line_and_what_is_wrong_with_it() {
    let folder = folder("line", "X=1# one");
    let error = Variables::read(&folder, |_: &str| None)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(".env: line 3") && error.contains("a space before its #"),
        "{error}"
    );
}
