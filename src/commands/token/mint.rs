//! `clerk-rs token mint`: session tokens for tests, signed with a local key.

use std::path::PathBuf;

use clap::Args;
use clerk_auth::testing::session_header;
use serde_json::{Value, json};

use super::session::{self, Organization, Session};
use crate::commands::{Context, local, moment};
use crate::error::Error;
use crate::keyring::signing::{self, SigningError};
use crate::output::{Report, Verbosity};
use crate::project::variables::Variables;

/// The document's name.
pub const SCHEMA: &str = "clerk-rs.token-mint/1";

#[derive(Args, Debug)]
#[command(after_help = "\
Signs with the key of the project's local emulator, so that the app under `clerk-rs dev` takes the token, or with an \
RSA key of yours. Standard output is the token and nothing else.

Examples:
  curl -H \"Authorization: Bearer $(clerk-rs token mint --user user_1)\" localhost:3000/api/me
  clerk-rs token mint --org org_1 --role admin --permission invoices:read --expires-in 1h
  clerk-rs token mint --claim plan=pro --claim 'seats=5' --expires-in -10s")]
pub struct Arguments {
    /// The user
    #[arg(long, value_name = "ID", default_value = "user_test")]
    user: String,

    /// The session
    #[arg(long, value_name = "ID", default_value = "sess_test")]
    session: String,

    /// The version of the session token
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=2))]
    session_version: u8,

    /// The session has a task left to do, so it does not count as signed in
    #[arg(long)]
    pending: bool,

    /// The active organization
    #[arg(long, value_name = "ID")]
    org: Option<String>,

    /// Its slug
    #[arg(long, value_name = "SLUG", requires = "org", default_value = "test")]
    org_slug: String,

    /// The user's role in it
    #[arg(long, value_name = "ROLE", requires = "org", default_value = "member")]
    role: String,

    /// A permission in it, as FEATURE:NAME; repeat it for more
    #[arg(long, value_name = "PERMISSION", requires = "org")]
    permission: Vec<String>,

    /// A feature, of the organization, or of the user as u:NAME; repeat it for more
    #[arg(long, value_name = "FEATURE")]
    feature: Vec<String>,

    /// A plan, in the same way
    #[arg(long, value_name = "PLAN")]
    plan: Vec<String>,

    /// How long it lives; it has expired already after a minus
    #[arg(
        long,
        value_name = "SPAN",
        default_value = "60s",
        allow_hyphen_values = true
    )]
    expires_in: String,

    /// The moment it is made: Unix seconds, a date with time, or a span such as -5m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// The origin of the front end it is for (`azp`)
    #[arg(long, value_name = "ORIGIN")]
    authorized_party: Option<String>,

    /// The issuer (`iss`) in place of the one of the project's publishable key
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,

    /// Any claim; it replaces one of the same name. JSON, else a text; repeat it for more
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<String>,

    /// Sign with the RSA private key in this file (PEM) in place of the emulator's
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// The name of the key in the header
    #[arg(long, value_name = "NAME")]
    kid: Option<String>,
}

struct Minted {
    token: String,
    header: Value,
    claims: Value,
}

/// Does it.
pub fn run(args: Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let now = moment::of(args.at.as_deref())?;
    let life = moment::span(&args.expires_in, "--expires-in")?;
    let folder = local::folder(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    if args.key.is_none() || args.issuer.is_none() {
        // Keys or issuer could stand in the line that nobody can read.
        variables.must_be_readable()?;
    }
    let signer = signing::find(args.key.as_deref(), args.kid.clone(), &folder, &variables)?;
    let session = Session {
        user: &args.user,
        session: &args.session,
        is_version_2: args.session_version == 2,
        is_pending: args.pending,
        organization: args.org.as_deref().map(|id| Organization {
            id,
            slug: &args.org_slug,
            role: &args.role,
            permissions: &args.permission,
        }),
        features: &args.feature,
        plans: &args.plan,
        authorized_party: args.authorized_party.as_deref(),
        issuer: args.issuer.as_deref().or(signer.issuer.as_deref()),
        issued_at: now.seconds(),
        life: life.div_euclid(1000),
    };
    let mut claims = session.claims()?;
    for claim in &args.claim {
        let (name, value) = session::claim(claim)?;
        claims.insert(name, value);
    }
    let header = session_header(signer.kid.as_deref());
    let claims = Value::Object(claims);
    let token = signer
        .mint
        .token(&header, &claims)
        .map_err(SigningError::Key)?;
    Ok(Box::new(Minted {
        token,
        header,
        claims,
    }))
}

impl Report for Minted {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        Ok(json!({ "ok": true, "token": self.token, "header": self.header, "claims": self.claims }))
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        format!("{}\n", self.token)
    }
}
