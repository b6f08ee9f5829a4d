//! Where other applications send their users: they sign in if they have not, and say whether they allow it. The question
//! stands on a page that no other page can read or embed, and its answer carries a ticket that only this page knows.

use axum::response::{IntoResponse as _, Response};
use clerk_auth::time::UnixMillis;
use http::header::{CACHE_CONTROL, LOCATION};
use url::{Url, form_urlencoded};

use super::visit::Visit;
use super::{SEE_OTHER, form_post};
use crate::emulator::app::App;
use crate::emulator::instance::oauth::authorization::{Asked, First};
use crate::emulator::instance::oauth::{SCOPES, scopes};
use crate::emulator::instance::{Instance, Refusal};
use crate::emulator::routes::call::{Call, Fields};
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::pages::handshake::redirect;
use crate::emulator::routes::{Answer, Shared};

/// Clerk takes none that is shorter. It waits in memory until the user has answered, so there is an end to it as well.
const STATE: std::ops::RangeInclusive<usize> = 8..=8_192;
/// In bytes; S256 makes 43 of any verifier.
const CHALLENGE: usize = 43;
const MAX_NONCE: usize = 1_024;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/oauth/authorize", by_query)
        .post("/oauth/authorize", by_form)
        .get("/__emulator/consent", show)
        .post("/__emulator/consent", decide)
}

fn by_query(app: &Shared, call: Call) -> Answer {
    authorize(app, &call, &call.query)
}

fn by_form(app: &Shared, call: Call) -> Answer {
    authorize(app, &call, &call.form)
}

/// What is asked, and where the answer goes; nothing goes to an address before it is known to be the client's.
pub(super) fn recipient(
    instance: &Instance,
    client_id: &str,
    fields: &Fields,
) -> Result<Asked, Fault> {
    let application = instance.client_application(client_id);
    let application = application.map_err(|_| Refusal::ParamValue("client_id"))?;
    let named = fields.owned("redirect_uri");
    let uri = match (&named, application.redirect_uris.as_slice()) {
        (Some(uri), known) if known.contains(uri) => uri.clone(),
        (None, [only]) => only.clone(),
        _ => return Err(Refusal::ParamValue("redirect_uri").into()),
    };
    Ok(Asked {
        client_id: client_id.to_owned(),
        redirect_uri: uri,
        redirect_was_named: named.is_some(),
        scopes: application.scopes.clone(),
        state: fields.owned("state"),
        challenge: fields.owned("code_challenge"),
        nonce: fields.owned("nonce"),
        form_post: fields.get("response_mode") == Some("form_post"),
    })
}

/// Holds the rest of the request to its rules; what is wrong is told to the client in OAuth's words.
pub(super) fn checked(
    instance: &Instance,
    mut asked: Asked,
    fields: &Fields,
) -> Result<Asked, &'static str> {
    let application = instance.client_application(&asked.client_id);
    let application = application.map_err(|_| "invalid_request")?;
    if fields.get("response_type") != Some("code") {
        return Err("unsupported_response_type");
    }
    let state_fits = asked
        .state
        .as_ref()
        .is_none_or(|state| STATE.contains(&state.len()));
    let nonce_fits = asked
        .nonce
        .as_ref()
        .is_none_or(|nonce| nonce.len() <= MAX_NONCE);
    let mode_fits = matches!(
        fields.get("response_mode"),
        None | Some("query" | "form_post")
    );
    let method = fields.get("code_challenge_method");
    let pkce_fits = match &asked.challenge {
        Some(challenge) => method == Some("S256") && challenge.len() == CHALLENGE,
        None => method.is_none() && !application.needs_pkce(),
    };
    if !state_fits || !nonce_fits || !mode_fits || !pkce_fits {
        return Err("invalid_request");
    }
    if let Some(wanted) = fields.get("scope") {
        asked.scopes = scopes("scope", wanted).map_err(|_| "invalid_scope")?;
        let allowed = |scope: &String| application.scopes.contains(scope);
        if !asked.scopes.iter().all(allowed) {
            return Err("invalid_scope");
        }
    }
    Ok(asked)
}

fn authorize(app: &App, call: &Call, fields: &Fields) -> Answer {
    let mut visit = Visit::new(app, call)?;
    let asked = recipient(&app.instance(), fields.required("client_id")?, fields)?;
    let asked = match checked(&app.instance(), asked.clone(), fields) {
        Ok(asked) => asked,
        Err(error) => return answer(&asked, "error", error),
    };
    let prompts = Prompts::of(fields);
    let browser = visit.known_dev_browser();
    let Some(user) = visit.user() else {
        if prompts.none {
            return answer(&asked, "error", "login_required");
        }
        return Ok(sign_in_first(call, fields, &browser));
    };
    if prompts.login {
        if prompts.none {
            return answer(&asked, "error", "invalid_request");
        }
        let asks_always = prompts.consent;
        let first = First::Proof { asks_always };
        let mut instance = app.instance();
        let ticket = instance.begin_authorization(&browser, asked, first, visit.now);
        return Ok(to_page("login", &ticket, &browser));
    }
    go_on(app, &browser, &user, asked, prompts, visit.now)
}

/// What a client wants its user to be shown, in the words of OpenID Connect.
#[derive(Clone, Copy, Default)]
pub(super) struct Prompts {
    consent: bool,
    none: bool,
    login: bool,
}

