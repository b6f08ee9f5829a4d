//! For the app's developers and their tools: the page at `/`, and the control routes.

mod control;
mod page;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    control::routes().and(page::routes())
}
