//! The emulator as a provider: other applications, and MCP clients, whose users sign in here.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::public_key::PublicKey;
use clerk_auth::token::decode;
use clerk_auth::token_type::TokenType;
use clerk_auth::verify::{MachineJwt, Policy, verify_machine, verify_session_token};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::core_client::core_client;
use super::person::Person;
use super::world::{Answer, PASSWORD, SECRET, World};

const BACK: &str = "http://127.0.0.1:4321/callback";
const VERIFIER: &str = "a-verifier-that-is-at-least-forty-three-characters-long";

fn challenge() -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
    URL_SAFE_NO_PAD.encode(hash)
}

fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {value}"))
        .to_owned()
}

async fn server(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    world.server_sends(method, path, &body.to_string()).await
}

async fn application(world: &World, more: Value) -> Value {
    let mut new = json!({ "name": "Desk", "redirect_uris": [BACK], "scopes": "openid profile email offline_access" });
    for (name, value) in more.as_object().unwrap() {
        new[name] = value.clone();
    }
    let made = server(world, "POST", "/v1/oauth_applications", &new).await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.json()
}

/// The address of a request for a code; changes take the place of fields, null takes them away.
fn authorize(client: &str, browser: &str, changes: &Value) -> String {
    let mut fields = json!({
        "response_type": "code", "client_id": client, "redirect_uri": BACK, "state": "12345678",
        "scope": "openid email offline_access", "code_challenge": challenge(), "code_challenge_method": "S256",
        "nonce": "once", "__clerk_db_jwt": browser,
    });
    for (name, value) in changes.as_object().unwrap() {
        fields[name] = value.clone();
    }
    let fields = fields.as_object().unwrap();
    let mut query = Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        query.append_pair(name, value.as_str().unwrap());
    }
    format!("/oauth/authorize?{}", query.finish())
}

fn parameter(address: &str, name: &str) -> Option<String> {
    let url = Url::parse(address).unwrap();
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The page that asks the user.
async fn question(world: &World, path: &str) -> String {
    let asked = world.send("GET", path, "", &[]).await;
    let location = asked.header("location").unwrap();
    let page = location
        .strip_prefix("..")
        .unwrap_or_else(|| panic!("{location}"));
    assert!(page.starts_with("/__emulator/consent?"), "{location}");
    page.to_owned()
}

/// The address of the client that the browser is sent to when the user allows.
async fn allowed(world: &World, path: &str) -> String {
    let page = question(world, path).await;
    assert_eq!(world.send("GET", &page, "", &[]).await.status, 200);
    let done = world
        .send("POST", &page, "", &[("decision", "allow")])
        .await;
    done.header("location").unwrap().to_owned()
}

async fn code(world: &World, client: &str, browser: &str) -> String {
    let address = allowed(
        world,
        &authorize(client, browser, &json!({ "prompt": "consent" })),
    )
    .await;
    assert_eq!(parameter(&address, "state").as_deref(), Some("12345678"));
    parameter(&address, "code").unwrap()
}

async fn exchange(world: &World, client: &str, code: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("grant_type", "authorization_code"), ("code", code)];
    if !more.iter().any(|(name, _)| *name == "client_id") {
        fields.push(("client_id", client));
    }
    fields.extend(more);
    world.send("POST", "/oauth/token", "", &fields).await
}

const SHOWN: [(&str, &str); 2] = [("redirect_uri", BACK), ("code_verifier", VERIFIER)];

fn fails(answer: &Answer, code: &str) {
    assert_eq!(answer.json()["error"], code, "{}", answer.body);
}

