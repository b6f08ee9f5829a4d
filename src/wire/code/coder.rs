//! Goes through the places where a program is served, and changes each or tells what is to be done there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::change::{Words, framework, is_name};
use super::patch::Place;
use super::text::Source;
use super::{ByHand, Code, Edit, Wanted, module};
use crate::source::{Doubt, Framework, Reading, Spot, meant};

const ELSEWHERE: &str = "it is served by a crate beside this package";
const NOT_FOUND: &str = "no place was found where the app is served";
pub const SEVERAL: &str = "several servers are started, and which of them is meant is not certain";
const UNREADABLE: &str = "what is served here could not be taken apart";
const FURTHER_IN: &str =
    "a gate stands deeper in the app and does not cover everything; move it here";
const CONDITION: &str = "it stands under a condition (`#[cfg(\u{2026})]`)";

pub struct Coder<'a> {
    reading: &'a Reading,
    wanted: &'a Wanted,
    framework: Option<Framework>,
    sources: BTreeMap<Arc<str>, Source>,
    /// Statements that were changed.
    changed: Vec<(Arc<str>, Range<usize>)>,
    by_hand: Vec<ByHand>,
}

impl<'a> Coder<'a> {
    pub fn new(reading: &'a Reading, wanted: &'a Wanted) -> Self {
        let read =
            |(name, text): (&Arc<str>, &String)| Some((Arc::clone(name), Source::read(text)?));
        Self {
            reading,
            wanted,
            framework: framework(&wanted.framework),
            sources: reading.texts.iter().filter_map(read).collect(),
            changed: Vec::new(),
            by_hand: Vec::new(),
        }
    }

    pub fn code(mut self) -> Code {
        let Some(framework) = self.framework else {
            return Code::default();
        };
        let words = Words::new(framework, self.wanted);
        let all = self.reading.spots.iter();
        let all = all.filter(|spot| spot.framework == framework);
        let spots: Vec<&Spot> = all.filter(|spot| !self.is_left_open(spot)).collect();
        let (done, open): (Vec<&Spot>, Vec<&Spot>) = spots
            .iter()
            .partition(|spot| spot.is_behind_gate || self.says(spot, &words));
        let root = spots.iter().find_map(|spot| spot.root.as_ref());
        let root = root.map_or_else(|| Arc::from(self.reading.root.as_str()), Arc::clone);
        for spot in &open {
            let is_same = |other: &&Spot| other.routes == spot.routes;
            let is_alone = done.iter().any(is_same) || open.iter().chain(&done).all(is_same);
            let why = match &spot.root {
                None => Some(ELSEWHERE),
                Some(own) if *own != root || !is_alone => Some(SEVERAL),
                // The pages would be there twice.
                Some(_) if spot.has_gate => Some(FURTHER_IN),
                Some(_) => match spot.doubt {
                    Some(doubt) => Some(in_words(doubt)),
                    None => self.change(spot, &words).err(),
                },
            };
            if let Some(why) = why {
                self.tell(spot, &words, why);
            }
        }
        if spots.is_empty() {
            self.tell_of_main(&root, &words);
        }
        let is_own = |spot: &&Spot| !self.says(spot, &words);
        // A gate of the app's own needs no module of ours.
        if !(open.is_empty() && !done.is_empty() && done.iter().all(is_own)) {
            self.declare(&root);
        }
        self.finish(root.rsplit_once('/').map_or("", |(folder, _)| folder))
    }

    /// True if its owner wants no gate before anything that is served there.
    fn is_left_open(&self, spot: &Spot) -> bool {
        let open = spot.open.as_ref();
        open.is_some_and(|open| {
            let known = meant(&self.wanted.without_gate, open.iter().map(String::as_str));
            !open.is_empty() && open.iter().all(|path| known.contains(path))
        })
    }

