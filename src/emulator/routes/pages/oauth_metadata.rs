//! The provider's description of itself for clients, and their registration (RFC 8414, RFC 7591).

use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::instance::Refusal;
use crate::emulator::instance::oauth::SCOPES;
use crate::emulator::instance::oauth::application::ApplicationFields;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/.well-known/openid-configuration", openid)
        .get(
            "/.well-known/oauth-authorization-server",
            authorization_server,
        )
        .post("/oauth/register", register)
}

const CLAIMS: [&str; 12] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "nonce",
    "email",
    "email_verified",
    "name",
    "given_name",
    "family_name",
    "picture",
];
const METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// What both documents say.
fn common(call: &Call) -> Value {
    let base = &call.base;
    let scopes: Vec<_> = SCOPES.iter().map(|(scope, _)| scope).collect();
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/token/revoke"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "claims_supported": CLAIMS,
        "code_challenge_methods_supported": ["S256"],
    })
}

fn openid(_: &Shared, call: Call) -> Answer {
    let mut document = common(&call);
    let base = &call.base;
    document["introspection_endpoint"] = json!(format!("{base}/oauth/token_info"));
    document["userinfo_endpoint"] = json!(format!("{base}/oauth/userinfo"));
    document["response_modes_supported"] = json!(["query", "form_post"]);
    document["backchannel_logout_supported"] = json!(false);
    document["frontchannel_logout_supported"] = json!(false);
    Ok(json_answer(&document))
}

fn registers(app: &App) -> bool {
    let settings = app.instance().settings();
    settings
        .oauth_applications
        .dynamic_oauth_client_registration
}

fn authorization_server(app: &Shared, call: Call) -> Answer {
    let mut document = common(&call);
    if registers(app) {
        document["registration_endpoint"] = json!(format!("{}/oauth/register", call.base));
    }
    Ok(json_answer(&document))
}

#[derive(Deserialize)]
struct Client {
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    client_name: Option<String>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    scope: Option<String>,
}

/// A client makes itself known. Unlike Clerk's other bodies this one may have fields that nobody knows: RFC 7591 has more
/// of them than are of use here.
fn register(app: &Shared, call: ServerCall) -> Answer {
    if !registers(app) {
        return Ok(refused(
            UNFIT,
            "Clients cannot register themselves in this instance",
        ));
    }
    let client: Client = call.body()?;
    let method = client.token_endpoint_auth_method;
    let method = method.unwrap_or_else(|| METHODS[0].to_owned());
    if !METHODS.contains(&method.as_str()) || client.redirect_uris.is_empty() {
        return Ok(refused(UNFIT, WORDS));
    }
    let fields = ApplicationFields {
        name: Some(
            client
                .client_name
                .unwrap_or_else(|| "Unnamed client".to_owned()),
        ),
        redirect_uris: Some(client.redirect_uris),
        scopes: client.scope,
        is_public: Some(method == "none"),
        client_uri: client.client_uri,
        logo_uri: client.logo_uri,
        registered_itself: true,
        ..ApplicationFields::default()
    };
    let now = app.now();
    let mut instance = app.instance();
    let (made, secret) = match instance.create_application(fields, now) {
        Ok(made) => made,
        Err(Refusal::ParamValue("redirect_uris")) => {
            return Ok(refused("invalid_redirect_uri", WORDS));
        }
        Err(Refusal::ParamValue(_) | Refusal::TooLong(_)) => {
            return Ok(refused(UNFIT, WORDS));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let mut answer = json!({
        "client_id": made.client_id,
        "client_id_issued_at": now.seconds(),
        "client_secret_expires_at": 0,
        "client_name": made.name,
        "redirect_uris": made.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": made.scopes.join(" "),
        "token_endpoint_auth_method": method,
    });
    let more = [
        ("client_secret", secret.as_ref()),
        ("client_uri", made.client_uri.as_ref()),
        ("logo_uri", made.logo_uri.as_ref()),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            answer[name] = json!(value);
        }
    }
    Ok((StatusCode::CREATED, json_answer(&answer)).into_response())
}

const UNFIT: &str = "invalid_client_metadata";
const WORDS: &str = "The client cannot be registered with what it says of itself";

fn refused(code: &str, words: &str) -> axum::response::Response {
    let body = json_answer(&json!({ "error": code, "error_description": words }));
    (StatusCode::BAD_REQUEST, body).into_response()
}
