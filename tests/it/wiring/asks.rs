//! Questions on a terminal of the test's own.
#![cfg(unix)]

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::{project, routes, state, workspaces};
use crate::support::Sandbox;

fn terminal(sandbox: &Sandbox) -> PtySession {
    let cli = sandbox.cli("init --no-check").with_programs();
    let cli = cli.folder(&sandbox.path("app/src"));
    spawn_command(cli.command(), Some(20_000)).unwrap()
}

/// Space opens the first route of the list, which is `/`.
fn answer_all(session: &mut PtySession) {
    session
        .exp_string("Which routes stay open to everybody?")
        .unwrap();
    session.exp_string("[ ] /users/:id").unwrap();
    session.send(" ").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Keys?").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Found axum").unwrap();
    session.exp_string("Write these changes?").unwrap();
}

#[test]
fn the_plan_is_shown_before_anybody_is_asked_and_no_means_no() {
    let sandbox = project();
    let before = state(&sandbox);
    let mut session = terminal(&sandbox);
    answer_all(&mut session);
    session.send_line("diff").unwrap();
    session.exp_string("+mod clerk;").unwrap();
    session.exp_string("Write these changes?").unwrap();
    session.send_line("no").unwrap();
    let said = session.exp_eof().unwrap();
    assert!(said.contains("Nothing was changed"), "{said}");
    let ended = session.process().wait().unwrap();
    assert!(matches!(ended, WaitStatus::Exited(_, 1)), "{ended:?}");
    assert_eq!(state(&sandbox), before);
}

#[test]
fn routes_that_are_chosen_stay_open() {
    let sandbox = project();
    let mut session = terminal(&sandbox);
    answer_all(&mut session);
    session.send_line("").unwrap();
    let said = session.exp_eof().unwrap();
    assert!(said.contains("Wired orchard"), "{said}");
    let open = routes(&sandbox).into_iter();
    let open: Vec<_> = open
        .filter(|(_, kind)| kind == "public")
        .map(|(path, _)| path)
        .collect();
    assert_eq!(open, ["/", "/health"]);
}

#[test]
fn of_several_packages_one_is_chosen() {
    let sandbox = workspaces::workspace();
    let before = state(&sandbox);
    let cli = sandbox.cli("init --no-check").with_programs();
    let cli = cli.folder(&sandbox.path("app"));
    let mut session = spawn_command(cli.command(), Some(20_000)).unwrap();
    session.exp_string("Which one?").unwrap();
    session.exp_string("web").unwrap();
    // The second of the list.
    session.send("\u{1b}[B").unwrap();
    session.send_line("").unwrap();
    session
        .exp_string("Which routes stay open to everybody?")
        .unwrap();
    session.send_line("").unwrap();
    session.exp_string("Keys?").unwrap();
    session.send_line("").unwrap();
    session.exp_string("in web, program web").unwrap();
    session.exp_string("Write these changes?").unwrap();
    session.send_line("no").unwrap();
    session.exp_eof().unwrap();
    assert_eq!(state(&sandbox), before);
}
