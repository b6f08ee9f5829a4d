//! The handshake: a browser whose server cannot tell who is signed in comes and goes with the answer.

use clerk_auth::public_key::PublicKey;
use clerk_auth::token::decode;
use clerk_auth::verify::{Policy, verify_handshake};
use url::Url;

use super::world::{Answer, FOREIGN, World};

fn sent_to(answer: &Answer) -> Url {
    assert_eq!(answer.status, 307, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    Url::parse(answer.header("location").unwrap()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

async fn handshake(world: &World, query: &str) -> Answer {
    world
        .send("GET", &format!("/v1/client/handshake?{query}"), "", &[])
        .await
}

async fn directives(world: &World, nonce: &str) -> Vec<String> {
    let payload = world
        .server(
            "GET",
            &format!("/v1/clients/handshake_payload?nonce={nonce}"),
        )
        .await
        .json();
    serde_json::from_value(payload["directives"].clone()).unwrap()
}

#[tokio::test]
async fn a_first_document_gets_a_dev_browser_and_keeps_its_address() {
    let world = World::new().await;
    let answer = handshake(
        &world,
        "format=nonce&redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fp%3Fa%3D%252f%26b%23top",
    )
    .await;
    let url = sent_to(&answer);
    assert!(
        url.as_str()
            .starts_with("http://localhost:3000/p?a=%2f&b&__clerk_handshake_nonce="),
        "{url}"
    );
    assert_eq!(url.fragment(), Some("top"));
    let browser = parameter(&url, "__clerk_db_jwt").unwrap();
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.status,
        200
    );
    let lines = directives(&world, &parameter(&url, "__clerk_handshake_nonce").unwrap()).await;
    let starts = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        (
            lines.len(),
            starts("__clerk_db_jwt"),
            starts("__client_uat"),
            starts("__session")
        ),
        (6, 2, 2, 2)
    );
    assert!(lines.contains(&format!(
        "__clerk_db_jwt={browser}; Path=/; Max-Age=31536000; SameSite=Lax"
    )));
    assert!(lines.contains(
        &"__client_uat=0; Path=/; Domain=localhost; Max-Age=31536000; SameSite=Strict".to_owned()
    ));
    assert!(lines.contains(&"__session=; Path=/; Max-Age=0; SameSite=Lax".to_owned()));
}

#[tokio::test]
async fn a_signed_in_browser_gets_a_fresh_token_for_the_page_it_goes_back_to() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let since = world.now().seconds();
    world.pass_seconds(3600);
    let query = format!(
        "redirect_url=http://localhost:3000/&__clerk_db_jwt={browser}&organization_id=org_1"
    );
    let url = sent_to(&handshake(&world, &query).await);
    let set = world
        .send("GET", "/.well-known/jwks.json", "", &[])
        .await
        .json();
    let jwk = &set["keys"][0];
    let token = decode(&parameter(&url, "__clerk_handshake").unwrap()).unwrap();
    let key = PublicKey::from_jwk(jwk).unwrap();
    let verified = verify_handshake(&token, &key, &Policy::default(), world.now()).unwrap();
    let lines: Vec<String> =
        serde_json::from_value(verified.claims()["handshake"].clone()).unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with(&format!("__client_uat={since}; ")))
    );
    let cookie = lines
        .iter()
        .find_map(|line| line.strip_prefix("__session="))
        .unwrap();
    let inner = decode(cookie.split(';').next().unwrap()).unwrap();
    assert_eq!(inner.claim_str("sid"), Some(session.as_str()));
    assert_eq!(inner.claim_i64("iat"), Some(world.now().seconds()));
    assert_eq!(inner.claim_str("azp"), Some("http://localhost:3000"));
}

#[tokio::test]
async fn a_nonce_is_good_once_and_for_a_minute() {
    let world = World::new().await;
    let nonce = async || {
        let url =
            sent_to(&handshake(&world, "format=nonce&redirect_url=http://127.0.0.1:3000/").await);
        parameter(&url, "__clerk_handshake_nonce").unwrap()
    };
    let first = nonce().await;
    assert_eq!(directives(&world, &first).await.len(), 6);
    let path = format!("/v1/clients/handshake_payload?nonce={first}");
    world
        .server("GET", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    let second = nonce().await;
    world.pass_seconds(60);
    let path = format!("/v1/clients/handshake_payload?nonce={second}");
    world
        .server("GET", &path)
        .await
        .fails_as(404, "resource_not_found", None);
    world
        .server("GET", "/v1/clients/handshake_payload")
        .await
        .fails_as(422, "form_param_missing", Some("nonce"));
}

#[tokio::test]
async fn nobody_is_sent_off_this_machine() {
    let world = World::new().await;
    for target in FOREIGN.iter().chain(&[""]) {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_url", target)
            .finish();
        handshake(&world, &query)
            .await
            .fails_as(400, "invalid_redirect_url", Some("redirect_url"));
    }
    for target in [
        "http://localhost/",
        "https://app.localhost:8443/",
        "http://[::1]:3000/",
        "http://127.0.0.2/",
        // A browser takes the first slash that leans either way for the end of the host.
        "http://localhost/@evil.example/",
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("redirect_url", target)
            .finish();
        assert!(
            sent_to(&handshake(&world, &query).await)
                .as_str()
                .starts_with(target)
        );
    }
    let leaning = handshake(&world, "redirect_url=http:%5C%5Clocalhost%5C@evil.example").await;
    assert_eq!(sent_to(&leaning).path(), "/@evil.example");
    assert_eq!(sent_to(&leaning).host_str(), Some("localhost"));
}

/// Otherwise whoever can plant a cookie or a link would know the name under which a visitor signs in later.
#[tokio::test]
async fn a_dev_browser_that_was_not_made_here_is_never_taken_over() {
    let world = World::new().await;
    let query = "format=nonce&redirect_url=http://localhost:3000/&__clerk_db_jwt=dvb_planted";
    let url = sent_to(&handshake(&world, query).await);
    let made = parameter(&url, "__clerk_db_jwt").unwrap();
    assert!(made.starts_with("dvb_") && made != "dvb_planted");
    let lines = directives(&world, &parameter(&url, "__clerk_handshake_nonce").unwrap()).await;
    assert!(
        lines.iter().all(|line| !line.contains("planted")),
        "{lines:?}"
    );
    for (path, form) in [
        ("/v1/client/sign_ins", [("identifier", "a@b.com")]),
        ("/v1/client/sign_ups", [("email_address", "a@b.com")]),
        ("/v1/client?_method=PUT", [("a", "b")]),
    ] {
        world
            .page("POST", path, "dvb_planted", &form)
            .await
            .fails_as(401, "dev_browser_unauthenticated", None);
    }
}
