//! `env set --keys`, killed at random moments in projects of several forms: every file is whole, keys of two instances
//! are never taken for a pair, git never takes a secret along, and the next run works and leaves nothing.
//! Each signal and each form of project has its share.
#![allow(
    clippy::disallowed_methods,
    reason = "the moments are drawn over a run's own time"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::Sandbox;
use crate::support::killing::{Random, end, kills};

const ROOM: &str = ".clerk-rs-env-set";
const JOURNAL: &str = ".clerk-rs-env-set/journal.json";
const SIGNALS: [Signal; 4] = [Signal::KILL, Signal::INT, Signal::TERM, Signal::HUP];

/// Two instances; nothing but their names tells them apart.
const PAIRS: [[&str; 2]; 2] = [
    [
        "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk",
        "sk_test_2q7OrchardOrchardOrchardOrchardOrchardAAAA",
    ],
    [
        "pk_test_Y2FsbS1vdHRlci04LmNsZXJrLmFjY291bnRzLmRldiQ",
        "sk_test_9x3MeadowMeadowMeadowMeadowMeadowMeadowBBB",
    ],
];

#[derive(Clone, Copy, Debug)]
enum Form {
    OneFile,
    TwoFiles,
    Links,
}

impl Form {
    const ALL: [Self; 3] = [Self::TwoFiles, Self::Links, Self::OneFile];

    /// Its files of variables with the keys of a pair.
    fn files(self, [public, secret]: [&str; 2]) -> Vec<(&'static str, String)> {
        let public = format!("# mine\nCLERK_PUBLISHABLE_KEY={public}\nOTHER=\"a b\"\n");
        let secret = format!("export CLERK_SECRET_KEY='{secret}' # why\n");
        match self {
            Self::OneFile => vec![(".env", public + &secret)],
            Self::TwoFiles => vec![(".env", public), (".env.local", secret)],
            Self::Links => vec![("config/env", public), ("config/local", secret)],
        }
    }

    fn project(self) -> Sandbox {
        let sandbox = Sandbox::new();
        fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
        fs::create_dir(sandbox.path("src")).unwrap();
        fs::write(sandbox.path("src/main.rs"), "fn main() {}\n").unwrap();
        fs::write(sandbox.path(".gitignore"), ".env\n.env.local\nconfig\n").unwrap();
        fs::create_dir(sandbox.path("config")).unwrap();
        if matches!(self, Self::Links) {
            symlink("config/env", sandbox.path(".env")).unwrap();
            symlink("config/local", sandbox.path(".env.local")).unwrap();
        }
        git(&sandbox, &["init", "-q"]);
        self.reset(&sandbox, PAIRS[0]);
        sandbox
    }

