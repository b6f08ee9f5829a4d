//! What a handler does about who is there.

use super::bodies::{Bodies, STEPS};
use super::read::{REQUEST, Wanted, handed};
use super::words::{
    is_about_who, is_check_of_id, lets_in, names, names_who, needs, notes, refuses,
};
use crate::check::code::functions::{Function, Input};
use crate::check::code::statements::{Statement, statements};

/// Words of what something hangs on.
const DECIDES: [&str; 5] = ["if", "match", "while", "return", "?"];
/// What somebody put there who saw the request before.
const PUT_THERE: [&str; 2] = ["Extension", "ReqData"];

/// What a handler does about who is there.
pub struct Asked {
    /// True if that hangs on nothing else.
    always: bool,
    /// Its statements about it.
    about: Vec<Statement>,
    /// Names of what says who it is.
    names: Vec<String>,
}

impl Asked {
    /// True if it asks. What it says of these ids is nothing of that.
    pub fn asks(&self, ids: &[&str]) -> bool {
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        let mut about = self.about.iter();
        self.always || about.any(|said| !is_check_of_id(said, ids, &names))
    }
}

impl Bodies<'_, '_> {
    /// A handler asks if it takes something of the app's own that says who is there or refuses somebody; or does so itself; or
    /// hands the request to a function of the app's own that does.
    pub fn asked(&self, function: &Function) -> Asked {
        let asks = |always| Asked {
            always,
            about: Vec::new(),
            names: Vec::new(),
        };
        let takes = function.takes();
        let is_put_there = |input: &Input| input.of.iter().any(|of| PUT_THERE.contains(&&**of));
        let is_asking = |of: &String| self.is_extractor(of, true);
        let is_taken = |input: &Input| {
            let types = self.without_aliases(&input.of);
            refuses(&types)
                || needs(&types, is_asking)
                || is_put_there(input)
                    && types
                        .iter()
                        .any(|of| names_who(of) || self.is_put_by_guard(of))
        };
        if takes.iter().any(is_taken) {
            return asks(true);
        }
        // Who need not be there is asked for where something is done with it.
        let noted = self.noted(&takes);
        // Who it is may be compared with whom the request names.
        let of_others = takes.iter().filter(|input| {
            is_put_there(input) || input.of.iter().any(|of| self.is_extractor(of, false))
        });
        let of_others: Vec<_> = of_others.flat_map(names).collect();
        let mut about = statements(&function.body);
        let looks = about.iter();
        let looks = looks.filter(|said| noted.iter().any(|name| is_look(said, name)));
        let looked: Vec<_> = looks.filter_map(look).collect();
        let is_noted = about.iter().any(|said| {
            let mut noted = noted.iter();
            let mut looked = looked.iter();
            noted.any(|name| said.uses(name) && !is_look(said, name))
                || said.says(&DECIDES) && looked.any(|look| said.says(&[look]))
        });
        let hands = |names: &[&str], wanted| {
            let handed = handed(&function.body, names);
            self.is_wanted_of_any(&handed, STEPS, wanted)
        };
        if is_noted
            || hands(&REQUEST, Wanted::Asks)
            || !of_others.is_empty() && hands(&of_others, Wanted::Guards)
        {
            return asks(true);
        }
        about.retain(is_about_who);
        let of_request = REQUEST.iter().filter(|name| !name.starts_with("req"));
        let names = of_request.chain(&of_others).map(|name| (*name).to_owned());
        Asked {
            always: false,
            about,
            names: names.collect(),
        }
    }

    /// The names of what says who is there if anybody is.
    pub fn noted<'t>(&self, takes: &'t [Input]) -> Vec<&'t str> {
        let noted = takes.iter().filter(|input| {
            let types = self.without_aliases(&input.of);
            notes(&types) || lets_in(&types, |of| self.is_extractor(of, true))
        });
        noted.flat_map(names).collect()
    }
}

/// The name of what `let member = who.is_some();` says, which decides nothing by itself.
fn look(said: &Statement) -> Option<&str> {
    let (name, _) = said.text.strip_prefix("let ")?.split_once('=')?;
    Some(name)
}

fn is_look(said: &Statement, of: &str) -> bool {
    let value = said.text.split_once('=').map_or("", |(_, value)| value);
    let method = value.strip_prefix(of).unwrap_or_default();
    let methods = [".is_some()", ".is_none()", ".is_ok()", ".is_err()"];
    look(said).is_some() && methods.contains(&method.trim_end_matches(';'))
}
