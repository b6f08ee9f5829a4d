//! Turns arguments and answers into choices. Every question comes before any work.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::arguments::{Arguments, KeySource, UnfitError};
use super::{Catalog, Choices, Framework, InitError, keys};
use crate::ask::{Ask, Question};
use crate::commands::{Context, keyless, pasted};
use crate::error::{Error, Explain};
use crate::scaffold::choices::word;
use crate::scaffold::target::{Target, TargetError};
use crate::scaffold::{CoreSource, Extra, Keys, PackageName, Template, fit, write};
use crate::wire::plan::Survey;
use crate::wire::project::Standing;
use crate::wire::public;

const PATH: Question = Question {
    words: "Where shall the project go?",
    what: "the project's folder",
    flag: "it, as in `clerk-rs init my-app`, or --yes",
};
const NAME: Question = Question {
    words: "What is the package called?",
    what: "the package's name",
    flag: "--name NAME",
};
const FRAMEWORK: Question = Question {
    words: "Framework?",
    what: "the framework",
    flag: "--framework NAME",
};
const KEYS: Question = Question {
    words: "Keys?",
    what: "the source of the keys",
    flag: "--keys SOURCE",
};
const EXTRAS: Question = Question {
    words: "Extras? (space selects)",
    what: "the list of extras",
    flag: "--with EXTRA",
};
const KIND: Question = Question {
    words: "Is it an API, or pages?",
    what: "the kind of app",
    flag: "--template NAME",
};
/// What each means for an app that is there. The first is the default: it adds no page.
const KINDS: [(Template, &str); 2] = [
    (Template::Api, "api: strangers are answered 401, in JSON"),
    (
        Template::Web,
        "web: strangers are sent to a page where they sign in, which is added",
    ),
];
const OPEN: Question = Question {
    words: "Which routes stay open to everybody? (space selects)",
    what: "the list of open routes",
    flag: "--public PATTERN",
};
/// The usual name of a wired project's module.
const MODULE: &str = "clerk";

/// The project's folder and name.
pub fn target(args: &Arguments, ask: &Ask, cwd: &Path) -> Result<(Target, PackageName), Error> {
    let target = match &args.path {
        Some(path) => find(cwd, path, args.dry_run)?,
        None => {
            let default = if is_empty(cwd) { "." } else { "my-app" };
            asked(ask, PATH, default, |answer| {
                find(cwd, Path::new(answer), args.dry_run)
            })?
        }
    };
    // A folder may be called MyApp, but with a package of that name each build would warn.
    let own_name = target.name()?.to_ascii_lowercase();
    let name = match (&args.name, PackageName::new(&own_name)) {
        (Some(name), _) => PackageName::new(name)?,
        (None, Ok(name)) => name,
        (None, Err(error)) => match error.suggestion() {
            Some(default) if ask.again(&error) => asked(ask, NAME, &default, PackageName::new)?,
            _ => return Err(error.into()),
        },
    };
    Ok((target, name))
}

/// Removes the leftovers of a killed run first, or the folder would not look empty.
fn find(cwd: &Path, path: &Path, dry_run: bool) -> Result<Target, TargetError> {
    let folder: PathBuf = cwd.join(path).components().collect();
    if !dry_run && fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir()) {
        write::sweep(&folder);
    }
    Target::find(cwd, path)
}

pub fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Asks until an answer will do.
fn asked<T, E: Explain + 'static>(
    ask: &Ask,
    question: Question,
    default: &str,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<T, Error> {
    pasted::asked(ask, || ask.text(question, default), |text| Ok(read(text)?))
}

/// All other choices. The error says why the keys are local ones and not those of a temporary application.
pub fn choices(
    args: &Arguments,
    ask: &Ask,
    catalog: &Catalog,
    context: &Context<'_>,
    name: PackageName,
    core: CoreSource,
) -> Result<(Choices, Option<Error>), Error> {
    let framework = framework(args, ask, catalog)?;
    let given = given_keys(args, args.template(), ask, context)?;
    let extras = extras(args, ask, catalog, framework)?;
    if extras.contains(&Extra::Docker) {
        core.must_fit_docker()?;
    }
    // This comes last, so that no application is made for a project that is given up.
    let (keys, failure) = match given {
        Some(keys) => (keys, None),
        None => keys::keyless(context, args.dry_run)?,
    };
    let choices = Choices {
        name,
        framework,
        template: args.template(),
        keys,
        core,
        extras,
    };
    Ok((choices, failure))
}

/// Asks again if an answer leads nowhere, such as to variables that are not set.
pub fn given_keys(
    args: &Arguments,
    template: Template,
    ask: &Ask,
    context: &Context<'_>,
) -> Result<Option<Keys>, Error> {
    loop {
        let source = key_source(args, ask)?;
        let error: Error = match source {
            KeySource::Keyless => {
                match keyless::must_be_allowed(context, |name| context.env.var(name)) {
                    Ok(()) => return Ok(None),
                    Err(error) => error.into(),
                }
            }
            source => match keys::gather(args, template, ask, context.env, source) {
                // For pasted keys the question was repeated until they were right.
                Err(error) if source == KeySource::Env => error,
                given => return given,
            },
        };
        if !is_asked(args) || !ask.again(&*error) {
            return Err(error);
        }
    }
}

