//! From the community's crate `clerk-rs` to the core: what becomes of its gate, its claims, its list of paths, and its
//! calls to Clerk. The steps are told with file and line; nothing is changed by itself, because the two protect different
//! things. Read against versions 0.4.2 and 0.5.0 of that crate.

#[cfg(test)]
mod tests;
mod tokens;
mod words;

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use super::project::Standing;
use crate::project::{entry, lines, regular};
use crate::scaffold::Framework;
use crate::source;
use tokens::{Gate, Kind, List};

/// No source that somebody wrote is longer, and no folder deeper.
const LONGEST: u64 = 2 << 20;
const DEEPEST: usize = 12;

/// One thing to do.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Step {
    /// A stable word for scripts, such as `claims`.
    pub code: &'static str,
    /// Below the package's folder, with `/`.
    pub path: String,
    /// The first of the old lines, counted from 1.
    pub line: usize,
    /// The reason, and the change for visitors.
    pub why: String,
    /// The lines as they are, if they go or change.
    pub old: Vec<String>,
    /// The lines for them.
    pub new: Vec<String>,
}

/// The way from one crate to the other.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Migration {
    /// In the order of the files.
    pub steps: Vec<Step>,
    /// The paths that were protected, compared letter by letter. `None` if that was everything, or is not known.
    pub protected: Option<Vec<String>>,
    /// True if the gate had no list, and stood before every route.
    #[serde(skip)]
    protects_all: bool,
    /// True if something still calls Clerk's Backend API through the crate, so that it stays.
    pub keeps_crate: bool,
}

impl Migration {
    /// True if the route of this path answered strangers before, as far as the list of paths decided. A list knows whole
    /// paths only, so a route with a parameter was open, whatever it says of it.
    pub fn was_open(&self, path: &str) -> bool {
        let is_pattern = path.contains(['{', '<', '*']);
        let listed = self.protected.as_ref();
        let is_listed = listed.is_some_and(|list| list.iter().any(|listed| listed == path));
        !self.protects_all && (is_pattern || !is_listed)
    }
}

/// Reads the sources of a package that depends on the crate, which they know by this name.
pub fn plan(standing: &Standing, crate_name: &str) -> Migration {
    let mut sources = Vec::new();
    collect(&standing.folder, "", DEEPEST, &mut sources);
    sources.sort();
    let mut migration = Migration::default();
    for (path, text) in &sources {
        migration.add(path, text, crate_name, standing.framework);
    }
    migration.add_dependency(&standing.manifest, crate_name, standing.framework);
    migration
}

impl Migration {
    fn add(&mut self, path: &str, text: &str, crate_name: &str, framework: Framework) {
        let source = Source::new(path, text);
        for found in tokens::uses(source.text, crate_name) {
            match found.kind {
                Kind::Gate(gate) => self.add_gate(&source, found.at, &gate, framework),
                Kind::Claims(new) => {
                    let new = new.as_deref();
                    let why = words::claims(framework);
                    self.steps.push(source.step("claims", found.at, new, why));
                }
                Kind::ByHand => {
                    let why = words::BY_HAND.to_owned();
                    self.steps.push(source.note("by-hand", found.at, why));
                }
                Kind::Import => {
                    let why = words::IMPORT.to_owned();
                    self.steps.push(source.note("import", found.at, why));
                }
                Kind::Backend => {
                    // Once is enough: all of them stay.
                    if !self.keeps_crate {
                        let why = words::BACKEND.to_owned();
                        self.steps.push(source.note("backend", found.at, why));
                    }
                    self.keeps_crate = true;
                }
            }
        }
    }

    fn add_gate(
        &mut self,
        source: &Source<'_>,
        at: Range<usize>,
        gate: &Gate,
        framework: Framework,
    ) {
        let handed = gate.variable.as_ref().and_then(|name| source.handed(name));
        let why = format!(
            "{} {}",
            words::gate(framework),
            words::list(&gate.list, framework)
        );
        let is_whole = gate.variable.is_some()
            || source
                .text
                .get(at.clone())
                .is_some_and(|it| it.starts_with('.'));
        let cookie = at.clone();
        self.steps.push(match is_whole {
            true => source.step("gate", at, Some(""), why),
            false => source.note("gate", at, why),
        });
        if let Some(handed) = handed {
            let why = words::HANDED.to_owned();
            self.steps.push(source.step("gate", handed, Some(""), why));
        }
        if let Some(takes_cookie) = gate.takes_cookie {
            let why = words::cookie(takes_cookie).to_owned();
            self.steps.push(source.note("cookie", cookie, why));
        }
        match &gate.list {
            List::Paths(paths) => {
                let protected = self.protected.get_or_insert_default();
                protected.extend(paths.iter().cloned());
            }
            // Of Rocket's handlers only those had it that have a guard.
            List::All => self.protects_all |= framework.name() != "rocket",
            List::Unknown => {}
        }
    }

