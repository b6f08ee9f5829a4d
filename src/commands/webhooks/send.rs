//! `clerk-rs webhooks send`: an event, signed and sent to an app on this machine.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use clap::builder::PossibleValuesParser;
use clerk_auth::time::UnixMillis;
use http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::{Value, json};

use super::delivery::{DeliveryError, LONGEST};
use super::sign::{self, Signing};
use crate::backend::{Network, NetworkError};
use crate::commands::{Context, given, local};
use crate::emulator::sample::{self, SampleError};
use crate::emulator::webhooks::signed::AGENT;
use crate::emulator::webhooks::{Target, TargetError};
use crate::error::{Error, Exit, Explain, Explanation};
use crate::escape::visible;
use crate::output::findings::folded;
use crate::output::{GREEN, RED, Report, Verbosity};
use crate::project::webhooks;
use crate::run::ports::APP;

pub const SCHEMA: &str = "clerk-rs.webhooks-send/1";

/// The most that is read of an answer.
const ANSWER: usize = 1 << 20;
/// The most characters that are shown of it.
const SHOWN: usize = 2_000;
/// Where `init --with webhooks` puts the route.
const ROUTE: &str = "/webhooks/clerk";

#[derive(Args, Debug)]
#[command(after_help = "\
The event tells of a made-up user, organization and so on, the same in each run: create, update and delete one after the \
other. With the same --id the app gets a delivery once more, as Clerk repeats it. With --dry-run the body is printed though the \
project has no secret to sign it with; that is said.
Exit codes: 0 the app took it (2xx), 1 it answered otherwise, 3 nobody answered.

Examples:
  clerk-rs webhooks send user.created
  clerk-rs webhooks send user.deleted --id msg_1 --to http://localhost:8080/hooks
  clerk-rs webhooks send session.ended --dry-run > body.json")]
pub struct Arguments {
    /// The kind of event
    #[arg(value_name = "EVENT", value_parser = PossibleValuesParser::new(sample::kinds()))]
    event: String,

    /// The app's route [default: that of the project, else http://localhost:3000/webhooks/clerk]
    #[arg(long, value_name = "URL")]
    to: Option<String>,

    /// Send to another machine than this one, if --to says so
    #[arg(long, requires = "to")]
    allow_remote: bool,

    /// Send what is in this file in place of the sample; `-` is standard input
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// Print the body and send nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    signing: Signing,

    /// How long the app may take
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
}

/// The reason why nothing was sent, or nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("no webhook is sent to {0}")]
    Target(String, #[source] TargetError),
    /// It lacks the beginning of an address: `localhost:3000`.
    #[error("no webhook is sent to {0}")]
    NoScheme(String),
    #[error("no webhook is sent to {0}")]
    Address(String),
    #[error("no webhook is sent to {0}")]
    Offline(String),
    #[error("{url} gave no answer")]
    NoAnswer {
        url: String,
        #[source]
        error: NetworkError,
    },
    #[error("there is no sample of this event")]
    Sample(#[from] SampleError),
}

impl Explain for SendError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Target(_, error) => Explanation::usage("bad-target")
                .because(error)
                .help("--allow-remote lets it leave this machine"),
            Self::NoScheme(text) => Explanation::usage("bad-target")
                .because(TargetError::Scheme)
                .help(format!("write http://{text}")),
            Self::Address(_) => Explanation::usage("bad-target")
                .because("it is no address such as https://example.com/webhooks/clerk"),
            Self::Offline(_) => Explanation::usage("bad-target")
                .because("--offline uses no network but this machine's own"),
            Self::NoAnswer { error, .. } => Explanation::failed(error.code()).because(error).help(
                match error {
                    NetworkError::Refused => {
                        "start the app, with `clerk-rs dev` for example; --to names another address"
                    }
                    error => error.help(),
                },
            ),
            Self::Sample(error) => Explanation::failed("no-sample").because(error),
        }
    }
}

