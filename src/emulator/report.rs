//! Things that a production instance would refuse, although a development instance takes them: one finding a kind,
//! with its count and the first request that led to it. What both refuse is refused here too, and is no finding.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clerk_auth::time::UnixMillis;
use http::Method;
use http::header::{HeaderMap, ORIGIN, REFERER};
use serde::Serialize;
use url::{Url, form_urlencoded};

use super::event::short;
use super::face::Face;
use super::faults::is_like;
use super::origins::is_loopback;

/// The newest version of the Backend API.
const NEWEST: &str = "2026-05-12";
const SHORTLY: i64 = 10_000;
const HOUR: i64 = 3_600_000;
/// Windows that are counted at once. Each object has its own.
const MAX_WINDOWS: usize = 1_000;

/// How often something may be asked within a time, in milliseconds (`backend-api.md` section 6.3): by one application, one
/// visitor, or about one object.
struct Limit(Face, Method, &'static str, u32, i64, Of);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    Object,
}

const PAGES: Face = Face::Frontend;
const SERVERS: Face = Face::Backend;

#[rustfmt::skip]
const LIMITS: [Limit; 19] = [
    Limit(PAGES, Method::POST, "/v1/client/sign_ins", 5, SHORTLY, Of::All),
    Limit(PAGES, Method::POST, "/v1/client/sign_ups", 5, SHORTLY, Of::All),
    Limit(PAGES, Method::POST, "/v1/client/sign_ins/*/attempt_first_factor", 3, SHORTLY, Of::All),
    Limit(PAGES, Method::POST, "/v1/client/sign_ins/*/attempt_second_factor", 3, SHORTLY, Of::All),
    Limit(PAGES, Method::POST, "/v1/client/sign_ups/*/attempt_verification", 3, SHORTLY, Of::All),
    Limit(SERVERS, Method::POST, "/v1/invitations", 100, HOUR, Of::All),
    Limit(SERVERS, Method::POST, "/v1/invitations/bulk", 25, HOUR, Of::All),
    Limit(SERVERS, Method::POST, "/v1/organizations/*/invitations", 250, HOUR, Of::All),
    Limit(SERVERS, Method::POST, "/v1/organizations/*/invitations/bulk", 50, HOUR, Of::All),
    Limit(SERVERS, Method::PATCH, "/v1/users/*", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PATCH, "/v1/users/*/metadata", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PUT, "/v1/users/*/metadata", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PATCH, "/v1/organizations/*", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PATCH, "/v1/organizations/*/metadata", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PUT, "/v1/organizations/*/metadata", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PATCH, "/v1/organizations/*/memberships/*", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PATCH, "/v1/organizations/*/memberships/*/metadata", 10, SHORTLY, Of::Object),
    Limit(SERVERS, Method::PUT, "/v1/organizations/*/memberships/*/metadata", 10, SHORTLY, Of::Object),
    // Of all methods.
    Limit(SERVERS, Method::GET, "/**", 1_000, SHORTLY, Of::All),
];
/// It has no limit.
const UNLIMITED: &str = "/v1/jwks";
/// Operations that Clerk's descriptions call deprecated.
const DEPRECATED: [&str; 2] = ["/v1/clients", "/v1/organizations/*/invitations/pending"];

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    HttpOrigin,
    DevBrowser,
    DevelopmentOnly,
    TestAddress,
    AzpMissing,
    OldVersion,
    Deprecated,
    RateLimit,
}

impl Finding {
    /// The thing, and the way out.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::HttpOrigin => (
                "a page over http outside this machine asked the Frontend API",
                "serve the app over https: production takes no other origin, and its cookies are Secure",
            ),
            Self::DevBrowser => (
                "a dev browser was made, and not by Clerk's own library",
                "let Clerk's library or the middleware do it: production has no dev browsers and knows browsers by cookies alone",
            ),
            Self::DevelopmentOnly => (
                "a call was made that production refuses (400 request_invalid_for_environment)",
                "make sessions by a sign-in, or by a sign-in token (POST /v1/sign_in_tokens)",
            ),
            Self::TestAddress => (
                "users have addresses with +clerk_test, whose code is 424242",
                "keep them to tests: in production test mode is off, and they get a mail like everybody",
            ),
            Self::AzpMissing => (
                "a session token was asked for by a page that names no origin, so it has no azp",
                "ask from a page: an app with CLERK_AUTHORIZED_PARTIES refuses tokens without azp",
            ),
            Self::OldVersion => (
                "a server named an older version of the Backend API",
                "read what changed up to 2026-05-12 and name that in Clerk-API-Version",
            ),
            Self::Deprecated => (
                "an operation was called that Clerk will remove",
                "call what its description names instead",
            ),
            Self::RateLimit => (
                "calls came faster than production allows (429 too_many_requests with Retry-After)",
                "call less often, and honour Retry-After; the fault {\"status\":429} tries it",
            ),
        }
    }
}

/// A finding with what led to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    pub id: Finding,
    pub what: &'static str,
    pub help: &'static str,
    pub count: u64,
    /// The first time, in milliseconds since the epoch.
    pub at: i64,
    /// The first request, if one led to it: method and path.
    pub request: Option<String>,
}

