//! A page of the owner's own: its template, its lines in the lists and its route, in the words of the framework.

mod entries;
mod list;
mod routes;
mod source;

use std::path::Path;

use super::action::Action;
use super::code::ByHand;
use crate::error::{Error, Explain, Explanation};
use crate::project::lines::Patch;
use crate::project::manifest::{Made, Manifest};
use crate::source::{self as reader, Files, SourceError};
use crate::update::OriginError;
use crate::update::text::{self, Text};
use routes::Words;
use source::Source;

/// A longer name makes lines that nobody wants to read.
const LONGEST: usize = 40;
/// Paths that are no pages: they answer in JSON, or are files.
const NO_PAGES: [&str; 3] = ["api", "assets", "webhooks"];

/// A page that somebody wants.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// `/admin/team-reports`
    path: String,
    /// `admin_team_reports`
    handler: String,
    /// `admin_team_reports.html`
    template: String,
    /// `Team reports`
    title: String,
    is_public: bool,
}

/// The plan.
#[derive(Debug)]
pub struct Planned {
    pub path: String,
    /// Below the project's folder.
    pub template: String,
    pub is_public: bool,
    pub actions: Vec<Action>,
    pub by_hand: Vec<ByHand>,
}

/// Why there will be no such page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    #[error("{0:?} cannot be a page's name")]
    Name(String),
    #[error("{0:?} cannot be a page's name: its handler would have the name of a word of Rust")]
    Keyword(String),
    #[error("nothing below /{0} is a page")]
    NoPage(String),
    #[error("`clerk-rs init` did not make this project, so its pages are not known")]
    NotOurs,
    #[error("this project has no pages: its template is {template:?}")]
    NoPages { template: String, wired: bool },
    #[error("the pages of a project with {0} are made in another way")]
    Framework(String),
    #[error("{path} is taken: {by} at {place}")]
    Path {
        path: String,
        by: String,
        place: String,
    },
    #[error("{0} is there already")]
    Template(String),
    #[error("{file} has something called `{name}` already")]
    Handler { file: String, name: String },
}

impl Explain for PageError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Name(_) => Explanation::usage("page-name").help(format!(
                "small letters, digits and hyphens, beginning with a letter, at most {LONGEST}: such as `reports` or \
                 `admin/team-reports`"
            )),
            Self::Keyword(_) => Explanation::usage("page-name").help("choose another one"),
            Self::NoPage(_) => Explanation::usage("page-name")
                .because("the app's lists of paths say that it answers in JSON, or with files")
                .help("choose another path"),
            Self::NotOurs => Explanation::failed("no-metadata")
                .help("run it in the folder of a project that `clerk-rs init` made"),
            Self::NoPages { wired: true, .. } => Explanation::failed("no-pages").help(
                "`clerk-rs init --undo` takes the gate back, and `clerk-rs init --template web` brings it with pages",
            ),
            Self::NoPages { .. } => Explanation::failed("no-pages")
                .help("a project with `--template web` has some"),
            Self::Framework(_) => Explanation::failed("framework-unfit")
                .because("they are functions with `view!`, and no templates")
                .help("write one in src/pages/, and its line in src/routes.rs"),
            Self::Path { .. } => Explanation::failed("path-taken")
                .help("nothing was changed; choose another name"),
            Self::Template(_) | Self::Handler { .. } => Explanation::failed("page-taken")
                .help("nothing was changed; choose another name"),
        }
    }
}

impl Page {
    /// The page of this name.
    ///
    /// # Errors
    /// [`PageError`] if it cannot be a path, a file and a function.
    pub fn named(name: &str, is_public: bool) -> Result<Self, PageError> {
        let is_segment = |part: &str| {
            let is_plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.ends_with(|c: char| c.is_ascii_alphanumeric())
                && part.chars().all(is_plain)
        };
        let name = name.strip_prefix('/').unwrap_or(name);
        if name.len() > LONGEST || !name.split('/').all(is_segment) {
            return Err(PageError::Name(name.to_owned()));
        }
        let handler = name.replace(['/', '-'], "_");
        if syn::parse_str::<syn::Ident>(&handler).is_err() {
            return Err(PageError::Keyword(name.to_owned()));
        }
        if let Some(first) = name
            .split('/')
            .next()
            .filter(|first| NO_PAGES.contains(first))
        {
            return Err(PageError::NoPage(first.to_owned()));
        }
        let last = name
            .rsplit('/')
            .next()
            .unwrap_or(name)
            .replace(['-', '_'], " ");
        let title = last.get(..1).map(str::to_uppercase).unwrap_or_default();
        Ok(Self {
            path: format!("/{name}"),
            template: format!("{handler}.html"),
            handler,
            title: title + last.get(1..).unwrap_or_default(),
            is_public,
        })
    }

    fn html(&self, folder: &str) -> String {
        let Self {
            handler,
            template,
            title,
            ..
        } = self;
        let who = match self.is_public {
            true => "Everybody may open this page",
            false => "Only people who are signed in see this page",
        };
        format!(
            "{{% extends \"layout.html\" %}}\n\
             {{% block title %}}{title} – {{{{ clerk.app_name }}}}{{% endblock %}}\n\
             {{% block main %}}\n\
             <main id=\"{id}\">\n  \
               <h1>{title}</h1>\n  \
               <p>{who}. It is <code>{folder}/{template}</code>.</p>\n\
             </main>\n\
             {{% endblock %}}\n",
            id = handler.replace('_', "-"),
        )
    }
}

/// What happens to one file.
enum Step {
    Patched(Vec<Patch>),
    /// The place is not certain.
    Left(ByHand),
}