#[tokio::test]
async fn applications_are_made_changed_listed_and_deleted() {
    let world = World::new().await;
    let made = application(&world, json!({})).await;
    assert_eq!(made["public"], false);
    let path = format!("/v1/oauth_applications/{}", text(&made, "id"));
    let changes = json!({ "name": "Other", "scopes": "email", "consent_screen_enabled": false });
    let changed = server(&world, "PATCH", &path, &changes).await.json();
    assert_eq!(changed["scopes"], "email");
    assert_eq!(changed.get("client_secret"), None);
    assert_eq!(world.server("GET", &path).await.json(), changed);
    let list = world
        .server("GET", "/v1/oauth_applications?name_query=oth")
        .await
        .json();
    assert_eq!(list["total_count"], 1);
    let rotated = world
        .server("POST", &format!("{path}/rotate_secret"))
        .await
        .json();
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    let public = application(&world, json!({ "public": true })).await;
    assert_eq!(public.get("client_secret"), None);
    assert_eq!(public["pkce_required"], true);
    for uri in [
        "javascript:alert(1)",
        "http://evil.example/",
        "https://a.example/#x",
        "/path",
    ] {
        let new = json!({ "name": "x", "redirect_uris": [uri] });
        let refused = server(&world, "POST", "/v1/oauth_applications", &new).await;
        refused.fails_as(422, "form_param_value_invalid", Some("redirect_uris"));
    }
    assert_eq!(world.server("DELETE", &path).await.status, 200);
    let gone = world.server("GET", &path).await;
    gone.fails_as(404, "resource_not_found", None);
}

/// From the metadata to a call that an app protects.
#[tokio::test]
async fn an_mcp_client_gets_through() {
    let world = World::new().await;
    let path = "/.well-known/oauth-authorization-server";
    let closed = world.send("GET", path, "", &[]).await.json();
    assert_eq!(closed.get("registration_endpoint"), None);
    world
        .switch(&json!({ "oauth_applications": { "dynamic_oauth_client_registration": true } }))
        .await;
    let metadata = world.send("GET", path, "", &[]).await.json();
    let base = text(&metadata, "issuer");
    assert_eq!(
        metadata["registration_endpoint"],
        json!(format!("{base}/oauth/register"))
    );
    let openid = world
        .send("GET", "/.well-known/openid-configuration", "", &[])
        .await
        .json();
    assert_eq!(openid["issuer"], json!(base));

    let client = json!({
        "client_name": "MCP", "redirect_uris": [BACK], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid email offline_access",
    })
    .to_string();
    let registered = world
        .raw(&format!(
            "POST /oauth/register HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{client}",
            world.port(),
            client.len(),
        ))
        .await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    let client = text(&registered.json(), "client_id");

    // Nobody is signed in yet: the form for it leads back here.
    let stranger = world.browser().await;
    let first = world
        .send("GET", &authorize(&client, &stranger, &json!({})), "", &[])
        .await;
    let location = first.header("location").unwrap();
    assert!(
        location.starts_with("../__emulator/sign-in?redirect_url=http"),
        "{location}"
    );

    let (browser, _) = world.signed_in().await;
    let code = code(&world, &client, &browser).await;
    let tokens = exchange(&world, &client, &code, &SHOWN).await.json();
    let access = text(&tokens, "access_token");
    assert_eq!(TokenType::of(&access), TokenType::OAuth);
    let core = core_client(&world, None);
    let known = core.verify_oauth_token(&access).await.unwrap();
    assert_eq!(known["client_id"], json!(client));
    let bearer = format!("Authorization: Bearer {access}\r\n");
    let user = world
        .send("GET", "/oauth/userinfo", &bearer, &[])
        .await
        .json();
    assert_eq!(user["sub"], known["subject"]);
    assert_eq!(user.get("name"), None);
    let posted = world
        .send("POST", "/oauth/userinfo", &bearer, &[])
        .await
        .json();
    assert_eq!(posted, user);
    let id_token = decode(&text(&tokens, "id_token")).unwrap();
    assert_eq!(id_token.claim_str("nonce"), Some("once"));
    assert_eq!(id_token.claim_str("aud"), Some(client.as_str()));
    assert_eq!(id_token.claim_str("iss"), Some(base.as_str()));
    let keys = world
        .send("GET", "/.well-known/jwks.json", "", &[])
        .await
        .json();
    let public = PublicKey::from_jwk(&keys["keys"][0]).unwrap();
    let (policy, now) = (Policy::default(), world.now());
    assert!(verify_session_token(id_token.raw(), &public, &policy, now).is_err());

    let fields = [
        ("response_type", "code"),
        ("client_id", &client),
        ("code_challenge", &challenge()),
    ];
    let path = format!("/oauth/authorize?__clerk_db_jwt={browser}");
    let posted = world.send("POST", &path, "", &fields).await;
    let location = posted.header("location").unwrap();
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("invalid_request")
    );

    // Who allowed it once is not asked again.
    let again = world
        .send("GET", &authorize(&client, &browser, &json!({})), "", &[])
        .await;
    assert!(parameter(again.header("location").unwrap(), "code").is_some());
}

