//! Own functions that hand out what opens something: `fn bearer(headers: &HeaderMap) -> Option<&str>`

use super::Scope;
use super::text::{name, opening, root};
use crate::check::code::functions::Function;
use crate::check::code::statements::statements;

/// So many of them may hand it on, and so many may have one name.
const MOST: usize = 3;

impl Scope<'_> {
    /// True if a value is what such a function makes of a request: `bearer(&headers)`
    pub(super) fn is_handed_out(&self, value: &str, seen: &[String]) -> bool {
        // What stands in front of the bracket that ends it is all of the call.
        let call = value.strip_suffix(')').zip(opening(value));
        let call = call.and_then(|(call, at)| call.split_at_checked(at));
        let Some((path, handed)) = call else {
            return false;
        };
        let Some(called) = name(path.rsplit("::").next().unwrap_or_default()) else {
            return false;
        };
        let calls = seen.iter().filter(|known| known.ends_with('('));
        let mark = format!("{called}(");
        if path.contains('.') || seen.contains(&mark) || calls.clone().count() == MOST {
            return false;
        }
        let mut seen_here = seen.to_vec();
        let of = root(handed.trim_start_matches('('));
        if !self.is_headers(of) && !self.is_request(of, &mut seen_here) || !self.steps.take(1) {
            return false;
        }
        let mut marks: Vec<_> = calls.cloned().collect();
        marks.push(mark);
        let mut own = self.functions.named(called);
        // Where many have the name, nobody knows which is meant.
        own.len() <= MOST && own.any(|one| self.gives(one, &marks))
    }

    /// True if its last statement tells.
    fn gives(&self, function: &Function, marks: &[String]) -> bool {
        // Each time it is read anew.
        if !self.steps.take(function.body.len() / 1000) {
            return false;
        }
        let inner = Scope::new(self.functions, Some(function), &self.steps);
        let said = statements(&function.body);
        let last = said.last().map_or("", |said| said.text.as_str());
        let last = last.strip_prefix("return ").unwrap_or(last);
        inner.may_tell() && inner.tells(last, &mut marks.to_vec())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::check::code::Code;
    use crate::check::code::functions::Functions;
    use crate::check::rules::logged::{logged, writing};
    use crate::check::rules::request::{Scopes, Steps};

    #[test]
    fn what_is_asked_of_a_token_is_no_token() {
        const BEARER: &str = "fn bearer(headers: &HeaderMap) -> Option<&str> { headers.get(AUTHORIZATION)?.to_str().ok() }";
        for (body, expected) in [
            ("info!(signed_in = bearer(&headers).is_some());", None),
            (
                "let size = bearer(&headers).map_or(0, str::len);\n info!(size);",
                None,
            ),
            (
                "let user = bearer(&headers).map(|t| hash(t));\n info!(user);",
                None,
            ),
            (
                "let t = bearer(&headers).unwrap_or_default();\n info!(t);",
                Some("t"),
            ),
        ] {
            let text = format!("async fn f(headers: HeaderMap) {{ {body} }}\n{BEARER}");
            let code = Code::of("x.rs", &text).unwrap();
            let functions = Functions::of(&text);
            let scopes = Scopes::new(&functions, &code, &Steps::default());
            let told = writing(&code).find_map(|call| logged(call, &scopes));
            assert_eq!(told.as_deref(), expected, "{text}");
        }
    }
}
