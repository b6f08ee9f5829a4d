//! One instance of the emulator, as a test has it: users, sign-ins, and its clock.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use serde_json::{Map, Value, json};

use super::exchange::{EmulatorError, bearer, post, send};
use crate::backend::{BackendClient, BackendError, DEFAULT_API_VERSION, User};
use crate::config::Source;
use crate::http_client::HyperFetch;
use crate::keys::{PublishableKey, SecretKey};
use crate::time::{Clock, SystemClock, UnixMillis};

/// An instance for one test alone. As a [`Source`] it has the variables of an app that belongs to it:
/// `kit().clock(world.time()).build(&world)`.
pub struct World {
    fetch: HyperFetch,
    publishable_key: PublishableKey,
    secret_key: SecretKey,
    frontend_url: String,
    backend_url: String,
    backend: BackendClient,
    moved_by: Arc<AtomicI64>,
}

/// A user that is about to be made.
#[must_use]
pub struct NewUser<'a> {
    world: &'a World,
    fields: Map<String, Value>,
}

/// A browser on which a user has signed in.
pub struct SignedIn<'a> {
    world: &'a World,
    browser: String,
    /// `sess_...`
    pub id: String,
    /// The session token; it lives for a minute.
    pub token: String,
}

impl World {
    pub(super) fn read(fetch: HyperFetch, made: &Value) -> Result<Self, EmulatorError> {
        let text = |name: &str| made[name].as_str().unwrap_or_default();
        let foreign = || EmulatorError::Refused("its keys cannot be read".to_owned());
        let publishable_key =
            PublishableKey::parse(text("publishable_key")).map_err(|_| foreign())?;
        let secret_key = SecretKey::new(text("secret_key")).map_err(|_| foreign())?;
        let backend_url = text("backend_url").to_owned();
        let backend = BackendClient::new(
            Arc::new(fetch.clone()),
            &backend_url,
            DEFAULT_API_VERSION,
            Some(secret_key.clone()),
        );
        Ok(Self {
            fetch,
            publishable_key,
            secret_key,
            frontend_url: text("frontend_url").to_owned(),
            backend_url,
            backend,
            moved_by: Arc::default(),
        })
    }

    /// The Backend API of the instance, for everything else: organizations, roles, settings.
    pub fn backend(&self) -> &BackendClient {
        &self.backend
    }

    /// A user with this address, which counts as verified.
    pub fn user(&self, address: &str) -> NewUser<'_> {
        let fields = json!({ "email_address": [address], "skip_password_requirement": true });
        let world = self;
        let fields = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        NewUser { world, fields }
    }

    /// The user with this address, whom a seed may have made.
    ///
    /// # Errors
    /// [`EmulatorError`] when there is none.
    pub async fn find(&self, address: &str) -> Result<User, EmulatorError> {
        let query = [("email_address", address)];
        let users = self.backend.request(Method::GET, &["users"], &query, None);
        let found = users.await?.get_mut(0).map(Value::take);
        let nobody = || EmulatorError::Nobody(address.to_owned());
        found.and_then(User::from_value).ok_or_else(nobody)
    }

    /// Signs the user in on a new browser.
    ///
    /// # Errors
    /// [`EmulatorError`].
    pub async fn sign_in(&self, user: &User) -> Result<SignedIn<'_>, EmulatorError> {
        let body = json!({ "user_id": user.id });
        let ticket = self
            .backend
            .request(Method::POST, &["sign_in_tokens"], &[], Some(&body));
        let ticket = text(&ticket.await?, "token")?;
        let browser = self.page("/v1/dev_browser", "", &[]).await?;
        let browser = text(&browser, "id")?;
        let form = [("strategy", "ticket"), ("ticket", ticket.as_str())];
        let done = self.page("/v1/client/sign_ins", &browser, &form).await?;
        let mut signed_in = SignedIn {
            world: self,
            browser,
            id: text(&done["response"], "created_session_id")?,
            token: String::new(),
        };
        signed_in.refresh().await?;
        Ok(signed_in)
    }

    /// Moves the clock of the instance, and [`time`](Self::time) with it: `+70s`, `-5m`, `+2h`, `+30d`, `reset`.
    ///
    /// # Errors
    /// [`EmulatorError`] when that is no change.
    pub async fn clock(&self, change: &str) -> Result<(), EmulatorError> {
        let url = format!("{}/__emulator/clock", self.frontend_url);
        let (name, key) = bearer(self.secret_key.expose());
        let moved = post(&self.fetch, &url, Some((name, &key)), &[("move", change)]).await?;
        let by = moved["moved_by"].as_i64().unwrap_or_default();
        self.moved_by.store(by, Ordering::Relaxed);
        Ok(())
    }

    /// Makes what a seed in TOML describes: roles, permissions, organizations with their members.
    ///
    /// # Errors
    /// [`EmulatorError`] with the line that is wrong.
    pub async fn seed(&self, seed: &str) -> Result<(), EmulatorError> {
        self.control("seed", "application/toml", seed).await
    }

    /// Lets something go wrong on purpose, as in `json!({ "path": "/v1/users/*", "status": 429, "count": 1 })`.
    ///
    /// # Errors
    /// [`EmulatorError`] when that is no fault.
    pub async fn fault(&self, fault: &Value) -> Result<(), EmulatorError> {
        let fault = fault.to_string();
        self.control("faults", "application/json", &fault).await
    }

    async fn control(&self, route: &str, kind: &str, body: &str) -> Result<(), EmulatorError> {
        let url = format!("{}/__emulator/{route}", self.frontend_url);
        let (name, key) = bearer(self.secret_key.expose());
        let key = Some((name, key.as_str()));
        send(&self.fetch, &url, key, kind, body.to_owned()).await?;
        Ok(())
    }

    /// The time of the instance, for the app.
    pub fn time(&self) -> impl Clock + use<> {
        let moved_by = Arc::clone(&self.moved_by);
        move || UnixMillis(SystemClock.now().0 + moved_by.load(Ordering::Relaxed))
    }

    /// A call as an app's proxy forwards it.
    async fn page(
        &self,
        path: &str,
        browser: &str,
        form: &[(&str, &str)],
    ) -> Result<Value, EmulatorError> {
        let url = format!("{}{path}?__clerk_db_jwt={browser}", self.frontend_url);
        let key = ("clerk-secret-key", self.secret_key.expose());
        post(&self.fetch, &url, Some(key), form).await
    }
}

