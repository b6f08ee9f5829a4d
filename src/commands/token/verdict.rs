//! The report of `token verify`, for people and for programs.

use clerk_auth::time::UnixMillis;
use serde_json::{Map, Value, json};

use super::checks::{self, Scene};
use super::decode::write_fault;
use super::expected::Expected;
use super::outcome::Outcome;
use super::{advice, describe, layout};
use crate::error::Exit;
use crate::escape::visible;
use crate::inspect::batch::reason::NO_TOKEN;
use crate::inspect::judge::No;
use crate::inspect::kind::Form;
use crate::keyring::ring::Ring;
use crate::output::{BOLD, Report, Verbosity, findings};

/// The document's name.
pub const SCHEMA: &str = "clerk-rs.token-verify/1";

/// All tokens of a text.
pub struct Verified {
    pub outcomes: Vec<Outcome>,
    /// The number of further tokens.
    pub left_out: usize,
    /// Words for what stood around or inside the only token.
    pub beside: Option<String>,
    /// An app's objection to the header around it.
    pub header: Option<&'static str>,
    /// The moment of verification.
    pub now: UnixMillis,
    /// The conditions.
    pub expected: Expected,
    /// The keys used for verification.
    pub keys: Option<Ring>,
}

impl Verified {
    /// The outcomes that decide. A token that nobody here can verify counts only if there is no other, or if it should
    /// have met a condition that nobody could compare.
    fn deciding(&self) -> impl Iterator<Item = &Outcome> {
        let any_judged = self.outcomes.iter().any(|outcome| outcome.judged.is_some());
        self.outcomes.iter().filter(move |outcome| {
            outcome.judged.is_some() || outcome.exit() == Exit::Usage || !any_judged
        })
    }

    fn lines(&self, outcome: &Outcome) -> Vec<checks::Line> {
        let Some((judged, jwt)) = outcome.judged.as_ref().zip(outcome.jwt()) else {
            return Vec::new();
        };
        let scene = Scene {
            expected: &self.expected,
            now: self.now,
            key_origin: self.keys.as_ref().map(|ring| &*ring.origin),
        };
        checks::lines(judged, jwt, scene)
    }

    fn outcome_data(&self, outcome: &Outcome) -> Value {
        let mut data = Map::new();
        let refusal = outcome.refusal();
        data.insert("verdict".into(), outcome.word().into());
        let reason = match refusal {
            None if outcome.is_absent() => Some(NO_TOKEN),
            refusal => refusal.map(|error| error.reason.as_str()),
        };
        data.insert("reason".into(), json!(reason));
        data.insert(
            "message".into(),
            json!(refusal.map(|error| error.message.as_str())),
        );
        data.insert("action".into(), json!(refusal.map(|error| error.action)));
        data.insert(
            "as".into(),
            json!(outcome.judged.as_ref().map(|judged| judged.class.name())),
        );
        let lines = self.lines(outcome);
        data.insert(
            "checks".into(),
            lines.iter().map(checks::Line::data).collect(),
        );
        data.insert("problem".into(), json!(outcome.problem));
        data.insert("advice".into(), json!(self.advice(outcome)));
        data.extend(describe::token(&outcome.token, self.now));
        Value::Object(data)
    }

    fn advice(&self, outcome: &Outcome) -> Vec<String> {
        advice::of(outcome, &self.expected, self.keys.as_ref(), self.now)
    }

    fn write(&self, text: &mut String, outcome: &Outcome, width: usize) {
        if let (true, Form::Broken(fault)) = (outcome.is_absent(), &outcome.token.form) {
            return write_fault(text, fault, width);
        }
        layout::sentence(text, &headline(outcome), width);
        if outcome.judged.is_some() && outcome.jwt().is_some() {
            text.push('\n');
            let lines = self.lines(outcome);
            let rows: Vec<_> = lines.iter().map(checks::Line::row).collect();
            text.push_str(&findings::rows(&rows, width));
        } else if let (Some(_), Form::Broken(fault)) = (outcome.refusal(), &outcome.token.form) {
            layout::sentence(text, &fault.to_string(), width);
            if let Some(help) = fault.help() {
                layout::sentence(text, &format!("help: {help}"), width);
            }
        }
        let help = outcome
            .problem
            .as_ref()
            .and_then(|problem| problem.help.as_ref());
        let help = help.map(|help| format!("help: {help}"));
        for (index, line) in self.advice(outcome).into_iter().chain(help).enumerate() {
            if index == 0 {
                text.push('\n');
            }
            layout::sentence(text, &line, width);
        }
    }
}

