//! The API: JSON for code, 401 for strangers.

use axum::Json;
use serde_json::{Value, json};

use crate::clerk::SignedIn;

/// `GET /api/me`: who is asking.
pub async fn me(SignedIn(session): SignedIn) -> Json<Value> {
    Json(json!({
        "userId": session.user_id(),
        "sessionId": session.session_id(),
        "orgId": session.org_id(),
        "orgSlug": session.org_slug(),
        "orgRole": session.org_role(),
        "orgPermissions": session.org_permissions(),
        "actor": session.actor(),
    }))
}
