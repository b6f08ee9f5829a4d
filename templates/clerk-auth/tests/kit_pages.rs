//! Pages: what every template gets, what is escaped, what is an error, and what a browser may load.
#![cfg(all(feature = "axum", feature = "pages", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use axum::Router;
use axum::routing::get;
use clerk_auth::axum::{ClerkLayer, not_found};
use clerk_auth::gate::Paths;
use clerk_auth::kit::{KitBuilder, Page, Reply};
use clerk_auth::pages::Pages;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Kit, PublishableKey};
use serde_json::json;
use support::axum_app::{DOCUMENT, Silence, build, send, try_build, variables};
use support::stage::{development, live};

const TEMPLATES: &[(&str, &str)] = &[
    (
        "layout.html",
        "<title>{% block title %}{{ clerk.app_name }}{% endblock %}</title>{% block main %}{% endblock %}",
    ),
    (
        "home.html",
        "{% extends \"layout.html\" %}{% block main %}<b title=\"{{ text }}\">{{ text }}</b>{{ none }}|{{ number }}{% endblock %}",
    ),
    (
        "facts.html",
        "{{ clerk.signed_in }} {{ clerk.user_id }} {{ clerk.org_id }} {{ clerk.auth_state }} {{ clerk.sign_in_url }} \
         {{ clerk.sign_up_url }} {{ clerk.return_to }} {{ clerk.nonce }}",
    ),
    (
        "has.html",
        "{% if clerk.has(role=\"org:admin\") %}admin {% endif %}{% if clerk.has(permission=\"org:invoices:read\") %}reads \
         {% endif %}{% if clerk.has(role=\"org:admin\", plan=\"gold\") %}gold {% endif %}{% if clerk.has() %}all{% endif %}",
    ),
    (
        "told.html",
        "{{ clerk.path }} {{ clerk.load_options|safe }}",
    ),
    ("typo.html", "{{ clerk.user_idd }}"),
    ("wrong.html", "{{ clerk.has(rolle=\"org:admin\") }}"),
    (
        "error.html",
        "{% extends \"layout.html\" %}{% block main %}<h1>{{ title }}</h1>{{ message }}\
         {% for name, value in details %}<h2>{{ name }}</h2>{{ value }}{% endfor %}{% endblock %}",
    ),
];

const PATHS: Paths<'static> = Paths {
    public: &[
        "/", "/facts", "/has", "/typo", "/wrong", "/none", "/sign-in", "/sign-up",
    ],
    data: &["/api/:path*"],
    ..Paths::PROTECTED
};

fn builder() -> KitBuilder {
    let pages = Pages::new(TEMPLATES);
    Kit::builder().name("Orchard").paths(PATHS).pages(pages)
}

fn app(builder: KitBuilder, keys: &TestKeys) -> Router {
    let kit = build(builder.sign_in("/sign-in").sign_up("/sign-up"), keys);
    let home = async |page: Page| -> Reply {
        let text = "<script>&'\"</script>/";
        page.show(
            "home.html",
            json!({ "text": text, "none": null, "number": 7, "clerk": "not yours" }),
        )
    };
    let show = |name: &'static str| get(async move |page: Page| page.show(name, json!({})));
    Router::new()
        .route("/", get(home))
        .route("/facts", show("facts.html"))
        .route("/has", show("has.html"))
        .route("/typo", show("typo.html"))
        .route("/wrong", show("wrong.html"))
        .route("/none", show("none.html"))
        .route("/sign-in", get(async |page: Page| page.go_back()))
        .fallback(not_found)
        .layer(ClerkLayer::new(&kit))
}

