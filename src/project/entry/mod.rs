//! Puts an entry into a TOML text and moves nothing else. `toml_edit` says where things stand; what it would write itself
//! loses Windows' line ends, a byte order mark, and the comment behind a value that is replaced.

#[cfg(test)]
mod tests;

use std::ops::Range;

use toml::Table;
use toml_edit::{Document, Item, TomlError, Value};

use super::lines::{self, Patch};

/// Names, and their values as TOML.
pub type Entries = Vec<(String, String)>;

/// A value to be put in.
#[derive(Clone, Debug)]
pub enum Put {
    /// One line, as TOML.
    Value(String),
    /// A table with its entries as TOML, in a section of its own where tables are sections. The comment stands above it.
    Section {
        comment: &'static str,
        entries: Entries,
    },
}

/// The reason why an entry has no place.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    #[error("it is not valid TOML")]
    NoToml(#[from] TomlError),
    #[error("{0} is no table")]
    NoTable(String),
}

/// The text with one more entry in the table at this path, in the hand of what stands there. There is no such key yet.
pub fn put(text: &str, path: &[&str], key: &str, value: &Put) -> Result<String, PutError> {
    edit(text, |text, document| {
        place(text, document, path, key, value)
    })
}

/// The text in which the table of this key says all of these, with its own comments. If there is none it is put in, with
/// this comment above it.
pub fn say(
    text: &str,
    path: &[&str],
    key: &str,
    comment: &'static str,
    entries: Entries,
) -> Result<String, PutError> {
    let own = [path, &[key]].concat();
    let root: Table = toml::from_str(text).unwrap_or_default();
    let mut names = own.iter();
    let first = names.next().and_then(|name| root.get(*name));
    let Some(there) = names
        .try_fold(first, |table, name| Some(table?.get(*name)))
        .flatten()
    else {
        return put(text, path, key, &Put::Section { comment, entries });
    };
    let mut text = text.to_owned();
    for (name, value) in entries {
        let wanted: Table = toml::from_str(&format!("is = {value}")).unwrap_or_default();
        match there.get(&name) {
            None => text = put(&text, &own, &name, &Put::Value(value))?,
            Some(found) if wanted.get("is") == Some(found) => {}
            Some(_) => text = replace(&text, &[&own, [name.as_str()].as_slice()].concat(), &value)?,
        }
    }
    Ok(text)
}

/// The text with another value at this path; the same text if there is none.
pub fn replace(text: &str, path: &[&str], value: &str) -> Result<String, PutError> {
    edit(text, |_, document| {
        let found = find(document.as_item(), path).and_then(Item::span);
        let patch = found.map(|at| Patch {
            at,
            text: value.to_owned(),
        });
        Ok(patch.into_iter().collect())
    })
}

/// The text with more strings at the end of the list at this path.
pub fn extend(text: &str, path: &[&str], more: &[&str]) -> Result<String, PutError> {
    edit(text, |_, document| {
        let list = find(document.as_item(), path).and_then(Item::as_array);
        let list = list.ok_or_else(|| PutError::NoTable(path.join(".")))?;
        let start = list.span().unwrap_or_default().start + 1;
        let last = list.iter().filter_map(Value::span).last();
        let more: Vec<_> = more.iter().map(|text| quoted(text)).collect();
        let more = more.join(", ");
        Ok(vec![match last {
            Some(last) => Patch::insert(last.end, format!(", {more}")),
            None => Patch::insert(start, more),
        }])
    })
}

/// A string as TOML writes it.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn edit(
    text: &str,
    patches: impl FnOnce(&str, &Document<&str>) -> Result<Vec<Patch>, PutError>,
) -> Result<String, PutError> {
    // The mark of the byte order counts in no span.
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.get(..text.len() - bare.len()).unwrap_or_default();
    let document = Document::parse(bare)?;
    let patches = patches(bare, &document)?;
    Ok(format!("{mark}{}", lines::patched(bare, patches)))
}

fn find<'a>(root: &'a Item, path: &[&str]) -> Option<&'a Item> {
    path.iter().try_fold(root, |item, key| item.get(key))
}

/// Where the entry at this path stands, from its key to the end of its value.
pub fn span(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - bare.len();
    let document = Document::parse(bare).ok()?;
    let (key, above) = path.split_last()?;
    let table = find(document.as_item(), above)?.as_table_like()?;
    let (start, item) = (table.key(key)?.span()?.start, table.get(key)?);
    Some(start + mark..end(item) + mark)
}

