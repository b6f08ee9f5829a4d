//! What is said of a gate that is not there, or not before everything.

use std::fs;

use serde_json::Value;

use super::{MAIN, MANIFEST, QUICK, bare, commit, json, project, routes};
use crate::support::Sandbox;

const SERVE: &str = "    axum::serve(listener, app).await.unwrap();\n";
const GATE: &str = "    let app = crate::clerk::around(app);\n";

/// A wired project, changed by its owner.
fn wired(change: impl Fn(String) -> String) -> Sandbox {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let main = sandbox.read("app/src/main.rs");
    assert!(main.contains(GATE), "{main}");
    fs::write(sandbox.path("app/src/main.rs"), change(main)).unwrap();
    sandbox
}

/// What the next run says: it changes nothing.
fn looked_at(sandbox: &Sandbox, status: i32) -> (String, Value) {
    let run = |words: &str| {
        let words = format!("{QUICK} --allow-dirty --dry-run {words}");
        let cli = sandbox.cli(&words).with_programs().status(status);
        cli.any_stdout().run()
    };
    (run(""), json(&run("--json")))
}

fn not_protected(sandbox: &Sandbox, named: &str) {
    let (text, said) = looked_at(sandbox, 1);
    assert_eq!(said["ok"], false, "{said}");
    assert!(!text.contains("nothing is to be done"), "{text}");
    assert!(!text.contains("every other path"), "{text}");
    assert!(text.contains(named), "{named}: {text}");
}

#[test]
fn a_gate_in_a_comment_is_no_gate_and_is_written_again() {
    let sandbox = wired(|main| main.replace(GATE, "    // let app = crate::clerk::around(app);\n"));
    let (_, said) = looked_at(&sandbox, 0);
    let files = said["files"].as_array().unwrap().iter();
    let edited: Vec<_> = files.filter(|file| file["action"] == "edit").collect();
    assert_eq!(edited.len(), 1, "{edited:?}");
    assert_eq!(edited[0]["path"], "src/main.rs");
}

#[test]
fn routes_that_are_added_behind_the_gate_are_told_with_their_place() {
    let late = "    let app = app.route(\"/late\", get(home));\n";
    let sandbox = wired(|main| main.replace(SERVE, &format!("{late}{SERVE}")));
    not_protected(&sandbox, "GET /late");
    let (text, said) = looked_at(&sandbox, 1);
    assert!(text.contains("a gate stands deeper in the app"), "{text}");
    assert_eq!(said["by_hand"][0]["path"], "src/main.rs");
}

#[test]
fn a_second_server_is_told_though_the_first_has_its_gate() {
    let second = "async fn other() {\n    let app = Router::new().route(\"/admin\", get(home));\n    \
        let listener = tokio::net::TcpListener::bind(\"127.0.0.1:3001\").await.unwrap();\n    \
        axum::serve(listener, app).await.unwrap();\n}\n";
    let sandbox = wired(|main| {
        let main = main.replace(
            "async fn main() {\n",
            "async fn main() {\n    tokio::spawn(other());\n",
        );
        format!("{main}\n{second}")
    });
    not_protected(&sandbox, "GET /admin");
}

#[test]
fn a_function_under_another_condition_is_told_and_one_that_serves_nothing_is_not() {
    let quiet = "\n#[cfg(unix)]\nasync fn closed() {}\n#[cfg(not(unix))]\nasync fn closed() {}\n";
    looked_at(&wired(|main| main + quiet), 0);
    let run = |app: &str| {
        format!(
            "async fn run(app: Router) {{\n    let listener = tokio::net::TcpListener::bind(\"[::]:1\").await.unwrap();\n    axum::serve(listener, {app}).await.unwrap();\n}}\n"
        )
    };
    let sandbox = wired(|main| {
        let main = main
            .replace(GATE, "")
            .replace(SERVE, "    run(app).await;\n");
        let (debug, release) = (run("crate::clerk::around(app)"), run("app"));
        format!(
            "{main}\n#[cfg(debug_assertions)]\n{debug}\n#[cfg(not(debug_assertions))]\n{release}"
        )
    });
    not_protected(&sandbox, "another `run` stands under another condition");
}

#[test]
fn a_module_that_protects_nothing_is_told() {
    let sandbox = wired(|main| main);
    let path = sandbox.path("app/src/clerk.rs");
    fs::write(
        &path,
        "pub fn around(app: axum::Router) -> axum::Router {\n    app\n}\n",
    )
    .unwrap();
    not_protected(&sandbox, "GET /users/{id}");
}

