//! The file of the emulator's state: what comes back from it, and what no content of it can do.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use clerk_auth::time::UnixMillis;
use clerk_rs_cli::emulator::instance::Instance;
use clerk_rs_cli::emulator::instance::contact::ContactKind;
use clerk_rs_cli::emulator::instance::random::{SeededRandom, SystemRandom};
use clerk_rs_cli::emulator::instance::sign_in::SignInFields;
use clerk_rs_cli::emulator::instance::sign_up::SignUpFields;
use clerk_rs_cli::emulator::store::{Found, Journal, StateError};
use proptest::prelude::*;
use proptest::sample::Index;

use super::world::{ADA, PASSWORD};

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

fn instance() -> Instance {
    Instance::new(Arc::new(SystemRandom))
}

fn open(file: &Path, instance: &mut Instance) -> Result<(Journal, Found), StateError> {
    Journal::open(file, false, &mut instance.tables())
}

/// Somebody signs up, with a line for each step, as each is a request.
fn sign_up(instance: &mut Instance, journal: &mut Journal, address: &str) -> String {
    let browser = instance.new_dev_browser(NOW);
    journal.keep(&mut instance.tables()).unwrap();
    let fields = SignUpFields {
        email_address: Some(address.to_owned()),
        password: Some(PASSWORD.to_owned()),
        ..SignUpFields::default()
    };
    let made = instance.create_sign_up(&browser, fields, NOW).unwrap();
    journal.keep(&mut instance.tables()).unwrap();
    instance
        .prepare_sign_up(&browser, &made.id, ContactKind::Email, NOW)
        .unwrap();
    journal.keep(&mut instance.tables()).unwrap();
    let attempt = instance.attempt_sign_up(&browser, &made.id, ContactKind::Email, "424242", NOW);
    attempt.unwrap();
    journal.keep(&mut instance.tables()).unwrap();
    browser
}

/// Everything that the instance holds, as it would be written.
fn content(instance: &mut Instance) -> Vec<String> {
    let tables = instance.tables();
    let lines = tables.iter().flat_map(|table| table.lines());
    lines
        .map(|line| serde_json::to_string(&line.unwrap()).unwrap())
        .collect()
}

#[test]
fn what_was_kept_comes_back_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("below/state.jsonl");
    let mut first = instance();
    let (mut journal, found) = open(&file, &mut first).unwrap();
    assert_eq!(found, Found::default());
    let browsers: Vec<_> = (0..20)
        .map(|n| {
            sign_up(
                &mut first,
                &mut journal,
                &format!("u{n}+clerk_test@example.com"),
            )
        })
        .collect();
    first.sign_out(&browsers[3], NOW);
    first.forget_client(&browsers[4]);
    journal.keep(&mut first.tables()).unwrap();
    drop(journal);

    let mut second = instance();
    let (_journal, found) = open(&file, &mut second).unwrap();
    assert_eq!(found, Found::default());
    assert_eq!(content(&mut second), content(&mut first));
    assert_eq!(second.users().len(), 20);
    assert!(
        second
            .user_with_email("u7+clerk_test@example.com")
            .is_some()
    );
    let client = second.client(&browsers[5]).unwrap().unwrap();
    assert!(second.active_session(client, NOW).is_some());
    assert!(second.client(&browsers[4]).unwrap().is_none());
    let by_password = SignInFields {
        identifier: Some("u3+clerk_test@example.com".to_owned()),
        password: Some(PASSWORD.to_owned()),
        strategy: None,
    };
    let done = second.create_sign_in(&browsers[3], by_password, NOW);
    assert!(done.unwrap().created_session_id.is_some());
}

#[test]
fn a_turn_that_changes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let mut instance = instance();
    let (mut journal, _) = open(&file, &mut instance).unwrap();
    let browser = sign_up(&mut instance, &mut journal, ADA);
    let before = fs::read(&file).unwrap();
    assert!(instance.client(&browser).unwrap().is_some());
    assert!(
        instance
            .handshake(Some(&browser), None, NOW)
            .signed_in
            .is_some()
    );
    journal.keep(&mut instance.tables()).unwrap();
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_last_line_that_was_cut_off_is_dropped_wherever_it_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let mut instance = instance();
    let (mut journal, _) = open(&file, &mut instance).unwrap();
    sign_up(&mut instance, &mut journal, ADA);
    let before = content(&mut instance);
    let whole = fs::read(&file).unwrap().len();
    instance.new_dev_browser(NOW);
    journal.keep(&mut instance.tables()).unwrap();
    drop(journal);
    let text = fs::read(&file).unwrap();
    for length in whole..text.len() {
        fs::write(&file, &text[..length]).unwrap();
        let mut again = self::instance();
        let (mut journal, found) = open(&file, &mut again).unwrap();
        assert_eq!(found.torn, length > whole, "{length}");
        assert_eq!(content(&mut again), before);
        // And what comes behind it is read again.
        let browser = again.new_dev_browser(NOW);
        journal.keep(&mut again.tables()).unwrap();
        drop(journal);
        let mut third = self::instance();
        let (_, found) = open(&file, &mut third).unwrap();
        assert!(!found.torn && third.knows_dev_browser(&browser));
    }
}

