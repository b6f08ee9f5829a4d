//! Prepares a request before any route sees it: prefix, slashes and the real method are made plain. Address and path then
//! tell which surface of the emulator it is for (`frontend-api.md` sections 2 and 5.1).

use axum::body::Body;
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};

use crate::emulator::face::Face;

const PREFIX: &str = "/__clerk";

/// The ones a request's target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Pages: the Frontend API, and the scripts.
    Pages,
    /// Servers that hold a secret key.
    Backend,
    /// Visitors of the app: the hosted forms.
    Forms,
    /// The app's developers and their tools: the page at `/` and the control routes.
    Desk,
}

/// Families that Clerk's own kits ask without the version, and its published descriptions name with it.
const VERSIONLESS: [&str; 3] = ["/api_keys", "/m2m_tokens", "/oauth_applications"];

/// What visitors of an app may see below `/__emulator`. The rest is for its developers, whatever it is: a route that nobody
/// thought of here is not open to everybody.
const FORMS: [&str; 8] = [
    "/__emulator/consent",
    "/__emulator/login",
    "/__emulator/provider",
    "/__emulator/returned",
    "/__emulator/sign-in",
    "/__emulator/sign-out",
    "/__emulator/sign-up",
    "/__emulator/verify",
];

/// A request for a path below `/__clerk`, where only an app has the emulator.
#[derive(Clone, Copy)]
struct BelowApp;

impl Surface {
    /// By address and path alone: a key in the request must not decide which rules hold.
    pub fn of(face: Face, path: &str) -> Self {
        if face == Face::Backend {
            Self::Backend
        } else if FORMS.contains(&path) {
            Self::Forms
        } else if path == "/" || below(path, "/__emulator").is_some() {
            Self::Desk
        } else {
            Self::Pages
        }
    }

    /// True for what the page at `/` asks by itself, again and again.
    pub fn is_page_itself(self, method: &Method, path: &str) -> bool {
        let is_own = path == "/" || below(path, "/__emulator/desk").is_some();
        self == Self::Desk && method == Method::GET && is_own
    }

    /// True if scripts of other origins may read the answers.
    pub fn is_for_pages(self) -> bool {
        self == Self::Pages
    }
}

/// Takes repeated and trailing slashes off the path. At the Frontend's address also takes `/__clerk` off, and puts the
/// method that is meant in place of the one that travelled (`_method` in the query of a POST); at the Backend's puts the
/// version before a family that was asked without it.
pub(super) fn normalize(face: Face, request: &mut Request<Body>) {
    if face == Face::Frontend
        && request.method() == Method::POST
        && let Some(method) = request.uri().query().and_then(meant_method)
    {
        *request.method_mut() = method;
    }
    let (path, is_below_app) = plain_path(face, request.uri().path());
    if is_below_app {
        request.extensions_mut().insert(BelowApp);
    }
    if path != request.uri().path()
        && let Some(uri) = with_path(path, request.uri())
    {
        *request.uri_mut() = uri;
    }
}

/// True if the request came by the path under which an app passes on what its visitors ask.
pub(super) fn is_below_app(request: &Request<Body>) -> bool {
    request.extensions().get::<BelowApp>().is_some()
}

fn meant_method(query: &str) -> Option<Method> {
    let meant =
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "_method")?;
    [Method::PUT, Method::PATCH, Method::DELETE]
        .into_iter()
        .find(|method| method.as_str() == meant.1)
}

fn with_path(path: String, uri: &Uri) -> Option<Uri> {
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    Some(Uri::from(text.parse::<PathAndQuery>().ok()?))
}

/// The path, and whether `/__clerk` was taken off it.
fn plain_path(face: Face, path: &str) -> (String, bool) {
    let mut plain = String::with_capacity(path.len());
    // Clerk's component for API keys asks `//api_keys`.
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        plain.push('/');
        plain.push_str(segment);
    }
    let mut is_below_app = false;
    match face {
        Face::Frontend => {
            if let Some(rest) = below(&plain, PREFIX) {
                plain = rest.to_owned();
                is_below_app = true;
            }
        }
        Face::Backend => {
            if VERSIONLESS.iter().any(|name| below(&plain, name).is_some()) {
                plain.insert_str(0, "/v1");
            }
        }
    }
    if plain.is_empty() {
        plain.push('/');
    }
    (plain, is_below_app)
}

