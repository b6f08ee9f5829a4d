//! Redirects to the sign-in and sign-up pages, and back (`request-authentication.md` section 10.4). A path never
//! becomes another origin here, however it is written (`security.md` rule 4).

use http::header::HeaderName;
use url::Url;

use crate::head::Head;
use crate::keys::{PublishableKey, accounts_portal_origin};

/// Everything the addresses are made of.
#[derive(Clone, Debug)]
pub struct Redirects<'a> {
    /// Names the accounts portal; only a development key lets the dev browser travel along.
    pub publishable_key: &'a PublishableKey,
    /// The sign-in page, absolute or a path; the accounts portal's when `None`.
    pub sign_in_url: Option<&'a str>,
    /// The sign-up page, absolute or a path.
    pub sign_up_url: Option<&'a str>,
    /// True on a satellite domain.
    pub is_satellite: bool,
    /// The request's public address; `None` outside a request.
    pub public_url: Option<&'a Url>,
    /// The dev browser's token, from the query or else the unsuffixed cookie.
    pub dev_browser: Option<&'a str>,
    /// True if the session has a task to do first ([`Auth::Pending`](crate::auth::Auth::Pending)).
    pub is_pending: bool,
}

impl Redirects<'_> {
    /// The sign-in page with the way back: an address, absolute or a path; with none, or an empty one, the sign-in page
    /// decides. `None` if a configured address cannot be read, or outside a request nothing is absolute.
    ///
    /// The address is used as the app gives it. Before you give one that came with a request, ask [`within_origin`].
    pub fn to_sign_in(&self, back: Option<&str>) -> Option<Url> {
        let back = self.back(back)?;
        let target = match present(self.sign_in_url) {
            Some(url) => self.resolve(url, back.as_ref())?,
            None => self.portal("/sign-in")?,
        };
        self.finish(target, back)
    }

    /// The sign-up page with the way back, likewise.
    pub fn to_sign_up(&self, back: Option<&str>) -> Option<Url> {
        let back = self.back(back)?;
        let target = match (present(self.sign_up_url), present(self.sign_in_url)) {
            (Some(url), _) => self.resolve(url, back.as_ref())?,
            (None, Some(url)) => {
                let mut target = self.resolve(url, back.as_ref())?;
                target.set_path(&format!("{}/create", target.path()));
                target
            }
            (None, None) => self.portal("/sign-up")?,
        };
        self.finish(target, back)
    }

    fn portal(&self, path: &str) -> Option<Url> {
        let origin = accounts_portal_origin(self.publishable_key.frontend_api_host());
        absolute(&format!("{origin}{path}"))
    }

    /// The outer `None` is an address that cannot be read.
    fn back(&self, back: Option<&str>) -> Option<Option<Url>> {
        match present(back) {
            None => Some(None),
            Some(url) => self.resolve(url, None).map(Some),
        }
    }

    /// Resolves a configured address against the public one, or outside a request against the origin of the return
    /// address.
    fn resolve(&self, url: &str, back: Option<&Url>) -> Option<Url> {
        match self.public_url.or(back) {
            Some(base) => resolve(base, url),
            None => absolute(url),
        }
    }

    fn finish(&self, mut target: Url, back: Option<Url>) -> Option<Url> {
        if self.is_pending {
            let target_text = target.as_str().trim_end_matches('/');
            target = absolute(&format!("{target_text}/tasks"))?;
        }
        let here = self.public_url;
        let crosses =
            here.is_some_and(|here| here.host() != target.host() || here.port() != target.port());
        if let Some(mut back) = back {
            if crosses && self.is_satellite {
                set_query(&mut back, "__clerk_synced", "false");
            }
            set_query(&mut target, "redirect_url", back.as_str());
        }
        if let Some(dev_browser) = present(self.dev_browser)
            && crosses
            && self.publishable_key.is_development()
        {
            set_query(&mut target, "__clerk_db_jwt", dev_browser);
        }
        Some(target)
    }
}

const HX_CURRENT_URL: HeaderName = HeaderName::from_static("hx-current-url");

/// `target` as an address, if it stays within the origin of `public_url`: for a `redirect_url` that came with a
/// request. User names before the host, and everything but `http` and `https`, are refused as well.
///
/// Send people to the whole address, never to its path alone: a path such as `//host` is another host to a browser.
pub fn within_origin(target: &str, public_url: &Url) -> Option<Url> {
    let url = public_url.join(target).ok()?;
    let stays = url.origin() == public_url.origin() && is_web(&url);
    (stays && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The page an HTMX request was made from, for `HX-Redirect`. The header counts only within the app's own origin;
/// otherwise the answer is the app's start page.
pub fn htmx_page(head: &dyn Head, public_url: &Url) -> Url {
    head.text(&HX_CURRENT_URL)
        .and_then(|current| within_origin(current, public_url))
        .unwrap_or_else(|| {
            let mut start = public_url.clone();
            start.set_path("/");
            start.set_query(None);
            start.set_fragment(None);
            start
        })
}

/// Resolves `reference` against `base`. Whatever begins with a slash is a path, even `//host` and `/\host`, which
/// browsers take for another host.
fn resolve(base: &Url, reference: &str) -> Option<Url> {
    if let Some(url) = absolute(reference) {
        return Some(url);
    }
    if reference.starts_with(['/', '\\']) {
        let mut url = base.clone();
        let (rest, fragment) = split_off(reference, '#');
        let (path, query) = split_off(rest, '?');
        url.set_path(path);
        url.set_query(query);
        url.set_fragment(fragment);
        return Some(url);
    }
    let joined = base.join(reference).ok()?;
    (joined.origin() == base.origin()).then_some(joined)
}

/// An absolute `http` or `https` address.
fn absolute(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn split_off(text: &str, border: char) -> (&str, Option<&str>) {
    match text.split_once(border) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Sets a query parameter as browsers do: the first of that name gets the value, others of that name go, the rest stays
/// in order, and all of it is form-encoded anew.
pub(crate) fn set_query(url: &mut Url, name: &str, value: &str) {
    let mut is_set = false;
    let mut pairs = Vec::new();
    for (known, old) in url.query_pairs().into_owned() {
        if known != name {
            pairs.push((known, old));
        } else if !is_set {
            is_set = true;
            pairs.push((known, value.to_owned()));
        }
    }
    if !is_set {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    url.query_pairs_mut().clear().extend_pairs(pairs);
}
