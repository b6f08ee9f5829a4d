//! Runs that are ended at random moments. `CLERK_RS_KILLS=500` says how often; each run of the tests does it 50 times.
#![allow(
    clippy::disallowed_methods,
    reason = "how often is said in the environment, and the moments are drawn over a run's own time"
)]

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How often a test kills.
pub fn kills() -> usize {
    let kills = std::env::var("CLERK_RS_KILLS").ok();
    kills.map_or(50, |kills| kills.parse().unwrap())
}

/// Numbers that look random, and are the same in each run.
pub struct Random(pub u64);

impl Random {
    fn bits(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        u32::try_from(self.0 >> 33).unwrap()
    }

    /// Between 0 and 1.
    pub fn next(&mut self) -> f64 {
        f64::from(self.bits()) / f64::from(u32::MAX >> 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.bits() as usize % limit
    }
}

/// How long a run takes.
pub fn length(mut run: Child) -> Duration {
    let begin = Instant::now();
    run.wait().unwrap();
    begin.elapsed()
}

/// Sends a signal once something is there and that time has passed, and waits for the end; true if the run had ended before.
pub fn end(run: &mut Child, signal: Signal, is_there: impl Fn() -> bool, after: Duration) -> bool {
    while !is_there() && run.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    let begin = Instant::now();
    while begin.elapsed() < after {
        std::hint::spin_loop();
    }
    let is_late = run.try_wait().unwrap().is_some();
    if !is_late {
        kill_process(Pid::from_child(run), signal).unwrap();
    }
    run.wait().unwrap();
    is_late
}
