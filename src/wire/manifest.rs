//! `Cargo.toml`: the core as a dependency, and the table that says how the package was wired. Lines are put in; no line that
//! is there moves, and none changes but what the wiring itself wrote before.

use toml::{Table, Value};

use crate::error::{Explain, Explanation};
use crate::project::entry::{self, Entries, Put, PutError};
use crate::project::manifest::Made;
use crate::scaffold::dependency::Dependency;
use crate::scaffold::{CORE, CoreSource};

const METADATA: [&str; 3] = ["package", "metadata", "clerk-rs"];
const COMMENT: &str =
    "How `clerk-rs` wired this package; `clerk-rs update` reads it and keeps it current.";

/// The entries that a manifest is to have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub core: &'a CoreSource,
    /// Features of the core.
    pub features: &'a [&'a str],
    pub made: &'a Made,
}

/// The reason why a manifest stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("Cargo.toml cannot be changed")]
    Unfit(#[from] PutError),
    #[error("Cargo.toml names {CORE} already")]
    Taken {
        /// The line that would be there.
        line: String,
    },
}

impl Explain for ManifestError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Unfit(error) => Explanation::failed("manifest-unfit").because(error),
            Self::Taken { line } => Explanation::failed("core-taken")
                .because("it comes from another place, or not by a line under [dependencies]")
                .help(format!("take that out, or make it\n{line}")),
        }
    }
}

/// The manifest with all of it. What it says already stays as it is written.
///
/// # Errors
/// [`ManifestError`]
pub fn with(text: &str, wanted: &Wanted<'_>) -> Result<String, ManifestError> {
    // Whoever puts something in says what is wrong with it.
    let table: Table = toml::from_str(text).unwrap_or_default();
    let text = with_core(text, &table, wanted)?;
    let [package, metadata, key] = METADATA;
    let entries = entries(wanted.made);
    Ok(entry::say(
        &text,
        &[package, metadata],
        key,
        COMMENT,
        entries,
    )?)
}

fn with_core(text: &str, table: &Table, wanted: &Wanted<'_>) -> Result<String, ManifestError> {
    let features: Vec<_> = wanted.features.iter().map(|it| entry::quoted(it)).collect();
    let value = format!(
        "{{ {}, default-features = false, features = [{}] }}",
        wanted.core.dependency(),
        features.join(", ")
    );
    let line = format!("{CORE} = {value}");
    if !names_core(table) {
        let value = Put::Value(value);
        return Ok(entry::put(text, &["dependencies"], CORE, &value)?);
    }
    let source = |text: &str| Dependency::of(text).map(|found| found.source);
    let ours = source(&format!("[dependencies]\n{line}\n"));
    let there = table.get("dependencies").and_then(|all| all.get(CORE));
    let listed = there.and_then(|core| core.get("features")?.as_array());
    let is_ours = there.is_some_and(|core| core.get("package").is_none());
    let (Some(listed), true) = (listed, is_ours && source(text) == ours) else {
        return Err(ManifestError::Taken { line });
    };
    let has = |feature: &str| listed.iter().any(|there| there.as_str() == Some(feature));
    let missing = wanted.features.iter().copied();
    let missing: Vec<_> = missing.filter(|feature| !has(feature)).collect();
    if missing.is_empty() {
        return Ok(text.to_owned());
    }
    Ok(entry::extend(
        text,
        &["dependencies", CORE, "features"],
        &missing,
    )?)
}

/// True if any list of what the app is built of has the core, or something else under its name.
fn names_core(manifest: &Table) -> bool {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([manifest]);
    let lists = tables.filter_map(|table| table.get("dependencies")?.as_table());
    lists.flatten().any(|(name, entry)| {
        let package = entry.get("package").and_then(Value::as_str);
        name == CORE || package == Some(CORE)
    })
}

