//! The owner of a token, its issuer and audience, and the way somebody signed in.

use clerk_auth::keys::is_local_emulator_host;
use serde_json::Value;

use super::rows::{Rows, plain};
use crate::escape::visible;

pub fn session(rows: &mut Rows<'_>) {
    rows.claim("user", "sub");
    let status = rows.take("sts");
    if let Some(sid) = rows.take("sid") {
        let (value, note) = match status {
            Some(Value::String(status)) => {
                (format!("{}  {}", plain(sid), visible(status)), "sid, sts")
            }
            _ => (plain(sid), "sid"),
        };
        rows.push("session", value, note);
    } else if let Some(status) = status {
        rows.push("session", plain(status), "sts; no sid");
    }
    if status.and_then(Value::as_str) == Some("pending") {
        rows.push(
            "",
            "pending: a task is left to do, so it does not count as signed in",
            "",
        );
    }
    if let Some(actor) = rows.take("act") {
        let value = match actor.get("sub") {
            Some(sub) => format!("{} acts as this user", plain(sub)),
            None => plain(actor),
        };
        rows.push("actor", value, "act: somebody is impersonated");
        let others = ["iss", "sid"]
            .iter()
            .filter_map(|name| Some((name, actor.get(name)?)));
        for (name, value) in others {
            rows.push("", plain(value), format!("act.{name}"));
        }
    }
}

/// A machine, and the ones it may talk to.
pub fn machine(rows: &mut Rows<'_>) {
    rows.claim("machine", "sub");
    rows.claim("scopes", "scopes");
}

/// An application, the user it acts for, and its scopes.
pub fn application(rows: &mut Rows<'_>) {
    rows.claim("user", "sub");
    rows.claim("client", "client_id");
    match rows.take("scp") {
        Some(Value::Array(scopes)) => {
            let scopes: Vec<_> = scopes.iter().map(plain).collect();
            rows.push("scopes", scopes.join(", "), "scp");
        }
        Some(other) => rows.push("scopes", plain(other), "scp"),
        None => rows.claim("scopes", "scope"),
    }
}

/// The person an ID token is about.
pub fn identity(rows: &mut Rows<'_>) {
    rows.claim("user", "sub");
    rows.claim("name", "name");
    rows.claim("e-mail", "email");
    rows.claim("nonce", "nonce");
}

/// The subject, whatever it is.
pub fn subject(rows: &mut Rows<'_>) {
    rows.claim("subject", "sub");
    rows.claim("session", "sid");
}

/// Issuer, app, audience and id.
pub fn parties(rows: &mut Rows<'_>) {
    if let Some(issuer) = rows.take("iss") {
        let value = plain(issuer);
        let note = match instance(&value) {
            Some(instance) => format!("iss, {instance}"),
            None => "iss".to_owned(),
        };
        rows.push("issuer", value, note);
    }
    rows.claim("app", "azp");
    match rows.take("aud") {
        Some(Value::Array(list)) => {
            let list: Vec<_> = list.iter().map(plain).collect();
            rows.push("audience", list.join(", "), "aud");
        }
        Some(other) => rows.push("audience", plain(other), "aud"),
        None => {}
    }
    rows.claim("token id", "jti");
}

/// The host only shows the kind of instance that the issuer claims to be.
fn instance(issuer: &str) -> Option<&'static str> {
    let host = issuer.strip_prefix("https://")?;
    if is_local_emulator_host(host) {
        Some("the local emulator")
    } else if host.contains(".clerk.accounts.") {
        Some("a development instance")
    } else if host.starts_with("clerk.") {
        Some("a production instance")
    } else {
        None
    }
}

/// The ages of the factors in minutes, at the moment the token was made.
pub fn how(rows: &mut Rows<'_>) {
    let Some(age) = rows.take("fva") else { return };
    let ages: Option<Vec<f64>> = age
        .as_array()
        .and_then(|list| list.iter().map(Value::as_f64).collect());
    let words = |age: f64| match age {
        -1.0 => "never".to_owned(),
        0.0 => "just before it was issued".to_owned(),
        age => format!("{age} min before it was issued"),
    };
    match ages.as_deref() {
        Some([first, second]) if *first >= -1.0 && *second >= -1.0 => {
            let value = format!("first {}, second {}", words(*first), words(*second));
            rows.push("factors", value, "fva");
        }
        _ => rows.push("factors", plain(age), "fva, which should be two numbers"),
    }
}
