//! Lines, fields, any text; text and JSON.

use std::fs;

use serde_json::json;

use super::{decode, documents, raw_token, run, token, told, user};
use crate::support::Sandbox;

#[test]
fn every_line_is_a_result_in_its_place() {
    let lines: [&[u8]; 9] = [
        &user(1).into_bytes(),
        b"",
        b"not a token",
        b"\xff\xfe\xf0.a.b",
        &format!("  \"Bearer {}\"\t", user(2)).into_bytes(),
        b"   ",
        &format!("\u{feff}{}", user(3)).into_bytes(),
        b"ak_2q7OrchardOrchardOrchard",
        b"sk_test_2q7OrchardOrchard",
    ];
    let expected = [
        &told(1, "1"),
        "none\tempty-line\t2\n",
        "invalid\ttoken-invalid\t3\t-\t-\t-\tthe text holds no token\n",
        "invalid\ttoken-invalid\t4\t-\t-\t-\tthe header holds `\u{fffd}` (U+FFFD), which no token has (character 1)\n",
        &told(2, "5"),
        "none\tempty-line\t6\n",
        &told(3, "7"),
        "unverified\tak\t8\t-\t-\t-\n",
        "invalid\tsecret-key\t9\t-\t-\t-\n",
    ];
    for line_end in ["\n", "\r\n"] {
        let all = lines.join(line_end.as_bytes());
        assert_eq!(decode("", 1, &all), expected.concat());
        // The end of the last line makes no line more.
        let ended = [&all, line_end.as_bytes()].concat();
        assert_eq!(decode("", 1, ended), expected.concat());
    }
}

#[test]
fn the_order_is_that_of_the_input() {
    let count = 5000;
    // Lines of very different length, so that the blocks of two threads take differently long.
    let line = |number: u32| match number % 7 {
        0 => String::new(),
        1 => "x".repeat(number as usize * 3),
        _ => user(number),
    };
    let input: String = (1..=count).map(|number| line(number) + "\n").collect();
    for jobs in [1, 2, 16] {
        let said = decode(&format!("--jobs {jobs}"), 1, &input);
        let places = said.lines().map(|line| line.split('\t').nth(2).unwrap());
        let expected: Vec<_> = (1..=count).map(|number| number.to_string()).collect();
        assert_eq!(places.collect::<Vec<_>>(), expected);
        assert!(said.contains(&told(4997, "4997")));
    }
}

#[test]
fn the_summary_counts_by_verdict_and_reason() {
    let input = [&user(1), "x", &user(2), "", &user(3), "y.z"].join("\n");
    let output = run("", input.as_bytes());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "  6 results: 3 unverified, 2 invalid, 1 none
  \u{2013} session-v2                                     3
  \u{2717} token-invalid                                  2
  \u{2013} empty-line                                     1
"
    );
    assert!(run("--quiet", input.as_bytes()).stderr.is_empty());
}

#[test]
fn the_exit_code_is_that_of_all() {
    decode("", 0, user(1));
    decode("", 0, format!("{}\n\n{}\n", user(1), user(2)));
    decode("", 1, format!("{}\nx\n", user(1)));
    assert_eq!(decode("", 1, ""), "");
    assert_eq!(decode("--scan", 1, "nothing here"), "");
}

#[test]
fn a_field_is_found_on_its_way() {
    let token = user(1);
    let lines = [
        json!({ "request": { "headers": { "authorization": format!("bearer {token}") } } }),
        json!({ "request": { "headers": { "authorization": 7 } } }),
        json!({ "request": { "headers": "authorization" } }),
        json!({ "request": { "headers": { "authorization": null } } }),
        json!([1]),
    ];
    let mut input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    input.push_str("{\"request\":{\"headers\":{\"authorization\":\"x\"}}\n\n");
    // The last of two members counts, and escapes are JSON's.
    let escaped = token.replacen('e', "\\u0065", 1);
    let twice = "\"authorization\":\"x\",\"authoriz\\u0061tion\":";
    input.push_str(&format!(
        "{{\"request\":{{\"headers\":{{{twice}\"{escaped}\"}}}}}}"
    ));
    let expected = [
        &told(1, "1"),
        "none\tfield-not-text\t2\n",
        "none\tfield-missing\t3\n",
        "none\tno-token\t4\t-\t-\t-\tthere is no token: there was none when this was written; nobody was signed in when the request was made, or `getToken()` was not awaited\n",
        "none\tfield-missing\t5\n",
        "none\tline-not-json\t6\n",
        "none\tempty-line\t7\n",
        &told(1, "8"),
    ];
    for field in [
        "request.headers.authorization",
        "/request/headers/authorization",
    ] {
        assert_eq!(
            decode(&format!("--field {field}"), 1, &input),
            expected.concat()
        );
    }
}

