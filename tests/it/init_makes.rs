//! What a new project consists of, and what is said about it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::Sandbox;

const LOCAL_NOTE: &str =
    "  The keys are local: a Clerk of your own runs beside the app, no account is
  needed. For a real one: clerk-rs env set --keys paste
";

fn created(sandbox: &Sandbox, folder: &str, next: &str) -> String {
    let files = sandbox
        .tree()
        .into_iter()
        .filter(|path| !path.ends_with('/') && !path.contains(".git/"));
    let count = files.count();
    format!(
        "  Created {folder}  ({count} files, axum 0.8)\n\n  Next\n{next}    \
         clerk-rs dev    sign up at http://localhost:3000\n\n{LOCAL_NOTE}"
    )
}

#[test]
fn init_makes_a_project_and_says_what_to_do_next() {
    let sandbox = Sandbox::new();
    let said = sandbox.cli("init my-app --no-git").any_stdout().run();
    assert_eq!(said, created(&sandbox, "my-app", "    cd my-app\n"));
    let tree = sandbox.tree();
    for path in [
        "my-app/Cargo.toml",
        "my-app/.gitignore",
        "my-app/src/",
        "my-app/clerk-auth/src/lib.rs",
    ] {
        assert!(
            tree.iter().any(|found| found == path),
            "{path} is not in {tree:?}"
        );
    }
    assert!(
        tree.iter().all(|path| path.starts_with("my-app/")),
        "{tree:?}"
    );
    assert!(
        sandbox
            .read("my-app/Cargo.toml")
            .contains("\nname = \"my-app\"\n")
    );
}

/// It had a [workspace] of its own, and cargo refused every package of the workspace from then on.
#[test]
fn a_new_project_below_a_workspace_that_takes_it_is_a_member() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("apps")).unwrap();
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"apps/*\"]\n";
    fs::write(sandbox.path("Cargo.toml"), workspace).unwrap();
    let manifest = |folder: &str| sandbox.read(&format!("{folder}/Cargo.toml"));
    let init = |words: &str| sandbox.cli(&format!("init {words} --no-git"));
    let said = init("apps/web").any_stdout().run();
    assert!(
        said.contains("a member of the workspace in ../../Cargo.toml"),
        "{said}"
    );
    let own = manifest("apps/web");
    assert!(
        !own.contains("\n[workspace]") && !own.contains("profile"),
        "{own}"
    );
    assert!(
        own.contains("[lints.rust]\n") && own.ends_with("\"deny\"\n"),
        "{own}"
    );
    let metadata = |folder: &str| {
        #[allow(clippy::disallowed_methods, reason = "cargo has to be found")]
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut cargo = std::process::Command::new(cargo);
        cargo.args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ]);
        let ended = cargo.current_dir(sandbox.path(folder)).output().unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    };
    metadata("apps/web");

    // A second copy of the core, or a second package of that name, cargo refuses as well.
    let before = sandbox.tree();
    for (words, why) in [
        (
            "apps/other",
            "and a workspace cannot have two packages named `clerk-auth`\n",
        ),
        (
            "apps/other --name web",
            "and a workspace cannot have two packages named `web`\n",
        ),
        (
            "apps/other --with docker --core version:0.2",
            "and its image could not be built: ",
        ),
    ] {
        let ended = init(words).output();
        assert_eq!(ended.status.code(), Some(3), "{words}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(
            said.contains(
                "error: apps/other would be a member of the workspace in ../../Cargo.toml, "
            ),
            "{said}"
        );
        assert!(said.contains(why), "{said}");
        assert!(said.contains("`exclude = [\"apps/other\"]`"), "{said}");
    }
    assert_eq!(sandbox.tree(), before);
    init("apps/other --core path:apps/web/clerk-auth")
        .any_stdout()
        .run();
    metadata("apps/other");

    // What no member names, or what is left out, has a workspace of its own.
    let without = format!("{workspace}exclude = [\"apps/own\"]\n");
    fs::write(sandbox.path("Cargo.toml"), without).unwrap();
    for folder in ["apps/own", "tools/web"] {
        let said = init(folder).any_stdout().run();
        assert!(!said.contains("workspace"), "{said}");
        assert!(manifest(folder).contains("\n[workspace]\n"));
        metadata(folder);
    }
    metadata("apps/web");
}

