//! `clerk-rs webhooks sign`: the three headers of a delivery.

use std::path::{Path, PathBuf};

use clap::Args;
use clerk_auth::time::UnixMillis;
use serde_json::{Map, Value, json};

use super::delivery::{DeliveryError, LONGEST};
use super::secrets::{Known, SecretArguments};
use crate::commands::{Context, given, moment};
use crate::emulator::instance::random::{self, SystemRandom};
use crate::emulator::webhooks::signed;
use crate::error::{Error, Explain, Explanation};
use crate::output::{Report, Verbosity};

pub const SCHEMA: &str = "clerk-rs.webhooks-sign/1";

const WHAT: &str = "the body";

#[derive(Args, Debug)]
#[command(after_help = "\
Signs with every secret, as Clerk does while one is replaced. Standard output is the three headers and nothing else.

Example:
  clerk-rs webhooks sign body.json > headers.txt
  curl -H @headers.txt --data-binary @body.json localhost:3000/webhooks/clerk")]
pub struct Arguments {
    /// The file of the body, which is signed byte for byte; `-` or nothing reads what is piped in
    #[arg(value_name = "FILE")]
    body: Option<PathBuf>,

    #[command(flatten)]
    signing: Signing,
}

/// The things that are signed beside the body, and the secrets.
#[derive(Args, Debug)]
pub struct Signing {
    #[command(flatten)]
    pub secrets: SecretArguments,

    /// The id of the message in place of a new one. An app that has seen it takes the delivery for a repeated one
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// The moment it is sent: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

/// An id that cannot travel in a header.
#[derive(Debug, thiserror::Error)]
#[error("--id cannot be the id of a message")]
pub struct BadId;

impl Explain for BadId {
    fn explain(&self) -> Explanation {
        Explanation::usage("usage").help("write letters, digits, `-` and `_`, as in msg_1")
    }
}

impl Signing {
    pub fn moment(&self) -> Result<UnixMillis, Error> {
        Ok(moment::of(self.at.as_deref())?)
    }

    /// The headers for a body that is sent at that moment.
    pub fn headers(
        &self,
        body: &[u8],
        now: UnixMillis,
        secrets: &[Known],
    ) -> Result<[(&'static str, String); 3], Error> {
        let id = match &self.id {
            Some(id) if is_id(id) => id.clone(),
            Some(_) => return Err(BadId.into()),
            None => random::id(&SystemRandom, "msg"),
        };
        let secrets = secrets.iter().map(|known| &known.secret);
        Ok(signed::headers(secrets, &id, now, body))
    }
}

/// A dot stands between what is signed, so it may not stand in an id.
fn is_id(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(is_plain)
}

struct Signed([(&'static str, String); 3]);

pub fn run(args: &Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = args.signing.moment()?;
    let is_stdin_taken = args.signing.secrets.is_from_stdin();
    let body = match &args.body {
        Some(file) if is_stdin_taken && file == Path::new("-") => {
            return Err(DeliveryError::OneInput.into());
        }
        Some(file) => given::bytes(WHAT, file, LONGEST, context.env)?,
        None if is_stdin_taken => return Err(DeliveryError::BodyMissing.into()),
        None => {
            let piped = given::piped_bytes(WHAT, LONGEST, context.env)?;
            piped.ok_or(DeliveryError::BodyMissing)?
        }
    };
    let secrets = args.signing.secrets.read(context)?;
    Ok(Box::new(Signed(
        args.signing.headers(&body, now, &secrets)?,
    )))
}

/// Headers as data.
pub fn data(headers: &[(&'static str, String)]) -> Map<String, Value> {
    let all = headers.iter();
    all.map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect()
}

impl Report for Signed {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        Ok(json!({ "ok": true, "headers": data(&self.0) }))
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        let lines = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}: {value}\n"));
        lines.collect()
    }
}