#[tokio::test]
async fn what_a_handler_hands_over_is_escaped() {
    let home = send(&app(builder(), live()), "GET /", &[DOCUMENT]).await;
    let text = "&#60;script&#62;&#38;&#39;&#34;&#60;/script&#62;/";
    let page = format!("<title>Orchard</title><b title=\"{text}\">{text}</b>|7");
    assert_eq!((home.status, &*home.body), (200, &*page));
    assert_eq!(home.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(home.header("cache-control"), "no-store");
}

#[tokio::test]
async fn every_template_knows_who_looks_and_how_to_get_in() {
    let app = app(builder(), live());
    let asked = "GET /facts?redirect_url=/account";
    let nobody = send(&app, asked, &[DOCUMENT]).await;
    let ways = "/sign-in?redirect_url=%2Faccount /sign-up?redirect_url=%2Faccount /account";
    assert!(nobody.body.starts_with("False   {&#34;"), "{nobody:?}");
    assert!(nobody.body.contains(ways), "{nobody:?}");
    let user = live().user("user_ada").session("sess_1").bearer();
    let user = send(&app, asked, &[("authorization", &user)]).await;
    assert!(user.body.starts_with("True user_ada  "), "{user:?}");
    assert!(user.body.contains("&#34;sessionId&#34;:&#34;sess_1&#34;"));
    let nonce = user.body.rsplit(' ').next().unwrap();
    let policy = user.header("content-security-policy");
    assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
    assert!(nonce.len() >= 22 && !nobody.body.contains(nonce));
}

/// After signing in people landed on the start page, whatever the variables said.
#[tokio::test]
async fn the_browser_is_told_where_people_land() {
    let mut variables = variables(live());
    variables.insert(
        "CLERK_SIGN_IN_FALLBACK_REDIRECT_URL",
        "/dashboard".to_owned(),
    );
    variables.insert("CLERK_AFTER_SIGN_OUT_URL", "/bye".to_owned());
    variables.insert("CLERK_WAITLIST_URL", "https://wait.example".to_owned());
    let builder = builder().sign_in("/sign-in").sign_up("/sign-up");
    let kit = try_build(builder.fetch(Silence), &variables).unwrap();
    let app = Router::new()
        .route(
            "/facts",
            get(async |page: Page| page.show("told.html", json!({}))),
        )
        .layer(ClerkLayer::new(&kit));
    let told = send(&app, "GET /facts?x=1", &[]).await.body;
    let (path, options) = told.split_once(' ').unwrap();
    assert_eq!(path, "/facts");
    let expected = json!({
        "signInUrl": "/sign-in", "signUpUrl": "/sign-up",
        "signInFallbackRedirectUrl": "/dashboard", "afterSignOutUrl": "/bye",
        "waitlistUrl": "https://wait.example",
    });
    let options: serde_json::Value = serde_json::from_str(options).unwrap();
    assert_eq!(options, expected);
}

#[tokio::test]
async fn templates_ask_what_somebody_may_do() {
    let app = app(builder(), live());
    let user = live().user("user_ada");
    let reads = |role: &str| {
        let permissions = ["org:invoices:read"];
        live()
            .user("user_ada")
            .organization("org_1", "acme", role, &permissions)
            .bearer()
    };
    for (bearer, expected) in [
        (user.bearer(), ""),
        (reads("admin"), "admin reads "),
        (reads("member"), "reads "),
    ] {
        let reply = send(&app, "GET /has", &[("authorization", &bearer)]).await;
        assert_eq!(reply.body, expected);
    }
    assert_eq!(send(&app, "GET /has", &[]).await.body, "");
}

#[tokio::test]
async fn a_name_that_nobody_defined_is_an_error_that_only_development_explains() {
    for (path, named) in [
        ("/typo", "user_idd"),
        ("/wrong", "rolle"),
        ("/none", "none.html"),
    ] {
        let line = format!("GET {path}");
        let told = send(
            &app(builder(), development()),
            &line,
            &[("accept", "text/html")],
        )
        .await;
        assert_eq!(told.status, 500, "{path}");
        assert!(told.body.contains("What is wrong with it"), "{told:?}");
        assert!(told.body.contains(named), "{told:?}");
        let hidden = send(&app(builder(), live()), &line, &[DOCUMENT]).await;
        assert_eq!(hidden.status, 500, "{path}");
        assert!(hidden.body.contains("Reference"), "{hidden:?}");
        assert!(!hidden.body.contains(".html"), "{hidden:?}");
    }
}

/// "Template not found" was all that somebody read who had just written one and looked at it in the editor.
#[tokio::test]
async fn a_template_that_is_not_in_the_list_is_said_to_need_a_line_and_where() {
    const PARTS: &[(&str, &str)] = &[("whole.html", "{% include \"part.html\" %}")];
    let page = |name: &'static str| {
        let kit = build(builder().pages(Pages::new(PARTS)), development());
        let show = get(async move |page: Page| page.show(name, json!({})));
        Router::new().route("/", show).layer(ClerkLayer::new(&kit))
    };
    for (shown, missing) in [("new.html", "new.html"), ("whole.html", "part.html")] {
        let told = send(&page(shown), "GET /", &[("accept", "text/html")]).await;
        assert_eq!(told.status, 500);
        for part in [missing, "kit_pages.rs"] {
            assert!(told.body.contains(part), "{part}: {told:?}");
        }
    }
}

