//! The instance's switches and lists (`backend-api.md` section 7).

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use crate::emulator::instance::Settings;
use crate::emulator::instance::access::identifier::Identifier;
use crate::emulator::instance::access::invitation::Invitation;
use crate::emulator::instance::access::redirect_url::RedirectUrl;
use crate::emulator::instance::access::waitlist::WaitlistEntry;

pub(in crate::emulator) fn identifier(entry: &Identifier, instance: &str, object: &str) -> Value {
    json!({
        "object": object,
        "id": entry.id,
        "identifier": entry.identifier,
        "identifier_type": entry.kind.as_str(),
        "instance_id": instance,
        "created_at": entry.created_at.0,
        "updated_at": entry.created_at.0,
    })
}

pub(in crate::emulator) fn redirect_url(entry: &RedirectUrl) -> Value {
    json!({
        "object": "redirect_url",
        "id": entry.id,
        "url": entry.url,
        "created_at": entry.created_at.0,
        "updated_at": entry.created_at.0,
    })
}

/// What is gone.
pub(in crate::emulator) fn deleted(object: &str, id: &str) -> Value {
    json!({ "object": object, "id": id, "deleted": true })
}

pub(in crate::emulator) fn restrictions(settings: &Settings) -> Value {
    let rules = &settings.restrictions;
    json!({
        "object": "instance_restrictions",
        "allowlist": rules.allowlist,
        "blocklist": rules.blocklist,
        "allowlist_blocklist_disabled_on_sign_in": rules.allowlist_blocklist_disabled_on_sign_in,
        "block_email_subaddresses": rules.block_email_subaddresses,
        "block_disposable_email_domains": rules.block_disposable_email_domains,
    })
}

pub(in crate::emulator) fn protect(settings: &Settings) -> Value {
    json!({
        "object": "instance_protect",
        "rules_enabled": settings.protect.rules_enabled,
        "specter_enabled": settings.protect.specter_enabled,
        "checks_bypassed": false,
    })
}

pub(in crate::emulator) fn communication(settings: &Settings) -> Value {
    json!({
        "object": "instance_communication",
        "blocked_country_codes": settings.blocked_country_codes,
    })
}

pub(in crate::emulator) fn oauth_application_settings(settings: &Settings) -> Value {
    let mut shape = json!(settings.oauth_applications);
    shape["object"] = json!("oauth_application_settings");
    shape
}

pub(in crate::emulator) fn instance_settings(settings: &Settings, instance: &str) -> Value {
    json!({
        "object": "instance_settings",
        "id": instance,
        "restricted_to_allowlist": settings.restrictions.allowlist,
        "from_email_address": settings.from_email_address,
        "progressive_sign_up": settings.progressive_sign_up,
        "enhanced_email_deliverability": false,
    })
}

/// Without the link.
pub(in crate::emulator) fn invitation(record: &Invitation, now: UnixMillis) -> Value {
    let state = record.state(now);
    json!({
        "object": "invitation",
        "id": record.id,
        "email_address": record.email_address,
        "public_metadata": record.public_metadata,
        "revoked": state == "revoked",
        "status": state,
        "expires_at": record.expires_at.0,
        "created_at": record.created_at.0,
        "updated_at": record.updated_at.0,
    })
}

pub(in crate::emulator) fn waitlist_entry(entry: &WaitlistEntry) -> Value {
    json!({
        "object": "waitlist_entry",
        "id": entry.id,
        "email_address": entry.email_address,
        "status": entry.status.as_str(),
        "is_locked": false,
        "created_at": entry.created_at.0,
        "updated_at": entry.updated_at.0,
    })
}
