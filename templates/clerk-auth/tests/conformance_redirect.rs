//! The recorded cases of redirects to sign-in and sign-up, by id.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::keys::PublishableKey;
use clerk_auth::redirect::Redirects;
use serde_json::Value;
use support::Deviations;
use url::Url;

#[test]
fn redirects_are_built_as_recorded() {
    let mut deviations = Deviations::new(&[]);
    for case in support::list(&support::cases("redirect"), "cases") {
        let recorded = match case["expect"]["location"].as_str() {
            Some(location) => Ok(location.to_owned()),
            None => Err(case["expect"]["throws"].as_str().unwrap().to_owned()),
        };
        let result = match (location(&case), recorded) {
            (Ok(got), Ok(recorded)) => support::same("location", &got, &recorded),
            // The recorded texts speak of JavaScript functions; that it fails is what counts.
            (Err(_), Err(_)) => Ok(()),
            (got, recorded) => Err(format!("got {got:?}, recorded {recorded:?}")),
        };
        deviations.check(case["id"].as_str().unwrap(), result, || false);
    }
    deviations.finish();
}

fn location(case: &Value) -> Result<String, String> {
    let parameters = &case["params"];
    let text = |name: &str| parameters[name].as_str();
    let key = PublishableKey::parse(text("publishable_key").unwrap()).map_err(|e| e.to_string())?;
    let base = text("base_url").unwrap();
    let public_url = (!base.is_empty()).then(|| Url::parse(base).unwrap());
    let redirects = Redirects {
        publishable_key: &key,
        sign_in_url: text("sign_in_url"),
        sign_up_url: text("sign_up_url"),
        is_satellite: parameters["is_satellite"].as_bool().unwrap_or_default(),
        public_url: public_url.as_ref(),
        dev_browser: text("dev_browser"),
        is_pending: text("session_status") == Some("pending"),
    };
    let back = case["return_back_url"].as_str();
    let url = match case["call"].as_str() {
        Some("sign_in") => redirects.to_sign_in(back),
        Some("sign_up") => redirects.to_sign_up(back),
        other => panic!("unknown call {other:?}"),
    };
    url.map(String::from).ok_or("no address".to_owned())
}
