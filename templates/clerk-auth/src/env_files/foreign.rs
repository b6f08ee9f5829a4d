//! Recognises lines that other tools write, by their beginning, so that the message can name them.

use super::entry::Fault;
use super::name::is_name;

const COMMAND: Fault = Fault::Spelling("no command is run here: write what it prints");
const TWO: Fault =
    Fault::Spelling("two assignments stand on one line; each needs a line of its own");
const DASH: Fault = Fault::Spelling("a name has no -: write _ in its place");
const GITHUB: Fault = Fault::Spelling("only GitHub fills in ${{ }}: write the value");
const MERGE: Fault =
    Fault::Format("git left a mark of a merge: keep one side, and take the marks out");

/// A better name for the fault of a line, if another tool writes such lines.
pub(super) fn named(line: &str, fault: Fault) -> Fault {
    let line = line.trim();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    match fault {
        Fault::OpenQuote => by_beginning(line).unwrap_or(fault),
        Fault::Name | Fault::NoEquals | Fault::TextBehindValue => by_beginning(line)
            .or_else(|| by_value(line))
            .unwrap_or(fault),
        Fault::Reference if line.contains("${{") => GITHUB,
        _ => fault,
    }
}

/// True if the whole file is JSON.
pub(super) fn is_json(text: &str) -> bool {
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
