//! A tool that edits start-up files, or writes over what its owner put there, is not run twice.

use std::fs;

use serde_json::Value;

use crate::support::{Sandbox, tree};

fn install(sandbox: &Sandbox, words: &str, status: i32) -> Value {
    let cli = sandbox.cli(&format!("completions install {words} --json"));
    let home = sandbox.path("home").display().to_string();
    let text = cli.var("HOME", &home).status(status).any_stdout().run();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn each_shell_gets_the_script_where_it_looks() {
    let sandbox = Sandbox::new();
    for (shell, path, line) in [
        (
            "bash",
            ".local/share/bash-completion/completions/clerk-rs",
            None,
        ),
        (
            "zsh",
            ".zfunc/_clerk-rs",
            Some("fpath=('[WORK]/home/.zfunc' $fpath); autoload -Uz compinit && compinit"),
        ),
        ("fish", ".config/fish/completions/clerk-rs.fish", None),
        (
            "elvish",
            ".config/elvish/lib/clerk-rs.elv",
            Some("use clerk-rs"),
        ),
    ] {
        let document = install(&sandbox, shell, 0);
        let path = format!("home/{path}");
        assert_eq!(document["path"], format!("[WORK]/{path}"));
        assert_eq!(document["state"], "written");
        assert_eq!(document["line"].as_str(), line);
        let script = sandbox
            .cli(&format!("completions {shell}"))
            .any_stdout()
            .run();
        let written = sandbox.read(&path);
        assert!(written.starts_with(&script), "{shell}");
        assert_eq!(install(&sandbox, shell, 0)["state"], "unchanged");
        let (_, mark) = written.split_at(script.len());
        fs::write(sandbox.path(&path), format!("of an older version\n{mark}")).unwrap();
        assert_eq!(install(&sandbox, shell, 0)["state"], "renewed");
        assert_eq!(sandbox.read(&path), written);
    }
    let files = tree(&sandbox.path("home"));
    let files: Vec<_> = files.iter().filter(|path| !path.ends_with('/')).collect();
    assert_eq!(files.len(), 4, "{files:?}");
}

#[test]
fn the_shells_own_variables_say_where_it_looks() {
    let sandbox = Sandbox::new();
    let at = sandbox.path("x").display().to_string();
    for (shell, variable, path) in [
        ("bash", "BASH_COMPLETION_USER_DIR", "completions/clerk-rs"),
        (
            "bash",
            "XDG_DATA_HOME",
            "bash-completion/completions/clerk-rs",
        ),
        ("zsh", "ZDOTDIR", ".zfunc/_clerk-rs"),
        ("fish", "XDG_CONFIG_HOME", "fish/completions/clerk-rs.fish"),
        ("elvish", "XDG_CONFIG_HOME", "elvish/lib/clerk-rs.elv"),
    ] {
        let cli = sandbox.cli("completions install").var(variable, &at);
        cli.var("SHELL", &format!("/usr/bin/{shell}"))
            .any_stdout()
            .run();
        assert!(sandbox.path("x").join(path).is_file(), "{shell} {variable}");
    }
}

#[test]
fn what_is_not_ours_stays() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("home/.config/fish/completions");
    fs::create_dir_all(&folder).unwrap();
    let place = folder.join("clerk-rs.fish");
    fs::write(&place, "complete -c clerk-rs\n").unwrap();
    assert_eq!(
        install(&sandbox, "fish", 3)["error"]["code"],
        "completions-foreign"
    );
    assert_eq!(
        fs::read_to_string(&place).unwrap(),
        "complete -c clerk-rs\n"
    );
    #[cfg(unix)]
    {
        fs::remove_file(&place).unwrap();
        std::os::unix::fs::symlink(sandbox.path("elsewhere"), &place).unwrap();
        assert_eq!(
            install(&sandbox, "fish", 3)["error"]["code"],
            "completions-foreign"
        );
        assert!(!sandbox.path("elsewhere").exists());
    }
    fs::write(sandbox.path("home/.zfunc"), "").unwrap();
    assert_eq!(install(&sandbox, "zsh", 3)["error"]["code"], "cannot-write");
}

#[test]
fn where_there_is_no_place_it_says_what_to_do() {
    let sandbox = Sandbox::new();
    let document = install(&sandbox, "powershell", 3);
    assert_eq!(document["error"]["code"], "no-completions-folder");
    assert_eq!(install(&sandbox, "", 2)["error"]["code"], "no-shell");
    for home in ["", "here"] {
        let cli = sandbox.cli("completions install fish").var("HOME", home);
        let said = "error: it is not known where your home is\n  because: HOME is not set, or no absolute path\n  \
                    help: set it, or write the script yourself: `clerk-rs completions SHELL` prints it\n";
        cli.status(3).stderr(said).run();
    }
    assert!(sandbox.tree().is_empty(), "{:?}", sandbox.tree());
}

/// One for which `sudo` keeps HOME would leave there what its owner cannot replace.
#[cfg(unix)]
#[test]
fn root_writes_into_no_home_of_somebody_else() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let sandbox = Sandbox::new();
    let home = sandbox.path("home");
    fs::create_dir(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(4711), None).unwrap();
    let document = install(&sandbox, "fish", 3);
    assert_eq!(document["error"]["code"], "completions-of-another");
    assert!(tree(&home).is_empty(), "{:?}", tree(&home));
    std::os::unix::fs::chown(&home, Some(0), None).unwrap();
    assert_eq!(install(&sandbox, "fish", 0)["state"], "written");
}

#[test]
fn what_a_killed_run_left_goes_with_the_next_one() {
    let sandbox = Sandbox::new();
    let folder = sandbox.path("home/.config/fish/completions");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(".clerk-rs.new"), "half of a scr").unwrap();
    assert_eq!(install(&sandbox, "fish", 0)["state"], "written");
    assert_eq!(tree(&folder), ["clerk-rs.fish"]);
}
