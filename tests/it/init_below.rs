//! A new project below a workspace: a member where cargo takes it for one, its own where it does not, and nothing else.

use std::fs;
use std::process::Command;

use crate::support::Sandbox;

/// What cargo says of a folder, in short.
fn refused(sandbox: &Sandbox, folder: &str) -> Option<String> {
    #[allow(clippy::disallowed_methods, reason = "cargo has to be found")]
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut cargo = Command::new(cargo);
    cargo.args(["metadata", "--offline", "--no-deps", "--format-version=1"]);
    let ended = cargo.current_dir(sandbox.path(folder)).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    (!ended.status.success()).then_some(said)
}

/// What becomes of a new project: a workspace of its own, a member, or nothing, with the reason and the line to write.
#[derive(Clone, Copy)]
enum Then {
    Own,
    Member,
    Refused(&'static str, &'static str),
}

fn below(sandbox: &Sandbox, folder: &str, then: Then) {
    let init = || sandbox.cli(&format!("init {folder} --no-git"));
    let manifest = || sandbox.read(&format!("{folder}/Cargo.toml"));
    match then {
        Then::Own => {
            let said = init().any_stdout().run();
            assert!(!said.contains("a member of"), "{said}");
            assert!(manifest().contains("\n[workspace]\n"));
        }
        Then::Member => {
            let said = init().any_stdout().run();
            assert!(said.contains("a member of the workspace in"), "{said}");
            assert!(!manifest().contains("\n[workspace]\n"));
        }
        Then::Refused(why, line) => {
            let before = sandbox.tree();
            let ended = init().output();
            let said = String::from_utf8(ended.stderr).unwrap();
            assert_eq!(ended.status.code(), Some(3), "{said}");
            assert!(said.contains(why) && said.contains(line), "{said}");
            assert_eq!(sandbox.tree(), before);
            return;
        }
    }
    for place in [folder, "."] {
        assert_eq!(refused(sandbox, place), None, "{place}");
    }
}

/// It had a [workspace] of its own below each of these, and cargo refused the workspace from then on.
#[test]
fn cargo_decides_whether_the_workspace_above_takes_a_new_project() {
    let along = "which has no Cargo.toml";
    for (members, folder, then) in [
        ("members = [\"apps/[a-z]*\"]", "apps/web", Then::Member),
        ("members = [\"./apps/../apps/*\"]", "apps/web", Then::Member),
        ("members = [\"apps/**/web\"]", "apps/web", Then::Member),
        ("members = [\"./apps/w?b/\"]", "apps/web", Then::Member),
        (
            "members = [\"apps/web\"]\nexclude = [\"apps\"]",
            "apps/web",
            Then::Member,
        ),
        (
            "members = [\"*/web\"]\nexclude = [\"apps\"]",
            "apps/web",
            Then::Own,
        ),
        (
            "members = [\"apps/*\", \"apps/*/*\"]",
            "apps/web",
            Then::Refused(along, "`exclude = [\"apps/web\"]`"),
        ),
        (
            "members = [\"apps/*/*\"]",
            "apps/web",
            Then::Refused(along, "`exclude = [\"apps/web\"]`"),
        ),
        (
            "members = [\"apps/*\", \"apps/*/*\"]\nexclude = [\"apps/web\"]",
            "apps/web",
            Then::Own,
        ),
        (
            "members = [\"apps/**\"]",
            "apps/web",
            Then::Refused(along, "`exclude = [\"apps"),
        ),
        (
            "members = [\"**\"]",
            "apps/web",
            Then::Refused(along, "`exclude = [\"apps\"]`"),
        ),
        (
            "members = [\"*\"]",
            "apps/web",
            Then::Refused(along, "`exclude = [\"apps\"]`"),
        ),
        ("members = [\"*\"]", "web", Then::Member),
        (
            "members = [\"*\"]\nexclude = [\"apps\"]",
            "apps/web",
            Then::Own,
        ),
        (
            "members = [\"apps/[a-z\"]",
            "apps/web",
            Then::Refused("nobody can say whether", "is no pattern"),
        ),
    ] {
        let sandbox = Sandbox::new();
        let workspace = format!("[workspace]\nresolver = \"3\"\n{members}\n");
        fs::write(sandbox.path("Cargo.toml"), workspace).unwrap();
        below(&sandbox, folder, then);
    }
}

#[test]
fn a_dependency_of_the_workspace_on_a_new_project_makes_it_a_member() {
    for kind in ["dependencies", "dev-dependencies"] {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.path("src")).unwrap();
        fs::write(sandbox.path("src/lib.rs"), "").unwrap();
        let package = "[workspace]\nresolver = \"3\"\n[package]\nname = \"top\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        let manifest = format!("{package}[{kind}]\nweb = {{ path = \"apps/web\" }}\n");
        fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
        below(&sandbox, "apps/web", Then::Member);
    }
}

/// A manifest in between was passed over, and the project was a member of the workspace above it, where cargo never came.
#[test]
fn a_nearer_manifest_decides() {
    let far = "[workspace]\nresolver = \"3\"\nmembers = [\"apps/*\"]\n";
    for (near, then) in [
        (
            "[workspace]\nmembers = [\n",
            Then::Refused("nobody can say whether", "mend ../Cargo.toml first"),
        ),
        (
            "[workspace]\n",
            Then::Refused(
                "the workspace in ../Cargo.toml is nearer",
                "`exclude = [\"apps/web\"]` below [workspace] in ../../Cargo.toml",
            ),
        ),
        ("[workspace]\nexclude = [\"web\"]\n", Then::Member),
    ] {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.path("apps")).unwrap();
        fs::write(sandbox.path("Cargo.toml"), far).unwrap();
        fs::write(sandbox.path("apps/Cargo.toml"), near).unwrap();
        below(&sandbox, "apps/web", then);
    }
}

/// Cargo knows the folder that it is started in without links, and looked for it among the members in vain.
#[cfg(unix)]
#[test]
fn a_link_between_a_workspace_and_a_new_project_is_no_guess() {
    let far = "[workspace]\nresolver = \"3\"\n";
    for (rest, then) in [
        (
            "members = [\"apps/*\"]",
            Then::Refused("a link leads there", "`exclude = [\"apps/web\"]`"),
        ),
        (
            "members = [\"real/*\"]",
            Then::Refused("knows it by a link", "`exclude = [\"real/web\"]`"),
        ),
        (
            "members = [\"apps/*\"]\nexclude = [\"apps/web\"]",
            Then::Own,
        ),
        ("members = []", Then::Own),
    ] {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.path("real")).unwrap();
        std::os::unix::fs::symlink("real", sandbox.path("apps")).unwrap();
        fs::write(sandbox.path("Cargo.toml"), format!("{far}{rest}\n")).unwrap();
        below(&sandbox, "apps/web", then);
    }
}
