//! Second factors: an authenticator app, backup codes, a number. And the proof that a session asks for before what
//! matters.

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::profile::{Page, id};
use super::world::{ADA, Answer, PASSWORD, World};

/// The code that an authenticator app shows at `seconds` (RFC 6238).
fn code(secret: &str, seconds: i64) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret
        .chars()
        .map(|c| format!("{:05b}", alphabet.find(c).unwrap()))
        .collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

impl Page<'_> {
    /// An authenticator app, set up; its secret.
    pub async fn with_totp(&self) -> String {
        let made = self.ask("POST", "/v1/me/totp", &[]).await.json();
        let secret = made["response"]["secret"].as_str().unwrap().to_owned();
        let uri = made["response"]["uri"].as_str().unwrap();
        assert!(
            uri.starts_with("otpauth://totp/") && uri.contains(&secret),
            "{uri}"
        );
        let attempt = "/v1/me/totp/attempt_verification";
        self.ask("POST", attempt, &[("code", "000000")])
            .await
            .fails_as(422, "form_code_incorrect", Some("code"));
        let code = code(&secret, self.world.now().seconds());
        let done = self.ask("POST", attempt, &[("code", &code)]).await.json();
        assert_eq!(done["response"]["verified"], true);
        assert_eq!(done["response"]["secret"], Value::Null, "shown once");
        secret
    }
}

/// A sign-in with the password, as far as it goes.
async fn first_factor(world: &World, browser: &str) -> Value {
    let fields = [("identifier", ADA), ("password", PASSWORD)];
    world
        .page("POST", "/v1/client/sign_ins", browser, &fields)
        .await
        .json()
}

async fn second_factor(
    world: &World,
    browser: &str,
    sign_in: &Value,
    strategy: &str,
    code: &str,
) -> Answer {
    let path = format!("/v1/client/sign_ins/{}/attempt_second_factor", id(sign_in));
    let fields = [("strategy", strategy), ("code", code)];
    world.page("POST", &path, browser, &fields).await
}

#[tokio::test]
async fn a_sign_in_asks_for_the_authenticator_app() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let secret = page.with_totp().await;
    let me = page.me().await;
    assert_eq!(
        (&me["totp_enabled"], &me["two_factor_enabled"]),
        (&json!(true), &json!(true))
    );
    page.ask("POST", "/v1/me/totp", &[])
        .await
        .fails_as(400, "totp_already_enabled", None);
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    assert_eq!(begun["response"]["status"], "needs_second_factor");
    assert_eq!(
        begun["response"]["supported_second_factors"],
        json!([{ "strategy": "totp" }])
    );
    assert_eq!(begun["client"]["sessions"], json!([]));
    // The code that set it up is used up.
    let used = code(&secret, world.now().seconds());
    second_factor(&world, &browser, &begun, "totp", &used)
        .await
        .fails_as(422, "form_code_incorrect", Some("code"));
    second_factor(&world, &browser, &begun, "backup_code", "x")
        .await
        .fails_as(404, "resource_not_found", None);
    world.pass_seconds(30);
    let fresh = code(&secret, world.now().seconds());
    let done = second_factor(&world, &browser, &begun, "totp", &fresh)
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    let session = &done["client"]["sessions"][0];
    assert_eq!(session["factor_verification_age"], json!([0, 0]));
    // Guesses are counted.
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    for _ in 0..5 {
        let wrong = second_factor(&world, &browser, &begun, "totp", "000000").await;
        wrong.fails_as(422, "form_code_incorrect", Some("code"));
    }
    world.pass_seconds(30);
    let fresh = code(&secret, world.now().seconds());
    second_factor(&world, &browser, &begun, "totp", &fresh)
        .await
        .fails_as(400, "verification_failed", None);
    let gone = page.ask("DELETE", "/v1/me/totp", &[]).await.json();
    assert_eq!(gone["response"]["deleted"], true);
    let free = first_factor(&world, &world.browser().await).await;
    assert_eq!(free["response"]["status"], "complete");
}

#[tokio::test]
async fn the_first_factor_twice_is_no_second_one() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    page.with_totp().await;
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    let path = format!("/v1/client/sign_ins/{}", id(&begun));
    let prepare = format!("{path}/prepare_first_factor");
    let strategy = ("strategy", "email_code");
    world.page("POST", &prepare, &browser, &[strategy]).await;
    let attempt = format!("{path}/attempt_first_factor");
    let code = world.last_code().await;
    let password = [("strategy", "password"), ("password", PASSWORD)];
    for fields in [password, [strategy, ("code", &code)]] {
        let again = world.page("POST", &attempt, &browser, &fields).await.json();
        assert_eq!(again["response"]["status"], "needs_second_factor");
        assert_eq!(again["client"]["sessions"], json!([]));
    }
}

