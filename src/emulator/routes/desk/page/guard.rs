//! Lets only the page itself press its buttons. The other control routes are for tools and tests, which send no `Origin`.

use std::sync::LazyLock;

use crate::emulator::instance::random::{SystemRandom, alphanumeric};
use crate::emulator::routes::admission::is_own_page;
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
    let site = call.headers.get("sec-fetch-site");
    let is_same = site.is_none_or(|site| site == "same-origin");
    if is_own_page(&call.headers) && is_same && call.form.get("page") == Some(pass()) {
        Ok(())
    } else {
        Err(Fault::NotFromDesk)
    }
}
