//! The recorded cases of token kinds, by name.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::token_type::TokenType;
use support::{Deviations, same};

#[test]
fn kinds_are_told_as_recorded() {
    let mut deviations = Deviations::new(&[]);
    for case in support::list(&support::cases("token-type"), "cases") {
        let token = case["token"].as_str().unwrap();
        let kind = TokenType::of(token);
        let result = same("type", &kind.as_str(), &case["type"].as_str().unwrap())
            .and_then(|()| {
                let recorded = case["is_machine_token"].as_bool().unwrap();
                same("is_machine_token", &kind.is_machine(), &recorded)
            })
            .and_then(|()| {
                let recorded = case["by_prefix"].as_bool().unwrap();
                same(
                    "by_prefix",
                    &TokenType::by_prefix(token).is_some(),
                    &recorded,
                )
            });
        deviations.check(case["name"].as_str().unwrap(), result, || false);
    }
    deviations.finish();
}