fn place(
    text: &str,
    document: &Document<&str>,
    path: &[&str],
    key: &str,
    value: &Put,
) -> Result<Vec<Patch>, PutError> {
    let mut item = document.as_item();
    // How much of the path is there, and how much of it the header above the place says.
    let (mut depth, mut said) = (0, 0);
    while let Some(inner) = path.get(depth).and_then(|key| item.get(key)) {
        item = inner;
        depth += 1;
        if matches!(item, Item::Table(table) if !table.is_dotted()) {
            said = depth;
        }
    }
    let missing = path.get(depth..).unwrap_or_default();
    let patch = match item {
        Item::Table(table) if table.is_dotted() => {
            let words = path.get(said..).unwrap_or_default();
            let words: Vec<_> = words.iter().copied().chain([key]).collect();
            let line = format!("{} = {}\n", words.join("."), value.inline());
            lines::insert(text, lines::next(text, end(item)), &line)
        }
        Item::Table(table)
            if missing.is_empty() && !table.is_implicit() && matches!(value, Put::Value(_)) =>
        {
            let line = format!("{key} = {}\n", value.inline());
            lines::insert(text, in_body(text, table, key), &line)
        }
        Item::Table(_) => {
            let group = path.first().and_then(|first| document.get(first));
            let at = match group {
                Some(group) => behind_comments(text, lines::next(text, end(group))),
                None => lines::next(text, text.trim_end().len()),
            };
            let gap = if at == 0 { "" } else { "\n" };
            let section = value.section(&path.join("."), key);
            lines::insert(text, at, &format!("{gap}{section}"))
        }
        Item::Value(Value::InlineTable(table)) => {
            let inner = format!("{key} = {}", value.inline());
            let wrapped = missing.iter().rev();
            let entry = wrapped.fold(inner, |inner, key| format!("{key} = {{ {inner} }}"));
            let start = table.span().unwrap_or_default().start + 1;
            match table.iter().map(|(_, value)| value_end(value)).max() {
                Some(last) => Patch::insert(last, format!(", {entry}")),
                None => Patch::insert(start, format!(" {entry} ")),
            }
        }
        _ => {
            let there = path.get(..depth).unwrap_or_default();
            return Err(PutError::NoTable(there.join(".")));
        }
    };
    Ok(vec![patch])
}

impl Put {
    fn inline(&self) -> String {
        match self {
            Self::Value(value) => value.clone(),
            Self::Section { entries, .. } => {
                let entries = entries.iter();
                let entries: Vec<_> = entries.map(|(key, is)| format!("{key} = {is}")).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    fn section(&self, path: &str, key: &str) -> String {
        match self {
            Self::Value(value) => format!("[{path}]\n{key} = {value}\n"),
            Self::Section { comment, entries } => {
                let entries = entries.iter().map(|(key, is)| format!("{key} = {is}\n"));
                format!(
                    "# {comment}\n[{path}.{key}]\n{}",
                    entries.collect::<String>()
                )
            }
        }
    }
}

/// The start of the line below a header where an entry belongs: by its name if the others are sorted, else behind them.
fn in_body(text: &str, table: &toml_edit::Table, key: &str) -> usize {
    let is_section = |item: &Item| match item {
        Item::Table(table) => !table.is_dotted(),
        Item::ArrayOfTables(_) => true,
        _ => false,
    };
    let entries = table.iter().filter(|(_, item)| !is_section(item));
    let starts = |name: &str| Some(table.key(name)?.span()?.start);
    let mut entries: Vec<_> = entries
        .map(|(name, item)| (starts(name), name, end(item)))
        .collect();
    entries.sort();
    let names = entries.iter().map(|(_, name, _)| *name);
    let before = match names.is_sorted() {
        true => entries.iter().filter(|(_, name, _)| *name < key).count(),
        false => entries.len(),
    };
    let ends = entries.iter().take(before).map(|(_, _, end)| *end);
    let header = table.span().unwrap_or_default().end;
    let at = lines::next(text, ends.max().unwrap_or(header));
    match before == entries.len() {
        true => behind_comments(text, at),
        false => at,
    }
}

/// Behind the comments that begin at this line, if they belong to what stands above: to what is below them otherwise.
fn behind_comments(text: &str, at: usize) -> usize {
    let mut behind = at;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        match line.trim_start() {
            comment if comment.starts_with('#') => behind += line.len(),
            "" => break,
            _ => return at,
        }
    }
    behind
}

/// The end of the last thing that belongs to an entry, wherever it stands.
fn end(item: &Item) -> usize {
    let inner = match item {
        Item::Value(value) => return value_end(value),
        Item::Table(table) => table.iter().map(|(_, item)| end(item)).max(),
        Item::ArrayOfTables(tables) => {
            let items = tables.iter().flat_map(|table| table.iter());
            items.map(|(_, item)| end(item)).max()
        }
        Item::None => None,
    };
    let own = item.span().unwrap_or_default().end;
    inner.unwrap_or_default().max(own)
}

fn value_end(value: &Value) -> usize {
    let inner = match value {
        // `a.b = 1` inside of braces: its own span is that of `a`.
        Value::InlineTable(table) if table.is_dotted() => {
            table.iter().map(|(_, value)| value_end(value)).max()
        }
        _ => None,
    };
    inner.unwrap_or_else(|| value.span().unwrap_or_default().end)
}
