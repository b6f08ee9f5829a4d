//! A project is brought up to date: whole or not at all, and without losing what its owner wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use clerk_rs_cli::project::manifest::Manifest;
use clerk_rs_cli::scaffold::keys::local;
use clerk_rs_cli::scaffold::stamp::hash;
use clerk_rs_cli::scaffold::{
    Choices, CoreSource, Extra, Framework, Keys, PackageName, Plan, Template,
};
use clerk_rs_cli::update::{base, versions};
#[cfg(unix)]
use rustix::process::Signal;
use serde_json::Value;

use crate::support::Sandbox;
#[cfg(unix)]
use crate::support::killing::{Random, end, kills, length};

const OLDEST: &str = "0.1.0";
const GATE: &str = "app/clerk-auth/src/has.rs";

/// A project as the oldest version made it.
fn old_project(folder: &Path, template: Template, extras: &[Extra]) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    let catalog = base(OLDEST).unwrap().unwrap();
    let choices = Choices {
        name: PackageName::new(name).unwrap(),
        framework: Framework::default(),
        template,
        keys: Keys::Local(local().unwrap()),
        core: CoreSource::Copy,
        extras: extras.to_vec(),
    };
    let plan = Plan::new(&catalog, &choices).unwrap();
    // That version knew of no stamp.
    for file in plan
        .files
        .iter()
        .filter(|file| !file.path.ends_with(".stamp"))
    {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
}

/// Nobody updates who does not know that there is something newer.
#[test]
fn routes_says_that_there_is_a_newer_core() {
    let sandbox = Sandbox::new();
    old_project(&sandbox.path("app"), Template::Web, &[]);
    let folder = sandbox.path("app");
    // The layer of that version is not known as a gate.
    let routes = |words: &str, status: i32, said: &str| {
        let cli = sandbox.cli(&format!("routes {words}")).folder(&folder);
        cli.status(status).any_stdout().stderr(said).run();
    };
    let version = clerk_auth::source::VERSION;
    let said = format!(
        "  The copy of clerk-auth is of version 0.1.0, this clerk-rs has {version}.\n  \
         `clerk-rs update --dry-run` shows the difference.\n\n"
    );
    routes("", 1, &said);
    routes("--quiet", 1, "");
    routes("--json", 1, "");
    updated(&sandbox, "--yes", 0);
    routes("", 0, "");
}

fn updated(sandbox: &Sandbox, words: &str, status: i32) -> Value {
    let said = sandbox.cli(&format!("update app --json {words}"));
    serde_json::from_str(&said.status(status).any_stdout().run()).unwrap()
}

/// `clerk-auth/src/has.rs replaced`
fn actions(said: &Value) -> Vec<String> {
    let files = said["files"].as_array().unwrap().iter();
    files
        .map(|file| {
            format!(
                "{} {}",
                file["path"].as_str().unwrap(),
                file["action"].as_str().unwrap()
            )
        })
        .collect()
}

/// A project of this version whose core is told to be the older one that `edit` makes of it.
fn with_older_core(edit: impl Fn(&str) -> String) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git --quiet").run();
    let (text, stamp) = (sandbox.read(GATE), sandbox.read("app/clerk-auth/.stamp"));
    let older = edit(&text);
    assert_ne!(older, text);
    let stamp = stamp.replace(&hash(text.as_bytes()), &hash(older.as_bytes()));
    fs::write(sandbox.path(GATE), older).unwrap();
    fs::write(sandbox.path("app/clerk-auth/.stamp"), stamp).unwrap();
    sandbox
}

