//! Makes a [`Kit`] from an app's own settings and its variables.

use std::path::Path;
use std::sync::Arc;

use super::files::Files;
#[cfg(feature = "spa")]
use super::front_end::FrontEnd;
#[cfg(feature = "machines")]
use super::resource::RESOURCES;
#[cfg(feature = "site")]
use super::site::Site;
use super::start::StartError;
#[cfg(feature = "views")]
use super::views::ErrorPage;
use super::{Kit, Parts};
use crate::authenticate::Clerk;
use crate::config::{Config, Listen, Source};
use crate::env_files::{FILES, Variables};
use crate::fetch::Fetch;
use crate::gate::{Gate, Paths};
use crate::http_client::HyperFetch;
#[cfg(feature = "pages")]
use crate::pages::Pages;
use crate::time::{Clock, SystemClock};

/// An app's own settings. Everything has a default.
#[must_use]
#[derive(Default)]
pub struct KitBuilder {
    paths: Option<Paths<'static>>,
    files: Files,
    #[cfg(feature = "spa")]
    front_end: Option<FrontEnd>,
    #[cfg(feature = "site")]
    name: &'static str,
    #[cfg(feature = "pages")]
    pages: Option<Pages>,
    #[cfg(feature = "site")]
    allowed: Vec<(String, String)>,
    #[cfg(feature = "views")]
    error_page: Option<ErrorPage>,
    sign_in: Option<&'static str>,
    sign_up: Option<&'static str>,
    has_health: bool,
    #[cfg(feature = "machines")]
    oauth_scopes: &'static [&'static str],
    is_api: bool,
    has_own_server: bool,
    folder: Option<&'static Path>,
    fetch: Option<Arc<dyn Fetch>>,
    pub(super) clock: Option<Arc<dyn Clock>>,
}

impl KitBuilder {
    /// The app's name, for its pages.
    #[cfg(feature = "site")]
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The public and the protected paths. Without it everything is protected.
    pub fn paths(mut self, paths: Paths<'static>) -> Self {
        self.paths = Some(paths);
        self
    }

    /// Static files, which are open to everybody.
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// The front end of a single-page app. Its page is the answer for every path but those that [`paths`](Self::paths)
    /// names and the kit's own; handlers see no other, and no method but GET and HEAD is allowed there.
    #[cfg(feature = "spa")]
    pub fn front_end(mut self, front_end: FrontEnd) -> Self {
        self.front_end = Some(front_end);
        self
    }

    /// The app's pages. If `error.html` is among them, errors look like that.
    #[cfg(feature = "pages")]
    pub fn pages(mut self, pages: Pages) -> Self {
        self.pages = Some(pages);
        self
    }

    /// The app's own error page. Without it there is a plain one.
    #[cfg(feature = "views")]
    pub fn error_page(mut self, show: ErrorPage) -> Self {
        self.error_page = Some(show);
        self
    }

    /// The app's own sign-in page, unless `CLERK_SIGN_IN_URL` names another. Without either it is Clerk's hosted page.
    pub fn sign_in(mut self, path: &'static str) -> Self {
        self.sign_in = Some(path);
        self
    }

    /// The app's own sign-up page, unless `CLERK_SIGN_UP_URL` names another.
    pub fn sign_up(mut self, path: &'static str) -> Self {
        self.sign_up = Some(path);
        self
    }

    /// Answers `/healthz` as long as the process lives, and `/readyz` once tokens can be checked.
    pub fn health(mut self) -> Self {
        self.has_health = true;
        self
    }