/// The core as a crate that several projects share: the same app, and no copy.
#[test]
fn the_core_may_lie_elsewhere() {
    let sandbox = Sandbox::new();
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/clerk-auth");
    let text = fs::read_to_string(core.join("Cargo.toml")).unwrap();
    fs::create_dir_all(sandbox.path("crates/clerk-auth")).unwrap();
    fs::write(sandbox.path("crates/clerk-auth/Cargo.toml"), text).unwrap();
    sandbox.cli("init copy --no-git --quiet").run();
    let app = |folder: &str| {
        let paths = sandbox.tree().into_iter().filter_map(|path| {
            let path = path.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
            (!path.starts_with("clerk-auth/") && !path.ends_with('/')).then_some(path)
        });
        paths.collect::<Vec<_>>()
    };
    let git = "git:https://example.com/me/clerk-rs#abc123";
    for (folder, source, expected, mode) in [
        (
            "a/one",
            "path:crates/clerk-auth",
            "path = \"../../crates/clerk-auth\"",
            "path",
        ),
        (
            "two",
            git,
            "git = \"https://example.com/me/clerk-rs\", rev = \"abc123\"",
            "git",
        ),
        ("three", "version:0.2", "version = \"0.2\"", "version"),
    ] {
        let words = format!("init {folder} --no-git --json --core {source}");
        let said = sandbox.cli(&words).any_stdout().run();
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["core"], mode);
        assert!(!sandbox.path(folder).join("clerk-auth").exists());
        assert_eq!(app(folder), app("copy"), "{source}");
        let manifest = sandbox.read(&format!("{folder}/Cargo.toml"));
        assert_eq!(
            manifest
                .matches(&format!("clerk-auth = {{ {expected}, "))
                .count(),
            2
        );
        assert!(
            manifest.contains(&format!("core-mode = \"{mode}\"")),
            "{manifest}"
        );
        assert!(
            !sandbox
                .read(&format!("{folder}/README.md"))
                .contains("`clerk-auth/`")
        );
    }
    let plan = sandbox
        .cli("init four --dry-run --core version:0.2")
        .any_stdout()
        .run();
    assert!(!plan.contains("the auth core"), "{plan}");
}

#[test]
fn the_name_is_the_folders_or_the_one_given() {
    let sandbox = Sandbox::new();
    sandbox.cli("init deep/er/My_App --no-git -q").run();
    assert!(
        sandbox
            .read("deep/er/My_App/Cargo.toml")
            .contains("\nname = \"my_app\"\n")
    );
    sandbox
        .cli("init --no-git -q --name orchard")
        .arg("folder with spaces")
        .run();
    assert!(
        sandbox
            .read("folder with spaces/Cargo.toml")
            .contains("\nname = \"orchard\"\n")
    );
}

#[test]
fn a_folder_that_a_shell_would_split_is_quoted() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("init --no-git --name x")
        .arg("it's")
        .any_stdout()
        .run();
    assert!(said.contains(r"    cd 'it'\''s'"), "{said}");
}

#[test]
fn an_empty_folder_is_filled_in_place() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("init . --no-git --name my-app")
        .any_stdout()
        .run();
    assert_eq!(said, created(&sandbox, "my-app", ""));
    let here = sandbox.tree();
    let other = Sandbox::new();
    other.cli("init my-app --no-git -q").run();
    let there: Vec<_> = other
        .tree()
        .iter()
        .map(|path| path.trim_start_matches("my-app/").to_owned())
        .collect();
    assert_eq!(
        here,
        there
            .into_iter()
            .filter(|path| !path.is_empty())
            .collect::<Vec<_>>()
    );
}

