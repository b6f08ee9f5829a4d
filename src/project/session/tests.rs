#![allow(clippy::unwrap_used, reason = "tests")]

mod folders;

use std::fs;

use tempfile::TempDir;

use super::*;
#[cfg(unix)]
use crate::project::journal::Journal;
use crate::project::leftover::{Leftover, find};

const GO_ON: &Stop<'_> = &|| false;

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

const BOTH: [Replacement<'static>; 2] = [
    Replacement {
        name: ".env",
        before: Some("a"),
        after: Some("A"),
        is_private: true,
    },
    Replacement {
        name: ".env.local",
        before: Some("b"),
        after: Some("B"),
        is_private: true,
    },
];

/// A run that is killed when so many of both files are in place.
fn killed_after(count: usize) -> TempDir {
    let folder = project(&[(".env", "a"), (".env.local", "b")]);
    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let (staged, _) = session.stage(&BOTH, GO_ON).unwrap();
    session.note_down(&BOTH, &staged).unwrap();
    for (file, (target, path)) in BOTH.iter().zip(&staged).take(count) {
        file.put(target, path).unwrap();
    }
    // The room stays, and the lock goes.
    session.is_half = true;
    folder
}

#[test]
fn a_change_that_had_not_begun_is_forgotten_and_one_that_had_is_finished() {
    for (count, env, local, finished) in [
        (0, "a", "b", vec![]),
        (1, "A", "B", vec![".env.local"]),
        (2, "A", "B", vec![]),
    ] {
        let folder = killed_after(count);
        let told = find(folder.path());
        if count == 1 {
            let files = vec![".env.local".to_owned()];
            assert_eq!(told, [Leftover::HalfDone { files }]);
        } else {
            let path = room::NAME.to_owned();
            assert_eq!(told, [Leftover::Staged { path }]);
        }
        let session = Session::enter(folder.path(), GO_ON).unwrap();
        assert_eq!(session.finished(), finished);
        assert!(session.must_be_whole().is_ok());
        assert_eq!(
            (read(&folder, ".env"), read(&folder, ".env.local")),
            (env.into(), local.into())
        );
        assert_eq!(names(&folder), [".env", ".env.local"]);
        assert_eq!(find(folder.path()), []);
    }
}

/// Nobody can say any more what belongs together; only who sets all of it again may write.
#[test]
fn a_half_done_change_whose_other_file_was_changed_since_stays_told_until_it_is_mended() {
    let folder = killed_after(1);
    fs::write(folder.path().join(".env.local"), "edited").unwrap();
    let files = || vec![".env.local".to_owned()];
    for _ in 0..2 {
        assert_eq!(find(folder.path()), [Leftover::Torn { files: files() }]);
        let session = Session::enter(folder.path(), GO_ON).unwrap();
        assert!(matches!(session.must_be_whole(), Err(FileError::Torn(torn)) if torn == files()));
    }
    let mend = [
        Replacement {
            before: Some("A"),
            after: Some("C"),
            ..BOTH[0]
        },
        Replacement {
            before: Some("edited"),
            after: Some("D"),
            ..BOTH[1]
        },
    ];
    // Killed before its first rename, it counts as begun all the same.
    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let (staged, _) = session.stage(&mend, GO_ON).unwrap();
    session.note_down(&mend, &staged).unwrap();
    drop(session);
    assert!(matches!(
        find(folder.path()).as_slice(),
        [Leftover::HalfDone { .. }]
    ));
    let session = Session::enter(folder.path(), GO_ON).unwrap();
    assert_eq!(session.finished(), [".env", ".env.local"]);
    drop(session);
    assert_eq!(
        (read(&folder, ".env"), read(&folder, ".env.local")),
        ("C".into(), "D".into())
    );
    assert_eq!(names(&folder), [".env", ".env.local"]);
}

#[test]
fn what_is_torn_is_mended_by_writing_all_of_it() {
    let folder = killed_after(1);
    fs::write(folder.path().join(".env.local"), "edited").unwrap();
    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let mend = [
        Replacement {
            before: Some("A"),
            after: Some("C"),
            ..BOTH[0]
        },
        Replacement {
            before: Some("edited"),
            after: Some("D"),
            ..BOTH[1]
        },
    ];
    session.write(&mend, GO_ON).unwrap();
    session.end();
    assert_eq!(names(&folder), [".env", ".env.local"]);
    assert_eq!(find(folder.path()), []);
}

