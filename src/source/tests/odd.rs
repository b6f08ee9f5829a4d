//! Sources that no reader likes.

use proptest::prelude::*;

use super::{assert_read, read};

pub const AXUM: &str = "axum = \"0.8\"";

/// A program that serves what `app` returns.
pub fn serving(app: &str) -> String {
    format!(
        "mod clerk;\nuse axum::{{Router, routing::{{get, post}}}};\n\
         use clerk_auth::axum::{{ClerkLayer, SignedIn, Webhook, serve}};\n\
         #[tokio::main]\nasync fn main() {{\n    let kit = clerk::kit().from_env().unwrap();\n    \
         serve(app(&kit), &kit).await\n}}\nasync fn x() {{}}\nasync fn who(_: SignedIn) {{}}\n{app}\n"
    )
}

#[track_caller]
fn assert_app(app: &str, expected: &str) {
    assert_read(AXUM, &[("src/main.rs", &serving(app))], expected);
}

#[test]
fn what_is_computed_or_in_a_macro_is_named_and_the_rest_is_read() {
    assert_app(
        r#"
fn app(kit: &Kit) -> Router {
    let path = std::env::var("WHERE").unwrap();
    let mut app = Router::new().route(&path, get(x)).route("/a", get(x)).merge(extra!(1));
    for name in ["b", "c"] {
        app = app.route(&format!("/{name}"), get(x));
    }
    for name in std::fs::read_dir(".").unwrap() {
        app = app.route(&format!("/{}", name), get(x));
    }
    if path.is_empty() {
        app = app.route("/d", post(x));
    }
    let app = match path.len() { 1 => app.route("/e", get(x)), _ => app };
    app.typed_get(x).layer(ClerkLayer::new(kit))
}"#,
        "
        GET /a [signed in] x
        GET /b [signed in] x
        GET /c [signed in] x
        POST /d [signed in] x
        GET /e [signed in] x
        ? src/main.rs:13 `std::env::var(\"WHERE\")` is not read
        ? src/main.rs:14 `extra!(1)` is a macro
        ? src/main.rs:18 `std::fs::read_dir(\".\").unwrap()` is computed
        ? src/main.rs:25 what `.typed_get(\u{2026})` adds is not read",
    );
}

#[test]
fn a_gate_under_a_condition_is_no_gate() {
    assert_app(
        r#"
fn app(kit: &Kit) -> Router {
    let app = Router::new().route("/a", get(x));
    if cfg!(debug_assertions) { app } else { app.layer(ClerkLayer::new(kit)) }
}"#,
        "
        GET /a [without a gate] x
        ? src/main.rs:14 the gate stands under a condition, and is taken to be absent",
    );
}

#[test]
fn what_cannot_work_is_said() {
    assert_app(
        r#"
fn app(kit: &Kit) -> Router {
    Router::new()
        .route("/hook", get(who))
        .route("/events", post(event))
        .layer(ClerkLayer::new(kit))
}
async fn event(_: Webhook) {}"#,
        "
        POST /events [signed in] event
          Clerk cannot sign in: put the path into `without_auth`
        GET /hook [without auth] who
          `SignedIn` lets nobody in: auth does not run here",
    );
}

#[test]
fn marks_and_interpreters_in_front_move_no_line() {
    let main = format!(
        "\u{feff}#!/usr/bin/env run\n{}",
        serving("fn app(_: &Kit) -> Router { Router::new().route(&y(), get(x)) }")
    );
    let lines = read(AXUM, &[("src/main.rs", &main)]);
    assert_eq!(lines, ["? src/main.rs:12 `y` was not found"]);
}

#[test]
fn modules_with_paths_of_their_own_and_those_of_tests() {
    let main = serving(
        r#"
#[path = "elsewhere/other.rs"]
mod named;
mod outer { pub mod inner { pub async fn y() {} } pub(crate) mod filed; }
#[cfg(test)]
mod tests;
#[cfg(all(test, unix))]
fn app() -> Router { Router::new().route("/test", get(x)) }
#[cfg(any(doctest, all()))]
#[cfg(not(all(not(test))))]
fn app() -> Router { Router::new().route("/test", get(x)) }
fn app(kit: &Kit) -> Router {
    use outer::*;
    mod local { pub async fn z() {} }
    Router::new().route("/y", get(inner::y)).route("/f", get(filed::f)).route("/n", get(named::deep::n)).route("/z", get(local::z)).layer(ClerkLayer::new(kit))
}"#,
    );
    let files = [
        ("src/main.rs", main.as_str()),
        ("src/elsewhere/other.rs", "pub mod deep;"),
        ("src/elsewhere/deep.rs", "pub async fn n() {}"),
        ("src/outer/filed.rs", "pub async fn f() {}"),
    ];
    assert_read(
        AXUM,
        &files,
        "
        GET /f [signed in] outer::filed::f
        GET /n [signed in] named::deep::n
        GET /y [signed in] outer::inner::y
        GET /z [signed in] local::z
        ? src/main.rs:24 a module within a function is not read",
    );
}

