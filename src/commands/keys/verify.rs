//! `clerk-rs keys verify`: says if a machine's token is valid, and whose it is.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clerk_auth::auth::Machine;
use clerk_auth::time::{Clock as _, SystemClock, UnixMillis};
use clerk_auth::token::{Unverified, decode, has_jwt_shape};
use clerk_auth::token_type::TokenType;
use clerk_auth::verify::no_key;
use serde::Serialize;
use serde_json::{Map, Value};

use super::TimeLimit;
use crate::commands::{Context, given, local, pasted};
use crate::error::{Error, Exit, Explain, Explanation};
use crate::inspect::class::Class;
use crate::inspect::clock;
use crate::inspect::demands::Demands;
use crate::inspect::judge::{No, NoKey, Question, verdict};
use crate::keyring::Manner;
use crate::keyring::answer::short;
use crate::keyring::keys::Keys;
use crate::keyring::machine::{self, Answer, Asking, noun};
use crate::keyring::problem::Problem;
use crate::keyring::ring::{Missing, Ring};
use crate::keyring::search::{self, Search};
use crate::keyring::sources::{Candidate, Given, Sources};
use crate::output::findings::folded;
use crate::output::{GREEN, RED, Report, Verbosity, YELLOW, to_data};
use crate::project::variables::Variables;

pub const SCHEMA: &str = "clerk-rs.keys-verify/1";

/// Longer than any token.
const LONGEST: u64 = 64 * 1024;

#[derive(Args, Debug)]
#[command(after_help = "\
Only Clerk can tell about ak_, mt_ and oat_: they are sent, with CLERK_SECRET_KEY (mt_ with CLERK_MACHINE_SECRET_KEY \
where that is set), to the Backend API and nowhere else. JWT forms are checked here, with CLERK_JWT_KEY or the \
instance's key set.
Exit codes: 0 valid, 1 not valid, 3 could not be found out.

Examples:
  clerk-rs keys verify @token.txt
  pbpaste | clerk-rs keys verify")]
pub struct Arguments {
    /// The token; `-` or nothing reads what is piped in and `@FILE` a file, which others on this machine cannot watch
    #[arg(value_name = "TOKEN", allow_hyphen_values = true)]
    token: Option<String>,

    /// Ask with the secret key in this file (`-` is standard input) in place of CLERK_SECRET_KEY
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,

    /// Where the Backend API is, in place of CLERK_API_URL
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    #[command(flatten)]
    limit: TimeLimit,
}

/// The reason why there is no token to ask about.
#[derive(Debug, thiserror::Error)]
enum TokenError {
    #[error("no token was given")]
    Missing,
    #[error("there is nothing in standard input")]
    Empty,
    /// Token and key should both come from standard input.
    #[error("the token and the secret key cannot both come from standard input")]
    OneInput,
}

impl Explain for TokenError {
    fn explain(&self) -> Explanation {
        const PASS: &str = "pass it, or `-` for standard input, or @FILE";
        match self {
            Self::Missing => Explanation::usage("token-missing").help(PASS),
            Self::Empty => Explanation::usage("token-empty").help(PASS),
            Self::OneInput => Explanation::usage("usage").help("put one of them into a file"),
        }
    }
}

#[derive(Serialize)]
struct Verified {
    ok: bool,
    /// The reference's word for the kind.
    kind: Option<&'static str>,
    form: Option<&'static str>,
    checked_by: Option<String>,
    /// The reason why it is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Problem>,
    /// The reason why nobody can say.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Facts>,
    #[serde(skip)]
    now: UnixMillis,
    #[serde(skip)]
    noun: &'static str,
}

/// The owner, according to the token or to Clerk.
#[derive(Serialize)]
struct Facts {
    id: String,
    subject: String,
    name: Option<String>,
    client_id: Option<String>,
    scopes: Vec<String>,
    /// Milliseconds since 1970; absent if it does not expire.
    expires_at: Option<i64>,
    claims: Option<Map<String, Value>>,
}

