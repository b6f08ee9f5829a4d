//! What packages have from their workspace, and what a workspace gives.

use std::path::PathBuf;

use semver::VersionReq;
use toml::Value;
use toml::de::{DeString, DeTable, DeValue};

use super::form::{Entry, Fault, texts, wrong};
use super::package::word;
use crate::source::Workspace;

/// What `[workspace.package]` can say for its members.
const SHARED: [&str; 16] = [
    "authors",
    "categories",
    "description",
    "documentation",
    "edition",
    "exclude",
    "homepage",
    "include",
    "keywords",
    "license",
    "license-file",
    "publish",
    "readme",
    "repository",
    "rust-version",
    "version",
];
const LEVELS: [&str; 4] = ["allow", "warn", "deny", "forbid"];

/// What cargo refuses of a package that leaves something to its workspace.
pub fn taken(manifest: &DeTable<'_>, above: Option<&Workspace>) -> Vec<Fault> {
    let own = manifest
        .get("package")
        .and_then(|own| own.get_ref().as_table());
    let mut faults = Vec::new();
    for key in SHARED {
        let value = own.and_then(|own| own.get(key));
        let Some((at, table)) =
            value.and_then(|value| Some((value.span().start, value.get_ref().as_table()?)))
        else {
            continue;
        };
        let has = |above: &Workspace| Some(above.table.get("package")?.get(key)?.is_str());
        match table.get("workspace").and_then(|is| is.get_ref().as_bool()) {
            Some(true) => faults.extend(
                missing(above, key, "workspace.package", |above| {
                    has(above).is_some()
                })
                .map(|why| Fault::new(at, why)),
            ),
            Some(false) => {
                let why = format!("`workspace` of `{key}` can be nothing but `true`");
                faults.push(Fault::new(at, why));
            }
            None => {
                let value = DeValue::Table(table.clone());
                let has_to_be = "a value or `{ workspace = true }`";
                faults.push(wrong(at, &format!("`{key}`"), &value, has_to_be));
            }
        }
    }
    let lints = manifest.get("lints").and_then(|lints| {
        let table = lints.get_ref().as_table()?;
        (table.get("workspace")?.get_ref().as_bool()?).then_some((lints.span().start, table))
    });
    if let Some((at, table)) = lints {
        let has = |above: &Workspace| above.table.contains_key("lints");
        let why = missing(above, "lints", "workspace.lints", has);
        let both = "[lints] has `workspace = true` and lints of its own, and can have one";
        let why = why.or_else(|| (table.len() > 1).then(|| both.to_owned()));
        faults.extend(why.map(|why| Fault::new(at, why)));
    }
    faults
}

/// Why a workspace does not give something.
fn missing(
    above: Option<&Workspace>,
    what: &str,
    table: &str,
    has: impl Fn(&Workspace) -> bool,
) -> Option<String> {
    match above {
        None => Some(format!(
            "`{what}` is to come from a workspace, and there is none above"
        )),
        Some(above) if has(above) => None,
        Some(_) => Some(format!(
            "`{what}` is to come from the workspace, whose [{table}] does not name it"
        )),
    }
}

/// The folder of a dependency that the workspace names, if it lies beside it; or why cargo refuses it.
pub fn dependency(above: Option<&Workspace>, entry: &Entry<'_>) -> Result<Option<PathBuf>, String> {
    let name = entry.name;
    let above = above.ok_or_else(|| {
        format!("the dependency `{name}` is to come from a workspace, and there is none above")
    })?;
    let all = above.table.get("dependencies");
    let wanted = all.and_then(|all| all.get(name)).ok_or_else(|| {
        format!(
            "the dependency `{name}` is to come from the workspace, whose [workspace.dependencies] does not name it"
        )
    })?;
    let said = |key: &str| wanted.get(key).and_then(Value::as_str);
    if let Some(version) = wanted.as_str().or_else(|| said("version")) {
        VersionReq::parse(version).map_err(|error| {
            format!("the workspace has the dependency `{name}` with \"{version}\", which is no version: {error}")
        })?;
    }
    if said("path").is_some() && said("git").is_some() {
        return Err(format!(
            "the workspace has the dependency `{name}` with a `git` and a `path`, and it can have one"
        ));
    }
    Ok(said("path").map(|path| above.folder.join(path)))
}

