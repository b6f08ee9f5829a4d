//! Request authentication: from a request to a [`RequestState`] (`request-authentication.md` sections 6 to 9).
//!
//! The rules are plain functions over a request. They wait only if they need a key or an answer from Clerk; a token
//! seen before needs neither.

mod clerk_pages;
mod cookie_flow;
mod directives;
mod handshake;
#[cfg(feature = "machines")]
mod machine;
#[cfg(feature = "organizations")]
mod organization;
mod refresh;
mod request;
mod resolve;
#[cfg(feature = "satellites")]
mod satellite;
mod state;
mod verified_session;

use std::fmt;
use std::sync::Arc;

use http::header::HeaderMap;

pub(crate) use handshake::RESULTS;
#[cfg(feature = "machines")]
pub use state::MachineToken;
pub use state::{HardError, NotSignedIn, RefusedSession, RequestState, Status, Unknown};

use crate::backend::BackendClient;
use crate::config::{Config, ConfigError};
use crate::error::TokenCarrier;
use crate::fetch::Fetch;
use crate::head::Head;
use crate::key_set::{KeySet, KeySetError};
use crate::public_url::Connection;
use crate::rationed_log::{LeftOut, RationedLog};
use crate::time::{Clock, UnixMillis};
use crate::token::{Unverified, decode};
#[cfg(feature = "machines")]
use crate::token_type::{Accepts, TokenType};
use crate::verified_cache::VerifiedCache;
use crate::verify::Policy;
use clerk_pages::FrontendApi;
#[cfg(feature = "organizations")]
use organization::Organizations;
use request::Request;
use resolve::{HandshakeResult, Resolved};
use verified_session::VerifiedSession;

/// The most calls of one kind to the Backend API that may be under way for requests from unknown senders.
const CALLS_OF_STRANGERS: usize = 32;

/// One Clerk instance as an app uses it. Cheap to clone; clones share keys and memory. Needs a Tokio runtime with time
/// switched on.
#[derive(Clone)]
pub struct Clerk {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    config: Config,
    policy: Policy,
    clock: Arc<dyn Clock>,
    /// `None` with a local key.
    key_set: Option<KeySet>,
    backend: BackendClient,
    /// The same for calls that strangers cause, each with a bound of its own.
    nonces: BackendClient,
    tokens: BackendClient,
    verified: VerifiedCache<VerifiedSession>,
    #[cfg(feature = "organizations")]
    organizations: Organizations,
    log: RationedLog,
    issuer_host: String,
    frontend_api: FrontendApi,
}

impl fmt::Debug for Clerk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clerk")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

