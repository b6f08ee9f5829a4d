//! Recognises what stands in the place of a key. All keys have the same words, because people paste the same things into
//! each.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD_INDIFFERENT};
use serde_json::Value;

use super::is_placeholder;
use crate::config::host::is_host;
use crate::config::keys::{AS_PEM, IN_API_KEYS, IN_MACHINES, IN_WEBHOOKS};
use crate::config::problem::{ProblemKind, Refusal};

/// The key that belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Publishable,
    Secret,
    Machine,
    Webhook,
    Jwt,
}

/// The beginnings of Clerk's things, and what they are.
const KEYS: [(&str, &str); 9] = [
    ("pk_test_", "a publishable key"),
    ("pk_live_", "a publishable key"),
    ("sk_test_", "a secret key"),
    ("sk_live_", "a secret key"),
    ("whsec_", "the signing secret of a webhook (whsec_)"),
    ("ak_", "an API key or a machine secret key (ak_)"),
    ("mt_", "a machine-to-machine token (mt_)"),
    ("oat_", "an OAuth access token (oat_)"),
    ("ssh-", "a key for SSH"),
];

const IDS: [(&str, &str); 9] = [
    ("ins_", "the id of an instance (ins_)"),
    ("app_", "the id of an application (app_)"),
    ("user_", "the id of a user (user_)"),
    ("org_", "the id of an organization (org_)"),
    ("sess_", "the id of a session (sess_)"),
    ("client_", "the id of a client (client_)"),
    ("mch_", "the id of a machine (mch_)"),
    ("ep_", "the id of a webhook endpoint (ep_)"),
    ("msg_", "the id of a webhook's message (msg_)"),
];

impl Wanted {
    const fn where_it_is(self) -> &'static str {
        match self {
            Self::Publishable | Self::Secret => IN_API_KEYS,
            Self::Machine => IN_MACHINES,
            Self::Webhook => IN_WEBHOOKS,
            Self::Jwt => AS_PEM,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Publishable => "a publishable key",
            Self::Secret => "a secret key",
            Self::Machine => "a machine secret key",
            Self::Webhook => "the signing secret of a webhook",
            Self::Jwt => "a PEM public key",
        }
    }

    const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Publishable => &["pk_"],
            // Keys of the oldest instances lack the `sk_`.
            Self::Secret => &["sk_", "test_", "live_"],
            Self::Machine => &["ak_"],
            Self::Webhook => &["whsec_"],
            Self::Jwt => &["-----BEGIN"],
        }
    }

    fn other(self, what: &str) -> Refusal {
        let problem = format!("is {what}, not {}", self.name());
        Refusal::new(ProblemKind::Other, problem, self.where_it_is())
    }
}

/// A refusal that names the text as what it is, unless it may be the wanted key, even if a spoilt one.
pub(super) fn other_thing(text: &str, wanted: Wanted) -> Option<Refusal> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let remedy = wanted.where_it_is();
    if text.is_empty() {
        return Some(Refusal::new(ProblemKind::Other, "is empty", remedy));
    }
    let is_own = wanted.prefixes().iter().any(|own| text.starts_with(own))
        || (wanted == Wanted::Jwt && text.contains("-----BEGIN "));
    if !is_own && let Some(refusal) = by_form(text, wanted) {
        return Some(refusal);
    }
    if is_placeholder(text) {
        let problem = "still holds a placeholder";
        return Some(Refusal::new(ProblemKind::Placeholder, problem, remedy));
    }
    let what = other_key(text).filter(|_| !is_own)?;
    Some(wanted.other(what))
}

/// Judges by the form of the whole text, whatever its words are: the address in an example is an address.
fn by_form(text: &str, wanted: Wanted) -> Option<Refusal> {
    if let Some(what) = reference(text) {
        let mut refusal = wanted.other(what);
        "write the key itself, or start the app with the tool that replaces this"
            .clone_into(&mut refusal.remedy);
        return Some(refusal);
    }
    // A token has dots, as host names have.
    let place = || place(text).filter(|_| !text.starts_with("eyJ"));
    if let Some(what) = document(text).or_else(place) {
        return Some(wanted.other(what));
    }
    let (layers, prefix, what) = encoded(text)?;
    let is_own = wanted.prefixes().iter().any(|own| prefix.starts_with(own));
    Some(match (is_own, layers) {
        (false, _) => wanted.other(&format!("base64 of {what}")),
        (true, 1) => too_often("is base64 of a key: it was encoded once too often", wanted),
        (true, _) => too_often("is base64 of base64 of a key", wanted),
    })
}