/// People make the repository first, on the web, clone it and want it filled.
#[test]
fn a_folder_with_nothing_but_a_repository_is_filled() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path(".git")).unwrap();
    let said = sandbox
        .cli("init . --name my-app --json")
        .any_stdout()
        .run();
    assert_eq!(
        serde_json::from_str::<Value>(&said).unwrap()["git"],
        "inside-repository"
    );
    assert_eq!(
        sandbox
            .tree()
            .iter()
            .filter(|path| path.starts_with(".git/"))
            .collect::<Vec<_>>(),
        [".git/"]
    );
}

#[test]
fn yes_names_the_project_where_no_folder_is_given() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("notes"), "").unwrap();
    sandbox.cli("init --yes --no-git -q").run();
    assert!(sandbox.tree().contains(&"my-app/Cargo.toml".to_owned()));
    std::fs::create_dir(sandbox.path("orchard")).unwrap();
    sandbox
        .cli("init --yes --no-git -q")
        .folder(&sandbox.path("orchard"))
        .run();
    assert!(
        sandbox
            .read("orchard/Cargo.toml")
            .contains("\nname = \"orchard\"\n")
    );
}

#[test]
fn a_repository_is_made_unless_there_is_one() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("init one --json")
        .with_programs()
        .any_stdout()
        .run();
    assert_eq!(
        serde_json::from_str::<Value>(&said).unwrap()["git"],
        "created"
    );
    assert!(sandbox.path("one/.git/HEAD").is_file());
    let said = sandbox
        .cli("init one/two --json")
        .with_programs()
        .any_stdout()
        .run();
    assert_eq!(
        serde_json::from_str::<Value>(&said).unwrap()["git"],
        "inside-repository"
    );
    assert!(!sandbox.path("one/two/.git").exists());
    sandbox.cli("init three -q --no-git").with_programs().run();
    assert!(!sandbox.path("three/.git").exists());
}

/// The first thing that the README has people do: `init ../demo` in a clone.
#[test]
fn a_path_that_leads_out_of_a_repository_is_not_inside_it() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("clone/.git")).unwrap();
    let run = |words: &str| {
        let cli = sandbox.cli(words).folder(&sandbox.path("clone"));
        cli.with_programs().any_stdout().run()
    };
    let git = |words: &str| serde_json::from_str::<Value>(&run(words)).unwrap()["git"].clone();
    assert_eq!(git("init ../demo --dry-run --json"), "would-create");
    assert_eq!(git("init demo --dry-run --json"), "inside-repository");
    assert_eq!(git("init demo --dry-run --json --no-git"), "not-wanted");
    for place in ["../demo", "demo"] {
        let said = run(&format!("init {place} --dry-run --json"));
        let said: Value = serde_json::from_str(&said).unwrap();
        let notes = said["notes"].as_array().unwrap();
        let note = notes.last().unwrap().as_str().unwrap();
        assert!(note.contains("would be made"), "{note}");
    }
    let said = run("init ../demo");
    let told = "\n  A git repository was made; nothing is committed yet.\n";
    assert!(said.ends_with(told), "{said}");
    assert!(sandbox.path("demo/.git/HEAD").is_file());
    let said = run("init inner");
    let told = "\n  No git repository was made: the folder lies in one.\n";
    assert!(said.ends_with(told), "{said}");
}