    fn add_dependency(&mut self, manifest: &str, crate_name: &str, framework: Framework) {
        let spellings = [crate_name.replace('_', "-"), crate_name.to_owned()];
        let found = spellings
            .iter()
            .find_map(|name| entry::span(manifest, &["dependencies", name]));
        let Some(at) = found else { return };
        let source = Source {
            path: "Cargo.toml",
            text: manifest,
        };
        let why = words::dependency(self.keeps_crate, framework);
        self.steps.push(match self.keeps_crate {
            true => source.note("dependency", at, why),
            false => source.gone("dependency", at, why),
        });
    }
}

/// The sources below a folder: path and text.
fn collect(folder: &Path, below: &str, depth: usize, found: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{below}{name}");
        // Links are not followed, and nothing of ours, of cargo or of git is looked at.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        let is_foreign = name.starts_with('.') || name == "target" || name == "clerk-auth";
        if kind.is_dir() && depth > 0 && !is_foreign {
            collect(&entry.path(), &format!("{path}/"), depth - 1, found);
        } else if kind.is_file() && name.ends_with(".rs") {
            let text = regular::text(&entry.path(), LONGEST).unwrap_or_default();
            if text.contains("lerk") {
                found.push((path, text));
            }
        }
    }
}

/// A file, without its mark of the byte order and without the line of an interpreter, whose end stays.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> Source<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        Self {
            path,
            text: text.get(source::front(text)..).unwrap_or_default(),
        }
    }

    fn line(&self, at: usize) -> usize {
        let above = self.text.get(..at).unwrap_or_default();
        above.matches('\n').count() + 1
    }

    /// The lines that a piece lies on.
    fn whole_lines(&self, at: &Range<usize>) -> Range<usize> {
        let above = self.text.get(..at.start).unwrap_or_default();
        let start = above.rfind('\n').map_or(0, |end| end + 1);
        start..lines::next(self.text, at.end)
    }

    fn lines(&self, at: Range<usize>) -> Vec<String> {
        let text = self.text.get(at).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// A place where the owner decides.
    fn note(&self, code: &'static str, at: Range<usize>, why: String) -> Step {
        Step {
            code,
            path: self.path.to_owned(),
            line: self.line(at.start),
            why,
            old: Vec::new(),
            new: Vec::new(),
        }
    }

    /// Lines that go as a whole, with what stands behind the piece.
    fn gone(&self, code: &'static str, at: Range<usize>, why: String) -> Step {
        Step {
            old: self.lines(self.whole_lines(&at)),
            ..self.note(code, at, why)
        }
    }

    /// A piece that says something else, or goes: its lines before and after.
    fn step(&self, code: &'static str, at: Range<usize>, new: Option<&str>, why: String) -> Step {
        let Some(new) = new else {
            return self.note(code, at, why);
        };
        let mut lines = self.whole_lines(&at);
        let before = self.text.get(lines.start..at.start).unwrap_or_default();
        let behind = self.text.get(at.end..lines.end).unwrap_or_default();
        let mut after = format!("{before}{new}{behind}");
        if after.trim() == ";" && lines.start > 0 {
            // The end of the statement goes up to what is the last line then.
            let above = self.whole_lines(&(lines.start - 1..lines.start - 1));
            let text = self.text.get(above.clone()).unwrap_or_default().trim_end();
            after = format!("{text};");
            lines.start = above.start;
        }
        if after.trim().is_empty() {
            after.clear();
        }
        Step {
            line: self.line(lines.start),
            old: self.lines(lines),
            new: after.lines().map(str::to_owned).collect(),
            ..self.note(code, at, why)
        }
    }

    /// Where a variable is handed to the app.
    fn handed(&self, variable: &str) -> Option<Range<usize>> {
        let calls = ["layer", "wrap", "manage", "with"].into_iter();
        let pieces = calls.flat_map(|call| {
            [
                format!(".{call}({variable})"),
                format!(".{call}({variable}.clone())"),
            ]
        });
        let mut found = pieces.filter_map(|piece| {
            let start = self.text.find(&piece)?;
            Some(start..start + piece.len())
        });
        found.next()
    }
}