#[tokio::test]
async fn a_code_is_good_once_and_for_its_client_address_and_verifier() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let ours = application(&world, json!({ "public": true })).await;
    let other = application(&world, json!({ "public": true })).await;
    let (client, other) = (text(&ours, "client_id"), text(&other, "client_id"));
    for more in [
        vec![("redirect_uri", BACK)],
        vec![("redirect_uri", BACK), ("code_verifier", "another")],
        vec![("code_verifier", VERIFIER)],
        vec![
            ("redirect_uri", "http://127.0.0.1:4321/"),
            ("code_verifier", VERIFIER),
        ],
        vec![
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_id", &other),
        ],
    ] {
        let code = code(&world, &client, &browser).await;
        fails(
            &exchange(&world, &client, &code, &more).await,
            "invalid_grant",
        );
    }
    let late = code(&world, &client, &browser).await;
    world.pass_seconds(600);
    fails(
        &exchange(&world, &client, &late, &SHOWN).await,
        "invalid_grant",
    );

    let code = code(&world, &client, &browser).await;
    let tokens = exchange(&world, &client, &code, &SHOWN).await.json();
    fails(
        &exchange(&world, &client, &code, &SHOWN).await,
        "invalid_grant",
    );
    // Who shows a code again has it from somebody, so nothing that came of it counts.
    let shown = json!({ "access_token": tokens["access_token"] });
    let path = "/oauth_applications/access_tokens/verify";
    let token = server(&world, "POST", path, &shown).await.json();
    assert_eq!(token["revoked"], true);
}

#[tokio::test]
async fn a_refresh_token_is_replaced_and_a_stolen_one_ends_all() {
    let world = World::new().await;
    world
        .switch(&json!({ "oauth_applications": { "oauth_jwt_access_tokens": true } }))
        .await;
    let (browser, _) = world.signed_in().await;
    let made = application(&world, json!({})).await;
    let (client, secret) = (text(&made, "client_id"), text(&made, "client_secret"));
    let code = code(&world, &client, &browser).await;
    fails(
        &exchange(&world, &client, &code, &SHOWN).await,
        "invalid_client",
    );
    let mut with_secret = SHOWN.to_vec();
    with_secret.push(("client_secret", &secret));
    let first = exchange(&world, &client, &code, &with_secret).await.json();

    let keys = world.server("GET", "/v1/jwks").await.json();
    let public = PublicKey::from_jwk(&keys["keys"][0]).unwrap();
    let jwt = decode(&text(&first, "access_token")).unwrap();
    assert_eq!(TokenType::of(jwt.raw()), TokenType::OAuth);
    let (policy, now) = (Policy::default(), world.now());
    verify_machine(&jwt, &public, MachineJwt::OAuth, &policy, now).unwrap();
    assert!(verify_session_token(jwt.raw(), &public, &policy, now).is_err());

    let basic = STANDARD.encode(format!("{client}:{secret}"));
    let basic = format!("Authorization: Basic {basic}\r\n");
    let refresh = async |token: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        world.send("POST", "/oauth/token", &basic, &fields).await
    };
    let before = text(&first, "refresh_token");
    let second = refresh(&before).await.json();
    let info = async |token: &Value| {
        let token = [("token", token.as_str().unwrap())];
        world
            .send("POST", "/oauth/token_info", &basic, &token)
            .await
            .json()["active"]
            .clone()
    };
    assert_eq!(info(&second["access_token"]).await, true);
    fails(&refresh(&before).await, "invalid_grant");
    assert_eq!(info(&second["access_token"]).await, false);
    fails(
        &refresh(&text(&second, "refresh_token")).await,
        "invalid_grant",
    );

    let code = self::code(&world, &client, &browser).await;
    let third = exchange(&world, &client, &code, &with_secret).await.json();
    let token = text(&third, "access_token");
    let path = "/oauth/token/revoke";
    let revoked = world.send("POST", path, &basic, &[("token", &token)]).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(info(&third["access_token"]).await, false);
    let id = text(&made, "id");
    let path = format!("/v1/oauth_applications/{id}/revoke_token");
    let body = json!({ "token": third["refresh_token"] });
    assert_eq!(server(&world, "POST", &path, &body).await.status, 204);
    fails(
        &refresh(&text(&third, "refresh_token")).await,
        "invalid_grant",
    );
}

