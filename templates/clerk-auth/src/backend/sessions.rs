//! Calls about sessions: the handshake payload, refresh, tokens.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use http::Method;
use http::header::COOKIE;
use serde_json::{Map, Value, json};

use super::{BackendClient, BackendError};
use crate::head::Head;

/// Everything a refresh needs (`request-authentication.md` section 6.9).
#[derive(Clone, Copy)]
pub struct RefreshRequest<'a> {
    /// The claim `sid` of the expired token, not verified yet.
    pub session_id: &'a str,
    /// The expired session token.
    pub expired_token: &'a str,
    /// The value of the refresh cookie.
    pub refresh_token: &'a str,
    /// The origin of the public URL.
    pub request_origin: &'a str,
    /// The browser's request, for its headers.
    pub request: &'a dyn Head,
    /// True if the instance's suffixed cookies are in use.
    pub suffixed_cookies: bool,
}

impl BackendClient {
    /// The cookie list that a handshake nonce stands for (section 6.8).
    ///
    /// # Errors
    /// [`BackendError`]; with status 404 if the nonce is unknown.
    pub async fn handshake_payload(&self, nonce: &str) -> Result<Vec<String>, BackendError> {
        let path = ["clients", "handshake_payload"];
        let query = [("nonce", nonce)];
        let answer = self.request(Method::GET, &path, &query, None).await?;
        Ok(texts(&answer["directives"]))
    }

    /// Trades an expired session token and its refresh token for a new cookie list (section 6.9).
    ///
    /// # Errors
    /// [`BackendError`]; the code of its first entry is the reason word.
    pub async fn refresh_session(
        &self,
        refresh: RefreshRequest<'_>,
    ) -> Result<Vec<String>, BackendError> {
        let body = json!({
            "format": "cookie",
            "expired_token": refresh.expired_token,
            "refresh_token": refresh.refresh_token,
            "request_origin": refresh.request_origin,
            "request_headers": header_lists(refresh.request),
        });
        let path = ["sessions", refresh.session_id, "refresh"];
        let suffixed = refresh.suffixed_cookies;
        let query = suffixed.then_some(("suffixed_cookies", "true"));
        let query = query.as_slice();
        let answer = self
            .request(Method::POST, &path, query, Some(&body))
            .await?;
        Ok(texts(&answer["cookies"]))
    }

    /// A new token of the session (section 10.1): one of a JWT template if you name one, and with another lifetime than
    /// a minute if you give `expires_in_seconds`, 30 or more.
    ///
    /// # Errors
    /// [`BackendError`].
    pub async fn session_token(
        &self,
        session_id: &str,
        template: Option<&str>,
        expires_in_seconds: Option<u32>,
    ) -> Result<String, BackendError> {
        let mut path = vec!["sessions", session_id, "tokens"];
        path.extend(template);
        let body = match expires_in_seconds {
            Some(seconds) => json!({ "expires_in_seconds": seconds }),
            None => json!({}),
        };
        let answer = self.request(Method::POST, &path, &[], Some(&body)).await?;
        let token = answer["jwt"].as_str().map(str::to_owned);
        token.ok_or(BackendError::Shape("a token"))
    }
}

/// The texts in a list. Anything else in it, or in its place, is passed over.
pub(crate) fn texts(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    let texts = items.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// Every header as a list with one value. Several lines of one header are joined, as `Headers` of browsers does.
fn header_lists(head: &dyn Head) -> Map<String, Value> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    head.headers(&mut |name, line| {
        // Header values are bytes; the reference reads one character from each.
        let line = line.iter().copied().map(char::from);
        match joined.entry(name.to_owned()) {
            Entry::Vacant(first) => {
                first.insert(line.collect());
            }
            Entry::Occupied(mut lines) => {
                let is_cookie = name == COOKIE.as_str();
                let lines = lines.get_mut();
                lines.push_str(if is_cookie { "; " } else { ", " });
                lines.extend(line);
            }
        }
    });
    let joined = joined.into_iter();
    joined.map(|(name, lines)| (name, json!([lines]))).collect()
}