    /// The scopes that clients may ask the users for, so that their OAuth tokens open the app's handlers. They must be ones
    /// that Clerk knows, such as `profile` and `email`.
    #[cfg(feature = "machines")]
    pub fn oauth_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.oauth_scopes = scopes;
        self
    }

    /// Says that the app has no pages: a publishable key or a JWT key is enough, without a secret key.
    pub fn api(mut self) -> Self {
        self.is_api = true;
        self
    }

    /// Says that the app has a server of its own: `HOST` and `PORT` mean there what they mean, and the kit does not look at them.
    pub fn own_server(mut self) -> Self {
        self.has_own_server = true;
        self
    }

    /// The package's folder: `.folder(env!("CARGO_MANIFEST_DIR"))`. Debug builds read `.env.local` and `.env` there, if it has
    /// one of them, wherever they are started; a member of a workspace usually is in the workspace's folder.
    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = cfg!(debug_assertions).then(|| Path::new(folder));
        self
    }

    /// Lets pages load something from elsewhere: `.allow("img-src", "https://images.example")`.
    #[cfg(feature = "site")]
    pub fn allow(mut self, directive: &str, source: &str) -> Self {
        self.allowed.push((directive.to_owned(), source.to_owned()));
        self
    }

    /// Another way to Clerk than the network, for tests.
    pub fn fetch(mut self, fetch: impl Fetch + 'static) -> Self {
        self.fetch = Some(Arc::new(fetch));
        self
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Reads the variables of this process, of `.env.local` and of `.env`, in the order in which they win. The files are those
    /// of the folder in which the program is started, unless [`folder`](Self::folder) has some.
    ///
    /// # Errors
    /// [`StartError`], with all problems of the settings at once.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    pub fn from_env(self) -> Result<Kit, StartError> {
        let process = |name: &str| std::env::var(name).ok();
        let has_file = |folder: &&Path| FILES.iter().any(|name| folder.join(name).is_file());
        let folder = self.folder.filter(has_file).unwrap_or(Path::new("."));
        let variables = Variables::read(folder, process).map_err(StartError::File)?;
        let own = self;
        #[cfg(debug_assertions)]
        let own = own.by_the_emulators_clock(&variables, folder);
        own.build(&variables)
    }

    /// The same with these variables only.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn build(self, variables: &dyn Source) -> Result<Kit, StartError> {
        let (config, listen) = self.settings(variables)?;
        #[cfg(feature = "site")]
        let site = Site::new(&config, self.name, &self.allowed)?;
        #[cfg(feature = "proxy")]
        let proxy_route = super::forward::ProxyRoute::new(&config, self.is_api)?;
        let mut own = Vec::new();
        if self.has_health {
            own.extend(["/healthz", "/readyz"]);
        }
        let paths = self.paths.unwrap_or(Paths::PROTECTED);
        #[cfg(feature = "machines")]
        let has_callers = !paths.machines.is_empty();
        #[cfg(feature = "machines")]
        if has_callers {
            own.push(RESOURCES);
            warn_without_key(&config);
        }
        let without_auth = [paths.without_auth, &own].concat();
        let paths = Paths {
            without_auth: &without_auth,
            ..paths
        };
        #[cfg(feature = "spa")]
        let front_end = self.front_end.map(|own| own.beside(&paths));
        #[cfg(feature = "spa")]
        let front_end = front_end
            .transpose()
            .map_err(StartError::setup)?
            .map(Arc::new);
        let network = || -> Arc<dyn Fetch> { Arc::new(HyperFetch::default()) };
        let fetch = self.fetch.unwrap_or_else(network);
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let clerk = Clerk::new(config, fetch, clock).map_err(StartError::setup)?;
        let files = self.files.clone();
        #[cfg(feature = "proxy")]
        let for_clerk = proxy_route.clone();
        #[cfg(feature = "proxy")]
        let is_for_clerk = move |path: &str| for_clerk.is_for(path);
        #[cfg(not(feature = "proxy"))]
        let is_for_clerk = |_: &str| false;
        let is_file =
            move |path: &str| is_for_clerk(path) || files.exists(path) || (paths.is_file)(path);
        #[cfg(feature = "spa")]
        let own = front_end.clone();
        #[cfg(feature = "spa")]
        let is_file = move |path: &str| {
            is_file(path) || own.as_ref().is_some_and(|front_end| front_end.has(path))
        };
        let gate = Gate::with_files(clerk, &paths, is_file).map_err(StartError::setup)?;
        let parts = Parts {
            gate,
            listen,
            files: self.files,
            #[cfg(feature = "spa")]
            front_end,
            has_health: self.has_health,
            #[cfg(feature = "connected")]
            connections: super::connected::Connections::default(),
            #[cfg(feature = "machines")]
            has_callers,
            #[cfg(feature = "machines")]
            oauth_scopes: self.oauth_scopes,
            #[cfg(feature = "site")]
            site,
            #[cfg(feature = "pages")]
            pages: self
                .pages
                .map(Pages::checked)
                .transpose()
                .map_err(StartError::setup)?,
            #[cfg(feature = "views")]
            error_page: self.error_page,
            #[cfg(feature = "proxy")]
            proxy_route,
        };
        Ok(Kit(Arc::new(parts)))
    }

    /// All problems at once.
    fn settings(&self, variables: &dyn Source) -> Result<(Config, Listen), StartError> {
        let config = if self.is_api {
            Config::api_from_variables(variables)
        } else {
            Config::from_variables(variables)
        };
        let listen = match self.has_own_server {
            true => Ok(Listen::default()),
            false => Listen::from_variables(variables),
        };
        match (config, listen) {
            (Ok(mut config), Ok(listen)) => {
                let own = |path: Option<&'static str>| path.map(str::to_owned);
                let sign_in = own(self.sign_in).or_else(|| emulator_page(&config, "sign-in"));
                let sign_up = own(self.sign_up).or_else(|| emulator_page(&config, "sign-up"));
                // A satellite's visitors sign in at its primary.
                if !config.is_satellite {
                    config.sign_in_url = config.sign_in_url.or(sign_in);
                    config.sign_up_url = config.sign_up_url.or(sign_up);
                }
                Ok((config, listen))
            }
            (config, listen) => {
                let mut problems = config.err().unwrap_or_default();
                problems.extend(listen.err().unwrap_or_default());
                Err(StartError::Variables(problems))
            }
        }
    }
}

#[cfg(feature = "machines")]
fn warn_without_key(config: &Config) {
    if config.secret_key.is_none() {
        tracing::warn!(
            "CLERK_SECRET_KEY is not set: API keys, and OAuth tokens that are no JWT, are answered 503, because only Clerk \
             can check them, and Clerk wants to know who asks"
        );
    }
}

/// The emulator's own form, in place of a hosted page that local keys do not have.
#[cfg(feature = "proxy")]
fn emulator_page(config: &Config, name: &str) -> Option<String> {
    let base = config.proxy_url.as_deref()?.trim_end_matches('/');
    let page = || format!("{base}/__emulator/{name}");
    config.has_local_keys().then(page)
}

/// It is reached through the proxy alone.
#[cfg(not(feature = "proxy"))]
fn emulator_page(_: &Config, _: &str) -> Option<String> {
    None
}
