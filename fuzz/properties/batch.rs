use std::io::{self, Cursor, Write};
use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::keys::InstanceType::Production;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::category;
use clerk_auth::verify::Policy;
use clerk_rs_cli::inspect::batch::{Answer, Batch, Decoder, Form, Judge, Seen, Style, Verifier};
use clerk_rs_cli::inspect::demands::Demands;
use clerk_rs_cli::inspect::kind::Token;
use serde_json::json;

use super::token::is_seen;
use super::{NOW, keys};

/// More lines would only take longer.
const MOST_LINES: usize = 6;

/// Lines of a log. `{` at the start of one: it is what a session token holds.
pub fn batch(input: &[u8]) {
    let lines = input.split(|byte| *byte == b'\n').take(MOST_LINES);
    let lines: Vec<_> = lines.map(line).collect();
    let all = lines.concat();
    for form in [Form::Lines, Form::Scan, Form::Field("t".parse().unwrap())] {
        let said = said(
            &all,
            &form,
            Style::Text,
            Pieces::<4096>(Decoder::new(Style::Text)),
        );
        let is_shown = |c: char| matches!(c, '\n' | '\t') || is_seen(c.encode_utf8(&mut [0; 4]));
        assert!(said.chars().all(is_shown), "{said:?}");
        is_the_same_in_pieces(&all, &form, &said);
        // Nothing that came before changes what is said of a line.
        let alone = lines.iter().map(|line| {
            self::said(
                line,
                &form,
                Style::Text,
                Pieces::<4096>(Decoder::new(Style::Text)),
            )
        });
        let alone: String = alone.map(|said| without_numbers(&said)).collect();
        assert_eq!(without_numbers(&said), alone);
    }
    is_judged_the_same_again_and_never_believed(&all);
}

fn line(line: &[u8]) -> Vec<u8> {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = json!({ "alg": "RS256", "cat": category::SESSION, "kid": "ins_1", "typ": "JWT" });
    let signature: Vec<u8> = (0..=255).collect();
    let mut line = match line {
        [b'{', ..] => format!(
            "{}.{}.{}",
            part(header.to_string().as_bytes()),
            part(line),
            part(&signature)
        )
        .into_bytes(),
        // In a field, between other members.
        [b'=', rest @ ..] => [br#"{"a":1,"t":"#, rest, b",\"b\":[]}"].concat(),
        line => line.to_owned(),
    };
    line.push(b'\n');
    line
}

fn is_the_same_in_pieces(all: &[u8], form: &Form, whole: &str) {
    let pieces = said(
        all,
        form,
        Style::Text,
        Pieces::<7>(Decoder::new(Style::Text)),
    );
    assert_eq!(pieces, whole);
    let style = Style::Json("s");
    let json = said(all, form, style, Pieces::<7>(Decoder::new(style)));
    assert_eq!(json.lines().count(), whole.lines().count());
    for line in json.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("{line}"));
    }
}

/// The lines with nothing but the column of each place.
fn without_numbers(said: &str) -> String {
    let place = |line: &str| {
        let mut columns: Vec<_> = line.split('\t').collect();
        columns[2] = columns[2].split_once(':').map_or("", |(_, column)| column);
        columns.join("\t") + "\n"
    };
    said.lines().map(place).collect()
}

/// Reads so many bytes at once: of seven, every line crosses some.
#[derive(Clone)]
struct Pieces<const AT_ONCE: usize, J = Decoder>(J);

impl<const AT_ONCE: usize, J: Judge> Judge for Pieces<AT_ONCE, J> {
    const BLOCK: usize = AT_ONCE;

    fn judge(&mut self, token: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        self.0.judge(token, now, details)
    }

    fn judge_found(&mut self, token: &Token, now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        self.0.judge_found(token, now, details)
    }
}

/// Nobody here signed anything; and what is remembered of a token is what was said of it.
fn is_judged_the_same_again_and_never_believed(all: &[u8]) {
    let key = keys(Production).public_key().clone();
    let verifier = Pieces::<4096, _>(Verifier {
        key_of: Arc::new(move |_| Ok(key.clone())),
        demands: Arc::new(Demands::new(Policy::default(), false)),
        class: None,
        style: Style::Text,
        seen: Arc::new(Seen::default()),
    });
    let first = said(all, &Form::Lines, Style::Text, verifier.clone());
    assert!(
        !first.lines().any(|line| line.starts_with("valid")),
        "{first}"
    );
    for _ in 0..2 {
        assert_eq!(
            said(all, &Form::Lines, Style::Text, verifier.clone()),
            first
        );
    }
}

fn said(input: &[u8], form: &Form, style: Style, judge: impl Judge) -> String {
    let output = Shared::default();
    let batch = Batch {
        input: Cursor::new(input.to_owned()),
        output: output.clone(),
        form: form.clone(),
        style,
        judge,
        jobs: NonZeroUsize::MIN,
        clock: Arc::new(|| NOW),
        watch: Box::new(|_| ()),
    };
    let (sender, inbox) = channel();
    let outcome = batch.run(&sender, &inbox);
    assert!(outcome.write_error.is_none() && outcome.read_error.is_none());
    let bytes = std::mem::take(&mut *output.0.lock().unwrap());
    String::from_utf8(bytes).unwrap()
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
