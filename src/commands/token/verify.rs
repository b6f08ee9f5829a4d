//! `clerk-rs token verify`: whether a token is valid, check by check, with which key, and if not why.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use clerk_auth::key_set::KeySets;
use clerk_auth::keys::PublishableKey;
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::{Clock, SystemClock, UnixMillis};
use clerk_auth::token::Unverified;
use clerk_auth::verify::Policy;

use super::batch::{self, BatchArguments};
use super::key_error::{NoKeys, Problem};
use super::key_source::{self, KeyArguments, Missing, Source};
use super::verdict::{Outcome, Verified};
use super::{input, moment};
use crate::backend::Network;
use crate::commands::{Context, local};
use crate::error::Error;
use crate::inspect::batch::Verifier;
use crate::inspect::judge::{self, Class, Judged, NoKey, Question};
use crate::inspect::kind::{Form, Token};
use crate::inspect::paste;
use crate::output::Report;
use crate::project::variables::Variables;
use crate::run::{self, RunError, Signals};

/// The document's name.
pub const SCHEMA: &str = "clerk-rs.token-verify/1";

/// The name of each document of a batch.
const BATCH_SCHEMA: &str = "clerk-rs.token-verify-batch/1";

#[derive(Args, Debug)]
#[command(after_help = "\
The key: --jwt-key or --jwks; else CLERK_JWT_KEY; else the emulator's own for a project with local keys; else the key \
set that CLERK_SECRET_KEY or CLERK_PUBLISHABLE_KEY gives access to. Variables are looked for where the app looks. No \
address in a token is ever used.
Of several tokens every JWT is verified. Opaque tokens only Clerk can verify: `clerk-rs keys verify`.
Exit codes: 0 valid, 1 not valid, 3 it could not be found out.")]
pub struct Arguments {
    /// The text with the token; `-` reads standard input, @FILE a file
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    token: Option<OsString>,

    #[command(flatten)]
    key: KeyArguments,

    /// Accept this origin of a front end in `azp`; repeat it for more [default: CLERK_AUTHORIZED_PARTIES]
    #[arg(long, value_name = "ORIGIN")]
    authorized_party: Vec<String>,

    /// Accept this audience in `aud`; repeat it for more
    #[arg(long, value_name = "TEXT")]
    audience: Vec<String>,

    /// Accept this issuer in `iss`; repeat it for more
    #[arg(long, value_name = "URL")]
    issuer: Vec<String>,

    /// How far two clocks may differ: 5s, 500ms, 1m
    #[arg(
        long,
        value_name = "SPAN",
        default_value = "5s",
        allow_hyphen_values = true
    )]
    leeway: String,

    /// The moment to verify at: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// Verify it as this kind of token, whatever it looks like
    #[arg(long = "as", value_name = "KIND")]
    class: Option<Class>,

    #[command(flatten)]
    batch: BatchArguments,
}

/// What the project says beside its keys.
struct Project {
    policy: Policy,
    parties_origin: String,
    own_issuer: Option<(String, String)>,
}

/// Does it.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = moment::of(args.at.as_deref())?;
    let clock_skew_ms = moment::span(&args.leeway, "--leeway")?;
    let folder = local::folder(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    let project = Project::of(&args, clock_skew_ms, &variables);
    args.batch
        .check(args.token.as_deref(), args.key.is_from_stdin())?;
    let source = source(&args, &variables, &folder, context)?;
    if args.batch.batch {
        return many(args, source, project.policy, now, context);
    }
    let text = input::read(args.token, context)?;
    let paste = paste::find(&text);
    let tokens: Vec<_> = paste.tokens.into_iter().map(Token::of).collect();
    let judge = Judge {
        class: args.class,
        policy: &project.policy,
        now,
    };
    let mut origin = None;
    let outcomes = match source {
        Ok(source) => {
            origin = Some(source.origin.clone());
            judge.all(tokens, source, context)?
        }
        Err(problem) => judge.without_key(tokens, &problem),
    };
    Ok(Box::new(Verified {
        outcomes,
        left_out: paste.left_out,
        now,
        policy: project.policy,
        parties_origin: project.parties_origin,
        own_issuer: project.own_issuer,
        key_origin: origin,
    }))
}

/// Verifies a batch: with the keys as they are now, at the moment that was named or else at the present one.
fn many(
    args: Arguments,
    source: Result<Source, Problem>,
    policy: Policy,
    now: UnixMillis,
    context: &Context<'_>,
) -> Result<Box<dyn Report>, Error> {
    let key_of = match source {
        Ok(source) if source.is_at_hand() => Ok(source.key_of()),
        Ok(source) => asked(context, source.all(SystemClock.now()))?,
        Err(problem) => Err(problem),
    };
    let key_of = key_of.map_err(NoKeys)?;
    let clock: Arc<dyn Clock> = match args.at {
        Some(_) => Arc::new(move || now),
        None => Arc::new(SystemClock),
    };
    batch::run(
        context,
        &args.batch,
        args.token,
        BATCH_SCHEMA,
        clock,
        |style| Verifier {
            key_of,
            policy: Arc::new(policy),
            class: args.class,
            style,
            seen: Arc::default(),
        },
    )
}

/// The source of the key; one that would have to be asked although nobody may be asked is none.
fn source(
    args: &Arguments,
    variables: &Variables<'_>,
    folder: &Path,
    context: &Context<'_>,
) -> Result<Result<Source, Problem>, Error> {
    let source = key_source::find(&args.key, variables, folder, context)?;
    Ok(source.and_then(|source| {
        if context.globals.offline && source.is_abroad() {
            let message = format!("{} was not asked: --offline", source.origin);
            return Err(
                Problem::new("offline", message).help("--jwt-key and --jwks FILE need no network")
            );
        }
        Ok(source)
    }))
}