#[test]
fn who_asks_us_to_end_is_obeyed_before_the_first_rename_and_nothing_stays() {
    for stopped_at in 0..3 {
        let folder = project(&[(".env", "a"), (".env.local", "b")]);
        let mut session = Session::enter(folder.path(), GO_ON).unwrap();
        let asked = std::cell::Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == stopped_at;
        let written = session.write(&BOTH, &stop);
        assert!(matches!(written, Err(FileError::Stopped)), "{stopped_at}");
        drop(session);
        assert_eq!(read(&folder, ".env"), "a");
        assert_eq!(names(&folder), [".env", ".env.local"]);
    }
}

/// The second file's place is a folder meanwhile, which no rename replaces.
#[test]
fn if_one_file_fails_those_before_it_are_put_back() {
    let folder = project(&[(".env", "a")]);
    let files = [
        Replacement { ..BOTH[0] },
        Replacement {
            name: ".env.local",
            before: None,
            after: Some("B"),
            is_private: true,
        },
    ];
    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let asked = std::cell::Cell::new(0);
    let stop = || {
        if asked.replace(asked.get() + 1) == 2 {
            fs::create_dir(folder.path().join(".env.local")).unwrap();
        }
        false
    };
    let written = session.write(&files, &stop);
    assert!(matches!(written, Err(FileError::Changed(name)) if name == ".env.local"));
    drop(session);
    assert_eq!(read(&folder, ".env"), "a");
    assert_eq!(names(&folder), [".env", ".env.local"]);
}

#[test]
fn a_file_that_somebody_else_wrote_to_is_left_alone() {
    let folder = project(&[(".env", "theirs"), (".env.local", "b")]);
    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let written = session.write(&BOTH, GO_ON);
    assert!(matches!(written, Err(FileError::Changed(name)) if name == ".env"));
    assert_eq!(read(&folder, ".env"), "theirs");
}

#[cfg(unix)]
#[test]
fn a_second_run_waits_says_who_is_at_work_and_can_be_stopped() {
    let folder = project(&[]);
    let first = Session::enter(folder.path(), GO_ON).unwrap();
    let second = Session::enter_within(folder.path(), Work::Variables, 1, GO_ON).unwrap_err();
    let holder = cfg!(target_os = "linux").then(process::id);
    assert!(
        matches!(second, FileError::Busy(process) if process == holder),
        "{second:?}"
    );
    let stopped = Session::enter_within(folder.path(), Work::Variables, 1, &|| true).unwrap_err();
    assert!(matches!(stopped, FileError::Stopped));
    drop(first);
    assert!(Session::enter_within(folder.path(), Work::Variables, 1, GO_ON).is_ok());
}

/// A repository that brings such a folder along cannot make us write.
#[cfg(unix)]
#[test]
fn a_journal_is_believed_only_in_a_closed_folder_and_about_files_of_variables() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = killed_after(1);
    let room = room::path(folder.path());
    fs::set_permissions(&room, fs::Permissions::from_mode(0o755)).unwrap();
    drop(Session::enter(folder.path(), GO_ON).unwrap());
    assert_eq!(read(&folder, ".env.local"), "b");

    let folder = killed_after(1);
    let journal = room::path(folder.path()).join("journal.json");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(folder.path().join("build.rs"), "b").unwrap();
    fs::write(&journal, text.replace(".env.local", "build.rs")).unwrap();
    let refused = Session::enter(folder.path(), GO_ON).unwrap_err();
    assert!(matches!(refused, FileError::Unfinished(_)));
    assert_eq!(read(&folder, "build.rs"), "b");
    for outside in [
        "../build.rs",
        "/build.rs",
        ".git/hooks/post-checkout",
        "x/.GIT/config",
    ] {
        fs::create_dir_all(folder.path().join(".git/hooks")).unwrap();
        fs::write(&journal, text.replace(".env.local", outside)).unwrap();
        assert!(
            Journal::read(&room::path(folder.path())).is_none(),
            "{outside}"
        );
    }
}

