//! `.env`: the keys that the app needs, if it has none yet. A pair is written as a whole or not at all: half of one beside
//! somebody's own would be two instances in one app. An `.env` that git tracks is for everybody, so they go into `.env.local`.

use std::path::Path;

use super::action::Action;
use super::project::Remark;
use crate::error::Error;
use crate::project::change::{Change, Edits};
use crate::project::dotenv::Dotenv;
use crate::project::git::Git;
use crate::project::secret_file::{Reason, UNTRACKED as STRONGER, file_for_secret};
use crate::project::variables::{Variables, read};

const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
const SECRET: &str = "CLERK_SECRET_KEY";
const EXAMPLE: &str = ".env.example";
const USUAL: &str = ".env";

/// The plan for the variables.
#[derive(Debug, Default)]
pub struct Planned {
    pub actions: Vec<Action>,
    pub remarks: Vec<Remark>,
}

/// True if an app has keys already.
///
/// # Errors
/// A file that cannot be read, or a line in it.
pub fn has_keys(folder: &Path, process: impl Fn(&str) -> Option<String>) -> Result<bool, Error> {
    let variables = Variables::read(folder, process)?;
    variables.must_be_readable()?;
    Ok(has_any(&variables))
}

fn has_any(variables: &Variables<'_>) -> bool {
    !variables.publishable_keys().is_empty() || variables.get(SECRET).is_some()
}

/// Plans the variables of a pair: names and values in the order in which they are to stand.
///
/// # Errors
/// A file that cannot be read or changed.
pub fn of(
    folder: &Path,
    git: &Git,
    process: impl Fn(&str) -> Option<String>,
    wanted: &[(&str, &str)],
) -> Result<Planned, Error> {
    let variables = Variables::read(folder, &process)?;
    variables.must_be_readable()?;
    if has_any(&variables) {
        return Ok(Planned {
            remarks: kept(&variables),
            actions: Vec::new(),
        });
    }
    let is_missing = |(name, _): &&(&str, &str)| variables.get(name).is_none();
    let missing: Vec<_> = wanted.iter().filter(is_missing).collect();
    // A name without a value in the stronger file would hide what stands in the other.
    let stronger = variables.files().iter().find(|file| file.name == STRONGER);
    let is_in_stronger =
        |name: &str| stronger.is_some_and(|file| file.content.all(name).next().is_some());
    let has_stronger = missing.iter().any(|(name, _)| is_in_stronger(name));
    let usual = file_for_secret(folder, git, USUAL);
    let is_open = has_stronger.then(|| file_for_secret(folder, git, STRONGER));
    let (file, remark) = match (usual, is_open) {
        (Err(reason), _) | (_, Some(Err(reason))) => (None, Some(nowhere(&reason))),
        (Ok((file, reason)), _) => (Some(file), reason.map(|reason| moved(file, &reason))),
    };
    let changes = file.into_iter().flat_map(|file| {
        missing.iter().map(move |(name, value)| Change {
            file: if is_in_stronger(name) { STRONGER } else { file }.to_owned(),
            name: (*name).to_owned(),
            value: Some((*value).to_owned()),
        })
    });
    let mut changes: Vec<_> = changes.collect();
    if folder.join(EXAMPLE).is_file() {
        changes.extend(examples(folder, &process, wanted));
    }
    let edits = Edits::plan(folder, &changes, &process)?;
    let actions = edits.files().iter().map(|edit| {
        let before = edit.before().map(|before| before.text().to_owned());
        let mut action = Action::new(&edit.file, before, edit.after().text().to_owned());
        action.is_private = edit.file != EXAMPLE;
        action
    });
    Ok(Planned {
        actions: actions.collect(),
        remarks: remark.into_iter().collect(),
    })
}

/// What is to be said of the file that keys are put into.
fn moved(file: &str, reason: &Reason) -> Remark {
    let text = format!("{reason}, so the keys are in {file}, which it leaves out");
    Remark::new(code(reason), text)
}

/// Keys are written nowhere: the next commit would have them.
fn nowhere(reason: &Reason) -> Remark {
    let text = format!("{reason}, so no keys are written: each clone would have the secret key");
    Remark::new(code(reason), text).help(match reason {
        Reason::Tracked(_) => format!(
            "`git rm --cached {STRONGER}` keeps the file and takes it out of git; then `clerk-rs env set --keys local`"
        ),
        Reason::NotAsked(..) => format!(
            "let git answer, then `clerk-rs env set --keys local`; or, if you know that git does not track it, `clerk-rs env set --keys local --file {STRONGER}`"
        ),
    })
}

fn code(reason: &Reason) -> &'static str {
    match reason {
        Reason::Tracked(_) => "env-tracked",
        Reason::NotAsked(..) => "git-not-asked",
    }
}

/// What is missing beside keys that stay.
fn kept(variables: &Variables<'_>) -> Vec<Remark> {
    let publishable = variables.publishable_keys().into_iter().next();
    let (there, missing) = match (publishable, variables.get(SECRET)) {
        (Some(there), None) => (there, SECRET),
        (None, Some(there)) => (there, PUBLISHABLE),
        _ => return Vec::new(),
    };
    vec![Remark {
        code: "keys-half",
        text: format!(
            "{} is set ({}) and stays; {missing} is not, and nobody but you knows the one that goes with it",
            there.name, there.place
        ),
        help: Some(format!("`clerk-rs env set {missing}` asks for it")),
    }]
}

