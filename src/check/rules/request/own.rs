//! Own functions that hand out what opens something: `fn bearer(headers: &HeaderMap) -> Option<&str>`

use super::Scope;
use super::text::{name, root};
use crate::check::code::functions::Function;
use crate::check::code::statements::statements;

/// So many of them may hand it on.
const MOST: usize = 3;

impl Scope<'_> {
    /// True if a value is what such a function makes of a request: `bearer(&headers)`
    pub(super) fn is_handed_out(&self, value: &str, seen: &[String]) -> bool {
        let call = value
            .strip_suffix(')')
            .and_then(|call| call.split_once('('));
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
        let of = root(handed);
        if !self.is_headers(of) && !self.is_request(of, &mut seen_here) || !self.steps.take(1) {
            return false;
        }
        let mut marks: Vec<_> = calls.cloned().collect();
        marks.push(mark);
        let mut own = self.functions.functions.iter();
        own.any(|one| one.name == called && one.is_named() && self.gives(one, &marks))
    }

    /// True if its last statement tells.
    fn gives(&self, function: &Function, marks: &[String]) -> bool {
        let inner = Scope::new(self.functions, Some(function), &self.steps);
        let said = statements(&function.body);
        let last = said.last().map_or("", |said| said.text.as_str());
        let last = last.strip_prefix("return ").unwrap_or(last);
        inner.may_tell() && inner.tells(last, &mut marks.to_vec())
    }
}
