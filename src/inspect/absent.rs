//! Texts that programs write in place of a token when they have none. That is not a faulty token; it has another cause.

use super::carrier::is_name;
use super::mark;

/// The kind of such a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Absent {
    /// Nothing, or a dash, as logs write it.
    Nothing,
    /// A language's word for "no value".
    Value,
    /// A promise that nobody waited for.
    Promise,
    /// An object, perhaps with the token in it.
    Object,
    /// A function that nobody called.
    Function,
    /// The name of a variable that nobody replaced.
    Placeholder,
    /// Taken out by whoever wrote this down.
    Redacted,
    /// Credentials of another scheme.
    Basic,
    /// Cookies without a token.
    Cookies,
}

/// A language's word for "no value".
const NO_VALUES: [&str; 16] = [
    "undefined",
    "null",
    "none",
    "nil",
    "nan",
    "false",
    "<nil>",
    "(nil)",
    "<null>",
    "(null)",
    "%!s(<nil>)",
    "<none>",
    "<undefined>",
    "[null]",
    "[undefined]",
    "n/a",
];

/// The beginning of a function that was printed instead of called.
const FUNCTIONS: [&str; 7] = [
    "[function",
    "function ",
    "function(",
    "async ",
    "() =>",
    "()=>",
    "[asyncfunction",
];

/// Longer texts say something else.
const LONGEST: usize = 4096;

/// JSON members, parameters and cookies whose value is a token.
const NAMES: [&str; 12] = [
    "jwt",
    "token",
    "session",
    "access_token",
    "accesstoken",
    "id_token",
    "idtoken",
    "session_token",
    "sessiontoken",
    "auth_token",
    "authtoken",
    "authorization",
];

impl Absent {
    /// Recognises a text that stands for an absent token.
    pub fn of(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bare = without_wrapping(text);
        Self::in_place(bare)
            .or_else(|| carried(text).and_then(|value| Self::in_place(without_wrapping(value))))
            .or_else(|| is_cookies(bare).then_some(Self::Cookies))
    }

    /// The kind of a text in the place of a token.
    fn in_place(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let starts = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
        if lower.chars().all(|c| c == '-') || is_scheme(&lower) {
            return Some(Self::Nothing);
        }
        if NO_VALUES.contains(&lower.as_str()) {
            return Some(Self::Value);
        }
        if starts(&["[object promise", "promise {", "<coroutine"]) {
            return Some(Self::Promise);
        }
        if starts(&["[object "]) {
            return Some(Self::Object);
        }
        if starts(&FUNCTIONS) || lower.ends_with("gettoken()") {
            return Some(Self::Function);
        }
        if mark::is_redaction(text) {
            return Some(Self::Redacted);
        }
        if is_placeholder(text) {
            return Some(Self::Placeholder);
        }
        (lower == "basic" || starts(&["basic "])).then_some(Self::Basic)
    }

    /// Words for what is there in place of a token.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Nothing | Self::Value => "there was none when this was written",
            Self::Promise => "a promise stands in its place",
            Self::Object => "an object stands in its place",
            Self::Function => "a function stands in its place",
            Self::Placeholder => "a placeholder stands in its place",
            Self::Redacted => "it was taken out (redacted), and a mark stands in its place",
            Self::Basic => "there are credentials of the scheme Basic",
            Self::Cookies => "no cookie here holds one",
        }
    }

    /// The usual cause, and advice.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Nothing | Self::Value => {
                "nobody was signed in when the request was made, or `getToken()` was not awaited"
            }
            Self::Promise => "wait for the token: `await getToken()`",
            Self::Object => "put in the token alone: `getToken()` resolves to a text",
            Self::Function => "call it and wait for the token: `await getToken()`",
            Self::Placeholder => "the variable was not replaced by the token",
            Self::Redacted => "whoever wrote this down took it out; only the source has it",
            Self::Basic => "Clerk's tokens are sent as `Authorization: Bearer`",
            Self::Cookies => "a visitor who is signed in has a cookie `__session`",
        }
    }
}

/// Blanks, quotes and signs as themselves or spelled out.
const WRAPPING: [&str; 8] = [
    "%20", "%22", "%27", "&quot;", "\\u0022", "\\x22", "\\\"", "+",
];

fn trimmed(mut text: &str) -> &str {
    let is_wrapping = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';');
    loop {
        let rest = text.trim_matches(is_wrapping);
        let front = WRAPPING.iter().find_map(|word| rest.strip_prefix(word));
        let back = || WRAPPING.iter().find_map(|word| rest.strip_suffix(word));
        match front.or_else(back) {
            Some(shorter) => text = shorter,
            None => return rest,
        }
    }
}

/// The text after a word in any spelling, if the word ends there.
fn behind<'a>(text: &'a str, word: &str, signs: &[&str]) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    let rest = &text[word.len()..];
    let is_ended = rest.is_empty() || signs.iter().any(|sign| rest.starts_with(sign));
    (start.eq_ignore_ascii_case(word) && is_ended).then_some(rest)
}

/// The text without quotes, the header's name and `Bearer`.
pub fn without_wrapping(text: &str) -> &str {
    const SIGNS: [&str; 4] = [":", "=", "%3A", "%3D"];
    const BLANKS: [&str; 8] = [" ", "\t", "+", "%20", ":", "=", "%3A", "%3D"];
    let mut rest = trimmed(text);
    for (word, signs) in [("authorization", &SIGNS[..]), ("bearer", &BLANKS)] {
        if let Some(mut after) = behind(rest, word, signs) {
            for sign in SIGNS {
                after = after.strip_prefix(sign).unwrap_or(after);
            }
            rest = trimmed(after);
        }
    }
    rest
}

