//! Tokens among other text, and what stands there when there is none.

use super::{decode, documents, raw_token, told, user};

/// A token with a signature of the length that RS256 has, as logs have them.
fn signed(number: u32) -> String {
    let token = user(number);
    let (signed, _) = token.rsplit_once('.').unwrap();
    let signature = "CB6pE7jfz-34uuZm9_9GHf".repeat(16);
    format!("{signed}.{}A", &signature[..341])
}

/// nginx writes `"` as `\x22`, browsers as `%22`, loggers as `\"` and `\u0022`; terminals colour what they show.
#[test]
fn a_scan_finds_a_token_behind_whatever_touches_it() {
    for token in [user(1), signed(1)] {
        for (before, after) in [
            ("{\\x22token\\x22:\\x22", "\\x22}"),
            ("{\\\"token\\\":\\\"", "\\\"}"),
            ("{\\\\\\\"token\\\\\\\":\\\\\\\"", "\\\\\\\"}"),
            ("{\\u0022t\\u0022:\\u0022", "\\u0022}"),
            ("token%22%3A%22", "%22%7D"),
            ("token=&quot;", "&quot;"),
            ("\u{1b}[32m", "\u{1b}[0m"),
            ("\\u001b[32m", "\\u001b[0m"),
            ("[32m", "[0m"),
            ("[", "]"),
            ("<", ">"),
            ("Bearer=", ","),
            ("token", " "),
            ("tokenXYZ_", "\t"),
            ("#012", "#012"),
            ("Authorization: Bearer ", "\r"),
            ("/cb?session_token=", "&x=1"),
            ("Set-Cookie: __session=", "; Path=/; HttpOnly"),
            ("\u{201c}", "\u{201d}"),
            ("", "."),
            ("", "..."),
        ] {
            let text = format!("é {before}{token}{after}\n");
            let place = format!("1:{}", "é ".len() + before.len() + 1);
            let said = decode("--scan", 0, &text);
            if after == "..." {
                assert!(said.starts_with(told(1, &place).trim_end()), "{text}");
            } else {
                assert_eq!(said, told(1, &place), "{text}");
            }
        }
    }
}

#[test]
fn a_scan_finds_the_tokens_of_a_coloured_line() {
    let token = signed(1);
    let parts: Vec<_> = token.split('.').collect();
    let coloured = format!(
        "\u{1b}[31m{}\u{1b}[0m.\u{1b}[35m{}\u{1b}[0m.\u{1b}[36m{}\u{1b}[0m {}",
        parts[0],
        parts[1],
        parts[2],
        user(2)
    );
    let said = decode("--scan", 0, &coloured);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with(told(1, "1:6").trim_end()), "{said}");
    assert!(
        lines[0].contains("4 marks that are no part of it"),
        "{said}"
    );
    assert_eq!(lines.len(), 2, "{said}");
}

/// Loggers keep header and claims and replace the signature.
#[test]
fn a_token_without_its_signature_is_found_everywhere() {
    let whole = signed(1);
    let (claims, signature) = whole.rsplit_once('.').unwrap();
    for mark in [
        "[REDACTED]",
        "***",
        "<redacted>",
        "\u{2026}",
        "...",
        "xxxx",
        "[FILTERED]",
        "{signature}",
        "",
        "REDACTED",
        "\\u003credacted\\u003e",
    ] {
        for mark in [
            mark.to_owned(),
            format!("{}[REDACTED]", &signature[..8]),
            format!("{}...", &signature[..40]),
        ] {
            let token = format!("{claims}.{mark}");
            let field = serde_json::json!({ "t": format!("Bearer {token}") }).to_string();
            for (options, text, place) in [
                ("--scan", format!("auth=\"Bearer {token}\" x"), "1:14"),
                ("", token.clone(), "1"),
                ("", format!("Authorization: Bearer {token}"), "1"),
                ("--field t", field, "1"),
            ] {
                let said = decode(options, 0, &text);
                let sentence = if mark.is_empty() {
                    "there is no signature: "
                } else {
                    "the signature was taken out: "
                };
                let expected = format!("{}\t{sentence}", told(1, place).trim_end());
                assert!(said.starts_with(&expected), "{text}\n{said}");
                assert_eq!(said.lines().count(), 1, "{said}");
            }
        }
    }
}

#[test]
fn what_is_no_token_is_not_found() {
    let token = signed(1);
    let (header, rest) = token.split_once('.').unwrap();
    for text in [
        "eyJhbGciOi",
        "eyJ.eyJ",
        "xeyJ.eyJ.abc",
        "www.eyJhbGciOiJSUzI1NiJ9.example",
        &format!("x{}", &header[4..]),
        header,
        &format!("{header}x.{rest}")[1..],
    ] {
        assert_eq!(decode("--scan", 1, text), "", "{text}");
    }
}

