//! Projects of many shapes, in `tests/fixtures/shapes`: what changes in each, and what is left to its owner.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Code, Wanted, edits};
use crate::source::{self, Files as Read};

type Files = BTreeMap<String, String>;

/// A shape: its files, and what is expected.
struct Shape {
    name: String,
    framework: String,
    files: Files,
    expected: String,
}

const EXPECTED: &str = "// expected:\n";

fn shapes() -> Vec<Shape> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shapes");
    let mut shapes = Vec::new();
    for framework in ["axum", "actix-web", "rocket"] {
        for entry in fs::read_dir(root.join(framework)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_string_lossy();
            shapes.push(shape(framework, &stem, &fs::read_to_string(&path).unwrap()));
        }
    }
    shapes.sort_by(|one, other| one.name.cmp(&other.name));
    shapes
}

fn shape(framework: &str, stem: &str, text: &str) -> Shape {
    let (files, expected) = text.split_once(EXPECTED).unwrap_or((text, ""));
    let manifest = format!(
        "[package]\nname = \"my-app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{framework} = \"*\"\n"
    );
    let mut all = Files::from([("Cargo.toml".to_owned(), manifest)]);
    for file in files.split("// file: ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap();
        all.insert(name.trim_end().to_owned(), text.to_owned());
    }
    // What wiring adds to the manifest.
    let core = "clerk-auth = { path = \"clerk-auth\" }\n";
    let manifest = all.get_mut("Cargo.toml").unwrap();
    *manifest = manifest.replacen("[dependencies]\n", &format!("[dependencies]\n{core}"), 1);
    Shape {
        name: format!("{framework}/{stem}"),
        framework: framework.to_owned(),
        files: all,
        expected: expected.to_owned(),
    }
}

fn read(files: &Files) -> source::Reading {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    source::routes(&Read::default(), folder.path(), None).unwrap()
}

fn wanted(framework: &str, has_pages: bool) -> Wanted {
    Wanted {
        module: "clerk".to_owned(),
        framework: framework.to_owned(),
        framework_crate: framework.replace('-', "_"),
        has_pages,
        without_gate: Vec::new(),
    }
}

fn code_of(files: &Files, framework: &str, has_pages: bool) -> Code {
    edits(&read(files), &wanted(framework, has_pages))
}

/// The files with the edits in them, and the module beside the root.
fn wired(shape: &Shape, code: &Code) -> Files {
    let mut files = shape.files.clone();
    for edit in &code.edits {
        assert_eq!(files[&edit.path], edit.before, "{}", shape.name);
        files.insert(edit.path.clone(), edit.after.clone());
    }
    let module = match shape.framework.as_str() {
        "axum" => AXUM,
        "actix-web" => ACTIX_WEB,
        _ => ROCKET,
    };
    let path = format!("{}/clerk/mod.rs", code.module_folder);
    let module = match files["Cargo.toml"].contains("web = { package") {
        true => module.replace(&format!("use {}::", shape.framework), "use web::"),
        false => module.to_owned(),
    };
    files.insert(path, module);
    files
}

