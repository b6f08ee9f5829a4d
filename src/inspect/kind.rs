//! The kind of a token. For opaque ones the prefix or the name before it decides; if neither can, we say so. Nothing is
//! verified here.

use clerk_auth::token::{Unverified, category, decode};
use clerk_auth::token_type::TokenType;
use serde_json::{Number, Value};

use super::absent::Absent;
use super::examine;
use super::fault::{self, Fault};
use super::paste::{Carrier, Found};
use super::signature::{self, Signature};

/// The kinds of tokens that Clerk uses, and things that people paste in their place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Somebody signed in; claims of version 1.
    SessionV1,
    /// Somebody signed in; claims of version 2.
    SessionV2,
    /// Made from a JWT template of the instance.
    Template,
    /// Carries the cookies of a handshake.
    Handshake,
    /// Stands for a handshake's cookies, which it fetches once.
    HandshakeNonce,
    /// Names the browser of a development instance.
    DevBrowser,
    /// Renews an expired session token.
    Refresh,
    /// Names the browser on the Frontend API's own host.
    Client,
    /// An invitation or a sign-in link.
    Ticket,
    /// Lets automated tests past bot protection.
    Testing,
    /// One machine talking to another.
    M2m,
    /// Given to another application.
    OAuth,
    /// Tells another application who signed in.
    IdToken,
    /// Starts with `ak_`, as three different things do.
    ApiKey,
    /// The id of a key or token, not the thing itself.
    ObjectId,
    /// A JWT, but none of Clerk's.
    OtherJwt,
    /// A secret key of an instance.
    SecretKey,
    /// A publishable key of an instance.
    PublishableKey,
    /// The secret that signs webhooks.
    WebhookSecret,
    /// None of these.
    NoToken,
}

impl Kind {
    /// A stable word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionV1 => "session-v1",
            Self::SessionV2 => "session-v2",
            Self::Template => "template",
            Self::Handshake => "handshake",
            Self::HandshakeNonce => "handshake-nonce",
            Self::DevBrowser => "dev-browser",
            Self::Refresh => "refresh",
            Self::Client => "client",
            Self::Ticket => "ticket",
            Self::Testing => "testing",
            Self::M2m => "m2m",
            Self::OAuth => "oauth",
            Self::IdToken => "id-token",
            Self::ApiKey => "ak",
            Self::ObjectId => "object-id",
            Self::OtherJwt => "other-jwt",
            Self::SecretKey => "secret-key",
            Self::PublishableKey => "publishable-key",
            Self::WebhookSecret => "webhook-secret",
            Self::NoToken => "no-token",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SessionV1 => "Session token, version 1",
            Self::SessionV2 => "Session token, version 2",
            Self::Template => "Token from a JWT template",
            Self::Handshake => "Handshake token",
            Self::HandshakeNonce => "Handshake nonce",
            Self::DevBrowser => "Dev browser token",
            Self::Refresh => "Refresh token",
            Self::Client => "Client token",
            Self::Ticket => "Ticket",
            Self::Testing => "Testing token",
            Self::M2m => "Machine-to-machine token",
            Self::OAuth => "OAuth access token",
            Self::IdToken => "OpenID ID token",
            Self::ApiKey => "API key, machine secret key or workspace key",
            Self::ObjectId => "The id of a key or token, not the key itself",
            Self::OtherJwt => "A JWT, but none of the kinds that Clerk issues",
            Self::SecretKey => "Secret key, not a token",
            Self::PublishableKey => "Publishable key, not a token",
            Self::WebhookSecret => "Webhook signing secret, not a token",
            Self::NoToken => "Not a token",
        }
    }

    /// Things to know about the kind; for opaque tokens that is all there is.
    pub const fn about(self) -> Option<&'static str> {
        Some(match self {
            Self::HandshakeNonce => {
                "Opaque and good for once: with it the server fetches fresh cookies from Clerk, at the end of a handshake, the detour that brings them."
            }
            Self::Handshake => {
                "Of a handshake, the detour by which a page gets fresh cookies: it carries them from Clerk to the app's own host, once, by way of a redirect."
            }
            Self::DevBrowser => {
                "It names this browser to a development instance. Production instances have none."
            }
            Self::Refresh => "Opaque: Clerk takes it, once, for a new session token.",
            Self::Client => {
                "It names this browser to the Frontend API and is set on that host only."
            }
            Self::Ticket => {
                "From an invitation or a sign-in link; good for once, and Clerk alone can check it."
            }
            Self::Testing => "Short-lived: it lets automated tests past bot protection.",
            Self::M2m => "One machine talks to another with it.",
            Self::OAuth => "Another application acts for a user with it.",
            Self::IdToken => {
                "It tells the application that `aud` names who signed in. It is no session token, and no credential \
                 for requests."
            }
            Self::ApiKey => {
                "All three start with ak_, so they cannot be told apart offline: the variable it came from may \
                 tell, or Clerk (`clerk-rs keys verify`)."
            }
            Self::ObjectId => {
                "It is no secret and proves nothing; the key or token was shown once, when it was made."
            }
            Self::SecretKey | Self::PublishableKey => "`clerk-rs keys check` looks at keys.",
            Self::WebhookSecret => "It signs webhooks and is no credential for requests.",
            _ => return None,
        })
    }

    /// True for a token or a key of Clerk's, or at least a JWT.
    pub const fn is_token(self) -> bool {
        !matches!(
            self,
            Self::NoToken
                | Self::SecretKey
                | Self::PublishableKey
                | Self::WebhookSecret
                | Self::ObjectId
        )
    }

    /// True for a session token.
    pub const fn is_session(self) -> bool {
        matches!(self, Self::SessionV1 | Self::SessionV2)
    }
}

