//! What `token verify` found, for people and for programs.

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::Policy;
use serde_json::{Map, Value, json};

use super::checks::{self, Scene};
use super::{describe, layout};
use crate::error::Exit;
use crate::escape::visible;
use crate::inspect::fault;
use crate::inspect::judge::{Judged, Question, Verdict};
use crate::inspect::kind::{Kind, Token};
use crate::keyring::problem::Problem;
use crate::output::{BOLD, Report, Verbosity, findings};

/// The document's name.
pub const SCHEMA: &str = "clerk-rs.token-verify/1";

/// One token, and what came of it.
pub struct Outcome {
    token: Token,
    /// Nothing for tokens that only Clerk can verify.
    judged: Option<Judged>,
    /// Why something could not be found out.
    problem: Option<Problem>,
}

impl Outcome {
    /// A token that was judged.
    pub const fn judged(token: Token, judged: Judged, problem: Option<Problem>) -> Self {
        Self {
            token,
            judged: Some(judged),
            problem,
        }
    }

    /// A token that nothing on this machine can verify.
    pub fn opaque(token: Token) -> Self {
        let problem = match token.kind {
            Kind::SecretKey | Kind::PublishableKey | Kind::WebhookSecret | Kind::ObjectId => {
                Problem::new(
                    "not-a-token",
                    format!("{}: there is nothing to verify", token.kind.title()),
                )
            }
            Kind::ApiKey | Kind::M2m | Kind::OAuth => {
                Problem::new("only-clerk-knows", "it is opaque: only Clerk can verify it")
                    .help("`clerk-rs keys verify` asks Clerk")
            }
            _ => Problem::new("only-clerk-knows", "only Clerk can verify it"),
        };
        Self {
            token,
            judged: None,
            problem: Some(problem),
        }
    }

    fn exit(&self) -> Exit {
        match self.judged.as_ref().map(|judged| &judged.verdict) {
            Some(Verdict::Yes) => Exit::Yes,
            Some(Verdict::No(_)) => Exit::No,
            Some(Verdict::Unknown) => Exit::Failed,
            None if self.token.kind.is_token() => Exit::Failed,
            None => Exit::No,
        }
    }

    const fn word(&self) -> &'static str {
        match &self.judged {
            Some(Judged {
                verdict: Verdict::Yes,
                ..
            }) => "valid",
            Some(Judged {
                verdict: Verdict::No(_),
                ..
            }) => "invalid",
            _ => "unknown",
        }
    }

    fn refusal(&self) -> Option<&TokenError> {
        match &self.judged.as_ref()?.verdict {
            Verdict::No(error) => Some(error),
            Verdict::Yes | Verdict::Unknown => None,
        }
    }
}

/// All tokens of a text.
pub struct Verified {
    /// In order.
    pub outcomes: Vec<Outcome>,
    /// Tokens beyond those.
    pub left_out: usize,
    /// The moment they were looked at.
    pub now: UnixMillis,
    /// What was asked of them.
    pub policy: Policy,
    /// Where the authorised parties came from.
    pub parties_origin: String,
    /// The issuer that the project's publishable key stands for, and that key's place.
    pub own_issuer: Option<(String, String)>,
    /// Where the key came from.
    pub key_origin: Option<String>,
}

impl Verified {
    /// Those that decide: what nobody here can verify counts only where there is nothing else.
    fn deciding(&self) -> impl Iterator<Item = &Outcome> {
        let any_judged = self.outcomes.iter().any(|outcome| outcome.judged.is_some());
        self.outcomes
            .iter()
            .filter(move |outcome| outcome.judged.is_some() || !any_judged)
    }

    fn lines(&self, outcome: &Outcome) -> Vec<checks::Line> {
        let judged = outcome
            .judged
            .as_ref()
            .zip(decode(&outcome.token.found.token).ok());
        let Some((judged, jwt)) = judged else {
            return Vec::new();
        };
        let scene = Scene {
            question: Question {
                class: judged.class,
                policy: &self.policy,
                now: self.now,
            },
            key_origin: self.key_origin.as_deref(),
            own_issuer: self.own_issuer.as_ref(),
            parties_origin: &self.parties_origin,
        };
        checks::lines(judged, &jwt, scene)
    }

    fn outcome_data(&self, outcome: &Outcome) -> Value {
        let mut data = Map::new();
        let refusal = outcome.refusal();
        data.insert("verdict".into(), outcome.word().into());
        data.insert(
            "reason".into(),
            json!(refusal.map(|error| error.reason.as_str())),
        );
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
        data.extend(describe::token(&outcome.token, self.now));
        Value::Object(data)
    }

