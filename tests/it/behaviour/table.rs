//! The table as read: rows with their group's defaults under them, one case for each request.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use clerk_rs_cli::scaffold::Framework;
use serde::Deserialize;

use super::expect::Context;
use super::http::Request;
use super::tokens::{Mint, Recipe, sign_webhook};
use super::wired::{Exception, Wired};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    apps: BTreeMap<String, AppEntry>,
    tokens: BTreeMap<String, Recipe>,
    refuses: Vec<Refusal>,
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
    #[serde(rename = "as")]
    who: Option<Some1<String>>,
    pub cookie: Option<String>,
    pub bearer: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Some1<String>>,
    #[serde(default)]
    body: String,
    sign: Option<String>,
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
}

/// One request of a row.
pub struct Case {
    pub row: Row,
    send: String,
    who: String,
}

impl Table {
    /// Reads the table as it is for a framework; a mistake in it is a failed test with its place.
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
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/behaviour.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let mut file: File =
            toml::from_str(&text).unwrap_or_else(|error| panic!("behaviour.toml: {error}"));
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
            for send in row.send.all() {
                for who in row.who.as_ref().unwrap_or(&plain).all() {
                    cases.push(Case {
                        row: row.clone(),
                        send: send.clone(),
                        who: who.clone(),
                    });
                }
            }
        }
        Self {
            title: entry.title,
            apps: entry.app.into_iter().chain(entry.apps).collect(),
            extra: entry.extra,
            without: entry.without,
            cases,
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
        write!(f, "{} ({} as {})", self.row.name, self.send, self.who)
    }
}

impl Case {
    pub fn request(
        &self,
        context: &Context,
        mint: &Mint,
        tokens: &BTreeMap<String, Recipe>,
        fill: &dyn Fn(&str) -> String,
    ) -> Result<Request, String> {
        let send = fill(&self.send);
        let (method, target) = send
            .split_once(' ')
            .ok_or("'send' wants METHOD and target")?;
        let mut headers = who_headers(&self.who, context)?;
        let token = |name: &String| mint.token(&tokens[name], &context.frontend_api);
        if let Some(name) = &self.row.cookie {
            headers.push((
                "cookie".to_owned(),
                context.session_cookies(&token(name), mint.signed_in_at()),
            ));
        }
        if let Some(name) = &self.row.bearer {
            headers.push((
                "authorization".to_owned(),
                format!("Bearer {}", token(name)),
            ));
        }
        for (name, values) in &self.row.headers {
            headers.retain(|(other, _)| other != name);
            for value in values.all().iter().filter(|value| !value.is_empty()) {
                headers.push((name.clone(), fill(value)));
            }
        }
        if let Some(how) = &self.row.sign {
            headers.extend(sign_webhook(how, super::WEBHOOK_SECRET, &self.row.body)?);
        }
        Ok(Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: self.row.body.clone(),
        })
    }
}

/// What each kind of visitor sends by itself.
fn who_headers(who: &str, context: &Context) -> Result<Vec<(String, String)>, String> {
    const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let current = format!("{}/", context.origin);
    let list: Vec<(&str, &str)> = match who {
        "document" => vec![
            ("accept", HTML),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-site", "none"),
        ],
        "frame" => vec![
            ("accept", HTML),
            ("sec-fetch-dest", "iframe"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-site", "same-origin"),
        ],
        "old" => vec![("accept", HTML)],
        "fetch" => vec![
            ("accept", "*/*"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "same-origin"),
        ],
        "htmx" => vec![
            ("accept", "*/*"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-mode", "cors"),
            ("hx-request", "true"),
            ("hx-current-url", &current),
        ],
        "plain" => vec![],
        other => return Err(format!("no visitor is called '{other}'")),
    };
    let host = ("host".to_owned(), context.host.clone());
    Ok(std::iter::once(host)
        .chain(
            list.into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .collect())
}

fn web() -> String {
    "web".to_owned()
}
