//! The active organization with role and permissions, and features and plans.

use clerk_auth::claims::SessionClaims;
use serde_json::Value;

use super::rows::{Rows, member, plain};
use crate::escape::visible;

/// Version 2: members of `o`, packed.
pub fn packed(rows: &mut Rows<'_>) {
    rows.told(&["v"]);
    let features = rows.take("fea");
    match rows.take("o") {
        None => {}
        Some(Value::Object(organization)) => {
            let text = |name: &str| organization.get(name).map(plain);
            let names: Vec<String> = [text("slg"), text("id")].into_iter().flatten().collect();
            let name = if names.is_empty() {
                "unnamed".to_owned()
            } else {
                names.join("  ")
            };
            rows.push("organization", name, "o.slg, o.id");
            if let Some(role) = text("rol") {
                rows.push("role", format!("org:{role}"), "o.rol");
            }
            permissions(rows, "unpacked from fea, o.per, o.fpm");
            for (name, value) in organization {
                if !matches!(name.as_str(), "id" | "slg" | "rol" | "per" | "fpm") {
                    rows.push("", member(&format!("o.{name}"), value), "");
                }
            }
        }
        Some(odd) => rows.push("organization", plain(odd), "o, which should be an object"),
    }
    scoped(rows, "features", "fea", features);
    let plans = rows.take("pla");
    scoped(rows, "plans", "pla", plans);
}

/// Version 1: a claim for each thing.
pub fn spelled_out(rows: &mut Rows<'_>) {
    let (slug, id) = (rows.take("org_slug"), rows.take("org_id"));
    let names: Vec<String> = [slug, id].into_iter().flatten().map(plain).collect();
    if !names.is_empty() {
        rows.push("organization", names.join("  "), "org_slug, org_id");
    }
    rows.claim("role", "org_role");
    match rows.take("org_permissions") {
        None => {}
        Some(Value::Array(_)) => permissions(rows, "org_permissions"),
        Some(odd) => rows.push(
            "permissions",
            plain(odd),
            "org_permissions, which should be a list",
        ),
    }
}

fn permissions(rows: &mut Rows<'_>, note: &'static str) {
    match SessionClaims::read(rows.claims) {
        Ok(claims) => {
            let Some(list) = claims.org_permissions else {
                return;
            };
            let list: Vec<_> = list.iter().map(|permission| visible(permission)).collect();
            let value = if list.is_empty() {
                "none".to_owned()
            } else {
                list.join(", ")
            };
            rows.push("permissions", value, note);
        }
        Err(error) => {
            let why = error.to_string();
            rows.push(
                "permissions",
                format!("cannot be read: {}", visible(&why)),
                "such a token is refused",
            );
        }
    }
}

/// `o:dashboard,u:theme`: each with its owner.
fn scoped(rows: &mut Rows<'_>, label: &'static str, name: &'static str, value: Option<&Value>) {
    let text = match value {
        None => return,
        Some(Value::String(text)) => text,
        Some(odd) => {
            rows.push(label, plain(odd), format!("{name}, which should be a text"));
            return;
        }
    };
    let item = |item: &str| {
        let (scope, value) = item.trim().split_once(':').unwrap_or(("", item.trim()));
        let of = match scope {
            "o" => "organization".into(),
            "u" => "user".into(),
            "ou" | "uo" => "both".into(),
            "" => "no scope".into(),
            other => visible(other),
        };
        format!("{} ({of})", visible(value))
    };
    let items: Vec<String> = text
        .split(',')
        .filter(|text| !text.is_empty())
        .map(item)
        .collect();
    let value = if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    };
    rows.push(label, value, name);
}
