//! Progress bars for fetching and for many results. They draw on a terminal only and leave nothing behind.

use std::fmt::Write;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

const TEMPLATE: &str = "  {spinner} {msg:24} {bar:24} {pos}/{len}";
const SPINNER: &str = "  {spinner} {msg}";
const TICK: Duration = Duration::from_millis(120);

pub struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(is_seen: bool) -> Self {
        if !is_seen {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
        // The default style stands in for a template that does not parse.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Shows that something goes on and nobody knows how far it is.
    pub fn spin(&self, what: &str) {
        if let Ok(style) = ProgressStyle::with_template(SPINNER) {
            self.0.set_style(style);
        }
        self.0.set_message(what.to_owned());
    }

    /// Shows that `done` of `total` parts of `what` are there.
    pub fn show(&self, what: &str, done: usize, total: usize) {
        self.0.set_position(done as u64);
        self.0.set_length(total as u64);
        self.0.set_message(what.to_owned());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

const MEASURED: &str = "  {spinner} {bar:24} {bytes} of {total_bytes}   {results}   {eta} left";
const ENDLESS: &str = "  {spinner} {bytes}   {results}";

/// A bar for an input: its bytes, the results so far, and the results per second.
#[derive(Clone)]
pub struct Meter {
    bar: ProgressBar,
    results: Arc<AtomicU64>,
}

impl Meter {
    pub(super) fn new(is_seen: bool, length: Option<u64>) -> Self {
        let results = Arc::new(AtomicU64::new(0));
        if !is_seen {
            let bar = ProgressBar::hidden();
            return Self { bar, results };
        }
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
        let counted = Arc::clone(&results);
        let rate = move |state: &ProgressState, text: &mut dyn Write| {
            let results = counted.load(Ordering::Relaxed);
            let rate = results as f64 / state.elapsed().as_secs_f64().max(0.001);
            let (results, rate) = (HumanCount(results), HumanCount(rate as u64));
            let _ = write!(text, "{results} done, {rate}/s");
        };
        let template = length.map_or(ENDLESS, |_| MEASURED);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("results", rate));
        }
        bar.enable_steady_tick(TICK);
        Self { bar, results }
    }

    /// The input, counted as it is read.
    pub fn watched<R: Read + Send + 'static>(&self, input: R) -> impl Read + Send + 'static {
        self.bar.wrap_read(input)
    }

    /// Adds this many results.
    pub fn count(&self, results: u64) {
        self.results.fetch_add(results, Ordering::Relaxed);
    }

    /// Takes it off the screen.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
