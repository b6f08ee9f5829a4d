#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::*;

/// A git that answers the first question only hangs at the second, and is not asked a third time.
#[test]
fn a_git_that_hangs_costs_its_limit_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path(".git")).unwrap();
    let script = "#!/bin/sh\necho >> asked\ncase \"$*\" in *rev-parse*) exit 0;; esac\nsleep 600\n";
    fs::write(path("git"), script).unwrap();
    fs::set_permissions(path("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let limit = Duration::from_secs(1);
    let Git::Repository(repository) = Git::find_by(&path("git"), folder.path(), limit) else {
        panic!("it answers this");
    };
    let kind = |answer: io::Result<Vec<String>>| answer.unwrap_err().kind();
    assert_eq!(kind(repository.tracked(&["a"])), io::ErrorKind::TimedOut);
    assert_eq!(kind(repository.ignored(&["a"])), io::ErrorKind::TimedOut);
    assert_eq!(fs::read_to_string(path("asked")).unwrap().len(), 2);
}

#[test]
fn a_git_that_never_answers_is_told_apart_from_one_that_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path(".git")).unwrap();
    let find = |script: &str, limit| {
        fs::write(path("git"), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path("git"), fs::Permissions::from_mode(0o755)).unwrap();
        Git::find_by(&path("git"), folder.path(), limit)
    };
    let silent = find("sleep 600", Duration::from_millis(50));
    assert!(matches!(silent, Git::Silent), "{silent:?}");
    let refused = find("echo no >&2; exit 1", Duration::from_secs(60));
    assert!(
        matches!(&refused, Git::Refused(why) if why == "no"),
        "{refused:?}"
    );
}

fn repository(folder: &Path) -> Repository {
    git(folder, &["init", "-q"]);
    match Git::find(folder) {
        Git::Repository(repository) => repository,
        other => panic!("{other:?}"),
    }
}

fn git(folder: &Path, words: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]);
    let ended = git.args(words).current_dir(folder).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8(ended.stdout).unwrap()
}

/// The settings of a repository come with it where it is unpacked from an archive.
#[test]
fn no_filter_of_the_repository_runs_because_somebody_looks() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let repository = repository(folder.path());
    fs::write(path(".gitattributes"), "* filter=evil\n").unwrap();
    fs::write(path("a"), "a\n").unwrap();
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "x"]);
    for key in ["clean", "process"] {
        for is_required in ["true", "false"] {
            let run = format!("echo >> '{}'; cat", path("ran").display());
            git(
                folder.path(),
                &["config", &format!("filter.evil.{key}"), &run],
            );
            git(
                folder.path(),
                &["config", "filter.evil.required", is_required],
            );
            // Other times than the index has make git look into it.
            let file = fs::File::options().append(true).open(path("a")).unwrap();
            file.set_modified(std::time::SystemTime::UNIX_EPOCH)
                .unwrap();
            assert_eq!(repository.unsaved().unwrap(), [""; 0]);
            assert!(!path("ran").exists(), "{key}");
        }
    }
    fs::write(path("a"), "b\n").unwrap();
    assert_eq!(repository.unsaved().unwrap(), ["a"]);
    git(folder.path(), &["config", "filter.a=b.clean", "cat"]);
    let why = repository.unsaved().unwrap_err().to_string();
    assert!(why.contains("cannot be switched off"), "{why}");
}

/// A file with a line feed in its name was taken for another file, of a line that was no line of it.
#[test]
fn a_path_with_a_line_feed_is_one_path() {
    let folder = tempfile::tempdir().unwrap();
    let repository = repository(folder.path());
    let names = ["a\nb.txt", "c (d).txt", "x\n.env"];
    for name in names {
        fs::write(folder.path().join(name), "first\nsecret \u{e9}\nsecret\n").unwrap();
    }
    git(folder.path(), &["add", "-A"]);
    let found = repository.grep("secret").found;
    let expected = names.into_iter().flat_map(|name| {
        let lines = [(2, "secret \u{e9}"), (3, "secret")];
        lines.map(|(line, text)| (name.to_owned(), line, text.to_owned()))
    });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

/// A damaged index was taken for an empty one, and no secret in it was told.
#[test]
fn an_index_that_cannot_be_read_is_no_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let repository = repository(folder.path());
    fs::write(folder.path().join(".git/index"), "no index").unwrap();
    let why = repository.grep("secret").fault.unwrap().to_string();
    assert!(why.starts_with("fatal: "), "{why}");
}

#[test]
fn what_was_found_before_a_damaged_object_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let repository = repository(folder.path());
    fs::write(folder.path().join("a.txt"), "a secret\n").unwrap();
    fs::write(folder.path().join("b.txt"), "lost\n").unwrap();
    git(folder.path(), &["add", "."]);
    let lost = git(folder.path(), &["rev-parse", ":b.txt"]);
    let (start, rest) = lost.trim().split_at(2);
    fs::remove_file(folder.path().join(".git/objects").join(start).join(rest)).unwrap();
    let lines = repository.grep("secret");
    assert_eq!(
        lines.found,
        [("a.txt".to_owned(), 1, "a secret".to_owned())]
    );
    assert!(lines.fault.is_some());
}