/// An update or a wiring replaces, makes and removes files in folders, and is finished by the next one.
#[test]
fn work_on_more_than_variables_is_finished_by_such_work_alone() {
    let files = [
        Replacement {
            name: "core/src/a.rs",
            before: None,
            after: Some("A"),
            is_private: false,
        },
        Replacement {
            name: "old/gone.rs",
            before: Some("g"),
            after: None,
            is_private: false,
        },
        Replacement {
            name: "z.rs",
            before: Some("z"),
            after: Some("Z"),
            is_private: false,
        },
    ];
    let works = [Work::Update, Work::Wiring];
    for (count, work) in (0..=3).flat_map(|count| works.map(|work| (count, work))) {
        let folder = project(&[("z.rs", "z")]);
        fs::create_dir(folder.path().join("old")).unwrap();
        fs::write(folder.path().join("old/gone.rs"), "g").unwrap();
        let mut session = Session::enter_for(work, folder.path(), GO_ON).unwrap();
        let (staged, _) = session.stage(&files, GO_ON).unwrap();
        session.note_down(&files, &staged).unwrap();
        for (file, (target, path)) in files.iter().zip(&staged).take(count) {
            file.put(target, path).unwrap();
        }
        session.is_half = true;
        drop(session);
        let is_half = count == 1 || count == 2;
        if is_half {
            let refused = Session::enter(folder.path(), GO_ON).unwrap_err();
            assert!(matches!(refused, FileError::Unfinished(of) if of == work));
        }
        drop(Session::enter_for(Work::Update, folder.path(), GO_ON).unwrap());
        let is_done = count > 0;
        assert_eq!(
            folder.path().join("core/src/a.rs").exists(),
            is_done,
            "{count}"
        );
        assert_eq!(
            folder.path().join("old/gone.rs").exists(),
            !is_done,
            "{count}"
        );
        assert_eq!(read(&folder, "z.rs"), if is_done { "Z" } else { "z" });
        assert!(!room::path(folder.path()).exists());
    }
}

#[test]
fn a_change_that_fails_leaves_no_folder_and_puts_back_what_went() {
    let folder = project(&[("a.rs", "a"), ("b.rs", "b")]);
    let files = [
        Replacement {
            name: "a.rs",
            before: Some("a"),
            after: None,
            is_private: false,
        },
        Replacement {
            name: "new/x.rs",
            before: None,
            after: Some("x"),
            is_private: false,
        },
        Replacement {
            name: "b.rs",
            before: Some("other"),
            after: Some("B"),
            is_private: false,
        },
    ];
    let mut session = Session::enter_for(Work::Update, folder.path(), GO_ON).unwrap();
    assert!(matches!(
        session.write(&files, GO_ON),
        Err(FileError::Changed(_))
    ));
    let (staged, _) = session.stage(&files[..2], GO_ON).unwrap();
    files[0].put(&staged[0].0, &staged[0].1).unwrap();
    session.put_back(&files[..1], &staged).unwrap();
    drop(session);
    assert_eq!(names(&folder), ["a.rs", "b.rs"]);
    assert_eq!(read(&folder, "a.rs"), "a");
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_room_is_not_followed() {
    let folder = project(&[(".env", "a"), (".env.local", "b")]);
    let elsewhere = project(&[("precious", "x")]);
    std::os::unix::fs::symlink(elsewhere.path(), room::path(folder.path())).unwrap();
    let refused = Session::enter(folder.path(), GO_ON).unwrap_err();
    assert!(matches!(refused, FileError::Write(name, _) if name == room::NAME));
    assert_eq!(names(&elsewhere), ["precious"]);
}

/// A tar keeps modes and links: the journal of a stranger would have put a link into place.
#[cfg(unix)]
#[test]
fn a_staged_link_is_not_put_in_place() {
    let folder = killed_after(1);
    let room = room::path(folder.path());
    let entries = fs::read_dir(&room)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut staged = entries.filter(|path| fs::read_to_string(path).is_ok_and(|text| text == "B"));
    let staged = staged.next().unwrap();
    fs::write(folder.path().join("theirs"), "B").unwrap();
    fs::remove_file(&staged).unwrap();
    std::os::unix::fs::symlink("../theirs", &staged).unwrap();
    let session = Session::enter(folder.path(), GO_ON).unwrap();
    assert!(session.must_be_whole().is_err());
    assert_eq!(read(&folder, ".env.local"), "b");
    drop(session);
    // Nor is a second name of some other file.
    fs::remove_file(&staged).unwrap();
    fs::hard_link(folder.path().join("theirs"), &staged).unwrap();
    let session = Session::enter(folder.path(), GO_ON).unwrap();
    assert!(session.must_be_whole().is_err());
}

#[test]
fn whatever_is_in_the_room_goes_with_it() {
    let folder = project(&[(".env", "a")]);
    let room = room::path(folder.path());
    fs::create_dir_all(room.join(".gitignore/deep")).unwrap();
    fs::create_dir(room.join("7-1")).unwrap();
    drop(Session::enter(folder.path(), GO_ON).unwrap());
    assert_eq!(names(&folder), [".env"]);
}