/// A token that was found, taken apart.
#[derive(Debug)]
pub struct Token {
    /// Its text and its places.
    pub found: Found,
    pub kind: Kind,
    pub form: Form,
    /// Its signature, or what stands in its place. If there is none that can be decoded, the form's `Jwt` has an empty
    /// one.
    pub signature: Signature,
}

/// The form of a token.
#[derive(Debug)]
pub enum Form {
    /// Header and claims, not verified.
    Jwt(Unverified),
    /// It cannot be read.
    Opaque,
    /// It should be a JWT and is not, or nobody knows what it is.
    Broken(Fault),
}

impl Token {
    /// Takes apart what was found.
    pub fn of(found: Found) -> Self {
        let name = found.places.iter().find_map(|place| match &place.carrier {
            Carrier::Named(name) => Some(base_name(name)),
            _ => None,
        });
        let name = name.unwrap_or_default();
        if let Some((jwt, signature)) = jwt(&found.token) {
            return Self {
                kind: of_jwt(&jwt, name),
                form: Form::Jwt(jwt),
                signature,
                found,
            };
        }
        let (kind, form) = match of_opaque(&found.token, name) {
            Some(kind) => (kind, Form::Opaque),
            None => (Kind::NoToken, Form::Broken(why(&found.token))),
        };
        Self {
            found,
            kind,
            form,
            signature: Signature::Given,
        }
    }
}

/// A JWT, and its signature or what stands in its place.
fn jwt(token: &str) -> Option<(Unverified, Signature)> {
    let (signed, rest) = signature::split(token)?;
    let of = |jwt: &Unverified| match jwt.header_str("alg") {
        Some(alg) => signature::of(signed, rest, alg),
        None => Signature::Given,
    };
    let whole = decode(token).ok().map(|jwt| (of(&jwt), jwt));
    if let Some((signature @ (Signature::Given | Signature::Cut(..)), jwt)) = whole {
        return Some((jwt, signature));
    }
    let jwt = decode(&format!("{signed}.")).ok()?;
    match of(&jwt) {
        Signature::Given => None,
        signature => Some((jwt, signature)),
    }
}

/// The fault of a text that neither prefix nor name explains and that the core does not decode.
fn why(token: &str) -> Fault {
    examine::jwt(token).unwrap_or(Fault {
        cause: fault::Cause::Prose,
        part: None,
        position: None,
    })
}

/// A cookie's name without the suffix of its instance.
fn base_name(name: &str) -> &str {
    let suffix = name
        .len()
        .checked_sub(9)
        .filter(|at| name.as_bytes()[*at] == b'_');
    let base = suffix.map_or(name, |at| &name[..at]);
    match base {
        "__session" | "__clerk_db_jwt" | "__refresh" => base,
        _ => name,
    }
}

