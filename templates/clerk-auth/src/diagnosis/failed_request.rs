//! The measurements: the request is compared with the app's configuration.

use std::borrow::Cow;

use http::header::AUTHORIZATION;

use super::Diagnosis;
use crate::authenticate::{Clerk, NotSignedIn};
use crate::cookies::{Cookies, client_uat};
use crate::error::{Reason, TokenError};
use crate::head::Head;
use crate::public_url::{Address, Connection};
use crate::token::{Unverified, decode};

/// Browsers drop a cookie if its name and value together have more bytes than this.
const COOKIE_LIMIT: usize = 4096;
/// From here on one more claim may be too much for the cookie.
const NEAR_LIMIT: usize = 3700;

const COOKIE_MISSING: &str = "A cookie that Clerk sets does not come back from the browser.";

/// A request that failed, and the app it came to.
pub(super) struct FailedRequest<'a> {
    pub(super) why: &'a NotSignedIn,
    pub(super) clerk: &'a Clerk,
    pub(super) head: &'a dyn Head,
    pub(super) connection: Connection<'a>,
    pub(super) cookies: Cookies<'a>,
}

impl FailedRequest<'_> {
    /// The first cause that can be measured; the surest measurements come first.
    pub(super) fn diagnose(&self) -> Diagnosis {
        self.unknown()
            .or_else(|| self.refused_token())
            .or_else(|| self.proxy())
            .or_else(|| self.cookie_size())
            .or_else(|| self.missing_cookie())
            .or_else(|| self.stale_token())
            .unwrap_or_else(|| self.other())
    }

    fn unknown(&self) -> Option<Diagnosis> {
        let unknown = self.why.unknown.as_ref()?;
        let is_local = self.clerk.config().has_local_keys();
        let unreachable = "Clerk could not be asked, so it is not known who is signed in.";
        let (cause, remedy) = match unknown.own_credential_refused {
            true if is_local => (
                "The emulator at CLERK_API_URL refuses this app's secret key.",
                "If it is another project's emulator, start this project's own with `clerk-rs dev`, which also \
                 chooses ports that are free; if a fault was ordered there, take it back.",
            ),
            true => (
                "Clerk refuses this app's secret key.",
                "Copy CLERK_SECRET_KEY again from the Clerk Dashboard, page API keys; it may have \
                 been rotated.",
            ),
            false if unknown.rationed => (
                unreachable,
                "Try again in a few seconds. If this lasts, somebody sends tokens of another \
                 instance, or with made-up keys.",
            ),
            false => (
                unreachable,
                "Check the network of this machine, its proxy settings and CLERK_API_URL, which with \
                 local keys is the emulator's address for servers; CLERK_JWT_KEY makes verification independent of it.",
            ),
        };
        Some(Diagnosis::new(cause, format!("{}.", unknown.cause), remedy))
    }

    /// The session that a handshake brought just now is looked at first: it is the freshest there can be.
    fn refused_token(&self) -> Option<Diagnosis> {
        match self.why.refused_session.as_deref() {
            Some(refused) => self.refused(&refused.error, refused.token.as_ref(), true),
            None => {
                let error = self.why.error.as_ref()?;
                self.refused(error, self.token().as_ref(), self.why.loop_ended)
            }
        }
    }

    fn refused(
        &self,
        error: &TokenError,
        token: Option<&Unverified>,
        is_fresh: bool,
    ) -> Option<Diagnosis> {
        match error.reason {
            Reason::TokenInvalidSignature | Reason::JwkKidMismatch => {
                Some(self.other_instance(token))
            }
            Reason::TokenInvalidAuthorizedParties => Some(self.authorized_party(token)),
            Reason::TokenNotActiveYet | Reason::TokenIatInTheFuture => self.clock(token?),
            // An expired token is nothing odd, unless it came fresh from a handshake.
            Reason::TokenExpired if is_fresh => self.clock(token?),
            _ => None,
        }
    }

    fn other_instance(&self, token: Option<&Unverified>) -> Diagnosis {
        let claim = |text: Option<&str>| text.map_or("none".to_owned(), quoted);
        let issuer = claim(token.and_then(|token| token.claim_str("iss")));
        let kid = claim(token.and_then(Unverified::kid));
        let host = self.clerk.config().issuer_host();
        Diagnosis::new(
            "The session token comes from another Clerk instance than this app's keys.",
            format!(
                "The token's issuer is {issuer} and its key {kid}; this app's publishable key is \
                 of {}.",
                quoted(&host)
            ),
            "Take CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY and CLERK_JWT_KEY from one page of the \
             Clerk Dashboard, restart, and clear this site's cookies.",
        )
    }

    fn authorized_party(&self, token: Option<&Unverified>) -> Diagnosis {
        let listed = self.clerk.config().authorized_parties.join(", ");
        let azp = token.and_then(|token| token.claim_str("azp"));
        let (has, remedy) = match azp.filter(|azp| !azp.is_empty()) {
            None => (
                "The token has no azp claim, as happens after a handshake, because browsers send \
                 no Origin on navigations"
                    .to_owned(),
                "Set CLERK_ACCEPT_ABSENT_AZP=true (a wrong azp is still refused), or remove \
                 CLERK_AUTHORIZED_PARTIES.",
            ),
            Some(azp) => (
                format!("The token's azp is {}", quoted(azp)),
                "Add the origin under which browsers reach the front end to \
                 CLERK_AUTHORIZED_PARTIES, exactly as the address bar shows it.",
            ),
        };
        Diagnosis::new(
            "The session token was made for another site than those this app allows.",
            format!("{has}; CLERK_AUTHORIZED_PARTIES lists {listed}."),
            remedy,
        )
    }

    fn clock(&self, token: &Unverified) -> Option<Diagnosis> {
        let now = self.clerk.now().seconds();
        let issued = token.claim_i64("iat").or_else(|| token.claim_i64("nbf"))?;
        let ahead = now.saturating_sub(issued);
        let evidence = if ahead < 0 {
            let behind = ahead.saturating_neg();
            format!("The token was made {behind} s in this machine's future.")
        } else {
            format!(
                "Clerk was just asked for a fresh token; this one was made {ahead} s ago by this \
                 machine's clock."
            )
        };
        Some(Diagnosis::new(
            "The clock of this machine differs from Clerk's.",
            evidence,
            "Set the clock of this machine (NTP); after a suspended laptop, WSL or container host, \
             restart its time service. That of a local emulator: `clerk-rs emulator clock reset`. If the clock \
             is right, the browser kept an old cookie: the new one may be larger than 4096 bytes.",
        ))
    }

    /// The address that the proxy names differs from the one the app believes in, so cookies and redirects miss it.
    fn proxy(&self) -> Option<Diagnosis> {
        if self.clerk.config().trust_proxy_headers || !self.why.loop_ended {
            return None;
        }
        let own = Address::of(self.head, self.connection, false);
        let told = Address::of(self.head, self.connection, true);
        (own != told).then(|| {
            Diagnosis::new(
                "A proxy stands before this app, but its headers are not trusted.",
                format!(
                    "The app takes itself for {}://{}, the forwarded headers say {}://{}.",
                    own.scheme, own.host, told.scheme, told.host
                ),
                "If your own proxy sets these headers on every request, set \
                 CLERK_TRUST_PROXY_HEADERS=true.",
            )
        })
    }

    fn cookie_size(&self) -> Option<Diagnosis> {
        let sizes = self.cookies.sizes();
        let of_session = sizes.filter(|(name, _)| name.starts_with("__session"));
        let (name, size) = of_session.max_by_key(|(_, size)| *size)?;
        (size >= NEAR_LIMIT).then(|| {
            Diagnosis::new(
                "The session cookie is so large that browsers drop it.",
                format!("{name} has {size} of at most {COOKIE_LIMIT} bytes."),
                "Take custom claims out of the session token (Clerk Dashboard, Sessions, Customize \
                 session token) and read them from the Backend API.",
            )
        })
    }

    fn missing_cookie(&self) -> Option<Diagnosis> {
        let (missing, hint) = match &*self.why.reason {
            "client-uat-but-no-session-token" => (
                "__session",
                "It may be larger than 4096 bytes (custom claims), marked Secure on a plain http \
                 address, or set for another domain.",
            ),
            "session-token-but-no-client-uat" => (
                "__client_uat",
                "The Frontend API sets it for the parent domain: check that this app's domain is \
                 the one in the Clerk Dashboard.",
            ),
            "dev-browser-missing" => (
                "__clerk_db_jwt",
                "The browser blocks cookies here, or the page is in a frame of another site.",
            ),
            _ => return None,
        };
        let arrived = match self.clerk_cookies() {
            names if names.is_empty() => "none".to_owned(),
            names => names.join(", "),
        };
        Some(Diagnosis::new(
            COOKIE_MISSING,
            format!("{missing} did not arrive; of Clerk's cookies came: {arrived}. {hint}"),
            "Look at the cookies of this site in the browser's developer tools; clear them and try \
             once more.",
        ))
    }

    fn stale_token(&self) -> Option<Diagnosis> {
        if self.why.reason != "session-token-iat-before-client-uat" {
            return None;
        }
        let issued = self.token()?.claim_i64("iat")?;
        let names = self.clerk.config().publishable_key.as_ref()?.cookie_names();
        let uat = self
            .cookies
            .non_empty(&names.client_uat)
            .or_else(|| self.cookies.non_empty("__client_uat"))?;
        let behind = client_uat(&uat).saturating_sub(issued);
        Some(Diagnosis::new(
            COOKIE_MISSING,
            format!(
                "The session cookie is {behind} s older than the last sign-in, although Clerk was \
                 asked for a fresh one."
            ),
            "Two session cookies may hide each other (other path or domain): clear this site's \
             cookies.",
        ))
    }

    fn other(&self) -> Diagnosis {
        let evidence = if self.why.message.is_empty() {
            format!("Reason: {}.", self.why.reason)
        } else {
            self.why.message.clone()
        };
        Diagnosis::new(
            "Clerk's answer to the sign-in did not lead to a session that this app accepts.",
            evidence,
            "Clear this site's cookies and try once more; look the reason up in the log of this \
             app.",
        )
    }

    /// The session token of the request, if it decodes. Nothing in it is verified.
    fn token(&self) -> Option<Unverified> {
        let header = self.head.text(&AUTHORIZATION);
        let bearer = header.map(|value| value.strip_prefix("Bearer ").unwrap_or(value));
        if let Some(token) = bearer {
            return decode(token).ok();
        }
        let names = self.clerk.config().publishable_key.as_ref()?.cookie_names();
        let cookie = |name: &str| {
            self.cookies
                .non_empty(name)
                .and_then(|token| decode(&token).ok())
        };
        cookie(&names.session).or_else(|| cookie("__session"))
    }

    /// Names only: values are credentials.
    fn clerk_cookies(&self) -> Vec<String> {
        const KNOWN: [&str; 4] = ["__session", "__client_uat", "__clerk_db_jwt", "__refresh"];
        let names = self.cookies.names();
        let ours = names
            .filter(|name| name.len() < 32 && KNOWN.iter().any(|known| name.starts_with(known)));
        ours.take(12).map(Cow::into_owned).collect()
    }
}

/// A stranger's text in quotes, control characters escaped, and not endless.
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(100).collect();
    format!("{start:?}")
}
