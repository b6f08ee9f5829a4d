//! Layers that stand in the wrong line of a chain: the gate of axum above routes, and CORS within any gate.

use super::Remedy;
use crate::check::code::{Call, Chain, Code};
use crate::check::facts::Facts;
use crate::check::rules::cors::Behind;
use crate::finding::{Finding, Id};
use crate::source::{Files, Protection, Reading};

/// What adds something that a layer is to cover.
const ADDS: [&str; 7] = [
    "route",
    "nest",
    "merge",
    "route_service",
    "nest_service",
    "fallback",
    "fallback_service",
];
const MOST: usize = 20;

/// The sources with the gate's layer behind what it is to cover, and layers for CORS outside it.
pub fn in_place(facts: &Facts<'_>, findings: &[Finding]) -> Vec<Remedy> {
    // Outside the gate a layer that lets anybody call would do so: first somebody has to say who may.
    let moves_cors = !findings
        .iter()
        .any(|finding| finding.id == Id::CorsAnyOrigin);
    let wrong = findings.iter().filter(|finding| {
        finding.id == Id::RouteAfterLayer || finding.id == Id::CorsBehindGate && moves_cors
    });
    let mut files: Vec<_> = wrong
        .filter_map(|finding| Some(finding.place.as_deref()?.rsplit_once(':')?.0))
        .collect();
    files.sort_unstable();
    files.dedup();
    let remedies = files.into_iter().filter_map(|file| {
        let before = Files::default().read(&facts.root.join(file)).ok()?;
        let after = put_right(file, &before, moves_cors)?;
        Some(Remedy {
            path: file.to_owned(),
            before: Some(before),
            after,
            is_private: false,
        })
    });
    let remedies: Vec<_> = remedies.collect();
    // What is not changed need not be read again.
    match remedies.is_empty() || opens_less(facts, &remedies) {
        true => remedies,
        false => Vec::new(),
    }
}

/// True if the program is read with these texts as well as before, and no more of it is open.
fn opens_less(facts: &Facts<'_>, remedies: &[Remedy]) -> bool {
    let Ok(before) = facts.programs() else {
        return false;
    };
    let texts = remedies
        .iter()
        .map(|remedy| (&remedy.path, remedy.after.clone()));
    let files = Files::over(facts.root, texts);
    let open = |reading: &Reading| {
        let routes = reading.routes.iter();
        routes
            .filter(|route| route.protection == Protection::WithoutGate)
            .count()
    };
    let mut same = before.iter().map(|before| {
        let name = match before.root.strip_prefix("src/bin/") {
            Some(file) => file.strip_suffix(".rs"),
            None => None,
        };
        let Ok(after) = facts.routes(&files, name) else {
            return false;
        };
        after.routes.len() == before.routes.len()
            && after.unread.len() == before.unread.len()
            && open(&after) <= open(before)
    });
    same.all(|same| same)
}

/// The text with each such layer moved; nothing if there is none that stands in lines of its own.
fn put_right(shown: &str, text: &str, moves_cors: bool) -> Option<String> {
    let mut now = text.to_owned();
    for _ in 0..MOST {
        let code = Code::of(shown, &now).ok()?;
        let moved = code.chains.iter().find_map(|chain| {
            let (layer, behind) = misplaced(chain, moves_cors)?;
            moved(&now, chain, layer, behind)
        });
        match moved {
            Some(moved) => now = moved,
            None => break,
        }
    }
    (now != text).then_some(now)
}

/// A layer, and the call that it has to stand behind.
fn misplaced(chain: &Chain, moves_cors: bool) -> Option<(usize, usize)> {
    let calls = &chain.calls;
    let is_gate =
        |call: &Call| call.name == "layer" && call.arguments.to_lowercase().contains("clerklayer");
    if let Some(gate) = calls.iter().position(is_gate) {
        let last = calls.iter().rposition(|call| ADDS.contains(&&*call.name));
        if let Some(last) = last.filter(|last| *last > gate) {
            return Some((gate, last));
        }
    }
    let Behind { cors, gate } = Behind::of(chain).filter(|_| moves_cors)?;
    match cors < gate {
        true => Some((cors, gate)),
        // In salvo the gate has to come later. What stands between the two may need to know who is there.
        false => (cors == gate + 1).then_some((gate, cors)),
    }
}