/// Verifies it.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let token = token(&args, context)?;
    let secret = args.secret_key_file.as_deref();
    let given = Given {
        secret: secret
            .map(|path| pasted::secret_in(path, context.env))
            .transpose()?,
        api_url: args
            .api_url
            .map(|url| Candidate::given("--api-url", url, "--api-url".to_owned())),
        publishable: None,
    };
    let folder = local::folder(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    let sources = Sources::find(given, &variables);
    let keys = Keys::of(&sources);
    let asking = Asking {
        sources: &sources,
        keys: &keys,
        manner: Manner {
            limit: args.limit.duration(),
            is_offline: context.globals.offline,
        },
        now: SystemClock.now(),
    };
    let jwt = has_jwt_shape(&token)
        .then(|| decode(&token))
        .and_then(Result::ok);
    let form = if jwt.is_some() { "jwt" } else { "opaque" };
    let (kind, answer) = match (machine::kind(&token, jwt.as_ref()), jwt) {
        (Err(problem), _) => (None, Err((None, problem))),
        (Ok(kind), Some(jwt)) => {
            let ring = match search::find(None, &sources, &folder)? {
                Search::Found(ring) => checked(context, ring, &jwt, kind, asking.manner)?,
                Search::Nothing(problem) => Err((None, problem)),
            };
            (Some(kind), ring)
        }
        (Ok(kind), None) => {
            let answer = local::answer(context, "Asking", asking.ask(&token, kind))?;
            (Some(kind), answer)
        }
    };
    Ok(Box::new(Verified::new(kind, form, answer, asking.now)))
}

/// The JWT form, checked here with the instance's key.
fn checked(
    context: &Context<'_>,
    mut ring: Ring,
    jwt: &Unverified,
    kind: TokenType,
    manner: Manner,
) -> Result<Answer, Error> {
    let by = ring.origin.clone();
    if manner.is_offline && ring.is_abroad() {
        let problem = Problem::new("not-asked", format!("{by} was not asked (--offline)"));
        return Ok(Err((None, problem)));
    }
    let key = match ring.is_at_hand() {
        true => ring.held(jwt.kid()),
        false => local::answer(context, "Asking", ring.key(jwt.kid(), manner))?,
    };
    let class = match kind {
        TokenType::OAuth => Class::Oauth,
        _ => Class::M2m,
    };
    let question = Question {
        class,
        demands: &Demands::default(),
        now: SystemClock.now(),
    };
    let key = match key {
        Ok(key) => Ok(key),
        Err(Missing::Refused(error)) => Err(NoKey::Refused(error)),
        Err(Missing::Unknown(problem)) => return Ok(Err((Some(by), problem))),
    };
    Ok(match verdict(jwt, question, || key) {
        Ok(verified) if class == Class::Oauth => Ok((by, Machine::from_oauth_jwt(&verified))),
        Ok(verified) => Ok((by, Machine::from_m2m_jwt(&verified))),
        Err(No::Refused(error)) => {
            let problem = Problem::certain(error.reason.as_str(), short(&error.message));
            Err((Some(by), problem))
        }
        Err(No::Unknown | No::NotForThis(_)) => {
            let problem =
                Problem::new(no_key().reason.as_str(), "there is no key to check it with");
            Err((Some(by), problem))
        }
    })
}

/// The token as given, without the characters that people copy along.
fn token(args: &Arguments, context: &Context<'_>) -> Result<String, Error> {
    const WHAT: &str = "the token";
    let is_key_piped = args.secret_key_file.as_deref() == Some(Path::new("-"));
    let given = match &args.token {
        Some(token) if is_key_piped && (token == "-" || token == "@-") => {
            return Err(TokenError::OneInput.into());
        }
        Some(token) => token.clone(),
        None if is_key_piped => return Err(TokenError::Missing.into()),
        None => given::piped(context.env)?.ok_or(TokenError::Missing)?,
    };
    let text = match given.strip_prefix('@') {
        Some(path) => given::read(WHAT, Path::new(path), LONGEST, context.env)?.0,
        None if given == "-" => given::read(WHAT, Path::new("-"), LONGEST, context.env)?.0,
        None => given,
    };
    let text = text.trim().trim_matches(['"', '\'']);
    if text.is_empty() && args.token.is_none() {
        return Err(TokenError::Empty.into());
    }
    Ok(text
        .strip_prefix("Bearer ")
        .unwrap_or(text)
        .trim()
        .to_owned())
}

