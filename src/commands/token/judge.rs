//! Judges the tokens of a text: some verdicts are clear at once, others need a key.

use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::no_key;

use super::outcome::Outcome;
use crate::commands::{Context, local};
use crate::inspect::class::Class;
use crate::inspect::demands::Demands;
use crate::inspect::fault::{Cause, Fault, Part};
use crate::inspect::judge::{self, No, NoKey, Question};
use crate::inspect::kind::{Form, Token};
use crate::inspect::signature::{self, Signature};
use crate::keyring::Manner;
use crate::keyring::problem::Problem;
use crate::keyring::ring::{Missing, Ring};
use crate::keyring::search::Search;
use crate::run::RunError;

/// The question to every token.
pub struct Judge<'a> {
    /// The class to verify them as; without one, each is verified as what it looks like.
    pub class: Option<Class>,
    pub demands: &'a Demands,
    pub now: UnixMillis,
    /// The way to fetch keys.
    pub manner: Manner,
}

/// The results for all tokens.
pub struct All {
    /// One for each token, in order.
    pub outcomes: Vec<Outcome>,
    /// The keys used for verification.
    pub keys: Option<Ring>,
}

/// A token on its way to a verdict.
enum Step {
    Done(Box<Outcome>),
    NeedsKey(Token, Class),
}

impl Judge<'_> {
    const fn question(&self, class: Class) -> Question<'_> {
        Question {
            class,
            demands: self.demands,
            now: self.now,
        }
    }

    /// Judges all tokens and fetches keys if any are needed.
    ///
    /// # Errors
    /// Ctrl-C.
    pub fn all(
        &self,
        tokens: Vec<Token>,
        search: Search,
        context: &Context<'_>,
    ) -> Result<All, RunError> {
        let steps: Vec<_> = tokens.into_iter().map(|token| self.begin(token)).collect();
        let kids = || steps.iter().map(Step::kid);
        let nobody_is_needed = kids().all(|kid| kid.is_none());
        let (keys, ring): (Vec<_>, _) = match search {
            Search::Nothing(problem) => {
                let missing = || Err(Missing::Unknown(problem.clone()));
                (kids().map(|_| missing()).collect(), None)
            }
            Search::Found(ring) if ring.is_at_hand() || nobody_is_needed => {
                let held = kids().map(|kid| ring.held(kid.flatten()));
                (held.collect(), Some(ring))
            }
            Search::Found(mut ring) => local::answer(context, "Asking for the key", async {
                let mut keys = Vec::new();
                for kid in kids() {
                    keys.push(match kid {
                        Some(kid) => ring.key(kid, self.manner).await,
                        None => Err(Missing::Refused(no_key())),
                    });
                }
                (keys, Some(ring))
            })?,
        };
        let ends = steps.into_iter().zip(keys);
        Ok(All {
            outcomes: ends.map(|(step, key)| self.end(step, key)).collect(),
            keys: ring,
        })
    }

    /// Gives the verdicts that need no key.
    fn begin(&self, token: Token) -> Step {
        if matches!(&token.form, Form::Broken(fault) if fault.is_absence()) {
            return Step::done(Outcome::absent(token));
        }
        let by_kind = match token.form {
            Form::Opaque => None,
            Form::Jwt(_) | Form::Broken(_) => Class::of(token.kind),
        };
        let Some(class) = self.class.or(by_kind) else {
            let unfit = self.demands.unfit(None);
            return Step::done(Outcome::opaque(token, unfit));
        };
        let question = self.question(class);
        let Form::Jwt(jwt) = &token.form else {
            let error = decode(&token.found.token).err().unwrap_or_else(no_key);
            return Step::done(Outcome::judged(token, judge::refused(class, error), None));
        };
        // If nothing stands there, there may never have been a signature.
        if let Signature::TakenOut(mark) = &token.signature
            && !mark.is_empty()
        {
            let problem = Problem::new("signature-taken-out", signature::told(mark))
                .help("verify the token as it was sent; a log keeps no more than its claims");
            let judged = judge::judge(jwt, question, Err(NoKey::Unknown));
            return Step::done(Outcome::judged(token, judged, Some(problem)));
        }
        // The reference decodes all three parts or none.
        if let (Signature::Cut(has, whole), Err(error)) =
            (&token.signature, decode(&token.found.token))
        {
            let fault = Fault {
                cause: Cause::Cut(*has, *whole),
                part: Some(Part::Signature),
                position: None,
            };
            let form = Form::Broken(fault);
            let judged = judge::refused(class, error);
            return Step::done(Outcome::judged(Token { form, ..token }, judged, None));
        }
        match judge::before_key(jwt, question) {
            Ok(()) => Step::NeedsKey(token, class),
            Err(_) => {
                let judged = judge::judge(jwt, question, Err(NoKey::Unknown));
                Step::done(Outcome::judged(token, judged, None))
            }
        }
    }

    fn end(&self, step: Step, key: Result<PublicKey, Missing>) -> Outcome {
        let (token, class) = match step {
            Step::Done(outcome) => return *outcome,
            Step::NeedsKey(token, class) => (token, class),
        };
        let Form::Jwt(jwt) = &token.form else {
            return Outcome::opaque(token, None);
        };
        let (key, problem) = match key {
            Ok(key) => (Ok(key), None),
            Err(Missing::Refused(error)) => (Err(NoKey::Refused(error)), None),
            Err(Missing::Unknown(problem)) => (Err(NoKey::Unknown), Some(problem)),
        };
        let mut judged = judge::judge(jwt, self.question(class), key);
        if let (Err(No::Unknown), Some(expired)) = (&judged.verdict, judged.expired()) {
            judged.verdict = Err(No::Refused(expired.clone()));
        }
        Outcome::judged(token, judged, problem)
    }
}

impl Step {
    fn done(outcome: Outcome) -> Self {
        Self::Done(Box::new(outcome))
    }

    /// The name of the key that is needed, if it has one. The outer `None` means that no key is needed.
    fn kid(&self) -> Option<Option<&str>> {
        match self {
            Self::NeedsKey(token, _) => match &token.form {
                Form::Jwt(jwt) => Some(jwt.kid()),
                _ => None,
            },
            Self::Done(_) => None,
        }
    }
}
