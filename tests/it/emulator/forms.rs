//! The pages without script: a person signs up, in and out with a browser that runs none.

use serde_json::json;
use url::{Url, form_urlencoded};

use super::world::{ADA, Answer, FOREIGN, PASSWORD, World};

const BACK: &str = "redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fdashboard";

fn sent_back(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let url = Url::parse(answer.header("location").unwrap()).unwrap();
    assert!(
        url.as_str()
            .starts_with("http://localhost:3000/dashboard?__clerk_db_jwt=dvb_"),
        "{url}"
    );
    url.query_pairs()
        .find(|(name, _)| name == "__clerk_db_jwt")
        .unwrap()
        .1
        .into_owned()
}

async fn post(world: &World, path: &str, form: &[(&str, &str)]) -> Answer {
    world
        .send("POST", path, "Origin: http://localhost:3000\r\n", form)
        .await
}

async fn sign_up(world: &World) -> String {
    let form = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("first_name", "Ada"),
    ];
    let answer = post(world, &format!("/__clerk/__emulator/sign-up?{BACK}"), &form).await;
    assert_eq!(answer.status, 303);
    let next = answer.header("location").unwrap();
    let path = format!("/__clerk/__emulator/{next}");
    assert_eq!(world.send("GET", &path, "", &[]).await.status, 200);
    let wrong = post(world, &path, &[("code", "1")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("<p role=\"alert\">Incorrect code</p>"));
    sent_back(&post(world, &path, &[("code", " 424242 ")]).await)
}

#[tokio::test]
async fn a_person_signs_up_out_and_in_without_script() {
    let world = World::new().await;
    let browser = sign_up(&world).await;
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(
        client["response"]["sessions"][0]["user"]["first_name"],
        "Ada"
    );

    // In the app's own proxy the page shares the app's cookies.
    let cookie = format!("Cookie: __clerk_db_jwt={browser}\r\n");
    let known = world
        .send("GET", &format!("/__emulator/sign-in?{BACK}"), &cookie, &[])
        .await;
    assert_eq!(sent_back(&known), browser);
    let path = format!("/__emulator/sign-out?{BACK}&__clerk_db_jwt={browser}");
    assert!(
        world
            .send("GET", &path, "", &[])
            .await
            .body
            .contains("<h1>Sign out?</h1>")
    );
    assert_eq!(sent_back(&post(&world, &path, &[]).await), browser);
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(client["response"]["sessions"].as_array().unwrap().len(), 0);

    let path = format!("/__emulator/sign-in?{BACK}&__clerk_db_jwt={browser}");
    let wrong = post(
        &world,
        &path,
        &[("email_address", ADA), ("password", "wrong horse")],
    )
    .await;
    assert!(wrong.status == 422 && wrong.body.contains("Password is incorrect"));
    let none = post(&world, &path, &[("email_address", ADA)]).await;
    assert!(
        none.status == 422 && none.body.contains("Password is incorrect"),
        "{}",
        none.body
    );
    assert_eq!(
        sent_back(
            &post(
                &world,
                &path,
                &[("email_address", ADA), ("password", PASSWORD)]
            )
            .await
        ),
        browser
    );
}

#[tokio::test]
async fn a_code_signs_in_without_script() {
    let world = World::new().await;
    let browser = sign_up(&world).await;
    post(
        &world,
        &format!("/__emulator/sign-out?{BACK}&__clerk_db_jwt={browser}"),
        &[],
    )
    .await;
    let form = [("email_address", ADA), ("action", "code"), ("password", "")];
    let sent = post(
        &world,
        &format!("/__emulator/sign-in?{BACK}&__clerk_db_jwt={browser}"),
        &form,
    )
    .await;
    let next = sent.header("location").unwrap();
    let done = post(
        &world,
        &format!("/__emulator/{next}"),
        &[("code", "424242")],
    )
    .await;
    assert_eq!(sent_back(&done), browser);
}

#[tokio::test]
async fn a_page_from_elsewhere_signs_nobody_in_or_out() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let cookie = format!("Cookie: __clerk_db_jwt={browser}\r\n");
    for origin in ["https://evil.example", "null"] {
        for name in ["sign-in", "sign-up", "verify", "sign-out"] {
            let headers = format!("{cookie}Origin: {origin}\r\n");
            let path = format!("/__emulator/{name}");
            let form = [("email_address", ADA), ("password", PASSWORD)];
            world
                .send("POST", &path, &headers, &form)
                .await
                .fails_as(400, "origin_invalid", None);
        }
    }
    // A link can only ask.
    let asked = world
        .send("GET", "/__emulator/sign-out", &cookie, &[])
        .await;
    assert!(asked.body.contains("<h1>Sign out?</h1>"));
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    let alive = world.page("POST", &tokens, &browser, &[]).await;
    assert_eq!(alive.status, 200);
    // A planted name is not taken over.
    let planted = "Cookie: __clerk_db_jwt=dvb_planted\r\n";
    let path = format!("/__emulator/sign-in?{BACK}&__clerk_db_jwt=dvb_planted");
    let form = [("email_address", ADA), ("password", PASSWORD)];
    let made = sent_back(&world.send("POST", &path, planted, &form).await);
    assert_ne!(made, "dvb_planted");
}