/// The text with the lines of a call behind those of another.
fn moved(text: &str, chain: &Chain, from: usize, to: usize) -> Option<String> {
    let (call, target) = (chain.calls.get(from)?, chain.calls.get(to)?);
    let (next, behind) = (chain.calls.get(from + 1)?, chain.calls.get(to + 1));
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let first = lines.get(call.line.checked_sub(1)?)?;
    let is_alone = first.trim_start().starts_with('.')
        && next.line > call.end.line
        && target.line > call.end.line
        && behind.is_none_or(|behind| behind.line > target.end.line);
    if !is_alone {
        return None;
    }
    let (before, rest) = lines.split_at_checked(call.line - 1)?;
    let (own, rest) = rest.split_at_checked(call.end.line + 1 - call.line)?;
    let (between, rest) = rest.split_at_checked(target.end.line - call.end.line)?;
    let (last, between) = between.split_last()?;
    // What stands behind the target, such as the `;`, stands behind the moved call in the end.
    let cut = last
        .char_indices()
        .nth(target.end.column)
        .map_or(last.len(), |(at, _)| at);
    let (kept, tail) = last.split_at_checked(cut)?;
    let own = own.concat();
    let own = own.trim_end();
    let line_break = if first.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let (before, between, rest) = (before.concat(), between.concat(), rest.concat());
    Some([&*before, &*between, kept, line_break, own, tail, &*rest].concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_gate_goes_behind_the_last_route_and_what_stands_behind_it_stays_last() {
        let before = "fn app() -> Router {\n    Router::new()\n        .route(\"/\", get(a))\n        .layer(ClerkLayer::new(&kit))\n        // The late one.\n        .route(\n            \"/late\",\n            get(a),\n        );\n}\n";
        let after = "fn app() -> Router {\n    Router::new()\n        .route(\"/\", get(a))\n        // The late one.\n        .route(\n            \"/late\",\n            get(a),\n        )\n        .layer(ClerkLayer::new(&kit));\n}\n";
        assert_eq!(put_right("src/main.rs", before, true).unwrap(), after);
        assert_eq!(put_right("src/main.rs", after, true), None);
    }

    #[test]
    fn cors_ends_outside_the_gate_wherever_it_was() {
        let before = "fn app() -> Router {\n    Router::new()\n        .layer(CorsLayer::new())\n        .layer(ClerkLayer::new(&kit))\n        .route(\"/late\", get(a))\n        .with_state(s)\n}\n";
        let after = "fn app() -> Router {\n    Router::new()\n        .route(\"/late\", get(a))\n        .layer(ClerkLayer::new(&kit))\n        .layer(CorsLayer::new())\n        .with_state(s)\n}\n";
        assert_eq!(put_right("src/main.rs", before, true).unwrap(), after);
    }

    /// Outside the gate it would let every page call.
    #[test]
    fn cors_of_any_origin_stays_where_it_is() {
        let text = "fn app() -> Router {\n    Router::new()\n        .layer(cors)\n        .layer(ClerkLayer::new(&kit))\n        .with_state(s)\n}\n";
        assert!(put_right("src/main.rs", text, true).is_some());
        assert_eq!(put_right("src/main.rs", text, false), None);
    }

    #[test]
    fn cors_ends_outside_the_gate_in_each_framework() {
        let chain = |start: &str, calls: &[&str]| {
            let calls: String = calls
                .iter()
                .map(|call| format!("        .{call}\n"))
                .collect();
            format!("fn app() {{\n    {start}\n{calls}        .last()\n}}\n")
        };
        for (start, before, after) in [
            (
                "App::new()",
                ["wrap(cors())", "wrap(ClerkMiddleware::new(&kit))"],
                ["wrap(ClerkMiddleware::new(&kit))", "wrap(cors())"],
            ),
            (
                "Route::new()",
                ["with(Cors::new())", "with(ClerkMiddleware::new(kit))"],
                ["with(ClerkMiddleware::new(kit))", "with(Cors::new())"],
            ),
            (
                "Service::new(router)",
                ["hoop(ClerkHoop::new(kit))", "hoop(cors)"],
                ["hoop(cors)", "hoop(ClerkHoop::new(kit))"],
            ),
        ] {
            let mended = put_right("src/main.rs", &chain(start, &before), true);
            assert_eq!(mended.unwrap(), chain(start, &after));
            assert_eq!(put_right("src/main.rs", &chain(start, &after), true), None);
        }
        let between = ["hoop(ClerkHoop::new(kit))", "hoop(per_user)", "hoop(cors)"];
        let text = chain("Service::new(router)", &between);
        assert_eq!(put_right("src/main.rs", &text, true), None);
    }

    #[test]
    fn what_shares_its_line_is_left_to_the_owner() {
        for text in [
            "fn app() { Router::new().layer(ClerkLayer::new(&kit)).route(\"/\", get(a)) }\n",
            "fn app() {\n    Router::new()\n        .layer(ClerkLayer::new(&kit)).route(\"/\", get(a))\n}\n",
        ] {
            assert_eq!(put_right("src/main.rs", text, true), None, "{text}");
        }
    }
}
