//! The full verdict on each token, as `token verify` gives it.

use std::sync::Arc;

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{Unverified, decode};

use super::Judge;
use super::decode::{message, undecoded};
use super::line::{Details, Style};
use super::result::Answer;
use super::seen::{Holds, Seen, Sight};
use crate::inspect::class::Class;
use crate::inspect::demands::Demands;
use crate::inspect::judge::{No, NoKey, Question, verdict};
use crate::inspect::kind::{self, Form, Token};
use crate::inspect::paste::Found;
use crate::inspect::signature::Signature;

/// Finds a key by name without asking anybody, or says that there is none.
pub type KeyOf = Arc<dyn Fn(Option<&str>) -> Result<PublicKey, TokenError> + Send + Sync>;

#[derive(Clone)]
pub struct Verifier {
    /// Finds keys.
    pub key_of: KeyOf,
    /// The demands on a token beyond a good signature.
    pub demands: Arc<Demands>,
    /// The class to verify every token as; without one, each is verified as what it looks like.
    pub class: Option<Class>,
    /// The style for the ends of lines.
    pub style: Style,
    /// Answers from before. Keys and policy never change, so they hold as long as the dates allow.
    pub seen: Arc<Seen>,
}

impl Verifier {
    fn look_at(
        &self,
        text: &str,
        now: UnixMillis,
        details: &mut Vec<u8>,
    ) -> (Answer, Option<Holds>) {
        match decode(text) {
            Ok(token) => self.jwt(&token, now, details),
            Err(_) => self.unread(&Token::of(Found::bare(text)), now, details),
        }
    }

    fn class_of(&self, token: &Unverified) -> Option<Class> {
        self.class.or_else(|| Class::of(kind::of_jwt(token, "")))
    }

    fn jwt(
        &self,
        token: &Unverified,
        now: UnixMillis,
        details: &mut Vec<u8>,
    ) -> (Answer, Option<Holds>) {
        let Some(class) = self.class_of(token) else {
            let answer = self.only_clerk_knows(details);
            return (answer, Some(Holds::Always));
        };
        let question = Question {
            class,
            demands: &self.demands,
            now,
        };
        let key = || (self.key_of)(token.kid()).map_err(NoKey::Refused);
        match verdict(token, question, key) {
            Ok(verified) => {
                self.style.details(details, &Details::of(token));
                let skew = self.demands.all().clock_skew_ms;
                (
                    Answer::valid(class.word()),
                    Some(Holds::While(verified.dates(), skew)),
                )
            }
            Err(No::Refused(error)) => (
                self.refused(&error, token, now, details),
                holds(error.reason, now),
            ),
            // Only a token that is good otherwise gets this answer, and tomorrow it will have expired.
            Err(No::NotForThis(condition)) => {
                let message = condition.not_for(class, token);
                (self.not_for_this(&message, details), None)
            }
            Err(No::Unknown) => {
                self.style.details(details, &Details::default());
                (Answer::ONLY_CLERK_KNOWS, None)
            }
        }
    }

    /// A text that is not a whole JWT. It may be an opaque token, unless the class is given.
    fn unread(
        &self,
        token: &Token,
        now: UnixMillis,
        details: &mut Vec<u8>,
    ) -> (Answer, Option<Holds>) {
        match (&token.form, &token.signature) {
            (Form::Jwt(_), Signature::TakenOut(mark)) if !mark.is_empty() => {
                (self.taken_out(token, now, details), Some(Holds::Always))
            }
            (Form::Jwt(_), Signature::Cut(..)) => {
                (self.undecoded(token, details), Some(Holds::Always))
            }
            // If nothing stands there, it may never have been signed.
            (Form::Jwt(jwt), _) => self.jwt(jwt, now, details),
            _ => (self.undecoded(token, details), Some(Holds::Always)),
        }
    }

    fn undecoded(&self, token: &Token, details: &mut Vec<u8>) -> Answer {
        let (answer, message) = (undecoded(token), message(token));
        if self.class.is_none() && answer.verdict.is_ok() {
            return self.only_clerk_knows(details);
        }
        self.style.details(
            details,
            &Details {
                message: &message,
                ..Details::default()
            },
        );
        match answer {
            answer if answer.is_absence() => answer,
            _ if self.class.is_some() => Answer::invalid(Reason::TokenInvalid.as_str()),
            answer => answer,
        }
    }

    /// A token whose signature a log or its reader took out. Refusals that come before the signature still count.
    fn taken_out(&self, token: &Token, now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        let Form::Jwt(jwt) = &token.form else {
            return self.undecoded(token, details);
        };
        if let Some(class) = self.class_of(jwt) {
            let question = Question {
                class,
                demands: &self.demands,
                now,
            };
            match verdict(jwt, question, || Err(NoKey::Unknown)) {
                Err(No::Refused(error)) => return self.refused(&error, jwt, now, details),
                Err(No::NotForThis(condition)) => {
                    return self.not_for_this(&condition.not_for(class, jwt), details);
                }
                Ok(_) | Err(No::Unknown) => {}
            }
        }
        let message = message(token);
        let told = Details {
            message: &message,
            ..Details::of(jwt)
        };
        self.style.details(details, &told);
        Answer::SIGNATURE_TAKEN_OUT
    }

