//! A workspace above that takes a new project for a member. Cargo refuses a member with a [workspace] of its own, so the
//! project leaves its own out where it can be a member, and where it cannot, nothing is written.

use std::path::Path;

use crate::error::{Explain, Explanation};
use crate::scaffold::{Choices, CoreSource, Extra};
use crate::source::{self, Files, Package, Workspace};

/// The reason why it can be no member, and cannot be anything else.
#[derive(Debug, thiserror::Error)]
#[error("{folder} would be a member of the workspace in {manifest}, and {why}")]
pub struct JoinError {
    /// As that workspace names it.
    folder: String,
    manifest: String,
    why: String,
    /// Another way than out of it.
    otherwise: Option<String>,
}

impl Explain for JoinError {
    fn explain(&self) -> Explanation {
        let Self {
            folder,
            manifest,
            otherwise,
            ..
        } = self;
        let out = format!(
            "write `exclude = [\"{folder}\"]` below [workspace] in {manifest}, and run it again: then the project has a workspace of its own"
        );
        Explanation::failed("workspace-above").help(match otherwise {
            Some(otherwise) => format!("{out}; or {otherwise}"),
            None => out,
        })
    }
}

/// The manifest of the workspace that a new project becomes a member of, seen from its folder.
///
/// # Errors
/// [`JoinError`]
pub fn joined(folder: &Path, choices: &Choices) -> Result<Option<String>, JoinError> {
    let files = Files::default();
    let folder = source::plain(folder);
    let mut above = folder.ancestors().skip(1).filter_map(|above| {
        let manifest = source::manifest(&files, above).ok()?;
        let table = manifest.get("workspace")?.as_table()?.clone();
        let folder = above.to_owned();
        Some(Workspace { folder, table })
    });
    let Some(workspace) = above.find(|workspace| source::covers(workspace, &folder)) else {
        return Ok(None);
    };
    let manifest = source::seen_from(&folder, &workspace.folder.join("Cargo.toml"));
    let members = source::members(&workspace).into_iter();
    let members = members.filter_map(|member| {
        let name = Package::read(&files, &member).ok()?.name;
        Some((name, member))
    });
    let members: Vec<_> = members.collect();
    let named = |name: &str| members.iter().find(|(known, _)| known == name);
    let refused = |why: String, otherwise| JoinError {
        folder: source::seen_from(&workspace.folder, &folder),
        manifest: manifest.clone(),
        why,
        otherwise,
    };
    if let Some((name, _)) = named(choices.name.as_str()) {
        let why = format!("a workspace cannot have two packages named `{name}`");
        return Err(refused(why, Some("take another --name".to_owned())));
    }
    if let (CoreSource::Copy, Some((name, core))) = (&choices.core, named("clerk-auth")) {
        let why = format!("a workspace cannot have two packages named `{name}`");
        let core = core.to_string_lossy();
        let core = crate::escape::word(&core);
        return Err(refused(
            why,
            Some(format!("share that core: `--core path:{core}`")),
        ));
    }
    if choices.extras.contains(&Extra::Docker) {
        let why = "its image could not be built: the Dockerfile sees the project's folder alone, and Cargo.lock lies above".to_owned();
        return Err(refused(why, Some("leave `--with docker` out".to_owned())));
    }
    Ok(Some(manifest))
}