#[tokio::test]
async fn no_form_leads_elsewhere_or_shows_what_it_was_sent() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    for name in ["sign-in", "sign-up", "verify", "sign-out"] {
        for target in FOREIGN {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("redirect_url", target)
                .append_pair("__clerk_db_jwt", &browser)
                .finish();
            for method in ["GET", "POST"] {
                let path = format!("/__emulator/{name}?{query}");
                let refused = world
                    .send(method, &path, "", &[("email_address", ADA)])
                    .await;
                refused.fails_as(400, "invalid_redirect_url", Some("redirect_url"));
            }
        }
        let path = format!(
            "/__emulator/{name}?redirect_url=http%3A%2F%2Flocalhost%2F%3Fq%3D%22%3E%3Cscript%3E%27"
        );
        let page = world.send("GET", &path, "", &[]).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains(&format!("{name}?redirect_url=")),
            "{}",
            page.body
        );
        assert!(!page.body.contains("<script"), "{}", page.body);
        assert!(
            page.header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
    }
    let tokens = format!("/v1/client/sessions/{session}/tokens");
    let alive = world.page("POST", &tokens, &browser, &[]).await;
    assert_eq!(alive.status, 200, "a refused sign-out signs nobody out");
    let bare = world.send("GET", "/__emulator/verify", "", &[]).await;
    assert_eq!(bare.status, 200);
    let nothing = world
        .send("POST", "/__emulator/verify", "", &[("code", "424242")])
        .await;
    assert_eq!(nothing.status, 400);
}

/// Follows what a form was answered with, on the emulator's own pages.
async fn next_page(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let location = answer.header("location").unwrap();
    match location.find("/__emulator/") {
        Some(at) => location[at..].to_owned(),
        None => format!("/__emulator/{location}"),
    }
}

#[tokio::test]
async fn a_provider_signs_a_stranger_up_and_in_again_without_script() {
    let world = World::new().await;
    let bare = world.send("GET", "/__emulator/sign-in", "", &[]).await;
    assert!(!bare.body.contains("provider") && !bare.body.contains("hone"));
    let switches = json!({ "social": ["github"], "phone_number": "required" });
    world.switch(&switches).await;
    let form = format!("/__emulator/sign-in?{BACK}");
    let shown = world.send("GET", &form, "", &[]).await;
    assert!(
        shown.body.contains("Continue with GitHub"),
        "{}",
        shown.body
    );
    let is_grace = [
        ("decision", "allow"),
        ("email_address", "grace@example.com"),
    ];
    let by_provider = async |form: &str| {
        let page = next_page(&post(&world, form, &[("provider", "github")]).await).await;
        let decided = post(&world, &page, &is_grace).await;
        let callback = decided.header("location").unwrap();
        let callback = callback.strip_prefix("..").unwrap();
        world.send("GET", callback, "", &[]).await
    };
    let back = by_provider(&form).await;
    let returned = next_page(&back).await;
    assert!(returned.starts_with("/__emulator/returned?"), "{returned}");
    // Whom nobody knows signs up, and is asked for what the provider does not say.
    let asked = next_page(&world.send("GET", &returned, "", &[]).await).await;
    let shown = world.send("GET", &asked, "", &[]).await;
    assert!(shown.body.contains("phone_number"), "{}", shown.body);
    assert!(!shown.body.contains("password"), "{}", shown.body);
    let wrong = post(&world, &asked, &[("phone_number", "5")]).await;
    assert_eq!(wrong.status, 422);
    let verify = post(&world, &asked, &[("phone_number", "+12015550100")]).await;
    let verify = next_page(&verify).await;
    let done = post(&world, &verify, &[("code", "424242")]).await;
    let browser = sent_back(&done);
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let user = &client["response"]["sessions"][0]["user"];
    assert_eq!(user["external_accounts"][0]["provider"], "oauth_github");
    assert_eq!(user["phone_numbers"][0]["phone_number"], "+12015550100");

    // Who is known and asks to sign up signs in.
    let form = format!("/__emulator/sign-up?{BACK}");
    let returned = next_page(&by_provider(&form).await).await;
    let other = sent_back(&world.send("GET", &returned, "", &[]).await);
    assert_ne!(other, browser);
    let client = world.page("GET", "/v1/client", &other, &[]).await.json();
    let same = &client["response"]["sessions"][0]["user"]["id"];
    assert_eq!(*same, user["id"]);

    let unknown = post(&world, &form, &[("provider", "gitlab")]).await;
    assert_eq!(unknown.status, 422);
    let nothing = world.send("GET", "/__emulator/returned", "", &[]).await;
    assert_eq!(nothing.status, 400);
}

#[tokio::test]
async fn a_number_is_asked_for_at_sign_up_and_signs_in_without_script() {
    let world = World::new().await;
    world.switch(&json!({ "phone_number": "on" })).await;
    let form = format!("/__emulator/sign-up?{BACK}");
    let fields = [
        ("email_address", ADA),
        ("password", PASSWORD),
        ("phone_number", "+1 (201) 555-0101"),
    ];
    let verify = next_page(&post(&world, &form, &fields).await).await;
    // First the address, then the number.
    let second = next_page(&post(&world, &verify, &[("code", "424242")]).await).await;
    assert!(second.starts_with("/__emulator/verify?"), "{second}");
    let browser = sent_back(&post(&world, &second, &[("code", "424242")]).await);
    let out = format!("/__emulator/sign-out?{BACK}&__clerk_db_jwt={browser}");
    post(&world, &out, &[]).await;

    let form = format!("/__emulator/sign-in?{BACK}&__clerk_db_jwt={browser}");
    let shown = world.send("GET", &form, "", &[]).await;
    assert!(shown.body.contains("Email address or phone number"));
    let fields = [("email_address", "+12015550101"), ("action", "code")];
    let verify = next_page(&post(&world, &form, &fields).await).await;
    let done = post(&world, &verify, &[("code", "424242")]).await;
    assert_eq!(sent_back(&done), browser);
}
