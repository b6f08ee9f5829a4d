//! Makes a matcher of a pattern's parts: plain text where that is enough, else one anchored regular expression. Both
//! can ignore letter case and then allow one more delimiter at the end.

use regex_lite::{Regex, RegexBuilder, escape};

use super::error::PatternError;
use super::parse::{DELIMITERS, Group, Part, Value, parse};

/// Bounds the memory of a compiled expression, so that `(a{1000}){1000}` in a setting is merely an error.
const MAX_PROGRAM_BYTES: usize = 1 << 20;

/// A pattern, ready to match.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    form: Form,
    /// Names of the parameters, in order.
    #[cfg(feature = "organizations")]
    names: Vec<String>,
}

#[derive(Clone, Debug)]
enum Form {
    /// `/dashboard`
    Exact(String),
    /// `/dashboard/:path*`
    Subtree(String),
    /// `/dashboard(.*)`
    Prefix(String),
    /// Everything else; one capturing group for each parameter.
    Expression { any_case: Regex, same_case: Regex },
}

/// How letters are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// `A` is `a`.
    AnyCase,
    /// As the pattern has them; and a path ends as its pattern does, unless that goes on and on.
    SameCase,
}

impl Pattern {
    /// Compiles one pattern.
    pub(super) fn compile(pattern: &str) -> Result<Self, PatternError> {
        let parts = parse(pattern)?;
        Ok(Self {
            form: match plain_form(&parts) {
                Some(form) => form,
                None => Form::Expression {
                    any_case: expression(pattern, &parts, Letters::AnyCase)?,
                    same_case: expression(pattern, &parts, Letters::SameCase)?,
                },
            },
            #[cfg(feature = "organizations")]
            names: parts
                .iter()
                .filter_map(captured)
                .map(|group| group.name.clone())
                .collect(),
        })
    }

    /// True if the whole of `path` matches.
    pub(super) fn is_match(&self, path: &str, letters: Letters) -> bool {
        let after = |text| match letters {
            Letters::AnyCase => after_prefix(path, text),
            Letters::SameCase => path.strip_prefix(text),
        };
        match &self.form {
            Form::Exact(text) => after(text).is_some_and(|rest| match letters {
                Letters::AnyCase => {
                    rest.is_empty() || (rest.len() == 1 && rest.contains(DELIMITERS))
                }
                Letters::SameCase => rest.is_empty(),
            }),
            Form::Subtree(text) => after(text).is_some_and(is_segments),
            Form::Prefix(text) => after(text).is_some(),
            Form::Expression {
                any_case,
                same_case,
            } => match letters {
                Letters::AnyCase => any_case.is_match(path),
                Letters::SameCase => same_case.is_match(path),
            },
        }
    }

    /// The value of a parameter in a `path` that matches.
    #[cfg(feature = "organizations")]
    pub(super) fn param<'a>(&self, path: &'a str, name: &str) -> Option<&'a str> {
        let index = self.names.iter().position(|known| known == name)?;
        match &self.form {
            Form::Exact(_) | Form::Prefix(_) => None,
            Form::Subtree(text) => {
                let rest = after_prefix(path, text)?.strip_prefix('/')?;
                Some(rest.strip_suffix(DELIMITERS).unwrap_or(rest))
            }
            Form::Expression { any_case, .. } => {
                Some(any_case.captures(path)?.get(index + 1)?.as_str())
            }
        }
    }
}

#[cfg(feature = "organizations")]
fn captured(part: &Part) -> Option<&Group> {
    match part {
        Part::Group(group) if group.value != Value::Nothing => Some(group),
        _ => None,
    }
}

/// The patterns that nearly everybody writes need no expression: text, alone or before one last parameter.
fn plain_form(parts: &[Part]) -> Option<Form> {
    let (text, group) = match parts {
        [Part::Text(text)] => return Some(Form::Exact(text.clone())),
        [Part::Text(text), Part::Group(group)] => (text.as_str(), group),
        [Part::Group(group)] => ("", group),
        _ => return None,
    };
    match (&group.value, group.modifier) {
        _ if !group.suffix.is_empty() => None,
        (Value::Segment(None), Some('*')) if group.prefix == "/" => {
            Some(Form::Subtree(text.to_owned()))
        }
        (Value::Expression(all), None) if all == ".*" && group.name.is_empty() => {
            Some(Form::Prefix(format!("{text}{}", group.prefix)))
        }
        _ => None,
    }
}

/// The rest of `path` after `prefix`, ignoring letter case.
fn after_prefix<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if path.is_ascii() && prefix.is_ascii() {
        let (start, rest) = path.split_at_checked(prefix.len())?;
        return start.eq_ignore_ascii_case(prefix).then_some(rest);
    }
    let mut rest = path.chars();
    prefix
        .chars()
        .all(|wanted| rest.next().is_some_and(|found| same_letter(found, wanted)))
        .then_some(rest.as_str())
}