fn entries(made: &Made) -> Entries {
    let list = |texts: &[String]| {
        let quoted: Vec<_> = texts.iter().map(|it| entry::quoted(it)).collect();
        format!("[{}]", quoted.join(", "))
    };
    let mut entries = vec![
        ("version", entry::quoted(&made.version)),
        ("framework", entry::quoted(&made.framework)),
        ("template", entry::quoted(&made.template)),
        ("extras", list(&made.extras)),
        ("core", entry::quoted(&made.core)),
        ("core-mode", entry::quoted(&made.core_mode)),
        ("wired", made.wired.to_string()),
    ];
    if let Some(module) = &made.module {
        entries.push(("module", entry::quoted(module)));
    }
    if !made.without_gate.is_empty() {
        entries.push(("without-gate", list(&made.without_gate)));
    }
    let entries = entries.into_iter();
    entries.map(|(key, is)| (key.to_owned(), is)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(template: &str) -> Made {
        Made {
            version: "0.2.0".to_owned(),
            framework: "axum".to_owned(),
            template: template.to_owned(),
            extras: Vec::new(),
            core: "0.2.0".to_owned(),
            core_mode: "copy".to_owned(),
            wired: true,
            module: None,
            without_gate: Vec::new(),
            meant: Vec::new(),
        }
    }

    fn wired(text: &str, features: &[&str], template: &str) -> Result<String, ManifestError> {
        let wanted = Wanted {
            core: &CoreSource::Copy,
            features,
            made: &made(template),
        };
        with(text, &wanted)
    }

    const CORE_LINE: &str = "clerk-auth = { path = \"clerk-auth\", default-features = false, features = [\"ring\", \"axum\"] }\n";
    const SECTION: &str = "\n# How `clerk-rs` wired this package; `clerk-rs update` reads it and keeps it current.\n\
        [package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\ntemplate = \"api\"\nextras = []\n\
        core = \"0.2.0\"\ncore-mode = \"copy\"\nwired = true\n";

    #[test]
    fn two_places_are_added_to() {
        let text = "[package] # mine\nname = \"x\"\n\n[dependencies]\naxum = \"0.8\" # the server\ntokio = \"1\"\n";
        let found = wired(text, &["ring", "axum"], "api").unwrap();
        let expected = format!(
            "[package] # mine\nname = \"x\"\n{SECTION}\n[dependencies]\naxum = \"0.8\" # the server\n{CORE_LINE}tokio = \"1\"\n"
        );
        assert_eq!(found, expected);
        assert_eq!(wired(&found, &["ring", "axum"], "api").unwrap(), found);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), &found).unwrap();
        let read = crate::project::manifest::Manifest::read(folder.path()).unwrap();
        assert_eq!(read.made, Some(made("api")));
    }

    #[test]
    fn what_was_wired_before_changes_where_it_must() {
        let text = wired("[package]\nname = \"x\"\r\n", &["ring"], "api").unwrap();
        let more = wired(&text, &["ring", "pages"], "web").unwrap();
        let expected = text
            .replace("[\"ring\"]", "[\"ring\", \"pages\"]")
            .replace("template = \"api\"", "template = \"web\"");
        assert_eq!(more, expected);
        // Fewer features are no reason to take any away.
        assert_eq!(wired(&more, &["ring"], "web").unwrap(), more);
    }

    #[test]
    fn another_core_stays_as_it_is() {
        for taken in [
            "[dependencies]\nclerk-auth = \"0.2\"\n",
            "[dependencies]\nclerk-auth = { path = \"../core\", features = [] }\n",
            "[dependencies]\nclerk-auth = { workspace = true }\n",
            "[dependencies]\nauth = { package = \"clerk-auth\", path = \"clerk-auth\", features = [] }\n",
            "[dependencies]\nclerk-auth = { package = \"other\", path = \"clerk-auth\", features = [] }\n",
            "[target.x.dependencies]\nclerk-auth = { path = \"clerk-auth\", features = [] }\n",
        ] {
            let error = wired(
                &format!("[package]\nname = \"x\"\n{taken}"),
                &["ring"],
                "api",
            );
            let error = error.unwrap_err();
            assert!(matches!(error, ManifestError::Taken { .. }), "{taken}");
            assert!(
                error
                    .explain()
                    .help
                    .unwrap()
                    .contains("clerk-auth = { path")
            );
        }
        let error = wired("[package\n", &["ring"], "api").unwrap_err();
        assert!(matches!(error, ManifestError::Unfit(_)));
    }

    /// Pieces that manifests are made of, each with a place for a line end.
    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "[dependencies]|axum = \"0.8\" # the server|",
            "[dependencies]|# tokio = \"1\"|",
            "[dependencies.serde]|version = \"1\"|features = [|  \"derive\", # why|]|",
            "[features]|default = []|# nothing|",
            "[package.metadata.docs.rs]|all-features = true|",
            "[package.metadata]|x = 1|",
            "[[bin]]|name = \"a\"|[[bin]]|name = \"b\"|",
            "[profile.release]|lto = true|",
            "[workspace]|",
            "[lints]|workspace = true|",
            "[target.'cfg(unix)'.dependencies]|libc = \"0.2\"|",
            "# A comment on its own.|",
            "|",
            "|\t|",
        ])
    }

    proptest! {
        /// Whatever a manifest looks like: its lines stay, in their order, byte for byte, and the second time nothing changes.
        #[test]
        fn no_line_moves(
            pieces in prop::collection::vec(piece(), 0..7),
            ends in prop::collection::vec(any::<bool>(), 60),
            mark in any::<bool>(),
            is_cut in any::<bool>(),
        ) {
            let text = format!("[package]|name = \"x\"|{}", pieces.concat());
            let mut ends = ends.into_iter().cycle();
            let mut end = || if ends.next().unwrap_or_default() { "\r\n" } else { "\n" };
            let mut text: String = text
                .split_inclusive('|')
                .map(|line| line.replace('|', end()))
                .collect();
            if mark {
                text.insert(0, '\u{feff}');
            }
            if is_cut {
                text.truncate(text.trim_end().len());
            }
            // Some pieces do not go together.
            prop_assume!(toml::from_str::<Table>(&text).is_ok());
            let found = wired(&text, &["ring"], "api").unwrap();
            prop_assert!(toml::from_str::<Table>(&found).is_ok(), "{}", found);
            let mut lines = found.split_inclusive('\n');
            for line in text.split_inclusive('\n') {
                let is_last = !line.ends_with('\n');
                let same = |new: &str| new == line || (is_last && new.trim_end_matches(['\r', '\n']) == line);
                prop_assert!(lines.any(same), "{:?} in {}", line, found);
            }
            prop_assert_eq!(found.ends_with('\n'), text.ends_with('\n'));
            prop_assert_eq!(wired(&found, &["ring"], "api").unwrap(), found);
        }
    }
}