#[test]
fn a_gate_in_a_part_or_under_a_condition_is_not_before_everything() {
    for (gate, protection) in [
        (".wrap(crate::clerk::middleware())", "signed-in"),
        (
            ".wrap(Condition::new(is_on(), crate::clerk::middleware()))",
            "without-gate",
        ),
    ] {
        let main = format!(
            "use actix_web::middleware::Condition;\nuse actix_web::{{App, HttpServer, web}};\n\n#[actix_web::main]\nasync fn main() -> std::io::Result<()> {{\n    \
            HttpServer::new(|| App::new().route(\"/admin\", web::get().to(admin)){gate})\n        .bind(\"[::]:1\")?\n        .run()\n        .await\n}}\n\n\
            async fn admin() -> &'static str {{\n    \"\"\n}}\n"
        );
        let sandbox = bare();
        let manifest = MANIFEST.replace("axum = \"0.8\"", "actix-web = \"4\"");
        fs::write(sandbox.path("app/Cargo.toml"), manifest).unwrap();
        let plain = main.replace(gate, "");
        fs::write(sandbox.path("app/src/main.rs"), &plain).unwrap();
        let words = format!("{QUICK} --allow-dirty");
        sandbox.cli(&words).with_programs().any_stdout().run();
        let now = sandbox.read("app/src/main.rs");
        assert!(now.contains("clerk::middleware()"), "{now}");
        fs::write(
            sandbox.path("app/src/main.rs"),
            format!("mod clerk;\n\n{main}"),
        )
        .unwrap();
        assert_eq!(
            routes(&sandbox),
            [("/admin".to_owned(), protection.to_owned())]
        );
        let (text, said) = looked_at(&sandbox, 0);
        // One before everything comes to the one under a condition.
        let is_edited = said["files"].to_string().contains("\"edit\"");
        assert_eq!(is_edited, protection == "without-gate", "{text}");
    }
}

#[test]
fn open_paths_are_told_as_the_module_has_them_and_others_are_not_taken() {
    let sandbox = project();
    let words = format!("{QUICK} --public /users/:id --public /ABOUT");
    let text = sandbox.cli(&words).with_programs().any_stdout().run();
    assert!(text.contains("no route was found there"), "{text}");
    let (_, said) = looked_at(&sandbox, 0);
    assert_eq!(
        said["public"],
        serde_json::json!(["/health", "/users/:id", "/ABOUT"])
    );
    let words = format!("{QUICK} --public /other");
    sandbox
        .cli(&words)
        .with_programs()
        .status(2)
        .any_stderr()
        .run();
}

#[test]
fn no_path_is_said_to_be_closed_where_all_are_open() {
    let sandbox = project();
    let words = format!("{QUICK} --public /:path*");
    let text = sandbox.cli(&words).with_programs().any_stdout().run();
    assert!(!text.contains("every other path"), "{text}");
    assert!(MAIN.contains(SERVE));
}

/// The app, and beside it a server for programs of the same network.
fn with_metrics(more: &str) -> String {
    let serve = format!(
        "    let metrics = Router::new().route(\"/metrics\", get(home)){more};\n    \
         let second = tokio::net::TcpListener::bind(\"127.0.0.1:3001\").await.unwrap();\n    \
         let _ = tokio::join!(axum::serve(listener, app).into_future(), axum::serve(second, metrics).into_future());\n"
    );
    MAIN.replace(SERVE, &serve)
}

#[test]
fn a_server_that_is_to_have_no_gate_is_said_to_once() {
    let sandbox = bare();
    let main = sandbox.path("app/src/main.rs");
    fs::write(&main, with_metrics("")).unwrap();
    commit(&sandbox);
    let words = format!("{QUICK} --without-gate /metrics");
    let cli = sandbox.cli(&words).with_programs();
    let text = cli.any_stdout().run();
    assert!(
        text.contains("without a gate, as Cargo.toml says"),
        "{text}"
    );
    assert!(!text.contains("every other path"), "{text}");
    let manifest = sandbox.read("app/Cargo.toml");
    assert!(
        manifest.contains("without-gate = [\"/metrics\"]"),
        "{manifest}"
    );
    let expected = [
        ("/", "signed-in"),
        ("/health", "public"),
        ("/metrics", "without-gate"),
        ("/users/{id}", "signed-in"),
    ];
    let expected = expected.map(|(path, kind)| (path.to_owned(), kind.to_owned()));
    assert_eq!(routes(&sandbox), expected);
    // Other commands know it as well.
    let app = sandbox.path("app");
    let others = |status| {
        let listing = sandbox.cli("routes").folder(&app).status(status);
        let doctor = sandbox.cli("doctor --offline").folder(&app).status(status);
        (listing.any_stdout().run(), doctor.any_stdout().run())
    };
    let (listed, found) = others(0);
    assert!(listed.contains("on purpose: `without-gate`"), "{listed}");
    assert!(!found.contains("route-without-gate"), "{found}");
    let (text, said) = looked_at(&sandbox, 0);
    assert!(text.contains("nothing is to be done"), "{text}");
    assert_eq!(said["without_gate"], serde_json::json!(["/metrics"]));
    let other = format!("{QUICK} --without-gate /other");
    let cli = sandbox.cli(&other).with_programs().status(2);
    cli.any_stderr().run();
    // Another server's route of that path that slipped past its gate is nobody's wish.
    let wired = fs::read_to_string(&main).unwrap();
    let around = "crate::clerk::around(app)";
    let past = format!("{around}.route(\"/metrics\", axum::routing::delete(home))");
    fs::write(&main, wired.replace(around, &past)).unwrap();
    not_protected(&sandbox, "DELETE /metrics");
    others(1);
    // What comes to it later is nobody's word yet.
    let more = ".route(\"/debug\", get(home));";
    fs::write(
        &main,
        wired.replace(
            "get(home));\n    let second",
            &format!("get(home)){more}\n    let second"),
        ),
    )
    .unwrap();
    not_protected(&sandbox, "GET /debug");
    let (_, found) = others(1);
    assert!(
        found.contains("no gate stands before GET /debug"),
        "{found}"
    );
}

