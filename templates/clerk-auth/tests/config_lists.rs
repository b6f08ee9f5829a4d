//! Lists of origins and issuers that are written as other programs write them.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::config::{check_issuer_entry, check_origin_entry};
use support::values::problems;

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
        let refusal = check_origin_entry(text).unwrap_err();
        assert!(refusal.remedy.ends_with("blanks"), "{text}: {refusal:?}");
    }
    let one = r#"["http://[::1]:3000"]"#;
    let refusal = check_origin_entry(one).unwrap_err();
    assert!(
        refusal.remedy.ends_with(": http://[::1]:3000"),
        "{refusal:?}"
    );
    assert_eq!(check_origin_entry("http://[::1]:3000"), Ok(()));
}

#[test]
fn only_what_is_right_itself_is_offered() {
    type Check = fn(&str) -> Result<(), clerk_auth::config::Refusal>;
    for (check, texts) in [
        (
            check_origin_entry as Check,
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
        let refusal = check_origin_entry(text).unwrap_err();
        assert_eq!(refusal.remedy, format!("write it as {offered}"));
    }
    let said = check_origin_entry("https:app.example.org")
        .unwrap_err()
        .problem;
    assert!(said.contains("not followed by ://"), "{said}");
}