#[test]
fn a_current_project_is_left_as_it_is() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git --quiet").run();
    let said = sandbox.cli("update app").any_stdout().run();
    assert_eq!(
        said,
        format!("  clerk-auth {} is current\n", env!("CARGO_PKG_VERSION"))
    );
    // Edits of the core are its owner's, and are named: nobody else remembers them.
    fs::write(sandbox.path(GATE), "// mine\n").unwrap();
    fs::remove_file(sandbox.path("app/clerk-auth/README.md")).unwrap();
    let said = sandbox.cli("update app").any_stdout().run();
    let lines: Vec<_> = said.lines().map(str::trim).collect();
    assert_eq!(
        lines[1..],
        [
            "",
            "Edited by you, and left alone",
            "clerk-auth/README.md, taken out",
            "clerk-auth/src/has.rs"
        ]
    );
    let said = updated(&sandbox, "--yes", 0);
    assert_eq!(actions(&said), [""; 0]);
    let edited = &said["edited"];
    assert_eq!(edited[0]["missing"], true);
    assert_eq!(edited[1]["path"], "clerk-auth/src/has.rs");
    assert_eq!(sandbox.read(GATE), "// mine\n");
}

/// "is current", it said of a core that could not be built.
#[test]
fn a_source_that_is_missing_is_put_back() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git --quiet").run();
    let text = sandbox.read(GATE);
    fs::remove_file(sandbox.path(GATE)).unwrap();
    let said = updated(&sandbox, "--dry-run", 0);
    assert_eq!(actions(&said), ["clerk-auth/src/has.rs added"]);
    assert_eq!(said["edited"][0]["missing"], true);
    let said = sandbox.cli("update app --yes").any_stdout().run();
    let line = format!(
        "    {:32} put back; it was missing\n",
        "clerk-auth/src/has.rs"
    );
    assert!(said.contains(&line), "{said}");
    assert_eq!(sandbox.read(GATE), text);
}

#[test]
fn a_file_that_nobody_edited_is_replaced() {
    let sandbox = with_older_core(|text| format!("{text}// older\n"));
    let before = sandbox.read(GATE);
    let said = updated(&sandbox, "--dry-run", 0);
    assert_eq!(
        actions(&said),
        [
            "clerk-auth/.stamp replaced",
            "clerk-auth/src/has.rs replaced"
        ]
    );
    assert!(
        said["files"][1]["diff"]
            .as_str()
            .unwrap()
            .contains("\n-// older\n"),
        "{said}"
    );
    assert_eq!(sandbox.read(GATE), before);
    // Without a terminal nobody can be asked.
    let said = updated(&sandbox, "", 2);
    assert_eq!(said["error"]["code"], "answer-missing");
    assert_eq!(sandbox.read(GATE), before);
    updated(&sandbox, "--yes", 0);
    assert!(!sandbox.read(GATE).contains("older"));
    assert_eq!(actions(&updated(&sandbox, "--yes", 0)), [""; 0]);
}

/// Git on Windows checks text out with two characters at the end of each line.
#[test]
fn other_ends_of_lines_are_no_edit_and_stay() {
    let sandbox = with_older_core(|text| format!("{text}// older\n"));
    let text = sandbox.read(GATE).replace('\n', "\r\n");
    fs::write(sandbox.path(GATE), text).unwrap();
    updated(&sandbox, "--yes", 0);
    let now = sandbox.read(GATE);
    assert!(!now.contains("older"));
    assert!(now.lines().count() > 5 && now.matches("\r\n").count() == now.matches('\n').count());
}

#[test]
fn what_cannot_be_merged_changes_nothing() {
    let sandbox = with_older_core(|text| format!("{text}// older\n"));
    let text = format!("{}// and mine\n", sandbox.read(GATE));
    fs::write(sandbox.path(GATE), &text).unwrap();
    let said = updated(&sandbox, "--yes", 3);
    assert_eq!(said["error"]["code"], "base-unknown");
    assert_eq!(sandbox.read(GATE), text);
}

#[test]
fn a_newer_core_is_never_taken_back() {
    let newer = |path: &str, from: &str, to: &str| {
        let sandbox = Sandbox::new();
        sandbox.cli("init app --no-git --quiet").run();
        let text = sandbox.read(path);
        assert!(text.contains(from), "{path}");
        fs::write(sandbox.path(path), text.replacen(from, to, 1)).unwrap();
        let before = sandbox.read(GATE);
        let said = updated(&sandbox, "--yes", 3);
        assert_eq!(said["error"]["code"], "core-newer", "{path}");
        assert_eq!(sandbox.read(GATE), before);
    };
    let own = env!("CARGO_PKG_VERSION");
    newer(
        "app/clerk-auth/.stamp",
        &format!("# clerk-auth {own}"),
        "# clerk-auth 9.0.0",
    );
    newer(
        "app/Cargo.toml",
        &format!("core = \"{own}\""),
        "core = \"9.0.0\"",
    );
    newer(
        "app/Cargo.toml",
        &format!("\nversion = \"{own}\"\nframework"),
        "\nversion = \"9.0.0-rc.1\"\nframework",
    );
}

