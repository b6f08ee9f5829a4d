//! The same question for an app that draws it itself: what is asked, and the user's answer.

use serde_json::{Value, json};

use super::consent::{answer, checked, recipient};
use crate::emulator::instance::oauth::{SCOPES, scopes};
use crate::emulator::instance::{AccessRefusal, Instance, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/me/oauth/consent/{client_id}", show)
        .post("/v1/me/oauth/consent/{client_id}", decide)
}

/// # Errors
/// [`AccessRefusal::NoConsentScreen`] when nobody is to be asked.
fn asks(instance: &Instance, client_id: &str) -> Result<(), Refusal> {
    if instance.client_application(client_id)?.consent_screen {
        Ok(())
    } else {
        Err(AccessRefusal::NoConsentScreen.into())
    }
}

fn show(app: &Shared, Path(client_id): Path<String>, call: Call) -> Answer {
    let wanted = call.query.get("scope");
    let wanted = wanted.map(|text| scopes("scope", text)).transpose()?;
    let turn = Turn::new(app, &call);
    turn.acting_user()?;
    asks(&turn.instance, &client_id)?;
    let application = turn.instance.client_application(&client_id)?;
    let is_shown = |scope: &&String| wanted.as_ref().is_none_or(|wanted| wanted.contains(scope));
    let shown: Vec<Value> = application
        .scopes
        .iter()
        .filter(is_shown)
        .map(|scope| {
            let known = SCOPES.iter().find(|(known, _)| known == scope);
            json!({ "scope": scope, "description": known.map(|(_, words)| words), "requires_consent": true })
        })
        .collect();
    Ok(json_answer(&json!({
        "oauth_application_name": application.name,
        "oauth_application_logo_url": application.image_url(),
        "oauth_application_url": application.client_uri,
        "client_id": application.client_id,
        // Which part of a host somebody can register is in a list that the emulator does not have; with null a page finds
        // words of its own, as for addresses of this machine.
        "redirect_domain": null,
        "scopes": shown,
    })))
}

/// The page sends the request for authorization along, which is held to the same rules.
fn decide(app: &Shared, Path(client_id): Path<String>, call: Call) -> Answer {
    let consents = call.form.required("consented")? == "true";
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    asks(&turn.instance, &client_id)?;
    if let Some(organization) = call.form.get("organization_id") {
        let member = turn.instance.membership(organization, &user_id);
        member.ok_or(Refusal::NotAMember)?;
    }
    let asked = recipient(&turn.instance, &client_id, &call.form)?;
    let asked = match checked(&turn.instance, asked.clone(), &call.form) {
        Ok(asked) => asked,
        Err(error) => return answer(&asked, "error", error),
    };
    if !consents {
        return answer(&asked, "error", "access_denied");
    }
    let now = turn.now;
    let code = turn.instance.new_code(asked.clone(), &user_id, now);
    answer(&asked, "code", &code)
}
