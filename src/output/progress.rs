//! A bar while something is fetched. It draws on a terminal only and leaves nothing behind.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const TEMPLATE: &str = "  {spinner} {msg:24} {bar:24} {pos}/{len}";
const SPINNER: &str = "  {spinner} {msg}";
const TICK: Duration = Duration::from_millis(120);

/// The bar.
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

    /// Whether anybody sees it.
    pub fn is_seen(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Something goes on, and nobody can say how far it is.
    pub fn spin(&self, what: &str) {
        if let Ok(style) = ProgressStyle::with_template(SPINNER) {
            self.0.set_style(style);
        }
        self.0.set_message(what.to_owned());
    }

    /// `done` of `total` parts of `what` are there.
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
