//! Paths of routes beside the patterns of the gate: which requests reach a route, and what the gate makes of them.

use clerk_auth::routes::{PatternError, RouteMatcher};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::value::{Framework, Kind};

/// What browsers write encoded in a path.
const ENCODED: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%');

/// Values that stand for all others: words that no pattern names, and a number.
const SAMPLES: [&str; 2] = ["x7q-z", "7"];

/// A segment of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Segment {
    Literal(String),
    /// Exactly one segment, whatever it is.
    Any,
    /// A text, and something behind or before it: `{name}.json`.
    Mixed(Vec<Option<String>>),
    /// All that is left.
    Rest,
}

/// The path of a route.
pub struct RoutePath {
    segments: Vec<Segment>,
    ends_in_slash: bool,
    /// True if the rest may be empty.
    takes_nothing: bool,
}

/// The gate's way with a path.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Class {
    Protected,
    Public,
    WithoutAuth,
}

/// The gate's way with the requests that reach a route.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judged {
    /// The least protected of them.
    pub class: Class,
    /// True if others are better protected.
    pub is_mixed: bool,
    /// Patterns that open some of the route's paths, though not all.
    pub open: Vec<String>,
    /// True if the route takes whatever no other takes.
    pub is_everything: bool,
    /// True if all is answered as to programs, never by a redirect.
    pub is_data: bool,
    /// True if tokens of programs count on any of them; and on all of them.
    pub takes_tokens: bool,
    pub takes_tokens_everywhere: bool,
}

/// The patterns of a gate.
pub struct Gates {
    public: RouteMatcher,
    without_auth: RouteMatcher,
    data: RouteMatcher,
    machines: RouteMatcher,
    open: Vec<(String, Class)>,
}

impl Gates {
    pub fn new(
        public: &[String],
        without_auth: &[String],
        data: &[String],
        machines: &[String],
    ) -> Result<Self, PatternError> {
        let listed = |list: &[String], class| {
            let patterns = list.iter().filter(|pattern| !pattern.is_empty());
            patterns
                .map(|pattern| (pattern.clone(), class))
                .collect::<Vec<_>>()
        };
        let mut open = listed(public, Class::Public);
        open.extend(listed(without_auth, Class::WithoutAuth));
        Ok(Self {
            public: RouteMatcher::new(public)?,
            without_auth: RouteMatcher::new(without_auth)?,
            data: RouteMatcher::new(data)?,
            machines: RouteMatcher::new(machines)?,
            open,
        })
    }

    fn class(&self, path: &str) -> Class {
        if self.without_auth.matches_as_written(path) {
            Class::WithoutAuth
        } else if self.public.matches_as_written(path) {
            Class::Public
        } else {
            Class::Protected
        }
    }

    /// Its way with the paths of a route.
    pub fn judge(&self, route: &RoutePath) -> Judged {
        let samples = route.samples();
        let classes: Vec<_> = samples.iter().map(|path| self.class(path)).collect();
        let class = classes.iter().max().copied().unwrap_or(Class::Protected);
        let takes_tokens = |path: &String| self.machines.matches_as_written(path);
        let is_data =
            |path: &String| takes_tokens(path) || self.data.matches(path).unwrap_or(false);
        let is_mixed = classes.iter().any(|other| *other != class);
        let open = self.open.iter().filter(|(pattern, opened)| {
            *opened > class && !is_mixed && may_meet(&of_pattern(pattern), &route.segments)
        });
        Judged {
            class,
            is_mixed,
            open: open.map(|(pattern, _)| pattern.clone()).collect(),
            is_everything: route.segments == [Segment::Rest],
            is_data: samples.iter().all(is_data),
            takes_tokens: samples.iter().any(takes_tokens),
            takes_tokens_everywhere: samples.iter().all(takes_tokens),
        }
    }
}