    /// The place in its file.
    fn at(&self, spot: &Spot) -> Option<(&Source, Range<usize>)> {
        let file = &spot.place.file;
        let source = self.sources.get(file)?;
        let bytes = spot.place.bytes;
        let text = self.reading.texts.get(file)?;
        Some((source, source.here(text, bytes.start..bytes.end)))
    }

    fn says(&self, spot: &Spot, words: &Words<'_>) -> bool {
        let Some((source, at)) = self.at(spot) else {
            return false;
        };
        let code = source.get(&at);
        let bound = || {
            source
                .bound(&at, code)
                .is_some_and(|value| words.are_in(value))
        };
        words.are_in(code)
            || (is_name(code) && bound())
            // Whoever is called is not there, so what it is given is served, for all that is known.
            || source.is_given_to(&at, &words.called())
    }

    /// Changes what is served at a place, or says why not.
    fn change(&mut self, spot: &Spot, words: &Words<'_>) -> Result<(), &'static str> {
        let (source, at) = self.at(spot).ok_or(UNREADABLE)?;
        let statement = source.statement(&at);
        if statement.is_conditional {
            return Err(CONDITION);
        }
        let own = (Arc::clone(&spot.place.file), statement.bytes.clone());
        if self.changed.iter().any(|known| meet(known, &own)) {
            return Err(SEVERAL);
        }
        let place = Place {
            source,
            at,
            statement: statement.bytes,
        };
        let patches = place.patches(spot.gives, words).ok_or(UNREADABLE)?;
        if let Some(source) = self.sources.get_mut(&spot.place.file) {
            source.put(patches);
        }
        self.changed.push(own);
        Ok(())
    }

    fn tell(&mut self, spot: &Spot, words: &Words<'_>, why: &str) {
        let code = self.at(spot);
        let code = code.map(|(source, at)| source.get(&at));
        // Behind methods of a service it is a router no more.
        let code = code.filter(|code| is_name(code) || spot.doubt != Some(Doubt::NotServed));
        let (lines, how) = match spot.root {
            None => words.handed_on(),
            Some(_) => words.by_hand(code),
        };
        self.by_hand.push(ByHand {
            path: spot.place.file.to_string(),
            line: spot.place.line,
            why: format!("{why}; {how}"),
            lines,
        });
    }

    /// Nothing is known but where the program begins.
    fn tell_of_main(&mut self, root: &str, words: &Words<'_>) {
        let source = self.sources.get(root);
        if source.is_some_and(|source| source.calls(&words.called())) {
            return;
        }
        let at = source.and_then(|source| source.text.find("fn main"));
        let line = at.and_then(|at| Some(source?.line(at)));
        self.by_hand.push(ByHand {
            path: root.to_owned(),
            line: line.unwrap_or(1),
            why: NOT_FOUND.to_owned(),
            lines: words.by_hand(None).0,
        });
    }

    fn declare(&mut self, root: &str) {
        if let Some(source) = self.sources.get_mut(root) {
            module::declare(source, &self.wanted.module);
        }
    }

    fn finish(self, folder: &str) -> Code {
        let edits = self.sources.iter().filter_map(|(path, source)| {
            Some(Edit {
                path: path.to_string(),
                before: self.reading.texts.get(path)?.clone(),
                after: source.changed()?,
            })
        });
        let edits: Vec<_> = edits.collect();
        Code {
            is_done: edits.is_empty() && self.by_hand.is_empty(),
            edits,
            by_hand: self.by_hand,
            module_folder: folder.to_owned(),
        }
    }
}

fn meet(one: &(Arc<str>, Range<usize>), other: &(Arc<str>, Range<usize>)) -> bool {
    one.0 == other.0 && one.1.start < other.1.end && other.1.start < one.1.end
}

fn in_words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NotServed => "what it is handed to is not known to serve it",
        Doubt::NotRead => "what is served here is not read",
        Doubt::Branches => "the app is not what the last line of its function says",
        Doubt::Attribute => "what `main` returns is served by the attribute before it",
    }
}
