//! The pages: one struct for each file in `templates/`, holding what the file shows.

use askama::Template;
use clerk_auth::gate::ReturnAddress;
use clerk_auth::{Auth, Problem, Session};
use serde_json::json;

use crate::site::Site;

/// What the layout around every page shows.
pub struct Page<'a> {
    /// The fixed facts.
    pub site: &'a Site,
    /// Who is signed in; `None` where nobody asked, as on error pages.
    pub auth: Option<&'a Auth>,
    /// The mark that the scripts of this one page carry.
    pub nonce: String,
    /// Where the visitor wants to be after signing in; sign-in and sign-up hand it to each other.
    pub back: ReturnAddress,
}

impl<'a> Page<'a> {
    /// A page with a nonce of its own.
    pub fn new(site: &'a Site, auth: Option<&'a Auth>) -> Self {
        Self {
            site,
            auth,
            nonce: clerk_auth::random::nonce(),
            back: ReturnAddress::default(),
        }
    }

    /// The same page with a way back.
    #[must_use]
    pub fn with_way_back(self, back: ReturnAddress) -> Self {
        Self { back, ..self }
    }

    fn sign_in_url(&self) -> String {
        self.back.added_to(&self.site.sign_in_url)
    }

    fn sign_up_url(&self) -> String {
        self.back.added_to(&self.site.sign_up_url)
    }

    fn signed_in(&self) -> bool {
        self.user_id().is_some()
    }

    fn user_id(&self) -> Option<&str> {
        self.auth.and_then(Auth::user_id)
    }

    /// What the browser may take for true until Clerk has loaded there, as JSON.
    fn auth_state(&self) -> String {
        let session = self.auth.and_then(Auth::session);
        json!({
            "userId": session.and_then(Session::user_id),
            "sessionId": session.and_then(Session::session_id),
            "orgId": session.and_then(Session::org_id),
        })
        .to_string()
    }
}

/// The front page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'a> {
    /// The layout's part.
    pub page: Page<'a>,
}

/// Clerk's sign-in form.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn<'a> {
    /// The layout's part.
    pub page: Page<'a>,
}

/// Clerk's sign-up form.
#[derive(Template)]
#[template(path = "sign_up.html")]
pub struct SignUp<'a> {
    /// The layout's part.
    pub page: Page<'a>,
}

/// Clerk's user profile.
#[derive(Template)]
#[template(path = "user.html")]
pub struct UserProfile<'a> {
    /// The layout's part.
    pub page: Page<'a>,
}

/// What only a signed-in user sees.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub struct Dashboard<'a> {
    /// The layout's part.
    pub page: Page<'a>,
    /// The user's first name, as Clerk's Backend API knows it.
    pub first_name: Option<&'a str>,
    /// Why the name could not be read.
    pub problem: Option<String>,
    /// The claims of the session token with their values as JSON.
    pub claims: Vec<(&'a str, String)>,
}

/// What went wrong, in the gate's words.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// The layout's part.
    pub page: Page<'a>,
    /// Title, sentence and headed paragraphs.
    pub problem: &'a Problem,
}
