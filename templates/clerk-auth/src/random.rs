//! Unguessable text: the nonce of a page's content security policy, the reference id of an error page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 128 random bits as 22 URL-safe characters.
///
/// Empty when the system has no randomness to give: no script carries an empty nonce past a browser, so a page
/// then fails closed.
pub fn nonce() -> String {
    let mut bytes = [0; 16];
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => URL_SAFE_NO_PAD.encode(bytes),
        Err(aws_lc_rs::error::Unspecified) => String::new(),
    }
}
