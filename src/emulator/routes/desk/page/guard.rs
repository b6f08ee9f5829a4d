//! Lets only the page itself change something. The other control routes are for tools and tests, and any page of this
//! machine may ask them; a form is sent by whoever is made to click.

use std::sync::LazyLock;

use http::header::{HOST, HeaderMap, ORIGIN};

use crate::emulator::instance::random::{SystemRandom, alphanumeric};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;

/// Only the page has it, and no other page can read that one. It is not of the emulator's own randomness, which a seed
/// may fix.
static PASS: LazyLock<String> = LazyLock::new(|| alphanumeric(&SystemRandom, 32));

pub(super) fn pass() -> &'static str {
    &PASS
}

/// Makes sure that a form comes from the page.
///
/// # Errors
/// [`Fault::NotFromDesk`].
pub(super) fn check(call: &Call) -> Result<(), Fault> {
    let text = |name: &str| text(&call.headers, name);
    let own = text(HOST.as_str()).map(|host| format!("http://{host}"));
    let is_own = own.is_some() && text(ORIGIN.as_str()).map(str::to_owned) == own;
    let is_same = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    if is_own && is_same && call.form.get("page") == Some(pass()) {
        Ok(())
    } else {
        Err(Fault::NotFromDesk)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
