//! The browser of a hosted page, and the place it goes to afterwards.

use axum::response::{IntoResponse as _, Response};
use clerk_auth::cookies::Cookies;
use clerk_auth::time::UnixMillis;
use http::header::{CACHE_CONTROL, COOKIE, LOCATION};
use url::{Url, form_urlencoded};

use super::SEE_OTHER;
use super::page::{self, Form, Page};
use super::ways::Ways;
use crate::emulator::app::App;
use crate::emulator::instance::Session;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::pages::handshake::{redirect, redirect_target, set_parameter};

/// One request of a hosted page.
pub(super) struct Visit<'a> {
    pub now: UnixMillis,
    app: &'a App,
    dev_browser: Option<String>,
    target: Option<Url>,
}

impl<'a> Visit<'a> {
    /// The visit that a request makes. The dev browser is the one of the query, else the one of the cookies, which
    /// the page shares with the app when it is reached through the app's proxy.
    pub fn new(app: &'a App, call: &Call) -> Result<Self, Fault> {
        let target = match call.query.get("redirect_url") {
            Some(_) => Some(redirect_target(app, call)?),
            None => None,
        };
        let cookies = Cookies::parse(call.headers.get_all(COOKIE));
        let suffixed = cookies.non_empty(&app.publishable_key.cookie_names().dev_browser);
        let named = [
            call.query.owned("__clerk_db_jwt"),
            suffixed.map(|value| value.into_owned()),
            cookies
                .non_empty("__clerk_db_jwt")
                .map(|value| value.into_owned()),
        ];
        let instance = app.instance();
        let dev_browser = named
            .into_iter()
            .flatten()
            .find(|id| instance.knows_dev_browser(id));
        Ok(Self {
            now: app.now(),
            app,
            dev_browser,
            target,
        })
    }

    /// The dev browser; a new one at the first visit.
    pub fn known_dev_browser(&mut self) -> String {
        let (app, now) = (self.app, self.now);
        self.dev_browser
            .get_or_insert_with(|| app.instance().new_dev_browser(now))
            .clone()
    }

    /// True if somebody is signed in on the dev browser.
    pub fn is_signed_in(&self) -> bool {
        self.user().is_some()
    }

    /// The user who is signed in on the dev browser.
    pub fn user(&self) -> Option<String> {
        Some(self.session()?.user_id)
    }

    /// The session by which they are.
    pub fn session(&self) -> Option<Session> {
        let instance = self.app.instance();
        let client = instance.client(self.dev_browser.as_ref()?).ok().flatten()?;
        instance.active_session(client, self.now).cloned()
    }

    /// Back to the app, or a page that says how it stands when no address was given.
    pub fn done(&self) -> Response {
        let Some(mut target) = self.target.clone() else {
            let form = if self.is_signed_in() {
                Form::SignedIn
            } else {
                Form::SignedOut
            };
            return self.show(form, None);
        };
        if let Some(dev_browser) = &self.dev_browser {
            set_parameter(&mut target, "__clerk_db_jwt", dev_browser);
        }
        redirect(SEE_OTHER, &target)
    }

    /// To another hosted page, relative to this one: the prefix is the proxy's affair.
    pub fn go_to(&self, name: &str) -> Response {
        let location = format!("{name}{}", self.query());
        (
            SEE_OTHER,
            [(LOCATION, location.as_str()), (CACHE_CONTROL, "no-store")],
        )
            .into_response()
    }

    /// A page with this form, and what was wrong with the last try.
    pub fn show(&self, form: Form, fault: Option<Fault>) -> Response {
        let ways = Ways::of(&self.app.instance().settings());
        let (title, body) = page::content(form, &ways, &escaped(&self.query()));
        self.show_body(title, &body, fault, self.target.as_slice())
    }

    /// A page of another kind, whose form leads to `targets`, and what was wrong with the last try.
    pub fn show_body(
        &self,
        title: &str,
        body: &str,
        fault: Option<Fault>,
        targets: &[Url],
    ) -> Response {
        page::render(&Page {
            title,
            body,
            fault,
            application: &self.app.application_name,
            emulator: &self.app.address,
            targets,
        })
    }

    /// Where the browser goes in the end, if the app said so.
    pub fn target(&self) -> Option<&Url> {
        self.target.as_ref()
    }

    /// The query that each link and form carries on.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        if let Some(target) = &self.target {
            query.append_pair("redirect_url", target.as_str());
        }
        if let Some(dev_browser) = &self.dev_browser {
            query.append_pair("__clerk_db_jwt", dev_browser);
        }
        query.finish()
    }
}
