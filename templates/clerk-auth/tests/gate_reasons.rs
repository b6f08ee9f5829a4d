//! What an error page names, and what is mended before there is one.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::testing::TestKeys;
use support::door::{answer, header, open, page};
use support::stage::{development, document, live, user};

#[tokio::test]
async fn development_says_why_and_production_gives_a_reference() {
    let loops = [("cookie", "__clerk_redirect_count=3")];
    let shown = answer(&open(development()), &document("/dashboard", &loops)).await;
    assert_eq!(shown.status, 500);
    let text = format!("{:?}", page(&shown));
    assert!(
        text.contains("dev-browser-missing") && text.contains("__clerk_db_jwt"),
        "{text}"
    );
    assert_eq!(
        (header(&shown, "location"), header(&shown, "set-cookie")),
        (None, None)
    );

    let loops = [(
        "cookie",
        "__client_uat=1772540396; __clerk_redirect_count=9",
    )];
    let shown = answer(&open(live()), &document("/dashboard", &loops)).await;
    assert_eq!(shown.status, 500);
    let details = &page(&shown).details;
    assert_eq!(details.len(), 1);
    assert_eq!((details[0].0, details[0].1.len()), ("Reference", 8));
    assert!(!format!("{:?}", shown.body).contains("uat"), "{shown:?}");
}

#[tokio::test]
async fn a_wrongly_signed_cookie_is_mended_by_a_handshake_or_signed_over() {
    let cookie = |keys: &'static TestKeys, by: &'static TestKeys| {
        let names = keys.publishable_key().cookie_names();
        let claims = user(by).claim("iss", keys.issuer());
        format!(
            "{}={}; {}=1; {}=dvb",
            names.session,
            claims.token(),
            names.client_uat,
            names.dev_browser
        )
    };
    let dev = document("/dashboard", &[("cookie", &cookie(development(), live()))]);
    let sent = answer(&open(development()), &dev).await;
    assert_eq!(sent.status, 307);
    let location = header(&sent, "location").unwrap();
    assert!(location.contains("/v1/client/handshake?"), "{location}");
    assert!(location.contains("token-invalid-signature"), "{location}");
    let prod = document("/dashboard", &[("cookie", &cookie(live(), development()))]);
    let sent = answer(&open(live()), &prod).await;
    assert_eq!(sent.status, 307);
    assert!(header(&sent, "location").unwrap().starts_with("/sign-in?"));
}

#[tokio::test]
async fn a_broken_handshake_is_explained_on_every_path() {
    let parts = document("/?__clerk_handshake=nonsense", &[]);
    let shown = answer(&open(development()), &parts).await;
    assert_eq!(shown.status, 500);
    assert!(format!("{:?}", page(&shown)).contains("Handshake token verification failed"));
}
