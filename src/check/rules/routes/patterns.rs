//! The public patterns: those that open more than they name, and those that the gate refuses.

use clerk_auth::routes::RouteMatcher;

use super::{at, shown};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Place, Protection, Reading};

/// The public patterns, beside the routes that they open.
pub fn patterns(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
    let patterns = program.public.iter().flatten();
    let findings = patterns.flat_map(|pattern| {
        let findings = of_pattern(pattern, program);
        let place = |finding: Finding| match &program.public_place {
            Some(place) => {
                finding.place(line_of(pattern, place, facts).unwrap_or_else(|| at(place)))
            }
            None => finding,
        };
        findings.into_iter().map(place).collect::<Vec<_>>()
    });
    findings.collect()
}

/// The line of a list in which a pattern stands; the list may stand far from the call that takes it.
fn line_of(pattern: &str, call: &Place, facts: &Facts<'_>) -> Option<String> {
    let quoted = format!("\"{pattern}\"");
    let line_in = |source: &Source| {
        let lines = source.text.lines().map(str::trim_start);
        let is_list = |line: &str| line.contains(&quoted) && !line.starts_with(['.', '/', '#']);
        let line = lines.clone().position(is_list)?;
        Some(format!("{}:{}", source.shown, line + 1))
    };
    let is_file = |source: &&Source| *source.shown == *visible(&call.file);
    let own = facts.own_sources().find(is_file).and_then(line_in);
    own.or_else(|| facts.own_sources().find_map(line_in))
}

/// What a pattern opens beside what it names.
fn of_pattern(pattern: &str, program: &Reading) -> Vec<Finding> {
    let matcher = match RouteMatcher::new(&[pattern]) {
        Ok(matcher) => matcher,
        Err(error) => {
            let detail = visible(&error.to_string()).into_owned();
            return vec![Finding::new(
                Id::PatternRefused,
                Verdict::No,
                "pattern",
                detail,
            )];
        }
    };
    let opens = |path: &str| matcher.matches_as_written(path);
    if opens("/x7q-z") && opens("/x7q-z/x7q-z") {
        let detail = format!("{} opens every address", visible(pattern));
        let finding = Finding::new(Id::PatternOpensAll, Verdict::No, "pattern", detail)
            .help("name what is to be open; the gate protects the rest");
        return vec![finding];
    }
    let others = program.routes.iter().filter(|route| {
        route.kind == Kind::Route
            && route.protection == Protection::Public
            && is_parameter_beside(pattern, &route.path)
            && opens(&route.path)
    });
    let findings = others.map(|route| {
            let detail = format!("{} opens {} as well", visible(pattern), shown(route));
            Finding::new(Id::PatternOpensMore, Verdict::Warn, "pattern", detail)
                .help("if that is meant, let it stand in the list by itself; else let its handler ask with `SignedIn`")
        });
    findings.collect()
}

/// True if a literal path is one that a parameter of the pattern takes, and not what stands below all of it.
fn is_parameter_beside(pattern: &str, path: &str) -> bool {
    let is_literal = !path.contains(['{', '<', ':', '*']);
    let (patterns, paths) = (pattern.split('/'), path.split('/'));
    let is_open = |part: &str| part.starts_with(':') && !part.ends_with('*');
    is_literal && patterns.zip(paths).any(|(pattern, _)| is_open(pattern))
}