/// The names that the example lacks, without values. One that cannot be read stays as it is: no app needs it.
fn examples(
    folder: &Path,
    process: impl Fn(&str) -> Option<String>,
    wanted: &[(&str, &str)],
) -> Vec<Change> {
    let text = read(&folder.join(EXAMPLE)).unwrap_or_default();
    let example = Dotenv::parse(text, &process);
    if example.text().is_empty() || !example.bad_lines().is_empty() {
        return Vec::new();
    }
    let names = wanted.iter().map(|(name, _)| *name);
    let keys =
        names.filter(|name| [PUBLISHABLE, SECRET].contains(name) && example.get(name).is_none());
    let changes = keys.map(|name| Change {
        file: EXAMPLE.to_owned(),
        name: name.to_owned(),
        value: Some(String::new()),
    });
    changes.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    const PAIR: [(&str, &str); 3] = [
        (PUBLISHABLE, "pk_test_x"),
        (SECRET, "sk_test_x"),
        ("CLERK_API_URL", "http://127.0.0.1:4401"),
    ];

    fn planned(files: &[(&str, &str)], process: &[(&str, &str)]) -> Planned {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let process = |name: &str| {
            let found = process.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        of(folder.path(), &Git::NoRepository, process, &PAIR).unwrap()
    }

    fn after(planned: &Planned, path: &str) -> Option<String> {
        let mut actions = planned.actions.iter();
        let action = actions.find(|action| action.path == path)?;
        assert_eq!(action.is_private, path != EXAMPLE);
        Some(action.after.clone())
    }

    #[test]
    fn a_pair_is_written_as_a_whole() {
        let all = "CLERK_PUBLISHABLE_KEY=pk_test_x\nCLERK_SECRET_KEY=sk_test_x\n";
        let address = "CLERK_API_URL=http://127.0.0.1:4401\n";
        let new = planned(&[], &[]);
        assert_eq!(after(&new, ".env").unwrap(), format!("{all}{address}"));
        let old = "# mine\r\nDATABASE_URL=x\r\nCLERK_API_URL=http://here\r\n";
        let edited = planned(&[(".env", old)], &[]);
        assert_eq!(
            after(&edited, ".env").unwrap(),
            format!("{old}{}", all.replace('\n', "\r\n"))
        );
    }

    #[test]
    fn keys_that_are_there_stay_alone() {
        let key = |name: &str| format!("{name}=somebodys\n");
        for name in [PUBLISHABLE, "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", SECRET] {
            let found = planned(&[(".env.local", &key(name))], &[]);
            assert!(found.actions.is_empty(), "{name}");
            assert_eq!(found.remarks.len(), 1, "{name}");
        }
        let found = planned(&[], &[(PUBLISHABLE, "a"), (SECRET, "b")]);
        assert!(found.actions.is_empty() && found.remarks.is_empty());
    }

    #[test]
    fn a_name_without_a_value_gets_one_where_it_stands() {
        let found = planned(&[(".env.local", "CLERK_SECRET_KEY=\n")], &[]);
        assert_eq!(
            after(&found, ".env.local").unwrap(),
            "CLERK_SECRET_KEY=sk_test_x\n"
        );
        assert!(!after(&found, ".env").unwrap().contains(SECRET));
    }

    #[test]
    fn keys_go_where_git_does_not_see_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let git = |arguments: &[&str]| {
            let mut git = Command::new("git");
            assert!(
                git.arg("-C")
                    .arg(folder)
                    .args(arguments)
                    .status()
                    .unwrap()
                    .success()
            );
        };
        git(&["init", "-q"]);
        fs::write(folder.join(".env"), "DATABASE_URL=x\n").unwrap();
        let plan = || {
            let planned = of(folder, &Git::find(folder), |_| None, &PAIR).unwrap();
            let path = planned.actions.first().map(|action| action.path.clone());
            let said = planned.remarks.into_iter().next();
            (
                path.unwrap_or_default(),
                said.map(|remark| remark.text).unwrap_or_default(),
            )
        };
        assert_eq!(plan(), (".env".to_owned(), String::new()));
        git(&["add", ".env"]);
        let (path, said) = plan();
        assert_eq!(path, ".env.local");
        assert!(said.contains("keys are in .env.local"), "{said}");
        fs::write(folder.join(".env.local"), "").unwrap();
        git(&["add", ".env.local"]);
        let (path, said) = plan();
        assert_eq!(path, "");
        assert!(said.contains("no keys are written"), "{said}");
        // Only the stronger one is tracked, and has to have the key.
        git(&["rm", "-q", "--cached", ".env"]);
        assert_eq!(plan().0, ".env");
        fs::write(folder.join(".env.local"), "CLERK_SECRET_KEY=\n").unwrap();
        let (path, said) = plan();
        assert_eq!(path, "");
        assert!(said.contains("git tracks .env.local, so no keys"), "{said}");
    }

    #[test]
    fn the_example_gets_names_only() {
        let found = planned(&[(EXAMPLE, "PORT=3000\n")], &[]);
        assert_eq!(
            after(&found, EXAMPLE).unwrap(),
            "PORT=3000\nCLERK_PUBLISHABLE_KEY=\nCLERK_SECRET_KEY=\n"
        );
        let found = planned(&[(EXAMPLE, "what is this\n")], &[]);
        assert_eq!(after(&found, EXAMPLE), None);
    }
}
