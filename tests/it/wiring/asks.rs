//! Questions on a terminal of the test's own.
#![cfg(unix)]

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::{MAIN, QUICK, project, routes, state, workspaces};
use crate::support::Sandbox;

fn terminal(sandbox: &Sandbox, words: &str) -> PtySession {
    let cli = sandbox.cli(words).with_programs();
    let cli = cli.folder(&sandbox.path("app/src"));
    spawn_command(cli.command(), Some(20_000)).unwrap()
}

/// Space opens the first route of the list, which is `/`.
fn answer_all(session: &mut PtySession) {
    session.exp_string("Is it an API, or pages?").unwrap();
    session.send_line("").unwrap();
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
    let mut session = terminal(&sandbox, "init --no-check");
    answer_all(&mut session);
    session.send_line("diff").unwrap();
    let diff = session.exp_string("clerk-auth/ is not shown").unwrap();
    assert!(diff.contains("+mod clerk;"), "{diff}");
    assert!(!diff.contains("clerk-auth/src/lib.rs"), "{diff}");
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
    let mut session = terminal(&sandbox, "init --no-check");
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
    session.exp_string("Is it an API, or pages?").unwrap();
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

#[test]
fn pages_are_offered_before_anything_else() {
    let sandbox = project();
    let mut session = terminal(&sandbox, "init --no-check");
    session.exp_string("web: strangers are sent").unwrap();
    // The second of the list.
    session.send("\u{1b}[B").unwrap();
    session.send_line("").unwrap();
    // `/` is open then.
    session.exp_string("> [ ] /users/:id").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Keys?").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Write these changes?").unwrap();
    session.send_line("").unwrap();
    session.exp_eof().unwrap();
    assert!(sandbox.path("app/src/clerk/pages.rs").exists());
}

#[test]
fn what_yes_runs_beside_is_said_before_anybody_is_asked() {
    let sandbox = project();
    let mut session = terminal(&sandbox, "init --template api --keys local --public /x");
    session
        .exp_string("yes also runs `cargo check`, and with it")
        .unwrap();
    session.exp_string("Write these changes?").unwrap();
    session.send_line("no").unwrap();
    session.exp_eof().unwrap();
}

#[test]
fn whoever_takes_it_back_is_shown_what_and_asked() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let wired = state(&sandbox);
    for (answer, said) in [("no", "Nothing was changed"), ("yes", "Taken back")] {
        let mut session = terminal(&sandbox, "init --undo");
        session.exp_string("Would take back").unwrap();
        session.exp_string("src/main.rs").unwrap();
        session.exp_string("Take this back?").unwrap();
        assert_eq!(state(&sandbox), wired);
        session.send_line(answer).unwrap();
        let rest = session.exp_eof().unwrap();
        assert!(rest.contains(said), "{rest}");
    }
    assert_eq!(sandbox.read("app/src/main.rs"), MAIN);
}