impl Project {
    fn of(args: &Arguments, clock_skew_ms: i64, variables: &Variables<'_>) -> Self {
        let parties = variables.get("CLERK_AUTHORIZED_PARTIES");
        let (authorized_parties, parties_origin) = match parties {
            Some(found) if args.authorized_party.is_empty() => {
                let list = found.value.split(',').map(|text| text.trim().to_owned());
                (list.collect(), format!("{}, {}", found.name, found.place))
            }
            _ => (
                args.authorized_party.clone(),
                "--authorized-party".to_owned(),
            ),
        };
        let accept_absent_azp = variables
            .get("CLERK_ACCEPT_ABSENT_AZP")
            .is_some_and(|found| found.value.eq_ignore_ascii_case("true"))
            && args.authorized_party.is_empty();
        let publishable = variables.publishable_keys().into_iter().next();
        let own_issuer = publishable.and_then(|found| {
            let key = PublishableKey::parse(&found.value).ok()?;
            let issuer = format!("https://{}", key.frontend_api_host());
            Some((issuer, format!("{} ({})", found.name, found.place)))
        });
        Self {
            policy: Policy {
                audience: args.audience.clone(),
                authorized_parties,
                issuers: args.issuer.clone(),
                clock_skew_ms,
                accept_absent_azp,
            },
            parties_origin,
            own_issuer,
        }
    }
}

/// What every token is asked.
struct Judge<'a> {
    class: Option<Class>,
    policy: &'a Policy,
    now: UnixMillis,
}

/// A token on its way.
enum Step {
    Done(Outcome),
    NeedsKey(Token, Class, Unverified),
}

impl Judge<'_> {
    const fn question(&self, class: Class) -> Question<'_> {
        Question {
            class,
            policy: self.policy,
            now: self.now,
        }
    }

    fn all(
        &self,
        tokens: Vec<Token>,
        mut source: Source,
        context: &Context<'_>,
    ) -> Result<Vec<Outcome>, RunError> {
        let steps: Vec<_> = tokens.into_iter().map(|token| self.begin(token)).collect();
        let nobody_is_asked = source.is_at_hand() || !steps.iter().any(Step::needs_key);
        if nobody_is_asked {
            let end = |step| self.end(step, |jwt| source.held(jwt.kid()));
            return Ok(steps.into_iter().map(end).collect());
        }
        asked(context, async {
            let network = Arc::new(Network::default());
            let sets = KeySets::new(Arc::clone(&network) as _);
            let mut outcomes = Vec::new();
            for step in steps {
                let key = match &step {
                    // Lifetimes of key sets go by the real clock, whatever moment the token is looked at.
                    Step::NeedsKey(_, _, jwt) => Some(
                        source
                            .fetched(jwt.kid(), &network, &sets, SystemClock.now())
                            .await,
                    ),
                    Step::Done(_) => None,
                };
                let unasked = || {
                    Err(Missing::Unknown(Problem::new(
                        "key-not-asked-for",
                        "no key was asked for",
                    )))
                };
                outcomes.push(self.end(step, |_| key.unwrap_or_else(unasked)));
            }
            outcomes
        })
    }

    fn without_key(&self, tokens: Vec<Token>, problem: &Problem) -> Vec<Outcome> {
        let missing = || Err(Missing::Unknown(problem.clone()));
        let end = |token| self.end(self.begin(token), |_| missing());
        tokens.into_iter().map(end).collect()
    }

    /// What can be said before there is a key.
    fn begin(&self, token: Token) -> Step {
        let by_kind = match token.form {
            Form::Opaque => None,
            Form::Jwt(_) | Form::Broken(_) => Class::of(token.kind),
        };
        let Some(class) = self.class.or(by_kind) else {
            return Step::Done(Outcome::opaque(token));
        };
        match judge::before_key(&token, class) {
            Ok(jwt) => Step::NeedsKey(token, class, jwt),
            Err(error) => {
                let judged = judge::refused(&token, self.question(class), error);
                Step::Done(Outcome::judged(token, judged, None))
            }
        }
    }

    fn end(
        &self,
        step: Step,
        key: impl FnOnce(&Unverified) -> Result<PublicKey, Missing>,
    ) -> Outcome {
        let (token, class, jwt) = match step {
            Step::Done(outcome) => return outcome,
            Step::NeedsKey(token, class, jwt) => (token, class, jwt),
        };
        let judged = |key| -> Judged { judge::judge(&jwt, key, self.question(class)) };
        match key(&jwt) {
            Ok(key) => Outcome::judged(token, judged(Ok(&key)), None),
            Err(Missing::Refused(error)) => {
                Outcome::judged(token, judged(Err(NoKey::Refused(error))), None)
            }
            Err(Missing::Unknown(problem)) => {
                Outcome::judged(token, judged(Err(NoKey::Unknown)), Some(problem))
            }
        }
    }
}

impl Step {
    const fn needs_key(&self) -> bool {
        matches!(self, Self::NeedsKey(..))
    }
}

/// Waits for an answer, with a spinner where somebody sees it. Ctrl-C ends it at once.
fn asked<T>(context: &Context<'_>, answer: impl Future<Output = T>) -> Result<T, RunError> {
    let bar = context.globals.output().bar(context.env);
    bar.spin("Asking for the key");
    let runtime = run::runtime()?;
    let answer = runtime.block_on(async {
        let mut signals = Signals::listen()?;
        tokio::select! {
            _ = signals.next() => Err(RunError::Interrupted),
            answer = answer => Ok(answer),
        }
    });
    // A name that is still being resolved cannot be stopped, and must not keep anybody waiting.
    runtime.shutdown_background();
    answer
}
