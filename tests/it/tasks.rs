//! The page of tasks: what it says to add can be added, in the order in which it says so.

use std::fs;
use std::path::Path;

use crate::support::Sandbox;

/// The commands of each section that change the project.
fn sections() -> Vec<(String, Vec<String>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tasks.md");
    let page = fs::read_to_string(page).unwrap();
    let sections = page.split("\n## ").skip(1).map(|section| {
        let title = section.lines().next().unwrap().to_owned();
        let adds = section
            .lines()
            .filter_map(|line| line.strip_prefix("clerk-rs "));
        let adds = adds.filter(|line| line.starts_with("add "));
        (title, adds.map(str::to_owned).collect())
    });
    sections
        .filter(|(_, adds): &(_, Vec<_>)| !adds.is_empty())
        .collect()
}

#[test]
fn each_task_can_be_done_in_a_new_project() {
    let sections = sections();
    assert!(sections.len() >= 5, "{sections:?}");
    for (title, adds) in sections {
        let sandbox = Sandbox::new();
        sandbox.cli("init app --yes --no-git -q").run();
        let app = sandbox.path("app");
        for add in adds {
            let cli = sandbox.cli(&format!("{add} --yes -q")).folder(&app);
            cli.any_stdout().any_stderr().run();
        }
        // Nothing that was added stands without the gate.
        let cli = sandbox.cli("routes -q").folder(&app);
        cli.any_stdout().any_stderr().run();
        assert!(app.join("Cargo.toml").exists(), "{title}");
    }
}
