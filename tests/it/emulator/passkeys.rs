//! Passkeys, with a device of the tests' own.

use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use clerk_rs_cli::emulator::instance::passkey::cbor::Reader;
use clerk_rs_cli::emulator::instance::passkey::proof::Answer as Proof;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::device::{Device, Key, PRESENT_AND_VERIFIED, text};
use super::profile::{Page, id};
use super::world::{ADA, Answer, PAGE, PASSWORD, World};

const LIST: &str = "/v1/me/passkeys";
const SIGN_INS: &str = "/v1/client/sign_ins";

fn options(verification: &Value) -> Value {
    serde_json::from_str(verification["nonce"].as_str().unwrap()).unwrap()
}

async fn world() -> World {
    let world = World::new().await;
    assert_eq!(world.switch(&json!({ "passkey": true })).await.status, 200);
    world
}

impl Page<'_> {
    async fn begin(&self) -> (String, Value) {
        let made = self.ask("POST", LIST, &[]).await.json();
        let options = options(&made["response"]["verification"]);
        (format!("{LIST}/{}", id(&made)), options)
    }

    async fn attempt(&self, one: &str, answer: &str) -> Answer {
        let fields = [("strategy", "passkey"), ("public_key_credential", answer)];
        self.ask("POST", &format!("{one}/attempt_verification"), &fields)
            .await
    }

    async fn register(&self, device: &mut Device) -> String {
        let (one, options) = self.begin().await;
        let answer = device.make(&options, &device.cose());
        let made = self.attempt(&one, &answer).await.json();
        assert_eq!(made["response"]["verification"]["status"], "verified");
        one
    }
}

/// A sign-in that asks for a passkey: of nobody, or of a name.
async fn begin(world: &World, browser: &str, name: Option<&str>) -> (String, Value) {
    let mut fields = vec![("strategy", "passkey")];
    fields.extend(name.map(|name| ("identifier", name)));
    let begun = world.page("POST", SIGN_INS, browser, &fields).await.json();
    let options = options(&begun["response"]["first_factor_verification"]);
    (format!("{SIGN_INS}/{}", id(&begun)), options)
}

async fn attempt(world: &World, browser: &str, one: &str, answer: &str) -> Answer {
    let path = format!("{one}/attempt_first_factor");
    let fields = [("strategy", "passkey"), ("public_key_credential", answer)];
    world.page("POST", &path, browser, &fields).await
}

#[tokio::test]
async fn without_the_switch_there_are_no_passkeys() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let off = page.ask("POST", LIST, &[]).await;
    off.fails_as(403, "feature_not_enabled", None);
    let browser = world.browser().await;
    let fields = [("strategy", "passkey")];
    let off = world.page("POST", SIGN_INS, &browser, &fields).await;
    off.fails_as(403, "feature_not_enabled", None);
    let passkey = async || {
        let shown = world.page("GET", "/v1/environment", &browser, &[]).await;
        shown.json()["user_settings"]["attributes"]["passkey"]["enabled"].clone()
    };
    assert_eq!(passkey().await, false);
    world.switch(&json!({ "passkey": true })).await;
    assert_eq!(passkey().await, true);
}

#[tokio::test]
async fn a_passkey_is_made_signs_in_is_named_and_is_taken_away() {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    for mut device in [
        Device::es256(b"first"),
        Device::new(b"second", Key::Rs256(rsa)),
    ] {
        let world = world().await;
        let page = Page::new(&world).await;
        let one = page.register(&mut device).await;
        let me = page.me().await;
        assert_eq!(me["passkeys"].as_array().unwrap().len(), 1);
        assert_eq!(
            page.begin().await.1["excludeCredentials"][0]["id"],
            text(&device.id)
        );
        // Nobody is named, then the user is.
        for name in [None, Some(ADA)] {
            world.pass_seconds(10);
            let browser = world.browser().await;
            let (sign_in, options) = begin(&world, &browser, name).await;
            let allowed = options["allowCredentials"].as_array().unwrap().len();
            assert_eq!(allowed, usize::from(name.is_some()));
            let answer = device.sign(&options);
            let done = attempt(&world, &browser, &sign_in, &answer).await.json();
            assert_eq!(done["response"]["status"], "complete");
            assert_eq!(done["client"]["sessions"][0]["user"]["id"], me["id"]);
            assert_eq!(done["client"]["last_authentication_strategy"], "passkey");
        }
        let shown = page.ask("GET", &one, &[]).await.json();
        assert_eq!(shown["response"]["last_used_at"], world.now().0);
        let named = page.ask("PATCH", &one, &[("name", "Key ring")]).await;
        assert_eq!(named.json()["response"]["name"], "Key ring");
        let unknown = page.ask("PATCH", &one, &[("title", "x")]).await;
        unknown.fails_as(422, "form_param_unknown", Some("title"));
        let gone = page.ask("DELETE", &one, &[]).await.json();
        assert_eq!(gone["response"]["deleted"], true);
        let browser = world.browser().await;
        let (sign_in, options) = begin(&world, &browser, None).await;
        let answer = device.sign(&options);
        let gone = attempt(&world, &browser, &sign_in, &answer).await;
        gone.fails_as(422, "passkey_not_registered", None);
        page.ask("GET", &one, &[])
            .await
            .fails_as(404, "resource_not_found", None);
    }
}