    fn write(&self, text: &mut String, outcome: &Outcome) {
        layout::sentence(text, &headline(outcome));
        let is_decoded = outcome.judged.is_some() && decode(&outcome.token.found.token).is_ok();
        if !is_decoded {
            if let Some(fault) = outcome
                .refusal()
                .and_then(|_| fault::find(&outcome.token.found.token))
            {
                layout::sentence(text, &fault.to_string());
                if let Some(help) = fault.help() {
                    layout::sentence(text, &format!("help: {help}"));
                }
            }
        } else {
            text.push('\n');
            let lines = self.lines(outcome);
            let rows: Vec<_> = lines.iter().map(checks::Line::row).collect();
            text.push_str(&findings::rows(&rows));
        }
        if let Some(advice) = advice(outcome) {
            text.push('\n');
            for line in advice {
                layout::sentence(text, &line);
            }
        }
    }
}

fn headline(outcome: &Outcome) -> String {
    let title = outcome.token.kind.title();
    let Some(judged) = &outcome.judged else {
        let why = outcome
            .problem
            .as_ref()
            .map_or("", |problem| &problem.message);
        return format!("? {BOLD}Not verified:{BOLD:#} {why} ({title})");
    };
    match &judged.verdict {
        Verdict::Yes => {
            let who = outcome_subject(outcome)
                .map(|sub| format!(", {sub}"))
                .unwrap_or_default();
            format!("\u{2713} {BOLD}Valid:{BOLD:#} {}{who}", judged.class.name())
        }
        Verdict::No(error) => format!("\u{2717} {BOLD}Not valid: {}{BOLD:#}", error.reason),
        Verdict::Unknown => {
            let why = outcome
                .problem
                .as_ref()
                .map_or("", |problem| &problem.message);
            format!("? {BOLD}Could not find out:{BOLD:#} {why}")
        }
    }
}

fn outcome_subject(outcome: &Outcome) -> Option<String> {
    let jwt = decode(&outcome.token.found.token).ok()?;
    jwt.claim_str("sub").map(|sub| visible(sub).into_owned())
}

/// What to do, in sentences.
fn advice(outcome: &Outcome) -> Option<Vec<String>> {
    let one = |text: &str| Some(vec![text.to_owned()]);
    if let Some(problem) = &outcome.problem {
        return problem
            .help
            .as_ref()
            .map(|help| vec![format!("help: {help}")]);
    }
    let Some(error) = outcome.refusal() else {
        return is_pending(outcome)
            .then(|| {
                "It is pending: a task is left to do, so it does not count as signed in.".to_owned()
            })
            .map(|text| vec![text]);
    };
    match error.reason {
        Reason::TokenExpired if outcome.token.kind.is_session() => Some(vec![
            "Session tokens live 60 s and are refreshed by the browser. Ask for a fresh one:"
                .to_owned(),
            "await Clerk.session.getToken()".to_owned(),
        ]),
        Reason::TokenInvalidSignature => one(
            "It was changed, or it is signed with another instance's key: `clerk-rs keys check --online` \
             says whether the project's keys belong together.",
        ),
        Reason::JwkKidMismatch => one(
            "The key set holds no key of that name: the token is from another instance than the key.",
        ),
        Reason::TokenInvalidAuthorizedParties => one(
            "It was issued to a page of another origin, or to none. If that page is yours, add its origin.",
        ),
        Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture => {
            one("The clocks of Clerk and of this machine differ: set this one's, or pass --leeway.")
        }
        _ => None,
    }
}

fn is_pending(outcome: &Outcome) -> bool {
    let jwt = decode(&outcome.token.found.token);
    outcome.token.kind.is_session() && jwt.is_ok_and(|jwt| jwt.claim_str("sts") == Some("pending"))
}

impl Report for Verified {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn exit(&self) -> Exit {
        let exits: Vec<_> = self.deciding().map(Outcome::exit).collect();
        for exit in [Exit::No, Exit::Failed] {
            if exits.contains(&exit) {
                return exit;
            }
        }
        Exit::Yes
    }

    fn data(&self) -> serde_json::Result<Value> {
        let tokens: Vec<_> = self
            .outcomes
            .iter()
            .map(|outcome| self.outcome_data(outcome))
            .collect();
        let mut data = json!({
            "ok": self.exit() == Exit::Yes,
            "key": self.key_origin.as_deref().map(visible),
            "tokens": tokens,
            "left_out": self.left_out,
        });
        let problem = self.deciding().find_map(|outcome| outcome.problem.as_ref());
        if self.exit() == Exit::Failed {
            data["error"] = json!(problem);
        }
        Ok(data)
    }

    fn text(&self, _: Verbosity) -> String {
        let mut text = String::new();
        let count = self.outcomes.len();
        if count > 1 {
            layout::sentence(&mut text, &layout::how_many(count, self.left_out));
        }
        for (index, outcome) in self.outcomes.iter().enumerate() {
            if count > 1 {
                let place = describe::places(&outcome.token.found);
                text.push('\n');
                layout::sentence(&mut text, &format!("{}. {place}", index + 1));
            }
            self.write(&mut text, outcome);
        }
        text
    }
}
