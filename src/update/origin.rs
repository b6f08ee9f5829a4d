//! What a project began as: from what it says about itself, or by comparing it with what version 0.1.0 made.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use clap::ValueEnum;
use semver::Version;

use super::bases::{self, BaseError};
use super::text::{self, ReadError, Text};
use crate::error::{Explain, Explanation};
use crate::project::manifest::{Made, Manifest, ManifestError};
use crate::scaffold::catalog::{Catalog, CatalogError};
use crate::scaffold::keys::{RandomError, local};
use crate::scaffold::plan::{File, PlanError};
use crate::scaffold::select;
use crate::scaffold::stamp::{STAMP, Stamp, StampError, hash};
use crate::scaffold::{
    CORE, Choices, CoreSource, Extra, Framework, Keys, PackageName, Plan, Template,
};

/// What a file began as.
#[derive(Debug)]
pub enum Base {
    Text(String),
    /// All that is known of a core between two releases.
    Hash(String),
}

/// What a project began as.
#[derive(Debug)]
pub struct Origin {
    pub choices: Choices,
    /// The version of the core.
    pub core: Version,
    /// Whether the app's own files are to change as well.
    pub has_plumbing: bool,
    /// What its manifest asks of the core.
    pub features: BTreeSet<String>,
    /// By path below the project's folder.
    pub base: BTreeMap<String, Base>,
    pub stamp: Option<Stamp>,
}

/// Why nobody can say what a project began as, or why it is not to be changed.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("this project has no clerk-auth folder that `clerk-rs init` made")]
    NoCore,
    #[error("this project has no copy of the core: its manifest takes it from elsewhere ({0})")]
    NotCopied(String),
    #[error("the core of this project is {found}, and this is clerk-rs {own}")]
    Newer { found: String, own: String },
    #[error("the core of this project is {0}, which this clerk-rs does not know")]
    Unknown(String),
    #[error("{what} in [package.metadata.clerk-rs] is {word:?}, which this clerk-rs does not know")]
    Word { what: &'static str, word: String },
    #[error("clerk-auth/.stamp cannot be believed")]
    Stamp(#[from] StampError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Base(#[from] BaseError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl Explain for OriginError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Manifest(error) => {
                let explained = Explanation::failed("manifest-unreadable");
                match std::error::Error::source(error) {
                    Some(source) => explained.because(source.to_string().trim_end()),
                    None => explained,
                }
            }
            Self::NoCore => Explanation::failed("no-core")
                .help("run it in the folder of a project that `clerk-rs init` made, or name it: `clerk-rs update PATH`"),
            Self::NotCopied(_) => Explanation::failed("core-not-copied")
                .help("`cargo update -p clerk-auth` takes the newest that its manifest allows"),
            Self::Newer { .. } => Explanation::failed("core-newer")
                .because("a project is never taken back to an older core")
                .help("install the clerk-rs that goes with it, or a newer one"),
            Self::Unknown(_) => Explanation::failed("core-unknown").help(format!(
                "it knows {}; is the version in clerk-auth/.stamp the one that was written there?",
                bases::versions().collect::<Vec<_>>().join(", ")
            )),
            Self::Word { .. } => Explanation::failed("metadata-unknown")
                .help("put back what was written there, or install a newer clerk-rs"),
            Self::Stamp(error) => Explanation::failed("stamp-broken")
                .because(error)
                .help("put it back as it was (`git checkout clerk-auth/.stamp`), or delete it: files are then compared with those of the version in Cargo.toml"),
            Self::Read(error) => error.explain(),
            Self::Base(_) | Self::Catalog(_) => Explanation::failed("broken-template")
                .help("this is a mistake in clerk-rs itself; please report it"),
            Self::Plan(error) => error.explain(),
            Self::Random(error) => error.explain(),
        }
    }
}

