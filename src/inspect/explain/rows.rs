//! Collects rows. Claims that no row mentions come at the end.

use std::borrow::Cow;

use clerk_auth::token::category;
use serde_json::{Map, Value};

use crate::escape::visible;

/// The most rows for unknown claims.
const MOST_OTHER: usize = 200;

/// One statement of a token, fit for a screen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// Its subject; empty if the row continues the one above.
    pub label: &'static str,
    /// The statement.
    pub value: String,
    /// The claims behind it, and remarks.
    pub note: Cow<'static, str>,
}

/// Rows while they are collected.
pub struct Rows<'a> {
    /// The token's claims.
    pub claims: &'a Map<String, Value>,
    /// The rows so far.
    pub rows: Vec<Row>,
    told: Vec<&'static str>,
}

impl<'a> Rows<'a> {
    pub fn new(claims: &'a Map<String, Value>) -> Self {
        Self {
            claims,
            rows: Vec::with_capacity(24),
            told: Vec::with_capacity(24),
        }
    }

    pub fn push(
        &mut self,
        label: &'static str,
        value: impl Into<String>,
        note: impl Into<Cow<'static, str>>,
    ) {
        self.rows.push(Row {
            label,
            value: value.into(),
            note: note.into(),
        });
    }

    /// Notes claims that a row mentions.
    pub fn told(&mut self, names: &[&'static str]) {
        self.told.extend_from_slice(names);
    }

    /// Takes a claim, so that it does not come again at the end.
    pub fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.told.push(name);
        self.claims.get(name)
    }

    /// Adds a row for a claim, if it is there: a text as it is, anything else as JSON.
    pub fn claim(&mut self, label: &'static str, name: &'static str) {
        if let Some(value) = self.take(name) {
            self.push(label, plain(value), name);
        }
    }

    /// Adds the header.
    pub fn header(&mut self, header: &Map<String, Value>) {
        let text = |name: &str| header.get(name).map(plain);
        match (text("kid"), text("alg")) {
            (Some(kid), Some(alg)) => self.push("key", format!("{kid}  {alg}"), "header kid, alg"),
            (Some(kid), None) => self.push("key", kid, "header kid; no alg"),
            (None, Some(alg)) => self.push("key", format!("unnamed  {alg}"), "header alg; no kid"),
            (None, None) => self.push("key", "unnamed", "header without kid and alg"),
        }
        for (name, value) in header {
            match name.as_str() {
                "kid" | "alg" => {}
                "cat" => self.push("category", category_in_words(value), "header cat"),
                "typ" => self.push("type", plain(value), "header typ"),
                _ => self.push("header", member(name, value), ""),
            }
        }
    }

    /// Adds all claims that no row mentions.
    pub fn rest(&mut self) {
        let told = std::mem::take(&mut self.told);
        let mut others = self
            .claims
            .iter()
            .filter(|(name, _)| !told.contains(&name.as_str()));
        let mut label = "other claims";
        for (name, value) in others.by_ref().take(MOST_OTHER) {
            self.rows.push(Row {
                label,
                value: member(name, value),
                note: Cow::Borrowed(""),
            });
            label = "";
        }
        let left = others.count();
        if left > 0 {
            self.push("", format!("and {left} more; --json shows all"), "");
        }
    }
}

/// A member as JSON writes it, the name without quotes.
pub fn member(name: &str, value: &Value) -> String {
    format!("{}: {}", visible(name), visible(&value.to_string()))
}

/// A text as it is, anything else as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => visible(text).into_owned(),
        value => visible(&value.to_string()).into_owned(),
    }
}

fn category_in_words(value: &Value) -> Cow<'static, str> {
    match value.as_str() {
        Some(category::SESSION) => "session token".into(),
        Some(category::TEMPLATE) => "token from a JWT template".into(),
        Some(category::M2M) => "machine-to-machine token".into(),
        Some(category::IGNORE) => "says nothing".into(),
        _ => format!("{}, which is not known", plain(value)).into(),
    }
}
