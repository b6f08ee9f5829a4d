//! The page at `/`: what the developer of an app sees, and what nobody can put into it.

use super::world::{ADA, PASSWORD, World};

#[tokio::test]
async fn an_emulator_that_knows_nobody_says_what_to_do() {
    let world = World::new().await;
    let page = world.send("GET", "/", "", &[]).await;
    assert_eq!(page.status, 200);
    for words in [
        "<h2 id=\"mails-title\">Mails <small>0</small>",
        "always gets <code>424242</code>",
        "Nobody yet. Sign up in the app.",
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
        "<strong>424242</strong>",
        &format!("<bdi>{ADA}</bdi>"),
        "<bdi>Ada</bdi>",
        &format!("<bdi>{id}</bdi>"),
        &format!("<bdi>{session}</bdi>"),
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
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(!page.body.contains("<b>"), "{}", page.body);
    for words in [
        "<bdi>&lt;/bdi&gt;&lt;/table&gt;&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}&quot;&#39;&amp;</bdi>",
        "<bdi>o&#39;hara&amp;co@example.com</bdi>",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'none'"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
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
