//! Lists of origins and issuers that are written as other programs write them.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::config::{ProblemKind, Refusal, check_issuer_entry, check_origin_entry, explain};
use support::values::{accepts, problems, refuses};

/// A refused origin, as the tool says it.
fn check_origin(text: &str) -> Result<(), Refusal> {
    check_origin_entry(text).map_err(|refusal| explain("CLERK_AUTHORIZED_PARTIES", text, &refusal))
}

/// The help for a list must not lead to the next refusal.
#[test]
fn a_list_written_another_way_is_one_problem_and_what_is_offered_is_right() {
    let whole = "https://a.example,https://b.example";
    for (text, what) in [
        (
            r#"["https://a.example","https://b.example"]"#,
            "list in brackets",
        ),
        (
            r#"["https://a.example", "https://b.example"]"#,
            "list in brackets",
        ),
        ("[https://a.example,https://b.example]", "list in brackets"),
        ("{https://a.example,https://b.example}", "list in brackets"),
        ("(https://a.example https://b.example)", "list in brackets"),
        (
            "https://a.example;https://b.example",
            "not separated by commas",
        ),
        (
            "https://a.example; https://b.example;",
            "not separated by commas",
        ),
        (
            "https://a.example|https://b.example",
            "not separated by commas",
        ),
        ("https://a.example https://b.example", "a blank"),
        ("https://a.example\nhttps://b.example", "a blank"),
        ("'https://a.example','https://b.example'", "quotes"),
        (
            "\u{201c}https://a.example,https://b.example\u{201d}",
            "quotes",
        ),
    ] {
        for name in ["CLERK_AUTHORIZED_PARTIES", "CLERK_ALLOWED_REDIRECT_ORIGINS"] {
            let problems = problems(name, text);
            let [problem] = problems.as_slice() else {
                panic!("{text}: {problems:?}");
            };
            assert!(problem.to_string().contains(what), "{problem}");
            assert!(problem.refusal.remedy.ends_with(whole), "{problem}");
        }
    }
    for text in ["[]", "[\"\"]", "\"*\"", "'a' 'b'"] {
        let refusal = check_origin(text).unwrap_err();
        assert!(refusal.remedy.ends_with("blanks"), "{text}: {refusal:?}");
    }
    let one = r#"["http://[::1]:3000"]"#;
    let refusal = check_origin(one).unwrap_err();
    assert!(
        refusal.remedy.ends_with(": http://[::1]:3000"),
        "{refusal:?}"
    );
    assert_eq!(check_origin("http://[::1]:3000"), Ok(()));
}

#[test]
fn only_what_is_right_itself_is_offered() {
    type Check = fn(&str) -> Result<(), Refusal>;
    for (check, texts) in [
        (
            check_origin as Check,
            &[
                "null",
                "undefined",
                "foo",
                "user_2abcdefg",
                "com.example.app://",
                "https://app..example.org",
                "https:app.example.org",
                "https:/app.example.org",
                "https//app.example.org",
                "http:\\\\localhost:3000",
                "htps://a.example",
                "htttps://a.example",
                "hxxps://a.example",
                "https.//a.example",
                "ttps://a.example",
                "jttp://localhost",
                "http2://a.example",
                "htps://",
                "https://",
                "https://.",
                "app:/x",
                "app.example.org/sign-in",
                "//app.example.org",
                "[::1]:3000",
                "3000",
                "a b",
                "localhost",
                "localhost:3000/x",
                "127.0.0.1",
                "https:3000",
                "https://app.example.org.",
                "Capacitor://",
                "capacitor://a b",
                "1app://x",
                "chrome-extension://",
                "wss://",
                "https://a.example:99999",
                "a@b.example",
                "file:///x",
            ][..],
        ),
        (
            check_issuer_entry as Check,
            &[
                "foo",
                "null",
                "clerk..example.org",
                "https://clerk..example.org/x",
                "https:clerk.example",
                "\"https://clerk.example\"",
                "https://a.example;https://b.example",
                "https://",
                "/x",
                "clerk.example/__clerk",
                "ins_2abc",
            ][..],
        ),
    ] {
        for text in texts {
            let refusal = check(text).expect_err(text);
            let offered = refusal
                .remedy
                .split_once("write it as ")
                .map(|(_, offered)| offered);
            if let Some(offered) = offered.filter(|offered| *offered != "https://host") {
                assert_ne!(offered, *text);
                assert_eq!(check(offered), Ok(()), "{text}: {refusal:?}");
            }
            assert!(!refusal.remedy.contains(&format!("https://{text}")) || text.contains('.'));
        }
    }
    for (text, offered) in [
        ("https:app.example.org", "https://app.example.org"),
        ("https//app.example.org", "https://app.example.org"),
        ("htps://a.example", "https://a.example"),
        ("app.example.org/sign-in", "https://app.example.org"),
        ("[::1]:3000", "http://[::1]:3000"),
        ("localhost", "http://localhost"),
    ] {
        let refusal = check_origin(text).unwrap_err();
        assert_eq!(refusal.remedy, format!("write it as {offered}"));
    }
    let said = check_origin("https:app.example.org").unwrap_err().problem;
    assert!(said.contains("not followed by ://"), "{said}");
}

