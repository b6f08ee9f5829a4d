//! What programs write where a token should be and there was none. It is no faulty token, and the cause is another one.

/// What stands there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Absent {
    /// Nothing, or a dash, as logs write it.
    Nothing,
    /// What languages write for no value.
    Value,
    /// A promise that nobody waited for.
    Promise,
    /// An object, perhaps with the token in it.
    Object,
    /// A function that nobody called.
    Function,
    /// The name of a variable that nobody replaced.
    Placeholder,
    /// Credentials of another scheme.
    Basic,
    /// Cookies, none of which holds a token.
    Cookies,
}

/// What languages write for no value.
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

impl Absent {
    /// Whether this text stands for a token that is absent.
    pub fn of(text: &str) -> Option<Self> {
        let text = without_wrapping(text);
        if text.len() > 4096 {
            return None;
        }
        let lower = text.to_ascii_lowercase();
        if lower.chars().all(|c| c == '-') || is_scheme(&lower) {
            return Some(Self::Nothing);
        }
        if NO_VALUES.contains(&lower.as_str()) {
            return Some(Self::Value);
        }
        if lower.starts_with("[object promise")
            || lower.starts_with("promise {")
            || lower.starts_with("<coroutine")
        {
            return Some(Self::Promise);
        }
        if lower.starts_with("[object ") {
            return Some(Self::Object);
        }
        let is_function = [
            "[function",
            "function ",
            "function(",
            "async ",
            "() =>",
            "()=>",
            "[asyncfunction",
        ];
        if is_function.iter().any(|start| lower.starts_with(start)) || lower.ends_with("gettoken()")
        {
            return Some(Self::Function);
        }
        if is_placeholder(text) {
            return Some(Self::Placeholder);
        }
        if lower.starts_with("basic ") {
            return Some(Self::Basic);
        }
        is_cookies(text).then_some(Self::Cookies)
    }

    /// What there is in place of a token.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Nothing | Self::Value => "there was none when this was written",
            Self::Promise => "a promise stands in its place",
            Self::Object => "an object stands in its place",
            Self::Function => "a function stands in its place",
            Self::Placeholder => "a placeholder stands in its place",
            Self::Basic => "there are credentials of the scheme Basic",
            Self::Cookies => "no cookie here holds one",
        }
    }

    /// How that comes about, and what to do.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Nothing | Self::Value => {
                "nobody was signed in when the request was made, or `getToken()` was not awaited"
            }
            Self::Promise => "wait for the token: `await getToken()`",
            Self::Object => "put in the token alone: `getToken()` resolves to a text",
            Self::Function => "call it and wait for the token: `await getToken()`",
            Self::Placeholder => "the variable was not replaced by the token",
            Self::Basic => "Clerk's tokens are sent as `Authorization: Bearer`",
            Self::Cookies => "a visitor who is signed in has a cookie `__session`",
        }
    }
}

/// Without quotes, the name of the header and `Bearer`.
fn without_wrapping(text: &str) -> &str {
    let is_wrapping = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';');
    let mut rest = text.trim_matches(is_wrapping);
    for word in [
        "authorization:",
        "authorization=",
        "bearer ",
        "bearer:",
        "bearer=",
    ] {
        if let Some(start) = rest.get(..word.len())
            && start.eq_ignore_ascii_case(word)
        {
            rest = rest[word.len()..].trim_matches(is_wrapping);
        }
    }
    rest
}

fn is_scheme(lower: &str) -> bool {
    matches!(
        lower,
        "" | "bearer" | "authorization" | "authorization:" | "authorization: bearer" | "bearer:"
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
        ] {
            assert_eq!(Absent::of(text), None, "{text}");
        }
    }
}