impl Step {
    fn by_hand(source: &Source, at: usize, why: &str, lines: &[String]) -> Self {
        Self::Left(source.by_hand(at, why, lines))
    }
}

/// Where a project has what pages are made of.
struct Site {
    routes: String,
    pages: String,
    clerk: String,
    templates: String,
    tests: Option<String>,
}

impl Site {
    fn of(folder: &Path, made: &Made) -> Self {
        if !made.wired {
            return Self {
                routes: "src/routes.rs".to_owned(),
                pages: "src/pages.rs".to_owned(),
                clerk: "src/clerk.rs".to_owned(),
                templates: "templates".to_owned(),
                tests: Some("src/tests/pages.rs".to_owned()),
            };
        }
        let module = made.module.as_deref().unwrap_or("clerk");
        let places = ["src", "src/bin", "examples"].map(|above| format!("{above}/{module}"));
        let has_routes = |place: &&String| folder.join(place).join("routes.rs").is_file();
        let module = places.iter().find(has_routes).unwrap_or(&places[0]);
        Self {
            routes: format!("{module}/routes.rs"),
            pages: format!("{module}/pages.rs"),
            clerk: format!("{module}/mod.rs"),
            templates: format!("{module}/templates"),
            tests: None,
        }
    }
}

/// The name by which the source knows the framework.
fn crate_name(folder: &Path, framework: &str) -> Result<String, SourceError> {
    let files = Files::default();
    let manifest = reader::manifest(&files, folder)?;
    let all = reader::dependencies(&files, folder, &manifest);
    let own = all.into_iter().find(|of| of.package == framework);
    Ok(own.map_or_else(|| framework.replace('-', "_"), |own| own.crate_name()))
}

/// Plans it.
///
/// # Errors
/// [`PageError`], or a file that cannot be read.
pub fn plan(folder: &Path, page: &Page) -> Result<Planned, Error> {
    let planned = reader::with_deep_stack(|| planned(folder, page));
    planned.unwrap_or_else(|| Err(SourceError::Broken.into()))
}

fn planned(folder: &Path, page: &Page) -> Result<Planned, Error> {
    let manifest = Manifest::read(folder).map_err(OriginError::from)?;
    let made = manifest.made.ok_or(PageError::NotOurs)?;
    if made.template != "web" {
        let (template, wired) = (made.template, made.wired);
        return Err(PageError::NoPages { template, wired }.into());
    }
    let site = Site::of(folder, &made);
    let words = Words::of(&made.framework, crate_name(folder, &made.framework)?);
    let words = words.ok_or(PageError::Framework(made.framework))?;
    must_be_free(folder, page)?;
    let template = format!("{}/{}", site.templates, page.template);
    if text::read(folder, &template)?.is_some() {
        return Err(PageError::Template(template).into());
    }
    let mut work = Work {
        folder,
        planned: Planned {
            path: page.path.clone(),
            template: template.clone(),
            is_public: page.is_public,
            actions: vec![Action::new(template, None, page.html(&site.templates))],
            by_hand: Vec::new(),
        },
    };
    work.file(&site.pages, |source| Ok(entries::template(source, page)))?;
    work.file(&site.routes, |source| {
        match routes::is_taken(source, &page.handler) {
            true => Err(PageError::Handler {
                file: source.path.clone(),
                name: page.handler.clone(),
            }),
            false => Ok(routes::add(source, &words, page)),
        }
    })?;
    if page.is_public {
        work.file(&site.clerk, |source| Ok(entries::public(source, page)))?;
    }
    if let Some(tests) = site.tests.filter(|tests| folder.join(tests).is_file()) {
        work.file(&tests, |source| Ok(entries::test(source, page)))?;
    }
    work.planned.actions.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(work.planned)
}

/// No route answers at the page's path.
fn must_be_free(folder: &Path, page: &Page) -> Result<(), Error> {
    let reading = reader::routes(&Files::default(), folder, None)?;
    let takes = |path: &str| {
        let fixed = path
            .find(['{', '<', '*', ':'])
            .and_then(|at| path.get(..at));
        match fixed {
            None => path.trim_end_matches('/') == page.path,
            // What takes everything is there for what nobody else takes.
            Some("/" | "") => false,
            Some(fixed) => page.path.starts_with(fixed),
        }
    };
    let taken = reading.routes.iter().find(|route| takes(&route.path));
    match taken {
        None => Ok(()),
        Some(route) => Err(PageError::Path {
            path: page.path.clone(),
            by: format!("{} answers", route.path),
            place: format!("{}:{}", route.place.file, route.place.line),
        }
        .into()),
    }
}

struct Work<'a> {
    folder: &'a Path,
    planned: Planned,
}

impl Work<'_> {
    fn file(
        &mut self,
        path: &str,
        change: impl FnOnce(&Source) -> Result<Step, PageError>,
    ) -> Result<(), Error> {
        let raw = match text::read(self.folder, path)? {
            Some(Text::Lines { raw, .. }) => raw,
            _ => String::new(),
        };
        let read = Source::read(path, raw).filter(|source| !source.text.is_empty());
        let is_there = read.is_some();
        let source = read.unwrap_or_else(|| Source::empty(path));
        match change(&source)? {
            Step::Left(mut by_hand) if !is_there => {
                "it is not there, or does not parse".clone_into(&mut by_hand.why);
                self.planned.by_hand.push(by_hand);
            }
            Step::Patched(patches) if patches.is_empty() => {}
            Step::Patched(patches) => {
                let after = source.patched(patches);
                let action = Action::new(path, Some(source.text), after);
                self.planned.actions.push(action);
            }
            Step::Left(by_hand) => self.planned.by_hand.push(by_hand),
        }
        Ok(())
    }
}