/// As jq and JSONPath write it.
#[test]
fn a_field_may_be_named_as_other_programs_name_it() {
    let line = json!({ "t": user(1), "list": [{ "a.b": user(1) }] }).to_string();
    for field in [
        ".t",
        "$.t",
        "$['t']",
        "list[0][\"a.b\"]",
        "$.list[0]['a.b']",
        ".list.[0]['a.b']",
    ] {
        let sandbox = Sandbox::new();
        sandbox
            .cli("token decode --batch --quiet --field")
            .arg(field)
            .stdin(&line)
            .stdout(&told(1, "1"))
            .run();
    }
    let list = json!([{ "t": user(1) }]);
    let said = decode("--field t", 1, list.to_string());
    assert!(
        said.starts_with("none\tfield-missing\t1\t-\t-\t-\tthe line is a list"),
        "{said}"
    );
    let said = decode("--field t", 1, serde_json::to_string_pretty(&list).unwrap());
    assert!(
        said.starts_with("none\tline-not-json\t1\t-\t-\t-\tthe document does not end"),
        "{said}"
    );
}

#[test]
fn a_field_may_have_a_dot_or_be_in_a_list() {
    let line = json!({ "a.b": { "~c/d": [{}, [user(1)]] } });
    let said = decode("--field /a.b/~0c~1d/1/0", 0, line.to_string());
    assert_eq!(said, told(1, "1"));
    let line = json!([{ "t": user(2) }]);
    assert_eq!(decode("--field 0.t", 0, line.to_string()), told(2, "1"));
}

#[test]
fn a_scan_finds_the_tokens_in_any_text() {
    let (one, two) = (user(1), user(2));
    let log = format!(
        "GET / 200 cookie=\"a=b; __session={one}; c=d\" bearer={two}\n\
         nothing, eyJhbGciOi and eyJ.eyJ are none, x{one} is one\n\
         /cb?token%3D{two}&x=1 \u{2026} {one}.\r\n\
         \u{fffd}{{\"t\":\"{two}\"}}"
    );
    let expected = [
        told(1, "1:34"),
        told(2, &format!("1:{}", 48 + one.len())),
        told(1, "2:44"),
        told(2, "3:13"),
        told(1, &format!("3:{}", 13 + two.len() + 5 + 4)),
        told(2, "4:10"),
    ];
    assert_eq!(decode("--scan", 0, &log), expected.concat());
}

#[test]
fn each_document_stands_in_a_line() {
    let strange =
        token(&json!({ "sub": "a\u{1b}[2J\u{9b}\u{202e}\"\\\n\u{1f980}\u{eb}", "exp": -1.5 }));
    let input = format!("{}\n{strange}\nx", user(1));
    let said = decode("--json --summary", 1, &input);
    let schema = "clerk-rs.token-decode-batch/1";
    assert_eq!(
        documents(&said),
        [
            json!({ "schema": schema, "ok": true, "verdict": "unverified", "kind": "session-v2", "line": 1,
                "sub": "user_1", "sid": "sess_1", "exp": 1_772_541_346 }),
            json!({ "schema": schema, "ok": true, "verdict": "unverified", "kind": "session-v1", "line": 2,
                "sub": "a\u{1b}[2J\u{9b}\u{202e}\"\\\n\u{1f980}\u{eb}", "exp": -1 }),
            json!({ "schema": schema, "ok": false, "verdict": "invalid", "reason": "token-invalid", "line": 3,
                "message": "it has no dots: a JWT has three parts, separated by dots" }),
            json!({ "schema": schema, "ok": false, "summary": { "results": 3, "interrupted": false, "kinds": [
                { "verdict": "unverified", "kind": "session-v1", "count": 1 },
                { "verdict": "unverified", "kind": "session-v2", "count": 1 },
                { "verdict": "invalid", "reason": "token-invalid", "count": 1 },
            ] } }),
        ]
    );
    // What a terminal would obey is written as an escape, in JSON and in text.
    assert!(
        said.contains("a\\u001b[2J\\u009b\\u202e\\\"\\\\\\u000a\u{1f980}\u{eb}"),
        "{said}"
    );
    let said = decode("", 1, &input);
    assert!(
        said.contains("\ta\\u{1b}[2J\\u{9b}\\u{202e}\"\\\\n\u{1f980}\u{eb}\t"),
        "{said}"
    );
}