#[test]
fn an_origin_is_written_as_browsers_send_it() {
    for good in [
        "https://app.example",
        "http://localhost:3000",
        "https://xn--bcher-kva.example:8443",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        "safari-web-extension://0A1B2C3D",
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "http://tauri.localhost",
        "app://-",
        "app://localhost",
        "my-app+dev://x_y:81",
    ] {
        assert_eq!(check_origin(good), Ok(()), "{good}");
    }
    for (bad, remedy) in [
        ("https://app.example/", "https://app.example"),
        ("https://app.example/x?y#z", "https://app.example"),
        ("https://APP.example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("app.example", "https://app.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("capacitor://localhost/", "capacitor://localhost"),
        ("Tauri://localhost", "tauri://localhost"),
        ("https://*.example", "list each origin"),
        ("*", "list each origin"),
        ("file://", "https://host"),
        ("wss://app.example", "https://app.example"),
        ("null", "https://host"),
        ("chrome-extension://*", "list each origin"),
        ("https://", "https://host"),
        ("https://a@b.example", "https://host"),
    ] {
        let refusal = check_origin(bad).unwrap_err();
        assert!(
            refusal.remedy.ends_with(remedy) || refusal.remedy.contains(remedy),
            "{bad}: {refusal:?}"
        );
    }
    refuses(
        "CLERK_AUTHORIZED_PARTIES",
        ProblemKind::Malformed,
        &[
            (" , ", "lists nothing"),
            ("https://a.example/,https://b.example", "is not an origin"),
        ],
    );
    accepts(
        "CLERK_AUTHORIZED_PARTIES",
        &["https://a.example, tauri://localhost,"],
    );
}

#[test]
fn an_issuer_is_a_url_as_tokens_name_it() {
    for good in [
        "https://clerk.app.example",
        "https://app.example/__clerk",
        "http://localhost:3000/x",
    ] {
        assert_eq!(check_issuer_entry(good), Ok(()), "{good}");
    }
    for (bad, remedy) in [
        ("https://clerk.app.example/", "https://clerk.app.example"),
        (
            "https://app.example/__clerk/",
            "https://app.example/__clerk",
        ),
        ("https://app.example?x", "https://app.example"),
        ("https://APP.example/x", "https://app.example/x"),
        ("clerk.app.example", "https://clerk.app.example"),
        ("https://*.example", "list each issuer"),
        ("ftp://app.example", "https://host"),
    ] {
        let refusal = check_issuer_entry(bad).unwrap_err();
        assert!(refusal.remedy.contains(remedy), "{bad}: {refusal:?}");
    }
}