    fn reset(self, sandbox: &Sandbox, pair: [&str; 2]) {
        use std::os::unix::fs::PermissionsExt as _;
        for (name, text) in self.files(pair) {
            let path = sandbox.path(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

fn git(sandbox: &Sandbox, words: &[&str]) -> String {
    let git = Command::new("git")
        .args(words)
        .current_dir(sandbox.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
    String::from_utf8(git.stdout).unwrap()
}

fn words([public, _]: [&str; 2]) -> String {
    format!("env set --keys paste --publishable-key {public} --secret-key-file ../secret -q")
}

fn hand_over(sandbox: &Sandbox, [_, secret]: [&str; 2]) {
    fs::write(sandbox.path("../secret"), secret).unwrap();
}

fn start(sandbox: &Sandbox, pair: [&str; 2]) -> Child {
    hand_over(sandbox, pair);
    sandbox.cli(&words(pair)).with_programs().spawn()
}

#[derive(Debug, Default)]
struct Count {
    kills: usize,
    /// Runs that had ended before they were killed.
    late: usize,
    old: usize,
    new: usize,
    half: usize,
    leftovers: usize,
}

/// How long a run takes, and how long its room is there.
fn measure(sandbox: &Sandbox) -> (Duration, Duration) {
    let begin = Instant::now();
    let mut run = start(sandbox, PAIRS[0]);
    let mut room = None;
    while run.try_wait().unwrap().is_none() {
        if room.is_none() && sandbox.path(ROOM).exists() {
            room = Some(begin.elapsed());
        }
    }
    let whole = begin.elapsed();
    (whole, whole.saturating_sub(room.unwrap_or_default()))
}

/// Ends a run at a moment of its whole time, or soon after its room, its journal or the first new file is there.
fn kill(
    form: Form,
    run: &mut Child,
    sandbox: &Sandbox,
    signal: Signal,
    random: &mut Random,
    times: (Duration, Duration),
) -> bool {
    let (whole, late) = times;
    let first = sandbox.path(form.files(PAIRS[0])[0].0);
    let before = inode(&first);
    // A few renames are what takes least time, and matters most.
    let (span, is_there): (Duration, &dyn Fn() -> bool) = match random.next() {
        kind if kind < 0.3 => (whole, &|| true),
        kind if kind < 0.5 => (late, &|| sandbox.path(ROOM).exists()),
        kind if kind < 0.7 => (late / 5, &|| sandbox.path(JOURNAL).exists()),
        _ => (late / 200, &|| inode(&first) != before),
    };
    end(run, signal, is_there, span.mul_f64(random.next()))
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.ino())
}

fn ids(sandbox: &Sandbox) -> Vec<String> {
    let cli = sandbox.cli("env check --json").with_programs();
    let output = cli.output();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let wrong = findings.filter(|finding| finding["verdict"] != "ok");
    wrong
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        .collect()
}

/// What git would commit now holds no secret.
fn must_not_be_published(sandbox: &Sandbox) {
    for line in git(
        sandbox,
        &["-c", "core.quotePath=false", "add", "-A", "-n", "."],
    )
    .lines()
    {
        let name = line.trim_start_matches("add '").trim_end_matches('\'');
        let text = fs::read_to_string(sandbox.path(name)).unwrap_or_default();
        assert!(!text.contains("sk_test_"), "{name}: {text}");
        // A run may die between making the file that hides the rest, and writing its line; there is no rest yet.
        assert!(!name.contains(ROOM) || text.is_empty(), "{name}");
    }
}

fn round(
    form: Form,
    sandbox: &Sandbox,
    signal: Signal,
    random: &mut Random,
    times: (Duration, Duration),
    count: &mut Count,
) {
    let base = sandbox.tree();
    form.reset(sandbox, PAIRS[0]);
    let mut run = start(sandbox, PAIRS[1]);
    count.kills += 1;
    count.late += usize::from(kill(form, &mut run, sandbox, signal, random, times));

    let (old, new) = (form.files(PAIRS[0]), form.files(PAIRS[1]));
    let mut is_new = Vec::new();
    for ((name, old), (_, new)) in old.iter().zip(&new) {
        let text = sandbox.read(name);
        assert!(
            text == *old || text == *new,
            "{form:?} {signal:?} {name}: {text}"
        );
        is_new.push(text == *new);
    }
    must_not_be_published(sandbox);
    let has_room = sandbox.path(ROOM).exists();
    assert!(
        !has_room || signal == Signal::KILL,
        "{form:?} {signal:?} left its room"
    );
    let ids = ids(sandbox);
    if is_new.iter().all(|is_new| *is_new) {
        count.new += 1;
    } else if is_new.iter().any(|is_new| *is_new) {
        count.half += 1;
        assert!(
            ids.contains(&"switch-unfinished".to_owned()),
            "{form:?} {signal:?}: {ids:?}"
        );
    } else {
        count.old += 1;
    }
    if has_room {
        count.leftovers += 1;
        let told = ids
            .iter()
            .any(|id| id == "leftover" || id == "switch-unfinished");
        assert!(told, "{form:?} {signal:?}: {ids:?}");
    }
    // The next run need not be about the same keys.
    let pair = PAIRS[usize::from(random.next() < 0.5)];
    hand_over(sandbox, pair);
    sandbox.cli(&words(pair)).with_programs().run();
    for (name, text) in form.files(pair) {
        assert_eq!(sandbox.read(name), text, "{form:?} {signal:?} {name}");
    }
    assert_eq!(sandbox.tree(), base, "{form:?} {signal:?}");
}

#[test]
fn a_switch_of_keys_killed_at_any_moment_leaves_every_file_whole_and_nothing_unsaid() {
    let kills = kills();
    let projects = Form::ALL.map(|form| (form, form.project()));
    let times = projects.each_ref().map(|(_, sandbox)| measure(sandbox));
    let (mut random, mut count) = (Random(4711), Count::default());
    for kill in 0..kills {
        let index = kill % projects.len();
        let (form, sandbox) = &projects[index];
        let signal = SIGNALS[(kill / projects.len()) % SIGNALS.len()];
        round(
            *form,
            sandbox,
            signal,
            &mut random,
            times[index],
            &mut count,
        );
    }
    println!("{count:?}");
    assert!(
        count.old > 0 && count.old + count.half + count.new == kills,
        "{count:?}"
    );
    assert!(
        kills < 200 || (count.half > 0 && count.leftovers > count.half),
        "{count:?}"
    );
}
