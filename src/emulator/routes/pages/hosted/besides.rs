//! Past the plain forms by an account with a provider, and by a telephone number.

use axum::response::Response;
use url::Url;

use super::page::Form;
use super::visit::Visit;
use super::{SEE_OTHER, code_sent};
use crate::emulator::app::App;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::sign_up::SignUpFields;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::instance::social::referral::{Outcome, ReferralRequest};
use crate::emulator::instance::{Instance, Refusal, SignUp};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::pages::handshake::redirect;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new().get("/__emulator/returned", returned)
}

/// To the provider of this name, to sign in or up.
pub(super) fn to_provider(
    app: &App,
    call: &Call,
    visit: &mut Visit<'_>,
    name: &str,
    signs_up: bool,
) -> Answer {
    let provider = Provider::named(name).ok_or(Refusal::ParamValue("provider"))?;
    let (browser, now) = (visit.known_dev_browser(), visit.now);
    let request = ReferralRequest {
        provider,
        page: format!("{}/__emulator/provider", call.base),
        redirect_url: format!("{}/__emulator/returned{}", call.base, visit.query()),
        complete_url: visit.target().map(Url::to_string),
        scopes: Vec::new(),
    };
    let mut instance = app.instance();
    let referral = if signs_up {
        let fields = SignUpFields::default();
        instance
            .sign_up_by_provider(&browser, None, fields, request, now)?
            .referral
    } else {
        instance
            .sign_in_by_provider(&browser, None, request, now)?
            .referral
    };
    let url = referral.and_then(|referral| Url::parse(&referral.url).ok());
    Ok(redirect(SEE_OTHER, &url.ok_or(Fault::RedirectUrlInvalid)?))
}

/// Back from a provider, and not signed in by it yet.
fn returned(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    if visit.is_signed_in() {
        return Ok(visit.done());
    }
    let taken = take_over(&mut app.instance(), &browser, &visit);
    Ok(match taken {
        Ok(()) => onwards(app, &visit, &browser)?,
        Err(refusal) => visit.show(Form::SignIn, Some(refusal.into())),
    })
}

/// Who asked to sign in and is not known signs up, and the other way round.
fn take_over(instance: &mut Instance, browser: &str, visit: &Visit<'_>) -> Result<(), Refusal> {
    let client = instance.client(browser)?.ok_or(Refusal::NotPrepared)?;
    let waits = |outcome: &Outcome| matches!(outcome, Outcome::Transferable(_));
    let sign_in = client
        .sign_in
        .as_ref()
        .and_then(|one| one.referral.as_ref());
    let sign_up = client
        .sign_up
        .as_ref()
        .and_then(|one| one.referral.as_ref());
    if sign_in.is_some_and(|referral| waits(&referral.outcome)) {
        instance.transfer_to_sign_up(browser, SignUpFields::default(), visit.now)?;
    } else if sign_up.is_some_and(|referral| waits(&referral.outcome)) {
        let done = instance.transfer_to_sign_in(browser, visit.now)?;
        if done.step != Step::Complete {
            return Err(Refusal::NotPrepared);
        }
    }
    Ok(())
}

/// To what is still asked of who signs up: a code for an address or a number that was given, a number that is missing. Back
/// to the app if nothing is.
pub(super) fn onwards(app: &App, visit: &Visit<'_>, browser: &str) -> Answer {
    let mut instance = app.instance();
    let client = instance.client(browser)?.ok_or(Refusal::NotPrepared)?;
    let Some(sign_up) = client.sign_up.clone() else {
        drop(instance);
        return Ok(visit.done());
    };
    if let Some(kind) = unproven(&sign_up) {
        instance.prepare_sign_up(browser, &sign_up.id, kind, visit.now)?;
        return Ok(code_sent(&instance, visit));
    }
    Ok(visit.go_to("sign-up"))
}

/// What a code is to be sent to next.
fn unproven(sign_up: &SignUp) -> Option<ContactKind> {
    let mut kinds = [ContactKind::Email, ContactKind::Phone].into_iter();
    kinds.find(|kind| sign_up.contact(*kind).is_some() && !sign_up.is_proven(*kind))
}

/// The sign-up of this browser that lacks a number and nothing else.
pub(super) fn lacks_number(instance: &Instance, browser: &str) -> Option<SignUp> {
    let client = instance.client(browser).ok()??;
    let sign_up = client.sign_up.clone()?;
    (sign_up.missing_fields() == ["phone_number"]).then_some(sign_up)
}

/// Takes the number.
pub(super) fn take_number(
    app: &App,
    call: &Call,
    visit: &Visit<'_>,
    id: &str,
    browser: &str,
) -> Response {
    let fields = SignUpFields {
        phone_number: Some(call.form.owned("phone_number").unwrap_or_default()),
        ..SignUpFields::default()
    };
    let taken = app
        .instance()
        .update_sign_up(browser, id, fields, visit.now);
    let next = taken
        .map_err(Fault::from)
        .and_then(|_| onwards(app, visit, browser));
    next.unwrap_or_else(|fault| visit.show(Form::Number, Some(fault)))
}
