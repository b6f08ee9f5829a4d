//! The cookies in a handshake token, by name. Their values are credentials, so only lengths are shown.

use serde_json::Value;

use super::rows::{Rows, plain};
use crate::escape::visible;

/// One row for each `Set-Cookie` directive.
pub fn cookies(rows: &mut Rows<'_>) {
    let Some(Value::Array(directives)) = rows.take("handshake") else {
        return;
    };
    if directives.is_empty() {
        rows.push("sets", "nothing", "handshake");
    }
    for (index, directive) in directives.iter().enumerate() {
        let label = if index == 0 { "sets" } else { "" };
        let (value, note) = match directive.as_str().and_then(|text| text.split_once('=')) {
            Some((name, rest)) => {
                let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
                let length = value.trim().len();
                let shown = match length {
                    0 => format!("{} (removed)", visible(name)),
                    // A number is a time, not a credential.
                    _ if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                        format!("{} = {value}", visible(name))
                    }
                    _ => format!("{} ({length} characters)", visible(name)),
                };
                (shown, visible(attributes.trim()).into_owned())
            }
            None => (plain(directive), "no cookie".to_owned()),
        };
        rows.push(label, value, note);
    }
}
