//! Links in mails that prove an address: how they are written, and where they lead (`frontend-api.md` section 8.1).

use axum::response::IntoResponse as _;
use clerk_auth::cookies::Cookies;
use clerk_auth::time::UnixMillis;
use http::StatusCode;
use http::header::{CACHE_CONTROL, COOKIE};
use url::form_urlencoded;

use super::handshake::{allowed, redirect, set_parameter};
use crate::emulator::app::App;
use crate::emulator::instance::email::CODE_LIFE_MS;
use crate::emulator::instance::email_link::{Followed, LinkPass, NewLink};
use crate::emulator::instance::random::alphanumeric;
use crate::emulator::instance::{AccessRefusal, Instance, Refusal};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::{Answer, Shared};

/// In bytes. It travels in the link.
const MAX_REDIRECT_URL: usize = 2_048;

pub(super) fn routes() -> Routes {
    Routes::new().get("/v1/verify", follow)
}

/// True if a page asks for a link.
pub(super) fn is_asked_for(call: &Call) -> bool {
    call.form.get("strategy") == Some("email_link")
}

/// Whose proof a link is, and of what.
pub(super) struct For<'a> {
    pub owner: &'a str,
    pub attempt: &'a str,
}

/// The id of the browser's client, which owns its sign-in and its sign-up.
pub(super) fn owner(instance: &Instance, call: &Call) -> Result<String, Fault> {
    let client = instance.client(call.dev_browser())?;
    Ok(client.ok_or(Refusal::NotFound)?.id.clone())
}

/// A link for what the page asked to be proven, which leads back to the page.
pub(super) fn new_link(
    app: &App,
    instance: &Instance,
    call: &Call,
    what: &For<'_>,
    now: UnixMillis,
) -> Result<NewLink, Fault> {
    if !instance.settings().email_link {
        return Err(Refusal::ParamValue("strategy").into());
    }
    let redirect_url = call.form.get("redirect_url").map(|url| allowed(app, url));
    let redirect_url = redirect_url.transpose()?;
    if redirect_url
        .as_ref()
        .is_some_and(|url| url.as_str().len() > MAX_REDIRECT_URL)
    {
        return Err(Fault::RedirectUrlInvalid);
    }
    let expire_at = UnixMillis(now.0 + CODE_LIFE_MS);
    let secret = alphanumeric(&*app.random, 32);
    let token = app.mint.link_token(&LinkPass {
        owner: what.owner.to_owned(),
        attempt: what.attempt.to_owned(),
        secret: secret.clone(),
        redirect_url: redirect_url.map(String::from),
        end: expire_at.seconds(),
    })?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .finish();
    Ok(NewLink {
        secret,
        url: format!("{}/v1/verify?{query}", call.base),
        expire_at,
    })
}

fn follow(app: &Shared, call: Call) -> Answer {
    let token = call.query.get("token").unwrap_or_default();
    let pass = app.mint.read_link_token(token);
    let pass = pass.ok_or(Refusal::from(AccessRefusal::LinkInvalid))?;
    let now = app.now();
    let mut instance = app.instance();
    let opener = opener(app, &instance, &call);
    let (status, session) = match instance.follow_link(&pass, opener.as_deref(), now) {
        Followed::Verified(session) => ("verified", session),
        Followed::Expired => ("expired", None),
        Followed::Failed => ("failed", None),
        Followed::ClientMismatch => ("client_mismatch", None),
    };
    let Some(url) = &pass.redirect_url else {
        let text = format!("The link was followed: {status}. Go back to where you asked for it.\n");
        return Ok(([(CACHE_CONTROL, "no-store")], text).into_response());
    };
    let mut target = allowed(app, url)?;
    set_parameter(&mut target, "__clerk_status", status);
    if let Some(session) = session {
        set_parameter(&mut target, "__clerk_created_session", &session);
    }
    Ok(redirect(StatusCode::SEE_OTHER, &target))
}

/// The client of the browser that follows the link. A browser names itself by its cookies alone here: a mail program opens
/// the address, not a page. They are those of the app, with which the link shares its host.
fn opener(app: &App, instance: &Instance, call: &Call) -> Option<String> {
    let cookies = Cookies::parse(call.headers.get_all(COOKIE));
    let names = [
        app.publishable_key.cookie_names().dev_browser.as_str(),
        "__clerk_db_jwt",
    ];
    let mut named = names.into_iter().filter_map(|name| cookies.non_empty(name));
    let client = named.find_map(|id| instance.client(&id).ok().flatten());
    client.map(|client| client.id.clone())
}
