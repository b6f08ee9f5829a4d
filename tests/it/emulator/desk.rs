//! The page at `/`: what the developer of an app sees, and what nobody can put into it.

use super::world::{ADA, Answer, PASSWORD, SECRET, World};

#[tokio::test]
async fn an_emulator_that_knows_nobody_says_what_to_do() {
    let world = World::new().await;
    let page = world.send("GET", "/", "", &[]).await;
    assert_eq!(page.status, 200);
    for words in [
        "<h2 id=\"mails-title\">Mails <small>0</small>",
        "always gets <code>424242</code>",
        "Nobody yet. Sign up in the app, or add somebody here.",
        "None yet. Clerk's organization switcher makes one",
        "None delivered.",
        "Nobody is signed in.",
        "clerk-rs dev",
        "clerk-rs emulator fetch",
        &format!("<code>http://127.0.0.1:{}</code>", world.backend_port()),
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    // The page's own requests are not shown among the last ones.
    let again = world.send("GET", "/", "", &[]).await;
    assert!(again.body.contains("No request yet."));
}

#[tokio::test]
async fn the_page_shows_users_sessions_mails_and_requests_and_no_secret() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    world.pass_seconds(130);
    let page = world.send("GET", "/", "", &[]).await;
    let user = world.send("GET", "/__emulator/state", "", &[]).await.json();
    let id = user["users"][0]["id"].as_str().unwrap();
    for words in [
        "<strong data-copy>424242</strong>",
        &format!("<bdi>{ADA}</bdi>"),
        "<bdi>Ada</bdi>",
        &format!("<bdi data-copy>{id}</bdi>"),
        &format!("<bdi data-copy>{session}</bdi>"),
        "<td>active",
        "<bdi>/v1/client/sign_ups</bdi>",
        "2\u{a0}min\u{a0}ago",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    for secret in [browser.as_str(), PASSWORD, super::world::SECRET, "eyJ"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    world.pass_seconds(8 * 24 * 3600);
    let later = world.send("GET", "/", "", &[]).await;
    assert!(later.body.contains("<td>expired"));
}

#[tokio::test]
async fn nothing_that_was_typed_becomes_markup_or_a_frame() {
    let world = World::new().await;
    let browser = world.browser().await;
    let hostile = "</bdi></table><script>alert(1)</script>\u{202e}\"'&";
    let fields = [
        ("email_address", "o'hara&co@example.com"),
        ("password", PASSWORD),
        ("first_name", hostile),
    ];
    let made = world
        .page("POST", "/v1/client/sign_ups", &browser, &fields)
        .await;
    let id = made.json()["response"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/client/sign_ups/{id}");
    let strategy = ("strategy", "email_code");
    let prepare = format!("{path}/prepare_verification");
    world.page("POST", &prepare, &browser, &[strategy]).await;
    let code = world.last_code().await;
    let attempt = format!("{path}/attempt_verification");
    let done = world
        .page("POST", &attempt, &browser, &[strategy, ("code", &code)])
        .await;
    assert_eq!(done.json()["response"]["status"], "complete");
    world.send("GET", "/v1/\"{<b>}", "", &[]).await;

    let page = world.send("GET", "/", "", &[]).await;
    assert_eq!(page.body.matches("<script").count(), 1, "{}", page.body);
    assert!(!page.body.contains("<b>"), "{}", page.body);
    for words in [
        "<bdi>&lt;/bdi&gt;&lt;/table&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}&quot;&#39;&amp;</bdi>",
        "<bdi>o&#39;hara&amp;co@example.com</bdi>",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"));
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"));
    assert!(!policy.contains("unsafe"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
}

#[tokio::test]
async fn the_page_stays_short_whatever_there_is() {
    let world = World::new().await;
    for _ in 0..60 {
        world.send("GET", "/v1/health", "", &[]).await;
    }
    let page = world.send("GET", "/", "", &[]).await;
    assert!(page.body.contains("Last requests <small>50 of 60</small>"));
    assert_eq!(page.body.matches("<bdi>/v1/health</bdi>").count(), 50);
    let head = world.send("POST", "/", "", &[]).await;
    head.fails_as(404, "resource_not_found", None);
}

/// What the page's forms carry, and no other page knows.
async fn pass(world: &World) -> String {
    let page = world.send("GET", "/", "", &[]).await.body;
    let pass = page.split("name=\"page\" value=\"").nth(1).unwrap();
    pass.split('"').next().unwrap().to_owned()
}

/// Sends a form as the page does.
async fn form(world: &World, action: &str, fields: &[(&str, &str)]) -> Answer {
    let pass = pass(world).await;
    let fields: Vec<_> = fields
        .iter()
        .copied()
        .chain([("page", pass.as_str())])
        .collect();
    let origin = format!("Origin: http://localhost:{}\r\n", world.port());
    let headers = format!("{origin}Sec-Fetch-Site: same-origin\r\n");
    let path = format!("/__emulator/desk/{action}");
    world.send("POST", &path, &headers, &fields).await
}

#[track_caller]
fn says(refused: &Answer, status: u16, words: &str) {
    assert_eq!(refused.status, status);
    let is_said = refused.body.contains("role=\"alert\"") && refused.body.contains(words);
    assert!(is_said, "{words}: {}", refused.body);
}

async fn users(world: &World) -> Vec<serde_json::Value> {
    let state = world.send("GET", "/__emulator/state", "", &[]).await.json();
    state["users"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_user_is_added_and_a_browser_signed_in_as_them_once() {
    let world = World::new().await;
    let fields = [
        ("email_address", "Grace@example.com"),
        ("first_name", "Grace"),
        ("password", ""),
    ];
    let added = form(&world, "users", &fields).await;
    assert_eq!(
        (added.status, added.header("location")),
        (303, Some("/#users"))
    );
    let grace = users(&world).await[0].clone();
    assert_eq!(grace["first_name"], "Grace");
    assert_eq!(
        grace["email_addresses"][0]["verification"]["status"],
        "verified"
    );
    let again = form(&world, "users", &fields).await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("That email address is taken."),
        "{}",
        again.body
    );

    // The app that was seen last is where the link leads.
    let through = "Clerk-Proxy-Url: http://localhost:3010/__clerk\r\n";
    let through = format!("{through}Clerk-Secret-Key: {SECRET}\r\n");
    let other = "Clerk-Proxy-Url: http://localhost:8888/__clerk\r\n";
    for headers in [through.as_str(), other] {
        let answer = world.send("GET", "/v1/environment", headers, &[]).await;
        assert_eq!(answer.status, 200);
    }
    let told = form(
        &world,
        "sign-in",
        &[("user", grace["id"].as_str().unwrap())],
    )
    .await;
    assert_eq!(told.status, 200);
    let link = told.body.split("class=\"do\" href=\"").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    let path = link.split_once(&format!(":{}", world.port())).unwrap().1;
    let opened = world.send("GET", path, "", &[]).await;
    let to = opened.header("location").unwrap();
    assert!(
        to.starts_with("http://localhost:3010/?__clerk_db_jwt=dvb_"),
        "{to}"
    );
    let browser = to.split('=').nth(1).unwrap();
    let client = world.page("GET", "/v1/client", browser, &[]).await.json();
    assert_eq!(client["response"]["sessions"][0]["user"]["id"], grace["id"]);
    assert_eq!(world.send("GET", path, "", &[]).await.status, 400);
}

#[tokio::test]
async fn a_session_has_its_token_shown_and_is_revoked() {
    let world = World::new().await;
    let (browser, session) = world.signed_in().await;
    let told = form(&world, "token", &[("session", &session)]).await;
    let token = told.body.split("<bdi data-copy>").nth(1).unwrap();
    let token = token.split('<').next().unwrap();
    assert_eq!(token.split('.').count(), 3, "{}", told.body);
    let revoked = form(&world, "revoke", &[("session", &session)]).await;
    assert_eq!(
        (revoked.status, revoked.header("location")),
        (303, Some("/#sessions"))
    );
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    assert_eq!(client["response"]["sessions"].as_array().unwrap().len(), 0);
    let over = form(&world, "token", &[("session", &session)]).await;
    says(&over, 401, "the session has ended or was revoked");
    let refused = form(&world, "revoke", &[("session", "sess_none")]).await;
    says(&refused, 404, "Not done");
}

#[tokio::test]
async fn the_clock_is_moved_and_put_right() {
    let world = World::new().await;
    for (fields, moved) in [
        (("move", "+2h"), "<strong>2\u{a0}h ahead</strong>"),
        (("move", "-3h"), "<strong>1\u{a0}h behind</strong>"),
        (("reset", "true"), "GMT</dd>"),
    ] {
        let done = form(&world, "clock", &[fields]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/")));
        let page = world.send("GET", "/", "", &[]).await;
        assert!(page.body.contains(moved), "{moved}");
    }
    let refused = form(&world, "clock", &[("move", "soon")]).await;
    says(&refused, 422, "Not done");
    let refused = form(&world, "replay", &[("message", "msg_none")]).await;
    says(&refused, 404, "Not done");
}

/// Any page of this machine may ask the Frontend API; none but its own may press the buttons.
#[tokio::test]
async fn only_the_page_itself_changes_something() {
    let world = World::new().await;
    let pass = pass(&world).await;
    let own = format!("Origin: http://localhost:{}\r\n", world.port());
    let with = |lines: &str| format!("{own}{lines}\r\n");
    for (headers, pass) in [
        (String::new(), pass.as_str()),
        (with("Sec-Fetch-Site: same-site"), &pass),
        (with("Sec-Fetch-Site: cross-site"), &pass),
        (own.clone(), "guessed"),
        (own.clone(), ""),
    ] {
        let fields = [("page", pass), ("email_address", "eve@example.com")];
        let refused = world
            .send("POST", "/__emulator/desk/users", &headers, &fields)
            .await;
        says(&refused, 403, "are for that page alone");
    }
    for origin in ["http://localhost:3000", "http://127.0.0.1:4400"] {
        let fields = [
            ("page", pass.as_str()),
            ("email_address", "eve@example.com"),
        ];
        let headers = format!("Origin: {origin}\r\n");
        let path = "/__emulator/desk/users";
        let refused = world.send("POST", path, &headers, &fields).await;
        refused.fails_as(403, "not_from_pages", None);
    }
    for action in [
        "sign-in",
        "token",
        "revoke",
        "clock",
        "replay",
        "fault",
        "faults-clear",
    ] {
        let path = format!("/__emulator/desk/{action}");
        let refused = world.send("POST", &path, &own, &[("move", "+1s")]).await;
        says(&refused, 403, "are for that page alone");
    }
    // Through an app not even the script is to be had.
    let through = "Clerk-Proxy-Url: http://localhost:3000/__clerk\r\n";
    for path in ["/__emulator/desk/page.js", "/__emulator/desk/users"] {
        let refused = world.send("GET", path, through, &[]).await;
        refused.fails_as(403, "not_through_proxy", None);
    }
    assert!(users(&world).await.is_empty());
}

#[tokio::test]
async fn requests_are_found_by_text_and_answer() {
    let world = World::new().await;
    world.signed_in().await;
    world.send("GET", "/v1/nowhere", "", &[]).await;
    for (query, count, has) in [
        (
            "?text=NOWHERE",
            "<small>1</small>",
            "<bdi>/v1/nowhere</bdi>",
        ),
        (
            "?answer=refused",
            "<small>1</small>",
            "<td class=\"bad\">404",
        ),
        (
            "?text=ada%2Bclerk_test@&answer=well",
            "<small>",
            "attempt_verification",
        ),
        ("?text=%3Cb%3E", "<small>0</small>", "value=\"&lt;b&gt;\""),
        (
            "?answer=failed",
            "<small>0</small>",
            "<a href=\"/#requests\">Show all</a>",
        ),
    ] {
        let page = world.send("GET", &format!("/{query}"), "", &[]).await.body;
        let part = page.split("id=\"requests\"").nth(1).unwrap();
        let part = part.split("id=\"deliveries\"").next().unwrap();
        assert!(
            part.contains(count) && part.contains(has),
            "{query}: {part}"
        );
    }
}

#[tokio::test]
async fn organizations_and_worlds_are_shown() {
    let world = World::new().await;
    let made = world.server_sends(
        "POST",
        "/v1/users",
        "{\"email_address\":[\"ada@example.com\"],\"skip_password_requirement\":true}",
    );
    let ada = made.await.json()["id"].as_str().unwrap().to_owned();
    let body = format!("{{\"name\":\"Orchard & Co\",\"created_by\":\"{ada}\"}}");
    assert_eq!(
        world
            .server_sends("POST", "/v1/organizations", &body)
            .await
            .status,
        200
    );
    let page = world.send("GET", "/", "", &[]).await.body;
    for words in [
        "<bdi>Orchard &amp; Co</bdi>",
        "<li><bdi>ada@example.com</bdi> <code>org:admin</code>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("id=\"worlds\""));
    let other = world
        .send("POST", "/__emulator/worlds", "", &[])
        .await
        .json();
    let page = world.send("GET", "/", "", &[]).await.body;
    let link = format!(
        "<a href=\"{}/\">{}</a> 0 users",
        other["url"].as_str().unwrap(),
        other["id"].as_str().unwrap()
    );
    assert!(page.contains(&link), "{page}");
}

#[tokio::test]
async fn faults_are_made_and_taken_back_and_the_report_is_shown() {
    let world = World::new().await;
    let fields = [
        ("kind", "answer"),
        ("path", "/v1/client"),
        ("status", "503"),
        ("delay", ""),
        ("seconds", "120"),
        ("count", "2"),
    ];
    let added = form(&world, "fault", &fields).await;
    assert_eq!(
        (added.status, added.header("location")),
        (303, Some("/#faults"))
    );
    let browser = world.browser().await;
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.status,
        503
    );
    let page = world.send("GET", "/", "", &[]).await.body;
    let row = "<bdi>/v1/client</bdi></code><td>is answered with a status<td>503<td>1";
    assert!(page.contains(row), "{page}");
    // Fields that are of another kind do no harm.
    for kind in ["skew", "rotated_key", "wrong_azp"] {
        let fields = [
            ("kind", kind),
            ("status", "503"),
            ("seconds", "120"),
            ("path", "/x"),
        ];
        assert_eq!(form(&world, "fault", &fields).await.status, 303, "{kind}");
    }
    let refused = form(&world, "fault", &[("kind", "answer"), ("status", "many")]).await;
    says(&refused, 422, "`status` is to be 400 to 599");
    says(
        &form(&world, "fault", &[("kind", "nonsense")]).await,
        422,
        "not allowed",
    );
    assert_eq!(form(&world, "faults-clear", &[]).await.status, 303);
    assert_eq!(
        world.page("GET", "/v1/client", &browser, &[]).await.status,
        200
    );
    world.signed_in().await;
    let page = world.send("GET", "/", "", &[]).await.body;
    let report = page.split("id=\"report\"").nth(1).unwrap();
    assert!(
        !report.contains("Nothing yet") && report.contains("<td>"),
        "{report}"
    );
}
