//! Code that is not followed, and that may serve all the same, going by its words.

use memchr::memmem;
use proc_macro2::{TokenStream, TokenTree};

use super::text::Text;
use super::tree::Function;

/// What starts a server of a framework, or of what is below it.
const SERVES: [&str; 7] = [
    "HttpServer",
    "ignite",
    "into_make_service",
    "launch",
    "serve",
    "serve_connection",
    "serve_connection_with_upgrades",
];
/// What builds routes.
const BUILDS: [&str; 8] = [
    "App",
    "Router",
    "ServiceConfig",
    "mount",
    "rocket",
    "route",
    "routes",
    "service_fn",
];

/// A function as it is written, from its name on; nothing if it does not parse.
pub fn code<'a>(text: &'a Text, function: &Function) -> Option<&'a str> {
    let body = function.body.read(text).ok()?;
    let end = text.place(body.brace_token.span.join()).bytes.end;
    text.whole().get(function.place.bytes.start..end)
}

/// True if a function calls something that serves. What does not parse may.
pub fn serves(text: &Text, function: &Function) -> bool {
    // Most files serve nothing, and each is asked for all of its functions.
    let is_in_file = text.serves.get_or_init(|| calls_server(text.whole()));
    *is_in_file && code(text, function).is_none_or(calls_server)
}

fn calls_server(code: &str) -> bool {
    SERVES.iter().any(|name| {
        memmem::find_iter(code.as_bytes(), name).any(|at| {
            let (before, behind) = (&code[..at], &code[at + name.len()..]);
            let is_word = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let mut behind = behind.trim_start().chars();
            is_word && matches!(behind.next(), Some('(' | ':'))
        })
    })
}

/// True if the tokens of a macro have to do with servers or routes.
pub fn concerns(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => concerns(&group.stream()),
        TokenTree::Ident(name) => {
            let mut known = SERVES.iter().chain(&BUILDS);
            known.any(|known| name == *known)
        }
        _ => false,
    })
}
