//! Things that people paste in the place of a token. They are called by their own name instead of counting their dots.
//! They may be secret, so nothing of them is repeated.

use serde_json::{Map, Value};

use super::header;

/// Something pasted in the place of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mistaken {
    /// The path of a file.
    Path,
    /// An address.
    Address,
    /// Decoded claims.
    Claims,
    /// A decoded header.
    Header,
    /// The payload of a token without its other parts.
    PayloadAlone,
    /// The header of a token without its other parts.
    HeaderAlone,
    /// A key or a certificate.
    Pem,
    /// Keys as JSON.
    Keys,
    /// Some other JSON.
    Json,
    /// The id of something.
    Id(&'static str),
    /// A token in small letters only, or in capitals only.
    Case,
    /// Bytes of gzip.
    Compressed,
    /// Bytes that are not text.
    Binary,
}

/// The things that ids belong to, by the ids' beginnings.
const IDS: [(&str, &str); 10] = [
    ("user_", "a user"),
    ("sess_", "a session"),
    ("org_", "an organization"),
    ("orgmem_", "a membership"),
    ("client_", "a browser"),
    ("ins_", "an instance"),
    ("app_", "an application"),
    ("inv_", "an invitation"),
    ("idn_", "an e-mail address or another identification"),
    ("mch_", "a machine"),
];

const EXTENSIONS: [&str; 13] = [
    "txt", "json", "jwt", "token", "log", "har", "env", "pem", "jwks", "ndjson", "csv", "gz", "md",
];
const DOMAINS: [&str; 9] = [
    "dev",
    "com",
    "org",
    "net",
    "io",
    "app",
    "example",
    "localhost",
    "test",
];

/// Longer texts are neither a path nor an address.
const LONGEST_NAME: usize = 255;
/// A shorter word may be any word.
const SHORTEST_TOKEN: usize = 40;

impl Mistaken {
    /// Recognises a text; `None` if it may be a damaged token or prose.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with("\u{1f}\u{fffd}") || text.starts_with("\u{1f}\u{8b}") {
            return Some(Self::Compressed);
        }
        if is_binary(text) {
            return Some(Self::Binary);
        }
        if text.contains("-----BEGIN ") {
            return Some(Self::Pem);
        }
        if text.starts_with(['{', '[']) {
            return json(text);
        }
        if text.contains(char::is_whitespace) {
            return None;
        }
        let id = IDS.into_iter().find(|(prefix, _)| is_id(text, prefix));
        if let Some((_, what)) = id {
            return Some(Self::Id(what));
        }
        if is_path(text) {
            return Some(Self::Path);
        }
        if is_address(text) {
            return Some(Self::Address);
        }
        is_in_one_case(text)
            .then_some(Self::Case)
            .or_else(|| part_alone(text))
    }

    /// A stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Address => "address",
            Self::Claims | Self::Header => "decoded",
            Self::PayloadAlone | Self::HeaderAlone => "part-alone",
            Self::Pem | Self::Keys => "key",
            Self::Json => "json",
            Self::Id(_) => "id",
            Self::Case => "letter-case",
            Self::Compressed => "compressed",
            Self::Binary => "binary",
        }
    }

    /// A description, in words that follow "it".
    pub const fn told(self) -> &'static str {
        match self {
            Self::Path => "is the path of a file, not a token",
            Self::Address => "is an address, not a token",
            Self::Claims => "is what a token says, decoded already",
            Self::Header => "is the header of a token, decoded already",
            Self::PayloadAlone => {
                "is the payload of a token alone: header and signature are missing"
            }
            Self::HeaderAlone => {
                "is the header of a token alone: payload and signature are missing"
            }
            Self::Pem => "is a key or a certificate (PEM), not a token",
            Self::Keys => "is a key or a key set (JWK, JWKS), not a token",
            Self::Json => "is JSON without a token in it",
            Self::Id(_) => "is no token but the id of ",
            Self::Case => {
                "was a token, but its letters are all small or all capitals now, and they say different things"
            }
            Self::Compressed => "is compressed (gzip)",
            Self::Binary => "is no text: there are bytes in it that no text has",
        }
    }

    /// The advice.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Path => "to read a file, write @ in front of its name: `@token.txt`",
            Self::Address | Self::Id(_) => {
                "a token stands in the header Authorization of a request, or in the cookie `__session`"
            }
            Self::Claims | Self::Header => "paste the token itself, which starts with `eyJ`",
            Self::PayloadAlone | Self::HeaderAlone => {
                "copy all of it: three parts with dots between them"
            }
            Self::Pem => "tokens are verified with it: `clerk-rs token verify --jwt-key @FILE`",
            Self::Keys => "tokens are verified with it: `clerk-rs token verify --jwks FILE`",
            Self::Json => "a JWT starts with `eyJ`",
            Self::Case => "copy it from where nothing has changed its letters",
            Self::Compressed => "unpack it first: `zcat FILE | clerk-rs token decode -`",
            Self::Binary => "paste the token as text: it starts with `eyJ`",
        }
    }
}

fn is_binary(text: &str) -> bool {
    let is_odd =
        |c: &char| *c == '\u{fffd}' || (c.is_control() && !c.is_whitespace() && *c != '\u{1b}');
    let odd = text.chars().filter(is_odd).count();
    odd > 3 && odd * 10 >= text.chars().count() && !header::is_start(text.as_bytes())
}

/// Claims of which every token of Clerk's has some.
fn has_claims(object: &Map<String, Value>) -> bool {
    ["sub", "iss", "exp", "iat", "sid", "azp", "nbf"]
        .iter()
        .any(|name| object.contains_key(*name))
}

fn json(text: &str) -> Option<Mistaken> {
    let value = serde_json::from_str(text).ok()?;
    Some(match value {
        Value::Object(object) => {
            if object.contains_key("kty") || object.get("keys").is_some_and(Value::is_array) {
                Mistaken::Keys
            } else if object.contains_key("alg") {
                Mistaken::Header
            } else if has_claims(&object) {
                Mistaken::Claims
            } else {
                Mistaken::Json
            }
        }
        _ => Mistaken::Json,
    })
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        (4..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn is_path(text: &str) -> bool {
    let is_place = ["./", "../", "/", "~/", "file://", ".\\", "C:\\"]
        .iter()
        .any(|start| text.starts_with(start));
    let extension = text.rsplit_once('.').map(|(_, extension)| extension);
    let is_file =
        extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) && !text.contains("://");
    text.len() > 1 && text.len() <= LONGEST_NAME && !text.contains("eyJ") && (is_place || is_file)
}

fn is_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return true;
    }
    let host = lower.split(['/', ':', '?']).next().unwrap_or_default();
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let domain = host.rsplit_once('.').map(|(_, domain)| domain);
    host.len() <= LONGEST_NAME
        && host.bytes().all(is_of_host)
        && domain.is_some_and(|domain| DOMAINS.contains(&domain))
}

fn is_in_one_case(text: &str) -> bool {
    let is_small = text.starts_with("eyj") && !text.contains(|c: char| c.is_ascii_uppercase());
    let is_capital = text.starts_with("EYJ") && !text.contains(|c: char| c.is_ascii_lowercase());
    text.len() >= SHORTEST_TOKEN && (is_small || is_capital)
}

fn part_alone(text: &str) -> Option<Mistaken> {
    let object = header::object(text.as_bytes()).filter(|_| !text.contains('.'))?;
    if object.contains_key("alg") {
        return Some(Mistaken::HeaderAlone);
    }
    has_claims(&object).then_some(Mistaken::PayloadAlone)
}