impl Source for World {
    fn value(&self, name: &str) -> Option<String> {
        let value = match name {
            "CLERK_PUBLISHABLE_KEY" => self.publishable_key.as_str(),
            "CLERK_SECRET_KEY" => self.secret_key.expose(),
            "CLERK_FAPI_URL" => &self.frontend_url,
            "CLERK_API_URL" => &self.backend_url,
            #[cfg(feature = "proxy")]
            "CLERK_PROXY_URL" => "/__clerk",
            _ => return None,
        };
        Some(value.to_owned())
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("publishable_key", &self.publishable_key)
            .finish_non_exhaustive()
    }
}

impl NewUser<'_> {
    /// Any field that the Backend API takes for a new user: `first_name`, `password`, `public_metadata`.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Makes the user.
    ///
    /// # Errors
    /// [`EmulatorError`] when the instance refuses.
    pub async fn create(self) -> Result<User, EmulatorError> {
        let body = Value::Object(self.fields);
        let backend = &self.world.backend;
        let made = backend.request(Method::POST, &["users"], &[], Some(&body));
        Ok(backend.get_user(&text(&made.await?, "id")?).await?)
    }
}

impl SignedIn<'_> {
    /// Gets a new token, as the browser's library does before one is over.
    ///
    /// # Errors
    /// [`EmulatorError`] when the session is over.
    pub async fn refresh(&mut self) -> Result<(), EmulatorError> {
        let path = format!("/v1/client/sessions/{}/tokens", self.id);
        let made = self.world.page(&path, &self.browser, &[]).await?;
        self.token = text(&made, "jwt")?;
        Ok(())
    }

    /// Goes on in the organization with this id or slug, of which the user is a member.
    ///
    /// # Errors
    /// [`EmulatorError`] when that is not so.
    pub async fn work_in(&mut self, organization: &str) -> Result<(), EmulatorError> {
        let found = ["organizations", organization];
        let found = self.world.backend.request(Method::GET, &found, &[], None);
        let organization = text(&found.await?, "id")?;
        let path = format!("/v1/client/sessions/{}/touch", self.id);
        let form = [("active_organization_id", organization.as_str())];
        self.world.page(&path, &self.browser, &form).await?;
        self.refresh().await
    }

    /// The value of an `Authorization` header.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// The value of a `Cookie` header, as the browser sends it.
    pub fn cookie_header(&self) -> String {
        let names = self.world.publishable_key.cookie_names();
        format!(
            "{}={}; {}={}; {}={}",
            names.session,
            self.token,
            names.client_uat,
            self.world.time().now().seconds(),
            names.dev_browser,
            self.browser,
        )
    }
}

fn text(value: &Value, name: &'static str) -> Result<String, BackendError> {
    let text = value[name].as_str();
    text.map(str::to_owned).ok_or(BackendError::Shape(name))
}