#[tokio::test]
async fn errors_are_shown_in_the_apps_own_look() {
    let user = live().user("user_ada").bearer();
    let headers = [DOCUMENT, ("authorization", &*user)];
    let own = send(&app(builder(), live()), "GET /nothing", &headers).await;
    assert_eq!(own.status, 404);
    assert!(
        own.body
            .starts_with("<title>Orchard</title><h1>Not found</h1>"),
        "{own:?}"
    );
    let plain = app(Kit::builder().paths(PATHS), live());
    let plain = send(&plain, "GET /nothing", &headers).await;
    assert_eq!(plain.status, 404);
    assert!(plain.body.contains("<h1>Not found</h1>"), "{plain:?}");
}

#[tokio::test]
async fn the_way_back_leads_to_where_one_wanted_to_be_and_never_away() {
    let app = app(builder(), live());
    for (query, target) in [
        ("", "/"),
        ("?redirect_url=/dashboard", "/dashboard"),
        ("?redirect_url=//evil.example", "/"),
        ("?redirect_url=https://evil.example/", "/"),
    ] {
        let reply = send(&app, &format!("GET /sign-in{query}"), &[DOCUMENT]).await;
        assert_eq!((reply.status, reply.header("location")), (307, target));
    }
}

#[tokio::test]
async fn a_change_on_disk_is_seen_at_once() {
    // Debug builds read from disk; a release build has its own copy.
    let folder = std::env::temp_dir().join(format!("clerk-auth-pages-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let name: &'static str = Box::leak(folder.to_str().unwrap().to_owned().into_boxed_str());
    let pages = Pages::new(TEMPLATES).folder(name);
    let app = app(Kit::builder().paths(PATHS).pages(pages), live());
    let before = send(&app, "GET /has", &[]).await;
    std::fs::write(folder.join("has.html"), "new").unwrap();
    let after = send(&app, "GET /has", &[]).await;
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((&*before.body, &*after.body), ("", "new"));
}

#[test]
fn a_template_that_cannot_be_read_stops_the_start() {
    const BROKEN: &[(&str, &str)] = &[("home.html", "<b>{% if %}</b>")];
    let builder = Kit::builder().pages(Pages::new(BROKEN)).fetch(Silence);
    let error = try_build(builder, &variables(live()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("home.html"), "{error}");
}

const PROTECT: &str = "https://challenges.cloudflare.com https://*.protect.clerk.com";

fn policy(clerk: &str, images: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-N'{clerk} {PROTECT}; connect-src 'self'{clerk} https://*.protect.clerk.com:*; img-src 'self' data: blob: https://img.clerk.com{images}; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; frame-src 'self' {PROTECT}; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )
}

#[test]
fn pages_load_clerk_from_where_it_is_and_nothing_else() {
    let site = |host: &str, proxy: Option<&str>, builder: KitBuilder| {
        let mut variables = variables(live());
        let key = PublishableKey::build(host).unwrap();
        let is_test = key.starts_with("pk_test_");
        let secret = if is_test { "sk_test_x" } else { "sk_live_x" };
        variables.insert("CLERK_PUBLISHABLE_KEY", key);
        variables.insert("CLERK_SECRET_KEY", format!("{secret}{}", "y".repeat(40)));
        if let Some(proxy) = proxy {
            variables.insert("CLERK_PROXY_URL", proxy.to_owned());
        }
        let kit = try_build(builder.fetch(Silence), &variables).unwrap();
        kit.site().clone()
    };
    let local = "emulator-0a1b2c3d.localhost.clerk.accounts.dev";
    let local = site(local, Some("/__clerk"), Kit::builder());
    assert_eq!(
        local.clerk_script,
        "/__clerk/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    );
    assert_eq!(local.content_security_policy("N"), policy("", ""));
    for host in ["brave-otter-7.clerk.accounts.dev", "clerk.app.example"] {
        let own = site(host, None, Kit::builder());
        let origin = format!("https://{host}");
        assert!(own.ui_script.starts_with(&origin), "{own:?}");
        assert_eq!(
            own.content_security_policy("N"),
            policy(&format!(" {origin}"), "")
        );
    }
    let proxy = Some("https://app.example/__clerk");
    let more = Kit::builder().allow("img-src", "https://images.example");
    let proxied = site("clerk.app.example", proxy, more);
    let expected = policy(" https://app.example", " https://images.example");
    assert_eq!(proxied.content_security_policy("N"), expected);
    assert_eq!(proxied.sign_in_url, "https://accounts.app.example/sign-in");
}

#[test]
fn a_source_that_would_write_directives_of_its_own_stops_the_start() {
    for source in [
        "https://a.example; script-src *",
        "",
        "a b",
        "https://a.example,*",
    ] {
        let builder = Kit::builder().allow("img-src", source).fetch(Silence);
        let error = try_build(builder, &variables(live())).unwrap_err();
        assert!(
            error.to_string().contains("content security policy"),
            "{error}"
        );
    }
}
