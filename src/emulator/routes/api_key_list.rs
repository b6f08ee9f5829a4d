//! The list of a subject's API keys, which servers and pages ask for in the same words.

use clerk_auth::time::UnixMillis;
use serde_json::Value;

use super::call::Fields;
use super::fault::Fault;
use super::window::Window;
use crate::emulator::instance::Instance;
use crate::emulator::instance::machines::api_key::ApiKeyFilter;
use crate::emulator::shape::machines::api_key;

const MAX_LIMIT: usize = 100;

/// # Errors
/// A [`Fault`] when the query is wrong.
pub(super) fn api_key_list(
    instance: &Instance,
    query: &Fields,
    now: UnixMillis,
) -> Result<Value, Fault> {
    let window = Window::up_to(MAX_LIMIT, query)?;
    let filter = ApiKeyFilter {
        subject: query.required("subject")?,
        kind: query.get("type").unwrap_or("api_key"),
        include_invalid: query.flag("include_invalid")?.unwrap_or_default(),
        query: query.get("query"),
    };
    let keys = instance.api_keys(&filter, now);
    Ok(window.list(keys, |key| api_key(key, now)))
}
