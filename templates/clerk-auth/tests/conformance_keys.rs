//! The recorded cases about publishable keys, secret-key prefixes, cookie suffixes and cookie headers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::cookies::Cookies;
use clerk_auth::keys::{InstanceType, PublishableKey, cookie_suffix};
use serde_json::Value;
use support::{Deviations, cases, list, same};

#[test]
fn publishable_keys_parse_as_recorded() {
    let mut account = Deviations::new(&[]);
    for case in list(&cases("publishable-key"), "cases") {
        let id = case["id"].as_str().unwrap().to_owned();
        account.check(&id, parses_as_recorded(&case), || false);
    }
    account.finish();
}

fn parses_as_recorded(case: &Value) -> Result<(), String> {
    let text = case["key"].as_str().unwrap_or_default();
    let parsed = PublishableKey::parse(text);
    same(
        "is_publishable_key",
        &parsed.is_ok(),
        &case["is_publishable_key"].as_bool().unwrap(),
    )?;
    let kind = InstanceType::of_publishable_key(text);
    let is = |kind_wanted| kind == Some(kind_wanted);
    same(
        "is_development",
        &is(InstanceType::Development),
        &case["is_development"].as_bool().unwrap(),
    )?;
    same(
        "is_production",
        &is(InstanceType::Production),
        &case["is_production"].as_bool().unwrap(),
    )?;
    let expect = &case["expect"];
    match parsed {
        Err(error) => {
            same("valid", &false, &expect["valid"].as_bool().unwrap())?;
            same(
                "error",
                &error.to_string().as_str(),
                &expect["error"].as_str().unwrap(),
            )
        }
        Ok(key) => {
            let options = &case["options"];
            let host = key.frontend_api(
                options["proxy_url"].as_str(),
                options["domain"].as_str(),
                options["is_satellite"].as_bool().unwrap_or_default(),
            );
            same("valid", &true, &expect["valid"].as_bool().unwrap())?;
            same(
                "type",
                &key.instance_type().as_str(),
                &expect["instance_type"].as_str().unwrap(),
            )?;
            same(
                "frontend_api",
                &&*host,
                &expect["frontend_api"].as_str().unwrap(),
            )
        }
    }
}

#[test]
fn keys_are_built_as_recorded() {
    for case in list(&cases("publishable-key"), "build") {
        let host = case["frontend_api"].as_str().unwrap();
        let key = PublishableKey::build(host).unwrap();
        assert_eq!(key, case["key"].as_str().unwrap(), "{host}");
    }
}

#[test]
fn keys_for_a_request_host_are_as_recorded() {
    for case in list(&cases("publishable-key"), "from_host") {
        let host = case["host"].as_str().unwrap();
        match PublishableKey::from_request_host(host, case["fallback"].as_str()) {
            Ok(key) => assert_eq!(key, case["key"].as_str().unwrap(), "{host}"),
            Err(error) => assert_eq!(error.to_string(), case["error"].as_str().unwrap(), "{host}"),
        }
    }
}

#[test]
fn secret_key_prefixes_are_as_recorded() {
    for case in list(&cases("publishable-key"), "secret") {
        let text = case["key"].as_str().unwrap();
        let kind = InstanceType::of_secret_key(text);
        let is = |kind_wanted| Value::from(kind == Some(kind_wanted));
        assert_eq!(
            is(InstanceType::Development),
            case["is_development"],
            "{text}"
        );
        assert_eq!(
            is(InstanceType::Production),
            case["is_production"],
            "{text}"
        );
    }
}

#[test]
fn cookie_suffixes_are_as_recorded() {
    for case in list(&cases("cookie-suffix"), "cases") {
        let text = case["publishable_key"].as_str().unwrap();
        let suffix = case["suffix"].as_str().unwrap();
        assert_eq!(cookie_suffix(text), suffix, "{text}");
        if let Ok(key) = PublishableKey::parse(text) {
            assert_eq!(key.cookie_suffix(), suffix);
            assert_eq!(
                key.cookie_names().session,
                case["session_cookie"].as_str().unwrap()
            );
            assert_eq!(
                key.cookie_names().client_uat,
                case["client_uat_cookie"].as_str().unwrap()
            );
        }
    }
}

#[test]
fn cookie_headers_are_read_as_recorded() {
    for (position, case) in list(&cases("cookie-header"), "cases").iter().enumerate() {
        let header = case["header"].as_str().unwrap();
        let cookies = Cookies::parse([header]);
        let mut pairs: Vec<Value> = Vec::new();
        for name in cookies.names() {
            let pair = Value::from(vec![name.as_ref(), &cookies.get(&name).unwrap()]);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        assert_eq!(
            Value::from(pairs),
            case["cookies"],
            "case {position}: {header:?}"
        );
    }
}
