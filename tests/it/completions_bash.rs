//! The bash script completed the first word only: its two halves spelled the program's name in different ways, and a
//! comparison with the committed text could not see it.

use std::process::Command;

use crate::support::Sandbox;

/// The words that bash offers for a line whose last word is being typed.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    const SCRIPT: &str = "
        source ./script
        words=(\"$@\")
        function=$(complete -p clerk-rs | sed -E 's/.*-F ([^ ]+).*/\\1/')
        COMP_WORDS=(\"${words[@]}\")
        COMP_CWORD=$((${#words[@]} - 1))
        \"$function\" clerk-rs \"${words[COMP_CWORD]}\" \"${words[COMP_CWORD - 1]}\"
        printf '%s\\n' \"${COMPREPLY[@]}\"
    ";
    let mut bash = Command::new("bash");
    bash.current_dir(sandbox.path(""))
        .args(["--norc", "-c", SCRIPT, "bash"]);
    let output = bash.args(words).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_below_the_first_word() {
    let sandbox = Sandbox::new();
    let script = sandbox.cli("completions bash").any_stdout().run();
    std::fs::write(sandbox.path("script"), script).unwrap();
    for (words, expected) in [
        (&["clerk-rs", "webh"][..], &["webhooks"][..]),
        (&["clerk-rs", "env", "s"], &["set"]),
        (
            &["clerk-rs", "webhooks", "send", "user.c"],
            &["user.created"],
        ),
        (&["clerk-rs", "schema", "doctor-"], &["doctor-explain"]),
        (
            &["clerk-rs", "doctor", "explain", "core-i"],
            &["core-insecure"],
        ),
        (&["clerk-rs", "init", "--dry"], &["--dry-run"]),
        (
            &["clerk-rs", "init", "my-app", "--framework", "act"],
            &["actix-web"],
        ),
    ] {
        assert_eq!(offered(&sandbox, words), expected, "{words:?}");
    }
    let frameworks = offered(&sandbox, &["clerk-rs", "init", "--framework", ""]);
    assert!(frameworks.contains(&"axum".to_owned()), "{frameworks:?}");
}
