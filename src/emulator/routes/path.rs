//! Prepares a request before any route sees it: prefix, slashes and the real method are made plain, and the path alone
//! tells which surface of the emulator it is for (`frontend-api.md` sections 2 and 5.1).

use axum::body::Body;
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};

const PREFIX: &str = "/__clerk";

/// The ones a path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Pages: the Frontend API, and the scripts.
    Pages,
    /// Servers that hold the secret key.
    Backend,
    /// Visitors of the app: the hosted forms.
    Forms,
    /// The app's developers and their tools: the page at `/` and the control routes.
    Desk,
}

/// The families of paths that only the Backend API has.
const BACKEND: [&str; 12] = [
    "/v1/jwks",
    "/v1/users",
    "/v1/clients",
    "/v1/sessions",
    "/v1/instance",
    "/v1/domains",
    "/v1/api_keys",
    "/v1/m2m_tokens",
    "/v1/oauth_applications",
    "/api_keys",
    "/m2m_tokens",
    "/oauth_applications",
];

const DESK: [&str; 5] = [
    "/__emulator/state",
    "/__emulator/outbox",
    "/__emulator/events",
    "/__emulator/reset",
    "/__emulator/tokens",
];

impl Surface {
    /// By the path alone: a key in the request must not decide which rules hold.
    pub fn of(path: &str) -> Self {
        let is_below = |family: &&str| {
            path.strip_prefix(*family)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if BACKEND.iter().any(is_below) {
            Self::Backend
        } else if path == "/" || DESK.contains(&path) {
            Self::Desk
        } else if path.starts_with("/__emulator/") {
            Self::Forms
        } else {
            Self::Pages
        }
    }

    /// True if scripts of other origins may read the answers.
    pub fn is_for_pages(self) -> bool {
        self == Self::Pages
    }
}

/// Takes `/__clerk` and trailing slashes off the path, and puts the method that is meant in place of the one that
/// travelled (`_method` in the query of a POST).
pub(super) fn normalize(request: &mut Request<Body>) {
    if request.method() == Method::POST
        && let Some(method) = request.uri().query().and_then(meant_method)
    {
        *request.method_mut() = method;
    }
    if let Some(uri) = plain_uri(request.uri()) {
        *request.uri_mut() = uri;
    }
}

fn meant_method(query: &str) -> Option<Method> {
    let meant =
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "_method")?;
    [Method::PUT, Method::PATCH, Method::DELETE]
        .into_iter()
        .find(|method| method.as_str() == meant.1)
}

fn plain_uri(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let rest = path
        .strip_prefix(PREFIX)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let plain = rest.unwrap_or(path).trim_end_matches('/');
    let plain = if plain.is_empty() { "/" } else { plain };
    let text = uri
        .query()
        .map_or_else(|| plain.to_owned(), |query| format!("{plain}?{query}"));
    Some(Uri::from(text.parse::<PathAndQuery>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(method: Method, uri: &str) -> (Method, String) {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = uri.parse().unwrap_or_default();
        normalize(&mut request);
        (request.method().clone(), request.uri().to_string())
    }

    #[test]
    fn prefix_slashes_and_method_are_made_plain() {
        for (sent, meant) in [
            ("/v1/client", "/v1/client"),
            ("/__clerk/v1/client?a=b", "/v1/client?a=b"),
            ("/v1/me/email_addresses/", "/v1/me/email_addresses"),
            ("/__clerk", "/"),
            ("/__clerkish/v1", "/__clerkish/v1"),
        ] {
            assert_eq!(
                normalized(Method::GET, sent),
                (Method::GET, meant.to_owned())
            );
        }
        assert_eq!(
            normalized(Method::POST, "/v1/client?_method=DELETE").0,
            Method::DELETE
        );
        assert_eq!(
            normalized(Method::GET, "/v1/client?_method=DELETE").0,
            Method::GET
        );
        assert_eq!(
            normalized(Method::POST, "/v1/client?_method=CONNECT").0,
            Method::POST
        );
    }

    #[test]
    fn the_path_alone_tells_the_surface() {
        for path in [
            "/v1/jwks",
            "/v1/users/user_1",
            "/v1/clients/handshake_payload",
            "/v1/sessions/s/revoke",
        ] {
            assert_eq!(Surface::of(path), Surface::Backend, "{path}");
        }
        for path in [
            "/v1/client",
            "/v1/client/sessions/s/tokens",
            "/v1/me/sessions/active",
            "/v1/usersx",
            "/npm/a",
        ] {
            assert_eq!(Surface::of(path), Surface::Pages, "{path}");
        }
        assert_eq!(Surface::of("/"), Surface::Desk);
        assert_eq!(Surface::of("/__emulator/outbox"), Surface::Desk);
        assert_eq!(Surface::of("/__emulator/sign-in"), Surface::Forms);
    }
}
