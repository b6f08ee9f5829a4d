//! What code says: its statements one by one, and of each its words, but nothing of what it only writes to a log.

use proc_macro2::{TokenStream, TokenTree};

use super::functions::words;
use super::tokens::{DEEPEST, is, is_brace, is_word, joined, parenthesis, path};

/// Macros that write to a log, or to a terminal.
pub const LOG: [&str; 18] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "log",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "print",
    "println",
    "eprint",
    "eprintln",
    "dbg",
];

/// A statement.
#[derive(Default)]
pub struct Statement {
    /// As tokens without white space.
    pub text: String,
    /// Its words. The operator `?` is one of them, but not where it only ends a closure that a method is given.
    pub words: Vec<String>,
    /// Words with which something is only compared: `== StatusCode::UNAUTHORIZED`, `Auth::SignedIn(_) =>`, `if let Some(x) =`
    pub compared: Vec<String>,
}

impl Statement {
    /// True if it has one of these words, whatever for.
    pub fn has(&self, known: &[&str]) -> bool {
        let mut all = self.words.iter().chain(&self.compared);
        all.any(|word| known.contains(&&**word))
    }

    /// True if it does something with this name, and does not only say whether something is there: `page(who.is_some())`
    pub fn uses(&self, name: &str) -> bool {
        let decides = ["if", "match", "let", "while", "return", "?", "ok_or"];
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let mut places = self.text.match_indices(name);
        let is_there = self.has(&[name]);
        is_there
            && places.any(|(at, _)| {
                let before = self.text.get(..at).unwrap_or_default();
                let behind = self.text.get(at + name.len()..).unwrap_or_default();
                let is_whole = !before.ends_with(is_name) && !behind.starts_with(is_name);
                is_whole && (!behind.starts_with(".is_") || self.says(&decides))
            })
    }

    /// True if it says one of these words.
    pub fn says(&self, known: &[&str]) -> bool {
        self.words.iter().any(|word| known.contains(&&**word))
    }
}

/// The statements of a piece of code. Functions in it, and blocks that are run as they stand, are taken apart.
pub fn statements(code: &str) -> Vec<Statement> {
    let tokens = without_logs(code.parse().unwrap_or_default(), 0);
    let mut found = Vec::new();
    take_apart(&Vec::from_iter(tokens), &mut found, 0);
    found
}

/// Code without what is only written, and without conditions of nothing else.
fn without_logs(tokens: TokenStream, depth: usize) -> TokenStream {
    let tokens = Vec::from_iter(tokens);
    let (mut kept, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at).filter(|_| depth < DEEPEST) {
        match token {
            TokenTree::Ident(_) => {
                let (name, behind) = path(&tokens, at);
                let is_log = LOG.contains(&name.rsplit("::").next().unwrap_or_default());
                let is_macro = matches!(tokens.get(behind + 1), Some(TokenTree::Group(_)));
                match is_log && is_macro && is(&tokens, behind, '!') {
                    true => at = behind + 1,
                    false => kept.extend(tokens.get(at..behind).into_iter().flatten().cloned()),
                }
                at = at.max(behind - 1);
            }
            TokenTree::Group(group) => {
                let inner = without_logs(group.stream(), depth + 1);
                let mut inner = proc_macro2::Group::new(group.delimiter(), inner);
                inner.set_span(group.span());
                kept.push(inner.into());
            }
            token => kept.push(token.clone()),
        }
        at += 1;
    }
    kept.into_iter().collect()
}

fn take_apart(tokens: &[TokenTree], found: &mut Vec<Statement>, depth: usize) {
    let mut start = 0;
    for at in 0..tokens.len() {
        let is_end = match (tokens.get(at), tokens.get(at + 1)) {
            (_, None) | (Some(TokenTree::Punct(_)), _) if is(tokens, at, ';') => true,
            (_, None) => true,
            // `if a { b } else { c }`, `Some(A { b }) if c`
            (Some(_), Some(TokenTree::Ident(next))) if is_brace(tokens, at) => {
                !["else", "in", "as"].iter().any(|word| next == word)
            }
            (Some(_), Some(TokenTree::Group(_))) => is_brace(tokens, at),
            _ => is_brace(tokens, at) && is(tokens, at + 1, '#'),
        };
        if is_end {
            one(tokens.get(start..=at).unwrap_or_default(), found, depth);
            start = at + 1;
        }
    }
}

