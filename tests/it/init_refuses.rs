//! What `init` will not do, and that it leaves everything as it was.

use std::fs;

use crate::support::Sandbox;

#[track_caller]
fn refused(sandbox: &Sandbox, words: &str, status: i32, stderr: &str) {
    let before = sandbox.tree();
    sandbox.cli(words).status(status).stderr(stderr).run();
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn init_refuses_a_folder_with_files() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("my-app")).unwrap();
    fs::write(sandbox.path("my-app/notes"), "mine").unwrap();
    refused(
        &sandbox,
        "init my-app --yes",
        3,
        "error: my-app is not empty\n  because: it holds notes\n  \
         help: choose another folder; nothing is ever overwritten\n",
    );
    fs::write(sandbox.path("my-app/Cargo.toml"), "mine").unwrap();
    refused(
        &sandbox,
        "init my-app --yes",
        3,
        "error: [WORK]/my-app/Cargo.toml cannot be read\n  because: line 1: key with no value, expected `=`\n",
    );
    assert_eq!(sandbox.read("my-app/Cargo.toml"), "mine");
}

#[test]
fn init_twice_changes_nothing_the_second_time() {
    let sandbox = Sandbox::new();
    sandbox.cli("init my-app --yes --no-git -q").run();
    let before = sandbox.read("my-app/Cargo.toml");
    let stderr = "error: my-app was made by `clerk-rs init`, which wires other projects only\n  \
                  help: `clerk-rs update` brings its core up to date; if its gate was taken out, `clerk-rs doctor` names the line to put back\n";
    refused(&sandbox, "init my-app --yes", 3, stderr);
    assert_eq!(sandbox.read("my-app/Cargo.toml"), before);
}

#[test]
fn init_refuses_a_file_in_the_way() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("my-app"), "mine").unwrap();
    let stderr = "error: my-app is not a folder\n  help: choose another folder; nothing is ever overwritten\n";
    refused(&sandbox, "init my-app", 3, stderr);
    let stderr = stderr.replace("my-app", "my-app/below");
    refused(&sandbox, "init my-app/below", 3, &stderr);
}

#[test]
fn init_refuses_names_that_cargo_would_refuse() {
    let sandbox = Sandbox::new();
    for (name, why, better) in [
        ("async", "it is a keyword of Rust", "async-app"),
        (
            "test",
            "it is the name of a crate that comes with Rust",
            "test-app",
        ),
        ("nul", "Windows keeps it for a device", "nul-app"),
        ("9lives", "it does not start with a letter", "app-9lives"),
        (
            "axum",
            "the project depends on a crate of that name",
            "axum-app",
        ),
        (
            "clerk-auth",
            "the project depends on a crate of that name",
            "clerk-auth-app",
        ),
    ] {
        let stderr = format!(
            "error: \"{name}\" cannot be a package's name\n  because: {why}\n  \
             help: pass another with --name, such as `--name {better}`\n"
        );
        refused(&sandbox, &format!("init {name}"), 2, &stderr);
        refused(&sandbox, &format!("init x --name {name}"), 2, &stderr);
        // Of `nul` Windows makes no folder either, which has words of its own.
        if name != "nul" || cfg!(not(windows)) {
            sandbox
                .cli(&format!("init {name}/{better} --no-git -q"))
                .run();
        }
    }
}

/// "could not look into nul: os error 87", "could not make the folder a:"
#[cfg(windows)]
#[test]
fn init_refuses_folders_that_windows_does_not_have() {
    let sandbox = Sandbox::new();
    for (folder, why) in [
        ("nul", "Windows keeps nul for a device"),
        ("aux/my-app", "Windows keeps aux for a device"),
        (r"my-app\a|b", "no name has '|' in it on Windows"),
        (
            "a:b",
            "a: is a drive, and its folders begin with a backslash",
        ),
    ] {
        let stderr = format!(
            "error: {folder} cannot be a folder\n  because: {why}\n  \
             help: choose another folder; nothing is ever overwritten\n"
        );
        refused(&sandbox, &format!("init {folder}"), 2, &stderr);
    }
}

#[test]
fn init_refuses_an_extra_that_does_not_fit() {
    let sandbox = Sandbox::new();
    let stderr =
        "error: --with orgs does not fit --template api\n  help: leave one of the two out\n";
    refused(
        &sandbox,
        "init my-app --template api --with docker,orgs",
        2,
        stderr,
    );
}