/// Everything that was found so far.
#[derive(Default)]
pub struct Findings(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    found: BTreeMap<Finding, Found>,
    /// By the place of a limit, and the path of its object: the start of the window and the calls in it.
    windows: HashMap<(usize, String), (i64, u32)>,
}

/// A request that was taken.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub face: Face,
    pub method: &'a Method,
    pub path: &'a str,
    pub query: Option<&'a str>,
    pub headers: &'a HeaderMap,
    pub at: UnixMillis,
}

impl Findings {
    pub(super) fn look(&self, asked: &Asked<'_>) {
        let mut kept = self.kept();
        for finding in asked.findings() {
            kept.note(finding, asked);
        }
        if kept.is_too_fast(asked) {
            kept.note(Finding::RateLimit, asked);
        }
    }

    pub(super) fn all(&self) -> Vec<Found> {
        self.kept().found.values().cloned().collect()
    }

    pub(super) fn clear(&self) {
        *self.kept() = Kept::default();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Found {
    pub(super) fn new(id: Finding, count: u64, at: UnixMillis, request: Option<String>) -> Self {
        let (what, help) = id.words();
        Self {
            id,
            what,
            help,
            count,
            at: at.0,
            request,
        }
    }
}

impl Kept {
    fn note(&mut self, finding: Finding, asked: &Asked<'_>) {
        let first = || {
            let request = format!("{} {}", short(asked.method.as_str()), short(asked.path));
            Found::new(finding, 0, asked.at, Some(request))
        };
        self.found.entry(finding).or_insert_with(first).count += 1;
    }

    fn is_too_fast(&mut self, asked: &Asked<'_>) -> bool {
        if asked.path == UNLIMITED {
            return false;
        }
        let mut is_over = false;
        for (place, limit) in LIMITS.iter().enumerate() {
            if limit.is_about(asked) {
                is_over |= self.count(place, limit, asked) > limit.3;
            }
        }
        is_over
    }

    /// The calls in the window that this one falls in.
    fn count(&mut self, place: usize, limit: &Limit, asked: &Asked<'_>) -> u32 {
        let &Limit(.., length, of) = limit;
        let object = match of {
            Of::All => String::new(),
            Of::Object => short(asked.path),
        };
        if self.windows.len() >= MAX_WINDOWS {
            let is_open = |(start, _): &(i64, u32)| (0..HOUR).contains(&(asked.at.0 - start));
            self.windows
                .retain(|(place, _), window| LIMITS[*place].5 == Of::All && is_open(window));
        }
        let window = self.windows.entry((place, object)).or_default();
        if !(0..length).contains(&(asked.at.0 - window.0)) {
            *window = (asked.at.0, 0);
        }
        window.1 = window.1.saturating_add(1);
        window.1
    }
}

impl Limit {
    fn is_about(&self, asked: &Asked<'_>) -> bool {
        let Self(face, method, pattern, ..) = self;
        let is_method = *pattern == "/**" || method == asked.method;
        *face == asked.face && is_method && is_like(asked.path, pattern)
    }
}

impl Asked<'_> {
    fn findings(&self) -> impl Iterator<Item = Finding> {
        let of_pages = self.face == Face::Frontend;
        let is_post = *self.method == Method::POST;
        let checks = [
            (Finding::HttpOrigin, of_pages && self.is_of_http_page()),
            (
                Finding::DevBrowser,
                of_pages && is_post && self.path == "/v1/dev_browser" && !self.is_of_library(),
            ),
            (
                Finding::DevelopmentOnly,
                !of_pages && is_post && self.path == "/v1/sessions",
            ),
            (
                Finding::AzpMissing,
                of_pages && self.is_for_token() && self.names_no_page(),
            ),
            (Finding::OldVersion, !of_pages && self.is_older()),
            (Finding::Deprecated, self.is_deprecated()),
        ];
        checks
            .into_iter()
            .filter_map(|(finding, is_so)| is_so.then_some(finding))
    }

    fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn is_of_http_page(&self) -> bool {
        let origin = self
            .header(ORIGIN)
            .filter(|origin| origin.starts_with("http://"));
        let origin = origin.and_then(|origin| Url::parse(origin).ok());
        origin.is_some_and(|origin| origin.host().is_some_and(|host| !is_loopback(&host)))
    }

    fn parameter(&self, wanted: &str) -> Option<String> {
        let query = self.query.unwrap_or_default().as_bytes();
        let mut all = form_urlencoded::parse(query);
        let found = all.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    }

    fn is_of_library(&self) -> bool {
        self.parameter("_clerk_js_version").is_some()
    }

    fn is_for_token(&self) -> bool {
        *self.method == Method::POST && is_like(self.path, "/v1/client/sessions/*/tokens")
    }

    fn names_no_page(&self) -> bool {
        let is_native = self.parameter("_is_native").as_deref() == Some("1");
        !is_native && self.header(ORIGIN).is_none() && self.header(REFERER).is_none()
    }

    fn is_older(&self) -> bool {
        let named = self.header("clerk-api-version").map(str::to_owned);
        let named = named.or_else(|| self.parameter("__clerk_api_version"));
        named.is_some_and(|version| version.as_str() < NEWEST)
    }

    fn is_deprecated(&self) -> bool {
        let mut all = DEPRECATED.iter();
        *self.method == Method::GET && all.any(|pattern| is_like(self.path, pattern))
    }
}