#[tokio::test]
async fn a_backup_code_stands_in_once() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    page.ask("POST", "/v1/me/backup_codes", &[]).await.fails_as(
        400,
        "backup_codes_not_available",
        None,
    );
    page.with_totp().await;
    let made = page.ask("POST", "/v1/me/backup_codes", &[]).await.json();
    let codes = made["response"]["codes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);
    let one = codes[0].as_str().unwrap();
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    let done = second_factor(&world, &browser, &begun, "backup_code", one).await;
    assert_eq!(done.json()["response"]["status"], "complete");
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    second_factor(&world, &browser, &begun, "backup_code", one)
        .await
        .fails_as(422, "form_code_incorrect", Some("code"));
}

#[tokio::test]
async fn servers_check_and_take_second_factors_away() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let secret = page.with_totp().await;
    let codes = page.ask("POST", "/v1/me/backup_codes", &[]).await.json();
    let backup = codes["response"]["codes"][3].as_str().unwrap();
    let user = format!("/v1/users/{}", page.me().await["id"].as_str().unwrap());
    let verify = format!("{user}/verify_totp");
    world.pass_seconds(30);
    for (code, kind) in [
        (code(&secret, world.now().seconds()), "totp"),
        (backup.to_owned(), "backup_code"),
    ] {
        let body = json!({ "code": code });
        let right = world.json("POST", &verify, &body).await.json();
        assert_eq!(right, json!({ "verified": true, "code_type": kind }));
        let again = world.json("POST", &verify, &body).await;
        again.fails_as(422, "form_code_incorrect", Some("code"));
    }
    let gone = world
        .server("DELETE", &format!("{user}/backup_code"))
        .await
        .json();
    assert_eq!(gone["user_id"], page.me().await["id"]);
    assert_eq!(page.me().await["backup_code_enabled"], false);
    assert_eq!(
        world.server("DELETE", &format!("{user}/totp")).await.status,
        200
    );
    world
        .server("DELETE", &format!("{user}/totp"))
        .await
        .fails_as(404, "resource_not_found", None);
    let body = json!({ "totp_secret": secret, "backup_codes": ["abc", "def"] });
    let brought = world.json("PATCH", &user, &body).await.json();
    assert_eq!(
        (&brought["totp_enabled"], &brought["backup_code_enabled"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        world.server("DELETE", &format!("{user}/mfa")).await.status,
        200
    );
    let me = page.me().await;
    assert_eq!(
        (&me["two_factor_enabled"], &me["backup_code_enabled"]),
        (&json!(false), &json!(false))
    );
    let devices = world
        .server("GET", &format!("{user}/trusted_devices"))
        .await
        .json();
    assert_eq!(devices["total_count"], 0);
}

#[tokio::test]
async fn a_number_signs_in_or_serves_as_second_factor() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let number = "+12025550142";
    let made = page
        .ask("POST", "/v1/me/phone_numbers", &[("phone_number", number)])
        .await
        .json();
    let one = format!("/v1/me/phone_numbers/{}", id(&made));
    page.ask("PATCH", &one, &[("reserved_for_second_factor", "true")])
        .await
        .fails_as(400, "identification_not_verified", None);
    page.ask(
        "POST",
        &format!("{one}/prepare_verification"),
        &[("strategy", "phone_code")],
    )
    .await;
    page.ask(
        "POST",
        &format!("{one}/attempt_verification"),
        &[("code", "424242")],
    )
    .await;
    let browser = world.browser().await;
    let begun = world
        .page(
            "POST",
            "/v1/client/sign_ins",
            &browser,
            &[("identifier", number), ("strategy", "phone_code")],
        )
        .await
        .json();
    assert_eq!(
        begun["response"]["first_factor_verification"]["strategy"],
        "phone_code"
    );
    let attempt = format!("/v1/client/sign_ins/{}/attempt_first_factor", id(&begun));
    let fields = [("strategy", "phone_code"), ("code", "424242")];
    let done = world.page("POST", &attempt, &browser, &fields).await.json();
    assert_eq!(done["response"]["status"], "complete");

    let changed = page.ask(
        "PATCH",
        &one,
        &[
            ("reserved_for_second_factor", "true"),
            ("default_second_factor", "true"),
        ],
    );
    assert_eq!(
        changed.await.json()["response"]["default_second_factor"],
        true
    );
    let browser = world.browser().await;
    let begun = first_factor(&world, &browser).await;
    let factor = &begun["response"]["supported_second_factors"][0];
    assert_eq!(
        (&factor["strategy"], &factor["phone_number_id"]),
        (&json!("phone_code"), &made["response"]["id"])
    );
    let prepare = format!("/v1/client/sign_ins/{}/prepare_second_factor", id(&begun));
    second_factor(&world, &browser, &begun, "phone_code", "424242")
        .await
        .fails_as(400, "verification_missing", None);
    let sent = world
        .page("POST", &prepare, &browser, &[("strategy", "phone_code")])
        .await
        .json();
    assert_eq!(
        sent["response"]["second_factor_verification"]["status"],
        "unverified"
    );
    let done = second_factor(&world, &browser, &begun, "phone_code", "424242")
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    // The session is proven once more by it.
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let verify = format!("/v1/client/sessions/{session}/verify");
    let strategy = ("strategy", "phone_code");
    for (path, fields) in [
        (verify.clone(), vec![("level", "second_factor")]),
        (format!("{verify}/prepare_second_factor"), vec![strategy]),
        (
            format!("{verify}/attempt_second_factor"),
            vec![strategy, ("code", "424242")],
        ),
    ] {
        let answer = world.page("POST", &path, &browser, &fields).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_matters_waits_for_a_proof_where_the_instance_wants_it() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let add = async || {
        let fields = [("email_address", "more+clerk_test@example.com")];
        page.ask("POST", "/v1/me/email_addresses", &fields).await
    };
    world.pass_seconds(601);
    add()
        .await
        .fails_as(403, "session_reverification_required", None);
    page.ask("DELETE", "/v1/me", &[])
        .await
        .fails_as(403, "session_reverification_required", None);
    let named = page
        .ask("PATCH", "/v1/me", &[("first_name", "Augusta")])
        .await;
    assert_eq!(named.status, 200, "a name is no secret");
    let verify = format!("/v1/client/sessions/{}/verify", page.session);
    let attempt = format!("{verify}/attempt_first_factor");
    let with = |password| [("strategy", "password"), ("password", password)];
    page.ask("POST", &attempt, &with(PASSWORD))
        .await
        .fails_as(400, "verification_missing", None);
    let begun = page
        .ask("POST", &verify, &[("level", "second_factor")])
        .await
        .json();
    assert_eq!(begun["response"]["status"], "needs_first_factor");
    assert_eq!(
        begun["response"]["supported_first_factors"][0]["strategy"],
        "password"
    );
    page.ask("POST", &attempt, &with("wrong horse"))
        .await
        .fails_as(422, "form_password_incorrect", Some("password"));
    let done = page.ask("POST", &attempt, &with(PASSWORD)).await.json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(
        done["response"]["session"]["factor_verification_age"],
        json!([0, -1])
    );
    assert_eq!(add().await.status, 200);
    // By a code as well; and a new password needs no old one then.
    world.pass_seconds(601);
    page.ask("POST", &verify, &[("level", "first_factor")])
        .await;
    let prepare = format!("{verify}/prepare_first_factor");
    page.ask("POST", &prepare, &[("strategy", "email_code")])
        .await;
    let code = [("strategy", "email_code"), ("code", "424242")];
    let done = page.ask("POST", &attempt, &code).await.json();
    assert_eq!(done["response"]["status"], "complete");
    let fields = [("new_password", "another horse battery")];
    assert_eq!(
        page.ask("POST", "/v1/me/change_password", &fields)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_wrong_code_makes_the_next_one_wait_here_as_well() {
    let world = World::new().await;
    let browser = world.browser().await;
    let done = world.sign_up(&browser, "eve@example.com").await;
    let session = done["response"]["created_session_id"].as_str().unwrap();
    let verify = format!("/v1/client/sessions/{session}/verify");
    let (prepare, attempt) = (
        format!("{verify}/prepare_first_factor"),
        format!("{verify}/attempt_first_factor"),
    );
    let by_code = ("strategy", "email_code");
    for (path, fields) in [
        (&verify, vec![("level", "first_factor")]),
        (&prepare, vec![by_code]),
    ] {
        let answer = world.page("POST", path, &browser, &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let wrong = [by_code, ("code", "no code")];
    let refused = world.page("POST", &attempt, &browser, &wrong).await;
    refused.fails_as(422, "form_code_incorrect", Some("code"));
    let soon = world.page("POST", &prepare, &browser, &[by_code]).await;
    soon.fails_as(429, "verification_code_too_many_requests", None);
}

#[tokio::test]
async fn who_has_a_second_factor_proves_that_one() {
    let world = World::new().await;
    let page = Page::new(&world).await;
    let secret = page.with_totp().await;
    world.pass_seconds(60);
    let verify = format!("/v1/client/sessions/{}/verify", page.session);
    let begun = page
        .ask("POST", &verify, &[("level", "multi_factor")])
        .await
        .json();
    assert_eq!(begun["response"]["status"], "needs_first_factor");
    let first = [("strategy", "password"), ("password", PASSWORD)];
    let then = page
        .ask("POST", &format!("{verify}/attempt_first_factor"), &first)
        .await
        .json();
    assert_eq!(then["response"]["status"], "needs_second_factor");
    let code = code(&secret, world.now().seconds());
    let second = [("strategy", "totp"), ("code", &*code)];
    let done = page
        .ask("POST", &format!("{verify}/attempt_second_factor"), &second)
        .await
        .json();
    assert_eq!(done["response"]["status"], "complete");
    assert_eq!(
        done["response"]["session"]["factor_verification_age"],
        json!([0, 0])
    );
    let alone = page
        .ask("POST", &verify, &[("level", "second_factor")])
        .await
        .json();
    assert_eq!(alone["response"]["status"], "needs_second_factor");
    page.ask(
        "POST",
        &format!("{verify}/prepare_second_factor"),
        &[("strategy", "phone_code")],
    )
    .await
    .fails_as(404, "resource_not_found", None);
}
