//! The order of a server's list: `order_by`, with `+` or `-` before one of the names that the list knows.

use crate::emulator::instance::Refusal;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::fault::Fault;

/// What a record is compared by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Number(i64),
    Text(String),
}

/// Records that came oldest first, in the order that is asked for; newest first if none is. `key` tells what a record
/// is compared by under one of `names`.
pub(super) fn sorted<T>(
    mut records: Vec<T>,
    query: &Fields,
    names: &[&'static str],
    key: impl Fn(&T, &str) -> Key,
) -> Result<Vec<T>, Fault> {
    let asked = query.get("order_by").unwrap_or("-created_at");
    // A plus arrives as a blank from those who do not encode it.
    let (name, falls) = match asked.strip_prefix('-') {
        Some(name) => (name, true),
        None => (asked.trim_start_matches(['+', ' ']), false),
    };
    if !names.contains(&name) {
        return Err(Refusal::ParamValue("order_by").into());
    }
    records.sort_by_cached_key(|record| key(record, name));
    if falls {
        records.reverse();
    }
    Ok(records)
}