/// The rest of a path that is this one or below it.
pub(super) fn below<'a>(path: &'a str, parent: &str) -> Option<&'a str> {
    path.strip_prefix(parent)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(face: Face, method: Method, uri: &str) -> (Method, String) {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = uri.parse().unwrap_or_default();
        normalize(face, &mut request);
        (request.method().clone(), request.uri().to_string())
    }

    #[test]
    fn prefix_slashes_and_version_are_made_plain() {
        for (face, sent, meant) in [
            (Face::Frontend, "/v1/client", "/v1/client"),
            (Face::Frontend, "/__clerk/v1/client?a=b", "/v1/client?a=b"),
            (
                Face::Frontend,
                "/v1/me/email_addresses/",
                "/v1/me/email_addresses",
            ),
            (Face::Frontend, "/__clerk", "/"),
            (Face::Frontend, "/__clerkish/v1", "/__clerkish/v1"),
            (Face::Frontend, "/__clerk//api_keys?a=//", "/api_keys?a=//"),
            (Face::Frontend, "//api_keys", "/api_keys"),
            (Face::Frontend, "///", "/"),
            (Face::Backend, "/__clerk/v1/users", "/__clerk/v1/users"),
            (Face::Backend, "/v1/users//u/", "/v1/users/u"),
            (Face::Backend, "/api_keys", "/v1/api_keys"),
            (Face::Backend, "//api_keys", "/v1/api_keys"),
            (
                Face::Backend,
                "/m2m_tokens/verify?a",
                "/v1/m2m_tokens/verify?a",
            ),
            (
                Face::Backend,
                "/oauth_applications/x",
                "/v1/oauth_applications/x",
            ),
            (Face::Backend, "/api_keysx", "/api_keysx"),
            (Face::Backend, "/v1/api_keys", "/v1/api_keys"),
        ] {
            let (_, path) = normalized(face, Method::GET, sent);
            assert_eq!(path, meant, "{sent}");
        }
    }

    #[test]
    fn a_page_names_the_method_it_means_in_the_query_and_a_server_does_not() {
        for (face, sent, uri, meant) in [
            (
                Face::Frontend,
                Method::POST,
                "/a?_method=DELETE",
                Method::DELETE,
            ),
            (
                Face::Frontend,
                Method::GET,
                "/a?_method=DELETE",
                Method::GET,
            ),
            (
                Face::Frontend,
                Method::POST,
                "/a?_method=CONNECT",
                Method::POST,
            ),
            (
                Face::Backend,
                Method::POST,
                "/a?_method=DELETE",
                Method::POST,
            ),
        ] {
            assert_eq!(normalized(face, sent, uri).0, meant, "{uri}");
        }
    }

    #[test]
    fn address_and_path_tell_the_surface() {
        for path in ["/", "/v1/jwks", "/__emulator/outbox", "/v1/client"] {
            assert_eq!(Surface::of(Face::Backend, path), Surface::Backend, "{path}");
        }
        for path in ["/v1/client", "/v1/organizations", "/v1/jwks", "/npm/a"] {
            assert_eq!(Surface::of(Face::Frontend, path), Surface::Pages, "{path}");
        }
        for (path, surface) in [
            ("/", Surface::Desk),
            ("/__emulator/outbox", Surface::Desk),
            ("/__emulator", Surface::Desk),
            ("/__emulator/whatever-comes-next", Surface::Desk),
            ("/__emulator/sign-in/x", Surface::Desk),
            ("/__emulatorx", Surface::Pages),
            ("/__emulator/sign-in", Surface::Forms),
        ] {
            assert_eq!(Surface::of(Face::Frontend, path), surface, "{path}");
        }
    }
}
