//! Macros whose meaning is known. What others make of their text is not.

use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::frameworks;
use super::{Frame, LONGEST_TEXT, Reader};
use crate::source::value::Value;

impl Reader {
    pub(super) fn macro_value(&mut self, code: &Macro, frame: &mut Frame) -> Value {
        let name = code.path.segments.last().map(|last| last.ident.to_string());
        let name = name.unwrap_or_default();
        if let Some(value) = frameworks::expand(self, &name, code, frame) {
            return value;
        }
        let Ok(codes) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(code.tokens.clone())
        else {
            return self.unread_macro(&name, code, frame);
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
                self.unread_macro(&name, code, frame)
            }
        }
    }

    fn unread_macro(&mut self, name: &str, code: &Macro, frame: &Frame) -> Value {
        match name {
            "println" | "eprintln" | "panic" | "assert" | "info" | "debug" | "error" | "warn"
            | "trace" => Value::Nothing,
            _ => self.unknown(frame, code, "is a macro"),
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
