//! Facts that follow from a host name alone (`request-authentication.md` sections 1.1 and 1.2).

const LEGACY_SUFFIXES: [&str; 3] = [".lcl.dev", ".lclstage.dev", ".lclclerk.com"];
const PORTAL_SUFFIXES: [&str; 3] = [
    ".accounts.dev",
    ".accountsstage.dev",
    ".accounts.lclclerk.com",
];

/// The origin of the accounts portal that belongs to a Frontend API host. The replacement is by text, not by label,
/// as in the reference: a host without `clerk.` in it is its own portal.
pub fn accounts_portal_origin(frontend_api: &str) -> String {
    let host = frontend_api.replacen("clerk.accountsstage.", "accountsstage.", 1);
    let Some((before, after)) = host.split_once("clerk.") else {
        return format!("https://{host}");
    };
    let after = after.strip_prefix("accounts.").unwrap_or(after);
    format!("https://{before}accounts.{after}")
}

/// True for the accounts portal of a development instance, old or new.
pub fn is_known_portal(host: &str) -> bool {
    let is_new = PORTAL_SUFFIXES.iter().any(|suffix| {
        let name = host.strip_suffix(suffix);
        name.is_some_and(|name| !name.ends_with(".clerk"))
    });
    is_new || (host.starts_with("accounts.") && has_legacy_suffix(host))
}

/// True for the host of a local emulator: `emulator-<8 hex>.localhost.clerk.accounts.dev`.
pub fn is_local_emulator_host(host: &str) -> bool {
    host.strip_prefix("emulator-")
        .and_then(|rest| rest.strip_suffix(".localhost.clerk.accounts.dev"))
        .is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

pub(super) fn has_legacy_suffix(host: &str) -> bool {
    LEGACY_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}
