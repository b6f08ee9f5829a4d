//! The core's own names: the gate, how it is set up, and the rules of guarded handlers.

use std::rc::Rc;

use super::{Argument, Call};
use crate::source::eval::Reader;
use crate::source::place::Place;
use crate::source::tree::{Def, Meaning, ModuleId, words};
use crate::source::value::{Ask, Handler, Kit, Patterns, Record, Value};

/// The words for a rule that names nothing.
pub const ANY_TOKEN: &str = "any token";

/// `Paths::PROTECTED`
pub fn constant(path: &[String]) -> Option<Value> {
    let [.., of, name] = path else { return None };
    (of == "Paths" && name == "PROTECTED").then(|| {
        let name = of.clone();
        let fields = ["public", "without_auth", "data", "machines"];
        let empty = || Value::List(Rc::default());
        let fields = fields.map(|field| (field.to_owned(), empty())).into();
        Value::Record(Rc::new(Record { name, fields }))
    })
}

pub fn call(
    reader: &mut Reader,
    path: &[&str],
    call: &Call<'_>,
    arguments: &[Argument],
) -> Option<Value> {
    let mut kits = arguments
        .iter()
        .filter_map(|argument| match &argument.value {
            Value::Kit(kit) => Some(Rc::clone(kit)),
            _ => None,
        });
    match path {
        [.., "Kit", "builder"] => Some(Value::Kit(Rc::new(protected(call.place)))),
        [.., "Check", condition] => Some(condition_of(condition, arguments)),
        [.., "Tokens", made] => Some(tokens_of(made, call, arguments)),
        [.., "Reverification", _] => None,
        [framework, "protect"] if is_framework(framework) => {
            let kit = Rc::new(protected(call.place));
            Some(reader.gate(Some(kit), call.place))
        }
        // The layer, middleware or fairing of a framework.
        [framework, _, "new"] | [framework, "layer" | "fairing" | "middleware" | "hoop"]
            if is_framework(framework) =>
        {
            let kit = kits.next();
            Some(reader.gate(kit, call.place))
        }
        _ => None,
    }
}

/// True if a module of the core belongs to a framework.
fn is_framework(module: &str) -> bool {
    ["axum", "actix_web", "rocket", "poem", "salvo", "leptos"].contains(&module)
}

fn protected(place: &Place) -> Kit {
    Kit {
        place: place.clone(),
        public: Ok(Vec::new()),
        without_auth: Ok(Vec::new()),
        data: Ok(Vec::new()),
        machines: Ok(Vec::new()),
        health: None,
        files: None,
        front_end: None,
    }
}

/// Settings of the kit, one after the other.
pub fn on_kit(
    reader: &mut Reader,
    kit: &Rc<Kit>,
    call: &Call<'_>,
    arguments: &[Argument],
) -> Value {
    let mut kit = (**kit).clone();
    match (call.name, arguments) {
        ("paths", [paths]) => {
            let list = |field: &str| patterns(paths, field);
            kit.public = list("public");
            kit.without_auth = list("without_auth");
            kit.data = list("data");
            // Versions before 0.2 know no such list.
            kit.machines = match &paths.value {
                Value::Record(record) if !record.fields.contains_key("machines") => Ok(Vec::new()),
                _ => list("machines"),
            };
            kit.place = call.place.clone();
        }
        ("health", []) => kit.health = Some(call.place.clone()),
        ("files", [_]) => kit.files = Some(call.place.clone()),
        ("front_end", [_]) => kit.front_end = Some(call.place.clone()),
        ("from_env" | "build", _) => {
            let kit = Rc::new(kit);
            reader.set_up(&kit);
            return Value::Kit(kit);
        }
        _ => {}
    }
    Value::Kit(Rc::new(kit))
}

fn patterns(paths: &Argument, field: &str) -> Patterns {
    match &paths.value {
        Value::Record(record) => match record.fields.get(field) {
            Some(list) => list.texts(&paths.place),
            None => Err(Box::new(paths.unread())),
        },
        Value::Unknown(why) => Err(why.clone()),
        _ => Err(Box::new(paths.unread())),
    }
}

/// `Check::role("org:admin")`
fn condition_of(condition: &str, arguments: &[Argument]) -> Value {
    let words = arguments.iter().map(|argument| match &argument.value {
        Value::Text(text) => text.to_string(),
        // `Reverification::Strict`
        _ => argument
            .text
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .to_owned(),
    });
    let words: Vec<_> = words.collect();
    Value::Check(Rc::new(vec![format!("{condition} {}", words.join(", "))]))
}

