//! A page of the app: its visitor, its nonce, the way back, and `clerk`, which every template gets.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use minijinja::value::{Kwargs, Object, Value, from_args, merge_maps};
use minijinja::{Error, ErrorKind, State};
use serde_json::json;

use super::{Guest, Kit, Reply, said};
use crate::auth::{Auth, Session};
use crate::gate::{Problem, ReturnAddress, reference};
use crate::has::Check;
use crate::head::Head;
use crate::pages::{PageError, value};
use crate::random;

/// A page for one visitor.
#[derive(Clone, Debug)]
pub struct Page {
    kit: Kit,
    auth: Option<Auth>,
    nonce: String,
    back: ReturnAddress,
    path: String,
}

impl Guest {
    /// A page for this visitor.
    pub fn page(&self, head: &dyn Head) -> Page {
        let back = self.kit().gate().return_address(head, self.connection());
        Page {
            auth: self.visitor().map(|visitor| visitor.auth.clone()),
            back,
            path: head.path().to_owned(),
            ..Page::for_nobody(self.kit())
        }
    }
}

impl Page {
    fn for_nobody(kit: &Kit) -> Self {
        Self {
            kit: kit.clone(),
            auth: None,
            nonce: random::nonce(),
            back: ReturnAddress::default(),
            path: String::new(),
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

    /// Shows a template with these names and `clerk`: `page.show("home.html", json!({ "name": name }))`.
    pub fn show(&self, template: &str, names: serde_json::Value) -> Reply {
        self.show_as(StatusCode::OK, template, names)
    }

    /// The same with another status.
    pub fn show_as(&self, status: StatusCode, template: &str, names: serde_json::Value) -> Reply {
        match self.render(status, template, names) {
            Ok(reply) => reply,
            Err(error) => self.kit.no_page(&error),
        }
    }

    fn render(
        &self,
        status: StatusCode,
        template: &str,
        names: serde_json::Value,
    ) -> Result<Reply, PageError> {
        let clerk = Value::from_object(Clerk(self.clone()));
        let own = BTreeMap::from([("clerk", clerk)]);
        let names = merge_maps([value(names), Value::from(own)]);
        let pages = self.kit.0.pages.as_ref().ok_or(PageError::NoPages)?;
        let mut reply = Reply::html(status, pages.render(template, &names)?);
        let policy = self.kit.site().content_security_policy(&self.nonce);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        Ok(reply)
    }

    /// The state that the browser may assume until Clerk has loaded there, as JSON.
    fn auth_state(&self) -> String {
        let session = self.session();
        json!({
            "userId": session.and_then(Session::user_id),
            "sessionId": session.and_then(Session::session_id),
            "orgId": session.and_then(Session::org_id),
        })
        .to_string()
    }
}

impl Kit {
    /// The app's own error page, if it has one that can be shown.
    pub(super) fn own_problem(&self, status: StatusCode, problem: &Problem) -> Option<Reply> {
        const TEMPLATE: &str = "error.html";
        self.0.pages.as_ref().filter(|pages| pages.has(TEMPLATE))?;
        let details: Vec<_> = problem.details.iter().collect();
        let names =
            json!({ "title": problem.title, "message": problem.message, "details": details });
        let shown = Page::for_nobody(self).render(status, TEMPLATE, names);
        match shown {
            Ok(reply) => Some(reply),
            Err(error) => {
                self.tell(&error);
                None
            }
        }
    }

    /// In development the page names the mistake in its template.
    fn no_page(&self, error: &PageError) -> Reply {
        const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        let reference = self.tell(error);
        let mut problem = said("Something went wrong", "This page could not be made.");
        problem.details.push(if self.is_development() {
            ("What is wrong with it", error.to_string())
        } else {
            ("Reference", reference)
        });
        self.problem(STATUS, &problem)
    }

    fn tell(&self, error: &PageError) -> String {
        let reference = reference();
        if let Some(left_out) = self.clerk().log_line("page") {
            tracing::error!(reference, left_out, "a page could not be made: {error}");
        }
        reference
    }
}

/// `clerk` in a template.
#[derive(Debug)]
struct Clerk(Page);

impl Object for Clerk {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let page = &self.0;
        let site = page.kit.site();
        let session = page.session();
        Some(match key.as_str()? {
            "app_name" => Value::from(&site.app_name),
            "publishable_key" => Value::from(&site.publishable_key),
            "proxy_url" => Value::from(site.proxy_url.as_deref()),
            "sign_in_url" => Value::from(page.back.added_to(&site.sign_in_url)),
            "sign_up_url" => Value::from(page.back.added_to(&site.sign_up_url)),
            "load_options" => Value::from(&site.load_options),
            "path" => Value::from(&page.path),
            "return_to" => Value::from(page.back.as_str()),
            "ui_script" => Value::from(&site.ui_script),
            "clerk_script" => Value::from(&site.clerk_script),
            "is_development" => Value::from(page.kit.is_development()),
            "local_keys" => Value::from(page.kit.clerk().config().has_local_keys()),
            "nonce" => Value::from(&page.nonce),
            "signed_in" => Value::from(session.is_some()),
            "user_id" => Value::from(session.and_then(Session::user_id)),
            "org_id" => Value::from(session.and_then(Session::org_id)),
            "org_slug" => Value::from(session.and_then(Session::org_slug)),
            "org_role" => Value::from(session.and_then(Session::org_role)),
            "auth_state" => Value::from(page.auth_state()),
            _ => return None,
        })
    }

    /// `clerk.has(role="org:admin")`, with `permission`, `feature` and `plan` as well; all that are named must hold.
    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        if method != "has" {
            return Err(Error::from(ErrorKind::UnknownMethod));
        }
        let (named,): (Kwargs,) = from_args(arguments)?;
        let text = |name: &str| named.get::<Option<String>>(name);
        let checks = [
            text("role")?.map(Check::role),
            text("permission")?.map(Check::permission),
            text("feature")?.map(Check::feature),
            text("plan")?.map(Check::plan),
        ];
        named.assert_all_used()?;
        let check = checks.into_iter().flatten();
        let check = check.fold(Check::default(), Check::and);
        let holds = self.0.auth.as_ref().is_some_and(|auth| auth.has(check));
        Ok(Value::from(holds))
    }
}