/// Payloads that the short cut takes, some that it must not take, and some that nobody takes.
const PAYLOADS: [&str; 36] = [
    r#"{"v":2}"#,
    r#"{"v":2.0}"#,
    r#"{"v":20e-1}"#,
    r#"{"v":"2"}"#,
    r#"{"v":3,"v":2}"#,
    r#"{"v":2,"v":3}"#,
    r#"{ "v" : 2 }"#,
    r#"{"sub":"a","sub":"b","sid":"c"}"#,
    r#"{"sub":"a","sub":1}"#,
    r#"{"sub":"mch_1","v":2}"#,
    r#"{"sub":3,"v":2}"#,
    r#"{"s\u0075b":"a","v":2}"#,
    r#"{"sub":"\"\\","v":2}"#,
    "{\"sub\":\"\u{e9}\",\"v\":2}",
    "{\"sub\":\"\u{7f}\u{1f}\"}",
    "{\"sub\":\"\u{7f}\"}",
    r#"{"a":"\ud800","v":2}"#,
    r#"{"handshake":[],"v":2}"#,
    r#"{"dev":"dvb_1"}"#,
    r#"{"rotating_token":"x"}"#,
    r#"{"st":1,"iid":"ins_1"}"#,
    r#"{"exp":12.7,"v":2}"#,
    r#"{"exp":"12"}"#,
    r#"{"exp":-12,"iat":-0}"#,
    r#"{"exp":999999999999999999}"#,
    r#"{"exp":9999999999999999999}"#,
    r#"{"exp":012}"#,
    r#"{"exp":1e999}"#,
    r#"{"exp":12,}"#,
    r#"{"exp":12"#,
    r#"{"exp":12}}"#,
    r#"{"a":[[{},[]],{"b":null}],"c":[true,false,-0.0,1e3],"d":[1,2,"x"]}"#,
    r#"{"a":nulll}"#,
    r#"{"a":[1,]}"#,
    "{}",
    "[]",
];

#[test]
fn the_short_cut_says_what_the_core_says() {
    let mut tokens: Vec<_> = PAYLOADS.into_iter().map(raw_token).collect();
    for depth in [15, 16, 17, 126, 127, 128] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        tokens.push(raw_token(&format!("{{\"a\":{open}{close}}}")));
    }
    // Bits left over, padding, another length, another alphabet, a part more; behind the signature and the payload.
    let whole = user(1);
    let (signed, _) = whole.rsplit_once('.').unwrap();
    for end in ["A", "B", "AA", "A=", "AAA=", "A.", "+", "/", "\u{e9}", "."] {
        tokens.push(format!("{whole}{end}"));
        tokens.push(format!("{signed}{end}.AAAA"));
    }
    tokens.push(format!("{signed}."));
    tokens.push(signed.to_owned());
    // The first of the lines goes to the core, and makes the short cut possible for the others.
    let together = decode(
        "--json --jobs 1",
        1,
        format!("{}\n{}", user(0), tokens.join("\n")),
    );
    for (number, token) in tokens.iter().enumerate() {
        let alone = String::from_utf8(run("--json", token.as_bytes()).stdout).unwrap();
        let mut expected = documents(&alone).remove(0);
        expected["line"] = json!(number + 2);
        assert_eq!(documents(&together)[number + 1], expected, "{token}");
    }
}

#[test]
fn a_file_is_read_like_standard_input() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("tokens"), user(1)).unwrap();
    let said = sandbox.cli("token decode --batch @tokens").any_stderr();
    assert_eq!(said.any_stdout().run(), told(1, "1"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let sandbox = Sandbox::new();
    let cli = |words| sandbox.cli(words).status(3);
    cli("token decode --batch @absent")
        .stderr("error: could not open absent\n  because: No such file or directory (os error 2)\n")
        .run();
    cli("token decode --batch @.")
        .stderr("error: could not read the tokens to their end\n  because: Is a directory (os error 21)\n")
        .run();
    sandbox
        .cli("token decode --batch ey.ey.sig")
        .stderr(
            "error: --batch reads tokens, and was given one\n  help: name a file as @FILE, or leave it out and pipe \
             the tokens in\n",
        )
        .status(2)
        .run();
    for words in [
        "--scan",
        "--field a",
        "--jobs 2",
        "--batch --jobs 0",
        "--batch --scan --field a",
        "--batch --field a..b",
    ] {
        let cli = sandbox.cli(&format!("token decode {words}"));
        cli.any_stderr().status(2).run();
    }
}
