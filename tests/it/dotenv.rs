//! The editor of `.env` files: it must read what the app's reader reads, and change nothing that it was not asked to.

use clerk_rs_cli::project::dotenv::{Dotenv, EditError, Fault};
use clerk_rs_cli::project::variables::{Place, Variables};
use proptest::prelude::*;

use crate::corpus::properties::{differs, oracle, ours};
use crate::support::Sandbox;

fn nothing(_: &str) -> Option<String> {
    None
}

fn parse(text: &str) -> Dotenv {
    Dotenv::parse(text, &nothing)
}

/// Texts in which every character means something to some reader. References are ours: dotenvy ends a name at `_`.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ABC]=".prop_map(String::from),
        4 => "[a-c]{1,3}".prop_map(String::from),
        2 => Just("\n".to_owned()),
        1 => prop::sample::select(vec![
            "'", "\"", "\\", "{", "}", "#", " ", "\t", "\r\n", "\r", "=", "export ", "é", "\u{a0}",
            "\\n", " #", "  # don't", "_x.y", "1", "\0", "\u{2028}",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_apps_reader_reads_the_same(text in hostile()) {
        prop_assert_eq!(differs(&text), None);
    }

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        let file = parse(&text);
        prop_assert_eq!(file.text(), &text);
        if !text.contains('$') {
            prop_assert_eq!(differs(&text), None);
        }
    }

    #[test]
    fn a_value_that_is_set_is_read_back_and_nothing_else_changes(
        text in hostile(),
        name in prop::sample::select(vec!["A", "B", "NEW"]),
        value in "[a-zA-Z0-9 '\"\\\\#={}\n\té_/:.-]{0,20}",
    ) {
        let before = parse(&text);
        let mut file = before.clone();
        if file.set(name, &value, &nothing).is_ok() {
            let read = oracle(file.text());
            let own: Vec<_> = read.iter().flatten().filter(|(found, _)| found == name).collect();
            prop_assert!(!own.is_empty());
            prop_assert!(own.iter().all(|(_, found)| *found == value));
            let others = |text: &str| oracle(text).into_iter().filter(|found| {
                found.as_ref().is_none_or(|(found, _)| found != name)
            }).collect::<Vec<_>>();
            if before.bad_lines().is_empty() {
                prop_assert_eq!(others(file.text()), others(&text));
            }
            // The bytes outside are the same ones: taking the assignments out leaves the same text.
            let (mut new, mut old) = (file.clone(), before);
            if old.get(name).is_some() && new.remove(name, &nothing).is_ok() && old.remove(name, &nothing).is_ok() {
                prop_assert_eq!(new.text(), old.text());
            }
        } else {
            prop_assert_eq!(file.text(), &text);
        }
    }
}

/// `A={` is an assignment to dotenvy, so somebody's JSON came down to `{`, and the next line was to blame.
#[test]
fn json_and_a_pem_over_several_lines_are_refused_as_a_whole() {
    for (text, words) in [
        ("A={\n\"", "JSON needs single quotes"),
        ("A={\n\"a\": 1\n}\nB=2\n", "JSON needs single quotes"),
        ("A=[\n{}]\n", "JSON needs single quotes"),
        ("A=\n-----BEGIN X\n", "PEM"),
    ] {
        let file = parse(text);
        let [bad] = file.bad_lines() else {
            panic!("{text:?}: {:?}", file.bad_lines());
        };
        assert_eq!(bad.line, 1, "{text:?}");
        assert!(bad.fault.to_string().contains(words), "{}", bad.fault);
        assert_eq!(oracle(text)[0].as_ref().unwrap().0, "A");
        assert_eq!(differs(text), None);
    }
    let whole = "A={\nB=2\n";
    assert_eq!((ours(&parse(whole)), differs(whole)), (oracle(whole), None));
}

/// Ordinary files must not be among those that are refused.
#[test]
fn ordinary_files_can_be_changed() {
    for (before, after) in [
        ("", "A=new\n"),
        ("# c\n\nB=1\n", "# c\n\nB=1\nA=new\n"),
        ("B=1", "B=1\nA=new\n"),
        ("B=1\r\n", "B=1\r\nA=new\r\n"),
        ("\u{feff}A=1\n", "\u{feff}A=new\n"),
        ("A=1 # why\nB=2\n", "A=new # why\nB=2\n"),
        ("A=# why\n", "A=new # why\n"),
        ("  export A = '1'  \nB=2", "  export A = 'new'  \nB=2"),
        ("A=\"1\n2\"\nB=2\n", "A=\"new\"\nB=2\n"),
        ("A=1\nB=2\nA=3\n", "A=new\nB=2\nA=new\n"),
        ("A=\n", "A=new\n"),
        ("A=1 ", "A=new \n"),
        ("B=1 ", "B=1 \nA=new\n"),
        ("#A=1\n", "#A=1\nA=new\n"),
    ] {
        let mut file = parse(before);
        file.set("A", "new", &nothing).unwrap();
        assert_eq!(file.text(), after, "{before:?}");
    }
}

#[test]
fn a_value_gets_the_quotes_it_needs() {
    for (value, written) in [
        ("", "A=\n"),
        ("pk_test_YQ", "A=pk_test_YQ\n"),
        ("https://a.b/c?d=e", "A=\"https://a.b/c?d=e\"\n"),
        ("a b", "A=\"a b\"\n"),
        ("a#b", "A=\"a#b\"\n"),
        ("$A\"\\'", "A=\"\\$A\\\"\\\\'\"\n"),
        ("-----BEGIN\nX\n", "A=\"-----BEGIN\\nX\\n\"\n"),
    ] {
        let mut file = parse("");
        file.set("A", value, &nothing).unwrap();
        assert_eq!(file.text(), written);
        assert_eq!(file.get("A").unwrap().value, value);
    }
}

