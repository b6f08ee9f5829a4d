//! Whole or not at all: killed runs, runs at the same time, and what they leave behind.

use std::cell::Cell;
use std::fs::{self, File};

#[cfg(unix)]
use rustix::process::Signal;

#[cfg(unix)]
use crate::support::killing::{Random, end, kills, length};
use crate::support::{Sandbox, tree};

const LEFT: &str = ".clerk-rs-init-0123456789abcdef";

fn leftovers(sandbox: &Sandbox) -> Vec<String> {
    sandbox
        .tree()
        .into_iter()
        .filter(|path| path.contains(".clerk-rs-init-"))
        .collect()
}

/// Keys differ from project to project, names do not.
fn whole() -> Vec<String> {
    let sandbox = Sandbox::new();
    sandbox.cli("init my-app --no-git -q").run();
    tree(&sandbox.path("my-app"))
}

/// Ends runs with these words at random moments, each in a folder of its own, and hands that on.
#[cfg(unix)]
fn killed(words: &str, look: impl Fn(&Sandbox)) {
    let run = |sandbox: &Sandbox| sandbox.cli(words).spawn();
    let length = length(run(&Sandbox::new()));
    let mut random = Random(57);
    let signals = [Signal::KILL, Signal::KILL, Signal::INT, Signal::TERM];
    for kill in 0..kills() {
        let sandbox = Sandbox::new();
        // Some when it has just ended.
        let after = length.mul_f64(random.next() * 1.2);
        end(&mut run(&sandbox), signals[kill % 4], || true, after);
        look(&sandbox);
    }
}

#[cfg(unix)]
#[test]
fn a_run_killed_at_any_instant_leaves_the_folder_absent_or_whole() {
    let whole = whole();
    let absent = Cell::new(0);
    killed("init my-app --no-git -q", |sandbox| {
        if sandbox.path("my-app").exists() {
            assert_eq!(tree(&sandbox.path("my-app")), whole);
        } else {
            absent.set(absent.get() + 1);
        }
        sandbox.cli("init other --no-git -q").run();
        assert_eq!(leftovers(sandbox), [""; 0]);
        assert_eq!(tree(&sandbox.path("other")), whole);
    });
    println!(
        "{} of {} were killed before it was there",
        absent.get(),
        kills()
    );
    assert!(absent.get() > 0, "no run was killed early enough");
}

#[cfg(unix)]
#[test]
fn a_folder_whose_filling_was_killed_can_be_filled_again() {
    let whole = whole();
    let again = Cell::new(0);
    killed("init . --no-git -q --name my-app", |sandbox| {
        if sandbox.path("Cargo.toml").exists() {
            let made = sandbox.tree().into_iter();
            let made: Vec<_> = made
                .filter(|path| !path.starts_with(".clerk-rs-"))
                .collect();
            assert_eq!(made, whole);
        } else {
            again.set(again.get() + 1);
            sandbox.cli("init . --no-git -q --name my-app").run();
            assert_eq!(sandbox.tree(), whole);
        }
    });
    assert!(again.get() > 0, "no run was killed early enough");
}

/// Half a project in place, as a kill between two links leaves it.
#[cfg(unix)]
#[test]
fn half_a_filled_folder_is_emptied_first_and_what_is_the_users_stays() {
    let half = || {
        let sandbox = Sandbox::new();
        let staged = sandbox.path(LEFT).join("fill");
        fs::create_dir_all(staged.join("src")).unwrap();
        File::create(sandbox.path(LEFT).join("lock")).unwrap();
        fs::create_dir(sandbox.path("src")).unwrap();
        for name in ["Cargo.toml", "README.md", "src/main.rs", "src/lib.rs"] {
            fs::write(staged.join(name), "staged").unwrap();
        }
        for name in ["README.md", "src/main.rs"] {
            fs::hard_link(staged.join(name), sandbox.path(name)).unwrap();
        }
        sandbox
    };
    let sandbox = half();
    sandbox.cli("init . --no-git -q --name my-app").run();
    assert_eq!(sandbox.tree(), whole());

    // The same text, but the user's own file: nothing is filled, nothing of theirs is lost.
    let sandbox = half();
    fs::write(sandbox.path("src/lib.rs"), "staged").unwrap();
    sandbox
        .cli("init . --no-git -q --name my-app")
        .status(3)
        .stderr(
            "error: . is not empty\n  because: it holds src\n  help: choose another folder; nothing is \
             ever overwritten\n",
        )
        .run();
    assert_eq!(sandbox.tree(), ["src/", "src/lib.rs"]);
}

