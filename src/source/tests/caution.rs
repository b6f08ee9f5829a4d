//! Programs in which something is served without the gate, in ways that are easily passed over: none is said to be protected.

use super::super::{Files, Protection, Reading, routes};
use super::{CLERK, fs};

const BASE: &str = r#"
mod clerk;
use axum::{Router, routing::get};
use clerk_auth::axum::ClerkLayer;
async fn secret() -> &'static str { "secret" }
fn app() -> Router { Router::new().route("/a", get(secret)) }
fn around(app: Router) -> Router { app.layer(ClerkLayer::new(&clerk::kit().from_env().unwrap())) }
async fn l(port: u16) -> tokio::net::TcpListener { tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap() }
"#;

/// What stands there only where it is used: code that nobody uses is told as well.
const OPEN: &str = "fn open() -> Router { Router::new().route(\"/open\", get(secret)) }\n";

fn reading(main: &str, clerk: &str) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"my-app\"\n[dependencies]\naxum = \"0.8\"\ntokio = \"1\"\n\
                    clerk-auth = { path = \"clerk-auth\", default-features = false }\n";
    fs::create_dir(folder.path().join("src")).unwrap();
    for (name, text) in [
        ("Cargo.toml", manifest),
        ("src/clerk.rs", clerk),
        (
            "src/main.rs",
            &format!(
                "{BASE}{}{main}",
                if main.contains("open()") { OPEN } else { "" }
            ),
        ),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    routes(&Files::default(), folder.path(), None).unwrap()
}

/// What is said of the first route that is not protected, or of what was not read.
fn doubts(reading: &Reading) -> Vec<String> {
    let open = |protection| matches!(protection, Protection::WithoutGate | Protection::NotRead);
    let routes = reading.routes.iter();
    let routes = routes.filter(|route| open(route.protection));
    let routes = routes.map(|route| format!("{} is {}", route.path, route.protection.words()));
    let spots = reading.spots.iter().filter(|spot| !spot.is_behind_gate);
    let spots = spots.map(|spot| format!("line {} serves without it", spot.place.line));
    let unread = reading.outside.iter();
    let unread = unread.map(|unread| format!("line {}: {}", unread.place.line, unread.why));
    routes.chain(spots).chain(unread).collect()
}

const MAIN: &str =
    "#[tokio::main] async fn main() { axum::serve(l(3000).await, around(app())).await.unwrap(); }";

/// The body of `main` that serves what `app` is in the end.
fn serving(body: &str) -> String {
    format!(
        "#[tokio::main] async fn main() {{ {body}\n axum::serve(l(3000).await, app).await.unwrap(); }}"
    )
}

/// `main` as it should be, and something beside it that is started there.
fn beside(start: &str, code: &str) -> String {
    format!(
        "{code}\n#[tokio::main] async fn main() {{ {start}\n axum::serve(l(3000).await, around(app())).await.unwrap(); }}"
    )
}

const SERVES: &str = "axum::serve(l(3001).await, open()).await.unwrap()";

#[test]
fn what_is_protected_is_said_to_be() {
    let whole = [
        MAIN.to_owned(),
        serving("let app = around(app());"),
        serving("let mut app = app(); if std::env::args().count() > 1 { app = app.merge(open()); } let app = around(app);"),
        serving("let app = app(); #[cfg(not(test))] let app = around(app);"),
        serving("let app = match std::env::var(\"A\") { Ok(_) => around(app()), Err(error) => { eprintln!(\"{error}\"); std::process::exit(1) } };"),
        serving("let Ok(_) = std::env::var(\"A\") else { panic!(\"no A\") }; let app = around(app());"),
        beside("tokio::spawn(clean());", "async fn clean() { loop { tokio::task::yield_now().await } }"),
        "#[tokio::main] async fn main() { tokio::select! { served = axum::serve(l(3000).await, around(app())) => served.unwrap(), _ = tokio::signal::ctrl_c() => {} } }".to_owned(),
        "struct S { r: Router } impl S { fn with(mut self, r: Router) -> Self { self.r = self.r.merge(r); self } }\n\
         #[tokio::main] async fn main() { let s = S { r: app() }.with(open()); axum::serve(l(3000).await, around(s.r)).await.unwrap(); }".to_owned(),
        beside("", "#[cfg(test)] mod tests { fn served() { super::app(); } }"),
        format!("{MAIN}\n#[cfg(not(feature = \"server\"))] fn main() {{}}"),
    ];
    for main in whole {
        let found = doubts(&reading(&main, CLERK));
        assert!(found.is_empty(), "{main}\n{found:#?}");
    }
}