fn headline(outcome: &Outcome) -> String {
    let title = outcome.token.kind.title();
    let why = outcome
        .problem
        .as_ref()
        .map_or("", |problem| &problem.message);
    let Some(judged) = &outcome.judged else {
        return match outcome.token.kind.is_token() {
            true => format!("? {BOLD}Not verified:{BOLD:#} {why} ({title})"),
            false => format!("\u{2717} {BOLD}{title}:{BOLD:#} there is nothing to verify"),
        };
    };
    match &judged.verdict {
        Ok(()) => {
            let sub = outcome.jwt().and_then(|jwt| jwt.claim_str("sub"));
            let who = sub.map(|sub| format!(", {}", visible(sub)));
            let who = who.unwrap_or_default();
            format!("\u{2713} {BOLD}Valid:{BOLD:#} {}{who}", judged.class.name())
        }
        Err(No::Refused(error)) => format!("\u{2717} {BOLD}Not valid: {}{BOLD:#}", error.reason),
        Err(No::Unknown) if outcome.is_taken_out() => {
            format!("? {BOLD}Cannot be verified:{BOLD:#} {why}")
        }
        Err(No::Unknown) => format!("? {BOLD}Could not find out:{BOLD:#} {why}"),
        Err(No::NotForThis(_)) => format!("? {BOLD}Not compared:{BOLD:#} {why}"),
    }
}

impl Report for Verified {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn exit(&self) -> Exit {
        let exits: Vec<_> = self.deciding().map(Outcome::exit).collect();
        let worst = [Exit::No, Exit::Usage, Exit::Failed];
        let worst = worst.into_iter().find(|exit| exits.contains(exit));
        // Without a token nothing is valid.
        let is_yes = !exits.is_empty() && exits.iter().all(|exit| *exit == Exit::Yes);
        worst.unwrap_or(if is_yes { Exit::Yes } else { Exit::No })
    }

    fn data(&self) -> serde_json::Result<Value> {
        let tokens: Vec<_> = self
            .outcomes
            .iter()
            .map(|outcome| self.outcome_data(outcome))
            .collect();
        let mut data = json!({
            "ok": self.exit() == Exit::Yes,
            "key": self.keys.as_ref().map(|ring| visible(&ring.origin)),
            "key_names": self.keys.as_ref().map(Ring::names),
            "tokens": tokens,
            "left_out": self.left_out,
            "beside": self.beside,
            "header": self.header,
        });
        let problem = self.deciding().find_map(|outcome| outcome.problem.as_ref());
        if matches!(self.exit(), Exit::Failed | Exit::Usage) {
            data["error"] = json!(problem);
        }
        Ok(data)
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let mut text = String::new();
        let count = self.outcomes.len();
        if count == 0 {
            layout::sentence(
                &mut text,
                &format!("{BOLD}No token:{BOLD:#} there is none in this text"),
                width,
            );
        }
        if count > 1 {
            layout::sentence(&mut text, &layout::how_many(count, self.left_out), width);
        }
        for (index, outcome) in self.outcomes.iter().enumerate() {
            if count > 1 {
                let place = describe::places(&outcome.token.found);
                text.push('\n');
                layout::sentence(&mut text, &format!("{}. {place}", index + 1), width);
            }
            self.write(&mut text, outcome, width);
        }
        let beside = self
            .beside
            .as_ref()
            .map(|beside| format!("Left out: {beside}"));
        for line in beside.into_iter().chain(self.header.map(str::to_owned)) {
            text.push('\n');
            layout::sentence(&mut text, &line, width);
        }
        text
    }
}