impl Verified {
    fn new(kind: Option<TokenType>, form: &'static str, answer: Answer, now: UnixMillis) -> Self {
        let mut verified = Self {
            ok: answer.is_ok(),
            kind: kind.map(TokenType::as_str),
            form: kind.map(|_| form),
            checked_by: None,
            refusal: None,
            error: None,
            token: None,
            now,
            noun: kind.map_or("token", noun),
        };
        match answer {
            Ok((by, machine)) => {
                verified.checked_by = Some(by);
                verified.token = Some(Facts::of(&machine));
            }
            Err((by, problem)) => {
                verified.checked_by = by;
                let said = Problem {
                    message: problem.sentence(),
                    ..problem
                };
                if said.is_certain {
                    verified.refusal = Some(said);
                } else {
                    verified.error = Some(said);
                }
            }
        }
        verified
    }
}

impl Facts {
    fn of(machine: &Machine) -> Self {
        Self {
            id: machine.id().to_owned(),
            subject: machine.subject().to_owned(),
            name: machine.name().map(str::to_owned),
            client_id: machine.client_id().map(str::to_owned),
            scopes: machine.scopes().to_vec(),
            expires_at: machine.deadline().map(|deadline| deadline.0),
            claims: machine.claims().cloned(),
        }
    }

    /// Names and values, with texts of strangers made harmless.
    fn rows(&self, now: UnixMillis) -> Vec<(&'static str, String)> {
        let expiry = match self.expires_at.map(|millis| UnixMillis(millis).seconds()) {
            None => "never".to_owned(),
            Some(seconds) => match clock::utc(seconds) {
                Some(date) => format!("{date}, {}", clock::relative(seconds, now)),
                None => clock::relative(seconds, now),
            },
        };
        let claims = self
            .claims
            .as_ref()
            .map(|claims| Value::Object(claims.clone()).to_string());
        let scopes = (!self.scopes.is_empty()).then(|| self.scopes.join(", "));
        let rows = [
            ("subject", Some(self.subject.clone())),
            ("id", Some(self.id.clone())),
            ("name", self.name.clone()),
            ("client", self.client_id.clone()),
            ("scopes", scopes),
            ("claims", claims),
            ("expires", Some(expiry)),
        ];
        let rows = rows
            .into_iter()
            .filter_map(|(name, value)| Some((name, short(&value?))));
        rows.filter(|(_, value)| !value.is_empty()).collect()
    }
}

impl Report for Verified {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let by = self
            .checked_by
            .as_ref()
            .map(|by| format!("   by {by}"))
            .unwrap_or_default();
        let (style, head, said) = match (&self.refusal, &self.error) {
            (Some(said), _) => (
                RED,
                format!("\u{2717}{RED:#} Not valid: {}", said.code),
                Some(said),
            ),
            (_, Some(said)) => (
                YELLOW,
                format!("?{YELLOW:#} Could not be found out: {}", said.code),
                Some(said),
            ),
            _ => (
                GREEN,
                format!("\u{2713}{GREEN:#} Valid: {}{by}", self.noun),
                None,
            ),
        };
        let mut text = format!("  {style}{head}\n\n");
        if let Some(said) = said {
            let _ = writeln!(text, "  {}", folded(&said.message, 2, width));
            if let Some(help) = &said.help {
                let _ = writeln!(text, "  help: {}", folded(help, 8, width));
            }
        }
        for (name, value) in self.token.iter().flat_map(|facts| facts.rows(self.now)) {
            let _ = writeln!(text, "  {name:12}{value}");
        }
        text
    }

    fn exit(&self) -> Exit {
        match (&self.refusal, &self.error) {
            (Some(_), _) => Exit::No,
            (_, Some(_)) => Exit::Failed,
            _ => Exit::Yes,
        }
    }
}
