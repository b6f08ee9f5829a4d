//! What is known in each function of a source, each looked at once.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::Scope;
use super::text::{is_listed, masking, named, parts};
use crate::check::code::functions::{Function, Functions, words};
use crate::check::code::{Call, Code};

/// What is to be gone before the rest may be written.
const OPENING: [&str; 2] = ["cookie", "authorization"];

/// What is known in each function of a source.
pub struct Scopes<'a> {
    functions: &'a Functions,
    /// Names, and the calls that take something out of them: `headers.remove("cookie")`
    removing: Vec<(&'a str, &'a Call)>,
    known: RefCell<HashMap<usize, Rc<Around<'a>>>>,
}

/// What is known in a function.
struct Around<'a> {
    whole: Rc<Scope<'a>>,
    /// Names, what is no longer in them, and from which line on.
    gone: Vec<(String, &'static str, usize)>,
    /// By how many names nothing is left in.
    bare: RefCell<HashMap<usize, Rc<Scope<'a>>>>,
}

impl<'a> Scopes<'a> {
    pub fn new(functions: &'a Functions, code: &'a Code) -> Self {
        let removing = code.chains.iter().flat_map(|chain| {
            let calls = chain.calls.iter();
            let removing = calls.filter(|call| ["remove", "insert"].contains(&&*call.name));
            removing.map(|call| (chain.start(), call))
        });
        Self {
            functions,
            removing: removing.collect(),
            known: RefCell::default(),
        }
    }

    /// What is known in a line.
    pub fn at(&self, line: usize) -> Rc<Scope<'a>> {
        let around = self.functions.around(line);
        let start = around.map_or(0, |function| *function.lines.start());
        let mut known = self.known.borrow_mut();
        let known = known
            .entry(start)
            .or_insert_with(|| Rc::new(self.around(around)));
        // Where the one is taken out, the other is still there.
        let is_gone = |name: &str, what: &str| {
            let mut gone = known.gone.iter();
            gone.any(|(of, header, at)| of == name && *header == what && *at < line)
        };
        let names: BTreeSet<_> = known.gone.iter().map(|(of, ..)| of).collect();
        let bare = names
            .into_iter()
            .filter(|name| OPENING.iter().all(|header| is_gone(name, header)));
        let bare: Vec<_> = bare.cloned().collect();
        if bare.is_empty() {
            return Rc::clone(&known.whole);
        }
        let mut scopes = known.bare.borrow_mut();
        Rc::clone(scopes.entry(bare.len()).or_insert_with(|| {
            Rc::new(Scope {
                bare,
                ..Scope::new(self.functions, around)
            })
        }))
    }

    fn around(&self, function: Option<&'a Function>) -> Around<'a> {
        let whole = Rc::new(Scope::new(self.functions, function));
        let lines = function.map_or(0..=usize::MAX, |function| function.lines.clone());
        let removing = self.removing.iter();
        let removing = removing.filter(|(_, call)| lines.contains(&call.line));
        let mut gone: Vec<_> = removing
            .flat_map(|(of, call)| {
                let headers = removed(call, &whole).into_iter();
                headers.map(|header| ((*of).to_owned(), header, call.line))
            })
            .collect();
        if let Some(function) = function.filter(|_| whole.may_tell()) {
            let first = function.lines.end() - function.body.matches('\n').count();
            let passed = masked(&whole).into_iter();
            let passed = passed.chain(passed_over(&whole, &function.body));
            gone.extend(passed.map(|(of, header, line)| (of, header, first + line - 1)));
        }
        Around {
            whole,
            gone,
            bare: RefCell::default(),
        }
    }
}

/// The headers that a call takes out, or puts a mask over.
fn removed(call: &Call, scope: &Scope<'_>) -> Vec<&'static str> {
    let arguments = parts(&call.arguments);
    let header = arguments.first().copied().unwrap_or_default();
    let is_masked = arguments.get(1).is_some_and(|value| masking(value));
    if call.name == "insert" && !is_masked {
        return Vec::new();
    }
    let mut names = vec![named(header)];
    // `for header in [COOKIE, AUTHORIZATION]`
    let listed = scope.values(header.trim_start_matches('&'));
    let listed = listed.filter_map(|list| list.trim_start_matches('&').strip_prefix('['));
    let listed = listed.flat_map(|list| parts(list.split(']').next().unwrap_or_default()));
    names.extend(listed.map(named));
    let opening = OPENING.into_iter();
    opening
        .filter(|known| names.iter().any(|name| name == known))
        .collect()
}

/// Names that stand for something else from a line on: `let token = token.replace(token, "***")`
fn masked(scope: &Scope<'_>) -> Vec<(String, &'static str, usize)> {
    let masked = scope.bound().iter().filter_map(|one| {
        let [name] = one.names.as_slice() else {
            return None;
        };
        let is_of_itself = one.value.contains(&**name) && words(&one.value).contains(name);
        let is_masked = !one.is_each && is_of_itself && !scope.tells(&one.value, &mut Vec::new());
        is_masked.then_some((name, one.line))
    });
    let masked = masked.flat_map(|(name, line)| OPENING.map(|header| (name.clone(), header, line)));
    masked.collect()
}

/// Names of a loop that is gone on with for what opens something: `if name == COOKIE { continue; }`
fn passed_over(scope: &Scope<'_>, body: &str) -> Vec<(String, &'static str, usize)> {
    let mut found = Vec::new();
    for (at, _) in body.match_indices("continue") {
        let before = body.get(..at).unwrap_or_default();
        let Some((_, condition)) = before.rsplit_once("if ") else {
            continue;
        };
        let line = 1 + before.matches('\n').count();
        let is_other = condition.replace("matches!", "").contains('!');
        let is_whole = condition.trim_end().ends_with('{') && condition.matches('{').count() == 1;
        if is_other || !is_whole {
            continue;
        }
        let asked = words(condition.trim_end().trim_end_matches('{'));
        let small = condition.to_ascii_lowercase();
        let headers = OPENING.into_iter();
        let headers = headers.filter(|header| small.contains(header) || is_listed(condition));
        let headers: Vec<_> = headers.collect();
        let bound = scope.bound().iter();
        let bound =
            bound.filter(|one| one.is_each && one.names.iter().any(|name| asked.contains(name)));
        let names: Vec<_> = bound.flat_map(|one| &one.names).collect();
        for name in names {
            found.extend(headers.iter().map(|header| (name.clone(), *header, line)));
        }
    }
    found
}
