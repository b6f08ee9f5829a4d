//! Extras for a project that `clerk-rs init` wired: files that stand beside the code. What needs routes or settings of its own
//! would have to change code that only its owner knows.

use std::collections::BTreeSet;
use std::path::Path;

use super::Extras;
use crate::error::{Error, Explain, Explanation};
use crate::project::entry;
use crate::project::manifest::Made;
use crate::scaffold::catalog::Catalog;
use crate::scaffold::choices::word;
use crate::scaffold::dependency::Dependency;
use crate::scaffold::{Choices, CoreSource, Extra, Framework, Keys, PackageName, Template, wired};
use crate::update::text::{self, Text};
use crate::update::{OriginError, addition::AdditionError, origin};
use crate::wire::action::Action;
use crate::wire::project::{self, Asked, Standing};

const MANIFEST: &str = "Cargo.toml";

/// Why it gets no such extra.
#[derive(Debug, thiserror::Error)]
pub enum WiredError {
    #[error("{0} does not fit a project that was wired: it has routes and settings of its own")]
    Code(String),
    #[error("{extra} does not fit this project: {why}")]
    Place { extra: String, why: &'static str },
    #[error("extras in [package.metadata.clerk-rs] is no list that can be added to")]
    List,
    #[error("{0} in [package.metadata.clerk-rs] is not known")]
    Template(String),
}

impl Explain for WiredError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Code(extra) => Explanation::failed("extra-unfit-wired").help(format!(
                "let `clerk-rs init` make a project beside it with `--with {extra}`, and take what you need"
            )),
            Self::Place { .. } => Explanation::failed("extra-unfit-wired").help("write that file yourself"),
            Self::List => Explanation::failed("metadata-unknown")
                .help("put back what was written there: `extras = []`"),
            Self::Template(_) => Explanation::failed("metadata-unknown")
                .help("put back what was written there, or install a newer clerk-rs"),
        }
    }
}

/// Plans it.
///
/// # Errors
/// [`WiredError`], or what is wrong with the project.
pub fn plan(folder: &Path, made: &Made, extras: &[Extra]) -> Result<Extras, Error> {
    let catalog = Catalog::load().map_err(OriginError::from)?;
    let is_known = |extra: &Extra| made.extras.contains(&word(*extra));
    let (known, added): (BTreeSet<Extra>, BTreeSet<Extra>) =
        extras.iter().copied().partition(is_known);
    for extra in &added {
        if !matches!(extra, Extra::Docker | Extra::GithubActions) {
            return Err(WiredError::Code(word(*extra)).into());
        }
    }
    let standing = project::look(folder, &Asked::default())?;
    let choices = choices(&standing, made)?;
    let (mut actions, mut taken) = (Vec::new(), Vec::new());
    for extra in &added {
        must_have_its_place(&standing, &choices, *extra)?;
        for file in wired::beside(&catalog, &choices, *extra)? {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            match text::read(folder, &file.path)? {
                None => actions.push(Action::new(file.path, None, text)),
                Some(Text::Lines { raw, .. }) if raw == text => {}
                Some(_) => taken.push(file.path),
            }
        }
    }
    if !taken.is_empty() {
        return Err(AdditionError::Taken(taken).into());
    }
    if !added.is_empty() {
        let words: Vec<_> = added.iter().copied().map(word).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let path = ["package", "metadata", "clerk-rs", "extras"];
        let before = standing.manifest;
        let after = entry::extend(&before, &path, &words).map_err(|_| WiredError::List)?;
        actions.push(Action::new(MANIFEST, Some(before), after));
    }
    actions.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Extras {
        choices,
        added: added.into_iter().collect(),
        known: known.into_iter().collect(),
        actions,
        left: Vec::new(),
        is_local: false,
    })
}

/// What the files have to know of the project.
fn choices(standing: &Standing, made: &Made) -> Result<Choices, WiredError> {
    let unknown = |what: &str| WiredError::Template(what.to_owned());
    let framework = Framework::named(&made.framework).ok_or_else(|| unknown(&made.framework))?;
    let template = <Template as clap::ValueEnum>::from_str(&made.template, false);
    let template = template.map_err(|_| unknown(&made.template))?;
    let core = match Dependency::of(&standing.manifest) {
        Some(core) => origin::source(core.source),
        // Nothing of it lies in the project.
        None => CoreSource::Version(made.core.clone()),
    };
    Ok(Choices {
        // The image has the program.
        name: PackageName::of_project(&standing.program),
        framework,
        template,
        keys: Keys::Environment,
        core,
        extras: Vec::new(),
    })
}

fn must_have_its_place(standing: &Standing, choices: &Choices, extra: Extra) -> Result<(), Error> {
    let why = if standing.workspace != standing.folder {
        "it belongs into the folder of the workspace, which holds other packages as well"
    } else if extra == Extra::Docker && standing.root != "src/main.rs" {
        "the image is built around src/main.rs, and the program begins elsewhere"
    } else {
        if extra == Extra::Docker {
            choices.core.must_fit_docker()?;
        }
        return Ok(());
    };
    let extra = word(extra);
    Err(WiredError::Place { extra, why }.into())
}
