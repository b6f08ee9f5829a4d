//! An app's door: what it answers to requests that it does not let in.

use clerk_auth::gate::{Admission, Answer, AnswerBody, Gate, Problem};
use clerk_auth::testing::TestKeys;
use http::request::Parts;

use super::stage::{admit, config, gate, unreachable};

pub fn open(keys: &'static TestKeys) -> Gate {
    gate(config(keys), unreachable())
}

pub async fn answer(gate: &Gate, parts: &Parts) -> Answer {
    match admit(gate, parts).await {
        Admission::Answer(answer) => *answer,
        other => panic!("{} {}: not answered but {other:?}", parts.method, parts.uri),
    }
}

pub fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    Some(answer.headers.get(name)?.to_str().unwrap())
}

pub fn page(answer: &Answer) -> &Problem {
    match &answer.body {
        AnswerBody::Page(problem) => problem,
        other => panic!("no page but {other:?}"),
    }
}
