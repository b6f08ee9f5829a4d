//! The form of a manifest, as far as an app hangs on it: package, dependencies, workspace.

use semver::{Version, VersionReq};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::project::names::distance;

/// What cargo reads of a manifest. Of any other table it only says that it is not used.
const TABLES: [&str; 21] = [
    "badges",
    "bench",
    "bin",
    "build-dependencies",
    "cargo-features",
    "dependencies",
    "dev-dependencies",
    "example",
    "features",
    "hints",
    "lib",
    "lints",
    "package",
    "patch",
    "profile",
    "project",
    "replace",
    "target",
    "test",
    "workspace",
    // For people.
    "metadata",
];
/// Lists of dependencies, with their older spelling.
const LISTS: [&str; 5] = [
    "dependencies",
    "build-dependencies",
    "build_dependencies",
    "dev-dependencies",
    "dev_dependencies",
];
/// The last of them is still to come.
const EDITIONS: [&str; 5] = ["2015", "2018", "2021", "2024", "2027"];

/// Something that cargo refuses, and where it stands.
pub struct Fault {
    /// In bytes from the beginning of the text.
    pub at: usize,
    pub why: String,
    pub help: Option<String>,
}

impl Fault {
    pub fn new(at: usize, why: impl Into<String>) -> Self {
        let why = why.into();
        let help = None;
        Self { at, why, help }
    }
}

/// A dependency, as the manifest has it.
pub struct Entry<'a> {
    pub name: &'a str,
    pub at: usize,
    /// True for what only tests, benchmarks and examples are built with.
    pub is_for_tests: bool,
    value: &'a DeValue<'a>,
}

impl Entry<'_> {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.get_ref().as_str()
    }

    fn is(&self, key: &str) -> bool {
        let value = self.value.get(key);
        value.and_then(|value| value.get_ref().as_bool()) == Some(true)
    }

    /// True if the workspace says what it is.
    pub fn is_shared(&self) -> bool {
        self.is("workspace")
    }

    pub fn is_optional(&self) -> bool {
        self.is("optional")
    }
}

/// The dependencies that a manifest lists, for whatever target.
pub fn entries<'a>(manifest: &'a DeTable<'a>) -> Vec<Entry<'a>> {
    let lists = lists(manifest);
    let entries = lists.into_iter().flat_map(|(kind, list)| {
        let entries = list.get_ref().as_table().into_iter();
        let entries = entries.flat_map(|entries| entries.iter());
        entries.map(move |(name, value)| Entry {
            name: name.get_ref(),
            at: name.span().start,
            is_for_tests: kind.starts_with("dev"),
            value: value.get_ref(),
        })
    });
    entries.collect()
}

type Lists<'a> = Vec<(&'static str, &'a Spanned<DeValue<'a>>)>;

fn lists<'a>(manifest: &'a DeTable<'a>) -> Lists<'a> {
    let targets = manifest
        .get("target")
        .and_then(|all| all.get_ref().as_table());
    let targets = targets.into_iter().flat_map(|all| all.iter());
    let targets = targets.filter_map(|(_, table)| table.get_ref().as_table());
    let tables = targets.chain([manifest]);
    let lists = tables.flat_map(|table| {
        let named = LISTS.into_iter();
        named.filter_map(|kind| Some((kind, table.get(kind)?)))
    });
    lists.collect()
}

/// Everything that cargo refuses in its form, and tables that it does not know by a slip.
pub fn faults(manifest: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = misspelled(manifest);
    if let Some(own) = manifest.get("package") {
        match own.get_ref() {
            DeValue::Table(table) => faults.extend(package(own.span().start, table)),
            other => faults.push(wrong(own.span().start, "`package`", other, "a table")),
        }
    }
    let is_virtual = !manifest.contains_key("package") && manifest.contains_key("workspace");
    for (kind, list) in lists(manifest) {
        let at = list.span().start;
        if is_virtual {
            let why = format!("there is [{kind}], and no [package] that would have them");
            faults.push(Fault::new(at, why));
        }
        if list.get_ref().as_table().is_none() {
            let list = list.get_ref();
            faults.push(wrong(at, &format!("`{kind}`"), list, "a table"));
        }
    }
    let entries = entries(manifest);
    faults.extend(entries.iter().flat_map(dependency));
    let workspace = manifest.get("workspace");
    let members = workspace.and_then(|workspace| workspace.get_ref().get("members"));
    if let Some(members) = members {
        faults.extend(texts(members, "`members` of the workspace"));
    }
    faults
}