#[test]
fn a_stamp_that_somebody_made_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git --quiet").run();
    let path = "app/clerk-auth/.stamp";
    let stamp = sandbox.read(path);
    let main = sandbox.read("app/src/main.rs");
    let planted = format!("{stamp}{}  ../src/main.rs\n", hash(main.as_bytes()));
    let huge = format!("{stamp}{}", "x".repeat(5 << 20));
    for (text, code) in [
        (planted, "stamp-broken"),
        (huge, "file-unreadable"),
        (String::new(), "stamp-broken"),
    ] {
        fs::write(sandbox.path(path), text).unwrap();
        let said = updated(&sandbox, "--yes", 3);
        assert_eq!(said["error"]["code"], code, "{said}");
        assert_eq!(sandbox.read("app/src/main.rs"), main);
    }
}

#[test]
fn a_core_that_is_not_there_is_said_to_be_so() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("app")).unwrap();
    fs::write(
        sandbox.path("app/Cargo.toml"),
        "[package]\nname = \"app\"\n",
    )
    .unwrap();
    assert_eq!(updated(&sandbox, "--yes", 3)["error"]["code"], "no-core");
    let sandbox = Sandbox::new();
    assert_eq!(updated(&sandbox, "--yes", 3)["error"]["code"], "no-project");
}

