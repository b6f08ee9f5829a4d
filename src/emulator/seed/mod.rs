//! A seed: users, organizations and all else that an instance is to begin with, written down in TOML. Its entries go the
//! way of the Backend API's calls: the instance decides about each, and refuses what it would refuse there.

mod entry;
mod file;
mod machines;
mod organizations;
mod place;
mod rules;
mod users;
mod webhooks;

use clerk_auth::time::UnixMillis;
use serde::Serialize;
use toml::Spanned;

use super::faults::{Rule, wanted};
use super::instance::{Instance, Refusal};
use super::webhooks::{NewEndpoint, Webhooks};
use entry::{Entry, Wrong};
use file::{File, Webhook};

/// In characters, of what is wrong with a seed.
const MAX_WORDS: usize = 1_000;

/// A file that could be read; whether its entries are possible, the instance decides.
#[derive(Clone)]
pub struct Seed {
    text: String,
    file: File,
}

/// The reason why a seed was not applied, in words for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {words}")]
pub struct SeedError {
    /// From 1.
    pub line: usize,
    pub words: String,
}

/// The outcome of the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sowing {
    /// Tables, and how many entries of each are new.
    pub made: Vec<(&'static str, usize)>,
    /// Entries that had been applied before.
    pub there: usize,
}

/// A refusal in words, and the field that it is about.
pub type Words = fn(Refusal) -> (&'static str, Option<&'static str>);

impl Seed {
    /// # Errors
    /// [`SeedError`] when it is no TOML, or has an entry or a key that no seed has.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let file = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let key = place::key_on_line(text, at);
            let words = error.message().trim().replace('\n', "; ");
            let words = match key.filter(|key| !words.contains(&format!("`{key}`"))) {
                Some(key) => format!("`{key}`: {words}"),
                None => words,
            };
            SeedError::new(place::line(text, at), &words)
        })?;
        let seed = Self {
            text: text.to_owned(),
            file,
        };
        seed.check_faults()?;
        Ok(seed)
    }

    /// The file of the key to sign with, as seen from the seed's folder.
    pub fn signing_key(&self) -> Option<&str> {
        self.file.signing_key.as_deref()
    }

    /// The faults to make on purpose, whenever it is applied.
    pub fn faults(&self) -> impl Iterator<Item = Rule> + use<'_> {
        let faults = self.file.faults.iter();
        faults.map(|fault| fault.get_ref().clone())
    }

    /// Where events go, whenever it is applied; the emulator itself listens on the ports `own`.
    ///
    /// # Errors
    /// [`SeedError`] about the first that no events can go to, or the last if there is no room for all.
    pub fn webhooks(&self, known: &Webhooks, own: [u16; 2]) -> Result<Vec<NewEndpoint>, SeedError> {
        let of = |entry: &Spanned<Webhook>, wrong| {
            self.error(wrong, "webhooks", entry.span(), |_| ("", None))
        };
        let all = self.file.webhooks.iter();
        let read = all.map(|entry| {
            webhooks::endpoint(entry.get_ref(), own).map_err(|wrong| of(entry, wrong))
        });
        let read = read.collect::<Result<Vec<_>, _>>()?;
        match self.file.webhooks.last() {
            Some(last) if !known.has_room_for(&read) => Err(of(last, webhooks::too_many())),
            _ => Ok(read),
        }
    }

    /// A fault that cannot be meant so, if there is one.
    fn check_faults(&self) -> Result<(), SeedError> {
        for fault in &self.file.faults {
            if let Err(field) = fault.get_ref().check() {
                let key = field.to_owned();
                let words = format!("is to be {}", wanted(field));
                let wrong = Wrong::Said { key, words };
                return Err(self.error(wrong, "faults", fault.span(), |_| ("", None)));
            }
        }
        Ok(())
    }

    /// Makes what the instance does not have yet: all of it, or nothing.
    ///
    /// # Errors
    /// [`SeedError`] about the first entry that the instance refuses.
    pub fn sow(
        &self,
        instance: &mut Instance,
        words: Words,
        now: UnixMillis,
    ) -> Result<Sowing, SeedError> {
        instance.whole(|instance| {
            let mut sowing = Sowing::default();
            for entry in self.file.entries() {
                let (table, name, at) = (entry.table, entry.name.clone(), entry.span.clone());
                let sown = instance.sow(&name, |instance| (entry.make)(instance, now));
                let sown = sown.map_err(|wrong| self.error(wrong, &name, at, words))?;
                sowing.count(table, sown);
            }
            Ok(sowing)
        })
    }

    fn error(
        &self,
        wrong: Wrong,
        name: &str,
        at: std::ops::Range<usize>,
        words: Words,
    ) -> SeedError {
        let (said, key) = match wrong {
            Wrong::Said { key, words } => (words, Some(key)),
            Wrong::Refused(refusal) => {
                let (said, key) = words(refusal);
                (said.to_owned(), key.map(str::to_owned))
            }
        };
        let place = key.as_deref();
        let place = place.and_then(|key| place::of_key(&self.text, at.clone(), key));
        let words = match key {
            Some(key) => format!("{name}: `{key}`: {said}"),
            None => format!("{name}: {said}"),
        };
        SeedError::new(place::line(&self.text, place.unwrap_or(at.start)), &words)
    }
}

impl SeedError {
    /// The words repeat what stands in the file, which may be anything.
    fn new(line: usize, words: &str) -> Self {
        let words = words.chars().take(MAX_WORDS).collect();
        Self { line, words }
    }
}

impl Sowing {
    fn count(&mut self, table: &'static str, is_new: bool) {
        if !is_new {
            self.there += 1;
        } else if let Some((_, count)) = self.made.iter_mut().find(|(known, _)| *known == table) {
            *count += 1;
        } else {
            self.made.push((table, 1));
        }
    }
}

impl File {
    /// All entries, each behind those that it builds on.
    fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries = rules::entries(self);
        entries.extend(users::entries(self));
        entries.extend(organizations::entries(self));
        entries.extend(machines::entries(self));
        entries
    }
}
