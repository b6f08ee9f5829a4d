use super::*;

/// A folder that a change makes, or takes the last file out of, is no leftover of a run that was killed behind it.
#[test]
fn folders_that_a_killed_change_made_or_emptied_go_with_the_next_run() {
    let change = |name, before, after| Replacement {
        name,
        before,
        after,
        is_private: false,
    };
    let folder = project(&[]);
    fs::create_dir_all(folder.path().join("old/inner")).unwrap();
    fs::write(folder.path().join("old/inner/file"), "a").unwrap();
    let kill = |mut session: Session| session.is_half = true;

    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    let removal = [change("old/inner/file", Some("a"), None)];
    session.write(&removal, GO_ON).unwrap();
    kill(session);
    assert_eq!(names(&folder), [room::NAME, "old"]);

    let mut session = Session::enter(folder.path(), GO_ON).unwrap();
    assert_eq!(names(&folder), [""; 0]);
    let new = [change("new/inner/file", None, Some("a"))];
    session.stage(&new, GO_ON).unwrap();
    kill(session);
    assert_eq!(names(&folder), [room::NAME, "new"]);

    drop(Session::enter(folder.path(), GO_ON).unwrap());
    assert_eq!(names(&folder), [""; 0]);
}
