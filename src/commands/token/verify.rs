//! `clerk-rs token verify`: verifies a token check by check, names the key, and explains a no.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clerk_auth::time::{Clock, SystemClock, UnixMillis};

use super::batch::{self, BatchArguments};
use super::expected::{Conditions, Expected};
use super::given_key::KeyArguments;
use super::input;
use super::judge::Judge;
use super::verdict::Verified;
use crate::commands::{Context, local, moment};
use crate::error::Error;
use crate::inspect::batch::Verifier;
use crate::inspect::class::Class;
use crate::inspect::demands::Demands;
use crate::inspect::kind::Token;
use crate::inspect::paste;
use crate::keyring::Manner;
use crate::keyring::problem::{NoKeys, Problem};
use crate::keyring::search::{self, Search};
use crate::keyring::sources::{self, Sources};
use crate::output::Report;
use crate::project::variables::Variables;

/// The name of each document of a batch.
const BATCH_SCHEMA: &str = "clerk-rs.token-verify-batch/1";

/// Words before credentials in an authorization header.
const SCHEMES: [&str; 8] = [
    "bearer",
    "basic",
    "digest",
    "dpop",
    "hoba",
    "negotiate",
    "token",
    "jwt",
];

/// The most time for fetching a key set.
const LIMIT: Duration = Duration::from_secs(15);

#[derive(Args, Debug)]
#[command(after_help = "\
The key: --jwt-key or --jwks; else CLERK_JWT_KEY; else the emulator's own for a project with local keys; else the key \
set that CLERK_SECRET_KEY or CLERK_PUBLISHABLE_KEY gives access to. Variables are looked for where the app looks. No \
address in a token is ever used.
Of several tokens every JWT is verified. Opaque tokens only Clerk can verify: `clerk-rs keys verify`.
Exit codes: 0 valid, 1 not valid, 3 it could not be found out.")]
pub struct Arguments {
    /// The text with the token; @FILE is a file, `-` or nothing what is piped in
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    token: Option<OsString>,

    #[command(flatten)]
    key: KeyArguments,

    #[command(flatten)]
    conditions: Conditions,

    /// The moment to verify at: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// Verify it as this kind of token, whatever it looks like
    #[arg(long = "as", value_name = "KIND")]
    class: Option<Class>,

    #[command(flatten)]
    batch: BatchArguments,
}

/// Does it.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = moment::of(args.at.as_deref())?;
    let folder = local::folder(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    if !args.key.is_given() || !args.conditions.name_parties() {
        // The line that nobody can read could set the key or the origins.
        variables.must_be_readable()?;
    }
    let expected = Expected::of(&args.conditions, &variables)?;
    args.batch
        .check(args.token.as_deref(), args.key.is_from_stdin())?;
    let search = keys(&args, &variables, &folder, context)?;
    if args.batch.batch {
        return many(args, search, expected.demands, now, context);
    }
    let text = input::read(args.token, context)?;
    let paste = paste::find(&text);
    let beside = paste.beside();
    let tokens: Vec<_> = paste.tokens.into_iter().map(Token::of).collect();
    let judge = Judge {
        class: args.class,
        demands: &expected.demands,
        now,
        manner: manner(context),
    };
    let judged = judge.all(tokens, search, context)?;
    Ok(Box::new(Verified {
        outcomes: judged.outcomes,
        left_out: paste.left_out,
        beside,
        header: header(&text),
        now,
        expected,
        keys: judged.keys,
    }))
}

/// Verifies a batch with the keys as they are now, at the named moment or else the present one.
fn many(
    args: Arguments,
    search: Search,
    demands: Demands,
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
            demands: Arc::new(demands),
            class: args.class,
            style,
            seen: Arc::default(),
        },
    )
}

/// The keys. If they would have to be fetched although nobody may be asked, there are none.
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

const fn manner(context: &Context<'_>) -> Manner {
    Manner {
        limit: LIMIT,
        is_offline: context.globals.offline,
    }
}

/// An app's objection to an authorization header that Clerk's SDKs would not read.
fn header(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    let value = match text.split_at_checked("authorization:".len()) {
        Some((name, value)) if name.eq_ignore_ascii_case("authorization:") => value.trim_start(),
        _ => text,
    };
    let is_header = value.len() != text.len();
    let (scheme, token) = value.split_once([' ', '\t'])?;
    let is_scheme = |known: &&str| known.eq_ignore_ascii_case(scheme);
    let is_known = SCHEMES.iter().any(is_scheme) || is_header;
    let is_alone = token.trim_start().starts_with("eyJ") && !token.trim().contains(' ');
    let is_right = value.starts_with("Bearer ") && !token.starts_with([' ', '\t']);
    (is_known && is_alone && !is_right).then_some(
        "In this header no app accepts it, as Clerk's SDKs do not: it must read `Bearer`, one space, and the token.",
    )
}
