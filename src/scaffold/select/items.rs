//! Finds what of a source file stands behind features that are off, by its `#[cfg(…)]` lines.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter::Peekable;

/// A source file without the code behind these features. It stays formatted as rustfmt does it.
pub(super) fn without_items(text: &str, off: &BTreeSet<&str>) -> String {
    if !text.contains("[cfg") {
        return text.to_owned();
    }
    let mut kept: Vec<Cow<'_, str>> = Vec::new();
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let of_file = line.strip_prefix("#![cfg_attr(");
        let of_file = of_file.and_then(|rest| rest.split_once(", "));
        if of_file.is_some_and(|(condition, _)| holds(condition, off) == Some(false)) {
            continue;
        }
        let condition = line
            .trim()
            .strip_prefix("#[cfg(")
            .and_then(|rest| rest.strip_suffix(")]"));
        let Some(condition) = condition else {
            kept.push(Cow::Borrowed(line));
            continue;
        };
        match holds(condition, off) {
            None => kept.push(Cow::Owned(
                line.replace(condition, &open_part(condition, off)),
            )),
            Some(true) => {}
            Some(false) => {
                let is_above = |line: &str| {
                    let line = line.trim();
                    line.starts_with("///") || line.starts_with("#[")
                };
                while kept.last().is_some_and(|line| is_above(line)) {
                    kept.pop();
                }
                let mut item = Item::default();
                while lines.next_if(|line| !item.ends_with(line)).is_some() {}
                lines.next();
                close_gap(&mut kept, &mut lines);
            }
        }
    }
    kept.concat()
}

/// Keeps at most one of the empty lines around the gap, and none at the edge of a block.
fn close_gap<'t>(
    kept: &mut Vec<Cow<'t, str>>,
    lines: &mut Peekable<impl Iterator<Item = &'t str>>,
) {
    let is_blank = |line: &str| line.trim().is_empty();
    let is_edge = kept
        .last()
        .is_none_or(|line| is_blank(line) || line.trim_end().ends_with('{'));
    if is_edge {
        lines.next_if(|line| is_blank(line));
    }
    let is_end = lines.peek().is_none_or(|line| line.trim().starts_with('}'));
    if is_end && kept.last().is_some_and(|line| is_blank(line)) {
        kept.pop();
    }
}

/// The value of a condition when these features are off, or `None` if it depends on something else.
fn holds(condition: &str, off: &BTreeSet<&str>) -> Option<bool> {
    if let Some(feature) = condition.strip_prefix("feature = ") {
        return off.contains(feature.trim_matches('"')).then_some(false);
    }
    if let Some(negated) = inside(condition, "not") {
        return holds(negated, off).map(|holds| !holds);
    }
    // One false member decides `all`, one true member decides `any`.
    let (list, settled) = match (inside(condition, "all"), inside(condition, "any")) {
        (Some(list), _) => (list, false),
        (_, Some(list)) => (list, true),
        _ => return None,
    };
    let verdicts: Vec<_> = parts(list).iter().map(|part| holds(part, off)).collect();
    if verdicts.contains(&Some(settled)) {
        return Some(settled);
    }
    (!verdicts.contains(&None)).then_some(!settled)
}

/// The undecided part of a condition: the members of a list that these features do not decide.
fn open_part(condition: &str, off: &BTreeSet<&str>) -> String {
    for name in ["all", "any"] {
        if let Some(list) = inside(condition, name) {
            let open = parts(list)
                .into_iter()
                .filter(|part| holds(part, off).is_none())
                .map(|part| open_part(part, off));
            let open: Vec<_> = open.collect();
            return match &open[..] {
                [one] => one.clone(),
                _ => format!("{name}({})", open.join(", ")),
            };
        }
    }
    condition.to_owned()
}

/// The members of a condition of this name: `a, b` of `all(a, b)`.
fn inside<'c>(condition: &'c str, name: &str) -> Option<&'c str> {
    let rest = condition.strip_prefix(name)?.strip_prefix('(')?;
    rest.strip_suffix(')')
}

/// The members of a list, which may be lists themselves.
fn parts(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_i32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts
}

