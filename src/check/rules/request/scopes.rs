//! What is known in each function of a source, each looked at once.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::text::{is_listed, masking, named, parts};
use super::{Scope, Steps};
use crate::check::code::functions::{Function, Functions, words};
use crate::check::code::{Call, Code};

/// What is to be gone before the rest may be written.
const OPENING: [&str; 2] = ["cookie", "authorization"];
/// The longest condition that is looked at, as a text.
const LONGEST_CONDITION: usize = 2000;

/// What is known in each function of a source.
pub struct Scopes<'a> {
    functions: &'a Functions,
    /// Names, and the calls that take something out of them, by their lines: `headers.remove("cookie")`
    removing: Vec<(&'a str, &'a Call)>,
    /// The smallest function around each line.
    around: OnceCell<Vec<Option<&'a Function>>>,
    /// By the first line of the function.
    known: RefCell<HashMap<usize, Rc<Scope<'a>>>>,
    steps: Steps,
}

impl<'a> Scopes<'a> {
    pub fn new(functions: &'a Functions, code: &'a Code, steps: &Steps) -> Self {
        let removing = code.chains.iter().flat_map(|chain| {
            let calls = chain.calls.iter();
            let removing = calls.filter(|call| ["remove", "insert"].contains(&&*call.name));
            removing.map(|call| (chain.start(), call))
        });
        let mut removing: Vec<_> = removing.collect();
        removing.sort_by_key(|(_, call)| call.line);
        Self {
            functions,
            removing,
            around: OnceCell::new(),
            known: RefCell::default(),
            steps: steps.of_one(),
        }
    }

    /// What is known in a line.
    pub fn at(&self, line: usize) -> Rc<Scope<'a>> {
        let all = self.around.get_or_init(|| self.functions.around());
        let around = all.get(line).copied().flatten();
        let start = around.map_or(0, |function| *function.lines.start());
        let mut known = self.known.borrow_mut();
        let scope = known
            .entry(start)
            .or_insert_with(|| Rc::new(self.scope(around)));
        scope.line.set(line);
        Rc::clone(scope)
    }

    fn scope(&self, function: Option<&'a Function>) -> Scope<'a> {
        let scope = Scope::new(self.functions, function, &self.steps);
        let lines = function.map_or(0..=usize::MAX, |function| function.lines.clone());
        let first = self
            .removing
            .partition_point(|(_, call)| call.line < *lines.start());
        let removing = self.removing.iter().skip(first);
        let removing = removing.take_while(|(_, call)| lines.contains(&call.line));
        let mut gone: Vec<_> = removing
            .flat_map(|(of, call)| {
                let headers = removed(call, &scope).into_iter();
                headers.map(|header| ((*of).to_owned(), header, call.line))
            })
            .collect();
        if let Some(function) = function.filter(|_| scope.may_tell()) {
            let first = function.lines.end() - function.body.matches('\n').count();
            let passed = masked(&scope).into_iter();
            let passed = passed.chain(passed_over(&scope, &function.body));
            gone.extend(passed.map(|(of, header, line)| (of, header, first + line - 1)));
        }
        // Where the one is taken out, the other is still there.
        let mut lines: HashMap<String, [Option<usize>; 2]> = HashMap::new();
        for (of, header, line) in gone {
            let all = OPENING.iter().zip(lines.entry(of).or_default());
            for (_, first) in all.filter(|(known, _)| **known == header) {
                *first = Some(first.map_or(line, |first| first.min(line)));
            }
        }
        let bare = lines.into_iter().filter_map(|(of, lines)| match lines {
            [Some(one), Some(other)] => Some((of, one.max(other))),
            _ => None,
        });
        Scope {
            bare: bare.collect(),
            ..scope
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
    let (mut line, mut counted) = (1, 0);
    for (at, _) in body.match_indices("continue") {
        let between = body.get(counted..at).unwrap_or_default();
        (line, counted) = (line + between.matches('\n').count(), at);
        // A condition stands near.
        let start =
            (at.saturating_sub(LONGEST_CONDITION)..at).find(|at| body.is_char_boundary(*at));
        let before = body.get(start.unwrap_or(at)..at).unwrap_or_default();
        let Some((_, condition)) = before.rsplit_once("if ") else {
            continue;
        };
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
        let asked: BTreeSet<_> = asked.iter().collect();
        let bound = asked.into_iter().flat_map(|name| scope.bindings(name));
        let names = bound.filter(|one| one.is_each).flat_map(|one| &one.names);
        for name in names.collect::<BTreeSet<_>>() {
            found.extend(headers.iter().map(|header| (name.clone(), *header, line)));
        }
    }
    found
}
