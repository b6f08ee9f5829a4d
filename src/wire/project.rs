//! What stands there: the package, its program, the framework, and what else wiring has to know. Manifests and
//! `Cargo.lock` are read; cargo is not called, because it would write a lock file.

use std::path::PathBuf;

use crate::scaffold::Framework;

/// What the command line says about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `--bin`
    pub program: Option<&'a str>,
    /// `--framework`
    pub framework: Option<Framework>,
}

/// A package that can be wired.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The package's folder.
    pub folder: PathBuf,
    /// The workspace's folder, where `Cargo.lock` lies; the package's own if it is alone.
    pub workspace: PathBuf,
    pub package: String,
    /// The program's name, and its root below the package's folder.
    pub program: String,
    pub root: String,
    pub framework: Framework,
    /// The name by which the source knows the framework.
    pub framework_crate: String,
    /// As the lock file or the manifest says, such as `0.8.4`.
    pub version: String,
    pub edition: String,
    /// The feature of the core that chooses the crypto library: `ring` or `aws-lc-rs`; and why it is this one.
    pub crypto: &'static str,
    pub crypto_why: String,
    /// The manifest's text.
    pub manifest: String,
    /// Why it is known to be wired: `[package.metadata.clerk-rs]` with `wired = true` is there.
    pub is_wired: bool,
    /// What its owner should know before anything is written: an old `rust-version`, other auth crates.
    pub remarks: Vec<Remark>,
}

/// Something that the plan says beside its files.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Remark {
    /// A stable word for scripts, such as `rust-version`.
    pub code: &'static str,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}
