//! Requests, settings and calls as the recorded cases of request authentication describe them.

use clerk_auth::config::{Config, ConfigError, ProblemKind};
use clerk_auth::keys::{MachineSecretKey, PublishableKey, SecretKey};
use clerk_auth::token_type::{Accepts, TokenType};
use http::request::Parts;
use serde_json::{Value, json};
use url::Url;

pub const INVALID_PATTERN: &str = "Invalid pattern";

pub fn parts(request: &Value, url: &Url) -> Parts {
    let mut builder = http::Request::builder()
        .method(request["method"].as_str().unwrap())
        .uri(&url[url::Position::BeforePath..url::Position::AfterQuery]);
    for header in request["headers"].as_array().unwrap() {
        // Recorded header texts hold one character for each byte.
        let value: Vec<u8> = header[1]
            .as_str()
            .unwrap()
            .chars()
            .map(|c| c as u8)
            .collect();
        builder = builder.header(header[0].as_str().unwrap(), value);
    }
    builder.body(()).unwrap().into_parts().0
}

/// The sentence that the reference has for a configuration it refuses.
pub fn in_words_of_clerk(error: &ConfigError) -> String {
    use ProblemKind::{Malformed, Missing, Other};
    let sentence = match (error.variable, error.kind()) {
        _ if error.refusal.problem == "is not a pattern" => INVALID_PATTERN,
        ("CLERK_PUBLISHABLE_KEY", Missing) => "Publishable key is missing.",
        ("CLERK_SECRET_KEY", Missing) => {
            "Missing Clerk Secret Key. Go to https://dashboard.clerk.com and get your key for your \
             instance."
        }
        ("CLERK_MACHINE_SECRET_KEY", Missing) => {
            "Machine token authentication requires either a Machine secret key or a Clerk secret \
             key. Ensure a Clerk secret key or Machine secret key is set."
        }
        ("CLERK_SIGN_IN_URL", Missing) => {
            "Missing signInUrl. Pass a signInUrl for dev instances if an app is satellite"
        }
        ("CLERK_SIGN_IN_URL", Malformed) => "The signInUrl needs to have a absolute url format.",
        ("CLERK_SIGN_IN_URL", Other) => {
            "The signInUrl needs to be on a different origin than your satellite application."
        }
        ("CLERK_DOMAIN", Missing) => {
            "Missing domain and proxyUrl. A satellite application needs to specify a domain or a \
             proxyUrl"
        }
        other => panic!("no sentence for {other:?}"),
    };
    sentence.to_owned()
}

pub fn config(options: &Value) -> Result<Config, String> {
    let text = |name: &str| options[name].as_str().map(str::to_owned);
    let flag = |name: &str| options[name].as_bool().unwrap_or_default();
    let defaults = Config::empty();
    let publishable_key = text("publishable_key").map(|key| PublishableKey::parse(&key));
    let organization = &options["organization_sync"];
    Ok(Config {
        publishable_key: publishable_key
            .transpose()
            .map_err(|error| error.to_string())?,
        secret_key: text("secret_key").map(|key| SecretKey::new(key).unwrap()),
        machine_secret_key: text("machine_secret_key")
            .map(|key| MachineSecretKey::new(key).unwrap()),
        jwt_key: text("jwt_key").map(|name| super::fixture_key(&name[1..])),
        api_url: text("api_url").unwrap_or(defaults.api_url.clone()),
        api_version: text("api_version").unwrap_or(defaults.api_version.clone()),
        audience: one_or_list(&options["audience"]),
        authorized_parties: one_or_list(&options["authorized_parties"]),
        issuers: one_or_list(&options["issuer"]),
        clock_skew_ms: options["clock_skew_ms"].as_i64().unwrap_or(5000),
        accepts: accepts(&options["accepts_token"]),
        is_satellite: flag("is_satellite"),
        domain: text("domain"),
        satellite_auto_sync: flag("satellite_auto_sync"),
        proxy_url: text("proxy_url"),
        sign_in_url: text("sign_in_url"),
        organization_patterns: one_or_list(&organization["organization_patterns"]),
        personal_account_patterns: one_or_list(&organization["personal_account_patterns"]),
        allowed_redirect_origins: vec!["https://cider-press.example".to_owned()],
        trust_proxy_headers: true,
        ..defaults
    })
}

fn one_or_list(value: &Value) -> Vec<String> {
    let texts = |list: &Vec<Value>| {
        list.iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect()
    };
    let one = value.as_str().map(|text| vec![text.to_owned()]);
    one.or_else(|| value.as_array().map(texts))
        .unwrap_or_default()
}

fn accepts(value: &Value) -> Accepts {
    let kind = |name: &Value| match name.as_str().unwrap() {
        "session_token" => TokenType::Session,
        "api_key" => TokenType::ApiKey,
        "m2m_token" => TokenType::M2m,
        "oauth_token" => TokenType::OAuth,
        other => panic!("unknown kind {other}"),
    };
    match value {
        Value::Null => Accepts::default(),
        Value::Array(list) => Accepts::Listed(list.iter().map(kind).collect()),
        one if one == "any" => Accepts::Any,
        one => Accepts::One(kind(one)),
    }
}

/// Method, URL, credential and body of a call; nothing else is recorded.
pub fn as_recorded(request: &http::Request<bytes::Bytes>) -> Value {
    let authorization = request
        .headers()
        .get("authorization")
        .map(|value| value.to_str().unwrap());
    let mut call = json!({
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "authorization": authorization,
    });
    call["body"] = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    call
}
