//! The recorded cases of path patterns; they have no ids and are named by position.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::routes::{MalformedUrl, RouteMatcher};
use serde_json::Value;
use support::Deviations;

#[test]
fn patterns_match_as_recorded() {
    let mut deviations = Deviations::new(&[]);
    let mut tried = 0;
    for (position, case) in support::list(&support::cases("route-matcher"), "cases")
        .iter()
        .enumerate()
    {
        for (id, result) in run(position, case) {
            tried += 1;
            deviations.check(&id, result, || false);
        }
    }
    assert!(tried > 80, "only {tried} answers were compared");
    deviations.finish();
}

fn run(position: usize, case: &Value) -> Vec<(String, Result<(), String>)> {
    let patterns: Vec<&str> = case["patterns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pattern| pattern.as_str().unwrap())
        .collect();
    let id = format!("{position} {patterns:?}");
    let matcher = match (RouteMatcher::new(&patterns), case["error"].as_str()) {
        (Ok(matcher), None) => matcher,
        // The recorded text names the pattern and no cause; ours must name the pattern too.
        (Err(error), Some(_)) => {
            assert!(error.to_string().contains(patterns[0]), "{error}");
            return vec![(id, Ok(()))];
        }
        (made, recorded) => {
            return vec![(
                id,
                Err(format!("got {made:?}, recorded error {recorded:?}")),
            )];
        }
    };
    let results = case["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let path = result["path"].as_str().unwrap();
            let recorded = match result["error"].as_str() {
                Some("MalformedURLError") => Err(MalformedUrl),
                other => {
                    assert_eq!(other, None);
                    Ok(result["match"].as_bool().unwrap())
                }
            };
            let compared = support::same("match", &matcher.matches(path), &recorded);
            (format!("{id} {path}"), compared)
        })
        .collect()
}
