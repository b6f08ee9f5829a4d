//! The handshake: a server sends the browser here because it cannot tell who is signed in, and the browser goes back
//! with the answer (`frontend-api.md` section 13).

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use url::{Host, Url};

use crate::emulator::app::App;
use crate::emulator::mint::KeyError;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::View;

const YEAR: &str = "Max-Age=31536000";

pub(super) fn routes() -> Routes {
    Routes::new().get("/v1/client/handshake", handshake)
}

fn handshake(app: &Shared, call: Call) -> Answer {
    let mut target = redirect_target(app, &call)?;
    let now = app.now();
    let mut instance = app.instance();
    let organization = call.query.given("organization_id");
    let outcome = instance.handshake(
        call.query.get("__clerk_db_jwt"),
        organization.as_deref(),
        now,
    );
    let view = View {
        instance: &instance,
        mint: &app.mint,
        random: &*app.random,
        authorized_party: call.authorized_party.as_deref(),
        now,
    };
    let signed_in = outcome.signed_in;
    let session = signed_in.and_then(|(id, since)| Some((instance.session(&id)?, since)));
    let session = session
        .map(|(session, since)| Ok::<_, KeyError>((view.jwt(session)?, since.seconds())))
        .transpose()?;
    let dev_browser = outcome.dev_browser;
    let directives = directives(app, &target, &dev_browser, session);
    if call.query.get("format") == Some("nonce") {
        let nonce = instance.keep_directives(directives, now);
        set_parameter(&mut target, "__clerk_handshake_nonce", &nonce);
    } else {
        set_parameter(
            &mut target,
            "__clerk_handshake",
            &app.mint.handshake_token(&directives)?,
        );
    }
    set_parameter(&mut target, "__clerk_db_jwt", &dev_browser);
    Ok(redirect(StatusCode::TEMPORARY_REDIRECT, &target))
}

/// The `redirect_url` of a request, if it may be sent to.
pub(super) fn redirect_target(app: &App, call: &Call) -> Result<Url, Fault> {
    allowed(app, call.query.get("redirect_url").unwrap_or_default())
}

/// The address in a text, if a browser may be sent to it.
pub(super) fn allowed(app: &App, text: &str) -> Result<Url, Fault> {
    let url = Url::parse(text).ok();
    url.filter(|url| app.origins.allow(url))
        .ok_or(Fault::RedirectUrlInvalid)
}

/// Puts a parameter into the query in place of any of its name; what else is there stays to the letter.
pub(super) fn set_parameter(url: &mut Url, name: &str, value: &str) {
    let is_other = |pair: &&str| pair.split('=').next() != Some(name) && !pair.is_empty();
    let query = url.query().unwrap_or_default();
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(is_other)
        .map(str::to_owned)
        .collect();
    pairs.push(
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish(),
    );
    url.set_query(Some(&pairs.join("&")));
}

/// An answer that sends the browser on and that nobody may keep.
pub(super) fn redirect(status: StatusCode, target: &Url) -> Response {
    (
        status,
        [(LOCATION, target.as_str()), (CACHE_CONTROL, "no-store")],
    )
        .into_response()
}

/// The `Set-Cookie` lines, each for the plain and the suffixed name.
fn directives(
    app: &App,
    target: &Url,
    dev_browser: &str,
    session: Option<(String, i64)>,
) -> Vec<String> {
    let domain = cookie_domain(target);
    let names = app.publishable_key.cookie_names();
    let mut lines = Vec::new();
    for name in ["__clerk_db_jwt", &names.dev_browser] {
        lines.push(format!(
            "{name}={dev_browser}; Path=/; {YEAR}; SameSite=Lax"
        ));
    }
    let since = session.as_ref().map_or(0, |(_, since)| *since);
    for name in ["__client_uat", &names.client_uat] {
        lines.push(format!(
            "{name}={since}; Path=/; Domain={domain}; {YEAR}; SameSite=Strict"
        ));
    }
    for name in ["__session", &names.session] {
        lines.push(match &session {
            Some((token, _)) => format!("{name}={token}; Path=/; {YEAR}; SameSite=Lax"),
            None => format!("{name}=; Path=/; Max-Age=0; SameSite=Lax"),
        });
    }
    lines
}

/// The domain under which the browser library writes `__client_uat`; another one would make two cookies of it.
fn cookie_domain(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let dots: Vec<_> = name.rmatch_indices('.').map(|(at, _)| at + 1).collect();
            name[dots.get(1).copied().unwrap_or_default()..].to_owned()
        }
        Some(host) => host.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_the_one_that_the_browser_library_finds() {
        for (url, domain) in [
            ("http://localhost:3000/", "localhost"),
            ("http://127.0.0.1:3000/", "127.0.0.1"),
            ("http://shop.localhost/", "shop.localhost"),
            ("http://a.shop.localhost/", "shop.localhost"),
        ] {
            assert_eq!(
                Url::parse(url).map(|url| cookie_domain(&url)),
                Ok(domain.to_owned())
            );
        }
    }

    #[test]
    fn a_parameter_goes_before_the_fragment_and_in_place_of_its_namesake() {
        let mut url =
            Url::parse("http://localhost/p?a=%2f&x=1&b#top").unwrap_or_else(|_| unreachable!());
        set_parameter(&mut url, "x", "2&3");
        assert_eq!(url.as_str(), "http://localhost/p?a=%2f&b&x=2%263#top");
    }
}
