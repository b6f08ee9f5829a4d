//! For the app's developers and their tools: the page at `/`, and the control routes.

mod carry;
mod clock;
mod control;
mod faults;
mod page;
mod report;
mod seed;
mod settings;
mod webhooks;
mod worlds;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    control::routes()
        .and(clock::routes())
        .and(carry::routes())
        .and(page::routes())
        .and(faults::routes())
        .and(report::routes())
        .and(seed::routes())
        .and(settings::routes())
        .and(webhooks::routes())
        .and(worlds::routes())
}
