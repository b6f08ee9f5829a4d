//! Whether a machine's token is valid. Of an opaque one (`ak_`, `mt_`, `oat_`) only Clerk can tell; one in JWT form is
//! checked here, with the instance's signing key (`request-authentication.md` section 9.3).

mod kind;
mod refusal;

use std::sync::Arc;

use clerk_auth::auth::Machine;
use clerk_auth::public_key::{JwkSet, PublicKey};
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{self, Unverified};
use clerk_auth::token_type::{TokenType, has_jwt_shape};
use clerk_auth::verify::{MachineJwt, Policy, verify_machine};
use serde_json::Value;

use self::kind::kind;
pub use self::kind::noun;
pub use self::refusal::Refusal;
use super::address::{self, ApiAddress};
use super::answer::{Call, short, told};
use super::offline::Keys;
use super::online::{BODY_LIMIT, Manner};
use super::sources::{Candidate, Sources};
use crate::backend::{Api, CallError, Network, get_public, is_loopback};
use crate::finding::{Finding, Verdict};

/// What came of it.
#[derive(Debug)]
pub enum Judgement {
    /// It is valid; whose it is.
    Valid(Box<Machine>),
    /// It is not, or could not be judged.
    Not(Refusal),
}

/// A token that was looked at.
#[derive(Debug)]
pub struct Judged {
    /// Which kind, when it is one.
    pub kind: Option<TokenType>,
    /// Whether it is a JWT.
    pub is_jwt: bool,
    /// Who or what it was checked with.
    pub checked_by: Option<String>,
    /// The result.
    pub judgement: Judgement,
}

/// What a token is checked with.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The project's keys as found.
    pub sources: &'a Sources,
    /// Those that are some.
    pub keys: &'a Keys,
    /// What is wrong with the others.
    pub findings: &'a [Finding],
    /// How to ask.
    pub manner: Manner,
    /// The moment.
    pub now: UnixMillis,
}

