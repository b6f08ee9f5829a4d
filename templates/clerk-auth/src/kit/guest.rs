//! The sender of a request in a handler, and the answers for those who may not call the handler. The extractors of all
//! frameworks ask here.

use std::fmt;
use std::sync::{Arc, Once};
use std::time::Duration;

use http::StatusCode;
use serde_json::json;
use tokio::time::timeout;

use super::{Kit, Reply};
use crate::auth::{Auth, Session};
use crate::backend::User;
use crate::gate::{Visitor, reference};
use crate::head::Head;
use crate::protect::{Protect, Rule};
use crate::public_url::Connection;

/// The most time a page waits for a user's name.
const PATIENCE: Duration = Duration::from_secs(3);

/// The sender of a request, and the kit that let it in. Adapters keep it with the request.
#[derive(Clone, Debug)]
pub struct Guest {
    kit: Kit,
    visitor: Option<Visitor>,
    connection: Connection<'static>,
}

impl Guest {
    pub(super) fn new(kit: Kit, visitor: Option<Visitor>, connection: Connection<'static>) -> Self {
        Self {
            kit,
            visitor,
            connection,
        }
    }

    /// The kit that let the request in.
    pub fn kit(&self) -> &Kit {
        &self.kit
    }

    /// The connection of the request.
    pub fn connection(&self) -> Connection<'static> {
        self.connection
    }

    /// The sender, if auth ran.
    pub fn visitor(&self) -> Option<&Visitor> {
        self.visitor.as_ref()
    }

    /// The sender, perhaps nobody.
    ///
    /// # Errors
    /// The answer if no auth ran: a path without auth must not pass for a public one.
    pub fn auth(&self, head: &dyn Head) -> Result<Auth, Reply> {
        match &self.visitor {
            Some(visitor) => Ok(visitor.person()),
            None => self.check(&Protect::default(), head),
        }
    }

    /// The session of somebody signed in.
    ///
    /// # Errors
    /// The answer for everybody else.
    pub fn session(&self, head: &dyn Head) -> Result<Session, Reply> {
        self.session_for(&Protect::default(), head)
    }

    /// The session of somebody who meets the rule.
    ///
    /// # Errors
    /// The answer for everybody else.
    pub fn allowed<R: Rule>(&self, head: &dyn Head) -> Result<Session, Reply> {
        self.session_for(&Protect::check(R::check()), head)
    }

    /// The sender, who meets `protect`.
    ///
    /// # Errors
    /// The answer for everybody else.
    pub fn check(&self, protect: &Protect, head: &dyn Head) -> Result<Auth, Reply> {
        let gate = self.kit.gate();
        let checked = gate.check(protect, head, self.connection, self.visitor());
        checked.map_err(|answer| self.kit.reply(*answer))
    }

    fn session_for(&self, protect: &Protect, head: &dyn Head) -> Result<Session, Reply> {
        match self.check(protect, head)? {
            Auth::SignedIn(session) => Ok(session),
            // The condition accepts sessions only, so this is never reached; still, nobody gets in.
            _ => Err(self.not_found(head)),
        }
    }

    /// The signed-in user as Clerk's Backend API knows them.
    ///
    /// # Errors
    /// The answer for strangers, or for a user who could not be fetched.
    pub async fn user(&self, head: &dyn Head) -> Result<Arc<User>, NoUser> {
        let session = self.session(head)?;
        let id = session.user_id().unwrap_or_default();
        let asked = self.kit.clerk().backend().get_user(id);
        match timeout(PATIENCE, asked).await {
            Ok(Ok(user)) => Ok(Arc::new(user)),
            Ok(Err(error)) => Err(self.no_user(&error.to_string())),
            Err(_) => Err(self.no_user("the Backend API did not answer in time")),
        }
    }

    /// In production the cause is for the log only; the visitor gets the id under which the log has it.
    fn no_user(&self, cause: &str) -> NoUser {
        let reference = reference();
        if let Some(left_out) = self.kit.clerk().log_line("no user") {
            tracing::warn!(reference, left_out, "a user could not be read: {cause}");
        }
        let text = if self.kit.is_development() {
            cause.to_owned()
        } else {
            format!("reference {reference}")
        };
        NoUser {
            reply: Reply::error(StatusCode::SERVICE_UNAVAILABLE),
            text,
        }
    }

    /// The answer for an address without a page.
    pub fn not_found(&self, head: &dyn Head) -> Reply {
        let gate = self.kit.gate();
        self.kit.reply(gate.not_found(gate.is_page(head)))
    }
}

/// Nobody is signed in, or the Backend API could not be asked about the user. `{}` prints the reason in words that a
/// visitor may read.
#[derive(Clone, Debug)]
pub struct NoUser {
    /// The answer of a handler that needs the user.
    pub reply: Reply,
    text: String,
}

impl From<Reply> for NoUser {
    /// The answer for strangers.
    fn from(reply: Reply) -> Self {
        let text = "nobody is signed in".to_owned();
        Self { reply, text }
    }
}

impl fmt::Display for NoUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for NoUser {}

/// The answer of `/api/me`: the sender.
pub fn me(session: &Session) -> Reply {
    let body = json!({
        "userId": session.user_id(),
        "sessionId": session.session_id(),
        "orgId": session.org_id(),
        "orgSlug": session.org_slug(),
        "orgRole": session.org_role(),
        "orgPermissions": session.org_permissions(),
        "actor": session.actor(),
    });
    Reply::json(StatusCode::OK, body.to_string())
}

/// The answer to a request that bypassed the layer: a route outside it must not pass for a public one.
pub fn no_layer() -> Reply {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::error!(
            "a handler asks who is signed in, but its route stands outside of the auth layer: add the layer last"
        );
    });
    Reply::error(StatusCode::INTERNAL_SERVER_ERROR)
}
