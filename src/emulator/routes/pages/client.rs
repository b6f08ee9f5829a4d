//! The client as a whole: shown, made, signed out, forgotten (`frontend-api.md` sections 6 and 9.3).

use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/client", show)
        .put("/v1/client", create)
        .post("/v1/client", create)
        .delete("/v1/client", forget)
        .delete("/v1/client/sessions", sign_out)
}

fn show(app: &Shared, call: Call) -> Answer {
    Turn::new(app, &call).client_alone()
}

fn create(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    turn.instance.client(call.dev_browser())?;
    let now = turn.now;
    turn.instance.ensure_client(call.dev_browser(), now);
    turn.client_alone()
}

fn sign_out(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance.sign_out(call.dev_browser(), now);
    turn.client_alone()
}

fn forget(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance.sign_out(call.dev_browser(), now);
    turn.instance.forget_client(call.dev_browser());
    turn.client_alone()
}