/// Comparing two hundred thousand lines with ours took minutes.
#[test]
fn a_file_that_grew_beyond_all_measure_is_left_alone_and_told() {
    let sandbox = Sandbox::new();
    old_project(&sandbox.path("app"), Template::Web, &[]);
    let lines = |at: u32| format!("// {at}\n");
    let huge: String = (0..200_000).map(lines).collect();
    fs::write(sandbox.path("app/src/gate.rs"), &huge).unwrap();
    fs::write(sandbox.path(GATE), &huge).unwrap();
    let said = updated(&sandbox, "--yes", 1);
    let left = said["left"].as_array().unwrap();
    for path in ["src/gate.rs", "clerk-auth/src/has.rs"] {
        let told = left.iter().find(|left| left["path"] == path).unwrap();
        assert!(
            told["what"].as_str().unwrap().contains("too long"),
            "{told}"
        );
        assert_eq!(sandbox.read(&format!("app/{path}")), huge);
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_project_is_not_followed() {
    let sandbox = with_older_core(|text| format!("{text}// older\n"));
    let text = sandbox.read(GATE);
    fs::write(sandbox.path("outside.rs"), &text).unwrap();
    fs::remove_file(sandbox.path(GATE)).unwrap();
    std::os::unix::fs::symlink(sandbox.path("outside.rs"), sandbox.path(GATE)).unwrap();
    assert_eq!(
        updated(&sandbox, "--yes", 3)["error"]["code"],
        "link-leads-out"
    );
    assert_eq!(sandbox.read("outside.rs"), text);
    // The same with the whole folder.
    fs::rename(sandbox.path("app/clerk-auth"), sandbox.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("elsewhere"), sandbox.path("app/clerk-auth")).unwrap();
    assert_eq!(
        updated(&sandbox, "--yes", 3)["error"]["code"],
        "link-leads-out"
    );
}

#[test]
fn a_file_that_nobody_may_write_keeps_all_others_as_they_are() {
    let sandbox = Sandbox::new();
    old_project(&sandbox.path("app"), Template::Web, &[]);
    let path = sandbox.path("app/clerk-auth/src/verify/mod.rs");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let before = contents(&sandbox);
    assert_eq!(
        updated(&sandbox, "--yes", 3)["error"]["code"],
        "file-read-only"
    );
    assert_eq!(contents(&sandbox), before);
}

fn contents(sandbox: &Sandbox) -> Vec<(String, String)> {
    let files = sandbox
        .tree()
        .into_iter()
        .filter(|path| !path.ends_with('/'));
    files
        .map(|path| (path.clone(), sandbox.read(&path)))
        .collect()
}

/// Every choice of the oldest version: untouched, it becomes what `init` makes today, and says so.
#[test]
fn an_untouched_project_of_the_oldest_version_becomes_one_of_today() {
    let all = [
        Extra::Orgs,
        Extra::Webhooks,
        Extra::Docker,
        Extra::GithubActions,
    ];
    for (template, extras, words) in [
        (
            Template::Web,
            &all[..],
            "--template web --with orgs,webhooks,docker,github-actions",
        ),
        (Template::Web, &[], "--template web"),
        (Template::Api, &all[1..2], "--template api --with webhooks"),
    ] {
        let sandbox = Sandbox::new();
        old_project(&sandbox.path("app"), template, extras);
        let said = updated(&sandbox, "--yes", 0);
        assert_eq!(
            (said["from"].as_str(), said["left"].as_array().map(Vec::len)),
            (Some(OLDEST), Some(0))
        );
        assert!(!said["security"].as_array().unwrap().is_empty(), "{said}");
        assert_eq!(said["kept"].as_array().unwrap().len(), 0, "{said}");
        sandbox
            .cli(&format!("init today/app --no-git --quiet {words}"))
            .run();
        let is_kept = |path: &str| path.ends_with(".env");
        let files = |folder: &str| {
            let all = contents(&sandbox).into_iter();
            let below =
                all.filter_map(|(path, text)| Some((path.strip_prefix(folder)?.to_owned(), text)));
            below.filter(|(path, _)| !is_kept(path)).collect::<Vec<_>>()
        };
        let (now, today) = (files("app/"), files("today/app/"));
        let names = |files: &[(String, String)]| {
            files
                .iter()
                .map(|(path, _)| path.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&now), names(&today), "{words}");
        for ((path, now), (_, today)) in now.iter().zip(&today) {
            match path.as_str() {
                "Cargo.toml" => assert_eq!(table(now), table(today), "{words}"),
                _ => assert_eq!(now, today, "{words}: {path}"),
            }
        }
        assert_eq!(actions(&updated(&sandbox, "--yes", 0)), [""; 0], "{words}");
    }
}

fn table(text: &str) -> toml::Table {
    toml::from_str(text).unwrap()
}

/// The same, compiled and tested.
#[test]
#[ignore = "builds a project: `tests/run update`"]
#[allow(clippy::disallowed_methods, reason = "`tests/run` says where to build")]
fn an_untouched_project_of_the_oldest_version_passes_its_tests_once_it_is_current() {
    let target = std::env::var("CARGO_TARGET_DIR").expect("set by tests/run");
    let project = Path::new(&target).join("generated/axum-web-updated");
    let _ = fs::remove_dir_all(&project);
    old_project(&project, Template::Web, &[Extra::Orgs, Extra::Webhooks]);
    let mut update = Command::new(env!("CARGO_BIN_EXE_clerk-rs"));
    assert!(
        update
            .arg("update")
            .arg(&project)
            .arg("--yes")
            .status()
            .unwrap()
            .success()
    );
    fs::remove_file(project.join(".env")).unwrap();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates/Cargo.lock");
    fs::copy(lock, project.join("Cargo.lock")).unwrap();
    for words in [
        &["fmt", "--check"][..],
        &["test", "--workspace", "--offline"],
    ] {
        let mut cargo = Command::new("cargo");
        assert!(
            cargo
                .args(words)
                .current_dir(&project)
                .status()
                .unwrap()
                .success(),
            "{words:?}"
        );
    }
}

/// What its owner made of it stays, and what is left is told by file and line.
#[test]
fn an_edited_project_of_the_oldest_version_keeps_its_edits() {
    const DOCUMENTED: &str = "app/clerk-auth/src/gate/mod.rs";
    let sandbox = Sandbox::new();
    old_project(&sandbox.path("app"), Template::Web, &[]);
    let edit = |path: &str, from: &str, to: &str| {
        let text = sandbox.read(path);
        assert!(text.contains(from), "{path}");
        fs::write(sandbox.path(path), text.replace(from, to)).unwrap();
    };
    edit(
        "app/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nrand = \"0.9\"\n",
    );
    edit(
        "app/Cargo.toml",
        "\nserde_json = \"1.0\"\n",
        "\nserde_json = \"1.0.1\"\n",
    );
    // Every line of it was reworded since.
    edit(DOCUMENTED, "//! ", "//! mine: ");
    edit("app/clerk-auth/LICENSE", "\n", "\n ");
    edit("app/src/gate.rs", "use ", "// my rule\nuse ");
    fs::write(
        sandbox.path("app/src/mine.rs"),
        "// x\nuse crate::gate::GateLayer;\n",
    )
    .unwrap();
    fs::remove_file(sandbox.path("app/README.md")).unwrap();

    let said = updated(&sandbox, "--yes", 1);
    let left = said["left"].as_array().unwrap().iter();
    let left: Vec<_> = left
        .map(|left| format!("{}:{}", left["path"].as_str().unwrap(), left["line"]))
        .collect();
    let text = sandbox.read(DOCUMENTED);
    let marks = text
        .lines()
        .enumerate()
        .filter(|(_, line)| *line == "<<<<<<< yours");
    let marks: Vec<_> = marks
        .map(|(index, _)| format!("clerk-auth/src/gate/mod.rs:{}", index + 1))
        .collect();
    assert!(
        !marks.is_empty() && marks.iter().all(|mark| left.contains(mark)),
        "{marks:?} {left:?}"
    );
    assert!(
        text.contains("//! mine: ") && text.contains(">>>>>>> clerk-rs "),
        "{text}"
    );
    let manifest = table(&sandbox.read("app/Cargo.toml"));
    assert_eq!(manifest["dependencies"]["rand"].as_str(), Some("0.9"));
    assert!(Manifest::read(&sandbox.path("app")).unwrap().made.is_some());
    assert!(!sandbox.path("app/README.md").exists());
    // The core has the gate now: what was edited there stays, and what still asks for it is told.
    for place in ["src/gate.rs:", "src/mine.rs:2"] {
        assert!(
            left.iter().any(|left| left.starts_with(place)),
            "{place} {left:?}"
        );
    }
    assert!(sandbox.read("app/src/gate.rs").contains("// my rule"));
    // No repository has the edited files, so their old texts stay beside them.
    let kept = said["kept"].as_array().unwrap();
    assert!(
        kept.contains(&Value::from("clerk-auth/src/gate/mod.rs.orig")),
        "{kept:?}"
    );
    assert!(
        !sandbox
            .read(&format!("{DOCUMENTED}.orig"))
            .contains("<<<<<<<")
    );
    // It is of this version now, and its edits are its owner's.
    assert_eq!(actions(&updated(&sandbox, "--yes", 0)), [""; 0]);
}

/// Of two at once one writes and the other finds nothing left to do, or says that something else was quicker.
#[test]
fn two_at_once_do_not_mix() {
    for _ in 0..5 {
        let sandbox = Sandbox::new();
        old_project(&sandbox.path("app"), Template::Api, &[]);
        let run = || {
            sandbox
                .cli("update app --yes --json")
                .command()
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        };
        let runs = [run(), run()].map(|run| run.wait_with_output().unwrap());
        assert!(runs.iter().any(|run| run.status.success()), "{runs:?}");
        for run in &runs {
            let said: Value = serde_json::from_slice(&run.stdout).unwrap();
            let is_known = said["ok"] == true
                || ["file-changed", "project-busy"]
                    .contains(&said["error"]["code"].as_str().unwrap_or_default());
            assert!(is_known, "{said}");
        }
        assert_eq!(actions(&updated(&sandbox, "--yes", 0)), [""; 0]);
    }
}

/// Killed at any moment, the next run ends it; nothing of it is left behind.
#[cfg(unix)]
#[test]
fn a_killed_update_is_finished_by_the_next_one() {
    let old = || {
        let sandbox = Sandbox::new();
        old_project(&sandbox.path("app"), Template::Api, &[]);
        sandbox
    };
    let update = |sandbox: &Sandbox| sandbox.cli("update app --yes --json").spawn();
    let whole = old();
    let length = length(update(&whole));
    let before = old().tree();
    let (mut random, mut half) = (Random(2), 0);
    let signals = [Signal::KILL, Signal::KILL, Signal::INT, Signal::TERM];
    for kill in 0..kills() {
        let sandbox = old();
        let room = sandbox.path("app/.clerk-rs-env-set");
        // What is written last takes least time, and matters most.
        let (is_late, moment) = (kill % 2 == 1, random.next());
        let span = length.mul_f64(if is_late { moment / 4.0 } else { moment });
        let is_there = || !is_late || room.join("journal.json").exists();
        end(&mut update(&sandbox), signals[kill % 4], is_there, span);
        let tree = sandbox.tree();
        half += usize::from(tree != before && tree != whole.tree());
        updated(&sandbox, "--yes", 0);
        assert_eq!(sandbox.tree(), whole.tree(), "{kill}");
        assert_eq!(actions(&updated(&sandbox, "--yes", 0)), [""; 0], "{kill}");
    }
    println!("{half} of {} were killed half-way", kills());
    assert!(half > 0, "no run was killed half-way");
}

#[test]
fn git_is_asked_what_it_has() {
    let sandbox = with_older_core(|text| format!("{text}// older\n"));
    let git = |words: &str| {
        let mut git = Command::new("git");
        let done = git
            .args(words.split(' '))
            .current_dir(sandbox.path("app"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{words}: {done:?}");
    };
    git("init -q");
    let dry = |expected: &str| {
        let said = sandbox
            .cli("update app --dry-run --json")
            .with_programs()
            .any_stdout()
            .run();
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["git"], expected);
    };
    git("add .");
    dry("every file is committed or added");
    fs::write(sandbox.path("app/notes.txt"), "x").unwrap();
    dry("1 file is not committed");
    // Git may be told not to look at a file.
    let file = GATE.strip_prefix("app/").unwrap();
    git(&format!("update-index --skip-worktree {file}"));
    dry("2 files are not committed");
}

/// The archives are what they say: the files of the commits that the versions were made from.
#[test]
fn the_archives_hold_what_the_released_versions_had() {
    let known: Vec<_> = versions().collect();
    assert_eq!(known, [OLDEST]);
    let catalog = base(OLDEST).unwrap().unwrap();
    let mut all = Vec::new();
    for layer in [
        "axum",
        "axum-api",
        "axum-web",
        "base",
        "docker",
        "github-actions",
        "orgs",
        "web",
        "webhooks-axum",
    ] {
        for (path, bytes) in catalog.stock.layer(layer).unwrap() {
            all.push((format!("{layer}/{path}"), bytes));
        }
    }
    all.extend(
        catalog
            .stock
            .core()
            .into_iter()
            .map(|(path, bytes)| (format!("clerk-auth/{path}"), bytes)),
    );
    all.sort();
    let listed: String = all
        .iter()
        .map(|(path, bytes)| format!("{} {path}\n", hash(bytes)))
        .collect();
    assert_eq!(
        hash(listed.as_bytes()),
        "c4c9d900b9dbc3b78a0781967fb2ab4d17c693c0be891ae78ecab635fbf910d2"
    );
    // A copy without history, as a package is one, cannot compare.
    let git = |words: &[&str]| {
        let output = Command::new("git")
            .args(words)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output();
        output
            .ok()
            .filter(|output| output.status.success())
            .map(|output| output.stdout)
    };
    const COMMIT: &str = "e56be7f";
    if git(&["cat-file", "-e", COMMIT]).is_some() {
        for (path, bytes) in &all {
            let stored = git(&["cat-file", "blob", &format!("{COMMIT}:templates/{path}")]);
            assert_eq!(stored.as_deref(), Some(&**bytes), "{path}");
        }
    }
}