#[test]
fn a_line_is_read_as_a_text_alone_is() {
    let (one, two) = (user(1), signed(2));
    let hidden = format!("{}\u{200b}{}", &two[..101], &two[101..]);
    let lines = [
        format!("Authorization: Bearer {one}"),
        format!("  \"{two}\","),
        format!("\"token\": \"{one}\""),
        format!("{two} {one} {two}"),
        format!("a=b; __session={two}; __client_uat=1"),
        format!("curl -H 'Authorization: Bearer {two}' https://x.example"),
        hidden,
        format!("{one}{two}"),
        format!("{two}{one}"),
    ];
    let second = two.len() + 2;
    let expected = [
        told(1, "1"),
        told(2, "2"),
        told(1, "3"),
        told(2, "4:1")
            + &told(1, &format!("4:{second}"))
            + &told(2, &format!("4:{}", second + one.len() + 1)),
        told(2, "5"),
        told(2, "6"),
        told(2, "7").replace(
            '\n',
            "\tleft out: 1 invisible character (U+200B zero-width space at character 102)\n",
        ),
        told(1, "8:1") + &told(2, &format!("8:{}", one.len() + 1)),
        told(2, "9:1") + &told(1, &format!("9:{}", two.len() + 1)),
    ];
    for (at, (line, expected)) in lines.iter().zip(&expected).enumerate() {
        let said = decode("", 0, "\n".repeat(at) + line);
        let said = said.replace(
            &said
                .lines()
                .take(at)
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
            "",
        );
        assert_eq!(said, *expected, "{line}");
    }
}

#[test]
fn a_field_may_hold_a_whole_header_or_request() {
    let (one, two) = (user(1), signed(2));
    for text in [
        format!("__client_uat=1; __session={one}; __session_AbCdEf12={one}; other={two}"),
        format!("GET / HTTP/1.1\r\nCookie: __session={one}\r\nAuthorization: Bearer {two}\r\n\r\n"),
    ] {
        let line = serde_json::json!({ "req": { "headers": { "cookie": text } } });
        let said = decode("--field req.headers.cookie", 0, line.to_string());
        assert_eq!(said, told(1, "1") + &told(2, "1"), "{text}");
    }
}

/// A request without a token is no request with a bad one.
#[test]
fn no_token_there_is_none() {
    let lines = [
        r#"{"t":null}"#,
        r#"{"t":""}"#,
        r#"{"t":"-"}"#,
        r#"{"t":"Bearer undefined"}"#,
        r#"{"t":"[object Promise]"}"#,
        r#"{"t":"Bearer"}"#,
        r#"{"t":"None"}"#,
        r#"{"t":"__client_uat=0; _ga=GA1.2"}"#,
    ];
    let said = decode("--field t", 1, lines.join("\n"));
    let all: Vec<Vec<_>> = said
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(all.len(), lines.len(), "{said}");
    for (at, columns) in all.iter().enumerate() {
        assert_eq!(
            columns[..3],
            ["none", "no-token", &(at + 1).to_string()],
            "{said}"
        );
    }
    let none = "there is no token: there was none when this was written; nobody was signed in when the request was made, or \
                `getToken()` was not awaited";
    assert_eq!(all[0][6], none);
    assert_eq!(all[3][6], none);
    assert_eq!(
        all[4][6],
        "there is no token: a promise stands in its place; wait for the token: `await getToken()`"
    );
    assert_eq!(all[1][6], none);
    // Nor does it make the answer a no.
    let with_one = format!("{}\n{{\"t\":\"{}\"}}", lines.join("\n"), user(1));
    decode("--field t", 0, with_one);
    let said = decode("--json", 1, "Bearer undefined");
    assert_eq!(documents(&said)[0]["reason"], "no-token");
    assert_eq!(documents(&said)[0]["verdict"], "none");
}

#[test]
fn utf_16_is_read_too() {
    let text = format!("{}\r\n{}\r\n", user(1), signed(2));
    for turn in [u16::to_le_bytes, u16::to_be_bytes] {
        let wide: Vec<u8> = format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(turn)
            .collect();
        assert_eq!(decode("", 0, &wide), told(1, "1") + &told(2, "2"));
        assert_eq!(decode("--scan", 0, &wide), told(1, "1:1") + &told(2, "2:1"));
    }
}

/// The rest of a long line has no say in how long it takes.
#[test]
fn lines_that_look_like_tokens_take_no_time() {
    let header = raw_token("{}").split('.').next().unwrap().to_owned();
    for piece in [
        "eyJ",
        "eyJ.",
        "aeyJ.",
        "eyJhbGciOiJub25lIn0.",
        "aeyJhbGciOiJub25lIn0.",
        "eyJ\u{200b}",
        "eyJ\\_",
        "eyJ%2E",
        "eyJ.e.[",
        "eyJ.e.[a ",
        "\\u0022",
        "&#x22;",
        "__session=",
        "%7b%22",
        "[[[[",
        "ZXlK",
        "eyJ=",
        "eyJ=\n",
        &format!("{header}.e30."),
        &format!("x{header}.e30."),
        &format!("{header}."),
        "\u{1b}[31m",
    ] {
        let text = piece.repeat((250 << 10) / piece.len());
        for options in ["--scan", ""] {
            let sandbox = crate::support::Sandbox::new();
            let child = sandbox
                .cli(&format!("token decode --batch --quiet {options}"))
                .spawn();
            let output = super::fed(child, text.as_bytes());
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{piece}: {output:?}"
            );
        }
    }
}

/// A log without spaces took time by the square of its length, as each token was read to the end of the line.
#[test]
fn tokens_without_their_signatures_that_touch_are_each_found() {
    let parts = raw_token("{\"sub\":\"x\"}");
    let redacted = format!("{}.***", parts.rsplit_once('.').unwrap().0);
    let sandbox = crate::support::Sandbox::new();
    let child = sandbox.cli("token decode --batch --quiet --scan").spawn();
    let output = super::fed(child, redacted.repeat(50).as_bytes());
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.lines().count(), 50, "{said}");
    assert!(
        said.lines().all(|line| line.contains("was taken out")),
        "{said}"
    );
}
