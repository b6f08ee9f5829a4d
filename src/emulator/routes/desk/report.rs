//! The report of what production would refuse.

use serde_json::json;

use crate::emulator::app::App;
use crate::emulator::instance::Instance;
use crate::emulator::instance::email::is_test_address;
use crate::emulator::report::{Finding, Found};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/report", show)
        .delete("/__emulator/report", clear)
}

fn show(app: &Shared) -> Answer {
    Ok(json_answer(&json!({ "findings": found(app) })))
}

pub(super) fn found(app: &App) -> Vec<Found> {
    let mut found = app.findings.all();
    found.extend(test_addresses(&app.instance()));
    found
}

fn clear(app: &Shared) -> Answer {
    app.findings.clear();
    show(app)
}

/// The users themselves tell, so nobody has to be watched for it.
fn test_addresses(instance: &Instance) -> Option<Found> {
    let has_one = |user: &&crate::emulator::instance::User| {
        let mut emails = user.email_addresses.iter();
        emails.any(|email| is_test_address(&email.address))
    };
    let mut users = instance.users().filter(has_one);
    let first = users.next()?.created_at;
    let count = 1 + u64::try_from(users.count()).unwrap_or(u64::MAX - 1);
    Some(Found::new(Finding::TestAddress, count, first, None))
}
