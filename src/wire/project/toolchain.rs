//! The compiler that a project is built with: what `rust-toolchain.toml` pins, and what `rust-version` promises.

use std::path::Path;

use semver::Version;

use super::{Refusal, Remark};
use crate::source::Files;
use crate::wire::framework::{Core, rust_version};

const FILES: [&str; 2] = ["rust-toolchain.toml", "rust-toolchain"];

/// Refuses a folder whose compiler is pinned to one that does not build the core. The nearest file upward counts.
pub fn must_fit(files: &Files, folder: &Path, core: &Core) -> Result<(), Refusal> {
    let candidates = folder
        .ancestors()
        .flat_map(|folder| FILES.map(|name| folder.join(name)));
    let found = candidates
        .filter_map(|path| Some((files.read(&path).ok()?, path)))
        .next();
    let Some((text, path)) = found else {
        return Ok(());
    };
    let Some(channel) = channel(&text) else {
        return Ok(());
    };
    match (rust_version(&channel), core.rust()) {
        (Some(pinned), Some(needed)) if pinned < needed => Err(Refusal::Toolchain {
            file: path.to_string_lossy().into_owned(),
            channel,
            needed,
        }),
        _ => Ok(()),
    }
}

/// The channel; of older files it is the only word.
fn channel(text: &str) -> Option<String> {
    let table: Option<toml::Table> = text.parse().ok();
    match table.filter(|table| table.contains_key("toolchain")) {
        Some(table) => table
            .get("toolchain")?
            .get("channel")?
            .as_str()
            .map(str::to_owned),
        None => text.lines().next().map(|line| line.trim().to_owned()),
    }
}

/// A remark on a package that promises to build with an older compiler.
pub fn promised(rust: Option<&Version>, core: &Core) -> Option<Remark> {
    let (promised, needed) = (rust?, core.rust()?);
    let short = |version: &Version| format!("{}.{}", version.major, version.minor);
    (*promised < needed).then(|| Remark {
        code: "rust-version",
        text: format!(
            "Cargo.toml says rust-version {}, and the core builds with {} and later: so does the app from then on",
            short(promised),
            short(&needed)
        ),
        help: Some(format!(
            "raise rust-version to {} if anybody counts on it",
            short(&needed)
        )),
    })
}