#[tokio::test]
async fn a_passkey_is_offered_beside_the_password_and_satisfies_the_second_factor() {
    let world = world().await;
    let page = Page::new(&world).await;
    page.with_totp().await;
    let mut device = Device::es256(b"key");
    page.register(&mut device).await;
    let browser = world.browser().await;
    let begun = world
        .page("POST", SIGN_INS, &browser, &[("identifier", ADA)])
        .await
        .json();
    let factors = begun["response"]["supported_first_factors"]
        .as_array()
        .unwrap();
    assert!(factors.contains(&json!({ "strategy": "passkey" })));
    let one = format!("{SIGN_INS}/{}", id(&begun));
    let prepare = format!("{one}/prepare_first_factor");
    let prepared = world
        .page("POST", &prepare, &browser, &[("strategy", "passkey")])
        .await
        .json();
    let asked = options(&prepared["response"]["first_factor_verification"]);
    let answer = device.sign(&asked);
    let done = attempt(&world, &browser, &one, &answer).await.json();
    let session = &done["client"]["sessions"][0];
    assert_eq!(session["factor_verification_age"], json!([0, 0]));
}

#[tokio::test]
async fn each_lie_of_a_sign_in_is_found_and_uses_the_challenge_up() {
    type Lie = fn(&mut Device);
    let lies: [(&str, Lie); 9] = [
        ("another origin", |one| one.origin = "http://localhost:4000"),
        ("a page in another", |one| one.cross_origin = true),
        ("another host", |one| one.party = "other.localhost"),
        ("nobody there", |one| one.flags = 0b100),
        ("nobody asked", |one| one.flags = 0b001),
        ("a copy", |one| one.counter = 0),
        ("another key", |one| one.key = Device::es256(b"x").key),
        ("another user", |one| one.owner = text(b"somebody")),
        ("no user", |one| one.owner = String::new()),
    ];
    let world = world().await;
    let page = Page::new(&world).await;
    for (number, (name, lie)) in lies.into_iter().enumerate() {
        let mut device = Device::es256(name.as_bytes());
        device.counter = 5;
        let one = page.register(&mut device).await;
        let (counter, owner, key) = (device.counter, device.owner.clone(), number == 6);
        lie(&mut device);
        let browser = world.browser().await;
        let (sign_in, options) = begin(&world, &browser, None).await;
        let answer = device.sign(&options);
        let refused = attempt(&world, &browser, &sign_in, &answer).await;
        refused.fails_as(400, "passkey_invalid_verification", None);
        if !key {
            device.origin = PAGE;
            device.cross_origin = false;
            device.party = "localhost";
            device.flags = PRESENT_AND_VERIFIED;
            (device.counter, device.owner) = (counter, owner);
            let honest = device.sign(&options);
            let late = attempt(&world, &browser, &sign_in, &honest).await;
            late.fails_as(400, "verification_missing", None);
            let (sign_in, options) = begin(&world, &browser, None).await;
            let honest = device.sign(&options);
            let done = attempt(&world, &browser, &sign_in, &honest).await.json();
            assert_eq!(done["response"]["status"], "complete", "{name}");
        }
        page.ask("DELETE", &one, &[]).await;
    }
}