impl RoutePath {
    /// Takes a path apart as its framework writes it.
    pub fn parse(framework: Framework, kind: Kind, path: &str) -> Self {
        let parts = path.split('/').filter(|part| !part.is_empty());
        let mut segments: Vec<_> = parts.map(|part| segment(framework, part)).collect();
        if kind != Kind::Route {
            segments.push(Segment::Rest);
        }
        Self {
            ends_in_slash: path.len() > 1 && path.ends_with('/'),
            takes_nothing: match kind {
                Kind::Route => framework != Framework::Axum,
                Kind::Below => true,
                Kind::Fallback => false,
            },
            segments,
        }
    }

    /// The literal, if it is one.
    pub fn literal(&self) -> Option<String> {
        let parts = self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        let parts: Option<Vec<_>> = parts.collect();
        parts.map(|parts| format!("/{}", parts.join("/")))
    }

    /// Requests that stand for all that reach it.
    fn samples(&self) -> Vec<String> {
        let mut samples = Vec::new();
        let rests: &[&[&str]] = match (self.segments.last(), self.takes_nothing) {
            (Some(Segment::Rest), true) => &[&[], &["x7q-z"], &["x7q-z", "7"]],
            (Some(Segment::Rest), false) => &[&["x7q-z"], &["x7q-z", "7"]],
            _ => &[&[]],
        };
        for value in SAMPLES {
            for rest in rests {
                let mut path = String::new();
                for segment in &self.segments {
                    match segment {
                        Segment::Literal(text) => {
                            path.push('/');
                            path.extend(utf8_percent_encode(text, &ENCODED));
                        }
                        Segment::Any => path.extend(["/", value]),
                        Segment::Mixed(parts) => {
                            path.push('/');
                            let parts = parts.iter().map(|part| part.as_deref().unwrap_or(value));
                            path.extend(parts);
                        }
                        Segment::Rest => path.extend(rest.iter().flat_map(|part| ["/", *part])),
                    }
                }
                if self.ends_in_slash || path.is_empty() {
                    path.push('/');
                }
                samples.push(path);
            }
        }
        samples.dedup();
        samples
    }
}

fn segment(framework: Framework, part: &str) -> Segment {
    let (open, close) = match framework {
        Framework::Rocket => ('<', '>'),
        _ => ('{', '}'),
    };
    if let Some(segment) = short(framework, part) {
        return segment;
    }
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(at) = rest.find(open) {
        // `{{` is a brace that stands for itself.
        if framework == Framework::Axum && rest[at + 1..].starts_with(open) {
            return Segment::Literal(part.replace("{{", "{").replace("}}", "}"));
        }
        if at > 0 {
            pieces.push(Some(rest[..at].to_owned()));
        }
        let (inside, behind) = rest[at + 1..]
            .split_once(close)
            .unwrap_or((&rest[at + 1..], ""));
        if takes_rest(framework, inside) || behind == "*" {
            return Segment::Rest;
        }
        pieces.push(None);
        rest = behind;
    }
    if pieces.is_empty() {
        return Segment::Literal(part.to_owned());
    }
    if !rest.is_empty() {
        pieces.push(Some(rest.to_owned()));
    }
    match pieces.as_slice() {
        [None] => Segment::Any,
        _ => Segment::Mixed(pieces),
    }
}

/// Parameters that need no bracket at their end, or may have others.
fn short(framework: Framework, part: &str) -> Option<Segment> {
    match (framework, part.chars().next()?) {
        (Framework::Poem, ':' | '<') => Some(Segment::Any),
        (Framework::Poem, '*') => Some(Segment::Rest),
        (Framework::Salvo, '<') if part.contains('*') => Some(Segment::Rest),
        (Framework::Salvo, '<') => Some(Segment::Any),
        _ => None,
    }
}

fn takes_rest(framework: Framework, inside: &str) -> bool {
    match framework {
        Framework::Rocket => inside.ends_with(".."),
        Framework::ActixWeb => inside
            .split_once(':')
            .is_some_and(|(_, expression)| expression.contains('.')),
        Framework::Axum | Framework::Poem | Framework::Salvo => inside.starts_with('*'),
    }
}