/// What cargo refuses of `[workspace]` and of lints, whoever uses them.
pub fn given(manifest: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lints = |of: &DeTable<'_>| of.get("lints").map(levels).unwrap_or_default();
    faults.extend(lints(manifest));
    faults.extend(manifest.get("lints").map(twice_named).unwrap_or_default());
    let Some(workspace) = manifest
        .get("workspace")
        .and_then(|all| all.get_ref().as_table())
    else {
        return faults;
    };
    faults.extend(lints(workspace));
    for key in ["members", "exclude", "default-members"] {
        let list = workspace.get(key);
        faults.extend(
            list.into_iter()
                .flat_map(|list| texts(list, &format!("`{key}` of the workspace"))),
        );
    }
    let package = workspace
        .get("package")
        .and_then(|own| own.get_ref().as_table());
    let words = ["version", "rust-version", "edition"].map(|key| (package, key));
    for (table, key) in words.into_iter().chain([(Some(workspace), "resolver")]) {
        let Some(value) = table.and_then(|table| table.get(key)) else {
            continue;
        };
        let at = value.span().start;
        let why = match value.get_ref() {
            // Nobody looks which edition it is before somebody takes it.
            DeValue::String(_) if key == "edition" => None,
            DeValue::String(text) => word(key, text).map(|why| Fault::new(at, why)),
            other => Some(wrong(
                at,
                &format!("`{key}` of the workspace"),
                other,
                "a text",
            )),
        };
        faults.extend(why);
    }
    let entries = workspace
        .get("dependencies")
        .and_then(|all| all.get_ref().as_table());
    for (name, value) in entries.into_iter().flat_map(|all| all.iter()) {
        let (at, name) = (name.span().start, name.get_ref());
        let what = format!("the workspace's dependency `{name}`");
        match value.get_ref() {
            DeValue::String(_) => {}
            DeValue::Table(table) => {
                let optional = table.get("optional").and_then(|is| is.get_ref().as_bool());
                if optional == Some(true) {
                    let why = format!("{what} is optional: that is for its members to say");
                    faults.push(Fault::new(at, why));
                }
            }
            other => faults.push(wrong(at, &what, other, "a version in quotes, or a table")),
        }
    }
    faults
}

/// The lints of each tool, with a level each.
fn levels(lints: &toml::Spanned<DeValue<'_>>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let tools = lints.get_ref().as_table().into_iter();
    for (tool, value) in tools.flat_map(|all| all.iter()) {
        let (at, tool) = (value.span().start, tool.get_ref());
        let Some(lints) = value.get_ref().as_table() else {
            let is_true = value.get_ref().as_bool() == Some(true);
            match &**tool {
                "workspace" if is_true => {}
                "workspace" => {
                    let why = "`workspace` of [lints] can be nothing but `true`";
                    faults.push(Fault::new(at, why));
                }
                tool => {
                    let what = format!("`{tool}` of the lints");
                    faults.push(wrong(at, &what, value.get_ref(), "a table"));
                }
            }
            continue;
        };
        faults.extend(
            lints
                .iter()
                .filter_map(|(name, value)| level(name, value.get_ref())),
        );
    }
    faults
}

fn level(name: &toml::Spanned<DeString<'_>>, value: &DeValue<'_>) -> Option<Fault> {
    let (at, name) = (name.span().start, name.get_ref());
    let level = match value {
        DeValue::Table(table) => table
            .get("level")
            .and_then(|level| level.get_ref().as_str()),
        value => value.as_str(),
    };
    if !level.is_some_and(|level| LEVELS.contains(&level)) {
        let known = LEVELS.join(", ");
        let why = format!("the lint `{name}` has no level: there are {known}");
        return Some(Fault::new(at, why));
    }
    let priority = value.get("priority")?.get_ref();
    let is_fit = match priority {
        DeValue::Integer(number) => i8::from_str_radix(number.as_str(), number.radix()).is_ok(),
        _ => false,
    };
    let why = format!("`priority` of the lint `{name}` has to be a number from -128 to 127");
    (!is_fit).then(|| Fault::new(at, why))
}

/// The tools whose lints cargo knows.
const TOOLS: [&str; 4] = ["cargo", "clippy", "rust", "rustdoc"];

/// Lints that are named with their tool, which the table says.
fn twice_named(lints: &toml::Spanned<DeValue<'_>>) -> Vec<Fault> {
    let tools = lints.get_ref().as_table().into_iter();
    let tools = tools.flat_map(|all| all.iter());
    let known = tools.filter(|(tool, _)| TOOLS.contains(&tool.get_ref().as_ref()));
    let lints = known.filter_map(|(_, tool)| tool.get_ref().as_table());
    let named = lints.flat_map(|lints| lints.iter().map(|(name, _)| name));
    let faults = named.filter_map(|name| {
        let (tool, lint) = name.get_ref().rsplit_once("::")?;
        let why =
            format!("`{tool}::{lint}` is no name of a lint: write `{lint}` in [lints.{tool}]");
        Some(Fault::new(name.span().start, why))
    });
    faults.collect()
}