#[tokio::test]
async fn each_lie_of_a_registration_is_found() {
    type Lie = fn(&mut Device);
    let lies: [Lie; 5] = [
        |one| one.origin = "http://localhost:4000",
        |one| one.cross_origin = true,
        |one| one.party = "other.localhost",
        |one| one.flags = 0b100,
        |one| one.flags = 0b001,
    ];
    let world = world().await;
    let page = Page::new(&world).await;
    for lie in lies {
        let mut device = Device::es256(b"key");
        lie(&mut device);
        let (one, options) = page.begin().await;
        let answer = device.make(&options, &device.cose());
        let refused = page.attempt(&one, &answer).await;
        refused.fails_as(400, "passkey_invalid_verification", None);
        let again = page.attempt(&one, &answer).await;
        again.fails_as(400, "verification_missing", None);
    }
    let mut device = Device::es256(b"key");
    let (one, options) = page.begin().await;
    // A point that is on no curve.
    let mut cose = device.cose();
    *cose.last_mut().unwrap() ^= 1;
    let broken = device.make(&options, &cose);
    let refused = page.attempt(&one, &broken).await;
    refused.fails_as(400, "passkey_invalid_verification", None);
    let (one, _) = page.begin().await;
    let other = device.make(
        &json!({ "user": { "id": "x" }, "challenge": "AAAA" }),
        &device.cose(),
    );
    let refused = page.attempt(&one, &other).await;
    refused.fails_as(400, "passkey_invalid_verification", None);
    let (one, _) = page.begin().await;
    let field = Some("public_key_credential");
    let refused = page.attempt(&one, "{}").await;
    refused.fails_as(422, "passkey_invalid_public_key_credential", field);
    let (one, options) = page.begin().await;
    let wrong = device.sign(&options);
    let refused = page.attempt(&one, &wrong).await;
    refused.fails_as(400, "passkey_invalid_verification", None);
    page.register(&mut device).await;
    let (one, options) = page.begin().await;
    let again = device.make(&options, &device.cose());
    let refused = page.attempt(&one, &again).await;
    refused.fails_as(400, "passkey_already_exists", None);
}

#[tokio::test]
async fn a_challenge_is_for_one_browser_one_user_and_ten_minutes() {
    let world = world().await;
    let page = Page::new(&world).await;
    let mut device = Device::es256(b"key");
    let (one, options) = page.begin().await;
    let made = device.make(&options, &device.cose());
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    let browser = world.browser().await;
    let done = world.page("POST", SIGN_INS, &browser, &fields).await.json();
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let path = format!("{one}/attempt_verification?_clerk_session_id={session}");
    let fields = [("public_key_credential", made.as_str())];
    let elsewhere = world.page("POST", &path, &browser, &fields).await;
    elsewhere.fails_as(400, "verification_missing", None);
    assert_eq!(page.attempt(&one, &made).await.status, 200);
    let browser = world.browser().await;
    let (sign_in, options) = begin(&world, &browser, None).await;
    world.pass_seconds(600);
    let answer = device.sign(&options);
    let late = attempt(&world, &browser, &sign_in, &answer).await;
    late.fails_as(400, "verification_expired", None);
    // Somebody else's passkey, where a user is named.
    let other = world.browser().await;
    let grace = "grace+clerk_test@example.com";
    let done = world.sign_up(&other, grace).await;
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let grace_page = Page {
        world: &world,
        browser: other,
        session: session.to_owned(),
    };
    grace_page.register(&mut Device::es256(b"grace")).await;
    let (sign_in, options) = begin(&world, &browser, Some(grace)).await;
    let answer = device.sign(&options);
    let refused = attempt(&world, &browser, &sign_in, &answer).await;
    refused.fails_as(400, "passkey_invalid_verification", None);
    let server = format!("/v1/users/{}", page.me().await["id"].as_str().unwrap());
    let mine = one.rsplit('/').next().unwrap();
    let foreign = grace_page.ask("DELETE", &one, &[]).await;
    foreign.fails_as(404, "resource_not_found", None);
    assert_eq!(
        world.server("GET", &server).await.json()["passkeys"][0]["id"],
        mine
    );
    let gone = world
        .server("DELETE", &format!("{server}/passkeys/{mine}"))
        .await;
    assert_eq!(gone.json()["deleted"], true);
    assert_eq!(page.me().await["passkeys"], json!([]));
}

#[tokio::test]
async fn a_user_has_ten_and_a_page_needs_the_name_of_a_host() {
    let world = world().await;
    let page = Page::new(&world).await;
    for number in 0..10_u8 {
        page.register(&mut Device::es256(&[number])).await;
    }
    let full = page.ask("POST", LIST, &[]).await;
    full.fails_as(403, "passkeys_quota_exceeded", None);
    let browser = world.browser().await;
    let path = format!("{SIGN_INS}?__clerk_db_jwt={browser}");
    for origin in ["Origin: http://127.0.0.1:3000\r\n", ""] {
        let nameless = world
            .send("POST", &path, origin, &[("strategy", "passkey")])
            .await;
        nameless.fails_as(400, "passkey_invalid_rpID_or_domain", None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_a_device_sends_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,200}") {
        let mut reader = Reader(&bytes);
        while reader.map().is_some() {}
        let _ = Proof::parse(&text).is_ok();
        // A map, so that more than the first byte is looked at.
        let _ = Reader(&[&[0xa3], &bytes[..]].concat()).map();
    }
}