fn too_often(problem: &str, wanted: Wanted) -> Refusal {
    let remedy = format!("decode it, or {}", wanted.where_it_is());
    Refusal::new(ProblemKind::Encoded, problem, remedy)
}

/// A file whose lines end in CR alone is one line to every reader of `.env` files: its first variable has all the rest.
pub(super) fn lone_cr(text: &str) -> Option<Refusal> {
    let index = text
        .match_indices('\r')
        .map(|(index, _)| index)
        .find(|index| is_assignment(text[index + 1..].lines().next().unwrap_or_default()))?;
    let position = text[..index].chars().count() + 1;
    Some(Refusal::new(
        ProblemKind::Other,
        format!(
            "holds the lines that follow it: the lines of the file end in CR alone (\\r), the first at position {position}"
        ),
        "save the file with LF as its line ends (Unix)",
    ))
}

/// Something that a tool should have replaced before the app read it.
fn reference(text: &str) -> Option<&'static str> {
    const STORES: &str = "op:// vault:// vault: bao: ref+ secretref: arn:aws aws-sm:// awssm:// gcp-sm:// gcpsm:// sm:// \
    akv:// doppler:// infisical:// bws:// pass:// keyring: {{resolve: @microsoft.keyvault(";
    let lower = text.to_ascii_lowercase();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let percent = text
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'));
    let is_of_google = lower.starts_with("projects/") && lower.contains("/secrets/");
    if STORES.split(' ').any(|store| lower.starts_with(store)) || is_of_google {
        Some("a reference to a secret store")
    } else if lower.starts_with("encrypted:") {
        Some("a value encrypted by dotenvx")
    } else if lower.starts_with("enc[") {
        Some("a value encrypted by sops")
    } else if percent.is_some_and(is_name) {
        Some("a reference that nothing has replaced (%NAME%)")
    } else if lower.starts_with("$(") && lower.ends_with(')') {
        Some("a command that no shell has run")
    } else {
        None
    }
}

/// Texts of a known form, of one line or many.
fn document(text: &str) -> Option<&'static str> {
    if let Some((_, rest)) = text.split_once("-----BEGIN ") {
        let label = rest.split("-----").next().unwrap_or_default();
        return Some(match label {
            "CERTIFICATE" => "a certificate",
            _ if label.ends_with("PRIVATE KEY") => "a private key",
            _ if label.ends_with("PUBLIC KEY") => "a PEM key, as for CLERK_JWT_KEY",
            _ => "a PEM block",
        });
    }
    let lower = text.get(..5).unwrap_or_default().to_ascii_lowercase();
    let is_page = lower.starts_with("<!") || lower.starts_with("<html") || lower == "<?xml";
    if is_page || (text.starts_with('<') && text.contains("</")) {
        return Some("a web page or XML");
    }
    if let Ok(Value::String(inner)) = serde_json::from_str::<Value>(text) {
        return document(inner.trim());
    }
    let is_odd = |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace());
    if text.chars().filter(is_odd).take(3).count() == 3 || text.contains('\0') {
        return Some("binary data, such as a key in DER");
    }
    json(text).or_else(|| settings(text))
}

