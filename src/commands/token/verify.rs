//! `clerk-rs token verify`: whether a token is valid, check by check, with which key, and if not why.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clerk_auth::keys::PublishableKey;
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::{Clock, SystemClock, UnixMillis};
use clerk_auth::token::Unverified;
use clerk_auth::verify::{Policy, no_key};

use super::batch::{self, BatchArguments};
use super::given_key::KeyArguments;
use super::verdict::{Outcome, Verified};
use super::{input, moment};
use crate::commands::{Context, local};
use crate::error::Error;
use crate::inspect::batch::Verifier;
use crate::inspect::judge::{self, Class, Judged, NoKey, Question};
use crate::inspect::kind::{Form, Token};
use crate::inspect::paste;
use crate::keyring::Manner;
use crate::keyring::problem::{NoKeys, Problem};
use crate::keyring::ring::Missing;
use crate::keyring::search::{self, Search};
use crate::keyring::sources::{self, Sources};
use crate::output::Report;
use crate::project::variables::Variables;
use crate::run::RunError;

/// The name of each document of a batch.
const BATCH_SCHEMA: &str = "clerk-rs.token-verify-batch/1";

/// How long a key set may take to come.
const LIMIT: Duration = Duration::from_secs(15);

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
    let search = keys(&args, &variables, &folder, context)?;
    if args.batch.batch {
        return many(args, search, project.policy, now, context);
    }
    let text = input::read(args.token, context)?;
    let paste = paste::find(&text);
    let tokens: Vec<_> = paste.tokens.into_iter().map(Token::of).collect();
    let judge = Judge {
        class: args.class,
        policy: &project.policy,
        now,
    };
    let key_origin = match &search {
        Search::Found(ring) => Some(ring.origin.clone()),
        Search::Nothing(_) => None,
    };
    let outcomes = judge.all(tokens, search, context)?;
    Ok(Box::new(Verified {
        outcomes,
        left_out: paste.left_out,
        now,
        policy: project.policy,
        parties_origin: project.parties_origin,
        own_issuer: project.own_issuer,
        key_origin,
    }))
}

/// Verifies a batch: with the keys as they are now, at the moment that was named or else at the present one.
fn many(
    args: Arguments,
    search: Search,
    policy: Policy,
    now: UnixMillis,
    context: &Context<'_>,
) -> Result<Box<dyn Report>, Error> {
    let key_of = match search {
        Search::Found(ring) => {
            let keys = ring.all(manner(context));
            local::answer(context, "Asking for the keys", keys)?.map_err(NoKeys)?
        }
        Search::Nothing(problem) => return Err(NoKeys(problem).into()),
    };
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

/// The keys; to have to ask for them although nobody may be asked is to have none.
fn keys(
    args: &Arguments,
    variables: &Variables<'_>,
    folder: &Path,
    context: &Context<'_>,
) -> Result<Search, Error> {
    let sources = Sources::find(sources::Given::default(), variables);
    Ok(
        match search::find(args.key.read(context)?, &sources, folder)? {
            Search::Found(ring) if context.globals.offline && ring.is_abroad() => {
                let message = format!("{} was not asked: --offline", ring.origin);
                let problem = Problem::new("offline", message);
                Search::Nothing(problem.help("--jwt-key and --jwks FILE need no network"))
            }
            search => search,
        },
    )
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
        search: Search,
        context: &Context<'_>,
    ) -> Result<Vec<Outcome>, RunError> {
        let steps: Vec<_> = tokens.into_iter().map(|token| self.begin(token)).collect();
        let nobody_is_needed = !steps.iter().any(Step::needs_key);
        let held = |search: &Search, step: &Step| match (search, step) {
            (Search::Found(ring), Step::NeedsKey(_, _, jwt)) => ring.held(jwt.kid()),
            (Search::Nothing(problem), _) => Err(Missing::Unknown(problem.clone())),
            (_, Step::Done(_)) => Err(Missing::Refused(no_key())),
        };
        let keys: Vec<_> = match search {
            Search::Found(mut ring) if !ring.is_at_hand() && !nobody_is_needed => {
                local::answer(context, "Asking for the key", async {
                    let mut keys = Vec::new();
                    for step in &steps {
                        keys.push(match step {
                            Step::NeedsKey(_, _, jwt) => ring.key(jwt.kid(), manner(context)).await,
                            Step::Done(_) => Err(Missing::Refused(no_key())),
                        });
                    }
                    keys
                })?
            }
            search => steps.iter().map(|step| held(&search, step)).collect(),
        };
        let ends = steps.into_iter().zip(keys);
        Ok(ends.map(|(step, key)| self.end(step, key)).collect())
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

    fn end(&self, step: Step, key: Result<PublicKey, Missing>) -> Outcome {
        let (token, class, jwt) = match step {
            Step::Done(outcome) => return outcome,
            Step::NeedsKey(token, class, jwt) => (token, class, jwt),
        };
        let judged = |key| -> Judged { judge::judge(&jwt, key, self.question(class)) };
        match key {
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

const fn manner(context: &Context<'_>) -> Manner {
    Manner {
        limit: LIMIT,
        is_offline: context.globals.offline,
    }
}
