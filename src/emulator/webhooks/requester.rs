//! The one who asked for a change, as far as the request tells.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HeaderName, USER_AGENT};
use serde_json::{Value, json};

/// In characters; longer than any browser's.
const MAX_AGENT: usize = 512;

#[derive(Clone, Debug)]
pub struct Requester {
    client_ip: String,
    user_agent: String,
}

impl Requester {
    /// A request that no proxy forwarded comes from this machine.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let forwarded = text(HeaderName::from_static("x-forwarded-for"));
        let first = forwarded.and_then(|list| list.split(',').next());
        let address = first.and_then(|address| address.trim().parse::<IpAddr>().ok());
        let agent = text(USER_AGENT).unwrap_or_default();
        Self {
            client_ip: address.map_or_else(|| "127.0.0.1".to_owned(), |known| known.to_string()),
            user_agent: agent.chars().take(MAX_AGENT).collect(),
        }
    }

    pub fn attributes(&self) -> Value {
        json!({
            "http_request": { "client_ip": self.client_ip, "user_agent": self.user_agent },
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn told(name: HeaderName, value: &str) -> Value {
        let value = HeaderValue::from_bytes(value.as_bytes());
        let headers = value.into_iter().map(|value| (name.clone(), value));
        Requester::of(&headers.collect()).attributes()["http_request"].take()
    }

    #[test]
    fn an_address_counts_if_it_is_one_and_a_name_of_a_browser_is_cut() {
        let forwarded = HeaderName::from_static("x-forwarded-for");
        for (sent, address) in [
            ("203.0.113.9, 10.0.0.1", "203.0.113.9"),
            ("::1", "::1"),
            ("<script>", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            assert_eq!(told(forwarded.clone(), sent)["client_ip"], address);
        }
        let agent = told(USER_AGENT, &"x".repeat(10_000));
        assert_eq!(agent["user_agent"], "x".repeat(MAX_AGENT));
        assert_eq!(told(USER_AGENT, "\u{fc}")["user_agent"], "");
    }
}
