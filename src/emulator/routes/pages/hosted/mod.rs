//! Pages without script to sign up, in and out: for apps without client code, and for everybody while Clerk's
//! browser libraries are not at hand (`frontend-api.md` section 4.4). After success the browser goes back to
//! `redirect_url` with the dev browser in the query; the app's server then asks for a handshake.

mod besides;
mod consent;
mod consent_by_script;
mod form_post;
mod login;
mod page;
mod provider;
mod visit;
mod ways;

use axum::response::Response;
use http::StatusCode;

use crate::emulator::event::Note;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::sign_in::SignInFields;
use crate::emulator::instance::sign_up::SignUpFields;
use crate::emulator::instance::{Instance, Refusal, Strategy};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::{Answer, Shared};
use page::Form;
use visit::Visit;

pub(super) fn routes() -> Routes {
    consent::routes()
        .and(consent_by_script::routes())
        .and(login::routes())
        .and(provider::routes())
        .and(besides::routes())
        .get("/__emulator/sign-in", show_sign_in)
        .post("/__emulator/sign-in", sign_in)
        .get("/__emulator/sign-up", show_sign_up)
        .post("/__emulator/sign-up", sign_up)
        .get("/__emulator/verify", show_verify)
        .post("/__emulator/verify", verify)
        .get("/__emulator/sign-out", show_sign_out)
        .post("/__emulator/sign-out", sign_out)
}

fn show_sign_in(app: &Shared, call: Call) -> Answer {
    let visit = Visit::new(app, &call)?;
    Ok(if visit.is_signed_in() {
        visit.done()
    } else {
        visit.show(Form::SignIn, None)
    })
}

fn show_sign_up(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    if visit.is_signed_in() {
        return Ok(visit.done());
    }
    let browser = visit.known_dev_browser();
    let waits = besides::lacks_number(&app.instance(), &browser);
    let form = waits.map_or(Form::SignUp, |_| Form::Number);
    Ok(visit.show(form, None))
}

fn show_verify(app: &Shared, call: Call) -> Answer {
    let visit = Visit::new(app, &call)?;
    Ok(if visit.is_signed_in() {
        visit.done()
    } else {
        visit.show(Form::Verify, None)
    })
}

fn show_sign_out(app: &Shared, call: Call) -> Answer {
    Ok(Visit::new(app, &call)?.show(Form::SignOut, None))
}

fn sign_in(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    if let Some(name) = call.form.get("provider") {
        return besides::to_provider(app, &call, &mut visit, name, false);
    }
    let browser = visit.known_dev_browser();
    let by_code = call.form.get("action") == Some("code");
    let name = call.form.get("email_address").unwrap_or_default().trim();
    let code = if name.starts_with('+') {
        Strategy::PhoneCode
    } else {
        Strategy::EmailCode
    };
    let fields = SignInFields {
        identifier: Some(name.to_owned()),
        // No password is a wrong one here: without any, the sign-in would wait for a factor that no field asks for.
        password: (!by_code).then(|| call.form.owned("password").unwrap_or_default()),
        strategy: by_code.then_some(code),
    };
    let outcome = app.instance().create_sign_in(&browser, fields, visit.now);
    Ok(match outcome {
        Ok(made) if made.created_session_id.is_none() => code_sent(&app.instance(), &visit),
        Ok(_) | Err(Refusal::SessionExists) => visit.done(),
        Err(refusal) => visit.show(Form::SignIn, Some(Fault::from(refusal))),
    })
}

fn sign_up(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    if let Some(name) = call.form.get("provider") {
        return besides::to_provider(app, &call, &mut visit, name, true);
    }
    let browser = visit.known_dev_browser();
    let waits = besides::lacks_number(&app.instance(), &browser);
    if let Some(waits) = waits.filter(|_| call.form.get("email_address").is_none()) {
        return Ok(besides::take_number(
            app, &call, &visit, &waits.id, &browser,
        ));
    }
    let fields = SignUpFields {
        email_address: Some(call.form.owned("email_address").unwrap_or_default()),
        phone_number: call.form.owned("phone_number"),
        password: Some(call.form.owned("password").unwrap_or_default()),
        first_name: call.form.owned("first_name"),
        last_name: call.form.owned("last_name"),
        ..SignUpFields::default()
    };
    let mut instance = app.instance();
    let made = instance.create_sign_up(&browser, fields, visit.now);
    let prepared = made.and_then(|made| {
        instance.prepare_sign_up(&browser, &made.id, ContactKind::Email, visit.now)
    });
    Ok(match prepared {
        Ok(_) => code_sent(&instance, &visit),
        Err(refusal) => {
            drop(instance);
            match refusal {
                Refusal::SessionExists => visit.done(),
                _ => visit.show(Form::SignUp, Some(Fault::from(refusal))),
            }
        }
    })
}

/// On to the page that asks for the code; the event tells it.
fn code_sent(instance: &Instance, visit: &Visit<'_>) -> Response {
    let mut response = visit.go_to("verify");
    if let Some(mail) = instance.outbox().mails().next_back() {
        response.extensions_mut().insert(Note(mail.told()));
    }
    response
}

fn verify(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    let code = call.form.get("code").unwrap_or_default().trim();
    let attempted = attempt(&mut app.instance(), &browser, code, &visit);
    Ok(match attempted {
        Ok(()) => besides::onwards(app, &visit, &browser)?,
        Err(refusal) => visit.show(Form::Verify, Some(Fault::from(refusal))),
    })
}

/// Tries the code on what waits for one: the sign-up if there is one, else the sign-in.
fn attempt(
    instance: &mut Instance,
    browser: &str,
    code: &str,
    visit: &Visit<'_>,
) -> Result<(), Refusal> {
    let client = instance.client(browser)?.ok_or(Refusal::NotPrepared)?;
    let sign_up = client.sign_up.as_ref();
    let sent = sign_up.and_then(|up| Some((up.id.clone(), up.waits_for_code()?)));
    let sign_in = client.sign_in.as_ref();
    let sign_in = sign_in.and_then(|up| Some((up.id.clone(), up.code.as_ref()?.0)));
    match (sent, sign_in) {
        (Some((id, kind)), _) => instance
            .attempt_sign_up(browser, &id, kind, code, visit.now)
            .map(drop),
        (None, Some((id, strategy))) => instance
            .attempt_code(browser, &id, strategy, code, visit.now)
            .map(drop),
        (None, None) => Err(Refusal::NotPrepared),
    }
}

fn sign_out(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    app.instance().sign_out(&browser, visit.now);
    Ok(visit.done())
}

/// A form that was posted is answered by going elsewhere, so that a reload posts nothing.
const SEE_OTHER: StatusCode = StatusCode::SEE_OTHER;