#[test]
fn history_is_dropped_when_it_is_most_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let mut instance = instance();
    let (mut journal, _) = open(&file, &mut instance).unwrap();
    let browser = sign_up(&mut instance, &mut journal, ADA);
    let session = instance.sessions().next().unwrap().id.clone();
    let mut longest = 0;
    for at in 0..3_000 {
        let now = UnixMillis(NOW.0 + at);
        instance.touch(&browser, &session, now).unwrap();
        journal.keep(&mut instance.tables()).unwrap();
        longest = longest.max(fs::metadata(&file).unwrap().len());
    }
    assert!((100_000..2_000_000).contains(&longest), "{longest}");
    let before = content(&mut instance);
    drop(journal);
    let mut again = self::instance();
    open(&file, &mut again).unwrap();
    assert_eq!(content(&mut again), before);
}

#[test]
fn one_emulator_works_with_a_file_and_it_is_the_users_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let (mut journal, _) = open(&file, &mut instance()).unwrap();
    let held = || open(&file, &mut instance()).map(|_| ());
    assert!(matches!(held(), Err(StateError::InUse(None))));
    journal.sign(4400);
    let held = held().unwrap_err();
    assert!(matches!(held, StateError::InUse(Some(4400))), "{held}");
    drop(journal);
    open(&file, &mut instance()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_is_something_else_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    const HEAD: &str = "{\"clerk_rs_emulator_state\":1}\n";
    for (text, expected, even_fresh) in [
        (
            "[package]\nname = \"orchard\"\n",
            "it is no state of an emulator",
            true,
        ),
        (
            "{\"clerk_rs_emulator_state\":1}",
            "it is no state of an emulator",
            true,
        ),
        ("{}\n", "it is no state of an emulator", true),
        ("\n\n", "it is no state of an emulator", true),
        (
            "{\"clerk_rs_emulator_state\":2}\n{\"new\":1}\n",
            "it has version 2 of the format, this program knows version 1",
            false,
        ),
        (
            &format!("{HEAD}{{\"put\":{{\"user\":[{{\"id\":\"hunter2\"}}]}}}}\n"),
            "line 2 holds no user",
            false,
        ),
        (
            &format!("{HEAD}{{}}\n{{\"put\":{{\"planet\":[]}}}}\n"),
            "line 3 holds no record that is known here",
            false,
        ),
        (
            &format!("{HEAD}{{\"gone\":{{\"planet\":[\"x\"]}}}}\n"),
            "line 2 holds no record that is known here",
            false,
        ),
        (&format!("{HEAD}hunter2\n"), "line 2 holds no change", false),
    ] {
        fs::write(&file, text).unwrap();
        let refused = open(&file, &mut instance()).err();
        assert_eq!(refused.unwrap().to_string(), expected, "{text}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        let fresh = Journal::open(&file, true, &mut instance().tables());
        assert_eq!(fresh.is_err(), even_fresh, "{text}");
        if even_fresh {
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        } else {
            assert_eq!(fs::read_to_string(&file).unwrap(), HEAD);
        }
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(matches!(
        open(&file, &mut instance()),
        Err(StateError::Io(_))
    ));
}

/// Asks everything that a request could make the instance decide with what it was given.
fn use_it(instance: &mut Instance, browser: &str, now: UnixMillis) {
    let users: Vec<_> = instance.users().map(|user| user.id.clone()).collect();
    let sessions: Vec<_> = instance.sessions().map(|it| it.id.clone()).collect();
    let _ = instance.handshake(Some(browser), None, now);
    let _ = instance.user_with_email(ADA);
    for id in &users {
        let _ = instance.sessions_of(id).count();
        let _ = instance.update_user(id, Default::default(), now);
    }
    for id in &sessions {
        let _ = instance.session(id).map(|it| it.first_factor_age(now));
        let _ = instance.touch(browser, id, now);
        let _ = instance.revoke_session(id, now);
    }
    let by_password = SignInFields {
        identifier: Some(ADA.to_owned()),
        password: Some(PASSWORD.to_owned()),
        strategy: None,
    };
    let _ = instance.create_sign_in(browser, by_password, now);
    instance.sign_out(browser, now);
    instance.reset(now);
}

/// A state with a user, a session, and a sign-up under way that waits for its code.
fn text_of_a_state() -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.jsonl");
    let mut instance = Instance::new(Arc::new(SeededRandom::new(1)));
    let (mut journal, _) = open(&file, &mut instance).unwrap();
    let browser = sign_up(&mut instance, &mut journal, ADA);
    (fs::read_to_string(&file).unwrap(), browser)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn nothing_that_a_file_holds_makes_it_panic(
        cuts in proptest::collection::vec((any::<Index>(), 0..40_usize, "[-0-9a-z\"{}\\[\\]:,$\n]{0,12}|9223372036854775807|-8640000000000000|null"), 1..6),
        at in any::<Index>(),
    ) {
        let (mut text, browser) = text_of_a_state();
        for (place, length, piece) in cuts {
            let start = place.index(text.len());
            let end = (start + length).min(text.len());
            text.replace_range(start..end, &piece);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.jsonl");
        fs::write(&file, &text).unwrap();
        let mut instance = instance();
        if let Ok((mut journal, _)) = open(&file, &mut instance) {
            let moments = [NOW.0, 0, -8_640_000_000_000_000, 8_640_000_000_000_000];
            use_it(&mut instance, &browser, UnixMillis(moments[at.index(4)]));
            journal.keep(&mut instance.tables()).unwrap();
        }
    }
}
