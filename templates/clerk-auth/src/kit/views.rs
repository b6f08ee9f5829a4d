//! Pages made by code, such as components of leptos: what they need to know, and how errors get their look.

use http::StatusCode;

use super::{Kit, Page, Reply, Site};
use crate::gate::Problem;
use crate::has::Check;

/// Makes the HTML of an error page. It may run anywhere in a request, and must not fail.
pub type ErrorPage = fn(&Page, &Problem) -> String;

impl Page {
    /// The facts that are the same for all pages.
    pub fn site(&self) -> &Site {
        self.kit.site()
    }

    /// The policy for what this page may load; its header is `Content-Security-Policy`.
    pub fn content_security_policy(&self) -> String {
        self.site().content_security_policy(&self.nonce)
    }

    /// The path of the address that was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The sign-in page, with the address to return to.
    pub fn sign_in_url(&self) -> String {
        self.back.added_to(&self.site().sign_in_url)
    }

    /// The sign-up page, with the address to return to.
    pub fn sign_up_url(&self) -> String {
        self.back.added_to(&self.site().sign_up_url)
    }

    /// The address to return to, for Clerk's forms; empty if the request names none within the app.
    pub fn wanted(&self) -> &str {
        self.back.as_str()
    }

    /// For `data-clerk-state` of the page: who signed in, until Clerk has loaded in the browser.
    pub fn state(&self) -> String {
        self.auth_state()
    }

    /// True if the visitor has this role, permission, feature or plan.
    pub fn has(&self, check: Check) -> bool {
        self.auth().is_some_and(|auth| auth.has(check))
    }

    /// True if the keys are those of a local emulator.
    pub fn has_local_keys(&self) -> bool {
        self.kit.clerk().config().has_local_keys()
    }
}

impl Kit {
    pub(super) fn view_of(&self, status: StatusCode, problem: &Problem, show: ErrorPage) -> Reply {
        let page = Page::for_nobody(self);
        page.html(status, show(&page, problem))
    }
}
