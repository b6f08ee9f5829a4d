//! Sources that say one thing a thousand times. Each of them took many seconds or a gigabyte, because what was known of a function, a
//! type or a file was found out again for each line that names it. A test that takes long here has failed, too.

use super::corpus::Case;

/// An app with a public route for each handler.
fn app(handlers: &[String], rest: &str) -> String {
    let route = |(at, handler): (usize, &String)| {
        format!("        .route(\"/u/{at}/{{user_id}}\", get({handler}))\n")
    };
    let routes: String = handlers.iter().enumerate().map(route).collect();
    with(
        &format!("    let app = Router::new()\n{routes}        .layer(ClerkLayer::new(&kit));\n"),
        rest,
    )
}

fn with(app: &str, rest: &str) -> String {
    format!(
        "// project: axum\n// file: src/main.rs\nuse axum::{{Router, extract::Path, routing::get}};\n\
         use clerk_auth::axum::{{ClerkLayer, serve}};\nuse clerk_auth::{{Kit, Paths}};\n\
         const PATHS: Paths<'static> = Paths {{ public: &[\"/u/:rest*\"], ..Paths::PROTECTED }};\n\
         #[tokio::main]\nasync fn main() {{\n\
         let kit = Kit::builder().paths(PATHS).from_env().unwrap();\n\
         {app}serve(app, &kit).await.unwrap();\n}}\n{rest}"
    )
}

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// A project of this manifest, the core and what is listed.
fn manifest(lines: &str) -> String {
    format!(
        "// project: axum\n// file: Cargo.toml\n[package]\nname = \"my-app\"\n[dependencies]\naxum = \"0.8\"\n\
         clerk-auth = {{ path = \"core\", default-features = false, features = [\"http-client\"] }}\n{lines}"
    ) + &with(
        "    let app = Router::new().layer(ClerkLayer::new(&kit));\n",
        "",
    )
    .replace("// project: axum\n", "")
}

/// Looks at a project, and holds that a number of its places are told for this, and nothing else is.
#[track_caller]
fn told(text: &str, word: &str, count: usize) {
    let found = Case::of("hostile", text).found();
    assert!(
        found.len() == count && found.iter().all(|one| one.starts_with(word)),
        "{} of {count}: {:?}",
        found.len(),
        found.iter().take(5).collect::<Vec<_>>()
    );
}

const ASKS_NOBODY: &str = "handler-asks-nobody src/main.rs:";

#[test]
fn helpers_that_all_call_each_other_are_followed_once() {
    let calls = "h(req); ".repeat(120);
    let helpers = each(120, |at| {
        format!("mod m{at} {{ fn h(req: Request) {{ {calls} }} }}\n")
    });
    let page =
        "async fn page(Path(user_id): Path<String>, req: Request) { db.query(user_id); h(req) }\n";
    let handlers = ["page".to_owned()];
    told(&app(&handlers, &format!("{page}{helpers}")), ASKS_NOBODY, 1);
    // One of them refuses, at whatever depth.
    let refuses = "fn last(req: Request) -> R { Err(StatusCode::UNAUTHORIZED) }\nmod m { fn h(req: Request) { last(req) } }\n";
    let right = format!("{page}{helpers}{refuses}");
    told(&app(&handlers, &right), ASKS_NOBODY, 0);
}

#[test]
fn a_type_of_many_handlers_is_looked_at_once() {
    let handlers: Vec<_> = (0..500).map(|at| format!("p{at}")).collect();
    let pages = |of: &dyn Fn(usize) -> String| {
        each(500, |at| {
            let of = of(at);
            format!(
                "async fn p{at}(Path(user_id): Path<String>, a: {of}) {{ db.query(user_id) }}\n"
            )
        })
    };
    let implemented = each(500, |_| {
        "impl<S> FromRequestParts<S> for Own { fn a(parts: P) -> R { Ok(Own) } }\n".to_owned()
    });
    let own = format!("struct Own;\n{implemented}{}", pages(&|_| "Own".to_owned()));
    told(&app(&handlers, &own), ASKS_NOBODY, 500);
    let refuses = "impl<S> FromRequestParts<S> for Own { fn a(parts: P) -> R { Err(StatusCode::UNAUTHORIZED) } }\n";
    told(&app(&handlers, &format!("{own}{refuses}")), ASKS_NOBODY, 0);

    let put = |refuses: &str| {
        let puts = each(500, |at| {
            format!(
                "struct T{at};\nfn g{at}(r: R) {{ {refuses} r.extensions_mut().insert(T{at}); }}\n"
            )
        });
        puts + &pages(&|at| format!("Extension<T{at}>"))
    };
    told(&app(&handlers, &put("")), ASKS_NOBODY, 500);
    let refuses = "if odd(&r) { return StatusCode::UNAUTHORIZED; }";
    told(&app(&handlers, &put(refuses)), ASKS_NOBODY, 0);
}

#[test]
fn a_handler_of_many_routes_is_taken_apart_once() {
    let lines = each(500, |at| format!("let a{at} = db.find({at}, x);\n"));
    let page = format!(
        "async fn page(Path(user_id): Path<String>) {{ {lines} get_page(user_id).await }}\n"
    );
    let handlers = vec!["page".to_owned(); 500];
    told(&app(&handlers, &page), ASKS_NOBODY, 500);
}