impl Prompts {
    /// The steps that are left behind a fresh proof.
    pub fn behind_proof(first: First) -> Self {
        Self {
            consent: first == First::Proof { asks_always: true },
            ..Self::default()
        }
    }

    fn of(fields: &Fields) -> Self {
        let words = fields.get("prompt").unwrap_or_default();
        let has = |word| words.split(' ').any(|one| one == word);
        Self {
            consent: has("consent"),
            none: has("none"),
            login: has("login"),
        }
    }
}

/// The user is known: the question whether they allow it, or the code.
pub(super) fn go_on(
    app: &App,
    browser: &str,
    user: &str,
    asked: Asked,
    prompts: Prompts,
    now: UnixMillis,
) -> Answer {
    let mut instance = app.instance();
    let needs_consent = instance
        .client_application(&asked.client_id)?
        .consent_screen
        && (prompts.consent || !instance.has_allowed(user, &asked.client_id, &asked.scopes));
    if !needs_consent {
        let code = instance.new_code(asked.clone(), user, now);
        return answer(&asked, "code", &code);
    }
    if prompts.none {
        return answer(&asked, "error", "consent_required");
    }
    let ticket = instance.begin_authorization(browser, asked, First::Consent, now);
    Ok(to_page("consent", &ticket, browser))
}

/// To a page that asks about a request.
fn to_page(page: &str, ticket: &str, browser: &str) -> Response {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", ticket)
        .append_pair("__clerk_db_jwt", browser)
        .finish();
    beside(&format!("{page}?{query}"))
}

/// To the form for signing in, which leads back here.
fn sign_in_first(call: &Call, fields: &Fields, browser: &str) -> Response {
    let mut again = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.pairs().filter(|(name, _)| *name != "__clerk_db_jwt") {
        // Who has just signed in has done what `login` asks for.
        let is_done = name == "prompt";
        let words = value.split(' ').filter(|word| !is_done || *word != "login");
        again.append_pair(name, &words.collect::<Vec<_>>().join(" "));
    }
    let again = format!("{}/oauth/authorize?{}", call.base, again.finish());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("redirect_url", &again)
        .append_pair("__clerk_db_jwt", browser)
        .finish();
    beside(&format!("sign-in?{query}"))
}

/// To a hosted page, relative to `/oauth/authorize`: the prefix is the proxy's affair.
fn beside(page: &str) -> Response {
    let location = format!("../__emulator/{page}");
    let headers = [(LOCATION, location.as_str()), (CACHE_CONTROL, "no-store")];
    (SEE_OTHER, headers).into_response()
}

/// Back to the client.
pub(super) fn answer(asked: &Asked, name: &str, value: &str) -> Answer {
    let mut target = Url::parse(&asked.redirect_uri).map_err(|_| Fault::RedirectUrlInvalid)?;
    let mut fields = vec![(name, value)];
    fields.extend(asked.state.as_deref().map(|state| ("state", state)));
    if asked.form_post {
        return form_post::page(&target, &fields);
    }
    target.query_pairs_mut().extend_pairs(fields);
    Ok(redirect(SEE_OTHER, &target))
}

fn show(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    visit.user().ok_or(Refusal::SignedOut)?;
    let ticket = call.query.required("ticket")?;
    let (body, target) = question(&app.instance(), &browser, ticket, visit.now)?;
    Ok(visit.show_body("Allow access?", &body, None, &[target]))
}

/// The question as HTML, and the address that its answer leads to.
fn question(
    instance: &Instance,
    browser: &str,
    ticket: &str,
    now: UnixMillis,
) -> Result<(String, Url), Fault> {
    let asked = instance.authorization(browser, ticket, now)?;
    let application = instance.client_application(&asked.client_id)?;
    let target = Url::parse(&asked.redirect_uri).map_err(|_| Fault::RedirectUrlInvalid)?;
    let known = SCOPES
        .iter()
        .filter(|(scope, _)| asked.scopes.iter().any(|one| one == scope));
    let lines: String = known
        .map(|(_, words)| format!("<li>{words}</li>\n"))
        .collect();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", ticket)
        .append_pair("__clerk_db_jwt", browser)
        .finish();
    let body = format!(
        "<p><strong>{}</strong> asks to:</p>\n<ul>\n{lines}</ul>\n<p>You will be sent to {}.</p>\n\
         <form method=\"post\" action=\"consent?{}\">\n<button name=\"decision\" value=\"allow\">Allow</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\">Deny</button>\n</form>\n",
        escaped(&application.name),
        escaped(target.host_str().unwrap_or_else(|| target.scheme())),
        escaped(&query),
    );
    Ok((body, target))
}

fn decide(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    let user = visit.user().ok_or(Refusal::SignedOut)?;
    let ticket = call.query.required("ticket")?;
    let allows = match call.form.required("decision")? {
        "allow" => true,
        "deny" => false,
        _ => return Err(Refusal::ParamValue("decision").into()),
    };
    let mut instance = app.instance();
    instance.authorization(&browser, ticket, visit.now)?;
    let (asked, _) = instance.end_authorization(&browser, ticket, visit.now)?;
    if !allows {
        return answer(&asked, "error", "access_denied");
    }
    let code = instance.new_code(asked.clone(), &user, visit.now);
    answer(&asked, "code", &code)
}