#[tokio::test]
async fn a_refresh_token_is_not_spent_where_there_is_no_room_for_an_access_token() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let made = application(&world, json!({ "public": true })).await;
    let client = text(&made, "client_id");
    let code = code(&world, &client, &browser).await;
    let tokens = exchange(&world, &client, &code, &SHOWN).await.json();
    let mut state = world.send("GET", "/__emulator/export", "", &[]).await.body;
    let line = state.lines().find(|line| line.contains("oat_")).unwrap();
    let mut line: Value = serde_json::from_str(line).unwrap();
    for number in 1..10_000 {
        let token = &mut line["put"]["oauth_access_token"][0];
        token["id"] = json!(format!("oat_{number}"));
        token["hash"] = json!(number.to_string());
        state.push_str(&format!("{line}\n"));
    }
    let length = state.len();
    let head = format!(
        "POST /__emulator/import HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}"
    );
    let full = world.raw(&format!("{head}\r\n\r\n{state}")).await;
    assert_eq!(full.status, 200, "{}", full.body);
    let refresh = async || {
        let token = text(&tokens, "refresh_token");
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token.as_str()),
            ("client_id", client.as_str()),
        ];
        world.send("POST", "/oauth/token", "", &fields).await
    };
    assert_eq!(refresh().await.status, 403);
    world.pass_seconds(86_400);
    assert_eq!(refresh().await.status, 200);
}

#[tokio::test]
async fn nobody_is_sent_where_the_client_did_not_say_and_only_the_user_allows() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let made = application(&world, json!({ "public": true })).await;
    let client = text(&made, "client_id");
    for (field, value) in [
        ("redirect_uri", "http://127.0.0.1:4321/callback/"),
        ("redirect_uri", "https://evil.example/"),
        ("client_id", "unknown"),
    ] {
        let path = authorize(&client, &browser, &json!({ field: value }));
        let refused = world.send("GET", &path, "", &[]).await;
        refused.fails_as(422, "form_param_value_invalid", Some(field));
        assert_eq!(refused.header("location"), None);
    }
    for (changes, error) in [
        (
            json!({ "code_challenge": null, "code_challenge_method": null }),
            "invalid_request",
        ),
        (
            json!({ "code_challenge_method": "plain" }),
            "invalid_request",
        ),
        (json!({ "state": "x".repeat(8_193) }), "invalid_request"),
        (
            json!({ "response_type": "token" }),
            "unsupported_response_type",
        ),
        (json!({ "scope": "private_metadata" }), "invalid_scope"),
        (json!({ "prompt": "none" }), "consent_required"),
    ] {
        let path = authorize(&client, &browser, &changes);
        let refused = world.send("GET", &path, "", &[]).await;
        let location = refused.header("location").unwrap();
        assert!(location.starts_with(BACK), "{location}");
        assert_eq!(parameter(location, "error").as_deref(), Some(error));
    }
    let page = question(&world, &authorize(&client, &browser, &json!({}))).await;
    let shown = world.send("GET", &page, "", &[]).await;
    let policy = shown.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    // Another browser's user cannot answer, and a page of another origin cannot read the question.
    let (other, _) = {
        let other = world.browser().await;
        let done = world.sign_up(&other, "bob+clerk_test@example.com").await;
        (other, done)
    };
    let foreign = page.replace(&browser, &other);
    for method in ["GET", "POST"] {
        let refused = world
            .send(method, &foreign, "", &[("decision", "allow")])
            .await;
        refused.fails_as(404, "resource_not_found", None);
    }
    let read = world
        .send("GET", &page, "Origin: http://localhost:3000\r\n", &[])
        .await;
    assert_eq!(read.header("access-control-allow-origin"), None);
    let denied = world.send("POST", &page, "", &[("decision", "deny")]).await;
    let location = denied.header("location").unwrap();
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("access_denied")
    );
    let twice = world
        .send("POST", &page, "", &[("decision", "allow")])
        .await;
    twice.fails_as(404, "resource_not_found", None);
}