fn misspelled(manifest: &DeTable<'_>) -> Vec<Fault> {
    let keys = manifest.iter().map(|(key, _)| key);
    let slips = keys.filter_map(|key| {
        let name: &str = key.get_ref();
        let is_known = TABLES.contains(&name) || LISTS.contains(&name);
        let mut near = TABLES.iter().filter(|known| distance(name, known) <= 2);
        let meant = near.next().filter(|_| !is_known && name.len() > 3)?;
        let why = format!("cargo does not know `{name}`, and leaves out what stands there");
        Some(Fault {
            help: Some(format!("it is spelled `{meant}`")),
            ..Fault::new(key.span().start, why)
        })
    });
    slips.collect()
}

fn package(at: usize, own: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    match own.get("name") {
        None => faults.push(Fault::new(at, "[package] has no `name`")),
        Some(name) => match name.get_ref() {
            DeValue::String(text) if is_name(text) => {}
            DeValue::String(text) => {
                let why = format!("\"{text}\" is no name of a package");
                faults.push(Fault::new(name.span().start, why));
            }
            other => faults.push(wrong(name.span().start, "`name`", other, "a text")),
        },
    }
    for key in ["version", "edition"] {
        let Some(said) = own.get(key) else { continue };
        let at = said.span().start;
        match said.get_ref() {
            // The workspace says it.
            DeValue::Table(_) => {}
            DeValue::String(text) if key == "edition" => {
                if !EDITIONS.contains(&&**text) {
                    let known = EDITIONS[..4].join(", ");
                    let why = format!("there is no edition {text}: there are {known}");
                    faults.push(Fault::new(at, why));
                }
            }
            DeValue::String(text) => {
                if let Err(error) = Version::parse(text.trim()) {
                    let why = format!("\"{text}\" is no version of a package: {error}");
                    faults.push(Fault::new(at, why));
                }
            }
            other => faults.push(wrong(at, &format!("`{key}`"), other, "a text")),
        }
    }
    faults
}

/// What cargo refuses of letters outside ASCII is another matter.
fn is_name(text: &str) -> bool {
    let is_fit = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(is_fit)
}

fn dependency(entry: &Entry<'_>) -> Vec<Fault> {
    const TEXTS: [&str; 8] = [
        "branch", "git", "package", "path", "registry", "rev", "tag", "version",
    ];
    const SWITCHES: [&str; 4] = ["default-features", "default_features", "optional", "public"];
    let what = format!("the dependency `{}`", entry.name);
    let table = match entry.value {
        DeValue::String(text) => return requirement(entry.at, &what, text),
        DeValue::Table(table) => table,
        other => {
            return vec![wrong(
                entry.at,
                &what,
                other,
                "a version in quotes, or a table",
            )];
        }
    };
    let mut faults = Vec::new();
    let of = |key: &str| format!("`{key}` of {what}");
    for (key, value) in table {
        let (at, key): (_, &str) = (value.span().start, key.get_ref());
        let value_of = value.get_ref();
        if TEXTS.contains(&key) && value_of.as_str().is_none() {
            faults.push(wrong(at, &of(key), value_of, "a text"));
        } else if SWITCHES.contains(&key) && value_of.as_bool().is_none() {
            faults.push(wrong(at, &of(key), value_of, "`true` or `false`"));
        } else if key == "workspace" && value_of.as_bool() != Some(true) {
            faults.push(Fault::new(
                at,
                format!("{} can be nothing but `true`", of(key)),
            ));
        } else if key == "features" {
            faults.extend(texts(value, &of(key)));
        }
    }
    if let Some(version) = entry.text("version") {
        faults.extend(requirement(entry.at, &what, version));
    }
    let mut origins = ["git", "path", "version", "workspace"].iter();
    if !origins.any(|key| table.contains_key(*key)) {
        let why = format!("{what} has neither a `version` nor a `path` nor a `git`");
        faults.push(Fault::new(entry.at, why));
    }
    faults
}

fn requirement(at: usize, what: &str, text: &str) -> Vec<Fault> {
    let error = VersionReq::parse(text).err();
    let fault = error.map(|error| {
        let why = format!("{what} asks for \"{text}\", which is no version: {error}");
        Fault::new(at, why)
    });
    fault.into_iter().collect()
}

/// The faults of what has to be a list of texts.
fn texts(list: &Spanned<DeValue<'_>>, what: &str) -> Vec<Fault> {
    let at = list.span().start;
    let DeValue::Array(array) = list.get_ref() else {
        return vec![wrong(at, what, list.get_ref(), "a list of texts")];
    };
    let others = array.iter().filter(|one| one.get_ref().as_str().is_none());
    let others = others.map(|one| {
        let what = format!("an entry of {what}");
        wrong(one.span().start, &what, one.get_ref(), "a text")
    });
    others.collect()
}

fn wrong(at: usize, what: &str, is: &DeValue<'_>, has_to_be: &str) -> Fault {
    let is = match is {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Fault::new(at, format!("{what} is {is}, and has to be {has_to_be}"))
}