/// Reads an item line by line. It ends with the first line that closes all its brackets and has an end of its own.
#[derive(Default)]
struct Item {
    depth: i32,
    is_in_text: bool,
    has_where: bool,
}

impl Item {
    fn ends_with(&mut self, line: &str) -> bool {
        let line = line.trim();
        if !self.is_in_text && (line.starts_with("//") || line.starts_with("#[")) {
            return false;
        }
        self.has_where |= line.starts_with("where");
        let mut rest = line.chars().peekable();
        let mut last = ' ';
        while let Some(c) = rest.next() {
            match c {
                '\\' => drop(rest.next()),
                '"' => self.is_in_text = !self.is_in_text,
                _ if self.is_in_text => {}
                '/' if rest.peek() == Some(&'/') => break,
                '\'' => skip_character(&mut rest),
                '{' | '(' | '[' => self.depth += 1,
                '}' | ')' | ']' => self.depth -= 1,
                _ => {}
            }
            if !c.is_whitespace() {
                last = c;
            }
        }
        let is_end = matches!(last, ';' | '}') || (last == ',' && !self.has_where);
        self.depth <= 0 && !self.is_in_text && is_end
    }
}

/// Goes behind the character that a quote opens, such as `'{'`; a lifetime opens none.
fn skip_character(rest: &mut Peekable<std::str::Chars<'_>>) {
    let mut ahead = rest.clone();
    let is_escaped = ahead.next() == Some('\\');
    if is_escaped {
        ahead.next();
    }
    if ahead.next() == Some('\'') {
        *rest = ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(names: &[&'static str]) -> BTreeSet<&'static str> {
        names.iter().copied().collect()
    }

    #[test]
    fn an_item_behind_a_feature_goes_with_its_comments() {
        let source = r#"mod a;
/// Comes with b.
#[cfg(feature = "b")]
pub mod b;

struct S {
    x: u8,
    /// Two lines.
    #[cfg(feature = "b")]
    y: Vec<(u8, u8)>,
}

#[cfg(feature = "b")]
impl<T> From<T> for S
where
    T: Copy,
{
    fn f(brackets: &str) -> char {
        // Not the end: }
        "}".len().trim('/');
        let quote: &'static [char] = &['\\'', '"'];
        '}'
    }
}

fn g() {
    first();

    #[cfg(feature = "b")]
    second()
        .third();
}
"#;
        let kept = r#"mod a;

struct S {
    x: u8,
}

fn g() {
    first();
}
"#;
        assert_eq!(without_items(source, &off(&["b"])), kept);
        assert_eq!(without_items(source, &off(&["c"])), source);
    }

    #[test]
    fn a_condition_that_holds_anyway_goes_alone() {
        let source = "#[cfg(not(feature = \"b\"))]\nmod without;\n#[cfg(all(test, feature = \"b\"))]\nmod c;\n#[cfg(any(unix, feature = \"b\", feature = \"d\"))]\nmod d;\n#[cfg(any(feature = \"b\", feature = \"d\"))]\nmod e;\n";
        let kept = "mod without;\n#[cfg(any(unix, feature = \"d\"))]\nmod d;\n#[cfg(feature = \"d\")]\nmod e;\n";
        assert_eq!(without_items(source, &off(&["b"])), kept);
    }

    #[test]
    fn an_attribute_of_the_file_goes_with_its_feature() {
        let source = "//! Words.\n#![cfg_attr(feature = \"b\", doc = \"more\")]\n\nmod a;\n";
        let off = |name| without_items(source, &off(&[name]));
        assert_eq!(off("b"), "//! Words.\n\nmod a;\n");
        assert_eq!(off("c"), source);
    }

    #[test]
    fn an_arm_goes_whether_it_ends_with_a_comma_or_a_block() {
        let source = "match x {\n    #[cfg(feature = \"b\")]\n    A { .. } => {\n        f();\n    }\n    #[cfg(feature = \"b\")]\n    B | C => g(),\n    D => h(),\n}\n";
        assert_eq!(
            without_items(source, &off(&["b"])),
            "match x {\n    D => h(),\n}\n"
        );
    }
}
