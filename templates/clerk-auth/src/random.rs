//! Unguessable text: the nonce of a page's content security policy, the reference id of an error page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto;

/// 128 random bits as 22 URL-safe characters.
///
/// It is empty if the system has no randomness to give. Browsers run no script with an empty nonce, so a page then
/// fails closed.
pub fn nonce() -> String {
    crypto::random::<16>().map_or_else(String::new, |bytes| URL_SAFE_NO_PAD.encode(bytes))
}