/// A run that was killed after its last link, but before it tidied up.
#[test]
fn a_finished_project_is_not_taken_back() {
    let sandbox = Sandbox::new();
    sandbox.cli("init . --no-git -q --name my-app").run();
    let staged = sandbox.path(LEFT).join("fill");
    fs::create_dir_all(&staged).unwrap();
    File::create(sandbox.path(LEFT).join("lock")).unwrap();
    for name in ["Cargo.toml", ".gitignore"] {
        fs::hard_link(sandbox.path(name), staged.join(name)).unwrap();
    }
    sandbox
        .cli("init . --no-git -q --name my-app")
        .status(3)
        .any_stderr()
        .run();
    assert_eq!(sandbox.tree(), whole());
}

#[test]
fn what_a_dead_run_left_beside_the_folder_is_removed() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path(LEFT).join("whole/src")).unwrap();
    fs::write(sandbox.path(LEFT).join("whole/.env"), "secret").unwrap();
    File::create(sandbox.path(LEFT).join("lock")).unwrap();
    sandbox.cli("init my-app --no-git -q").run();
    assert_eq!(leftovers(&sandbox), [""; 0]);
}

/// The sweep removed the lock first, and was killed: what it had not got to stayed for ever.
#[test]
fn what_a_killed_sweep_left_is_removed() {
    for kind in ["whole", "fill"] {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.path(LEFT).join(kind).join("src")).unwrap();
        fs::write(sandbox.path(LEFT).join(kind).join(".env"), "secret").unwrap();
        sandbox.cli("init my-app --no-git -q").run();
        assert_eq!(leftovers(&sandbox), [""; 0]);
    }
}

#[test]
fn a_living_run_and_things_that_only_look_like_ours_are_left_alone() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path(LEFT).join("whole")).unwrap();
    let lock = File::create(sandbox.path(LEFT).join("lock")).unwrap();
    lock.lock().unwrap();
    sandbox.cli("init my-app --no-git -q").run();
    assert!(sandbox.path(LEFT).join("whole").is_dir());

    let sandbox = Sandbox::new();
    for name in [".clerk-rs-init-notes", ".clerk-rs-init-0123456789abcdeX"] {
        fs::create_dir_all(sandbox.path(name)).unwrap();
        File::create(sandbox.path(name).join("lock")).unwrap();
    }
    fs::write(sandbox.path(LEFT), "a file").unwrap();
    sandbox.cli("init my-app --no-git -q").run();
    assert_eq!(leftovers(&sandbox).len(), 5);
}

/// A link that bears a staging folder's name would have had its target emptied.
#[cfg(unix)]
#[test]
fn no_link_is_followed_while_cleaning_up() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("precious/whole")).unwrap();
    File::create(sandbox.path("precious/lock")).unwrap();
    symlink("precious", sandbox.path(LEFT)).unwrap();
    let other = ".clerk-rs-init-fedcba9876543210";
    fs::create_dir(sandbox.path(other)).unwrap();
    File::create(sandbox.path(other).join("lock")).unwrap();
    symlink("../precious", sandbox.path(other).join("whole")).unwrap();
    sandbox.cli("init my-app --no-git -q").run();
    assert!(sandbox.path("precious/whole").is_dir() && sandbox.path("precious/lock").is_file());
    assert!(!sandbox.path(other).exists());
}

#[test]
fn of_several_runs_at_once_exactly_one_makes_the_project() {
    let whole = whole();
    for (words, folder) in [
        ("init my-app --no-git -q", "my-app"),
        ("init . --no-git -q --name my-app", ""),
    ] {
        for _ in 0..10 {
            let sandbox = Sandbox::new();
            let runs: Vec<_> = (0..4).map(|_| sandbox.cli(words).spawn()).collect();
            let mut codes = Vec::new();
            for run in runs {
                let output = run.wait_with_output().unwrap();
                let stderr = String::from_utf8(output.stderr).unwrap();
                codes.push(output.status.code().unwrap());
                let is_told = stderr.contains("is not empty")
                    || stderr.contains("was made by `clerk-rs init`")
                    || stderr.contains("was filled by somebody else");
                assert!(output.status.success() || is_told, "{stderr}");
            }
            codes.sort_unstable();
            assert_eq!(codes, [0, 3, 3, 3]);
            assert_eq!(tree(&sandbox.path(folder)), whole);
            assert_eq!(leftovers(&sandbox), [""; 0]);
        }
    }
}

#[test]
fn runs_for_different_folders_do_not_disturb_each_other() {
    let whole = whole();
    let sandbox = Sandbox::new();
    let runs: Vec<_> = (0..8)
        .map(|n| sandbox.cli(&format!("init app-{n} --no-git -q")).spawn())
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    for n in 0..8 {
        assert_eq!(tree(&sandbox.path(&format!("app-{n}"))), whole);
    }
    assert_eq!(leftovers(&sandbox), [""; 0]);
}