/// True if the command line does not name the source of the keys.
pub fn is_asked(args: &Arguments) -> bool {
    args.keys.is_none() && args.publishable_key.is_none() && args.secret_key_file.is_none()
}

fn framework(args: &Arguments, ask: &Ask, catalog: &Catalog) -> Result<Framework, Error> {
    let fitting = |framework: &Framework| catalog.has(*framework, args.template());
    if let Some(framework) = args.framework {
        return if fitting(&framework) {
            Ok(framework)
        } else {
            let template = word(args.template());
            Err(InitError::NoTemplate {
                template,
                framework,
            }
            .into())
        };
    }
    let frameworks = Framework::value_variants().iter().copied();
    let frameworks: Vec<_> = frameworks.filter(fitting).collect();
    // With just one there is nothing to choose.
    if frameworks.len() < 2 {
        return Ok(Framework::default());
    }
    let titles = frameworks.iter().map(|framework| framework.title());
    let titles: Vec<_> = titles.map(str::to_owned).collect();
    let index = ask.one(FRAMEWORK, &titles)?;
    Ok(frameworks.get(index).copied().unwrap_or_default())
}

fn key_source(args: &Arguments, ask: &Ask) -> Result<KeySource, Error> {
    if let Some(source) = args.keys {
        keys::must_fit(args, source)?;
        return Ok(source);
    }
    if !is_asked(args) {
        return Ok(KeySource::Paste);
    }
    let sources = [
        (
            KeySource::Local,
            "local: made on the spot, no account needed",
        ),
        (KeySource::Paste, "paste: those of your Clerk instance"),
        (KeySource::Env, "env: already in the environment"),
        (
            KeySource::Keyless,
            "keyless: a temporary Clerk application, claimed for an account later",
        ),
    ];
    let index = ask.one(KEYS, &sources.map(|(_, words)| words.to_owned()))?;
    Ok(sources
        .get(index)
        .map_or(KeySource::Local, |(source, _)| *source))
}

fn extras(
    args: &Arguments,
    ask: &Ask,
    catalog: &Catalog,
    framework: Framework,
) -> Result<Vec<Extra>, Error> {
    let fitting = catalog
        .extras
        .iter()
        .filter(|(_, entry)| entry.fits(framework, args.template()));
    let fitting: Vec<_> = fitting.collect();
    let mut extras = match &args.with {
        Some(extras) => extras.clone(),
        None => {
            let words = fitting.iter().map(|(extra, entry)| {
                let word = word(**extra);
                format!("{word:15} {}", entry.about)
            });
            let chosen = ask.any(EXTRAS, &words.collect::<Vec<_>>())?;
            chosen
                .into_iter()
                .filter_map(|index| fitting.get(index))
                .map(|(extra, _)| **extra)
                .collect()
        }
    };
    extras.sort_unstable();
    extras.dedup();
    fit::must_fit(catalog, &extras, framework, args.template())?;
    Ok(extras)
}

/// The kind of pages and the module's name of an app that is there: those of before, if it is wired.
pub fn kind(args: &Arguments, standing: &Standing, ask: &Ask) -> Result<(Template, String), Error> {
    let given = (args.template, args.existing.module.as_deref());
    let made = standing.made.as_ref();
    let old_template = made.and_then(|made| Template::from_str(&made.template, false).ok());
    let old_module = made.map(|made| made.module.as_deref().unwrap_or(MODULE));
    let (template, module) = (given.0.or(old_template), given.1.or(old_module));
    let is_other = old_template.is_some_and(|old| template != Some(old));
    if is_other || old_module.is_some_and(|old| module != Some(old)) {
        return Err(UnfitError::Wired.into());
    }
    let module = module.unwrap_or(MODULE).to_owned();
    if let Some(template) = template {
        return Ok((template, module));
    }
    let index = ask.one(KIND, &KINDS.map(|(_, words)| words.to_owned()))?;
    let kind = KINDS.get(index).map_or(Template::Api, |(kind, _)| *kind);
    Ok((kind, module))
}

/// The patterns of open paths of an app that is there: given or chosen, beside those that only machines ask.
pub fn open_paths(
    args: &Arguments,
    survey: &Survey,
    template: Template,
    ask: &Ask,
) -> Result<Vec<String>, Error> {
    let is_wired = survey.standing.is_wired;
    let given = args.existing.public.iter();
    let given = given.map(|written| public::meant(written));
    let given = given.collect::<Result<Vec<_>, _>>()?;
    let mut open = public::machines(survey.routes());
    if !given.is_empty() {
        let known = survey.open().filter(|_| is_wired);
        if known.is_some_and(|known| given.iter().any(|given| !known.contains(given))) {
            return Err(UnfitError::Public.into());
        }
        for path in given {
            if !open.contains(&path) {
                open.push(path);
            }
        }
        return Ok(open);
    }
    if template == Template::Web {
        open.insert(0, "/".to_owned());
    }
    let choices = public::choices(survey.routes(), &open);
    if !is_wired && !choices.is_empty() {
        let shown: Vec<_> = choices.iter().map(ToString::to_string).collect();
        let chosen = ask.any(OPEN, &shown)?.into_iter();
        let chosen = chosen.filter_map(|index| choices.get(index));
        open.extend(chosen.map(|choice| choice.pattern.clone()));
    }
    Ok(open)
}
