//! The table as read: rows with their group's defaults under them, one case for each request.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use clerk_rs_cli::scaffold::Framework;
use serde::Deserialize;

use super::tokens::Recipe;
use super::wired::{Exception, Wired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    apps: BTreeMap<String, AppEntry>,
    tokens: BTreeMap<String, Recipe>,
    #[serde(default)]
    refuses: Vec<Refusal>,
    /// Under every row of the file.
    #[serde(default)]
    defaults: toml::Table,
    group: Vec<GroupEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppEntry {
    #[serde(default = "web")]
    pub template: String,
    pub env: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    pub name: String,
    pub template: Option<String>,
    pub env: BTreeMap<String, String>,
    pub says: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    pub title: String,
    app: Option<String>,
    #[serde(default)]
    apps: Vec<String>,
    extra: Option<String>,
    without: Option<String>,
    #[serde(default)]
    defaults: toml::Table,
    pub rows: Vec<toml::Table>,
    #[serde(skip)]
    is_attack: bool,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Some1<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Some1<T> {
    pub fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A row of the table; its fields are described at the head of the file.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    name: String,
    send: Some1<String>,
    raw: Option<Some1<String>>,
    #[serde(default)]
    pub silent: bool,
    #[serde(default)]
    pub then: Vec<Some1<u16>>,
    #[serde(rename = "as")]
    who: Option<Some1<String>>,
    pub cookie: Option<String>,
    pub bearer: Option<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, Some1<String>>,
    #[serde(default)]
    pub body: String,
    pub sign: Option<String>,
    pub status: Option<Some1<u16>>,
    pub sign_in: Option<String>,
    pub task: Option<String>,
    pub handshake: Option<String>,
    pub location: Option<String>,
    #[serde(default)]
    pub has: Vec<String>,
    #[serde(default)]
    pub lacks: Vec<String>,
    pub body_is: Option<String>,
    #[serde(default)]
    pub json: BTreeMap<String, String>,
    #[serde(default)]
    pub header: BTreeMap<String, Some1<String>>,
    #[serde(default)]
    pub header_lacks: Vec<String>,
    pub origin: Option<String>,
    /// The exception that says that this need not hold.
    pub left_out: Option<usize>,
}

pub struct Table {
    pub apps: BTreeMap<String, AppEntry>,
    pub tokens: BTreeMap<String, Recipe>,
    pub refuses: Vec<Refusal>,
    pub groups: Vec<Group>,
    /// What a wired app answers otherwise; empty for a project of ours.
    pub exceptions: Vec<Exception>,
}

pub struct Group {
    pub title: String,
    pub apps: Vec<String>,
    extra: Option<String>,
    without: Option<String>,
    pub cases: Vec<Case>,
    /// From `attacks.toml`: the app must be well after each.
    pub is_attack: bool,
}

/// One request of a row.
pub struct Case {
    pub row: Row,
    pub send: String,
    pub raw: Option<String>,
    pub who: String,
}

impl Table {
    /// Reads both files as they are for a framework; a mistake in them is a failed test with its place.
    #[track_caller]
    pub fn load(framework: &str) -> Self {
        Self::with(framework, Wired::default())
    }

    /// The same for an app that was there before.
    #[track_caller]
    pub fn load_wired(framework: &str) -> Self {
        Self::with(framework, Wired::load(framework))
    }

    #[track_caller]
    fn with(framework: &str, wired: Wired) -> Self {
        let mut file = File::read("behaviour.toml");
        let mut attacks = File::read("attacks.toml");
        for group in &mut attacks.group {
            group.is_attack = true;
        }
        file.apps.extend(attacks.apps);
        file.tokens.extend(attacks.tokens);
        file.group.extend(attacks.group);
        let starts = wired.refuses.clone();
        file.refuses
            .retain(|refusal| !starts.contains(&refusal.name));
        let exceptions = wired.change(&mut file.group);
        Self {
            apps: file.apps,
            tokens: file.tokens,
            refuses: file.refuses,
            groups: file
                .group
                .into_iter()
                .map(|group| Group::expand(group, framework))
                .collect(),
            exceptions,
        }
    }
}

impl File {
    #[track_caller]
    fn read(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let mut file: Self =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for group in &mut file.group {
            let own = std::mem::replace(&mut group.defaults, file.defaults.clone());
            group.defaults.extend(own);
        }
        file
    }
}

impl Group {
    fn expand(entry: GroupEntry, framework: &str) -> Self {
        let mut cases = Vec::new();
        for row in entry.rows {
            let mut merged = entry.defaults.clone();
            merged.extend(row);
            let differs = merged.remove("differs");
            merged.extend(
                differs
                    .and_then(|by| difference(by, framework))
                    .unwrap_or_default(),
            );
            let shown = format!("{merged:?}");
            let row: Row = merged
                .try_into()
                .unwrap_or_else(|error| panic!("{error} in row\n{shown}"));
            assert!(
                row.status.is_some()
                    || row.sign_in.is_some()
                    || row.task.is_some()
                    || row.handshake.is_some(),
                "row '{}' says nothing of the status",
                row.name
            );
            let plain = Some1::One("plain".to_owned());
            let raws: Vec<_> = match &row.raw {
                None => vec![None],
                Some(raws) => raws.all().iter().cloned().map(Some).collect(),
            };
            for send in row.send.all() {
                for who in row.who.as_ref().unwrap_or(&plain).all() {
                    for raw in &raws {
                        cases.push(Case {
                            row: row.clone(),
                            send: send.clone(),
                            raw: raw.clone(),
                            who: who.clone(),
                        });
                    }
                }
            }
        }
        Self {
            title: entry.title,
            apps: entry.app.into_iter().chain(entry.apps).collect(),
            extra: entry.extra,
            without: entry.without,
            cases,
            is_attack: entry.is_attack,
        }
    }

    /// Whether the rows are meant for this app of a project with these extras.
    pub fn is_for(&self, app: &str, extras: &[String]) -> bool {
        self.apps.iter().any(|name| name == app)
            && self
                .extra
                .as_ref()
                .is_none_or(|extra| extras.contains(extra))
            && self
                .without
                .as_ref()
                .is_none_or(|extra| !extras.contains(extra))
    }
}

/// What a row says otherwise for this framework.
#[track_caller]
fn difference(by_framework: toml::Value, framework: &str) -> Option<toml::Table> {
    let toml::Value::Table(by_framework) = by_framework else {
        panic!("`differs` is a table by framework: {by_framework:?}");
    };
    let mut found = None;
    for (name, difference) in by_framework {
        assert!(
            Framework::named(&name).is_some(),
            "no framework is called {name}"
        );
        let toml::Value::Table(mut difference) = difference else {
            panic!("differs.{name} is no table");
        };
        let why = difference.remove("why");
        let is_said = why.is_some_and(|why| why.as_str().is_some_and(|why| !why.is_empty()));
        assert!(is_said, "differs.{name} does not say why: {difference:?}");
        if name == framework {
            found = Some(difference);
        }
    }
    found
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} as {})", self.row.name, self.send, self.who)?;
        match &self.raw {
            None => Ok(()),
            Some(raw) => write!(f, " {:?}", raw.chars().take(120).collect::<String>()),
        }
    }
}

fn web() -> String {
    "web".to_owned()
}