#[test]
fn a_gate_that_need_not_be_there_is_none() {
    let conditions = [
        "feature = \"auth\"",
        "not(debug_assertions)",
        "windows",
        "not(feature = \"x\")",
        "any()",
    ];
    let mut mains = Vec::new();
    for condition in conditions {
        mains.extend([
            serving(&format!("let app = app(); #[cfg({condition})] let app = around(app);")),
            serving(&format!("let mut app = app(); #[cfg({condition})] {{ app = around(app); }}")),
            format!("#[cfg({condition})] fn gate(r: Router) -> Router {{ around(r) }}\n#[cfg(not({condition}))] fn gate(r: Router) -> Router {{ r }}\n{}",
                serving("let app = gate(app());")),
            format!(
                "struct S; impl S {{ #[cfg(not({condition}))] fn gate(r: Router) -> Router {{ r }}\n#[cfg({condition})] fn gate(r: Router) -> Router {{ around(r) }} }}\n{}",
                serving("let app = S::gate(app());")
            ),
            format!(
                "mod gated {{ pub use super::around as gate; }} mod plain {{ pub fn gate(r: axum::Router) -> axum::Router {{ r }} }}\n#[cfg({condition})] use gated::*;\n#[cfg(not({condition}))] use plain::*;\n{}",
                serving("let app = gate(app());")
            ),
            format!("#[cfg({condition})] use self::around as gate;\n#[cfg(not({condition}))] use std::convert::identity as gate;\n{}",
                serving("let app = gate(app());")),
            format!("#[cfg({condition})] mod gate {{ pub use super::around; }}\n#[cfg(not({condition}))] mod gate {{ pub fn around(r: axum::Router) -> axum::Router {{ r }} }}\n{}",
                serving("let app = gate::around(app());")),
            format!("#[cfg({condition})] {MAIN}\n#[cfg(not({condition}))] {}", serving("let app = app();")),
            format!("#[cfg(not({condition}))] {}\n#[cfg({condition})] {MAIN}", serving("let app = app();")),
        ]);
    }
    for (yes, no) in [
        ("around(a.clone())", "special!()"),
        ("around(a.clone())", "foreign::router()"),
        ("around(a.clone())", "a"),
    ] {
        mains.extend([
            serving(&format!("let a = app(); let app = if std::env::var(\"X\").is_ok() {{ {yes} }} else {{ {no} }};")),
            serving(&format!("let a = app(); let app = if std::env::var(\"X\").is_err() {{ {no} }} else {{ {yes} }};")),
            serving(&format!("let a = app(); let app = match std::env::var(\"X\") {{ Ok(_) => {no}, Err(_) => {yes} }};")),
            serving(&format!("let a = app(); let mut app = {yes}; if std::env::var(\"X\").is_ok() {{ app = {no}; }}")),
            serving(&format!("let a = app(); let (app, _) = match std::env::var(\"X\") {{ Ok(_) => ({yes}, 1), Err(_) => ({no}, 2) }};")),
            serving(&format!("let a = app(); fn whole(a: Router) -> Router {{ if std::env::var(\"X\").is_ok() {{ return {no}; }} {yes} }} let app = whole(a);")),
        ]);
    }
    mains.extend([
        serving("let a = app(); let app = std::env::var(\"X\").is_ok().then(|| around(a.clone())).unwrap_or(a);"),
        serving("let a = app(); let app = std::env::var(\"X\").map(|_| around(a.clone())).unwrap_or_else(|_| a.clone());"),
        serving("let gate: fn(Router) -> Router = if std::env::var(\"X\").is_ok() { around } else { |r| r }; let app = gate(app());"),
        serving("let gate: fn(Router) -> Router = if std::env::var(\"X\").is_ok() { around } else { std::convert::identity }; let app = gate(app());"),
        serving("let gates: Vec<fn(Router) -> Router> = if std::env::var(\"X\").is_ok() { vec![around] } else { vec![] }; let app = gates.iter().fold(app(), |a, g| g(a));"),
        format!("struct S {{ r: Router }}\n{}", serving("let s = if std::env::var(\"X\").is_ok() { S { r: around(app()) } } else { S { r: open() } }; let app = s.r;")),
        serving("let mut app = app(); (app, _) = (open(), 1);"),
    ]);
    for main in mains {
        let found = doubts(&reading(&main, CLERK));
        assert!(!found.is_empty(), "{main}");
    }
}

