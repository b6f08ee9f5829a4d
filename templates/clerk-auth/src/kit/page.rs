//! A page of the app: its visitor, its nonce, and the way back.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use serde_json::json;

use super::{Guest, Kit, Reply};
use crate::auth::{Auth, Session};
use crate::gate::{ReturnAddress, Visitor};
use crate::head::Head;
use crate::random;

/// A page for one visitor.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) kit: Kit,
    pub(super) auth: Option<Auth>,
    pub(super) nonce: String,
    pub(super) back: ReturnAddress,
    pub(super) path: String,
    adds_account: bool,
}

/// The user button asks the sign-in page for another account with this in the query.
const ADD_ACCOUNT: &str = "add-account";

impl Guest {
    /// A page for this visitor.
    pub fn page(&self, head: &dyn Head) -> Page {
        let back = self.kit().gate().return_address(head, self.connection());
        Page {
            auth: self.visitor().map(Visitor::person),
            back,
            path: head.path().to_owned(),
            adds_account: head
                .query()
                .is_some_and(|query| query.contains(ADD_ACCOUNT)),
            ..Page::for_nobody(self.kit())
        }
    }
}

impl Page {
    pub(super) fn for_nobody(kit: &Kit) -> Self {
        Self {
            kit: kit.clone(),
            auth: None,
            nonce: random::nonce(),
            back: ReturnAddress::default(),
            path: String::new(),
            adds_account: false,
        }
    }

    /// The visitor, if auth ran.
    pub fn auth(&self) -> Option<&Auth> {
        self.auth.as_ref()
    }

    /// The session, if somebody is signed in.
    pub fn session(&self) -> Option<&Session> {
        self.auth.as_ref().and_then(Auth::session)
    }

    /// The mark on the scripts of this page.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The page the visitor wants after signing in, or else the start page.
    pub fn return_to(&self) -> &str {
        self.back.or_start()
    }

    /// Sends the visitor there.
    pub fn go_back(&self) -> Reply {
        Reply::redirect(self.return_to())
    }

    /// The way back for those who need no form to sign in or up: whoever is signed in and adds no other account.
    pub fn sent_on(&self) -> Option<Reply> {
        let is_done = self.session().is_some() && !self.adds_account;
        is_done.then(|| self.go_back())
    }

    /// An answer with this HTML, under the policy for its scripts.
    pub fn html(&self, status: StatusCode, html: String) -> Reply {
        let mut reply = Reply::html(status, html);
        let policy = self.kit.site().content_security_policy(&self.nonce);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        reply
    }

    /// The state that the browser may assume until Clerk has loaded there, as JSON.
    pub(super) fn auth_state(&self) -> String {
        let session = self.session();
        json!({
            "userId": session.and_then(Session::user_id),
            "sessionId": session.and_then(Session::session_id),
            "orgId": session.and_then(Session::org_id),
        })
        .to_string()
    }
}