#[test]
fn a_route_that_is_listed_and_not_there_is_told() {
    let sandbox = project();
    let words = format!("{QUICK} --without-gate /metrics");
    let text = sandbox.cli(&words).with_programs().any_stdout().run();
    assert!(text.contains("without-gate names /metrics"), "{text}");
    // The gate stands before everything all the same.
    assert!(
        routes(&sandbox)
            .iter()
            .all(|(_, kind)| kind != "without-gate")
    );
}

#[test]
fn a_gate_in_a_scope_alone_is_told_with_what_it_leaves_open() {
    let main = "use actix_web::{App, HttpServer, web};\n\n#[actix_web::main]\nasync fn main() -> std::io::Result<()> {\n    \
        HttpServer::new(|| {\n        App::new()\n            .service(web::scope(\"/inner\").route(\"/a\", web::get().to(admin)))\n            \
        .route(\"/admin\", web::get().to(admin))\n    })\n    .bind(\"[::]:1\")?\n    .run()\n    .await\n}\n\n\
        async fn admin() -> &'static str {\n    \"\"\n}\n";
    let sandbox = bare();
    let manifest = MANIFEST.replace("axum = \"0.8\"", "actix-web = \"4\"");
    fs::write(sandbox.path("app/Cargo.toml"), manifest).unwrap();
    fs::write(sandbox.path("app/src/main.rs"), main).unwrap();
    let words = format!("{QUICK} --allow-dirty");
    sandbox.cli(&words).with_programs().any_stdout().run();
    let inner = main.replace(
        "web::scope(\"/inner\")",
        "web::scope(\"/inner\").wrap(crate::clerk::middleware())",
    );
    fs::write(
        sandbox.path("app/src/main.rs"),
        format!("mod clerk;\n\n{inner}"),
    )
    .unwrap();
    not_protected(&sandbox, "GET /admin");
    let (text, said) = looked_at(&sandbox, 1);
    assert!(text.contains("a gate stands deeper in the app"), "{text}");
    assert_eq!(said["by_hand"][0]["path"], "src/main.rs");
}

#[test]
fn steps_of_a_migration_that_are_open_are_no_yes() {
    let sandbox = bare();
    let manifest = MANIFEST.replace(
        "axum = \"0.8\"",
        "axum = \"0.8\"\nclerk-rs = { version = \"0.5\", features = [\"axum\"] }",
    );
    fs::write(sandbox.path("app/Cargo.toml"), manifest).unwrap();
    let layer = "    let clerk = Clerk::new(ClerkConfiguration::new(None, None, None, None));\n    \
        let app = app.layer(ClerkLayer::new(MemoryCacheJwksProvider::new(clerk), None, true));\n";
    let uses = "use clerk_rs::{ClerkConfiguration, clerk::Clerk};\n\
        use clerk_rs::validators::{axum::ClerkLayer, jwks::MemoryCacheJwksProvider};\n";
    let main = MAIN.replace(SERVE, &format!("{layer}{SERVE}"));
    fs::write(sandbox.path("app/src/main.rs"), format!("{uses}{main}")).unwrap();
    commit(&sandbox);
    let words = format!("{QUICK} --json");
    let cli = sandbox.cli(&words).with_programs().status(1);
    let said = json(&cli.any_stdout().run());
    assert_eq!(
        (&said["ok"], &said["written"]),
        (&false.into(), &true.into())
    );
    assert_ne!(said["migration"]["steps"], serde_json::json!([]), "{said}");
    let (_, again) = looked_at(&sandbox, 1);
    let codes = |said: &Value| {
        let steps = said["migration"]["steps"].as_array().unwrap().iter();
        steps.map(|step| step["code"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&again), codes(&said));
}
