use std::path::Path;
use std::sync::{Mutex, OnceLock};

use clerk_rs_cli::source::{self, Files, SourceError, Sources};
use clerk_rs_cli::wire::code::{Code, Wanted, edits};

use super::{is_within, texts};

/// The first letter of a framework, a capital one for an app with pages ␞ `src/main.rs` ␞ `src/app.rs`.
pub fn source(input: &[u8]) {
    let [kind, main, app] = texts(input);
    let first = kind.chars().next().unwrap_or('a');
    let framework = match first.to_ascii_lowercase() {
        'w' => "actix-web",
        'r' => "rocket",
        _ => "axum",
    };
    let wanted = Wanted {
        module: "clerk".to_owned(),
        framework: framework.to_owned(),
        framework_crate: framework.replace('-', "_"),
        has_pages: first.is_ascii_uppercase(),
        without_gate: Vec::new(),
    };
    let manifest = format!(
        "[package]\nname = \"app\"\nedition = \"2024\"\n[dependencies]\nclerk-auth = {{ path = \"clerk-auth\" }}\n{framework} = \"*\"\n"
    );
    let files = [
        ("Cargo.toml", manifest),
        ("src/main.rs", main),
        ("src/app.rs", app),
    ];
    let Some((code, unread)) = wired(&files, &wanted) else {
        return;
    };
    let mut after = files.clone();
    for edit in &code.edits {
        // Nothing is written then: what was not read is empty for the editor.
        if edit.before.is_empty() && unread.contains(&edit.path) {
            return;
        }
        let (path, text) = after
            .iter_mut()
            .find(|(path, _)| *path == edit.path)
            .unwrap();
        assert_eq!(*text, edit.before, "{path}");
        is_only_added(&edit.before, &edit.after);
        *text = edit.after.clone();
    }
    // What is said once is not said again.
    if code.by_hand.is_empty() && !code.edits.is_empty() {
        let (again, _) = wired(&after, &wanted).unwrap();
        assert!(again.edits.is_empty(), "{again:#?}");
    }
}

/// The edits, and the files that are not read.
fn wired(files: &[(&str, String)], wanted: &Wanted) -> Option<(Code, Vec<String>)> {
    static SOURCES: OnceLock<Mutex<Sources>> = OnceLock::new();
    let folder = Path::new("/nowhere/app");
    let files = Files::over(folder, files.iter().cloned());
    let sources = SOURCES.get_or_init(Mutex::default).lock().unwrap();
    let reading = match sources.routes(&files, folder, None) {
        Err(SourceError::Broken) => panic!("the reader broke"),
        read => read.ok()?,
    };
    let code = edits(&reading, wanted);
    // Empty only if it panicked.
    assert!(!code.module_folder.is_empty(), "the editor broke");
    let unread = reading
        .unread
        .iter()
        .map(|unread| unread.place.file.to_string());
    Some((code, unread.collect()))
}

/// It still is Rust; whatever is not white space stands there in its order; and lines end as they did.
fn is_only_added(before: &str, after: &str) {
    if source::syntax(&before[source::front(before)..]).is_some() {
        assert!(
            source::syntax(&after[source::front(after)..]).is_some(),
            "{after}"
        );
    }
    let solid = |text: &str| -> Vec<char> { text.chars().filter(|c| !c.is_whitespace()).collect() };
    assert!(
        is_within(solid(before), solid(after)),
        "{before}\n---\n{after}"
    );
    let lines = |text: &str| (text.matches('\n').count(), text.matches("\r\n").count());
    let ((all, windows), (new_all, new_windows)) = (lines(before), lines(after));
    if all > 0 {
        assert_eq!(all == windows, new_all == new_windows, "{after:?}");
    }
    if !before.is_empty() {
        assert_eq!(before.ends_with('\n'), after.ends_with('\n'));
    }
}