impl Judge<'_> {
    /// Judges a token.
    pub async fn judge(&self, token: &str) -> Judged {
        let network = Arc::new(Network::new(BODY_LIMIT));
        let decoded = has_jwt_shape(token)
            .then(|| token::decode(token).ok())
            .flatten();
        let is_jwt = decoded.is_some();
        let (kind, result) = match kind(token, decoded.as_ref()) {
            Err(refusal) => (None, Err((None, refusal))),
            Ok(kind) => {
                let result = match decoded {
                    Some(decoded) => self.jwt(&decoded, kind, &network).await,
                    None => self.opaque(token, kind, &network).await,
                };
                (Some(kind), result)
            }
        };
        let (checked_by, judgement) = match result {
            Ok((by, machine)) => (Some(by), Judgement::Valid(Box::new(machine))),
            Err((by, refusal)) => (by, Judgement::Not(refusal)),
        };
        Judged {
            kind,
            is_jwt,
            checked_by,
            judgement,
        }
    }

    async fn opaque(&self, token: &str, kind: TokenType, network: &Arc<Network>) -> Answer {
        let (api, credential) = self.api(kind, network).map_err(|refusal| (None, refusal))?;
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
                Err(failed(Refusal::no(
                    "token-invalid",
                    format!("the {} is {state}{why}", noun(kind)),
                )))
            }
        }
    }

    /// The Backend API and the key that it is asked with; `Session` asks for the key set alone.
    fn api(&self, kind: TokenType, network: &Arc<Network>) -> Result<(Api, &Candidate), Refusal> {
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
        // An opaque token goes along, and that is the user's own.
        let is_theirs = kind == TokenType::Session && candidate.is_from_file();
        let address = ApiAddress::of(self.sources, self.keys.publishable.as_ref(), is_theirs)
            .map_err(|finding| Refusal::of_finding(&finding))?;
        self.must_be_in_reach(&address.url)?;
        let api = Api {
            network: Arc::clone(network),
            url: address.url,
            version: address.version,
            secret: self.keys.secret.clone(),
            machine: own.cloned(),
            limit: self.manner.limit,
        };
        Ok((api, candidate))
    }

    fn no_key(&self) -> Refusal {
        let bad = self.findings.iter().find(|finding| {
            finding.subject == "secret" && finding.verdict == Verdict::No && finding.value.is_some()
        });
        match bad {
            Some(finding) => Refusal::of_finding(finding),
            None => Refusal::unknown(
                "secret-key-missing",
                "only Clerk can tell, and there is no secret key to ask with: CLERK_SECRET_KEY is not set",
            )
            .with_help("set it, or name a file with --secret-key-file"),
        }
    }

    fn must_be_in_reach(&self, url: &url::Url) -> Result<(), Refusal> {
        if self.manner.is_offline && !is_loopback(url.host_str().unwrap_or_default()) {
            let host = address::host(url);
            return Err(Refusal::unknown(
                "not-asked",
                format!("{host} was not asked (--offline)"),
            ));
        }
        Ok(())
    }

    async fn jwt(&self, token: &Unverified, kind: TokenType, network: &Arc<Network>) -> Answer {
        let (by, key) = self.signing_key(token, network).await?;
        let form = match kind {
            TokenType::OAuth => MachineJwt::OAuth,
            _ => MachineJwt::M2m,
        };
        match verify_machine(token, &key, form, &Policy::default(), self.now) {
            Ok(verified) => {
                let machine = match form {
                    MachineJwt::OAuth => Machine::from_oauth_jwt(&verified),
                    MachineJwt::M2m => Machine::from_m2m_jwt(&verified),
                };
                Ok((by, machine))
            }
            Err(error) => {
                let refusal = Refusal::no(error.reason.as_str(), short(&error.message));
                Err((Some(by), refusal))
            }
        }
    }

    /// The JWT key, else the key of the instance's key set that the token names. Where that is stands in the
    /// configuration, never in the token.
    async fn signing_key(
        &self,
        token: &Unverified,
        network: &Arc<Network>,
    ) -> Result<(String, PublicKey), (Option<String>, Refusal)> {
        if let (Some(key), Some(candidate)) = (&self.keys.jwt, &self.sources.jwt) {
            return Ok((format!("CLERK_JWT_KEY ({})", candidate.origin), key.clone()));
        }
        let (by, answer) = self
            .key_set(network)
            .await
            .map_err(|refusal| (None, refusal))?;
        let set = JwkSet::from_value(&answer);
        let kid = token.kid().unwrap_or_default();
        match set.keys.into_iter().find(|(name, _)| name == kid) {
            Some((_, key)) => Ok((by, key)),
            None => {
                let detail = format!(
                    "it names the key {}, which {by} does not have: it is of another instance",
                    short(kid)
                );
                Err((Some(by), Refusal::no("jwk-kid-mismatch", detail)))
            }
        }
    }

    async fn key_set(&self, network: &Arc<Network>) -> Result<(String, Value), Refusal> {
        let (host, call, answer) = if self.keys.secret.is_some() {
            let (api, _) = self.api(TokenType::Session, network)?;
            (
                address::host(&api.url),
                Call::Backend,
                api.get(&["jwks"]).await,
            )
        } else if let Some(key) = &self.keys.publishable {
            let url = address::key_server(self.sources, key)
                .map_err(|finding| Refusal::of_finding(&finding))?;
            self.must_be_in_reach(&url)?;
            let answer = get_public(network, url.as_str(), self.manner.limit).await;
            (address::host(&url), Call::KeySet, answer)
        } else {
            return Err(Refusal::unknown(
                "no-key",
                "there is no key to check it with: neither CLERK_JWT_KEY nor CLERK_SECRET_KEY nor \
                 CLERK_PUBLISHABLE_KEY is set",
            ));
        };
        match answer {
            Ok(answer) => Ok((host, answer)),
            Err(error) => {
                let told = told(&error, call, &host);
                Err(Refusal::unknown(told.id, told.detail).with_help(told.help))
            }
        }
    }
}

/// Who or what said so, and what; on the way out too, as far as anybody was asked.
type Answer = Result<(String, Machine), (Option<String>, Refusal)>;

fn not_answered(error: &CallError, kind: TokenType, host: &str, key: &Candidate) -> Refusal {
    if let CallError::Answer(answer) = error
        && answer.status == 404
        && answer.not_json.is_none()
    {
        let detail = format!("{host} knows no such {} in this instance", noun(kind));
        return Refusal::no("token-invalid", detail);
    }
    let told = told(error, Call::Backend, host);
    // A refusal of our own key says nothing of the token.
    let detail = match told.verdict {
        Verdict::No => format!(
            "{}: that is {} ({}), so nothing is known of the token",
            told.detail, key.name, key.origin
        ),
        _ => told.detail,
    };
    Refusal::unknown(told.id, detail).with_help(told.help)
}
