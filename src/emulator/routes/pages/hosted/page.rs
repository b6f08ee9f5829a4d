//! The HTML of the hosted pages.

use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use url::Url;

use super::ways::{REQUIRED_PHONE, Ways};

use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;

/// The question or the message of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    SignIn,
    SignUp,
    /// The one field that a provider did not fill in.
    Number,
    Verify,
    SignOut,
    SignedIn,
    SignedOut,
}

/// A page to be drawn.
pub(super) struct Page<'a> {
    pub title: &'a str,
    pub body: &'a str,
    pub fault: Option<Fault>,
    pub application: &'a str,
    /// The emulator's own address: its page is not shown through an app.
    pub emulator: &'a str,
    /// Where the form leads in the end.
    pub targets: &'a [Url],
}

const STYLE: &str = include_str!("page.css");

/// Draws a page.
pub(super) fn render(page: &Page<'_>) -> Response {
    let (title, body) = (page.title, page.body);
    let application = escaped(page.application);
    let error = page
        .fault
        .as_ref()
        .map(|fault| format!("<p role=\"alert\">{}</p>", escaped(fault.long_message())));
    let error = error.unwrap_or_default();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title} · {application}</title>\n<style>{STYLE}</style>\n\
         <main>\n<p class=\"app\">{application}</p>\n<h1>{title}</h1>\n{error}{body}</main>\n\
         <footer>Clerk emulator on this machine. Mails are not sent: their codes are in the emulator's log and on \
         <a href=\"{}/\">its page</a>.</footer>\n</html>\n",
        escaped(page.emulator)
    );
    let mut response = Html(html).into_response();
    *response.status_mut() = page.fault.as_ref().map_or(StatusCode::OK, Fault::status);
    // A form may only lead back here and, by way of the answer's redirect, to the app.
    let apps: String = page
        .targets
        .iter()
        .map(|url| match url.origin() {
            origin if origin.is_tuple() => format!(" {}", origin.ascii_serialization()),
            // An app of its own scheme.
            _ => format!(" {}:", url.scheme()),
        })
        .collect();
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'{apps}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Not `no-referrer`: browsers then send `Origin: null` with a form, which is nobody's origin.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

const EMAIL: &str = "<label>Email address <input name=\"email_address\" type=\"email\" autocomplete=\"username\" \
                     required autofocus></label>\n";

const EMAIL_OR_PHONE: &str = "<label>Email address or phone number <input name=\"email_address\" \
                              autocomplete=\"username\" required autofocus></label>\n";

/// Title and body; `query` is escaped already.
pub(super) fn content(form: Form, ways: &Ways, query: &str) -> (&'static str, String) {
    let link = |name: &str, words: &str| format!("<a href=\"{name}{query}\">{words}</a>");
    match form {
        Form::SignIn => ("Sign in", sign_in(ways, query)),
        Form::SignUp => ("Create your account", sign_up(ways, query)),
        Form::Number => ("Create your account", number(query)),
        Form::Verify => ("Enter the code", verify(query)),
        Form::SignOut => (
            "Sign out?",
            format!(
                "<form method=\"post\" action=\"sign-out{query}\"><button autofocus>Sign out</button></form>\n"
            ),
        ),
        Form::SignedIn => (
            "You are signed in",
            format!("<p>{}</p>\n", link("sign-out", "Sign out")),
        ),
        Form::SignedOut => (
            "You are signed out",
            format!("<p>{}</p>\n", link("sign-in", "Sign in")),
        ),
    }
}

fn sign_in(ways: &Ways, query: &str) -> String {
    let name = if ways.has_phone() {
        EMAIL_OR_PHONE
    } else {
        EMAIL
    };
    let buttons = ways.buttons("sign-in", query);
    format!(
        "{buttons}<form method=\"post\" action=\"sign-in{query}\">\n{name}\
         <label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\"></label>\n\
         <button name=\"action\" value=\"password\">Sign in</button>\n\
         <button name=\"action\" value=\"code\" class=\"quiet\">Send a code instead</button>\n</form>\n\
         <p>No account yet? <a href=\"sign-up{query}\">Sign up</a></p>\n"
    )
}

fn number(query: &str) -> String {
    format!(
        "<form method=\"post\" action=\"sign-up{query}\">\n{REQUIRED_PHONE}<button>Continue</button>\n</form>\n"
    )
}

fn sign_up(ways: &Ways, query: &str) -> String {
    let (buttons, phone) = (ways.buttons("sign-up", query), ways.phone_field());
    format!(
        "{buttons}<form method=\"post\" action=\"sign-up{query}\">\n\
         <label>First name (optional) <input name=\"first_name\" autocomplete=\"given-name\"></label>\n\
         <label>Last name (optional) <input name=\"last_name\" autocomplete=\"family-name\"></label>\n{EMAIL}{phone}\
         <label>Password <input name=\"password\" type=\"password\" autocomplete=\"new-password\" \
         minlength=\"8\" required></label>\n<button>Continue</button>\n</form>\n\
         <p>Already have an account? <a href=\"sign-in{query}\">Sign in</a></p>\n"
    )
}

fn verify(query: &str) -> String {
    format!(
        "<p>A name with <code>+clerk_test</code> before the <code>@</code> always gets 424242, and so do numbers from +12015550100 to +12015550199.</p>\n\
         <form method=\"post\" action=\"verify{query}\">\n\
         <label>Code <input name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" required \
         autofocus></label>\n<button>Verify</button>\n</form>\n\
         <p><a href=\"sign-in{query}\">Start again</a></p>\n"
    )
}