impl Clerk {
    /// Checks the configuration; nothing is fetched yet.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is missing or contradicts another.
    pub fn new(
        config: Config,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        #[cfg(feature = "machines")]
        config.check_accepting(&config.accepts)?;
        #[cfg(not(feature = "machines"))]
        config.check()?;
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        let backend = BackendClient::new(
            Arc::clone(&fetch),
            &config.api_url,
            &config.api_version,
            config.secret_key.clone(),
        );
        #[cfg(feature = "machines")]
        let backend = backend.with_machine_secret_key(config.machine_secret_key.clone());
        let inner = Inner {
            policy: config.policy(),
            clock,
            key_set: Inner::key_source(&config).map(|source| KeySet::new(fetch, source)),
            nonces: backend.clone().with_calls_at_once(CALLS_OF_STRANGERS),
            tokens: backend.clone().with_calls_at_once(CALLS_OF_STRANGERS),
            backend,
            verified: VerifiedCache::new(config.remembered_tokens(), config.clock_skew_ms),
            #[cfg(feature = "organizations")]
            organizations: Organizations::new(&config)?,
            log: RationedLog::default(),
            issuer_host: config.issuer_host().into_owned(),
            frontend_api: FrontendApi::new(&config),
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The Backend API with this instance's credential.
    pub fn backend(&self) -> &BackendClient {
        &self.inner.backend
    }

    /// A line of the log that strangers can cause, if one of its kind may be written now.
    pub(crate) fn log_line(&self, kind: &'static str) -> Option<LeftOut> {
        self.inner.log.line(kind, self.now())
    }

    /// The present moment by this instance's clock.
    pub fn now(&self) -> UnixMillis {
        self.inner.clock.now()
    }

    /// Makes sure that requests can be decided: there is a local key, or a key set is held or can be fetched. For
    /// `/readyz`.
    ///
    /// # Errors
    /// The reason why there is no key.
    pub async fn ready(&self) -> Result<(), KeySetError> {
        match &self.inner.key_set {
            Some(set) => set.ready(self.now()).await,
            None => Ok(()),
        }
    }

    /// Finds out who sent a request.
    ///
    /// # Errors
    /// [`HardError`] for a mistake in the app's set-up or a request without a usable host, never for a bad token.
    pub async fn authenticate(
        &self,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Result<RequestState, HardError> {
        Request::new(&self.inner, head, connection).decide().await
    }

    /// The same, as far as possible without waiting.
    pub(crate) fn authenticate_at_once(
        &self,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Result<Begun, HardError> {
        Request::new(&self.inner, head, connection).begin()
    }

    /// The same for a path where tokens of machines count, too.
    #[cfg(feature = "machines")]
    pub(crate) fn authenticate_any_at_once(
        &self,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Result<Begun, HardError> {
        let request = Request::new(&self.inner, head, connection);
        request.accepting(&Accepts::Any).begin()
    }

    /// The rest, for this very request.
    pub(crate) async fn authenticate_later(
        &self,
        waiting: Waiting,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Result<RequestState, HardError> {
        let request = Request::new(&self.inner, head, connection);
        request.wait_for(waiting).await
    }

    /// The handshake that may mend what `why` tells, if this request can follow one and its outcome can be looked up.
    pub(crate) fn handshake(
        &self,
        why: &NotSignedIn,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Option<RequestState> {
        self.inner.config.secret_key.as_ref()?;
        let request = Request::new(&self.inner, head, connection);
        let state = request.handshake(why.clone()).ok()?;
        (state.status == Status::Handshake).then_some(state)
    }
}

/// The point a request gets to without waiting.
pub(crate) enum Begun {
    Settled(RequestState),
    Waiting(Waiting),
}

/// The rest of the work for a request that cannot be decided at once.
pub(crate) enum Waiting {
    Resolve(HandshakeResult),
    #[cfg(feature = "machines")]
    Machine(TokenType),
    Verify(Unverified, TokenCarrier),
    Failed(Box<NotSignedIn>, TokenCarrier),
}

impl From<RequestState> for Begun {
    fn from(state: RequestState) -> Self {
        Self::Settled(state)
    }
}

impl Request<'_> {
    async fn decide(self) -> Result<RequestState, HardError> {
        match self.begin()? {
            Begun::Settled(state) => Ok(state),
            // Boxed so that the common case, which never gets here, does not carry the size of all this.
            Begun::Waiting(waiting) => Box::pin(self.wait_for(waiting)).await,
        }
    }

    /// A token in the header decides alone (sections 6.2 and 6.3).
    fn begin(&self) -> Result<Begun, HardError> {
        #[cfg(feature = "machines")]
        if let Some(begun) = self.machine_rules() {
            return Ok(begun);
        }
        let known = |token| self.clerk.known(token, self.now);
        if let Some(known) = self.raw_token.and_then(known) {
            return self.accept(known, TokenCarrier::Header).map(Begun::Settled);
        }
        match self.header_token() {
            Some(token) => self.new_token_rules(token, TokenCarrier::Header),
            None => match self.handshake_result() {
                Some(result) => Ok(Begun::Waiting(Waiting::Resolve(result))),
                None => self.cookie_rules(),
            },
        }
    }

    /// Rules 10 to 13 of section 6.4 for a token from a cookie.
    fn session_rules(&self, text: &str) -> Result<Begun, HardError> {
        let Some(known) = self.clerk.known(text.as_bytes(), self.now) else {
            return self.new_token_rules(text, TokenCarrier::Cookie);
        };
        if self.is_stale(known.issued) {
            return self.stale();
        }
        self.accept(known, TokenCarrier::Cookie).map(Begun::Settled)
    }

    /// The same for a token that was not seen before. Only the rule about classes is for tokens in a header as well: a
    /// token of a class that no session has is refused before anything is verified.
    fn new_token_rules(&self, text: &str, carrier: TokenCarrier) -> Result<Begun, HardError> {
        let failed = |why| Ok(Begun::Waiting(Waiting::Failed(why, carrier)));
        let token = match decode(text) {
            Ok(token) => token,
            Err(error) => return failed(error.into()),
        };
        if !token.is_of_session() {
            return Ok(self
                .signed_out(NotSignedIn::new("token-type-mismatch"))
                .into());
        }
        if carrier == TokenCarrier::Cookie && self.is_stale(token.claim_i64("iat")) {
            return self.stale();
        }
        match self.clerk.verify_at_once(&token, self.now) {
            None => Ok(Begun::Waiting(Waiting::Verify(token, carrier))),
            Some(Ok(verified)) => self.accept(verified, carrier).map(Begun::Settled),
            Some(Err(why)) => failed(why),
        }
    }

    fn is_stale(&self, issued: Option<i64>) -> bool {
        issued.is_some_and(|issued| issued < self.client_uat())
    }

    fn stale(&self) -> Result<Begun, HardError> {
        self.to_handshake("session-token-iat-before-client-uat")
    }

    async fn wait_for(self, waiting: Waiting) -> Result<RequestState, HardError> {
        match waiting {
            #[cfg(feature = "machines")]
            Waiting::Machine(kind) => Ok(self.verify_machine(kind).await),
            Waiting::Verify(token, carrier) => match self.clerk.verify(&token, self.now).await {
                Ok(verified) => self.accept(verified, carrier),
                Err(why) => self.failed(*why, carrier).await,
            },
            Waiting::Failed(why, carrier) => self.failed(*why, carrier).await,
            Waiting::Resolve(result) => match self.resolve(result).await? {
                Resolved::State(state) => Ok(state),
                Resolved::Cookies(refused) => {
                    let state = match self.cookie_rules()? {
                        Begun::Settled(state) => state,
                        Begun::Waiting(waiting) => Box::pin(self.wait_for(waiting)).await?,
                    };
                    Ok(state.after_refused(refused))
                }
            },
        }
    }

    /// Rules 14 to 16 of section 6.4 for a token from a cookie; one from a header has passed all.
    fn accept(
        &self,
        verified: VerifiedSession,
        carrier: TokenCarrier,
    ) -> Result<RequestState, HardError> {
        match carrier {
            TokenCarrier::Header => Ok(RequestState::signed_in(verified.auth(), HeaderMap::new())),
            TokenCarrier::Cookie => self.verified_rules(verified),
        }
    }
}
