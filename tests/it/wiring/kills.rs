//! `init` and `init --undo`, killed at random moments: the next run finishes or restores, and nothing is lost.
//!
//! `CLERK_RS_KILLS=200` says how often.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    reason = "how often is said in the environment, and the moments are drawn over a run's own time"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{QUICK, project, state};
use crate::support::Sandbox;

const UNDO: &str = "init app --undo";
const SIGNALS: [Signal; 4] = [Signal::KILL, Signal::KILL, Signal::INT, Signal::TERM];

/// Numbers that look random, and are the same in each run.
struct Random(u64);

impl Random {
    /// Between 0 and 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(u32::MAX >> 1)
    }
}

/// Kills a run at a moment of its whole time, or of the time in which it writes.
fn kill(sandbox: &Sandbox, words: &str, signal: Signal, moment: f64, whole: Duration) {
    let mut run = sandbox.cli(words).with_programs().spawn();
    let begin = Instant::now();
    let room = sandbox.path("app/.clerk-rs-env-set");
    let is_late = moment > 0.4;
    while is_late && !room.exists() && run.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    let begin = if is_late { Instant::now() } else { begin };
    let span = if is_late {
        (moment - 0.4) / 0.6
    } else {
        moment / 0.4
    };
    while begin.elapsed() < whole.mul_f64(span) && run.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    if run.try_wait().unwrap().is_none() {
        kill_process(Pid::from_child(&run), signal).unwrap();
    }
    run.wait().unwrap();
}

#[test]
fn wiring_that_is_killed_at_any_moment_is_finished_or_as_if_it_had_never_begun() {
    let kills = std::env::var("CLERK_RS_KILLS").ok();
    let kills: usize = kills.map_or(20, |kills| kills.parse().unwrap());
    let sandbox = project();
    let before = state(&sandbox);
    let begin = Instant::now();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let whole = begin.elapsed();
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
