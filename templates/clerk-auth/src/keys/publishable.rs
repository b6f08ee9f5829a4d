//! The publishable key: `pk_live_` or `pk_test_` and, in base64, the Frontend API host with a `$` behind it
//! (`request-authentication.md` sections 1.1 and 3.1).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::InstanceType;
use super::decode::decode;
use super::hosts::is_local_emulator_host;
use crate::crypto;

/// A publishable key that parsed. It keeps the text exactly as configured, because the cookie suffix is made from that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PublishableKey {
    text: String,
    instance_type: InstanceType,
    host: String,
    cookies: CookieNames,
}

/// The names of Clerk's cookies for one publishable key (section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CookieNames {
    /// `__session_<suffix>`
    pub session: String,
    /// `__client_uat_<suffix>`
    pub client_uat: String,
    /// `__clerk_db_jwt_<suffix>`
    pub dev_browser: String,
    /// `__refresh_<suffix>`
    pub refresh: String,
}

/// A text is not a publishable key. `Display` is the reference's sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishableKeyError {
    /// The text is empty.
    #[error("Publishable key is missing.")]
    Missing,
    /// The text does not have the form of a key.
    #[error("Publishable key not valid (expected format: pk_test_... or pk_live_...).")]
    Invalid,
}

impl PublishableKey {
    /// Reads a key by the rules of section 1.1. The text is not trimmed: one more space makes another cookie suffix.
    ///
    /// # Errors
    /// [`PublishableKeyError`] if the text is empty or not a key.
    pub fn parse(text: &str) -> Result<Self, PublishableKeyError> {
        if text.is_empty() {
            return Err(PublishableKeyError::Missing);
        }
        let (instance_type, host) = decode(text).ok_or(PublishableKeyError::Invalid)?;
        let suffix = cookie_suffix(text);
        Ok(Self {
            text: text.to_owned(),
            instance_type,
            host,
            cookies: CookieNames {
                session: format!("__session_{suffix}"),
                client_uat: format!("__client_uat_{suffix}"),
                dev_browser: format!("__clerk_db_jwt_{suffix}"),
                refresh: format!("__refresh_{suffix}"),
            },
        })
    }

    /// The text as configured.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instance type by the prefix; the host has no say in it.
    #[cfg(feature = "tool")]
    pub fn instance_type(&self) -> InstanceType {
        self.instance_type
    }

    /// True for a `pk_test_` key.
    pub fn is_development(&self) -> bool {
        self.instance_type == InstanceType::Development
    }

    /// The host that the key encodes, without scheme. Only the dot in it is certain: anybody can make a key.
    pub fn frontend_api_host(&self) -> &str {
        &self.host
    }

    /// The eight characters that tell this instance's cookies from those of others under the same domain.
    pub fn cookie_suffix(&self) -> &str {
        &self.cookies.session["__session_".len()..]
    }

    /// The suffixed cookie names, made once.
    pub fn cookie_names(&self) -> &CookieNames {
        &self.cookies
    }

    /// True if the key was made for a local emulator.
    pub fn is_local_emulator(&self) -> bool {
        is_local_emulator_host(&self.host)
    }

    /// True if the key has base64 padding or white space. It works, but the cookie suffix is another than without, so
    /// front end and server must be configured with the very same text.
    pub fn has_padding_or_white_space(&self) -> bool {
        self.text.contains('=') || self.text.contains(char::is_whitespace)
    }

    /// The address of the Frontend API: the proxy URL as given, `clerk.<domain>` for a satellite in production, else
    /// the host in the key. Empty texts count as absent.
    pub fn frontend_api<'a>(
        &'a self,
        proxy_url: Option<&'a str>,
        domain: Option<&str>,
        is_satellite: bool,
    ) -> Cow<'a, str> {
        if let Some(url) = proxy_url.filter(|url| !url.is_empty()) {
            return Cow::Borrowed(url);
        }
        match domain.filter(|domain| !domain.is_empty()) {
            Some(domain) if is_satellite && !self.is_development() => {
                Cow::Owned(format!("clerk.{domain}"))
            }
            _ => Cow::Borrowed(&self.host),
        }
    }
}

/// The first eight characters of URL-safe base64 of the SHA-1 of the text as configured (section 3.1). Any text has
/// one.
pub fn cookie_suffix(publishable_key: &str) -> String {
    let mut suffix = URL_SAFE_NO_PAD.encode(crypto::sha1(publishable_key.as_bytes()));
    suffix.truncate(8);
    suffix
}
