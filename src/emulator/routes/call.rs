//! A page's call as data: query, form, and who is asking.

use http::HeaderMap;
use http::header::{AUTHORIZATION, REFERER};
use http::request::Parts;
use url::{Url, form_urlencoded};

use super::Shared;
use super::asked::{Asked, Part};
use super::fault::Fault;
use crate::emulator::app::App;
use crate::emulator::instance::{AccessRefusal, Metadata, Refusal};
use crate::emulator::origins::PROXY_URL;

/// Forms and objects are short; a longer body is nobody's sign-in.
pub(super) const MAX_BODY: usize = 256 * 1024;

/// The sender of a request, as far as its `Origin` tells.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub origin: Option<String>,
}

/// Names and values in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// All of them.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of this name that is not blank: `null` arrives as an empty text.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self
            .0
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.as_str());
        values.find(|value| !value.is_empty())
    }

    /// All values of this name that are not blank.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let values = self.0.iter().filter(move |(key, _)| key == name);
        values
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// The switch of this name.
    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, Fault> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::ParamValue(name).into()),
        }
    }

    /// Makes sure that there are no fields but these.
    pub fn only(&self, names: &[&str]) -> Result<(), Fault> {
        let mut fields = self.0.iter();
        match fields.find(|(key, _)| !names.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, _)) => Err(Fault::unknown(key)),
        }
    }

    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// The value if the name is there at all, also when it is blank.
    pub fn given(&self, name: &str) -> Option<String> {
        let mut fields = self.0.iter();
        fields
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    }

    pub fn required(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name)
            .ok_or(Fault::Refused(Refusal::ParamMissing(name)))
    }
}

/// A request as the handlers of pages see it.
pub(super) struct Call {
    pub query: Fields,
    pub form: Fields,
    pub headers: HeaderMap,
    pub origin: Option<String>,
    /// The dev browser in whose name an app outside a browser asks.
    native: Option<String>,
    /// The `azp` of the tokens that this call is answered with.
    pub authorized_party: Option<String>,
    /// The address at which the browser reaches the emulator: through the app's proxy if the app says so, else
    /// directly.
    pub base: String,
}

impl Call {
    /// The dev browser that the request names; empty, and so unknown, when it names none. Only the query counts: a
    /// cookie would travel with requests that no page of ours made.
    pub fn dev_browser(&self) -> &str {
        let named = self.query.get("__clerk_db_jwt");
        self.native.as_deref().or(named).unwrap_or_default()
    }

    /// True if an app outside a browser asks: it has no cookies, and is known by a token that each answer carries.
    pub fn is_native(&self) -> bool {
        self.native.is_some()
    }
}

impl Part for Call {
    const LONGEST: usize = MAX_BODY;

    fn take(asked: &mut Asked, app: &Shared) -> Result<Self, Fault> {
        Self::new(app, &mut asked.parts, &asked.body)
    }
}

impl Call {
    /// The call that these parts and this form make.
    pub fn new(app: &App, parts: &mut Parts, form: &[u8]) -> Result<Self, Fault> {
        let proxy = parts
            .headers
            .get(PROXY_URL)
            .and_then(|url| Url::parse(url.to_str().ok()?).ok());
        // Only the app's own proxy has the key. Links that sign somebody in lead there.
        let is_of_app = parts.headers.contains_key("clerk-secret-key");
        if let Some(url) = proxy.as_ref().filter(|_| is_of_app) {
            app.note_app(&url.origin().ascii_serialization());
        }
        let base = proxy.map(|url| url.as_str().trim_end_matches('/').to_owned());
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let origin = parts
            .extensions
            .get::<Caller>()
            .and_then(|caller| caller.origin.clone());
        let native = native(app, origin.as_ref(), &query, &parts.headers)?;
        Ok(Self {
            native,
            authorized_party: authorized_party(app, origin.as_ref(), &query, &parts.headers),
            query,
            form: Fields::parse(form),
            origin,
            headers: std::mem::take(&mut parts.headers),
            base: base.unwrap_or_else(|| app.address.clone()),
        })
    }
}

/// An app on a telephone says so, sends no `Origin`, and its client's token instead of a name; without one it gets a
/// client of its own.
fn native(
    app: &App,
    origin: Option<&String>,
    query: &Fields,
    headers: &HeaderMap,
) -> Result<Option<String>, Fault> {
    if origin.is_some() || query.get("_is_native") != Some("1") {
        return Ok(None);
    }
    let mut instance = app.instance();
    if !instance.settings().native_api {
        return Err(Refusal::from(AccessRefusal::NativeDisabled).into());
    }
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|token| token.to_str().ok());
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok(Some(instance.new_dev_browser(app.now())));
    };
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let client = app.mint.client_of_token(token);
    let client = client.ok_or(Refusal::from(AccessRefusal::ClientTokenInvalid))?;
    let known = instance.dev_browser_of(&client).map(str::to_owned);
    // A client that was forgotten is a new one.
    Ok(Some(
        known.unwrap_or_else(|| instance.new_dev_browser(app.now())),
    ))
}

/// The origin of the page that a token is for (`frontend-api.md` section 9.3). A page that asks its own origin, as
/// behind the app's proxy, sends no `Origin` with a GET. A handshake says where it goes back to; its `Referer` is the
/// page that a link stood on, which may be another app's.
fn authorized_party(
    app: &App,
    origin: Option<&String>,
    query: &Fields,
    headers: &HeaderMap,
) -> Option<String> {
    if app.leaves_azp_out() {
        return None;
    }
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let named = [query.get("redirect_url"), referer].into_iter().flatten();
    let mut allowed = named
        .filter_map(|text| Url::parse(text).ok())
        .filter(|url| app.origins.allow(url));
    origin
        .cloned()
        .or_else(|| Some(allowed.next()?.origin().ascii_serialization()))
}

/// The metadata that a page writes: an object as JSON text in one field.
pub(super) fn metadata(call: &Call) -> Result<Option<Metadata>, Refusal> {
    let text = call.form.get("unsafe_metadata");
    text.map(|text| Metadata::parse(text, "unsafe_metadata"))
        .transpose()
}
