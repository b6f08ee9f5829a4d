//! A client that asks with `prompt=login` wants its user to prove anew who they are, signed in or not: by the password, or
//! by a code in a mail.

use url::form_urlencoded;

use super::consent::{Prompts, go_on};
use super::visit::Visit;
use crate::emulator::app::App;
use crate::emulator::event::Note;
use crate::emulator::instance::reverification::Level;
use crate::emulator::instance::{Instance, Refusal, Session, Strategy};
use crate::emulator::routes::call::{Call, Fields};
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/login", show)
        .post("/__emulator/login", prove)
}

fn show(app: &Shared, call: Call) -> Answer {
    page(app, &call, false, None)
}

fn prove(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    let session = visit.session().ok_or(Refusal::SignedOut)?;
    let ticket = call.query.required("ticket")?;
    let now = visit.now;
    let mut instance = app.instance();
    instance.authorization_request(&browser, ticket, now)?;
    let by_code = call.form.get("code").is_some();
    let tried = attempt(&mut instance, &browser, &session, &call.form, &visit);
    match tried {
        Ok(true) => {
            let (asked, first) = instance.end_authorization(&browser, ticket, now)?;
            drop(instance);
            let prompts = Prompts::behind_proof(first);
            go_on(app, &browser, &session.user_id, asked, prompts, now)
        }
        Ok(false) => {
            let sent = instance.outbox().mails().next_back();
            let note = sent.map(|mail| Note(mail.told()));
            drop(instance);
            let mut response = page(app, &call, true, None)?;
            if let Some(note) = note {
                response.extensions_mut().insert(note);
            }
            Ok(response)
        }
        Err(refusal) => {
            drop(instance);
            page(app, &call, by_code, Some(refusal.into()))
        }
    }
}

/// True if the answer is right; false if a code was "sent" instead.
fn attempt(
    instance: &mut Instance,
    browser: &str,
    session: &Session,
    form: &Fields,
    visit: &Visit<'_>,
) -> Result<bool, Refusal> {
    let (id, now) = (session.id.as_str(), visit.now);
    if let Some(code) = form.get("code") {
        let code = code.trim();
        instance.attempt_reverification(browser, id, Strategy::EmailCode, code, now)?;
        return Ok(true);
    }
    instance.start_reverification(browser, id, Level::FirstFactor, now)?;
    if form.get("action") == Some("code") {
        instance.prepare_reverification(browser, id, Strategy::EmailCode, None, now)?;
        return Ok(false);
    }
    let password = form.get("password").unwrap_or_default();
    instance.attempt_reverification(browser, id, Strategy::Password, password, now)?;
    Ok(true)
}

fn page(app: &App, call: &Call, code_was_sent: bool, fault: Option<Fault>) -> Answer {
    let mut visit = Visit::new(app, call)?;
    let browser = visit.known_dev_browser();
    let user = visit.user().ok_or(Refusal::SignedOut)?;
    let ticket = call.query.required("ticket")?;
    let instance = app.instance();
    let (asked, _) = instance.authorization_request(&browser, ticket, visit.now)?;
    let application = instance.client_application(&asked.client_id)?;
    let target = url::Url::parse(&asked.redirect_uri).map_err(|_| Fault::RedirectUrlInvalid)?;
    let user = instance.user(&user).ok_or(Refusal::SignedOut)?;
    let address = user.primary_email().map(|email| email.address.as_str());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("ticket", ticket)
        .append_pair("__clerk_db_jwt", &browser)
        .finish();
    let fields = if code_was_sent { CODE } else { PASSWORD };
    let body = format!(
        "<p><strong>{}</strong> wants to know that it is you, {}.</p>\n\
         <form method=\"post\" action=\"login?{}\">\n{fields}</form>\n",
        escaped(&application.name),
        escaped(address.unwrap_or(&user.id)),
        escaped(&query),
    );
    Ok(visit.show_body("Sign in again", &body, fault, &[target]))
}

const PASSWORD: &str = "<label>Password <input name=\"password\" type=\"password\" \
    autocomplete=\"current-password\" autofocus></label>\n\
    <button name=\"action\" value=\"password\">Continue</button>\n\
    <button name=\"action\" value=\"code\" class=\"quiet\">Send a code instead</button>\n";

const CODE: &str = "<label>Code <input name=\"code\" inputmode=\"numeric\" autocomplete=\"one-time-code\" required \
    autofocus></label>\n<button>Continue</button>\n";
