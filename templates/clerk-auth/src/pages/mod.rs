//! Pages from templates. During development they are read from disk, so that a change shows without a build; otherwise
//! they are part of the program.
//!
//! Everything is escaped unless a template says `safe`. An undefined name is an error, not an empty place.

use std::collections::BTreeMap;
use std::panic::Location;
use std::path::Path;
use std::sync::Arc;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
};

use crate::html::escape;

/// Templates, each under its name: `("home.html", include_str!("../templates/home.html"))`.
type List = &'static [(&'static str, &'static str)];

/// The templates of an app. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages {
    list: List,
    /// The source file that has the list.
    source: &'static str,
    folder: Option<&'static Path>,
    embedded: Arc<Result<Environment<'static>, PageError>>,
}

/// The reason why a page cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The app has no templates.
    #[error("this app has no templates: hand them to `Kit::builder().pages(...)`")]
    NoPages,
    /// A template cannot be read or rendered. Holds which one, where, and why.
    #[error("{0}")]
    Template(String),
}

/// The error with all its causes.
fn told(error: &Error) -> String {
    let first: &dyn std::error::Error = error;
    let causes = std::iter::successors(Some(first), |error| error.source());
    let causes: Vec<_> = causes.map(ToString::to_string).collect();
    causes.join(": ")
}

impl Pages {
    /// These templates; a new one needs a line in the list. An error about one that has none names the file of this call.
    #[track_caller]
    pub fn new(list: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            list,
            source: Location::caller().file(),
            folder: None,
            embedded: Arc::new(environment(list.iter().copied())),
        }
    }

    /// The folder of the templates during development:
    /// `.folder(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))`. Only debug builds look there.
    #[must_use]
    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = cfg!(debug_assertions).then(|| Path::new(folder));
        self
    }

    /// True if there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(known, _)| *known == name)
    }

    /// Makes sure that all templates can be read.
    pub(crate) fn checked(self) -> Result<Self, PageError> {
        (*self.embedded).as_ref().map_err(PageError::clone)?;
        Ok(self)
    }

    /// Renders a template with these names.
    ///
    /// # Errors
    /// [`PageError`] if the template is missing, cannot be read, or uses an undefined name.
    pub fn render(&self, name: &str, names: &Value) -> Result<String, PageError> {
        let show = |environment: &Environment<'_>| {
            let template = environment.get_template(name);
            let shown = template.and_then(|template| template.render(names.clone()));
            shown.map_err(|error| self.hinted(told(&error)))
        };
        let Some(folder) = self.folder else {
            return show((*self.embedded).as_ref().map_err(PageError::clone)?);
        };
        let read = |&(name, embedded): &(&'static str, &'static str)| {
            let text = std::fs::read_to_string(folder.join(name));
            (name, text.unwrap_or_else(|_| embedded.to_owned()))
        };
        let read: Vec<_> = self.list.iter().map(read).collect();
        let read = read.iter().map(|(name, text)| (*name, text.as_str()));
        show(&environment(read)?)
    }

    /// A missing template's file may be there: what is not in the list is no part of the program.
    fn hinted(&self, mut text: String) -> PageError {
        if text.contains(&ErrorKind::TemplateNotFound.to_string()) {
            text = format!("{text}; it needs a line in the list of {}", self.source);
        }
        PageError::Template(text)
    }
}

fn environment<'a>(
    templates: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Environment<'a>, PageError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // So that the error names the undefined name.
    environment.set_debug(cfg!(debug_assertions));
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".txt") {
            AutoEscape::None
        } else {
            AutoEscape::Html
        }
    });
    environment.set_formatter(format);
    for (name, text) in templates {
        let added = environment.add_template(name, text);
        added.map_err(|error| PageError::Template(told(&error)))?;
    }
    Ok(environment)
}

/// Writes a value into a page. For `none`, which is absent on purpose, it writes nothing.
fn format(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    let is_plain =
        value.is_safe() || value.is_number() || matches!(state.auto_escape(), AutoEscape::None);
    let text = value.to_string();
    let text = if is_plain { text } else { escape(&text) };
    out.write_str(&text).map_err(Error::from)
}

/// JSON as a value of a template.
pub fn value(json: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::from(()),
        Json::Bool(is) => Value::from(is),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(whole)) => Value::from(whole),
            (None, None) => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text),
        Json::Array(list) => list.into_iter().map(value).collect(),
        Json::Object(map) => {
            let named = map.into_iter().map(|(name, json)| (name, value(json)));
            Value::from(named.collect::<BTreeMap<String, Value>>())
        }
    }
}