/// As expressions compare them: see [`literal`].
fn same_letter(found: char, wanted: char) -> bool {
    found.eq_ignore_ascii_case(&wanted)
        || both_cases(wanted).is_some_and(|both| both.contains(found))
}

/// `(/segment)*` and then at most one delimiter.
fn is_segments(rest: &str) -> bool {
    let segments = rest.strip_suffix(DELIMITERS).unwrap_or(rest);
    let Some(segments) = segments.strip_prefix('/') else {
        return segments.is_empty();
    };
    segments
        .split('/')
        .all(|segment| !segment.is_empty() && !segment.contains(DELIMITERS))
}

fn expression(pattern: &str, parts: &[Part], letters: Letters) -> Result<Regex, PatternError> {
    let mut source = String::from("^");
    for part in parts {
        match part {
            Part::Text(text) => source.push_str(&literal(text, letters)),
            Part::Group(group) => source.push_str(&group_source(pattern, group, letters)?),
        }
    }
    source.push_str(match (letters, parts.last()) {
        (Letters::SameCase, last) if !last.is_some_and(repeats) => "$",
        _ => "[/#?]?$",
    });
    build(pattern, 0, &source, letters)
}

/// True if a part stands for everything below it.
fn repeats(part: &Part) -> bool {
    matches!(part, Part::Group(group) if matches!(group.modifier, Some('*' | '+')))
}

/// The source of a group, as path-to-regexp 6 writes it. Repetitions are separated by suffix and prefix.
fn group_source(pattern: &str, group: &Group, letters: Letters) -> Result<String, PatternError> {
    let prefix = literal(&group.prefix, letters);
    let suffix = literal(&group.suffix, letters);
    let modifier = group.modifier.map(String::from).unwrap_or_default();
    let value = match &group.value {
        Value::Nothing => return Ok(format!("(?:{prefix}{suffix}){modifier}")),
        Value::Segment(excluded) => {
            let excluded = excluded.map(excluded_source).unwrap_or_default();
            format!("[^/#?{excluded}]+?")
        }
        Value::Expression(source) => {
            // Built alone first: two broken halves must not make a whole.
            build(pattern, group.position, source, letters)?;
            source.clone()
        }
    };
    if !matches!(group.modifier, Some('*' | '+')) {
        return Ok(format!("(?:{prefix}({value}){suffix}){modifier}"));
    }
    if group.prefix.is_empty() && group.suffix.is_empty() {
        let problem = format!("`{modifier}` repeats something that no text separates");
        let advice = "put the `/` that separates the repetitions in front, such as `/:path*`";
        return Err(PatternError::new(pattern, group.position, problem, advice));
    }
    let optional = if modifier == "*" { "?" } else { "" };
    Ok(format!(
        "(?:{prefix}((?:{value})(?:{suffix}{prefix}(?:{value}))*){suffix}){optional}"
    ))
}

/// `.` matches line breaks too, so that `/admin%0Ax` does not slip past `/admin(.*)`.
fn build(
    pattern: &str,
    position: usize,
    source: &str,
    letters: Letters,
) -> Result<Regex, PatternError> {
    let built = RegexBuilder::new(source)
        .case_insensitive(letters == Letters::AnyCase)
        .dot_matches_new_line(true)
        .size_limit(MAX_PROGRAM_BYTES)
        .build();
    built.map_err(|error| {
        let problem = format!("unusable expression: {error}");
        let advice = "use a plain regular expression; back-references are not supported";
        PatternError::new(pattern, position, problem, advice)
    })
}

/// Text that stands for itself. The engine ignores letter case in ASCII only, so other letters are written in both
/// cases.
fn literal(text: &str, letters: Letters) -> String {
    text.chars()
        .map(|character| match both_cases(character) {
            Some(both) if letters == Letters::AnyCase => format!("[{both}]"),
            _ => escape(character.encode_utf8(&mut [0; 4])),
        })
        .collect()
}

fn excluded_source(character: char) -> String {
    both_cases(character).unwrap_or_else(|| escape(character.encode_utf8(&mut [0; 4])))
}

/// Both cases of a letter beyond ASCII, if it has two. As in the reference neither is in ASCII: the sign for Kelvin is no `k`.
fn both_cases(character: char) -> Option<String> {
    if character.is_ascii() {
        return None;
    }
    let both: String = character
        .to_lowercase()
        .chain(character.to_uppercase())
        .collect();
    let is_pair = both.chars().count() == 2 && !both.contains(|c: char| c.is_ascii());
    is_pair.then_some(both)
}
