//! The beginning of a project, as its manifest and its stamp tell it. Projects of version 0.1.0 tell nothing: see `guess`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::ValueEnum;
use semver::Version;

use super::bases;
use super::error::OriginError;
use super::guess;
use super::text::{self, Text};
use crate::project::manifest::{Made, Manifest};
use crate::scaffold::catalog::Catalog;
use crate::scaffold::choices::word;
use crate::scaffold::dependency::{Dependency, Source};
use crate::scaffold::select;
use crate::scaffold::stamp::{STAMP, Stamp, StampError, hash};
use crate::scaffold::stock::Stock;
use crate::scaffold::{
    CORE, Choices, CoreSource, Extra, Framework, Keys, PackageName, Plan, Template,
};

/// The beginning of a file.
#[derive(Debug)]
pub enum Base {
    Text(String),
    /// Of a core from between two releases nothing else is known.
    Hash(String),
}

/// The beginning of a project.
#[derive(Debug)]
pub struct Origin {
    pub choices: Choices,
    /// The version of the core.
    pub core: Version,
    /// True if the app's own files change too.
    pub changes_app: bool,
    /// The features of the core that its manifest asks for.
    pub features: BTreeSet<String>,
    /// By path below the project's folder.
    pub base: BTreeMap<String, Base>,
    pub stamp: Option<Stamp>,
}

/// Looks at a project.
///
/// # Errors
/// [`OriginError`]
pub fn of(folder: &Path) -> Result<Origin, OriginError> {
    let manifest = Manifest::read(folder)?;
    let dependency = Dependency::of(&lines(folder, "Cargo.toml")?);
    if let Some(dependency) = &dependency {
        must_be_copied(&dependency.source)?;
    }
    let stamp = stamp(folder)?;
    let core = core(folder, manifest.made.as_ref(), stamp.as_ref())?;
    let features = dependency.ok_or(OriginError::NoDependency)?.features;
    let own = Catalog::load()?;
    let is_own = core.to_string() == own.stock.core_version;
    let catalog = if is_own {
        own
    } else {
        let archived = bases::of(&core.to_string())?;
        archived.ok_or_else(|| OriginError::Unknown(core.to_string()))?
    };
    let changes_app = bases::has_plumbing(&core);
    let name = PackageName::of_project(manifest.name.as_deref().unwrap_or_default());
    let choices = match &manifest.made {
        Some(made) => said(made, name)?,
        // That version left neither table nor stamp.
        None if changes_app && stamp.is_none() => guess::choices(folder, &catalog, name)?
            .ok_or_else(|| OriginError::NotOurs(core.to_string()))?,
        None => {
            let core = core.to_string();
            return Err(OriginError::NoMetadata { core });
        }
    };
    let cut = cut(folder)?;
    let plans = [
        Plan::with_features(&catalog, &choices, &cut)?,
        Plan::with_features(&catalog, &choices, &features)?,
        Plan::new(&catalog, &choices)?,
    ];
    let base = match &stamp {
        Some(stamp) if is_own => by_stamp(&plans, stamp),
        _ => by_text(&plans[0]),
    };
    Ok(Origin {
        changes_app,
        choices,
        features,
        core,
        base,
        stamp,
    })
}

/// Looks at a project of this version, whose own files are to change as well. Its core may come from elsewhere.
///
/// # Errors
/// [`OriginError`]
pub fn of_today(folder: &Path, catalog: &Catalog) -> Result<Origin, OriginError> {
    let own = &catalog.stock.core_version;
    let manifest = Manifest::read(folder)?;
    let dependency = Dependency::of(&lines(folder, "Cargo.toml")?);
    let dependency = dependency.ok_or(OriginError::NoDependency)?;
    let stamp = stamp(folder)?;
    let is_copied = must_be_copied(&dependency.source).is_ok();
    let core = match &manifest.made {
        Some(made) if !is_copied => version(&made.core)?,
        made => core(folder, made.as_ref(), stamp.as_ref())?,
    };
    if core.to_string() != *own {
        let (found, own) = (core.to_string(), own.clone());
        return Err(OriginError::OtherVersion { found, own });
    }
    let made = manifest.made.as_ref();
    let made = made.ok_or_else(|| OriginError::NoMetadata { core: own.clone() })?;
    let name = PackageName::of_project(manifest.name.as_deref().unwrap_or_default());
    let mut choices = said(made, name)?;
    choices.core = source(dependency.source);
    guess::keys(folder, catalog, &mut choices)?;
    let cut = cut(folder)?;
    let plan = Plan::with_features(catalog, &choices, &cut)?;
    let mut base = by_text(&plan);
    if let Some(stamp) = &stamp {
        base.extend(by_stamp(&[plan], stamp));
    }
    Ok(Origin {
        changes_app: true,
        choices,
        features: dependency.features.union(&cut).cloned().collect(),
        core,
        base,
        stamp,
    })
}

/// What a manifest says of the core, as `--core` would. The address of a repository is the same before and after.
pub fn source(source: Source) -> CoreSource {
    match source {
        copy if copy.is_copy() => CoreSource::Copy,
        Source::Path(path) => CoreSource::Path(path),
        Source::Version(version) => CoreSource::Version(version),
        Source::Git(_) => CoreSource::Git {
            url: String::new(),
            rev: None,
        },
    }
}

fn stamp(folder: &Path) -> Result<Option<Stamp>, OriginError> {
    Ok(match text::read(folder, &format!("{CORE}/{STAMP}"))? {
        Some(Text::Lines { text, .. }) => Some(Stamp::parse(&text)?),
        Some(Text::Opaque) => return Err(StampError::Head.into()),
        None => None,
    })
}

