//! The bar, on a terminal of the test's own.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::support::Sandbox;

fn terminal(sandbox: &Sandbox, options: &str, redirected: &str) -> PtySession {
    let tool = sandbox
        .cli(&format!("token decode --batch {options}"))
        .command();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("\"$0\" \"$@\" {redirected}")]);
    shell.arg(tool.get_program()).args(tool.get_args());
    shell.current_dir(sandbox.path("")).env_clear();
    shell.envs(
        tool.get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    spawn_command(shell, Some(10_000)).unwrap()
}

#[test]
fn the_bar_counts_and_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let mut session = terminal(&sandbox, "", "> results");
    session.send_line("x").unwrap();
    session.exp_string("1 done, ").unwrap();
    session.exp_string("/s").unwrap();
    session.send_control('d').unwrap();
    session.exp_string("\u{1b}[2K").unwrap();
    session.exp_string("1 result: 1 invalid").unwrap();
    session.exp_eof().unwrap();
    assert!(
        sandbox
            .read("results")
            .starts_with("invalid\ttoken-invalid\t1\t")
    );
}

#[test]
fn results_on_the_same_terminal_are_not_written_into_a_bar() {
    for (options, redirected) in [("", ""), ("--quiet", "> results")] {
        let sandbox = Sandbox::new();
        let mut session = terminal(&sandbox, options, redirected);
        session.send_line("x").unwrap();
        session.send_control('d').unwrap();
        let said = session.exp_eof().unwrap();
        assert!(
            !said.contains("done") && !said.contains('\u{1b}'),
            "{said:?}"
        );
    }
}
