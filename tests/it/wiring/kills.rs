//! `init` and `init --undo`, killed at random moments: the next run finishes or restores, and nothing is lost.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::process::Signal;

use super::{QUICK, project, state};
use crate::support::Sandbox;
use crate::support::killing::{Random, end, kills, length};

const UNDO: &str = "init app --undo";
const SIGNALS: [Signal; 4] = [Signal::KILL, Signal::KILL, Signal::INT, Signal::TERM];

/// Kills a run at a moment of its whole time, or of the time in which it writes.
fn kill(sandbox: &Sandbox, words: &str, signal: Signal, moment: f64, whole: Duration) {
    let mut run = sandbox.cli(words).with_programs().spawn();
    let room = sandbox.path("app/.clerk-rs-env-set");
    let is_late = moment > 0.4;
    let span = if is_late {
        (moment - 0.4) / 0.6
    } else {
        moment / 0.4
    };
    let is_there = || !is_late || room.exists();
    end(&mut run, signal, is_there, whole.mul_f64(span));
}

#[test]
fn wiring_that_is_killed_at_any_moment_is_finished_or_as_if_it_had_never_begun() {
    let kills = kills();
    let sandbox = project();
    let before = state(&sandbox);
    let whole = length(sandbox.cli(QUICK).with_programs().spawn());
    let names = |sandbox: &Sandbox| state(sandbox).into_keys().collect::<Vec<_>>();
    let wired = names(&sandbox);
    sandbox.cli(UNDO).with_programs().any_stdout().run();
    assert_eq!(state(&sandbox), before);
    let (mut random, mut half) = (Random(815), 0);
    for kill_number in 0..kills {
        let signal = SIGNALS[kill_number % SIGNALS.len()];
        if kill_number % 3 == 2 {
            sandbox.cli(QUICK).with_programs().any_stdout().run();
            kill(&sandbox, UNDO, signal, random.next(), whole / 2);
        } else {
            kill(&sandbox, QUICK, signal, random.next(), whole / 2);
        }
        let now = names(&sandbox);
        half += usize::from(now != wired && state(&sandbox) != before);
        if kill_number % 2 == 1 {
            // Whoever wants it back need not finish it first; there may be nothing yet, but for what was to be.
            let files = |state: BTreeMap<String, _>| {
                let names = state.into_iter();
                let names = names.filter(|(name, _)| {
                    !name.ends_with('/') && !name.starts_with(".clerk-rs-env-set/")
                });
                names.collect::<Vec<_>>()
            };
            let is_there = files(state(&sandbox)) != files(before.clone());
            let undone = sandbox.cli(UNDO).with_programs().command().output();
            let code = undone.unwrap().status.code();
            assert!(
                code == Some(0) || (code == Some(3) && !is_there),
                "{code:?}"
            );
            assert_eq!(state(&sandbox), before, "{signal:?}");
        }
        // Its own half is what the tree is dirty with.
        let words = format!("{QUICK} --allow-dirty");
        sandbox.cli(&words).with_programs().any_stdout().run();
        assert_eq!(names(&sandbox), wired, "{signal:?}");
        sandbox.cli(UNDO).with_programs().any_stdout().run();
        assert_eq!(state(&sandbox), before, "{signal:?}");
    }
    println!("{half} of {kills} were killed half-way");
    assert!(kills < 100 || half > 0);
}