/// The features that the copy was cut to, as its own manifest names them. Its owner may have changed those of the app since.
fn cut(folder: &Path) -> Result<BTreeSet<String>, OriginError> {
    let manifest = lines(folder, &format!("{CORE}/Cargo.toml"))?;
    Ok(select::named(&manifest))
}

/// The text of a file, empty if there is none.
fn lines(folder: &Path, path: &str) -> Result<String, OriginError> {
    Ok(match text::read(folder, path)? {
        Some(Text::Lines { text, .. }) => text,
        _ => String::new(),
    })
}

/// Refuses a project whose core is not its own folder. The manifest decides, as it does for cargo.
fn must_be_copied(source: &Source) -> Result<(), OriginError> {
    match source.is_copy() {
        true => Ok(()),
        false => Err(OriginError::NotCopied(source.clone())),
    }
}

/// The version of a project's copy of the core, if this program has a newer one. `update` says why nothing can be told.
pub fn older(folder: &Path) -> Option<Version> {
    let manifest = Manifest::read(folder).ok()?;
    let stamp = stamp(folder).ok()?;
    let core = core(folder, manifest.made.as_ref(), stamp.as_ref()).ok()?;
    (core < version(&Stock::default().core_version).ok()?).then_some(core)
}

/// The newest version that anything in the project claims. One wrong place must not take the project back.
fn core(folder: &Path, made: Option<&Made>, stamp: Option<&Stamp>) -> Result<Version, OriginError> {
    let of_core = Manifest::read(&folder.join(CORE)).map_err(|_| OriginError::NoCore)?;
    if of_core.name.as_deref() != Some(CORE) {
        return Err(OriginError::NoCore);
    }
    let claims = [
        stamp.map(|stamp| &stamp.core),
        stamp.map(|stamp| &stamp.tool),
        made.map(|made| &made.core),
        made.map(|made| &made.version),
    ];
    let mut claims: Vec<_> = claims.into_iter().flatten().cloned().collect();
    if claims.is_empty() {
        claims.extend(of_core.version);
    }
    let own = env!("CARGO_PKG_VERSION");
    let mut newest: Option<Version> = None;
    for claim in claims {
        let version = version(&claim)?;
        if version > self::version(own)? {
            let own = own.to_owned();
            return Err(OriginError::Newer { found: claim, own });
        }
        newest = newest.max(Some(version));
    }
    newest.ok_or(OriginError::NoCore)
}

/// The choices that the metadata names.
fn said(made: &Made, name: PackageName) -> Result<Choices, OriginError> {
    fn read<V: ValueEnum>(what: &'static str, word: &str) -> Result<V, OriginError> {
        V::from_str(word, false).map_err(|_| OriginError::Word {
            what,
            word: word.to_owned(),
        })
    }
    let extras = made.extras.iter().map(|extra| read("an extra", extra));
    let mut extras: Vec<Extra> = extras.collect::<Result<_, _>>()?;
    extras.sort_unstable();
    extras.dedup();
    Ok(Choices {
        name,
        framework: read("the framework", &made.framework)?,
        template: read("the template", &made.template)?,
        keys: Keys::Environment,
        core: CoreSource::Copy,
        extras,
    })
}

/// A word of the notes that names nothing.
#[derive(Debug)]
pub struct UnknownWord {
    pub key: &'static str,
    pub word: String,
    pub known: Vec<String>,
}

/// The words of the notes that this program does not know: slips, or those of a later one.
pub fn unknown_words(made: &Made) -> Vec<UnknownWord> {
    fn known<V: ValueEnum>() -> Vec<String> {
        V::value_variants().iter().cloned().map(word).collect()
    }
    let extras = made.extras.iter();
    let extras = extras.map(|extra| ("extras", extra, known::<Extra>()));
    let modes = CoreSource::MODES.map(str::to_owned).to_vec();
    let words = [
        ("framework", &made.framework, known::<Framework>()),
        ("template", &made.template, known::<Template>()),
        ("core-mode", &made.core_mode, modes),
    ];
    let words = words.into_iter().chain(extras);
    let unknown = words.filter(|(_, word, known)| !known.contains(word));
    let unknown = unknown.map(|(key, word, known)| UnknownWord {
        key,
        word: word.clone(),
        known,
    });
    unknown.collect()
}

fn by_text(plan: &Plan) -> BTreeMap<String, Base> {
    let files = plan.files.iter().filter(|file| !file.is_private());
    let texts = files.filter_map(|file| {
        let text = std::str::from_utf8(&file.bytes).ok()?;
        Some((file.path.clone(), Base::Text(text.to_owned())))
    });
    texts.collect()
}

/// The core's files as the stamp lists them. Where one of the plans has the same hash, it has the text.
fn by_stamp(plans: &[Plan], stamp: &Stamp) -> BTreeMap<String, Base> {
    let mut base = BTreeMap::new();
    for (path, known) in &stamp.hashes {
        let path = format!("{CORE}/{path}");
        let mut planned = plans.iter().filter_map(|plan| plan.file(&path));
        let same = planned.find(|file| hash(&file.bytes) == *known);
        let text = same.and_then(|file| std::str::from_utf8(&file.bytes).ok());
        let is = match text {
            Some(text) => Base::Text(text.to_owned()),
            None => Base::Hash(known.clone()),
        };
        base.insert(path, is);
    }
    base
}

/// Reads a version.
///
/// # Errors
/// [`OriginError::Unknown`]
pub fn version(text: &str) -> Result<Version, OriginError> {
    Version::parse(text).map_err(|_| OriginError::Unknown(text.to_owned()))
}