/// What is expected of a shape, in the words of its file.
fn told(code: &Code) -> String {
    let mut text = String::new();
    for edit in &code.edits {
        let (before, after): (Vec<_>, Vec<_>) =
            (edit.before.lines().collect(), edit.after.lines().collect());
        text.push_str(&format!("{}\n", edit.path));
        for line in differences(&before, &after) {
            text.push_str(&format!("{line}\n"));
        }
    }
    for hand in &code.by_hand {
        text.push_str(&format!(
            "by hand {}:{} {}\n",
            hand.path, hand.line, hand.why
        ));
        for line in &hand.lines {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text
}

/// Lines that went and came, with their numbers.
fn differences(before: &[&str], after: &[&str]) -> Vec<String> {
    let mut common = vec![vec![0; after.len() + 1]; before.len() + 1];
    for (one, line) in before.iter().enumerate().rev() {
        for (other, new) in after.iter().enumerate().rev() {
            common[one][other] = match line == new {
                true => common[one + 1][other + 1] + 1,
                false => common[one + 1][other].max(common[one][other + 1]),
            };
        }
    }
    let (mut one, mut other) = (0, 0);
    let mut lines = Vec::new();
    while one < before.len() || other < after.len() {
        if one < before.len() && other < after.len() && before[one] == after[other] {
            (one, other) = (one + 1, other + 1);
        } else if one < before.len()
            && (other == after.len() || common[one + 1][other] >= common[one][other + 1])
        {
            lines.push(format!("{:>3} - {}", one + 1, before[one]));
            one += 1;
        } else {
            lines.push(format!("{:>3} + {}", other + 1, after[other]));
            other += 1;
        }
    }
    lines
}

#[test]
fn each_shape_changes_as_its_file_says() {
    let mut wrong = Vec::new();
    for shape in shapes() {
        let told = told(&code_of(&shape.files, &shape.framework, false));
        if told != shape.expected {
            wrong.push(format!("=== {}\n{told}", shape.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are otherwise:\n{}",
        wrong.len(),
        wrong.join("")
    );
}

#[test]
fn there_are_shapes_of_each_framework() {
    for framework in ["axum", "actix-web", "rocket"] {
        let shapes = shapes();
        let own = shapes.iter().filter(|shape| shape.framework == framework);
        assert!(own.count() >= 12, "{framework}");
    }
}

#[test]
fn a_second_run_finds_nothing_to_do_and_every_route_behind_the_gate() {
    for shape in shapes() {
        for has_pages in [false, true] {
            let code = code_of(&shape.files, &shape.framework, has_pages);
            assert!(!code.is_done, "{}", shape.name);
            if !code.by_hand.is_empty() {
                continue;
            }
            let files = wired(&shape, &code);
            let reading = read(&files);
            let again = edits(&reading, &wanted(&shape.framework, has_pages));
            assert!(again.is_done, "{}: {again:#?}", shape.name);
            let open = reading.routes.iter();
            let open = open.filter(|route| route.protection == source::Protection::WithoutGate);
            let open: Vec<_> = open.collect();
            assert!(open.is_empty(), "{}: {open:#?}", shape.name);
        }
    }
}

/// The code says it, and the module or its declaration is gone.
#[test]
fn a_module_that_was_taken_out_is_declared_again_and_nothing_is_added_twice() {
    for shape in shapes() {
        let code = code_of(&shape.files, &shape.framework, true);
        if !code.by_hand.is_empty() {
            continue;
        }
        let mut files = wired(&shape, &code);
        let whole = files.clone();
        for edit in &code.edits {
            let without = edit.after.replacen("mod clerk;", "", 1);
            files.insert(edit.path.clone(), without);
        }
        let again = code_of(&files, &shape.framework, true);
        assert_eq!(again.edits.len(), 1, "{}: {again:#?}", shape.name);
        let now = &again.edits[0];
        let is_back = now
            .after
            .split_whitespace()
            .eq(whole[&now.path].split_whitespace());
        assert!(
            is_back || now.after.matches("clerk::").count() == 1,
            "{}",
            now.after
        );
        assert_eq!(now.after.matches("mod clerk;").count(), 1, "{}", now.after);
    }
}

#[test]
fn what_was_left_to_the_owner_is_known_once_it_is_done() {
    let mut seen = 0;
    for shape in shapes() {
        let code = code_of(&shape.files, &shape.framework, false);
        let is_told =
            |hand: &&super::ByHand| hand.why.ends_with("line") || hand.why.contains("instead of");
        if code.by_hand.is_empty() || !code.by_hand.iter().all(|hand| is_told(&hand)) {
            continue;
        }
        let mut files = wired(&shape, &code);
        for hand in &code.by_hand {
            let line = shape.files[&hand.path].lines().nth(hand.line - 1).unwrap();
            let added = match hand.why.split_once("instead of `") {
                Some((_, old)) => line.replace(old.trim_end_matches('`'), &hand.lines[0]),
                None => format!("{}\n{line}", hand.lines[0]),
            };
            let text = files[&hand.path].replacen(line, &added, 1);
            files.insert(hand.path.clone(), text);
        }
        let again = code_of(&files, &shape.framework, false);
        assert!(again.is_done, "{}: {again:#?}", shape.name);
        seen += 1;
    }
    assert!(seen > 4, "{seen}");
}

/// Both servers are started by one statement.
#[test]
fn a_statement_is_changed_once() {
    let main = "use axum::Router;\n\n#[tokio::main]\nasync fn main() {\n    let app = Router::new().route(\"/\", axum::routing::get(x));\n    both(axum::serve(one(), app.clone()), axum::serve(two(), app));\n}\n\nasync fn x() {}\n";
    let shape = shape("axum", "both", &format!("// file: src/main.rs\n{main}"));
    let code = code_of(&shape.files, "axum", false);
    assert_eq!(code.by_hand.len(), 1, "{code:#?}");
    let after = &code.edits[0].after;
    assert_eq!(after.matches("both(").count(), 1, "{after}");
    assert_eq!(after.matches("clerk::around(").count(), 1, "{after}");
}

#[test]
fn what_is_added_is_added_and_nothing_else_moves() {
    for shape in shapes() {
        for has_pages in [false, true] {
            for edit in code_of(&shape.files, &shape.framework, has_pages).edits {
                assert_only_added(&edit.before, &edit.after);
            }
        }
    }
}

/// Whatever is not white space stands there in its order; lines end as they did.
fn assert_only_added(before: &str, after: &str) {
    let mut rest = after.chars().filter(|c| !c.is_whitespace());
    for wanted in before.chars().filter(|c| !c.is_whitespace()) {
        assert!(rest.any(|c| c == wanted), "{after}");
    }
    let is_crlf = before.contains("\r\n");
    assert_eq!(after.contains("\r\n"), is_crlf, "{after}");
    assert_eq!(
        after.matches("\r\n").count() == after.matches('\n').count(),
        is_crlf
    );
    assert_eq!(
        before.starts_with('\u{feff}'),
        after.starts_with('\u{feff}')
    );
    assert_eq!(before.ends_with('\n'), after.ends_with('\n'));
}

#[test]
fn what_was_formatted_stays_so() {
    let mut judged = 0;
    for shape in shapes() {
        let options = shape.files.get("rustfmt.toml");
        let options = options.map(|line| line.trim().replace(" = ", "="));
        for has_pages in [false, true] {
            for edit in code_of(&shape.files, &shape.framework, has_pages).edits {
                let is_formatted = |text: &str| formatted(text, options.as_deref()) == text;
                if is_formatted(&edit.before) {
                    judged += 1;
                    let after = formatted(&edit.after, options.as_deref());
                    assert_eq!(edit.after, after, "{} with pages: {has_pages}", shape.name);
                }
            }
        }
    }
    assert!(judged > 60, "{judged}");
}

fn formatted(text: &str, options: Option<&str>) -> String {
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024"]);
    if let Some(options) = options {
        command.args(["--config", options]);
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut child = command
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// The module as the layers `wired-*` write it, without pages.
const AXUM: &str = r#"
use axum::Router;
use clerk_auth::axum::ClerkLayer;
use clerk_auth::kit::KitBuilder;
use clerk_auth::{Kit, Paths};
const PATHS: Paths<'static> = Paths { public: &[], data: &["/:path*"], ..Paths::PROTECTED };
pub fn kit() -> KitBuilder { Kit::builder().paths(PATHS).api() }
pub fn around(app: Router) -> Router {
    let kit = match kit().from_env() {
        Ok(kit) => kit,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::exit(1);
        }
    };
    app.layer(ClerkLayer::new(&kit))
}
"#;
const ACTIX_WEB: &str = r#"
use std::sync::OnceLock;
use actix_web::web::ServiceConfig;
use clerk_auth::actix_web::ClerkMiddleware;
use clerk_auth::kit::KitBuilder;
use clerk_auth::{Kit, Paths};
const PATHS: Paths<'static> = Paths { public: &[], data: &["/:path*"], ..Paths::PROTECTED };
static KIT: OnceLock<Kit> = OnceLock::new();
pub fn kit() -> KitBuilder { Kit::builder().paths(PATHS).api() }
pub fn middleware() -> ClerkMiddleware {
    ClerkMiddleware::new(KIT.get_or_init(|| kit().from_env().unwrap_or_else(|error| panic!("{error}"))))
}
pub fn pages(_: &mut ServiceConfig) {}
"#;
const ROCKET: &str = r#"
use clerk_auth::kit::KitBuilder;
use clerk_auth::rocket::ClerkFairing;
use clerk_auth::{Kit, Paths};
use rocket::Route;
use rocket::fairing::AdHoc;
const PATHS: Paths<'static> = Paths { public: &[], data: &["/:path*"], ..Paths::PROTECTED };
pub fn kit() -> KitBuilder { Kit::builder().paths(PATHS).api() }
pub fn fairing() -> AdHoc {
    AdHoc::try_on_ignite("Clerk", |rocket| async move {
        match kit().from_env() {
            Ok(kit) => Ok(rocket.attach(ClerkFairing::new(&kit))),
            Err(error) => {
                eprintln!("error: {error}");
                Err(rocket)
            }
        }
    })
}
pub fn pages() -> Vec<Route> { Vec::new() }
"#;
