//! The events that `webhooks send` sends: all that Clerk describes, as it describes them.

use std::collections::BTreeSet;

use clerk_auth::time::UnixMillis;
use clerk_rs_cli::emulator::sample;

use super::oracle;

#[test]
fn every_event_that_clerk_describes_has_a_sample_that_fits() {
    if !oracle::is_here() {
        return;
    }
    let described = oracle::events();
    let sampled: BTreeSet<_> = sample::kinds().map(str::to_owned).collect();
    assert_eq!(sampled, described);
    assert!(described.len() >= 45, "{described:?}");
    for kind in sample::kinds() {
        let body = sample::body(kind, UnixMillis(1_700_000_000_000)).unwrap();
        oracle::judge_event(&body);
    }
}