    fn only_clerk_knows(&self, details: &mut Vec<u8>) -> Answer {
        if let Some(condition) = self.demands.unfit(None) {
            return self.not_for_this(&condition.not_for_opaque(), details);
        }
        self.style.details(details, &Details::default());
        Answer::ONLY_CLERK_KNOWS
    }

    fn not_for_this(&self, message: &str, details: &mut Vec<u8>) -> Answer {
        let told = Details {
            message,
            ..Details::default()
        };
        self.style.details(details, &told);
        Answer::CONDITION_NOT_FOR_THIS
    }

    fn refused(
        &self,
        error: &TokenError,
        token: &Unverified,
        now: UnixMillis,
        details: &mut Vec<u8>,
    ) -> Answer {
        // Some marks consist of letters that a signature may have.
        if matches!(
            error.reason,
            Reason::TokenInvalidSignature | Reason::JwkKidMismatch
        ) {
            let token = Token::of(Found::bare(token.raw()));
            if matches!(&token.signature, Signature::TakenOut(mark) if !mark.is_empty()) {
                return self.taken_out(&token, now, details);
            }
        }
        let mut told = if is_signed(error.reason) {
            Details::of(token)
        } else {
            Details::default()
        };
        // Sentences about dates name the present moment, which is another one next time.
        if !is_about_dates(error.reason) {
            told.message = &error.message;
        }
        self.style.details(details, &told);
        Answer::invalid(error.reason.as_str())
    }
}

impl Judge for Verifier {
    const BLOCK: usize = 32 * 1024;

    fn judge(&mut self, text: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        let is_worth_keeping = match self.seen.get(text, now, details) {
            Sight::Known(answer) => return answer,
            Sight::New { is_worth_keeping } => is_worth_keeping,
        };
        // Bytes that are no UTF-8 are replaced, by what no token has.
        let (answer, holds) = match str::from_utf8(text) {
            Ok(text) => self.look_at(text, now, details),
            Err(_) => self.look_at(&String::from_utf8_lossy(text), now, details),
        };
        if let Some(holds) = holds.filter(|_| is_worth_keeping) {
            self.seen.put(text, answer, holds, details);
        }
        answer
    }

    fn judge_found(&mut self, token: &Token, now: UnixMillis, details: &mut Vec<u8>) -> Answer {
        match (&token.form, &token.signature) {
            (Form::Jwt(_), Signature::Given | Signature::Cut(..)) => {
                self.judge(token.found.token.as_bytes(), now, details)
            }
            _ => self.unread(token, now, details).0,
        }
    }
}

/// The time for which a no holds. Dates are checked last, so a refusal from before them always holds. One that depends
/// on dates is found out again, except for an expired token, which stays expired.
fn holds(reason: Reason, now: UnixMillis) -> Option<Holds> {
    match reason {
        Reason::TokenExpired => Some(Holds::Since(now)),
        Reason::TokenVerificationFailed
        | Reason::TokenNotActiveYet
        | Reason::TokenIatInTheFuture => None,
        _ => Some(Holds::Always),
    }
}

fn is_about_dates(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenExpired | Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture
    )
}

/// True if the signature must have been good for this refusal, so that the claims are worth showing.
fn is_signed(reason: Reason) -> bool {
    is_about_dates(reason)
        || matches!(
            reason,
            Reason::TokenInvalidAuthorizedParties | Reason::TokenInvalidIssuer
        )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// The first of the recorded tokens; it ends 50 s after this moment.
    const NOW: UnixMillis = UnixMillis(1_772_541_296_000);

    fn recorded(file: &str) -> serde_json::Value {
        let path = format!("{}/tests/fixtures/cases/{file}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn what_is_remembered_holds_no_longer_than_its_dates() {
        let pem = &recorded("fixtures.json")["keys"]["alpha"]["pem"];
        let key = PublicKey::from_pem(pem.as_str().unwrap()).unwrap();
        let mut verifier = Verifier {
            key_of: Arc::new(move |_| Ok(key.clone())),
            demands: Arc::default(),
            class: None,
            style: Style::Text,
            seen: Arc::default(),
        };
        let cases = recorded("jwt-verify.json");
        let token = cases["cases"][0]["token"].as_str().unwrap().as_bytes();
        let mut answer = |after: i64| {
            let mut details = Vec::new();
            let answer = verifier.judge(token, UnixMillis(NOW.0 + after), &mut details);
            let told = String::from_utf8(details).unwrap();
            assert_eq!(told, "\tuser_2q7pippin\tsess_2q7orchard\t1772541346");
            answer.word
        };
        for (after, word) in [
            (0, "session"),
            (54_999, "session"),
            (55_000, "token-expired"),
            (99_000, "token-expired"),
            (55_000, "token-expired"),
            // A clock that is set back.
            (54_999, "session"),
            (-15_000, "session"),
            (-15_001, "token-iat-in-the-future"),
            (0, "session"),
        ] {
            for _ in 0..3 {
                assert_eq!(answer(after), word, "{after} ms later");
            }
        }
    }
}