#[test]
fn routes_of_the_package_s_library_and_of_a_crate_beside_it_are_read() {
    let main = "#[tokio::main]\nasync fn main() { my_app::run().await }\n";
    let library = r#"
        mod clerk;
        use axum::Router;
        use clerk_auth::axum::{ClerkLayer, serve};
        pub async fn run() {
            let kit = clerk::kit().from_env().unwrap();
            let app = Router::new().nest("/shop", shop::Shop::new().routes()).layer(ClerkLayer::new(&kit));
            serve(app, &kit).await
        }
    "#;
    let shop = r#"
        use axum::{Router, routing::get};
        pub struct Shop { base: String }
        impl Shop {
            pub fn new() -> Self { Self { base: "/buy".to_owned() } }
            pub fn routes(&self) -> Router { Router::new().route(&self.base, get(Self::buy)) }
            async fn buy() {}
        }
    "#;
    let files = [
        ("src/main.rs", main),
        ("src/lib.rs", library),
        ("shop/src/lib.rs", shop),
        (
            "shop/Cargo.toml",
            "[package]\nname = \"shop\"\n[dependencies]\naxum = \"0.8\"\n",
        ),
    ];
    let dependencies = "axum = \"0.8\"\nshop = { path = \"shop\" }";
    assert_read(dependencies, &files, "GET /shop/buy [signed in] Shop::buy");
}

#[test]
fn a_program_without_end_ends() {
    for app in [
        "fn app(kit: &Kit) -> Router { app(kit).route(\"/a\", get(x)) }",
        "const A: &str = B; const B: &str = A;\nfn app(kit: &Kit) -> Router { Router::new().route(A, get(x)) }",
        "use self::app as other; use other as app;",
        "fn app(kit: &Kit) -> Router { let a = Router::new().route(\"/a\", get(x)); let mut a = a; loop { a = a.clone().merge(a).merge(app(kit)); } a }",
        "fn app(kit: &Kit) -> Router { let mut a = \"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\".to_owned(); for _ in [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30] { a = format!(\"{a}{a}\"); } Router::new().route(&a, get(x)) }",
    ] {
        let lines = read(AXUM, &[("src/main.rs", &serving(app))]);
        assert!(
            lines.iter().any(|line| line.starts_with('?')),
            "{app}: {lines:?}"
        );
    }
}

#[test]
fn imports_that_lead_nowhere_or_round_and_round_end() {
    let circles: String = (0..20)
        .map(|number| format!("mod m{number} {{ pub use super::*; }} pub use m{number}::*;\n"))
        .collect();
    for imports in ["use nowhere::*;", &circles] {
        assert_app(
            &format!(
                "{imports}\nfn app(kit: &Kit) -> Router {{ unheard_of(); Router::new().route(\"/a\", get(x)).layer(ClerkLayer::new(kit)) }}"
            ),
            "GET /a [signed in] x",
        );
    }
}

#[test]
fn what_doubles_at_every_line_ends() {
    let arms =
        "let a = 1;".repeat(20_000) + "match 1 {" + &"_ => {},".repeat(20_000) + "} Router::new()";
    let lists = "let m = vec![Router::new()];".to_owned() + &"let m = vec![m, m];".repeat(60) + "m";
    let read_app = |code: &str| {
        let app = format!("fn app(kit: &Kit) -> Router {{ {code} }}");
        read(AXUM, &[("src/main.rs", &serving(&app))])
    };
    let lines = read_app(&arms);
    assert!(lines[0].ends_with("not all of it is read"), "{lines:?}");
    let lines = read_app(&lists);
    assert!(lines.is_empty(), "{lines:?}");
    let scopes = "web::scope(BASES).service(".repeat(8);
    let main = format!(
        "use actix_web::{{App, web}};\nconst BASES: [&str; 100] = [{}];\nfn main() {{ serve(App::new().service({scopes}web::resource(\"x\").get(x){})) }}\nasync fn x() {{}}",
        "\"/a\", ".repeat(100),
        ")".repeat(8)
    );
    let lines = read("actix-web = \"4\"", &[("src/main.rs", &main)]);
    let last = lines.last().unwrap();
    assert!(
        last.ends_with("there are too many routes to read them all"),
        "{last}"
    );
}