/// A statement, or those of the block that it is.
fn one(tokens: &[TokenTree], found: &mut Vec<Statement>, depth: usize) {
    let last = tokens
        .iter()
        .rfind(|token| matches!(token, TokenTree::Group(_)));
    let Some(TokenTree::Group(last)) = last.filter(|_| depth < DEEPEST) else {
        return found.extend((!tokens.is_empty()).then(|| said_in(tokens)));
    };
    let inner = Vec::from_iter(last.stream());
    let is_block = ["async", "unsafe", "loop", "fn", "pub", "move"]
        .into_iter()
        .any(|word| is_word(tokens, 0, word))
        || tokens.len() == 1;
    // `Box::pin(async move { … })`
    let is_boxed = is_word(&inner, 0, "async");
    let is_braced = last.delimiter() == proc_macro2::Delimiter::Brace;
    match is_boxed || is_block && is_braced {
        true => take_apart(&inner, found, depth + 1),
        false if is_idle(tokens) => {}
        false => found.push(said_in(tokens)),
    }
}

/// True for a condition with nothing in it: what was there was only written.
fn is_idle(tokens: &[TokenTree]) -> bool {
    let mut blocks = tokens.iter().skip(1).filter_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let blocks = blocks
        .by_ref()
        .filter(|group| group.delimiter() == proc_macro2::Delimiter::Brace)
        .map(|group| joined(group.stream()));
    match tokens.first() {
        Some(TokenTree::Ident(word)) if *word == "if" => blocks
            .into_iter()
            .all(|block| block.trim_matches(';').is_empty()),
        Some(TokenTree::Ident(word)) if *word == "match" => blocks.into_iter().all(|arms| {
            let mut arms = arms.split("=>").skip(1);
            arms.all(|arm| {
                arm.is_empty()
                    || arm.starts_with(',')
                    || arm.starts_with("{}")
                    || arm.starts_with("{;}")
                    || arm.starts_with("()")
            })
        }),
        _ => false,
    }
}

fn said_in(tokens: &[TokenTree]) -> Statement {
    let mut said = Statement {
        text: joined(tokens.iter().cloned().collect()),
        ..Statement::default()
    };
    say(tokens, &mut said, false, 0);
    said
}

fn compare(tokens: &[TokenTree], said: &mut Statement) {
    let tokens = tokens.iter().cloned().collect::<TokenStream>();
    said.compared.extend(words(&tokens.to_string()));
}

fn say(tokens: &[TokenTree], said: &mut Statement, is_closure: bool, depth: usize) {
    let mut at = 0;
    while let Some(token) = tokens.get(at).filter(|_| depth < DEEPEST) {
        match token {
            TokenTree::Ident(word) if *word == "let" => {
                // What it is bound to follows.
                let equals = |at: &usize| is(tokens, *at, '=');
                let end = (at + 1..tokens.len()).find(equals).unwrap_or(tokens.len());
                compare(tokens.get(at + 1..end).unwrap_or_default(), said);
                said.words.push("let".to_owned());
                at = end;
            }
            TokenTree::Ident(word) if *word == "match" => {
                said.words.push("match".to_owned());
                let end = (at + 1..tokens.len()).find(|at| is_brace(tokens, *at));
                let end = end.unwrap_or(tokens.len());
                say(
                    tokens.get(at + 1..end).unwrap_or_default(),
                    said,
                    is_closure,
                    depth + 1,
                );
                if let Some(TokenTree::Group(group)) = tokens.get(end) {
                    arms(&Vec::from_iter(group.stream()), said, is_closure, depth + 1);
                }
                at = end;
            }
            TokenTree::Ident(_) => {
                let (name, behind) = path(tokens, at);
                let before = [2, 1].map(|back| at.checked_sub(back).and_then(|at| tokens.get(at)));
                let is_sign = |token: Option<&TokenTree>, signs: &str| matches!(token, Some(TokenTree::Punct(punct)) if signs.contains(punct.as_char()));
                let is_right = is_sign(before[0], "=!") && is_sign(before[1], "=");
                let is_left = is_sign(tokens.get(behind), "=!") && is(tokens, behind + 1, '=');
                let last = name.rsplit("::").next().unwrap_or_default();
                let is_constant = last.starts_with(char::is_uppercase);
                let list = match is_constant && (is_right || is_left) {
                    true => &mut said.compared,
                    false => &mut said.words,
                };
                list.extend(name.split("::").map(str::to_owned));
                let is_matches = name == "matches" && is(tokens, behind, '!');
                let group = tokens.get(behind + usize::from(is_matches));
                match parenthesis(group).map(|group| Vec::from_iter(group.stream())) {
                    Some(inner) if is_matches => {
                        let comma = (0..inner.len()).find(|at| is(&inner, *at, ','));
                        let (what, pattern) = inner.split_at(comma.unwrap_or(inner.len()));
                        say(what, said, is_closure, depth + 1);
                        compare(pattern, said);
                        at = behind + 2;
                    }
                    Some(inner) => {
                        // `.and_then(|v| v.parse().ok()?)` ends nothing but itself.
                        let is_method = is_sign(before[1], ".");
                        let first = inner.iter().position(
                            |token| !matches!(token, TokenTree::Ident(word) if *word == "move"),
                        );
                        let is_inner =
                            is_method && first.is_some_and(|first| is(&inner, first, '|'));
                        say(&inner, said, is_closure || is_inner, depth + 1);
                        at = behind + 1;
                    }
                    None => at = behind,
                }
                continue;
            }
            // `[StatusCode::FORBIDDEN, …].contains(&status)`
            TokenTree::Group(group) => {
                let inner = Vec::from_iter(group.stream());
                let is_asked = is(tokens, at + 1, '.') && is_word(tokens, at + 2, "contains");
                match is_asked {
                    true => compare(&inner, said),
                    false => say(&inner, said, is_closure, depth + 1),
                }
            }
            // Not that of `info!(?who)`.
            TokenTree::Punct(punct) if punct.as_char() == '?' && !is_closure => {
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                let is_operator = matches!(before, Some(TokenTree::Ident(_) | TokenTree::Group(_)));
                said.words.extend(is_operator.then(|| "?".to_owned()));
            }
            _ => {}
        }
        at += 1;
    }
}

