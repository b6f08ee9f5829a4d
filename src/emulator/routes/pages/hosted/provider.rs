//! The page that stands for every provider's: whoever is there says who they are, and is asked for no password. It answers
//! as a provider does, with a code or an error (`frontend-api-2.md` section 6).

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use url::{Url, form_urlencoded};

use super::SEE_OTHER;
use super::visit::Visit;
use crate::emulator::app::App;
use crate::emulator::instance::social::Person;
use crate::emulator::instance::{Instance, Refusal, User};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/provider", show)
        .post("/__emulator/provider", decide)
}

fn show(app: &Shared, call: Call) -> Answer {
    page(app, &call, None)
}

fn decide(app: &Shared, call: Call) -> Answer {
    let mut visit = Visit::new(app, &call)?;
    let browser = visit.known_dev_browser();
    let state = call.query.required("state")?;
    let (name, value) = match call.form.required("decision")? {
        "deny" => {
            app.instance().referral(&browser, state, visit.now)?;
            ("error", "access_denied".to_owned())
        }
        "allow" => {
            let field = |name| call.form.get(name).unwrap_or_default();
            let person = Person {
                email_address: field("email_address"),
                first_name: field("first_name"),
                last_name: field("last_name"),
            };
            let code = app
                .instance()
                .provider_code(&browser, state, person, visit.now);
            match code {
                Ok(code) => ("code", code),
                Err(Refusal::NotFound) => return Err(Refusal::NotFound.into()),
                Err(refusal) => return page(app, &call, Some(refusal.into())),
            }
        }
        _ => return Err(Refusal::ParamValue("decision").into()),
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(name, &value)
        .append_pair("state", state)
        .append_pair("__clerk_db_jwt", &browser)
        .finish();
    Ok(to_callback(&query))
}

/// Relative: the prefix is the proxy's affair.
fn to_callback(query: &str) -> Response {
    let location = format!("../v1/oauth_callback?{query}");
    let headers = [(LOCATION, location.as_str()), (CACHE_CONTROL, "no-store")];
    (SEE_OTHER, headers).into_response()
}

fn page(app: &App, call: &Call, fault: Option<Fault>) -> Answer {
    let mut visit = Visit::new(app, call)?;
    let browser = visit.known_dev_browser();
    let state = call.query.required("state")?;
    let instance = app.instance();
    let referral = instance.referral(&browser, state, visit.now)?;
    let urls = [Some(&referral.redirect_url), referral.complete_url.as_ref()];
    let urls = urls.into_iter().flatten().map(|url| Url::parse(url));
    let targets: Vec<_> = urls
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::RedirectUrlInvalid)?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("state", state)
        .append_pair("__clerk_db_jwt", &browser)
        .finish();
    let title = format!("Sign in with {}", referral.provider.title());
    let body = body(app, &instance, &browser, referral.provider.title(), &query)?;
    Ok(visit.show_body(&title, &body, fault, &targets))
}

fn body(
    app: &App,
    instance: &Instance,
    browser: &str,
    provider: &str,
    query: &str,
) -> Result<String, Fault> {
    let form = format!(
        "<form method=\"post\" action=\"provider?{}\">\n",
        escaped(query)
    );
    let known: String = instance
        .known_on(browser)?
        .into_iter()
        .filter_map(|user| choice(&form, user))
        .collect();
    Ok(format!(
        "<p>This page stands for {provider}: say who you are to {}. No password is asked for.</p>\n{known}{form}\
         <label>Email address <input name=\"email_address\" type=\"email\" autocomplete=\"username\" required \
         autofocus></label>\n\
         <label>First name (optional) <input name=\"first_name\" autocomplete=\"given-name\" maxlength=\"256\"></label>\n\
         <label>Last name (optional) <input name=\"last_name\" autocomplete=\"family-name\" maxlength=\"256\"></label>\n\
         <button name=\"decision\" value=\"allow\">Continue</button>\n\
         <button name=\"decision\" value=\"deny\" class=\"quiet\" formnovalidate>Do not allow</button>\n</form>\n",
        escaped(&app.application_name),
    ))
}

/// Somebody who signed in here before, by one click.
fn choice(form: &str, user: &User) -> Option<String> {
    let address = escaped(&user.primary_email()?.address);
    let hidden = |name: &str, value: &Option<String>| {
        let value = escaped(value.as_deref().unwrap_or_default());
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
    };
    Some(format!(
        "{form}<input type=\"hidden\" name=\"email_address\" value=\"{address}\">\n{}{}\
         <button name=\"decision\" value=\"allow\" class=\"quiet\">{address}</button>\n</form>\n",
        hidden("first_name", &user.first_name),
        hidden("last_name", &user.last_name),
    ))
}
