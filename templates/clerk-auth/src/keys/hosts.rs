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
    is_development_portal(host) || is_legacy_development_portal(host)
}

/// True for the accounts portal of a development instance.
pub fn is_development_portal(host: &str) -> bool {
    PORTAL_SUFFIXES.iter().any(|suffix| {
        host.strip_suffix(suffix)
            .is_some_and(|name| !name.ends_with(".clerk"))
    })
}

/// True for the accounts portal of a development instance of the old kind.
pub fn is_legacy_development_portal(host: &str) -> bool {
    host.starts_with("accounts.") && has_legacy_suffix(host)
}

/// True for the host of a local emulator: `emulator-<8 hex>.localhost.clerk.accounts.dev`.
pub fn is_local_emulator_host(host: &str) -> bool {
    host.strip_prefix("emulator-")
        .and_then(|rest| rest.strip_suffix(".localhost.clerk.accounts.dev"))
        .is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// True if a key built for this host gets the prefix `pk_test_`.
pub(super) fn is_development_frontend_api(host: &str) -> bool {
    let legacy = host.starts_with("clerk.")
        && has_legacy_suffix(host)
        && !host.ends_with(".prod.lclclerk.com");
    legacy || is_generated_development_host(&host.to_ascii_lowercase())
}

/// `^([a-z]+-){2}[0-9]{1,2}\.clerk\.accounts[a-z.]*(dev|com)$`, on a host in lower case.
fn is_generated_development_host(host: &str) -> bool {
    let Some((name, domain)) = host.split_once('.') else {
        return false;
    };
    let Some(zone) = domain.strip_prefix("clerk.accounts") else {
        return false;
    };
    let mut pieces = name.split('-');
    let mut word = || {
        pieces.next().is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    let words = word() && word();
    let number = pieces.next().unwrap_or_default();
    words
        && pieces.next().is_none()
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (zone.ends_with("dev") || zone.ends_with("com"))
        && zone
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'.')
}

fn has_legacy_suffix(host: &str) -> bool {
    LEGACY_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}