/// Looks at a project.
///
/// # Errors
/// [`OriginError`]
pub fn of(folder: &Path) -> Result<Origin, OriginError> {
    let manifest = Manifest::read(folder)?;
    if let Some(made) = &manifest.made
        && made.core_mode != CoreSource::Copy.mode()
    {
        return Err(OriginError::NotCopied(made.core_mode.clone()));
    }
    let stamp = match text::read(folder, &format!("{CORE}/{STAMP}"))? {
        Some(Text::Lines { text, .. }) => Some(Stamp::parse(&text)?),
        Some(Text::Opaque) => return Err(StampError::Head.into()),
        None => None,
    };
    let core = core(folder, manifest.made.as_ref(), stamp.as_ref())?;
    let own = Catalog::load()?;
    let is_own = core.to_string() == own.stock.core_version;
    let catalog = if is_own {
        own
    } else {
        let archived = bases::of(&core.to_string())?;
        archived.ok_or_else(|| OriginError::Unknown(core.to_string()))?
    };
    let name = PackageName::of_project(manifest.name.as_deref().unwrap_or_default());
    let choices = match &manifest.made {
        Some(made) => said(made, name)?,
        None => guessed(folder, &catalog, name)?,
    };
    let features = match text::read(folder, "Cargo.toml")? {
        Some(Text::Lines { text, .. }) => select::asked(&text, CORE),
        _ => BTreeSet::new(),
    };
    // The owner may have asked for more since; which of the two it was made with is told by the stamp.
    let plans = [
        Plan::new(&catalog, &choices)?,
        Plan::with_features(&catalog, &choices, features.clone())?,
    ];
    let base = match &stamp {
        Some(stamp) if is_own => by_stamp(&plans, stamp),
        _ => by_text(&plans[0]),
    };
    Ok(Origin {
        has_plumbing: bases::has_plumbing(&core),
        choices,
        features,
        core,
        base,
        stamp,
    })
}

/// The newest version that anything in the project claims, so that no slip of one place takes it back.
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

/// The choices whose project resembles this one most.
fn guessed(folder: &Path, catalog: &Catalog, name: PackageName) -> Result<Choices, OriginError> {
    let mut best: Option<(usize, Choices)> = None;
    for &framework in catalog.frameworks.keys() {
        for &template in catalog.templates.keys() {
            let choices = with_extras(folder, catalog, name.clone(), framework, template)?;
            let plan = Plan::new(catalog, &choices)?;
            let score = count(folder, &plan, resembles)?;
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, choices));
            }
        }
    }
    let (_, mut choices) = best.ok_or(OriginError::NoCore)?;
    // Where the keys came from decides about a few words only; the very words tell.
    let mut most = 0;
    for keys in [
        Keys::Environment,
        Keys::Local(local()?),
        Keys::Given(local()?),
    ] {
        let before = std::mem::replace(&mut choices.keys, keys);
        let score = count(folder, &Plan::new(catalog, &choices)?, |a, b| a == b)?;
        if score > most {
            most = score;
        } else {
            choices.keys = before;
        }
    }
    Ok(choices)
}

/// The extras of which the project has a file.
fn with_extras(
    folder: &Path,
    catalog: &Catalog,
    name: PackageName,
    framework: Framework,
    template: Template,
) -> Result<Choices, OriginError> {
    let fitting = catalog
        .extras
        .iter()
        .filter(|(_, entry)| entry.fits(template));
    let mut choices = Choices {
        name,
        framework,
        template,
        keys: Keys::Environment,
        core: CoreSource::Copy,
        extras: fitting.map(|(extra, _)| *extra).collect(),
    };
    let plan = Plan::new(catalog, &choices)?;
    let mut found = Vec::new();
    for extra in choices.extras {
        let layers = catalog.layers_of(extra, framework);
        let mut files = plan
            .files
            .iter()
            .filter(|file| layers.contains(&file.layer));
        let is_there = files.try_fold(false, |found, file| {
            is_like(folder, file, resembles).map(|is| found || is)
        })?;
        if is_there {
            found.push(extra);
        }
    }
    choices.extras = found;
    Ok(choices)
}

fn count(
    folder: &Path,
    plan: &Plan,
    is_alike: fn(&str, &str) -> bool,
) -> Result<usize, OriginError> {
    let own = plan.files.iter().filter(|file| file.layer != CORE);
    let mut count = 0;
    for file in own {
        count += usize::from(is_like(folder, file, is_alike)?);
    }
    Ok(count)
}

fn is_like(
    folder: &Path,
    file: &File,
    is_alike: fn(&str, &str) -> bool,
) -> Result<bool, OriginError> {
    let found = text::read(folder, &file.path)?;
    let planned = String::from_utf8_lossy(&file.bytes);
    Ok(match found {
        Some(Text::Lines { text, .. }) => is_alike(&planned, &text),
        _ => false,
    })
}

/// Whether a file has at least half of the lines that were written.
fn resembles(planned: &str, found: &str) -> bool {
    let there: HashSet<&str> = found.lines().collect();
    let lines: Vec<_> = planned
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let kept = lines.iter().filter(|line| there.contains(*line)).count();
    kept * 2 >= lines.len()
}

fn by_text(plan: &Plan) -> BTreeMap<String, Base> {
    let files = plan.files.iter().filter(|file| !file.is_private());
    let texts = files.filter_map(|file| {
        let text = std::str::from_utf8(&file.bytes).ok()?;
        Some((file.path.clone(), Base::Text(text.to_owned())))
    });
    texts.collect()
}

/// The core's files as the stamp has them. Of those that are still the same the text is known.
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
