//! Pages from templates: `clerk`, which each of them gets, and what happens when one cannot be made.

use std::sync::Arc;

use http::StatusCode;
use minijinja::value::{Kwargs, Object, Value, from_args};
use minijinja::{Error, ErrorKind, State, context};
use serde_json::json;

use super::{Kit, Page, Reply};
use crate::auth::Session;
use crate::gate::{Problem, plain, reference};
use crate::has::Check;
use crate::pages::{PageError, value};

impl Page {
    /// Shows a template with these names and `clerk`: `page.show("home.html", json!({ "name": name }))`, or `()` for no names.
    pub fn show(&self, template: &str, names: impl Into<serde_json::Value>) -> Reply {
        self.show_as(StatusCode::OK, template, names)
    }

    /// The same with another status.
    pub fn show_as(
        &self,
        status: StatusCode,
        template: &str,
        names: impl Into<serde_json::Value>,
    ) -> Reply {
        match self.render(status, template, names.into()) {
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
        let names = context! { clerk, ..value(names) };
        let pages = self.kit.0.pages.as_ref().ok_or(PageError::NoPages)?;
        Ok(self.html(status, pages.render(template, &names)?))
    }
}

impl Kit {
    /// The app's own error page, if it has one that can be shown.
    pub(super) fn own_problem(&self, status: StatusCode, problem: &Problem) -> Option<Reply> {
        const TEMPLATE: &str = "error.html";
        self.0.pages.as_ref().filter(|pages| pages.has(TEMPLATE))?;
        let names = json!({ "title": problem.title, "message": problem.message,
            "details": problem.details, "proof": problem.proof });
        let shown = Page::for_nobody(self).render(status, TEMPLATE, names);
        shown.inspect_err(|error| drop(self.tell(error))).ok()
    }

    /// In development the page names the mistake in its template.
    fn no_page(&self, error: &PageError) -> Reply {
        let reference = self.tell(error);
        let mut problem = plain("Something went wrong", "This page could not be made.");
        problem.details.push(if self.is_development() {
            ("What is wrong with it", error.to_string())
        } else {
            ("Reference", reference)
        });
        self.problem(StatusCode::INTERNAL_SERVER_ERROR, &problem)
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