struct Sent {
    event: String,
    url: String,
    /// Absent if nothing was sent, and there is no secret to sign with.
    headers: Option<[(&'static str, String); 3]>,
    body: Vec<u8>,
    /// Absent if nothing was sent.
    answer: Option<Answer>,
}

struct Answer {
    status: StatusCode,
    location: Option<String>,
    text: String,
}

pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = args.signing.moment()?;
    let url = args.target(context)?;
    let is_stdin = args.body.as_deref() == Some(Path::new("-"));
    if is_stdin && args.signing.secrets.is_from_stdin() {
        return Err(DeliveryError::OneInput.into());
    }
    let body = match &args.body {
        Some(file) => given::bytes("the body", file, LONGEST, context.env)?,
        None => sample_of(&args.event, now)?,
    };
    let secrets = match args.signing.secrets.read(context) {
        Ok(secrets) => Some(secrets),
        // The body needs none.
        Err(error) if args.dry_run && args.signing.secrets.are_of_project() => {
            context.globals.output().talk(context.env).remark(&format!(
                "Not signed, and nothing could be sent: {}",
                error.with_reason()
            ));
            None
        }
        Err(error) => return Err(error),
    };
    let headers = secrets.map(|secrets| args.signing.headers(&body, now, &secrets));
    let headers = headers.transpose()?;
    let answer = match &headers {
        Some(headers) if !args.dry_run => {
            let limit = Duration::from_secs(args.timeout.into());
            let post = post(&url, headers, &body, limit);
            let words = format!("Waiting for {url}");
            let answer = local::answer(context, &words, post)?;
            Some(answer.map_err(|error| SendError::NoAnswer {
                url: visible(&url).into_owned(),
                error,
            })?)
        }
        _ => None,
    };
    Ok(Box::new(Sent {
        event: args.event,
        url,
        headers,
        body,
        answer,
    }))
}

fn sample_of(kind: &str, now: UnixMillis) -> Result<Vec<u8>, SendError> {
    Ok(sample::body(kind, now)?.to_string().into_bytes())
}

impl Arguments {
    /// The address that is asked. What leads away from this machine has to be allowed.
    fn target(&self, context: &Context<'_>) -> Result<String, Error> {
        let Some(text) = &self.to else {
            return of_project(context);
        };
        let shown = visible(&without_password(text)).into_owned();
        match Target::parse(text, [0, 0]) {
            Ok(target) => Ok(target.as_str().to_owned()),
            Err(_) if has_no_scheme(text) => Err(SendError::NoScheme(shown).into()),
            Err(error) if !self.allow_remote => Err(SendError::Target(shown, error).into()),
            Err(_) if context.globals.offline => Err(SendError::Offline(shown).into()),
            Err(_) => remote(text).ok_or_else(|| SendError::Address(shown).into()),
        }
    }
}

/// True for `localhost:3000/hooks`, whose first word is no scheme, and for `127.0.0.1:3000`.
fn has_no_scheme(text: &str) -> bool {
    !text.contains("://") && Target::parse(&format!("http://{text}"), [0, 0]).is_ok()
}

/// What stands before `@` in an address is somebody's password.
fn without_password(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => text.to_owned(),
    }
}

fn remote(text: &str) -> Option<String> {
    let mut url = url::Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let is_bare = url.username().is_empty() && url.password().is_none();
    url.set_fragment(None);
    (is_web && is_bare).then(|| url.into())
}

fn of_project(context: &Context<'_>) -> Result<String, Error> {
    let folder = local::folder(context.env)?;
    let port = local::settings(context.env, &folder)?.port()?;
    let route = webhooks::route(&folder);
    let (port, route) = (port.unwrap_or(APP), route.as_deref().unwrap_or(ROUTE));
    Ok(format!("http://localhost:{port}{route}"))
}

/// Sends it once and follows no redirect.
async fn post(
    url: &str,
    headers: &[(&'static str, String)],
    body: &[u8],
    limit: Duration,
) -> Result<Answer, NetworkError> {
    let mut request = Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, AGENT);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.body(Bytes::copy_from_slice(body));
    let request = request.map_err(|_| NetworkError::Address)?;
    let network = Network::new(ANSWER);
    let answer = tokio::time::timeout(limit, network.send(request)).await;
    Ok(Answer::of(&answer.unwrap_or(Err(NetworkError::TimedOut))?))
}

impl Answer {
    fn of(answer: &Response<Bytes>) -> Self {
        let location = answer.headers().get(LOCATION);
        let location = location.map(HeaderValue::as_bytes);
        let text = String::from_utf8_lossy(answer.body());
        Self {
            status: answer.status(),
            location: location.map(|to| visible(&String::from_utf8_lossy(to)).into_owned()),
            text: text.chars().take(SHOWN).collect(),
        }
    }

    /// What there is to say about an app that did not take it.
    fn advice(&self) -> &'static str {
        match self.status.as_u16() {
            300..=399 => "redirects are not followed: send to where the route is",
            400 => {
                "the app refuses what is not signed by its own secret: does it have the one that signed this?"
            }
            401 | 403 => "the route has to be public: Clerk does not sign in, it signs",
            404 => "there is no such route: --to names another one",
            405 => "the route takes no POST",
            _ => "Clerk would deliver it again later",
        }
    }
}

impl Report for Sent {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        let answer = self.answer.as_ref().map(|answer| {
            json!({
                "status": answer.status.as_u16(),
                "location": answer.location,
                "text": answer.text,
            })
        });
        Ok(json!({
            "ok": self.exit() == Exit::Yes,
            "event": self.event,
            "url": self.url,
            "headers": self.headers.as_ref().map(|headers| sign::data(headers)),
            "body": String::from_utf8_lossy(&self.body),
            "answer": answer,
        }))
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let (Some(answer), Some([(_, id), ..])) = (&self.answer, &self.headers) else {
            return format!("{}\n", String::from_utf8_lossy(&self.body));
        };
        let status = answer.status;
        let url = visible(&self.url);
        let (style, sign) = match status.is_success() {
            true => (GREEN, '\u{2713}'),
            false => (RED, '\u{2717}'),
        };
        let mut text = format!(
            "  {style}{sign}{style:#} {}   {id}\n  {url} answered {}\n",
            self.event,
            status.as_u16()
        );
        if let Some(to) = &answer.location {
            let _ = writeln!(text, "  to {to}");
        }
        if !status.is_success() {
            let _ = writeln!(text, "  help: {}", folded(answer.advice(), 8, width));
        }
        for line in answer.text.lines() {
            let _ = writeln!(text, "  | {}", visible(line));
        }
        text
    }

    fn exit(&self) -> Exit {
        match &self.answer {
            Some(answer) if !answer.status.is_success() => Exit::No,
            _ => Exit::Yes,
        }
    }
}