/// The segments of a pattern. An expression may be anything.
fn of_pattern(pattern: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let is_plain = !part.contains([':', '(', ')', '{', '}', '*', '+', '?', '\\']);
        if is_plain {
            segments.push(Segment::Literal(part.to_owned()));
            continue;
        }
        let is_one =
            part.starts_with(':') && part[1..].chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_one {
            segments.push(Segment::Rest);
            break;
        }
        segments.push(Segment::Any);
    }
    segments
}

/// True if some path could belong to both.
fn may_meet(one: &[Segment], other: &[Segment]) -> bool {
    match (one.split_first(), other.split_first()) {
        (None, None) => true,
        (Some((Segment::Rest, _)), _) | (_, Some((Segment::Rest, _))) => true,
        (None, _) | (_, None) => false,
        (Some((first, rest)), Some((second, others))) => {
            let fits = match (first, second) {
                (Segment::Literal(one), Segment::Literal(other)) => one.eq_ignore_ascii_case(other),
                (Segment::Mixed(parts), Segment::Literal(text))
                | (Segment::Literal(text), Segment::Mixed(parts)) => is_mix(parts, text),
                _ => true,
            };
            fits && may_meet(rest, others)
        }
    }
}

fn is_mix(parts: &[Option<String>], text: &str) -> bool {
    let starts = parts.first().and_then(Option::as_deref).unwrap_or_default();
    let ends = parts.last().and_then(Option::as_deref).unwrap_or_default();
    text.len() > starts.len() + ends.len() && text.starts_with(starts) && text.ends_with(ends)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn judge(framework: Framework, path: &str, public: &[&str]) -> (Class, bool, usize) {
        let public: Vec<_> = public.iter().map(|pattern| (*pattern).to_owned()).collect();
        let without = ["/hook".to_owned()];
        let gates = Gates::new(&public, &without, &[], &[]).unwrap();
        let judged = gates.judge(&RoutePath::parse(framework, Kind::Route, path));
        (judged.class, judged.is_mixed, judged.open.len())
    }

    #[test]
    fn each_framework_has_its_own_way_to_write_a_parameter() {
        use Framework::{ActixWeb, Axum, Poem, Rocket, Salvo};
        let public = ["/docs/:path*", "/u/:name"];
        for (framework, path) in [
            (Axum, "/docs/{*rest}"),
            (ActixWeb, "/docs/{rest:.*}"),
            (ActixWeb, "/docs/{rest}*"),
            (Rocket, "/docs/<rest..>"),
            (Poem, "/docs/*rest"),
            (Salvo, "/docs/{**rest}"),
            (Salvo, "/docs/{*rest}"),
            (Axum, "/u/{name}"),
            (ActixWeb, "/u/{name:[a-z]+}"),
            (Rocket, "/u/<_>"),
            (Poem, "/u/:name"),
            (Salvo, "/u/{name:num}"),
        ] {
            assert_eq!(
                judge(framework, path, &public),
                (Class::Public, false, 0),
                "{path}"
            );
        }
    }

    #[test]
    fn a_parameter_beside_an_open_literal_is_named() {
        use Framework::Axum;
        assert_eq!(
            judge(Axum, "/u/{name}", &["/u/about"]),
            (Class::Protected, false, 1)
        );
        assert_eq!(
            judge(Axum, "/{*all}", &["/u/about", "/x"]),
            (Class::Protected, false, 3)
        );
        assert_eq!(
            judge(Axum, "/u/{name}/edit", &["/u/about"]),
            (Class::Protected, false, 0)
        );
        // Only numbers are public.
        assert_eq!(
            judge(Axum, "/u/{id}", &["/u/:id(\\d+)"]),
            (Class::Public, true, 0)
        );
        assert_eq!(
            judge(Axum, "/u/{name}.json", &["/u/a.json"]),
            (Class::Protected, false, 1)
        );
        assert_eq!(judge(Axum, "/hook", &[]), (Class::WithoutAuth, false, 0));
        assert_eq!(
            judge(Axum, "/{{odd}}", &["/odd"]),
            (Class::Protected, false, 0)
        );
    }
}
