//! The form of a manifest, as far as an app hangs on it, and what its parts have in common.

use semver::VersionReq;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::project::names::are_near;

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
pub const LISTS: [&str; 5] = [
    "dependencies",
    "build-dependencies",
    "build_dependencies",
    "dev-dependencies",
    "dev_dependencies",
];
/// Words for them, further off than a slip.
const NICKNAMES: [(&str, &str); 8] = [
    ("bins", "bin"),
    ("build-deps", "build-dependencies"),
    ("build-dependency", "build-dependencies"),
    ("dependency", "dependencies"),
    ("deps", "dependencies"),
    ("dev-deps", "dev-dependencies"),
    ("dev-dependency", "dev-dependencies"),
    ("targets", "target"),
];

/// Something that cargo refuses, and where it stands.
pub struct Fault {
    /// In bytes from the beginning of the text.
    pub at: usize,
    pub why: String,
    pub help: Option<String>,
    /// True if cargo only warns of it, and builds the app.
    pub is_taken: bool,
}

impl Fault {
    pub fn new(at: usize, why: impl Into<String>) -> Self {
        let why = why.into();
        Self {
            at,
            why,
            help: None,
            is_taken: false,
        }
    }
}

/// A dependency, as the manifest has it.
pub struct Entry<'a> {
    pub name: &'a str,
    pub at: usize,
    /// True for what only tests, benchmarks and examples are built with.
    pub is_for_tests: bool,
    pub value: &'a DeValue<'a>,
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

pub type Lists<'a> = Vec<(&'static str, &'a Spanned<DeValue<'a>>)>;

pub fn lists<'a>(manifest: &'a DeTable<'a>) -> Lists<'a> {
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

/// What `[workspace]` may have.
const OF_WORKSPACE: [&str; 8] = [
    "default-members",
    "dependencies",
    "exclude",
    "lints",
    "members",
    "metadata",
    "package",
    "resolver",
];

/// True if a word is a slip away from one that cargo knows.
pub fn is_slip(name: &str, known: &str) -> bool {
    name != known && name.len() > 3 && are_near(name, known)
}

/// A table that is left out. Where the one that was meant is there too, the app is built all the same.
pub fn misspelled(manifest: &DeTable<'_>) -> Vec<Fault> {
    let keys = manifest.iter().map(|(key, _)| key);
    let slips = keys.filter_map(|key| {
        let name: &str = key.get_ref();
        let is_known = TABLES.contains(&name) || LISTS.contains(&name);
        let near = TABLES.into_iter().find(|known| is_slip(name, known));
        let mut nicknames = NICKNAMES.into_iter();
        let nickname = nicknames.find(|(nickname, _)| name.replace('_', "-") == *nickname);
        let meant = nickname
            .map(|(_, meant)| meant)
            .or(near)
            .filter(|_| !is_known)?;
        let why = format!("cargo does not know `{name}`, and leaves out what stands there");
        Some(Fault {
            help: Some(format!("it is spelled `{meant}`")),
            is_taken: manifest.contains_key(meant) || !LISTS.contains(&meant) && meant != "package",
            ..Fault::new(key.span().start, why)
        })
    });
    let workspace = manifest
        .get("workspace")
        .and_then(|all| all.get_ref().as_table());
    let keys = workspace.into_iter().flat_map(|all| all.iter());
    let keys = keys
        .map(|(key, _)| key)
        .filter(|key| !OF_WORKSPACE.contains(&&**key.get_ref()));
    let of_workspace = keys.filter_map(|key| {
        let name: &str = key.get_ref();
        let meant = OF_WORKSPACE
            .into_iter()
            .find(|known| is_slip(name, known))?;
        let why = format!("cargo does not know `{name}` of [workspace], and leaves it out");
        Some(Fault {
            help: Some(format!("it is spelled `{meant}`")),
            is_taken: true,
            ..Fault::new(key.span().start, why)
        })
    });
    slips.chain(of_workspace).collect()
}

pub fn requirement(at: usize, what: &str, text: &str) -> Vec<Fault> {
    let error = VersionReq::parse(text).err();
    let fault = error.map(|error| {
        let why = format!("{what} asks for \"{text}\", which is no version: {error}");
        Fault::new(at, why)
    });
    fault.into_iter().collect()
}

/// The faults of what has to be a list of texts.
pub fn texts(list: &Spanned<DeValue<'_>>, what: &str) -> Vec<Fault> {
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

pub fn wrong(at: usize, what: &str, is: &DeValue<'_>, has_to_be: &str) -> Fault {
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