#[test]
fn what_is_handed_to_many_functions_is_looked_at_once_in_each() {
    let calls = "load(query).await; ".repeat(2000);
    let lines = each(2000, |at| format!("let a{at} = {at};\n"));
    let rest = format!(
        "async fn page(query: Query<Q>) {{ {calls} }}\nasync fn load(query: Q) {{ {lines} find(query.user_id) }}\n"
    );
    let text = app(&["page".to_owned()], &rest).replace("/{user_id}", "");
    told(&text, ASKS_NOBODY, 1);
}

/// Each line kept the app as it was before it, and each handler all of those.
#[test]
fn an_app_that_each_line_makes_anew_is_one_app() {
    let app = |count| {
        let lines = each(count, |at| {
            format!("let app = app.route(\"/u/{at}\", get(|| async {{}}));\n")
        });
        let app = format!(
            "let app = Router::new();\n{lines}let app = app.layer(ClerkLayer::new(&kit));\n"
        );
        with(&app, "")
    };
    told(&app(1000), "", 0);
    // This is more than anybody follows: of the gate behind it nothing is known either.
    told(&app(4000), "source-not-read src/main.rs:", 1);
}

/// The most faults of manifests that are told.
const MOST_FAULTS: usize = 20;

#[test]
fn a_manifest_with_many_of_one_kind_is_read_once() {
    let no_feature = "manifest-not-read Cargo.toml:";
    let asked = |at| {
        format!("d{at} = {{ path = \"core\", package = \"clerk-auth\", features = [\"f{at}\"] }}\n")
    };
    told(&manifest(&each(1500, asked)), no_feature, MOST_FAULTS);
    let beside = each(1500, |at| {
        format!("d{at} = {{ path = \"core\", package = \"clerk-auth\" }}\n")
    });
    let switched = each(1500, |at| format!("f{at} = [\"d{at}/x\"]\n"));
    let text = manifest(&format!("{beside}[features]\n{switched}"));
    told(&text, no_feature, MOST_FAULTS);
    let optional = each(3000, |at| {
        format!("d{at} = {{ version = \"1\", optional = true }}\n")
    });
    let hidden = each(3000, |at| format!("d{at} = [\"d{at}x/y\"]\n"));
    let text = manifest(&format!("{optional}[features]\n{hidden}"));
    told(&text, no_feature, MOST_FAULTS);
    let long = "a".repeat(100_000);
    told(&manifest(&format!("[{long}]\n")), "", 0);
}

#[test]
fn lists_of_a_workspace_mean_what_they_say_once() {
    let list = |entry: &str| vec![format!("\"{entry}\""); 10_000].join(", ");
    let workspace = |members: &str, excluded: &str, default: &str| {
        manifest(&format!(
            "[workspace]\nmembers = [{}]\nexclude = [{}]\ndefault-members = [{}]\n",
            list(members),
            list(excluded),
            list(default)
        ))
    };
    told(&workspace("*", "src", "*"), "", 0);
    let text = workspace("core", "x", "x");
    told(&text, "manifest-not-read Cargo.toml:", 1);
    let each_other = |start: &str| {
        (0..2000)
            .map(|at| format!("\"{start}{at}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = manifest(&format!(
        "[workspace]\nexclude = [{}]\ndefault-members = [{}]\n",
        each_other("x"),
        each_other("x")
    ));
    told(&text, "manifest-not-read Cargo.toml:", 1);
}

#[test]
fn programs_that_begin_in_one_file_are_one() {
    let programs = each(300, |at| {
        format!("[[bin]]\nname = \"b{at}\"\npath = \"src/main.rs\"\n")
    });
    let routes = each(300, |at| format!(".route(\"/u/{at}\", get(page))\n"));
    let app = format!("    let app = Router::new(){routes}.layer(ClerkLayer::new(&kit));\n");
    let source = with(&app, "async fn page() {}\n").replace("// project: axum\n", "");
    let text = manifest(&programs);
    let (text, _) = text.split_once("// file: src/main.rs").unwrap();
    told(&format!("{text}{source}"), "", 0);
}

#[test]
fn what_is_taken_out_of_headers_is_known_once_in_each_function() {
    let functions = |removed: &str| {
        each(800, |at| {
            format!(
                "fn f{at}(mut headers: HeaderMap) {{\nheaders.remove(\"cookie\");\n{removed}\ninfo!(?headers);\n}}\n"
            )
        })
    };
    let right = functions("headers.remove(AUTHORIZATION);");
    let app = "    let app = Router::new().layer(ClerkLayer::new(&kit));\n";
    told(&with(app, &right), "", 0);
    told(
        &with(app, &functions("")),
        "headers-logged src/main.rs:",
        800,
    );
    let lines = each(800, |at| {
        format!(
            "let mut h{at} = req.headers().clone();\nh{at}.remove(COOKIE);\nh{at}.remove(AUTHORIZATION);\ninfo!(?h{at});\n"
        )
    });
    told(
        &with(app, &format!("fn f(req: Request) {{\n{lines}}}\n")),
        "",
        0,
    );
}

/// Each line of the log went all ways again, and behind so many steps nothing was told.
#[test]
fn names_that_stand_for_each_other_are_said_to_be_left() {
    let names = "let a = b; let b = c; let c = a; ".repeat(300);
    let lines = "info!(?a);\n".repeat(300);
    let app = "    let app = Router::new().layer(ClerkLayer::new(&kit));\n";
    let text = with(app, &format!("fn f(req: Request) {{ {names}\n{lines}}}\n"));
    let sandbox = Case::of("hostile", &text).write();
    let said = sandbox.cli("doctor --offline").any_stdout().run();
    assert!(
        said.contains("– headers-logged") && said.contains("not looked at any further"),
        "{said}"
    );
}
