//! The tool's words for lines that are not assignments: what other tools write, by its beginning, and values that go on
//! in the next lines. Nothing here decides; an app refuses the same files.

use super::assignments::{Assignments, start};
use super::entry::{BadLine, Entry, Fault, Lookup};
use super::lines::{Piece, pieces};
use super::name::is_name;

const BEGIN: &str = "-----BEGIN ";
const JSON: Fault =
    Fault::Spelling("JSON needs single quotes around it, from its first bracket to its last");
const COMMAND: Fault = Fault::Spelling("no command is run here: write what it prints");
const TWO: Fault =
    Fault::Spelling("two assignments stand on one line; each needs a line of its own");
const DASH: Fault = Fault::Spelling("a name has no -: write _ in its place");
const GITHUB: Fault = Fault::Spelling("only GitHub fills in ${{ }}: write the value");
const MERGE: Fault =
    Fault::Format("git left a mark of a merge: keep one side, and take the marks out");

impl Assignments {
    /// The same with more telling faults. The lines that belong to one are not faults of their own.
    pub fn explained(text: &str, process: &Lookup<'_>) -> Self {
        let start = start(text);
        if is_json(&text[start..]) {
            let blank = text.len() - text[start..].trim_start().len();
            let line = 1 + text[..blank].matches('\n').count();
            let fault = Fault::Format("this is JSON");
            return Self {
                entries: Vec::new(),
                bad_lines: vec![BadLine { line, fault }],
            };
        }
        let Self { entries, bad_lines } = Self::parse(text, process);
        let (mut entries, mut bad_lines) = (
            entries.into_iter().peekable(),
            bad_lines.into_iter().peekable(),
        );
        let (mut told, mut line, mut end) = (Self::default(), 1, start);
        for piece in pieces(text, start) {
            let entry = entries.next_if(|entry| entry.whole.start == piece.start);
            let fault = bad_lines
                .next_if(|bad| bad.line == line)
                .map(|bad| bad.fault)
                .or_else(|| goes_on(text, piece, entry.as_ref()?));
            if piece.start >= end {
                end = piece.end;
                match fault {
                    None => told.entries.extend(entry),
                    Some(fault) => {
                        let (fault, behind) = fault_of(text, piece, fault);
                        end = end.max(behind);
                        told.bad_lines.push(BadLine { line, fault });
                    }
                }
            }
            line += text[piece.start..piece.end].matches('\n').count();
        }
        told
    }
}

/// The fault of a value that goes on in the next lines without quotes: a PEM, or JSON.
fn goes_on(text: &str, piece: Piece, entry: &Entry) -> Option<Fault> {
    let below = text[piece.end..].trim_start();
    match &text[entry.written.clone()] {
        "" if below.starts_with(BEGIN) => Some(Fault::UnquotedPem),
        "{" | "[" if below.starts_with(['"', '{']) => Some(JSON),
        _ => None,
    }
}

/// A better name for the fault of a piece, and the end of what belongs to it.
fn fault_of(text: &str, piece: Piece, fault: Fault) -> (Fault, usize) {
    let own = &text[piece.start..piece.end];
    match named(own, fault) {
        Fault::UnquotedPem => (Fault::UnquotedPem, pem_end(text, piece)),
        JSON => (JSON, json_end(text, piece)),
        fault => (fault, piece.end),
    }
}

/// The place after its END, or after what looks like its body if there is no END.
fn pem_end(text: &str, piece: Piece) -> usize {
    let from = &text[piece.start..];
    let Some((_, body)) = from.split_once(BEGIN) else {
        return piece.end;
    };
    let start = text.len() - body.len();
    let body = body.split(BEGIN).next().unwrap_or_default();
    if let Some(at) = body.find("-----END ") {
        return start + at + 1;
    }
    let is_body = |line: &&str| {
        let line = line.trim();
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        line.chars().all(is_base64) && (line.len() > 30 || !line.contains('='))
    };
    let mut lines = body.split_inclusive('\n');
    let first = lines.next().map_or(0, str::len);
    let rest = lines.take_while(is_body).map(str::len).sum::<usize>();
    start + first + rest
}

/// The place after the bracket that closes the first one.
fn json_end(text: &str, piece: Piece) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text[piece.start..].char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return piece.start + at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// A better name for the fault of a line, if another tool writes such lines.
fn named(line: &str, fault: Fault) -> Fault {
    let line = line.trim();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    match fault {
        Fault::Name if line.starts_with(BEGIN) => Fault::UnquotedPem,
        Fault::OpenQuote => by_beginning(line).unwrap_or(fault),
        Fault::Name | Fault::NoEquals | Fault::TextBehindValue => by_word(line)
            .filter(|_| fault == Fault::TextBehindValue)
            .or_else(|| by_beginning(line))
            .or_else(|| by_value(line))
            .unwrap_or(fault),
        Fault::Reference if line.contains("${{") => GITHUB,
        _ => fault,
    }
}

/// By the beginning of the value, which something follows.
fn by_word(line: &str) -> Option<Fault> {
    let (_, value) = line.split_once('=')?;
    let word = value.split_whitespace().next().unwrap_or_default();
    let is_quoted = word.starts_with(['"', '\'']);
    if word == "-----BEGIN" {
        return Some(Fault::UnquotedPem);
    }
    (!is_quoted && word.contains('#')).then_some(Fault::CommentWithoutSpace)
}

/// True if the whole file is JSON.
fn is_json(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{');
    inside.is_some_and(|inside| is_member(inside.trim_start()))
}

fn by_beginning(line: &str) -> Option<Fault> {
    let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let is_option = rest.trim_start().starts_with('-');
    let lower = word.to_ascii_lowercase();
    let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    Some(match lower.as_str() {
        _ if marks.contains(&word) => MERGE,
        _ if line.starts_with('{') || is_member(line) => Fault::Format("this is JSON"),
        _ if line.starts_with('[') && line.contains(']') => {
            Fault::Format("this is a heading of TOML")
        }
        _ if lower.starts_with("$env:") => Fault::Format("this is for PowerShell"),
        "set" if is_option => Fault::Format("this is for fish"),
        "set" | "setx" => Fault::Format("this is for cmd"),
        "setenv" => Fault::Format("this is for csh"),
        "env" | "arg" if word != lower => Fault::Format("this is for a Dockerfile"),
        _ if word.strip_suffix(':').is_some_and(is_name) => Fault::Format("this is YAML"),
        _ => return None,
    })
}

fn by_value(line: &str) -> Option<Fault> {
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    if !is_name(name) {
        return (name.contains('-') && is_name(&name.replace('-', "_"))).then_some(DASH);
    }
    let is_second = |word: &str| {
        let name = assigned(word);
        name.is_some_and(|name| name.len() > 1 && name.chars().all(|c| !c.is_ascii_lowercase()))
    };
    match value.trim_start().trim_start_matches('"') {
        value if value.starts_with("$(") || value.starts_with('`') => Some(COMMAND),
        value => value
            .split_whitespace()
            .skip(1)
            .any(is_second)
            .then_some(TWO),
    }
}

/// `"NAME": …`
fn is_member(line: &str) -> bool {
    let name = line.strip_prefix('"').and_then(|line| line.split_once('"'));
    name.is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
}

/// The name in `NAME=…`.
fn assigned(text: &str) -> Option<&str> {
    let (name, _) = text.split_once('=')?;
    is_name(name).then_some(name)
}
