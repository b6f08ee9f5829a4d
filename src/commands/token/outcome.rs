//! One token and the outcome of its verification.

use clerk_auth::error::TokenError;
use clerk_auth::token::Unverified;

use crate::error::Exit;
use crate::inspect::class::Condition;
use crate::inspect::judge::{Judged, No};
use crate::inspect::kind::{Form, Kind, Token};
use crate::inspect::signature::Signature;
use crate::keyring::problem::Problem;

/// One token and its outcome.
pub struct Outcome {
    pub token: Token,
    /// `None` for tokens that only Clerk can verify.
    pub judged: Option<Judged>,
    /// The reason why something could not be found out.
    pub problem: Option<Problem>,
    exit: Exit,
}

impl Outcome {
    /// A token that was judged; `problem` says why there was no key.
    pub fn judged(token: Token, judged: Judged, problem: Option<Problem>) -> Self {
        let (exit, problem) = match &judged.verdict {
            Ok(()) => (Exit::Yes, None),
            Err(No::Refused(_)) => (Exit::No, None),
            Err(No::Unknown) => (Exit::Failed, problem),
            Err(No::NotForThis(condition)) => {
                let message = match &token.form {
                    Form::Jwt(jwt) => condition.not_for(judged.class, jwt),
                    Form::Opaque | Form::Broken(_) => condition.not_for_opaque(),
                };
                (Exit::Usage, Some(unfit(*condition, message)))
            }
        };
        Self {
            token,
            judged: Some(judged),
            problem,
            exit,
        }
    }

    /// A token that only Clerk can verify, although it should meet `condition`.
    pub fn opaque(token: Token, condition: Option<Condition>) -> Self {
        let is_token = token.kind.is_token();
        let (exit, problem) = match (token.kind, condition) {
            (kind, _) if !is_token => {
                let message = format!("{}: there is nothing to verify", kind.title());
                (Exit::No, Problem::new("not-a-token", message))
            }
            (_, Some(condition)) => (Exit::Usage, unfit(condition, condition.not_for_opaque())),
            (Kind::ApiKey | Kind::M2m | Kind::OAuth, None) => {
                let message = "it is opaque: only Clerk can verify it";
                let problem = Problem::new("only-clerk-knows", message);
                (
                    Exit::Failed,
                    problem.help("`clerk-rs keys verify` asks Clerk"),
                )
            }
            _ => {
                let problem = Problem::new("only-clerk-knows", "only Clerk can verify it");
                (Exit::Failed, problem)
            }
        };
        Self {
            token,
            judged: None,
            problem: Some(problem),
            exit,
        }
    }

    /// A text that says that there was no token when it was written.
    pub const fn absent(token: Token) -> Self {
        Self {
            token,
            judged: None,
            problem: None,
            exit: Exit::No,
        }
    }

    /// True if the text says that there was no token.
    pub const fn is_absent(&self) -> bool {
        matches!(&self.token.form, Form::Broken(fault) if fault.is_absence())
    }

    /// Its share of the exit code.
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// The verdict in a word.
    pub const fn word(&self) -> &'static str {
        match &self.judged {
            Some(Judged { verdict, .. }) => match verdict {
                Ok(()) => "valid",
                Err(No::Refused(_)) => "invalid",
                Err(No::Unknown | No::NotForThis(_)) => "unknown",
            },
            None if self.is_absent() => "none",
            None => "unknown",
        }
    }

    /// The reason why it is not valid.
    pub fn refusal(&self) -> Option<&TokenError> {
        match &self.judged.as_ref()?.verdict {
            Err(No::Refused(error)) => Some(error),
            _ => None,
        }
    }

    /// Its content, if it can be read.
    pub const fn jwt(&self) -> Option<&Unverified> {
        match &self.token.form {
            Form::Jwt(jwt) => Some(jwt),
            Form::Opaque | Form::Broken(_) => None,
        }
    }

    /// True if there is no signature to verify.
    pub fn is_taken_out(&self) -> bool {
        matches!(&self.token.signature, Signature::TakenOut(mark) if !mark.is_empty())
    }
}

fn unfit(condition: Condition, message: String) -> Problem {
    let help = format!(
        "leave {} out; which kind of token has which claims stands in docs/tokens.md",
        condition.flag()
    );
    Problem::new("condition-not-applicable", message).help(&help)
}