pub fn on_check(check: &Rc<Vec<String>>, call: &Call<'_>, arguments: &[Argument]) -> Value {
    match (call.name, arguments) {
        (
            "and",
            [
                Argument {
                    value: Value::Check(other),
                    ..
                },
            ],
        ) if check.len() + other.len() < 20 => {
            Value::Check(Rc::new([check.as_slice(), other.as_slice()].concat()))
        }
        ("and", _) => Value::unknown(call.place, "a condition is computed"),
        ("scope", [scope]) => match scope.value.as_text() {
            Some(scope) => Value::Check(Rc::new(scoped(check, scope))),
            None => Value::unknown(call.place, "a scope is computed"),
        },
        _ => Value::Check(Rc::clone(check)),
    }
}

/// `Tokens::any()`, `Tokens::of(&[TokenType::ApiKey])`
fn tokens_of(made: &str, call: &Call<'_>, arguments: &[Argument]) -> Value {
    let kinds = match (made, arguments) {
        ("any", []) => Some(ANY_TOKEN.to_owned()),
        ("of", [kinds]) => match &kinds.value {
            Value::List(kinds) => kinds.iter().map(kind_of).collect::<Option<Vec<_>>>(),
            _ => None,
        }
        .map(|kinds| kinds.join(" or ")),
        _ => None,
    };
    match kinds {
        Some(kinds) => Value::Check(Rc::new(vec![kinds])),
        None => Value::unknown(call.place, "the kinds of tokens are computed"),
    }
}

/// Tokens that have a scope: of any kind that has scopes, or of these.
fn scoped(kinds: &[String], scope: &str) -> Vec<String> {
    let kinds = kinds.iter().filter(|kind| *kind != ANY_TOKEN).cloned();
    kinds.chain([format!("scope {scope}")]).collect()
}

/// `TokenType::ApiKey`
fn kind_of(kind: &Value) -> Option<&'static str> {
    let Value::Foreign(_, path) = kind else {
        return None;
    };
    match path.last()?.as_str() {
        "ApiKey" => Some("API keys"),
        "M2m" => Some("M2M tokens"),
        "OAuth" => Some("OAuth tokens"),
        _ => None,
    }
}

/// The tokens that a rule takes, or its name if they cannot be read.
pub fn caller_rule(
    reader: &mut Reader,
    module: ModuleId,
    path: &syn::Path,
) -> Result<String, String> {
    if words(path).last().is_some_and(|name| name == "AnyToken") {
        return Ok(ANY_TOKEN.to_owned());
    }
    conditions(reader, module, path, ("CallerRule", "tokens"), ", ")
}

/// The conditions of a rule, or its name if they cannot be read.
pub fn rule(reader: &mut Reader, module: ModuleId, path: &syn::Path) -> Result<String, String> {
    conditions(reader, module, path, ("Rule", "check"), " and ")
}

/// What the only function of a type's only such trait says.
fn conditions(
    reader: &mut Reader,
    module: ModuleId,
    path: &syn::Path,
    (of_trait, function): (&str, &str),
    between: &str,
) -> Result<String, String> {
    let name = words(path).pop().unwrap_or_default();
    let of = match reader.program.meaning(module, &words(path)) {
        Meaning::Def(Def::Type(of), _) => of,
        _ => return Err(name),
    };
    let mut rules = reader
        .program
        .methods
        .iter()
        .filter(|methods| methods.of == of && methods.from.as_deref() == Some(of_trait));
    let check = match (rules.next(), rules.next()) {
        (Some(rule), None) => rule.functions.get(function).map(Rc::clone),
        _ => None,
    };
    let check = check.ok_or_else(|| name.clone())?;
    match reader.result(&check) {
        Value::Check(conditions) => Ok(conditions.join(between)),
        _ => Err(name),
    }
}

/// The core's own handlers.
pub fn handler(path: &[String]) -> Handler {
    let name = path.last().cloned().unwrap_or_default();
    let asks = match name.as_str() {
        "me" => vec![Ask::SignedIn],
        _ => Vec::new(),
    };
    Handler {
        name: format!("clerk_auth::{}", path.join("::")),
        asks,
        is_read: true,
        layers: Vec::new(),
    }
}