/// A value with a line break must not smuggle a second variable in.
#[test]
fn a_line_break_in_a_value_starts_no_second_variable() {
    let mut file = parse("");
    file.set("A", "x\nCLERK_API_URL=http://evil.example", &nothing)
        .unwrap();
    assert_eq!(oracle(file.text()).len(), 1);
    assert_eq!(file.text().lines().count(), 1);
    assert_eq!(file.set("A=1\nB", "x", &nothing), Err(EditError::Name));
}

#[test]
fn a_line_that_cannot_be_read_is_named_and_nothing_is_written_around_it() {
    for (text, line, fault) in [
        ("A=1\nno name\n", 2, Fault::NoEquals),
        ("=1\n", 1, Fault::Name),
        ("A=1\nB=x y\n", 2, Fault::TextBehindValue),
        ("B=\\x\n", 1, Fault::Escape('x')),
        ("A=1\n\nB='x\nC=2\n", 3, Fault::OpenQuote),
        ("B=${x\n", 1, Fault::OpenReference),
    ] {
        let mut file = parse(text);
        let bad = file.bad_lines()[0];
        assert_eq!((bad.line, bad.fault), (line, fault), "{text:?}");
        assert_eq!(file.set("A", "new", &nothing), Err(EditError::BadLine(bad)));
        assert_eq!(file.text(), text);
    }
}

#[test]
fn a_variable_that_others_refer_to_is_left_alone() {
    let mut file = parse("A=1\nB=$A\n");
    assert_eq!(
        file.set("A", "2", &nothing),
        Err(EditError::Entangled("B".to_owned()))
    );
    assert_eq!(
        file.remove("A", &nothing),
        Err(EditError::Entangled("B".to_owned()))
    );
}

#[test]
fn what_is_removed_takes_its_lines_along() {
    let mut file = parse("# c\nA=\"1\n2\" # x\nB=2\nA=3");
    file.remove("A", &nothing).unwrap();
    assert_eq!(file.text(), "# c\nB=2\n");
    file.remove("A", &nothing).unwrap();
    assert_eq!(file.text(), "# c\nB=2\n");
}

#[test]
fn the_place_that_wins_comes_first_and_agrees_with_the_app() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path(".env"), "A=1\nB=2\n\nA=3\nC=4\nD=$P\n").unwrap();
    std::fs::write(sandbox.path(".env.local"), "# x\nB=5\nC=\n").unwrap();
    let process = |name: &str| (name == "A").then(|| "6".to_owned());
    let variables = Variables::read(&sandbox.path(""), process).unwrap();
    let core = clerk_auth::env_files::Variables::read(&sandbox.path(""), process).unwrap();
    for name in ["A", "B", "C", "D", "E"] {
        let ours = variables.get(name).map(|found| found.value);
        assert_eq!(ours, core.get(name), "{name}");
    }
    let places = |name| -> Vec<String> {
        let all = variables.all(name).into_iter();
        all.map(|found| format!("{} {}", found.place, found.value))
            .collect()
    };
    assert_eq!(places("A"), ["environment 6", ".env:4 3", ".env:1 1"]);
    assert_eq!(places("B"), [".env.local:2 5", ".env:2 2"]);
    assert_eq!(places("C"), [".env.local:3 ", ".env:5 4"]);
    assert_eq!(
        variables.get("B").unwrap().place,
        Place::File {
            name: ".env.local".to_owned(),
            line: 2
        }
    );
}

#[test]
fn neither_values_nor_files_are_shown_by_debug() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path(".env"), "CLERK_SECRET_KEY=sk_test_hidden\n").unwrap();
    let variables = Variables::read(&sandbox.path(""), nothing).unwrap();
    let found = variables.get("CLERK_SECRET_KEY").unwrap();
    let text = format!(
        "{variables:?} {found:?} {:?}",
        variables.files()[0].content.entries()
    );
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn what_is_no_text_is_refused_with_its_line() {
    let sandbox = Sandbox::new();
    let why = |bytes: &[u8]| {
        std::fs::write(sandbox.path(".env"), bytes).unwrap();
        let error = Variables::read(&sandbox.path(""), nothing).unwrap_err();
        error.cause.to_string()
    };
    assert_eq!(why(b"A=1\nB=\xff\n"), "line 2 is not UTF-8 text");
    assert_eq!(why(b"\xff\xfeA\0"), "it is UTF-16; save it as UTF-8");
    assert_eq!(
        why(&vec![b'#'; (256 << 10) + 1]),
        "it is larger than 256 KiB"
    );
    std::fs::remove_file(sandbox.path(".env")).unwrap();
    std::fs::create_dir(sandbox.path(".env")).unwrap();
    let error = Variables::read(&sandbox.path(""), nothing).unwrap_err();
    assert_eq!(error.cause.to_string(), "it is not a regular file");
}

/// Thirty lines that double each other took all the memory of the machine.
#[test]
fn lines_that_double_each_other_do_not_fill_the_memory() {
    let mut text = "A=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".to_owned();
    for _ in 0..40 {
        text.push_str("A=$A$A\n");
    }
    let file = parse(&text);
    let longest = file.entries().iter().map(|entry| entry.value.len()).max();
    assert!(longest.unwrap() < 4 << 20);
    assert_eq!(file.bad_lines()[0].fault, Fault::TooLong);
}
