use clerk_rs_cli::project::manifest::Made;
use clerk_rs_cli::scaffold::CoreSource;
use clerk_rs_cli::update::manifest::{entries, with_metadata};
use clerk_rs_cli::wire::manifest::{ManifestError, Wanted, with};
use toml::{Table, Value};

use super::{is_within, texts};

/// The owner's manifest ␞ ours of then ␞ ours of now.
pub fn manifest(input: &[u8]) {
    let [owners, base, new] = texts(input);
    let Ok(table) = toml::from_str::<Table>(bare(&owners)) else {
        assert!(matches!(
            wired(&owners),
            Err(ManifestError::Unfit(_)) | Err(ManifestError::Taken { .. })
        ));
        return;
    };
    is_wired_by_additions(&owners, &table);
    is_merged_by_entries(&owners, &table, &base, &new);
}

/// Without the mark of the byte order, which counts for nothing.
fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn wired(text: &str) -> Result<String, ManifestError> {
    let text_of = str::to_owned;
    let made = Made {
        version: text_of("0.2.0"),
        framework: text_of("axum"),
        template: text_of("api"),
        extras: Vec::new(),
        core: text_of("0.2.0"),
        core_mode: text_of("copy"),
        wired: true,
        module: None,
        without_gate: Vec::new(),
        meant: Vec::new(),
    };
    let wanted = Wanted {
        core: &CoreSource::Copy,
        features: &["ring", "axum"],
        made: &made,
    };
    with(text, &wanted)
}

fn is_wired_by_additions(text: &str, table: &Table) {
    let Ok(after) = wired(text) else { return };
    let read: Table = toml::from_str(bare(&after)).unwrap_or_else(|_| panic!("{after}"));
    assert_eq!(wired(&after).unwrap(), after, "{text:?}");
    let ours = |table: &Table| {
        let metadata = table
            .get("package")
            .and_then(|it| it.get("metadata")?.get("clerk-rs"));
        metadata.is_some()
    };
    if !ours(table) {
        assert!(is_within(text.chars(), after.chars()), "{text:?} {after:?}");
    }
    assert_eq!(
        without_ours(read),
        without_ours(table.clone()),
        "{text:?} {after:?}"
    );
}

/// A manifest's entries without those that wiring adds to, nor the tables that it made for them.
fn without_ours(mut table: Table) -> Table {
    take(&mut table, &["dependencies", "clerk-auth"]);
    take(&mut table, &["package", "metadata", "clerk-rs"]);
    table
}

fn take(table: &mut Table, path: &[&str]) {
    let [key, rest @ ..] = path else { return };
    if let (Some(Value::Table(inner)), [_, ..]) = (table.get_mut(*key), rest) {
        take(inner, rest);
        if !inner.is_empty() {
            return;
        }
    }
    table.remove(*key);
}

fn is_merged_by_entries(owners: &str, table: &Table, base: &str, new: &str) {
    if let Ok(same) = entries(base, owners, base) {
        // Nothing of ours is new.
        assert_eq!(
            toml::from_str::<Table>(bare(&same.text)).unwrap(),
            *table,
            "{owners:?} {base:?}"
        );
    }
    if let (Ok(merged), Ok(new)) = (
        entries(owners, owners, new),
        toml::from_str::<Table>(bare(new)),
    ) {
        // Nothing of theirs is.
        assert_eq!(
            toml::from_str::<Table>(bare(&merged.text)).unwrap(),
            new,
            "{owners:?}"
        );
    }
    if let Ok(merged) = entries(base, owners, new) {
        assert!(
            toml::from_str::<Table>(bare(&merged.text)).is_ok(),
            "{}",
            merged.text
        );
        let lines = merged.text.lines().count();
        assert!(merged.left.iter().all(|(line, _)| *line <= lines.max(1)));
    }
    if let Ok(text) = with_metadata(owners, new) {
        assert!(toml::from_str::<Table>(bare(&text)).is_ok(), "{text}");
    }
}