#[test]
fn what_is_added_behind_the_gate_is_seen() {
    let holds = "struct S { r: Router } impl S { fn new() -> Self { S { r: around(app()) } }";
    let run = "async fn run(self) { axum::serve(l(3000).await, self.r).await.unwrap() } }";
    let main = "#[tokio::main] async fn main()";
    let mains = [
        format!(
            "{holds} fn with(mut self, r: Router) -> Self {{ self.r = self.r.merge(r); self }} {run} {main} {{ S::new().with(open()).run().await }}"
        ),
        format!(
            "{holds} {run} {main} {{ let mut s = S::new(); s.r = s.r.merge(open()); s.run().await }}"
        ),
        format!(
            "{holds} fn add(&mut self) {{ self.r = std::mem::take(&mut self.r).merge(open()); }} {run} {main} {{ let mut s = S::new(); s.add(); s.run().await }}"
        ),
        format!(
            "fn extend(app: &mut Router) {{ *app = std::mem::take(app).merge(open()); }}\n{}",
            serving("let mut app = around(app()); extend(&mut app);")
        ),
        serving("let mut app = around(app()); foreign::extend(&mut app);"),
        serving("let app = around(app()).method_not_allowed_fallback(secret);"),
        serving(
            "let apps = [around(app()), open()]; let app = apps[std::process::id() as usize % 2].clone();",
        ),
    ];
    for main in mains {
        let found = doubts(&reading(&main, CLERK));
        assert!(!found.is_empty(), "{main}");
    }
}

#[test]
fn a_second_server_is_seen_wherever_it_stands() {
    let method = format!("impl Admin {{ async fn start(&self) {{ {SERVES} }} }}");
    let mains = [
        beside(
            "tokio::select! { r = axum::serve(l(3001).await, open()) => r.unwrap(), _ = tokio::signal::ctrl_c() => {} }",
            "",
        ),
        beside("let admin = open(); other::run! { admin => 3001 }", ""),
        beside(
            "serve_admin!(3001);",
            &format!("macro_rules! serve_admin {{ ($port:expr) => {{ {SERVES} }} }}"),
        ),
        beside(
            "std::thread::spawn(admin);",
            "fn admin() { let r = open(); runtime().block_on(async { axum::serve(l(3001).await, r).await.unwrap() }) }",
        ),
        beside(
            "std::sync::Arc::new(Admin { port: 3001 }).start().await;",
            &format!("struct Admin {{ port: u16 }} {method}"),
        ),
        beside(
            "Admin(3001).start().await;",
            &format!("struct Admin(u16); {method}"),
        ),
        beside(
            "Admin::default().start().await;",
            &format!("#[derive(Default)] struct Admin; {method}"),
        ),
        beside(
            "for s in servers() { s.start().await }",
            &format!("trait Server {{ async fn start(&self) {{ {SERVES} }} }}"),
        ),
        beside(
            "struct Admin; impl Admin { async fn go(&self) { axum::serve(l(3001).await, open()).await.unwrap() } } make().go().await;",
            "",
        ),
        beside(
            "let Ok(a) = std::env::var(\"A\") else { axum::serve(l(3001).await, open()).await.unwrap(); return };",
            "",
        ),
        beside(
            "while let Err(_) = axum::serve(l(3001).await, open()).await {}",
            "",
        ),
        beside(
            "match 1 { n if serve_now(n) => {} _ => {} }",
            &format!("fn serve_now(n: u8) -> bool {{ block(async {{ {SERVES} }}); n > 1 }}"),
        ),
        beside("tokio::spawn(more());", "include!(\"more.rs\");"),
        beside(
            "let raw = unknown::service(); hyper::server::conn::http1::Builder::new().serve_connection(io(), raw).await;",
            "",
        ),
    ];
    for main in mains {
        let found = doubts(&reading(&main, CLERK));
        assert!(!found.is_empty(), "{main}");
    }
}

#[test]
fn lists_that_hang_on_a_condition_are_not_read() {
    let without = CLERK.replace(r#"&["/", "/docs/:path*", "/u/about"]"#, "LIST");
    assert_ne!(without, CLERK);
    for list in [
        "if cfg!(not(debug_assertions)) { &[] } else { &[\"/:path*\"] }",
        "match option_env!(\"OPEN\") { None => &[], Some(_) => &[\"/:path*\"] }",
    ] {
        let found = doubts(&reading(MAIN, &without.replace("LIST", list)));
        assert!(!found.is_empty(), "{list}");
    }
    let line = CLERK
        .lines()
        .find(|line| line.starts_with("pub const PUBLIC_PATHS"))
        .unwrap();
    let twice = "#[cfg(debug_assertions)] pub const PUBLIC_PATHS: &[&str] = &[\"/:path*\"];\n\
                 #[cfg(not(debug_assertions))] pub const PUBLIC_PATHS: &[&str] = &[];";
    let fields = "#[cfg(debug_assertions)] public: &[\"/:path*\"], #[cfg(not(debug_assertions))] public: PUBLIC_PATHS,";
    for clerk in [
        CLERK.replace(line, twice),
        CLERK.replace("public: PUBLIC_PATHS,", fields),
        CLERK.replace("    Kit::builder().paths(PATHS)", "    if std::env::var(\"OPEN\").is_ok() { return Kit::builder().paths(Paths { public: &[\"/:path*\"], ..PATHS }); }\n    Kit::builder().paths(PATHS)"),
    ] {
        assert_ne!(clerk, CLERK);
        let found = doubts(&reading(MAIN, &clerk));
        assert!(!found.is_empty(), "{clerk}");
    }
}