/// The arms of a `match`: what stands before `=>`, but for its condition, is only compared.
fn arms(tokens: &[TokenTree], said: &mut Statement, is_closure: bool, depth: usize) {
    let mut start = 0;
    while let Some(arrow) =
        (start..tokens.len()).find(|at| is(tokens, *at, '=') && is(tokens, *at + 1, '>'))
    {
        let is_if = |at: &usize| is_word(tokens, *at, "if");
        let condition = (start..arrow).find(is_if).unwrap_or(arrow);
        compare(tokens.get(start..condition).unwrap_or_default(), said);
        say(
            tokens.get(condition..arrow).unwrap_or_default(),
            said,
            is_closure,
            depth,
        );
        let is_end = |at: &usize| is(tokens, *at, ',') || is_brace(tokens, *at);
        let end = (arrow + 2..tokens.len()).find(is_end);
        let end = end.map_or(tokens.len(), |end| end + 1);
        say(
            tokens.get(arrow + 2..end).unwrap_or_default(),
            said,
            is_closure,
            depth,
        );
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> Vec<String> {
        let texts = statements(code).into_iter().map(|said| said.text);
        texts.collect()
    }

    #[test]
    fn statements_are_told_apart_and_what_is_only_written_is_none() {
        assert_eq!(
            texts(
                "let a = b; if c { d } else { e } Box::pin(async move { f?; g });
                 tracing::info!(?h); if let Some(i) = j { info!(i); } match k { L => warn!(l), _ => {} } m"
            ),
            ["let a=b;", "if c{d}else{e}", "f?;", "g", ";", "m"]
        );
        assert_eq!(
            texts("type A = B; async fn c() -> D { e(); f }"),
            ["type A=B;", "e();", "f"]
        );
    }

    #[test]
    fn what_is_only_compared_is_no_word_of_it() {
        for (code, words, compared) in [
            ("a == B::C", "a", "B C"),
            ("B::C != a", "a", "B C"),
            ("matches!(a, B | C)", "matches a", "B C"),
            ("[B, C].contains(&a)", "contains a", "B C"),
            (
                "match a { B | C if d => e, _ => f? }",
                "match a if d e f ?",
                "B C _",
            ),
            ("let Some(a) = b?", "let b ?", "Some a"),
            ("a.and_then(|b| c?)?", "a and_then b c ?", ""),
        ] {
            let all = statements(code);
            let join = |words: fn(&Statement) -> &Vec<String>| {
                let words = all.iter().flat_map(words).cloned();
                words.collect::<Vec<_>>().join(" ")
            };
            assert_eq!(join(|said| &said.words), words, "{code}");
            assert_eq!(join(|said| &said.compared), compared, "{code}");
        }
    }
}
