//! `docs/emulator-coverage.md`: how much of Clerk's descriptions the emulator answers. `docs/make-coverage` makes it of
//! these and of the routers' own lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use clerk_rs_cli::emulator::{self, routes_of};

use super::oracle::{self, Face, Operation};

const NAME: &str = "emulator-coverage.md";
const START: &str = "# What the emulator answers

Made by `docs/make-coverage` of the descriptions that Clerk publishes and of the emulator's routes; do not edit. What is
answered is asked by a test, and its answers are held against its description. The rest is
refused, mostly with 404, and the emulator's log names it.
";

/// Routes that only ever said no to a test, so that nobody saw them answer: they do not count.
const NEVER_SEEN: [(Face, &str, &str); 1] = [
    // No browser gets a refresh token.
    (Face::Backend, "POST", "/sessions/{session_id}/refresh"),
];

/// A method and a path in which what varies has no name.
type Place = (String, String);

struct Coverage {
    title: &'static str,
    /// Operations of each group, and whether the emulator answers them.
    groups: BTreeMap<String, Vec<(bool, String)>>,
    /// Routes of which the description says nothing.
    beside: BTreeSet<String>,
}

impl Coverage {
    fn of(face: Face, title: &'static str) -> Self {
        let routes = answered(face);
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        let mut described = BTreeSet::new();
        for operation in oracle::operations(face) {
            let Operation {
                method, path, tag, ..
            } = operation;
            let place = place(face, &method, &path);
            let line = (routes.contains(&place), format!("{method} {path}"));
            let group = if tag.is_empty() {
                "Others".to_owned()
            } else {
                tag
            };
            groups.entry(group).or_default().push(line);
            described.insert(place);
        }
        let beside = routes.difference(&described);
        Self {
            title,
            groups,
            beside: beside
                .map(|(method, path)| format!("{method} {path}"))
                .collect(),
        }
    }

    fn write(&self, text: &mut String) {
        let operations: Vec<_> = self.groups.values().flatten().collect();
        let _ = writeln!(text, "\n## {}: {}", self.title, share(&operations));
        for (group, operations) in &self.groups {
            let operations: Vec<_> = operations.iter().collect();
            let _ = writeln!(text, "\n### {group}: {}\n", share(&operations));
            for (answered, operation) in operations {
                let mark = if *answered { 'x' } else { ' ' };
                let _ = writeln!(text, "- [{mark}] `{operation}`");
            }
        }
        if !self.beside.is_empty() {
            let _ = writeln!(text, "\n### Not in the description\n");
        }
        for route in &self.beside {
            let _ = writeln!(text, "- [x] `{route}`");
        }
    }
}

/// What the emulator answers at an address, without what only it has.
fn answered(face: Face) -> BTreeSet<Place> {
    let address = match face {
        Face::Backend => emulator::Face::Backend,
        Face::Frontend | Face::Webhooks => emulator::Face::Frontend,
    };
    let routes = routes_of(address).into_iter();
    let mut answered: BTreeSet<_> = routes
        .filter(|route| !oracle::is_ours(route.path))
        .map(|route| place(face, route.method, route.path))
        .collect();
    for (_, method, path) in NEVER_SEEN.iter().filter(|(of, ..)| *of == face) {
        let counted = answered.remove(&place(face, method, path));
        assert!(counted, "{method} {path} is no route");
    }
    answered
}

fn share(operations: &[&(bool, String)]) -> String {
    let answered = operations.iter().filter(|(answered, _)| *answered).count();
    format!("{answered} of {}", operations.len())
}

fn place(face: Face, method: &str, path: &str) -> Place {
    let plain = face.plain_path(path);
    let parts = plain.split('/').map(|part| match part.split_once('{') {
        Some((before, _)) => format!("{before}{{}}"),
        None => part.to_owned(),
    });
    (method.to_owned(), parts.collect::<Vec<_>>().join("/"))
}

#[test]
fn the_document_is_that_of_the_routes() {
    if !oracle::is_here() {
        return;
    }
    let mut made = START.to_owned();
    Coverage::of(Face::Frontend, "Frontend API").write(&mut made);
    Coverage::of(Face::Backend, "Backend API").write(&mut made);
    // From here the script takes it.
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(NAME);
    std::fs::write(fresh, &made).unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(NAME);
    let committed = std::fs::read_to_string(committed).unwrap_or_default();
    assert!(
        committed == made,
        "docs/{NAME} is not current: docs/make-coverage"
    );
}

/// The other tests leave a mark for each operation that answered one of them as it should; `tests/run` asks behind them.
#[test]
#[ignore = "looks at what the other tests asked, see tests/run"]
fn every_operation_that_is_answered_was_asked() {
    if !oracle::is_here() {
        return;
    }
    let mut unasked = Vec::new();
    for face in [Face::Frontend, Face::Backend] {
        let answered = answered(face);
        for operation in oracle::operations(face) {
            let Operation { method, path, .. } = &operation;
            let asked = oracle::was_asked(face, &operation);
            if answered.contains(&place(face, method, path)) && !asked {
                unasked.push(format!("{method} {path}"));
            }
        }
    }
    assert!(
        unasked.is_empty(),
        "no test asks for\n{}",
        unasked.join("\n")
    );
}