fn json(text: &str) -> Option<&'static str> {
    const SET: &str = "a key set in JSON (JWKS)";
    const KEY: &str = "a key in JSON (JWK)";
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let inner = text[1..].trim_start();
        // JSON may have lost its quotes or its end to a shell or the reader of a file.
        let is_json = inner.starts_with(['"', '{']) && !text.starts_with("{{");
        let is_bare = text.starts_with('{') && inner.contains(':') && !inner.starts_with('{');
        return match is_json || is_bare {
            true if inner.trim_start_matches('"').starts_with("keys") => Some(SET),
            true if inner.contains("kty") => Some(KEY),
            true => Some("JSON, cut off or without its quotes"),
            false => None,
        };
    };
    let list = value.as_array();
    let is_list = list.is_some_and(|list| list.iter().any(|key| key.get("kty").is_some()));
    Some(match () {
        () if value.get("jwks_uri").is_some() => "an OpenID configuration",
        () if value.get("keys").is_some() => SET,
        () if value.get("kty").is_some() => KEY,
        () if is_list => "a list of keys in JSON (JWKs)",
        () => "JSON",
    })
}

/// Files of settings: `.env`, TOML.
fn settings(text: &str) -> Option<&'static str> {
    let lines = || {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let first = lines().next()?;
    let is_table = first.starts_with('[') && first.ends_with(']');
    if is_table && lines().skip(1).any(|line| line.contains('=')) {
        return Some("a TOML file");
    }
    match (is_assignment(first), lines().nth(1)) {
        (true, None) => Some("a line of an .env file, with the variable's name and ="),
        (true, Some(_)) => Some("an .env file"),
        (false, _) => None,
    }
}

/// `NAME=value`, and not base64 with `=` at its end.
fn is_assignment(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line);
    line.split_once('=').is_some_and(|(name, value)| {
        let is_of_name =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let name = name.trim_end();
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(is_of_name)
            && (name.contains('_') || !value.trim_matches('=').is_empty())
    })
}

fn other_key(text: &str) -> Option<&'static str> {
    if text.starts_with("eyJ") {
        return Some(match text.matches('.').count() {
            2 => "a token (JWT)",
            _ => "JSON in base64",
        });
    }
    if text.starts_with("v1,") {
        return Some("a signature of a webhook");
    }
    if let Some((_, what)) = KEYS.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(what);
    }
    let is_id = |rest: &str| {
        rest.len() >= 6
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && rest.bytes().any(|byte| byte.is_ascii_digit())
    };
    let id = IDS
        .iter()
        .find(|(start, _)| text.strip_prefix(start).is_some_and(is_id));
    id.map(|(_, what)| *what)
}

/// Places: an address, a host, a file.
fn place(text: &str) -> Option<&'static str> {
    const ENDS: &str = ".pem .pub .key .crt .cer .der .json .txt .env .toml .yaml";
    let lower = text.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    if text.len() > 2048 || text.contains('\n') {
        return None;
    }
    let is_drive = text
        .get(1..3)
        .is_some_and(|rest| matches!(rest, ":\\" | ":/"));
    let is_file = starts(&["/", "./", "../", "~/", "@", "file:", "\\\\"])
        || is_drive
        || ENDS.split(' ').any(|end| lower.ends_with(end));
    let (name, _) = text.split_once(':').unwrap_or((text, ""));
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_named = (name.contains('.') && last.bytes().all(|byte| byte.is_ascii_alphabetic()))
        || name == "localhost";
    if (text.contains("://") && !lower.starts_with("file:")) || starts(&["https:", "http:"]) {
        Some("an address")
    } else if is_file {
        Some("the path of a file")
    } else if is_host(text) && is_named {
        Some("a host name")
    } else {
        None
    }
}

/// A key in base64, encoded once or twice: the number of layers, the prefix, and what it is.
fn encoded(text: &str) -> Option<(u32, &'static str, &'static str)> {
    let mut text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for layer in 1..=2 {
        let bytes = STANDARD_NO_PAD_INDIFFERENT
            .decode(&text)
            .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode(&text))
            .ok()?;
        let inner = String::from_utf8(bytes).ok()?;
        text = inner.trim().to_owned();
        let is_one_word = text.bytes().all(|byte| byte.is_ascii_graphic());
        let key = KEYS.iter().find(|(prefix, _)| text.starts_with(prefix));
        if let Some((prefix, what)) = key.filter(|_| is_one_word) {
            return Some((layer, prefix, what));
        }
    }
    None
}