/// `GIT_DIR` is set in hooks: `git init` would have gone to that repository.
#[test]
fn a_repository_around_the_process_is_left_alone() {
    let sandbox = Sandbox::new();
    let elsewhere = sandbox.path("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    sandbox
        .cli("init my-app -q")
        .with_programs()
        .var("GIT_DIR", elsewhere)
        .run();
    assert!(sandbox.path("my-app/.git/HEAD").is_file());
    assert!(!sandbox.path("elsewhere").exists());
}

#[test]
fn a_machine_without_git_gets_a_project_and_a_note() {
    let sandbox = Sandbox::new();
    let said = sandbox.cli("init my-app").any_stdout().run();
    assert!(
        said.ends_with("\n  No git repository was made: git is not installed.\n"),
        "{said}"
    );
    assert!(sandbox.path("my-app/Cargo.toml").is_file());
}

#[test]
fn the_document_tells_everything() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("init my-app --no-git --with docker,orgs,docker --json")
        .any_stdout()
        .run();
    let mut said: Value = serde_json::from_str(&said).unwrap();
    let files = said["files"].take();
    let files = files.as_array().unwrap();
    for file in files {
        let path = sandbox.path("my-app").join(file["path"].as_str().unwrap());
        assert_eq!(
            path.metadata().unwrap().len(),
            file["bytes"].as_u64().unwrap()
        );
        assert_eq!(file["private"], file["path"] == ".env");
        assert!(file.get("diff").is_none());
    }
    said["notes"].take();
    let expected = json!({
        "schema": "clerk-rs.init/1", "ok": true, "kind": "new", "dry_run": false, "path": "[WORK]/my-app",
        "name": "my-app", "framework": "axum", "template": "web", "keys": "local", "core": "copy",
        "extras": ["orgs", "docker"], "git": "not-wanted", "files": null, "notes": null,
        "next": ["cd my-app", "clerk-rs dev"],
    });
    assert_eq!(said, expected);
}

#[test]
fn a_dry_run_shows_every_file_and_writes_nothing() {
    let sandbox = Sandbox::new();
    let said = sandbox.cli("init my-app --dry-run").any_stdout().run();
    assert_eq!(sandbox.tree(), [""; 0]);
    assert!(said.starts_with("  Would create my-app  ("), "{said}");
    assert!(
        said.contains("\n--- /dev/null\n+++ b/Cargo.toml\n@@ -0,0 +1,"),
        "{said}"
    );
    assert!(said.contains("\n+name = \"my-app\"\n"), "{said}");
    assert!(!said.contains("+++ b/clerk-auth/src/lib.rs"), "{said}");
    let all = sandbox.cli("init my-app --dry-run -v").any_stdout().run();
    assert!(all.contains("+++ b/clerk-auth/src/lib.rs"), "{all}");
    // A folder that is there is not touched either.
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    sandbox.cli("init empty --dry-run").any_stdout().run();
    assert_eq!(sandbox.tree(), ["empty/"]);
}

/// What a dry run shows can be applied, and gives the project that would have been made.
#[test]
fn a_dry_run_is_a_patch() {
    let sandbox = Sandbox::new();
    let patch = sandbox
        .cli("init my-app --dry-run -v --keys env")
        .var(
            "CLERK_PUBLISHABLE_KEY",
            "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA",
        )
        .var("CLERK_SECRET_KEY", "sk_live_2q7OrchardOrchardOrchard4711")
        .any_stdout()
        .run();
    std::fs::write(sandbox.path("patch"), patch).unwrap();
    std::fs::create_dir(sandbox.path("patched")).unwrap();
    let mut apply = sandbox.cli("").with_programs().command();
    let mut git = std::process::Command::new("git");
    for (name, value) in apply.get_envs() {
        git.env(name, value.unwrap());
    }
    let applied = git
        .args(["apply", "../patch"])
        .current_dir(sandbox.path("patched"))
        .output()
        .unwrap();
    assert!(applied.status.success(), "{applied:?}");
    apply
        .args(["init", "my-app", "--no-git", "-q", "--keys", "env"])
        .env(
            "CLERK_PUBLISHABLE_KEY",
            "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA",
        )
        .env("CLERK_SECRET_KEY", "sk_live_2q7OrchardOrchardOrchard4711");
    assert!(apply.status().unwrap().success());
    let (made, patched) = (
        crate::support::tree(&sandbox.path("my-app")),
        crate::support::tree(&sandbox.path("patched")),
    );
    assert_eq!(made, patched);
    for path in made.iter().filter(|path| !path.ends_with('/')) {
        let read = |folder: &str| std::fs::read(sandbox.path(folder).join(path)).unwrap();
        assert_eq!(read("my-app"), read("patched"), "{path}");
    }
}
