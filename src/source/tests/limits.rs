//! Sources that grow while they are read: each ends early, and says so.

use super::odd::{AXUM, serving};
use super::read;

/// What is read of an app of these lines.
fn lines(code: &str) -> Vec<String> {
    let app = format!("fn app(kit: &Kit) -> Router {{ let a = Router::new(); {code} }}");
    read(AXUM, &[("src/main.rs", &serving(&app))])
}

fn repeated(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[track_caller]
fn assert_ends(code: &str, why: &str) -> Vec<String> {
    let lines = lines(code);
    let last = lines.last().map_or("nothing", String::as_str);
    assert!(lines.iter().any(|line| line.ends_with(why)), "{last}");
    lines
}

const NOT_ALL: &str = "there is too much to follow, and not all of it is read";

#[test]
fn a_branch_with_a_route_in_each_of_many_arms_ends() {
    let arms = repeated(20_000, |n| {
        format!("{n} => a.clone().route(\"/{n}\", get(x)), ")
    });
    assert_ends(&format!("match 1 {{ {arms} _ => a }}"), NOT_ALL);
}

#[test]
fn many_lines_that_each_add_what_is_not_read_end() {
    let lines = repeated(20_000, |n| format!("let a = a.add_{n}(); "));
    assert_ends(&format!("{lines} a"), NOT_ALL);
}

#[test]
fn paths_before_paths_end_at_the_longest() {
    let before = "let a = a.route(\"/x\", get(x)); ";
    let double = "let a = a.clone().merge(a); ".repeat(8);
    let deep = format!("let a = Router::new().nest(\"/{}\", a); ", "p".repeat(500)).repeat(60);
    let lines = assert_ends(
        &format!("{before} {double} let b = a.clone(); {deep} b.merge(a)"),
        "the path is too long to be read",
    );
    let read: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("GET"))
        .collect();
    assert_eq!(read, ["GET /x [without a gate] x"]);
    let long = "p".repeat(5000);
    assert_ends(
        &format!("a.route(\"/{long}\", get(x))"),
        "the path is too long to be read",
    );
}

#[test]
fn structs_that_contain_themselves_twice_end() {
    let nested = |name: &str| {
        let line = format!("let {name} = S {{ one: {name}.clone(), two: {name} }}; ");
        format!("let {name} = S {{ one: Router::new(), two: 1 }}; ") + &line.repeat(60)
    };
    let (b, c) = (nested("b"), nested("c"));
    assert_ends(
        &format!("{b} {c} let d = if a {{ b }} else {{ c }}; d.one"),
        NOT_ALL,
    );
}