#[test]
fn files_that_contain_themselves_end() {
    let many = "#[path = \"main.rs\"] mod a;\n".repeat(3000);
    let padding = "// x".repeat(400_000);
    let app = "fn app(kit: &Kit) -> Router { Router::new().route(\"/a\", get(x)).layer(ClerkLayer::new(kit)) }";
    let lines = read(
        AXUM,
        &[("src/main.rs", &serving(&format!("{many}{app}\n{padding}")))],
    );
    let cut_off = lines
        .iter()
        .filter(|line| line.ends_with("nothing further is read"));
    assert_eq!(
        (lines[0].as_str(), cut_off.count()),
        ("GET /a [signed in] x", 1)
    );
}

#[cfg(unix)]
#[test]
fn neither_links_nor_files_without_end_are_followed_for_ever() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    for name in ["p", "q"] {
        symlink(".", folder.path().join(name)).unwrap();
    }
    for name in ["src", "zero"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    symlink("/dev/zero", folder.path().join("zero/Cargo.toml")).unwrap();
    write(
        "Cargo.toml",
        "[package]\nname = \"my-app\"\n[dependencies]\naxum = \"0.8\"\np = { path = \"p\" }\nq = { path = \"q\" }\nzero = { path = \"zero\" }\n",
    );
    write(
        "src/main.rs",
        "#[path = \"/proc/self/pagemap\"]\nmod memory;\nfn main() { serve(axum::Router::new().route(\"/a\", axum::routing::get(x))) }",
    );
    let reading = super::routes(&super::Files::default(), folder.path(), None).unwrap();
    assert_eq!(reading.routes.len(), 1, "{:?}", reading.unread);
}

#[test]
fn a_source_that_is_nested_too_deeply_is_named() {
    let deep = [
        "(".repeat(5000) + "1" + &")".repeat(5000),
        "!".repeat(200_000) + "true",
        "a = ".repeat(100_000) + "1",
        "if a {} else ".repeat(50_000) + "{}",
        "|| ".repeat(100_000) + "1",
        "&".repeat(100_000) + "1",
        "return ".repeat(100_000),
        "x".to_owned() + &".y()".repeat(100_000),
        "1".to_owned() + &"+ 1".repeat(100_000),
        "a::<".repeat(50_000) + &">".repeat(50_000),
        // As much as is allowed.
        "!".repeat(11_000) + "true",
        "a = ".repeat(5_500) + "1",
        "if a {} else ".repeat(2_900) + "{}",
        "x".to_owned() + &".y(1)".repeat(2_900),
    ];
    for code in deep {
        let lines = read(AXUM, &[("src/main.rs", &format!("fn main() {{ {code} }}"))]);
        assert!(lines.len() <= 1, "{lines:?}");
    }
}

/// Pieces of programs, in no order that means anything.
fn pieces() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "fn main()",
        "fn app() -> Router",
        "Router::new()",
        ".route(",
        "\"/a\"",
        "get(",
        ")",
        "{",
        "}",
        "let app =",
        "app",
        ";",
        ",",
        "(",
        "mod x",
        "use axum::*",
        "routes![",
        "]",
        "view! {",
        "<Route path=path!(",
        "#[get(\"/\")]",
        "|cfg|",
        "for x in",
        "if x",
        "else",
        "match",
        "=>",
        ".nest(",
        ".layer(ClerkLayer::new(",
        "format!(\"{a}{}{{\"",
        "#![x]",
        "//",
        "/*",
        "impl X",
        "self.",
        "Self::",
        "\u{e9}",
        "'a",
        "r#\"",
        "\"",
        "return",
        "async move",
        "&mut",
        "<",
        ">",
        "=",
        "Kit::builder().paths(Paths {",
        "..Paths::PROTECTED",
        "main()",
        "app()",
        "pub use crate",
        "super::",
    ]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_source_makes_it_panic(text in prop_oneof![any::<String>(), pieces(), pieces().prop_map(|text| serving(&text))]) {
        read(AXUM, &[("src/main.rs", &text), ("src/x.rs", &text)]);
    }
}
