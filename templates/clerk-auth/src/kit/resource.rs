//! Programs as callers: the app as a resource of OAuth, and the one who calls a handler.

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    HeaderValue,
};
use serde_json::json;

use super::{Guest, Kit, Reply};
use crate::auth::Machine;
use crate::callers::CallerRule;
use crate::config::Config;
use crate::gate::METADATA;
use crate::head::Head;
use crate::public_url::Connection;

/// The paths of what is told of resources.
pub(super) const RESOURCES: &str = "/.well-known/oauth-protected-resource/:path*";

impl Guest {
    /// The program that sent a token which the rule takes.
    ///
    /// # Errors
    /// The answer for everybody else.
    pub fn caller<R: CallerRule>(&self, head: &dyn Head) -> Result<Machine, Reply> {
        let (gate, visitor) = (self.kit().gate(), self.visitor());
        let checked = gate.check_caller(&R::tokens(), head, self.connection(), visitor);
        checked.map_err(|answer| self.kit().reply(*answer))
    }
}

/// The program that calls, as JSON.
pub fn caller(machine: &Machine) -> Reply {
    let body = json!({
        "tokenType": machine.token_type().as_str(),
        "id": machine.id(),
        "subject": machine.subject(),
        "userId": machine.user_id(),
        "orgId": machine.org_id(),
        "machineId": machine.machine_id(),
        "clientId": machine.client_id(),
        "scopes": machine.scopes(),
    });
    Reply::json(StatusCode::OK, body.to_string())
}

impl Kit {
    /// The document that clients read before they ask for a token (RFC 9728): it says where tokens for a resource of this app
    /// come from. Everybody may read it, scripts of other sites as well. `None` if it was not asked for.
    pub(super) fn metadata(&self, head: &dyn Head, connection: Connection<'_>) -> Option<Reply> {
        let path = head.path().strip_prefix(METADATA)?;
        let is_below = path.is_empty() || path.starts_with('/');
        if !is_below || !self.0.has_callers {
            return None;
        }
        let fixed = HeaderValue::from_static;
        let mut reply = match head.method() {
            "GET" | "HEAD" => self.metadata_of(path, head, connection),
            "OPTIONS" => Reply::empty(StatusCode::NO_CONTENT),
            _ => Reply::empty(StatusCode::METHOD_NOT_ALLOWED),
        };
        let (status, headers) = (reply.status(), reply.headers_mut());
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, fixed("GET,HEAD,OPTIONS"));
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, fixed("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, fixed("GET,HEAD"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, fixed("*"));
        Some(reply)
    }

    fn metadata_of(&self, path: &str, head: &dyn Head, connection: Connection<'_>) -> Reply {
        let is_resource = path.is_empty() || self.gate().is_for_machines(path);
        let origin = is_resource.then(|| self.gate().own_origin(head, connection));
        let Some(origin) = origin.flatten() else {
            return Reply::error(StatusCode::NOT_FOUND);
        };
        let mut body = json!({
            "resource": format!("{origin}{path}"),
            "authorization_servers": [issuer(self.clerk().config(), &origin)],
            "bearer_methods_supported": ["header"],
        });
        if !self.0.oauth_scopes.is_empty() {
            body["scopes_supported"] = json!(self.0.oauth_scopes);
        }
        Reply::json(StatusCode::OK, body.to_string())
    }
}

/// Clerk as the server that gives out OAuth tokens: its Frontend API, at the address where clients reach it. The
/// emulator speaks of itself by the address under which it is asked.
fn issuer(config: &Config, origin: &str) -> String {
    let emulator = config.frontend_api_url.as_deref();
    let address = match (emulator, config.proxy_url.as_deref()) {
        (Some(emulator), _) if config.has_local_keys() => emulator.to_owned(),
        (_, Some(path)) if path.starts_with('/') => format!("{origin}{path}"),
        (_, Some(url)) => url.to_owned(),
        _ => format!("https://{}", config.frontend_api()),
    };
    address.trim_end_matches('/').to_owned()
}
