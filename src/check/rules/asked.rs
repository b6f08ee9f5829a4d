//! The part of Clerk's answers in an examination: do the keys work, do they belong together, does the clock go right?

use super::keys::KeyFacts;
use super::lines;
use crate::finding::{Area, Finding, Id, Verdict};
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::sources::Sources;
use crate::project::manifest::Secret;
use crate::project::variables::Variables;

/// Further off than this, tokens that are good for a minute are refused, or over before they are used.
const MOST_OFF: i64 = 5;

/// Findings of the answers beside those known without them. That the emulator of local keys does not run is no fault.
pub fn told(
    sources: &Sources,
    variables: &Variables<'_>,
    keys: &Keys,
    answers: &Answers,
) -> Vec<Finding> {
    let facts = KeyFacts {
        sources,
        variables,
        need: Secret::Unknown,
        below: String::new(),
        answers: Some(answers),
    };
    let findings = facts.check().into_iter().chain(clock(answers));
    let is_lost = |name| lines::is_lost(variables, name);
    let asked = findings.filter(|finding| match finding.id {
        // It may stand in a line that is not read.
        Id::ApiUrlMissing => !is_lost("CLERK_API_URL"),
        Id::FapiUrlMissing => !is_lost("CLERK_FAPI_URL"),
        id => id.area() == Area::Network || id == Id::PairNotCompared,
    });
    let told = asked.map(|finding| match finding.verdict {
        // Keys made on the spot are right by themselves; who answers at the address is another matter.
        Verdict::Unknown | Verdict::No if keys.are_local() && is_of_answer(finding.id) => Finding {
            verdict: Verdict::Skipped,
            detail: "the emulator of this project did not answer: `clerk-rs dev` starts it"
                .to_owned(),
            place: None,
            help: None,
            ..finding
        },
        _ => finding,
    });
    told.collect()
}

/// True if it tells of an answer, and not of an address.
fn is_of_answer(id: Id) -> bool {
    let families = ["secret-key-", "key-server-", "pair-"];
    families.iter().any(|family| id.word().starts_with(family))
}

/// Tokens are judged by the clock of the machine that the app runs on.
fn clock(answers: &Answers) -> Option<Finding> {
    let ahead = answers.clock_ahead?;
    let host = &answers.key_server_host;
    if ahead.abs() <= MOST_OFF {
        let detail = format!("the clock goes with that of {host}");
        return Some(Finding::new(Id::ClockOff, Verdict::Ok, "clock", detail));
    }
    let way = if ahead > 0 { "ahead of" } else { "behind" };
    let detail = format!(
        "this machine's clock is {} s {way} {host}: tokens are refused as expired, or as not yet valid",
        ahead.abs()
    );
    let finding = Finding::new(Id::ClockOff, Verdict::No, "clock", detail);
    Some(finding.help("let the system keep the time: `timedatectl set-ntp true`, or a time service in the container's host"))
}
