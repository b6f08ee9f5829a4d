//! Renders the `.tera` files of a plan. Only the files that a project needs are parsed.

use std::borrow::Cow;

use tera::{Context, Delimiters, Kwargs, State, Tera};

use super::choices::{Choices, Extra, Keys, Template, word};
use super::core::CoreSource;
use super::stock::Stock;

/// A template's name for error messages, and its text.
pub type Source<'a> = (&'a str, &'a str);

/// Renders those templates that are wanted, in order; they may include the others.
pub fn all(
    sources: &[Source<'_>],
    wanted: &[&str],
    context: &Context,
) -> Result<Vec<String>, tera::Error> {
    let mut tera = engine()?;
    tera.add_raw_templates(sources.iter().copied())?;
    let rendered = wanted.iter().map(|name| tera.render(name, context));
    rendered.collect()
}

/// The engine, with delimiters that neither Rust, TOML, HTML nor askama uses.
fn engine() -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.set_delimiters(Delimiters {
        block_start: "<%".into(),
        block_end: "%>".into(),
        variable_start: "<$".into(),
        variable_end: "$>".into(),
        comment_start: "<#".into(),
        comment_end: "#>".into(),
    })?;
    // Most files are not HTML. Where a name goes into a text of TOML, the filter is used.
    tera.autoescape_on(Vec::<Cow<'static, str>>::new());
    tera.register_filter("toml_str", |text: &str, _: Kwargs, _: &State| {
        toml_str(text)
    });
    Ok(tera)
}

/// The variables of the templates of a new project.
pub fn context(stock: &Stock, choices: &Choices) -> Context {
    let mut context = Context::new();
    let pair = choices.keys.pair();
    let secret = pair.and_then(|pair| pair.secret.as_ref());
    let webhook_secret = pair.and_then(|pair| pair.webhook_secret.as_ref());
    for (name, value) in [
        ("name", choices.name.as_str()),
        ("framework", choices.framework.name()),
        ("template", &word(choices.template)),
        ("publishable_key", pair.map_or("", |pair| &pair.publishable)),
        ("secret_key", secret.map_or("", |secret| secret.expose())),
        (
            "webhook_secret",
            webhook_secret.map_or("", |secret| secret.expose()),
        ),
        ("tool_version", &stock.tool_version),
        ("core_version", &stock.core_version),
        ("core", &choices.core.dependency()),
        ("core_mode", choices.core.mode()),
        (
            "framework_crate",
            &choices.framework.name().replace('-', "_"),
        ),
        ("assets", "assets"),
        // From the list of pages to their templates, and from the package's folder to the one above these.
        ("up", "../"),
        ("module_folder", ""),
    ] {
        context.insert(name, value);
    }
    let extras: Vec<_> = choices.extras.iter().copied().map(word).collect();
    context.insert("extras", &extras);
    let has = |extra| choices.extras.contains(&extra);
    for (name, value) in [
        ("web", choices.template == Template::Web),
        ("api", choices.template == Template::Api),
        ("spa", choices.template == Template::Spa),
        ("orgs", has(Extra::Orgs)),
        ("webhooks", has(Extra::Webhooks)),
        ("machines", has(Extra::Machines)),
        ("ws", has(Extra::Ws)),
        ("db", has(Extra::Db)),
        ("docker", has(Extra::Docker)),
        ("e2e", has(Extra::E2e)),
        ("core_copied", choices.core == CoreSource::Copy),
        ("local_keys", matches!(choices.keys, Keys::Local(_))),
        (
            "keys_in_environment",
            matches!(choices.keys, Keys::Environment),
        ),
        ("wired", false),
    ] {
        context.insert(name, &value);
    }
    context
}

/// Escapes text for a Rust string literal.
pub fn rust_str(text: &str) -> String {
    escape(text, |c| format!("\\u{{{:x}}}", u32::from(c)))
}

/// Escapes text for a basic TOML string.
fn toml_str(text: &str) -> String {
    escape(text, |c| format!("\\u{:04x}", u32::from(c)))
}

fn escape(text: &str, control: fn(char) -> String) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if c.is_control() => escaped.push_str(&control(c)),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn rust_toml_and_askama_pass_untouched() {
        let source = "println!(\"{{}} {}\", 1 << 2); [[bin]] {% if x %}{{ y }}{# z #} Vec<Vec<u8>>";
        let mut tera = engine().unwrap();
        tera.add_raw_template("x", source).unwrap();
        assert_eq!(tera.render("x", &Context::new()).unwrap(), source);
    }

    #[test]
    fn escaped_text_stays_inside_its_quotes() {
        assert_eq!(rust_str("a\"\\\n\u{1}é"), r#"a\"\\\n\u{1}é"#);
        assert_eq!(toml_str("a\"\\\n\u{1}é"), r#"a\"\\\n\u0001é"#);
    }

    #[test]
    fn an_unknown_variable_is_an_error() {
        let mut tera = engine().unwrap();
        tera.add_raw_template("x", "<$ nobody $>").unwrap();
        assert!(tera.render("x", &Context::new()).is_err());
    }
}
