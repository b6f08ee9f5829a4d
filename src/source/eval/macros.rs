//! Macros whose meaning is known. What others make of their text is not.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::token::Brace;
use syn::{Expr, Ident, Macro, Pat, Token};

use super::frameworks;
use super::{Frame, LONGEST_TEXT, Reader};
use crate::source::serving::concerns;
use crate::source::value::Value;

impl Reader {
    pub(super) fn macro_value(&mut self, code: &Macro, frame: &mut Frame) -> Value {
        let name = code.path.segments.last().map(|last| last.ident.to_string());
        let name = name.unwrap_or_default();
        if let Some(value) = frameworks::expand(self, &name, code, frame) {
            return value;
        }
        if name == "select"
            && let Some(value) = self.select(code, frame)
        {
            return value;
        }
        let Ok(codes) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(code.tokens.clone())
        else {
            let is_of_interest = self.concerns(&code.tokens, frame);
            return self.unread_macro(&name, code, is_of_interest, frame);
        };
        match name.as_str() {
            "vec" | "services" => {
                let items = codes.iter().map(|item| self.value(item, frame)).collect();
                self.list(items)
                    .unwrap_or_else(|| self.unknown(frame, code, "is too long"))
            }
            "format" => self
                .format(&codes, frame)
                .unwrap_or_else(|| self.unknown(frame, code, "is computed")),
            "concat" => {
                let mut text = String::new();
                for code in &codes {
                    match self.value(code, frame) {
                        Value::Text(part) if text.len() < LONGEST_TEXT => text.push_str(&part),
                        _ => return self.unknown(frame, code, "is computed"),
                    }
                }
                Value::text(&text)
            }
            _ => {
                // `try_join!(serve(a), serve(b))`
                for code in &codes {
                    let value = self.value(code, frame);
                    self.discard(&value);
                }
                self.unread_macro(&name, code, false, frame)
            }
        }
    }

    /// True if tokens name a server, or routes.
    fn concerns(&self, tokens: &TokenStream, frame: &Frame) -> bool {
        let is_routes = |name: &str| matches!(frame.variable(name), Some(Value::Routes(_)));
        concerns(tokens) || words(tokens).iter().any(|name| is_routes(name))
    }

    /// `select! { result = future => …, }`: each future runs, and one of the rest.
    fn select(&mut self, code: &Macro, frame: &mut Frame) -> Option<Value> {
        let arms = arms.parse2(code.tokens.clone()).ok()?;
        let place = self.place(frame, code.span());
        let mut all = Value::Nothing;
        for (future, then) in &arms {
            if let Some(future) = future {
                let value = self.value(future, frame);
                self.discard(&value);
            }
            let value = self.value(then, frame);
            all = self.either(&all, &value, &place);
        }
        Some(all)
    }

    fn unread_macro(
        &mut self,
        name: &str,
        code: &Macro,
        is_of_interest: bool,
        frame: &Frame,
    ) -> Value {
        match name {
            "println" | "eprintln" | "panic" | "assert" | "info" | "debug" | "error" | "warn"
            | "trace" | "bail" | "todo" | "unimplemented" | "unreachable" => Value::Nothing,
            _ => {
                let value = self.unknown(frame, code, "is a macro");
                if let Value::Unknown(unread) = &value
                    && (is_of_interest || self.program.macros.contains(name))
                {
                    self.unread.insert((**unread).clone());
                }
                value
            }
        }
    }

    /// `format!("{path}/{}", name)`, if everything in it is known.
    fn format(&mut self, codes: &Punctuated<Expr, Token![,]>, frame: &mut Frame) -> Option<Value> {
        let mut codes = codes.iter();
        let pattern = self.value(codes.next()?, frame);
        let pattern = pattern.as_text()?.to_owned();
        let mut named = Vec::new();
        let mut listed = Vec::new();
        for code in codes {
            match code {
                Expr::Assign(code) => {
                    let Expr::Path(left) = &*code.left else {
                        return None;
                    };
                    named.push((
                        left.path.get_ident()?.to_string(),
                        self.value(&code.right, frame),
                    ));
                }
                code => listed.push(self.value(code, frame)),
            }
        }
        let mut listed = listed.iter();
        fill(&pattern, |name| {
            let named = || named.iter().find(|(known, _)| known == name);
            match name {
                "" => listed.next().cloned(),
                name => named()
                    .map(|(_, value)| value)
                    .or_else(|| frame.variable(name))
                    .cloned(),
            }
        })
    }
}

/// The words of a macro, however deep.
fn words(tokens: &TokenStream) -> Vec<String> {
    let tokens = tokens.clone().into_iter();
    tokens
        .flat_map(|token| match token {
            TokenTree::Group(group) => words(&group.stream()),
            TokenTree::Ident(name) => vec![name.to_string()],
            _ => Vec::new(),
        })
        .collect()
}

/// The arms of `select!`: a future, and what follows it; no future behind `else`.
fn arms(input: ParseStream<'_>) -> syn::Result<Vec<(Option<Expr>, Expr)>> {
    let mut arms = Vec::new();
    if input.peek(Ident) && input.peek2(Token![;]) {
        input.parse::<Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        let mut future = None;
        if input.parse::<Option<Token![else]>>()?.is_none() {
            Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            future = Some(input.parse()?);
            if input.parse::<Option<Token![,]>>()?.is_some() {
                input.parse::<Token![if]>()?;
                input.parse::<Expr>()?;
            }
        }
        input.parse::<Token![=>]>()?;
        // A block needs no comma behind it.
        let then = match input.peek(Brace) {
            true => Expr::Block(input.parse()?),
            false => input.parse()?,
        };
        input.parse::<Option<Token![,]>>()?;
        arms.push((future, then));
    }
    Ok(arms)
}

/// The pattern with its holes filled, or what cannot be read of that.
fn fill(pattern: &str, mut value_of: impl FnMut(&str) -> Option<Value>) -> Option<Value> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let (name, after) = rest.split_once('}')?;
        rest = after;
        match value_of(name)? {
            Value::Text(value) if text.len() + value.len() <= LONGEST_TEXT => text.push_str(&value),
            unknown @ Value::Unknown(_) => return Some(unknown),
            _ => return None,
        }
    }
    text.push_str(rest);
    Some(Value::text(&text))
}
