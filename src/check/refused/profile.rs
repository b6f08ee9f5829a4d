//! `[profile.…]`: how programs are built. Cargo looks at each, whichever it builds.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::form::{Fault, wrong};

/// Names that no profile may have, beside those that begin with `cargo`.
const RESERVED: [&str; 20] = [
    "build",
    "check",
    "clean",
    "config",
    "debug",
    "fetch",
    "fix",
    "install",
    "metadata",
    "package",
    "publish",
    "report",
    "root",
    "run",
    "rust",
    "rustc",
    "rustdoc",
    "target",
    "tmp",
    "uninstall",
];
/// What is the same for a whole program.
const OF_ALL: [&str; 3] = ["lto", "panic", "rpath"];
const DEBUG: [&str; 5] = [
    "none",
    "limited",
    "full",
    "line-tables-only",
    "line-directives-only",
];

/// What cargo refuses of the profiles of a manifest.
pub fn faults(manifest: &DeTable<'_>) -> Vec<Fault> {
    let Some(all) = manifest
        .get("profile")
        .and_then(|all| all.get_ref().as_table())
    else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (name, value) in all {
        let what = format!("the profile `{}`", name.get_ref());
        let small = name.get_ref().to_lowercase();
        let is_fit = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let at = name.span().start;
        if RESERVED.contains(&&*small) || small.starts_with("cargo") {
            let why = format!("no profile may have the name `{}`", name.get_ref());
            let dev = "the one of plain builds is `dev`".to_owned();
            faults.push(Fault {
                help: (small == "debug").then_some(dev),
                ..Fault::new(at, why)
            });
        } else if !name.get_ref().chars().all(is_fit) {
            faults.push(Fault::new(at, format!("{what} has a name that is none")));
        }
        let Some(table) = value.get_ref().as_table() else {
            faults.push(wrong(value.span().start, &what, value.get_ref(), "a table"));
            continue;
        };
        faults.extend(values(table, &what));
        let packages = table.get("package").into_iter();
        let packages = packages.filter_map(|all| all.get_ref().as_table());
        let packages = packages.flat_map(|all| all.iter().map(|(_, value)| value));
        for part in packages.chain(table.get("build-override")) {
            let what = format!("a part of {what}");
            match part.get_ref().as_table() {
                Some(table) => {
                    faults.extend(values(table, &what));
                    faults.extend(OF_ALL.into_iter().filter_map(|key| {
                        let at = table.get(key)?.span().start;
                        let why = format!("{what} has `{key}`, which is for all of a program");
                        Some(Fault::new(at, why))
                    }));
                }
                None => faults.push(wrong(part.span().start, &what, part.get_ref(), "a table")),
            }
        }
    }
    faults
}

fn values(table: &DeTable<'_>, what: &str) -> Vec<Fault> {
    let wrong = table.iter().filter_map(|(key, value)| {
        let key: &str = key.get_ref();
        let has_to_be = other_than(key, value)?;
        let at = value.span().start;
        let shown = value.get_ref().as_str();
        let what = format!("`{key}` of {what}");
        Some(match shown.filter(|_| has_to_be != "`true` or `false`") {
            Some(text) => Fault::new(
                at,
                format!("{what} is \"{text}\", and has to be {has_to_be}"),
            ),
            None => wrong(at, &what, value.get_ref(), has_to_be),
        })
    });
    wrong.collect()
}

/// What a value would have to be, if it is something else.
fn other_than(key: &str, value: &Spanned<DeValue<'_>>) -> Option<&'static str> {
    let is = value.get_ref();
    let (is_number, is_switch) = (matches!(is, DeValue::Integer(_)), is.as_bool().is_some());
    let text = is.as_str();
    let number = || match is {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let (is_right, has_to_be) = match key {
        "opt-level" => (
            is_number || text.is_some_and(|text| ["s", "z"].contains(&text)),
            "0, 1, 2, 3, \"s\" or \"z\"",
        ),
        "debug" => (
            is_switch
                || number().is_some_and(|number| (0..=2).contains(&number))
                || text.is_some_and(|text| DEBUG.contains(&text)),
            "`true`, `false`, 0, 1, 2, or a word such as \"line-tables-only\"",
        ),
        "lto" | "strip" => (is_switch || text.is_some(), "`true`, `false` or a text"),
        // The last one is for compilers to come.
        "panic" => (
            text.is_some_and(|text| ["unwind", "abort", "immediate-abort"].contains(&text)),
            "\"unwind\" or \"abort\"",
        ),
        "codegen-units" => (
            number().is_some_and(|number| number >= 0),
            "a number from 0 on",
        ),
        "debug-assertions" | "incremental" | "overflow-checks" | "rpath" => {
            (is_switch, "`true` or `false`")
        }
        "inherits" | "split-debuginfo" => (text.is_some(), "a text"),
        "package" | "build-override" => (is.as_table().is_some(), "a table"),
        _ => (true, ""),
    };
    (!is_right).then_some(has_to_be)
}
