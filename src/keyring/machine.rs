//! Machine tokens: tells their kind, and asks Clerk about opaque ones (`ak_`, `mt_`, `oat_`), which nobody else can
//! verify.

use std::sync::Arc;

use clerk_auth::auth::Machine;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;
use clerk_auth::token_type::TokenType;
use serde_json::Value;

use super::address::{self, ApiAddress};
use super::answer::{Call, short, told};
use super::keys::Keys;
use super::problem::Problem;
use super::sources::{Candidate, Sources};
use super::{BODY_LIMIT, Manner};
use crate::backend::{Api, CallError, Network};
use crate::project::keys::{Slot, shape};

/// Either who says that a token is valid and whose it is, or why it is not and who says so, if anybody was asked.
pub type Answer = Result<(String, Machine), (Option<String>, Problem)>;

/// Everything needed to ask.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The project's keys as found.
    pub sources: &'a Sources,
    /// The keys among them that can be used.
    pub keys: &'a Keys,
    /// The way to ask.
    pub manner: Manner,
    pub now: UnixMillis,
}

impl Asking<'_> {
    /// Asks whose token it is, if it is one.
    pub async fn ask(&self, token: &str, kind: TokenType) -> Answer {
        let (api, credential) = self.api(kind).map_err(|problem| (None, problem))?;
        let host = address::host(&api.url);
        let by = format!("{host}, with {} ({})", credential.name, credential.origin);
        let failed = |refusal| (Some(by.clone()), refusal);
        let answer = api.verify(kind, token).await;
        let answer =
            answer.map_err(|error| failed(not_answered(&error, kind, &host, credential)))?;
        let Some(answer) = answer.as_object() else {
            let error = CallError::Shape("a token");
            return Err(failed(not_answered(&error, kind, &host, credential)));
        };
        match Machine::withdrawn(answer, self.now) {
            None => Ok((by, Machine::from_answer(kind, answer))),
            Some(state) => {
                let why = answer.get("revocation_reason").and_then(Value::as_str);
                let why = why
                    .map(|why| format!(": {}", short(why)))
                    .unwrap_or_default();
                Err(failed(Problem::certain(
                    "token-invalid",
                    format!("the {} is {state}{why}", noun(kind)),
                )))
            }
        }
    }

    /// The Backend API, and the key to ask it with.
    fn api(&self, kind: TokenType) -> Result<(Api, &Candidate), Problem> {
        let own = self
            .keys
            .machine
            .as_ref()
            .filter(|_| kind == TokenType::M2m);
        let candidate = match own {
            Some(_) => self.sources.machine.as_ref(),
            None => self.sources.secret.as_ref(),
        };
        let has_key = own.is_some() || self.keys.secret.is_some();
        let Some(candidate) = candidate.filter(|_| has_key) else {
            return Err(self.no_key());
        };
        // The token is sent along, and it is the user's own.
        let address = ApiAddress::of(self.sources, self.keys.publishable.as_ref(), false)?;
        self.manner.must_reach(&address.url)?;
        let api = Api {
            network: Arc::new(Network::new(BODY_LIMIT)),
            url: address.url,
            version: address.version,
            secret: self.keys.secret.clone(),
            machine: own.cloned(),
            limit: self.manner.limit,
        };
        Ok((api, candidate))
    }

    fn no_key(&self) -> Problem {
        if let Some(secret) = &self.sources.secret
            && let Err(why) = shape::secret(&secret.value)
        {
            let code = format!("{}-{}", Slot::Secret.id(), why.id());
            return Problem::new(code, why.to_string())
                .place(secret.origin.to_string())
                .help(&why.help(Slot::Secret));
        }
        Problem::new(
            "secret-key-missing",
            "only Clerk can tell, and there is no secret key to ask with: CLERK_SECRET_KEY is not set",
        )
        .help("set it, or name a file with --secret-key-file")
    }
}

fn not_answered(error: &CallError, kind: TokenType, host: &str, key: &Candidate) -> Problem {
    if let CallError::Answer(answer) = error
        && answer.status == 404
        && answer.not_json.is_none()
    {
        let detail = format!("{host} knows no such {} in this instance", noun(kind));
        return Problem::certain("token-invalid", detail);
    }
    let told = told(error, Call::Backend, host);
    // If our own key is refused, that says nothing about the token.
    let detail = if told.is_no {
        format!(
            "{}: that is {} ({}), so nothing is known of the token",
            told.detail, key.name, key.origin
        )
    } else {
        told.detail
    };
    Problem::new(told.id, detail).help(&told.help)
}

/// One of the three kinds, or the reason why it is none.
pub fn kind(token: &str, decoded: Option<&Unverified>) -> Result<TokenType, Problem> {
    let no = |detail: &str| Problem::certain("not-a-machine-token", detail);
    if let Some(decoded) = decoded {
        return TokenType::of_machine_jwt(decoded).ok_or_else(|| {
            no("it is a JWT of no machine: neither is its subject one (mch_) nor its type at+jwt")
                .help("`clerk-rs token verify` checks the tokens of sessions")
        });
    }
    if token.is_empty() {
        return Err(no("it is empty"));
    }
    for (prefix, what) in [("sk_", "the secret key"), ("pk_", "the publishable key")] {
        if token.starts_with(prefix) {
            return Err(no(&format!("it is {what} of an instance, not a token"))
                .help("`clerk-rs keys check` checks the keys of a project"));
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if let Some(index) = token.chars().position(|c| !is_plain(c)) {
        return Err(no(&format!(
            "position {}: this character is in no token",
            index + 1
        ))
        .help("paste the whole token, and nothing else"));
    }
    let kind = TokenType::by_prefix(token)
        .ok_or_else(|| no("it begins with none of ak_, mt_ and oat_, and is no JWT"))?;
    let id = token.split_once('_').map_or("", |(_, id)| id);
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let detail = format!("it is the id of the {0}, not the {0} itself", noun(kind));
        return Err(
            Problem::certain("token-id", detail).help("the token was shown once, when it was made")
        );
    }
    Ok(kind)
}

/// The name that people use.
pub fn noun(kind: TokenType) -> &'static str {
    match kind {
        TokenType::ApiKey => "API key",
        TokenType::M2m => "machine-to-machine token",
        TokenType::OAuth => "OAuth access token",
        TokenType::Session => "session token",
    }
}