#[test]
fn init_refuses_a_folder_without_a_name() {
    let sandbox = Sandbox::new();
    let stderr = format!(
        "error: / is not empty\n  because: it holds {} entries, the first is {}\n  \
         help: choose another folder; nothing is ever overwritten\n",
        fs::read_dir("/")
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name() != ".git")
            .count(),
        fs::read_dir("/")
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .min()
            .unwrap()
    );
    refused(&sandbox, "init /", 3, &stderr);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A link in place of the folder led the files to wherever it pointed.
    #[test]
    fn init_follows_no_link_in_place_of_the_folder() {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("elsewhere")).unwrap();
        symlink("elsewhere", sandbox.path("my-app")).unwrap();
        symlink("nowhere", sandbox.path("dangling")).unwrap();
        for target in ["my-app", "my-app/", "my-app/.", "dangling", "dangling/"] {
            let stderr = format!(
                "error: {target} is a symbolic link\n  because: what is written there would land \
                 somewhere else\n  help: name the folder it points to\n"
            );
            refused(&sandbox, &format!("init {target} --name x"), 3, &stderr);
        }
    }

    /// A link on the way is the user's own choice of a place, as `/tmp` is on macOS.
    #[test]
    fn init_goes_through_links_above_the_folder() {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("elsewhere")).unwrap();
        symlink("elsewhere", sandbox.path("link")).unwrap();
        sandbox.cli("init link/my-app --no-git -q").run();
        assert!(sandbox.path("elsewhere/my-app/Cargo.toml").is_file());
        assert!(sandbox.tree().contains(&"link@".to_owned()));
    }

    /// The kernel's own folder takes no folders from anybody, root included.
    #[cfg(target_os = "linux")]
    #[test]
    fn init_says_when_it_may_not_write() {
        let sandbox = Sandbox::new();
        let output = sandbox.cli("init /sys/my-app --yes --json").output();
        assert_eq!(output.status.code(), Some(3));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let error = &document["error"];
        assert_eq!(error["code"], "folder-read-only");
        assert_eq!(error["help"], "choose a folder that you may write to");
        let message = error["message"].as_str().unwrap();
        let begin = "could not make a folder in /sys: ";
        assert!(message.starts_with(begin), "{message}");
    }

    /// A process may be limited in the size of what it writes; the failure comes in the middle.
    #[test]
    fn init_leaves_nothing_behind_when_a_write_fails_half_way() {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path("empty")).unwrap();
        for target in ["my-app", "empty", "a/b/c"] {
            let command = sandbox
                .cli(&format!("init {target} --yes --no-git"))
                .command();
            let mut limited = std::process::Command::new("/bin/sh");
            limited.args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\""]);
            limited.arg(command.get_program()).args(command.get_args());
            limited
                .current_dir(sandbox.path(""))
                .env_clear()
                .env("PATH", "");
            let output = limited.output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(stderr.contains("File too large"), "{stderr}");
            assert_eq!(output.status.code(), Some(3));
            assert_eq!(sandbox.tree(), ["empty/"]);
        }
    }
}

#[test]
fn a_core_that_cannot_be_had_is_explained() {
    let sandbox = Sandbox::new();
    for (words, message, help) in [
        (
            "--core nowhere",
            "--core \"nowhere\" says neither copy nor path:DIR, git:URL or version:X",
            "such as `--core version:0.2` or `--core path:../clerk-auth`",
        ),
        (
            "--core path:../core",
            "--core path:../core leads to no clerk-auth",
            "name the folder that holds clerk-auth's Cargo.toml",
        ),
        (
            "--core version:0.1.0",
            "the project is written for clerk-auth 0.2.0, and 0.1.0 is another line of versions",
            "take a version of that line, or the clerk-rs that goes with yours",
        ),
    ] {
        let said = sandbox.cli(&format!("init my-app --json {words}"));
        let said: serde_json::Value =
            serde_json::from_str(&said.status(2).any_stdout().run()).unwrap();
        assert_eq!(said["error"]["code"], "core-unfit", "{words}");
        let told = said["error"]["message"].as_str().unwrap();
        assert!(told.starts_with(message), "{words}: {told}");
        assert_eq!(said["error"]["help"], help, "{words}");
    }
    assert_eq!(sandbox.tree(), [""; 0]);
}
