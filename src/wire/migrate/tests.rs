#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const AXUM: &str = "use axum::{routing::get, Extension, Router};
use clerk_rs::{
\tclerk::Clerk,
\tvalidators::{authorizer::ClerkJwt, axum::ClerkLayer, jwks::MemoryCacheJwksProvider},
\tClerkConfiguration,
};

async fn open() -> &'static str {
\t\"open\"
}

async fn profile(Extension(jwt): Extension<ClerkJwt>) -> String {
\tjwt.sub
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
\tlet clerk = Clerk::new(ClerkConfiguration::new(None, None, Some(key()), None));
\tlet app = Router::new()
\t\t.route(\"/\", get(open))
\t\t.route(\"/profile\", get(profile))
\t\t.route(\"/users/{id}\", get(profile))
\t\t.layer(ClerkLayer::new(
\t\t\tMemoryCacheJwksProvider::new(clerk),
\t\t\tSome(vec![String::from(\"/profile\"), \"/users/{id}\".to_owned()]),
\t\t\ttrue,
\t\t));
\taxum::serve(listener().await?, app).await
}
";

const ACTIX: &str = "use actix_web::{web, App, HttpMessage, HttpRequest, HttpServer};
use clerk_rs::{apis::users_api::User, clerk::Clerk, ClerkConfiguration};
use clerk_rs::validators::{actix::ClerkMiddleware, authorizer::ClerkJwt, jwks::MemoryCacheJwksProvider};

async fn name(jwt: web::ReqData<ClerkJwt>, id: web::Path<u32>) -> String {
    jwt.sub.clone()
}

async fn by_hand(request: HttpRequest) -> String {
    let extensions = request.extensions();
    extensions.get::<ClerkJwt>().map_or_else(String::new, |jwt| jwt.sub.clone())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        let clerk = Clerk::new(ClerkConfiguration::new(None, None, None, None));
        App::new().wrap(ClerkMiddleware::new(MemoryCacheJwksProvider::new(clerk), None, false)).route(\"/\", web::get().to(name))
    })
    .run()
    .await
}
";

const ROCKET: &str = "use clerk_rs::validators::rocket::{ClerkGuard, ClerkGuardConfig};
use clerk_rs::{validators::jwks::MemoryCacheJwksProvider, Clerk, ClerkConfiguration};

#[get(\"/\")]
fn index(jwt: ClerkGuard<MemoryCacheJwksProvider>, age: u8) -> &'static str {
    \"hello\"
}

#[launch]
fn rocket() -> _ {
    let clerk = Clerk::new(ClerkConfiguration::new(\"key\"));
    let guard = ClerkGuardConfig::new(
        MemoryCacheJwksProvider::new(clerk),
        Some(vec![\"/\".to_string()]),
        true,
    );
    rocket::build().mount(\"/\", routes![index]).manage(guard)
}
";

fn migration(framework: &str, text: &str, manifest: &str) -> Migration {
    let mut migration = Migration::default();
    let framework = Framework::named(framework).unwrap();
    migration.add("src/main.rs", text, "clerk_rs", framework);
    migration.add_dependency(manifest, "clerk_rs", framework);
    migration
}

/// Code, place, the old lines and the new ones.
fn shown(migration: &Migration) -> Vec<String> {
    let shown = migration.steps.iter().map(|step| {
        let mut text = format!("{} {}:{}", step.code, step.path, step.line);
        let old = step.old.iter().map(|line| format!("\n-{line}"));
        let new = step.new.iter().map(|line| format!("\n+{line}"));
        text.extend(old.chain(new));
        text
    });
    shown.collect()
}

#[test]
fn the_layer_of_axum_goes() {
    let manifest = "[dependencies]\naxum = \"0.8\"\nclerk-rs = { version = \"0.4\", features = [\"axum\"] } # auth\ntokio = \"1\"\n";
    let found = migration("axum", AXUM, manifest);
    assert_eq!(
        shown(&found),
        [
            "import src/main.rs:2",
            "claims src/main.rs:12\n-async fn profile(Extension(jwt): Extension<ClerkJwt>) -> String {\
             \n+async fn profile(SignedIn(jwt): SignedIn) -> String {",
            "gate src/main.rs:22\n-\t\t.route(\"/users/{id}\", get(profile))\n-\t\t.layer(ClerkLayer::new(\
             \n-\t\t\tMemoryCacheJwksProvider::new(clerk),\
             \n-\t\t\tSome(vec![String::from(\"/profile\"), \"/users/{id}\".to_owned()]),\n-\t\t\ttrue,\n-\t\t));\
             \n+\t\t.route(\"/users/{id}\", get(profile));",
            "cookie src/main.rs:23",
            "dependency Cargo.toml:3\n-clerk-rs = { version = \"0.4\", features = [\"axum\"] } # auth",
        ]
    );
    let why = &found.steps.get(2).unwrap().why;
    for said in [
        "Only /profile, /users/{id} was protected",
        "whatever stands below stayed open",
        "No request has the path /users/{id}",
        "PUBLIC_PATHS",
    ] {
        assert!(why.contains(said), "{why}");
    }
    assert!(!why.contains("%XX"), "{why}");
    assert!(found.was_open("/") && found.was_open("/users/{id}"));
    assert!(!found.was_open("/profile"));
    assert!(!found.keeps_crate);
}

#[test]
fn the_middleware_of_actix_goes_and_calls_to_clerk_stay() {
    let found = migration(
        "actix-web",
        ACTIX,
        "[dependencies.clerk-rs]\nversion = \"0.4\"\n",
    );
    assert_eq!(
        shown(&found),
        [
            "backend src/main.rs:2",
            "import src/main.rs:3",
            "claims src/main.rs:5\n-async fn name(jwt: web::ReqData<ClerkJwt>, id: web::Path<u32>) -> String {\
             \n+async fn name(SignedIn(jwt): SignedIn, id: web::Path<u32>) -> String {",
            "claims src/main.rs:11",
            "gate src/main.rs:18\n-        App::new().wrap(ClerkMiddleware::new(MemoryCacheJwksProvider::new(clerk), None, false)).route(\"/\", web::get().to(name))\
             \n+        App::new().route(\"/\", web::get().to(name))",
            "cookie src/main.rs:18",
            "dependency Cargo.toml:1",
        ]
    );
    assert!(found.keeps_crate);
    assert_eq!(found.protected, None);
    assert!(!found.was_open("/"));
    let cookie = found.steps.get(5).unwrap();
    assert!(cookie.why.starts_with("Only the header"));
}

#[test]
fn the_guard_of_rocket_goes_with_what_hands_it_on() {
    let found = migration("rocket", ROCKET, "");
    assert_eq!(
        shown(&found),
        [
            "import src/main.rs:1",
            "import src/main.rs:2",
            "claims src/main.rs:5\n-fn index(jwt: ClerkGuard<MemoryCacheJwksProvider>, age: u8) -> &'static str {\
             \n+fn index(jwt: SignedIn, age: u8) -> &'static str {",
            "gate src/main.rs:12\n-    let guard = ClerkGuardConfig::new(\n-        MemoryCacheJwksProvider::new(clerk),\
             \n-        Some(vec![\"/\".to_string()]),\n-        true,\n-    );",
            "gate src/main.rs:17\n-    rocket::build().mount(\"/\", routes![index]).manage(guard)\
             \n+    rocket::build().mount(\"/\", routes![index])",
            "cookie src/main.rs:12",
        ]
    );
    let why = &found.steps.get(3).unwrap().why;
    assert!(why.contains("one slash more"), "{why}");
}

#[test]
fn what_is_ours_or_unreadable_is_no_step() {
    let ours = "use clerk_auth::axum::ClerkLayer;\nfn x() { ClerkLayer::new(&kit); }\n";
    assert!(migration("axum", ours, "").steps.is_empty());
    assert!(
        migration("axum", "use clerk_rs::apis::x; fn {", "")
            .steps
            .is_empty()
    );
    // Marks and interpreters in front shift no line.
    let text = format!("\u{feff}{AXUM}");
    assert_eq!(
        migration("axum", &text, "").steps,
        migration("axum", AXUM, "").steps
    );
    let lines = |text: &str| {
        let found = migration("axum", text, "");
        found.steps.iter().map(|step| step.line).collect::<Vec<_>>()
    };
    let below: Vec<_> = lines(AXUM).into_iter().map(|line| line + 1).collect();
    assert_eq!(lines(&format!("#!/usr/bin/env run\n{AXUM}")), below);
}

#[test]
fn a_gate_of_a_shape_of_its_own_is_left_to_its_owner() {
    let text = "fn x() -> ClerkLayer<P> {\n    clerk_rs::validators::axum::ClerkLayer::new(p(), list(), cookie())\n}\n\
        async fn y() { clerk_rs::validators::authorizer::validate_jwt(token, keys).await; clerk_rs::apis::users(); }\n";
    let found = migration("axum", text, "");
    assert_eq!(
        shown(&found),
        [
            "gate src/main.rs:2",
            "by-hand src/main.rs:4",
            "backend src/main.rs:4"
        ]
    );
    assert!(found.steps.first().unwrap().why.contains("made elsewhere"));
}

#[test]
fn sources_are_looked_for_below_the_package() {
    let folder = tempfile::tempdir().unwrap();
    for path in [
        "src/main.rs",
        "src/a/b.rs",
        "target/x.rs",
        "clerk-auth/src/lib.rs",
        "src/other.rs",
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = if path.ends_with("other.rs") { "" } else { AXUM };
        fs::write(path, text).unwrap();
    }
    let mut found = Vec::new();
    collect(folder.path(), "", DEEPEST, &mut found);
    let mut paths: Vec<_> = found.into_iter().map(|(path, _)| path).collect();
    paths.sort();
    assert_eq!(paths, ["src/a/b.rs", "src/main.rs"]);
}

/// A file that is nested more deeply than any stack goes ended the whole run.
#[test]
fn what_is_nested_too_deeply_has_no_uses() {
    let (open, close) = ("(".repeat(50_000), ")".repeat(50_000));
    let found = tokens::uses(&format!("clerk_rs!{open}{close};"), "clerk_rs");
    assert!(found.is_empty(), "{}", found.len());
}