fn of_opaque(token: &str, name: &str) -> Option<Kind> {
    let is_id = |prefix: &str| {
        let hex = token.strip_prefix(prefix);
        hex.is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    if ["ak_", "mt_", "oat_"].into_iter().any(is_id) {
        return Some(Kind::ObjectId);
    }
    let has_shape = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !has_shape {
        return None;
    }
    match TokenType::by_prefix(token) {
        Some(TokenType::M2m) => return Some(Kind::M2m),
        Some(TokenType::OAuth) => return Some(Kind::OAuth),
        Some(TokenType::ApiKey) => return Some(Kind::ApiKey),
        Some(TokenType::Session) | None => {}
    }
    let prefixes = [
        ("dvb_", Kind::DevBrowser),
        ("sk_test_", Kind::SecretKey),
        ("sk_live_", Kind::SecretKey),
        ("pk_test_", Kind::PublishableKey),
        ("pk_live_", Kind::PublishableKey),
        ("whsec_", Kind::WebhookSecret),
    ];
    let by_prefix = prefixes
        .into_iter()
        .find(|(prefix, _)| token.starts_with(prefix));
    if let Some((_, kind)) = by_prefix {
        return Some(kind);
    }
    if !name.is_empty() && Absent::of(token).is_some() {
        return None;
    }
    match name {
        "__clerk_db_jwt" => Some(Kind::DevBrowser),
        "__clerk_handshake_nonce" => Some(Kind::HandshakeNonce),
        "__refresh" => Some(Kind::Refresh),
        "__clerk_ticket" => Some(Kind::Ticket),
        "__clerk_testing_token" => Some(Kind::Testing),
        "__client" => Some(Kind::Client),
        _ => is_testing_token(token).then_some(Kind::Testing),
    }
}

/// `<unix seconds>-c_…`
fn is_testing_token(token: &str) -> bool {
    token.split_once("-c_").is_some_and(|(seconds, rest)| {
        seconds.len() >= 9 && seconds.bytes().all(|byte| byte.is_ascii_digit()) && !rest.is_empty()
    })
}

/// The kind of a JWT, given the name before it, if there is one.
pub fn of_jwt(jwt: &Unverified, name: &str) -> Kind {
    let category = jwt.header_str("cat");
    match TokenType::of_machine_jwt(jwt) {
        Some(TokenType::OAuth) => return Kind::OAuth,
        Some(_) => return Kind::M2m,
        None if category == Some(category::M2M) => return Kind::M2m,
        None => {}
    }
    if is_handshake(jwt) {
        return Kind::Handshake;
    }
    // Clerk's own marks come before claims that a customer can add, so that no claim moves a token to a class with
    // fewer checks.
    let sid = jwt.claim_str("sid").unwrap_or_default();
    match category {
        Some(category::TEMPLATE) => return Kind::Template,
        Some(category::SESSION) => return session(jwt),
        _ if sid.starts_with("sess_") => return session(jwt),
        _ => {}
    }
    match name {
        "__clerk_db_jwt" => return Kind::DevBrowser,
        "__clerk_ticket" => return Kind::Ticket,
        "__client" => return Kind::Client,
        _ => {}
    }
    let begins = |claim: &str, with: &str| {
        let text = jwt.claim_str(claim);
        text.is_some_and(|text| text.starts_with(with))
    };
    if begins("dev", "dvb_") {
        return Kind::DevBrowser;
    }
    if jwt.has_claim("rotating_token") {
        return Kind::Client;
    }
    if jwt.has_claim("st") && begins("iid", "ins_") {
        return Kind::Ticket;
    }
    if category.is_none() && is_id_token(jwt) {
        return Kind::IdToken;
    }
    if jwt.has_claim("sid") {
        return session(jwt);
    }
    // Tokens of older instances have no category; a template's carry no session id.
    match jwt.has_claim("sub") && jwt.claim_str("iss").is_some_and(is_clerk_issuer) {
        true => Kind::Template,
        false => Kind::OtherJwt,
    }
}

/// It is about cookies and names no user; every token that a customer can add claims to names one.
fn is_handshake(jwt: &Unverified) -> bool {
    jwt.has_claim("handshake")
        && jwt.claim_str("sub").is_none()
        && jwt.claims().get("handshake").is_some_and(Value::is_array)
}

/// An ID token of OpenID Connect is for one client, whose id is its audience, and its `azp` if it has one; a session
/// token has no audience unless somebody gave it one, a session's claims, and the origin of a page in `azp`.
fn is_id_token(jwt: &Unverified) -> bool {
    let has_any = |names: &[&str]| names.iter().any(|name| jwt.has_claim(name));
    jwt.has_claim("iss")
        && jwt.has_claim("aud")
        && has_any(&["at_hash", "c_hash", "nonce", "auth_time"])
        && !has_any(&["sts", "fva", "fea", "o"])
        && !jwt.claim_str("azp").is_some_and(|azp| azp.contains("://"))
}

fn session(jwt: &Unverified) -> Kind {
    // The number 2, in any spelling: the core's rule.
    let version = jwt.claim_number("v").and_then(Number::as_f64);
    if version == Some(2.0) {
        Kind::SessionV2
    } else {
        Kind::SessionV1
    }
}

fn is_clerk_issuer(issuer: &str) -> bool {
    let host = issuer.strip_prefix("https://").unwrap_or_default();
    host.starts_with("clerk.") || host.contains(".clerk.accounts.") || host.ends_with(".lcl.dev")
}