/// The value in a longer text where a token belongs: after `Bearer` or a name.
fn carried(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let is_word_start =
        |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let has_header = lower.contains("authorization");
    let bearer = lower
        .rmatch_indices("bearer")
        .find(|(at, _)| is_word_start(*at));
    if let Some((at, word)) = bearer.filter(|_| has_header) {
        return Some(value(&text[at + word.len()..]));
    }
    let mut start = 0;
    for run in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        let at = start;
        start += run.len()
            + text[at + run.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let is_known = is_name(run) || NAMES.contains(&run.to_ascii_lowercase().as_str());
        let after = &text[at + run.len()..];
        let after =
            after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '\''));
        if is_known && let Some(after) = after.strip_prefix([':', '=']) {
            return Some(value(after)).filter(|value| !value.is_empty());
        }
    }
    None
}

/// A value, up to its closing quote or to the separator before the next one.
fn value(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\t', '+', ':', '=']);
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let length = text[1..].find(quote).map_or(text.len(), |at| at + 2);
        return &text[..length];
    }
    let ends = |c: char| matches!(c, '"' | '\'' | ';' | ',' | '&' | '\n' | '\r');
    let text = &text[..text.find(ends).unwrap_or(text.len())];
    // A bracket ends the object around the value, unless the value has brackets itself.
    match text.contains('{') {
        true => text,
        false => text.trim_end().trim_end_matches('}'),
    }
}

fn is_scheme(lower: &str) -> bool {
    matches!(
        lower,
        "" | "bearer" | "authorization" | "authorization:" | "cookie:" | "cookie"
    )
}

/// `${token}`, `{{jwt}}`, `<token>`, `$TOKEN`, `%TOKEN%`, `YOUR_TOKEN`
fn is_placeholder(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
        !name.is_empty() && name.len() <= 64 && name.chars().all(is_of_name)
    };
    let within = |start: &str, end: &str| {
        let inner = text
            .strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end));
        inner.is_some_and(|inner| is_name(inner.trim()))
    };
    let pairs = [
        ("${", "}"),
        ("{{", "}}"),
        ("#{", "}"),
        ("{", "}"),
        ("<", ">"),
        ("[", "]"),
        ("%", "%"),
        ("$(", ")"),
    ];
    let is_variable = text.strip_prefix('$').is_some_and(is_name);
    let lower = text.to_ascii_lowercase();
    let is_told = is_name(text)
        && [
            "your_", "your-", "your ", "my_token", "my_jwt", "insert_", "paste_",
        ]
        .iter()
        .any(|start| lower.starts_with(start));
    is_variable || is_told || pairs.iter().any(|(start, end)| within(start, end))
}

/// `name=value; name=value`, or one cookie of Clerk's that is empty.
fn is_cookies(text: &str) -> bool {
    let text = match text.get(..7) {
        Some(start) if start.eq_ignore_ascii_case("cookie:") => &text[7..],
        _ => text,
    };
    let is_cookie = |pair: &str| {
        pair.trim().split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"{}[]()<>\"/,".contains(&byte))
        })
    };
    let has_more = text.contains("; ") || text.trim_start().starts_with("__");
    has_more && text.split(';').all(is_cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_no_token_is_known() {
        for (text, absent) in [
            ("-", Absent::Nothing),
            ("", Absent::Nothing),
            ("\"\"", Absent::Nothing),
            ("Bearer", Absent::Nothing),
            ("Authorization: Bearer ", Absent::Nothing),
            ("Authorization:", Absent::Nothing),
            ("null", Absent::Value),
            ("NULL", Absent::Value),
            ("None", Absent::Value),
            ("nil", Absent::Value),
            ("Bearer undefined", Absent::Value),
            ("authorization: bearer null", Absent::Value),
            ("\"Bearer undefined\",", Absent::Value),
            ("[object Promise]", Absent::Promise),
            ("Bearer [object Promise]", Absent::Promise),
            ("Promise { <pending> }", Absent::Promise),
            ("[object Object]", Absent::Object),
            ("[Function: getToken]", Absent::Function),
            ("async () => {}", Absent::Function),
            ("Bearer ${token}", Absent::Placeholder),
            ("Bearer {{token}}", Absent::Placeholder),
            ("Bearer <token>", Absent::Placeholder),
            ("$TOKEN", Absent::Placeholder),
            ("YOUR_TOKEN", Absent::Placeholder),
            ("Authorization: Basic", Absent::Basic),
            ("Basic dXNlcjpwYXNz", Absent::Basic),
            ("__client_uat=0; _ga=GA1.2", Absent::Cookies),
            ("Cookie: a=b; __session=", Absent::Cookies),
        ] {
            assert_eq!(Absent::of(text), Some(absent), "{text}");
        }
        for text in [
            "x",
            "hello",
            "not a token",
            "undefinedx",
            "ey.ey.sig",
            "a=b",
            "sk_test_1",
            "a; b",
            "nullify it",
            "the bearer is null",
            "token redacted by hand",
            "xx",
        ] {
            assert_eq!(Absent::of(text), None, "{text}");
        }
    }
}