/// The fields of a request for a code, as an app's own page of consent sends them along.
fn resent(client: &str, consented: &str) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".to_owned()),
        ("client_id", client.to_owned()),
        ("redirect_uri", BACK.to_owned()),
        ("state", "12345678".to_owned()),
        ("scope", "openid email".to_owned()),
        ("code_challenge", challenge()),
        ("code_challenge_method", "S256".to_owned()),
        ("consented", consented.to_owned()),
    ]
}

#[tokio::test]
async fn an_app_draws_the_question_itself() {
    let world = World::new().await;
    let person = Person::new(&world, "ada").await;
    let made = application(&world, json!({ "public": true })).await;
    let client = text(&made, "client_id");
    let path = format!("/v1/me/oauth/consent/{client}");
    let shown = person
        .asks("GET", &format!("{path}?scope=email"), &[])
        .await
        .json();
    assert_eq!(shown["oauth_application_name"], "Desk");
    assert_eq!(shown["scopes"][0]["scope"], "email");
    assert_eq!(shown["scopes"].as_array().unwrap().len(), 1);
    for (consented, name) in [("true", "code"), ("false", "error")] {
        let fields = resent(&client, consented);
        let fields: Vec<_> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let answer = person.asks("POST", &path, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let address = answer.header("location").unwrap();
        assert!(address.starts_with(BACK), "{address}");
        assert_eq!(parameter(address, "state").as_deref(), Some("12345678"));
        let value = parameter(address, name).unwrap();
        if name == "error" {
            assert_eq!(value, "access_denied");
            continue;
        }
        let tokens = exchange(&world, &client, &value, &SHOWN).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
    }
    // What is wrong with the request is told to the client, but for where that is.
    let mut fields = resent(&client, "true");
    fields[5].1 = "short".to_owned();
    let wrong: Vec<_> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let answer = person.asks("POST", &path, &wrong).await;
    let address = answer.header("location").unwrap();
    assert_eq!(
        parameter(address, "error").as_deref(),
        Some("invalid_request")
    );
    fields[2].1 = "https://evil.example/".to_owned();
    let foreign: Vec<_> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
    person.asks("POST", &path, &foreign).await.fails_as(
        422,
        "form_param_value_invalid",
        Some("redirect_uri"),
    );
    world
        .send("GET", &path, "", &[])
        .await
        .fails_as(401, "signed_out", None);
    let silent = application(&world, json!({ "consent_screen_enabled": false })).await;
    let path = format!("/v1/me/oauth/consent/{}", text(&silent, "client_id"));
    person.asks("GET", &path, &[]).await.fails_as(
        403,
        "oauth_consent_screen_disabled",
        Some("client_id"),
    );
}

#[tokio::test]
async fn an_answer_is_posted_to_a_client_that_wants_it_so() {
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let made = application(&world, json!({ "consent_screen_enabled": false })).await;
    let changes = json!({ "response_mode": "form_post", "state": "\"><script>alert(1)" });
    let path = authorize(&text(&made, "client_id"), &browser, &changes);
    let page = world.send("GET", &path, "", &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body.contains(&format!("action=\"{BACK}\"")),
        "{}",
        page.body
    );
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'sha256-"), "{policy}");
    let (_, rest) = page.body.split_once("name=\"code\" value=\"").unwrap();
    let code = rest.split('"').next().unwrap();
    let id = text(&made, "client_id");
    let secret = text(&made, "client_secret");
    let mut fields = SHOWN.to_vec();
    fields.push(("client_secret", &secret));
    let tokens = exchange(&world, &id, code, &fields).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
}

/// The page of a request that wants a fresh proof.
async fn proof(world: &World, path: &str) -> String {
    let asked = world.send("GET", path, "", &[]).await;
    let location = asked.header("location").unwrap();
    let page = location.strip_prefix("..").unwrap();
    assert!(page.starts_with("/__emulator/login?"), "{location}");
    page.to_owned()
}

#[tokio::test]
async fn a_client_can_ask_for_a_fresh_sign_in() {
    let world = World::new().await;
    let ada = Person::new(&world, "ada").await;
    let made = application(&world, json!({ "consent_screen_enabled": false })).await;
    let client = text(&made, "client_id");
    let wants = |prompt: &str| authorize(&client, &ada.browser, &json!({ "prompt": prompt }));

    let page = proof(&world, &wants("login")).await;
    let shown = world.send("GET", &page, "", &[]).await;
    assert_eq!(shown.status, 200);
    assert!(
        shown.body.contains("ada+clerk_test@example.com"),
        "{}",
        shown.body
    );
    // The ticket does not lead past the question.
    let past = page.replace("/login?", "/consent?");
    for method in ["GET", "POST"] {
        let refused = world
            .send(method, &past, "", &[("decision", "allow")])
            .await;
        assert_eq!(refused.status, 404, "{method}");
    }
    let wrong = world
        .send("POST", &page, "", &[("password", "wrong horse")])
        .await;
    assert_eq!(wrong.status, 422);
    let stranger = page.replace(&ada.browser, &world.browser().await);
    let refused = world
        .send("POST", &stranger, "", &[("password", PASSWORD)])
        .await;
    assert!(refused.status >= 400, "{}", refused.status);
    let done = world
        .send("POST", &page, "", &[("password", PASSWORD)])
        .await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(parameter(done.header("location").unwrap(), "code").is_some());
    let again = world
        .send("POST", &page, "", &[("password", PASSWORD)])
        .await;
    assert_eq!(again.status, 404);

    // By a code, and consent is asked for behind it.
    let consent = json!({ "consent_screen_enabled": true });
    let path = format!("/v1/oauth_applications/{}", text(&made, "id"));
    assert_eq!(server(&world, "PATCH", &path, &consent).await.status, 200);
    let page = proof(&world, &wants("login consent")).await;
    let sent = world.send("POST", &page, "", &[("action", "code")]).await;
    assert!(sent.body.contains("name=\"code\""), "{}", sent.body);
    let wrong = world.send("POST", &page, "", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let code = world.last_code().await;
    let done = world.send("POST", &page, "", &[("code", &code)]).await;
    let location = done.header("location").unwrap();
    assert!(location.starts_with("../__emulator/consent?"), "{location}");

    // Who is not signed in signs in once, and is not asked twice.
    let stranger = world.browser().await;
    let path = authorize(&client, &stranger, &json!({ "prompt": "login consent" }));
    let first = world.send("GET", &path, "", &[]).await;
    let location = first.header("location").unwrap();
    assert!(location.starts_with("../__emulator/sign-in?"), "{location}");
    let location = format!("http://localhost/{location}");
    let back = parameter(&location, "redirect_url").unwrap();
    assert_eq!(parameter(&back, "prompt").as_deref(), Some("consent"));
    let none = world.send("GET", &wants("none login"), "", &[]).await;
    let location = none.header("location").unwrap();
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("invalid_request")
    );
}

#[tokio::test]
async fn an_application_gets_a_picture() {
    let world = World::new().await;
    let made = application(&world, json!({})).await;
    let path = format!("/v1/oauth_applications/{}", text(&made, "id"));
    let upload = async |file: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        let head = "Content-Type: multipart/form-data; boundary=x\r\n";
        let head = format!("Authorization: Bearer {SECRET}\r\n{head}");
        let path = format!("{path}/logo");
        world.backend("PUT", &path, &head, &body).await
    };
    assert_eq!(upload("no picture").await.status, 400);
    let first = upload("GIF89a").await;
    assert_eq!(first.status, 200, "{}", first.body);
    let url = text(&first.json(), "client_image_url");
    let image = async |url: &str| {
        let path = &url[url.find("/images/").unwrap()..];
        world.send("GET", path, "", &[]).await.status
    };
    assert_eq!(image(&url).await, 200);
    let second = text(&upload("GIF87a").await.json(), "client_image_url");
    assert_eq!((image(&url).await, image(&second).await), (404, 200));
    assert_eq!(world.server("DELETE", &path).await.status, 200);
    assert_eq!(image(&second).await, 404);
}
