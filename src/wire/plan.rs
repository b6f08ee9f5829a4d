//! The plan: every file with its text before and after, and every route with what it will be. Nothing is touched.

use clerk_auth::routes::RouteMatcher;

use super::action::{Action, Kind};
use super::code::{self, Code, Edit};
use super::migrate::{self, Migration};
use super::obstacle::PlanError;
pub use super::planned::{Plan, Planned};
use super::project::{Remark, Standing};
use super::{ignore, intact, manifest, module_name, variables};
use crate::error::Error;
use crate::project::dotenv::Dotenv;
use crate::project::file::FileError;
use crate::project::git::Git;
use crate::project::manifest::Made;
use crate::scaffold::catalog::Catalog;
use crate::scaffold::choices::word;
use crate::scaffold::dependency::Dependency;
use crate::scaffold::plan::File;
use crate::scaffold::stamp::STAMP;
use crate::scaffold::wired::{self, Module, Wired};
use crate::scaffold::{CORE, Choices, Template, is_core};
use crate::source::{Files, Reading, Route, Sources, with_deep_stack};
use crate::update::text::{self, Text};

const MANIFEST: &str = "Cargo.toml";
const EXAMPLE: &str = ".env.example";
const VARIABLES: &str = ".env";

/// The user's decisions.
pub struct Wish<'a> {
    pub choices: &'a Choices,
    pub module: &'a str,
    pub public: &'a [String],
    /// Routes of another server that stay without a gate.
    pub without_gate: &'a [String],
}

/// A project with its source read.
pub struct Survey {
    pub standing: Standing,
    pub git: Git,
    sources: Sources,
    reading: Reading,
}

impl Survey {
    /// Reads the source of the program.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn of(standing: Standing) -> Result<Self, Error> {
        let program = Some(standing.program.as_str());
        let sources = Sources::default();
        let reading = sources.routes(&Files::default(), &standing.folder, program)?;
        Ok(Self {
            git: Git::find(&standing.folder),
            standing,
            sources,
            reading,
        })
    }

    /// The project as it is now: somebody may have worked on it since.
    ///
    /// # Errors
    /// Its manifest is another one, or the source cannot be read.
    pub fn again(&self) -> Result<Self, Error> {
        let (standing, sources) = (self.standing.clone(), self.sources.clone());
        if self.read(MANIFEST)?.as_ref() != Some(&standing.manifest) {
            return Err(FileError::Changed(MANIFEST.to_owned()).into());
        }
        let program = Some(standing.program.as_str());
        let reading = sources.routes(&Files::default(), &standing.folder, program)?;
        Ok(Self {
            git: self.git.clone(),
            standing,
            sources,
            reading,
        })
    }

    /// The routes as they are.
    pub fn routes(&self) -> &[Route] {
        &self.reading.routes
    }

    /// The patterns that its gate leaves open, if it has one that can be read.
    pub fn open(&self) -> Option<&[String]> {
        self.reading.public.as_deref()
    }

    /// The routes that are without a gate on purpose, as its manifest says.
    pub fn without_gate(&self) -> &[String] {
        let made = self.standing.made.as_ref();
        made.map_or(&[], |made| &made.without_gate)
    }

    /// Plans it.
    ///
    /// # Errors
    /// Why it cannot be done, with what to do.
    pub fn plan(
        &self,
        catalog: &Catalog,
        wish: &Wish<'_>,
        process: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Plan, Error> {
        let choices = wish.choices;
        module_name::must_fit(wish.module, &self.standing)?;
        for pattern in wish.public {
            RouteMatcher::new(&[pattern]).map_err(|error| PlanError::Public {
                pattern: pattern.clone(),
                why: error.to_string(),
            })?;
        }
        if !self.standing.is_wired {
            self.must_be_free(choices.template)?;
        }
        let code = self.code(wish);
        self.must_be_read(&code)?;
        let made = wired::module(
            catalog,
            choices,
            &Wired {
                folder: code.module_folder.clone(),
                module: wish.module.to_owned(),
                framework_crate: self.standing.framework_crate.clone(),
                crypto: self.standing.crypto.to_owned(),
                edition: self.standing.edition.clone(),
                without_idna_adapter: self.standing.has_later_idna,
                public: wish.public.to_vec(),
            },
        )?;
        let mut plan = Plan {
            by_hand: code.by_hand.clone(),
            public: wish.public.to_vec(),
            without_gate: wish.without_gate.to_vec(),
            remarks: self.remarks()?,
            migration: self.migration(),
            ..Plan::default()
        };
        plan.remarks.extend(code.of_several());
        plan.actions
            .extend(ignore::of(&self.standing.folder, &self.git)?);
        self.created(&made, &mut plan)?;
        plan.actions.push(self.manifest(catalog, wish, &made)?);
        self.variables(&made, process, &mut plan)?;
        let edits = code.edits.into_iter();
        let edits = edits.map(|edit| Action::new(edit.path, Some(edit.before), edit.after));
        plan.actions.extend(edits);
        self.read_again(&mut plan)?;
        Ok(plan)
    }

    fn remarks(&self) -> Result<Vec<Remark>, Error> {
        let mut remarks = self.standing.remarks.clone();
        if self.standing.is_wired {
            remarks.extend(intact::said(&self.standing.folder)?);
        }
        Ok(remarks)
    }

    fn migration(&self) -> Option<Migration> {
        let name = self.standing.community_crate.as_deref()?;
        // Source may be nested more deeply than a usual stack.
        with_deep_stack(|| migrate::plan(&self.standing, name))
    }

    fn code(&self, wish: &Wish<'_>) -> Code {
        let wanted = code::Wanted {
            module: wish.module.to_owned(),
            framework: word(wish.choices.framework),
            framework_crate: self.standing.framework_crate.clone(),
            has_pages: wish.choices.template == Template::Web,
            without_gate: wish.without_gate.to_vec(),
        };
        code::edits(&self.reading, &wanted)
    }

    /// What was not read is empty for all that `code` knows, and must not be written as if it were.
    fn must_be_read(&self, code: &Code) -> Result<(), PlanError> {
        let lost = |edit: &Edit| {
            let mut unread = self.reading.unread.iter();
            let unread = unread.find(|unread| *unread.place.file == *edit.path);
            unread.filter(|_| edit.before.is_empty())
        };
        match code.edits.iter().find_map(lost) {
            None => Ok(()),
            Some(unread) => Err(PlanError::Source {
                file: unread.place.file.to_string(),
                line: unread.place.line,
                why: unread.why.clone(),
            }),
        }
    }

    /// No route of the app stands where the pages would.
    fn must_be_free(&self, template: Template) -> Result<(), PlanError> {
        let taken = |path: &str| {
            wired::paths(template).iter().any(|pattern| {
                let base = pattern.trim_end_matches("/:path*");
                let rest = path.strip_prefix(base);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let routes = self.reading.routes.iter();
        let routes = routes.filter(|route| taken(&route.path));
        let found: Vec<_> = routes
            .map(|route| format!("{} ({}:{})", route.path, route.place.file, route.place.line))
            .collect();
        match found.is_empty() {
            true => Ok(()),
            false => Err(PlanError::Paths(found)),
        }
    }

    /// The files that are ours alone: the module, the core, what explains the variables. In a wired project one that is
    /// there is its owner's.
    fn created(&self, made: &Module, plan: &mut Plan) -> Result<(), Error> {
        let standing = &self.standing;
        let has_other_core = standing.is_wired && self.has_other_core(made)?;
        for file in &made.files {
            let path = file.path.as_str();
            if matches!(path, VARIABLES | ".gitignore") || (has_other_core && is_core(path)) {
                continue;
            }
            let text = text_of(file)?;
            let before = self.read(path)?;
            let action = match before {
                Some(before) if before == text => Action::new(path, Some(before), text),
                // Its owner may have edited it since. `.env.example` may be their own from the beginning.
                Some(before) if standing.is_wired || path == EXAMPLE => {
                    Action::new(path, Some(before.clone()), before)
                }
                Some(_) => return Err(PlanError::Taken(path.to_owned()).into()),
                None => Action::new(path, None, text),
            };
            plan.actions.push(Action {
                is_private: file.is_private(),
                ..action
            });
        }
        Ok(())
    }

    /// A core of another version, or with other features, is the business of `update`.
    fn has_other_core(&self, made: &Module) -> Result<bool, Error> {
        let path = format!("{CORE}/{STAMP}");
        let own = made.files.iter().find(|file| file.path == path);
        let there = self.read(&path)?;
        Ok(own
            .zip(there)
            .is_some_and(|(own, there)| own.bytes != there.as_bytes()))
    }

    fn manifest(&self, catalog: &Catalog, wish: &Wish<'_>, made: &Module) -> Result<Action, Error> {
        let (standing, choices) = (&self.standing, wish.choices);
        let before = standing.manifest.clone();
        if standing.is_wired && Dependency::of(&before).is_some() {
            return Ok(Action::new(MANIFEST, Some(before.clone()), before));
        }
        let features: Vec<_> = made.features.iter().map(String::as_str).collect();
        let after = manifest::with(
            &before,
            &manifest::Wanted {
                core: &choices.core,
                features: &features,
                made: &Made {
                    version: catalog.stock.tool_version.clone(),
                    framework: word(choices.framework),
                    template: word(choices.template),
                    extras: Vec::new(),
                    core: catalog.stock.core_version.clone(),
                    core_mode: choices.core.mode().to_owned(),
                    wired: true,
                    module: Some(wish.module.to_owned()).filter(|name| name != "clerk"),
                    without_gate: wish.without_gate.to_vec(),
                    meant: Vec::new(),
                },
            },
        )?;
        Ok(Action::new(MANIFEST, Some(before), after))
    }

    fn variables(
        &self,
        made: &Module,
        process: &dyn Fn(&str) -> Option<String>,
        plan: &mut Plan,
    ) -> Result<(), Error> {
        let own = made.files.iter().find(|file| file.path == VARIABLES);
        let Some(own) = own.map(text_of).transpose()? else {
            return Ok(());
        };
        let entries = Dotenv::parse(own.clone(), &|_| None);
        let wanted = entries.entries().iter();
        let wanted: Vec<_> = wanted
            .map(|entry| (entry.name.as_str(), entry.value.as_str()))
            .collect();
        let mut planned = variables::of(&self.standing.folder, &self.git, process, &wanted)?;
        for action in &mut planned.actions {
            // Nobody has written a word of it yet, so it gets ours as well.
            if action.is_private && action.kind == Kind::Create {
                action.after.clone_from(&own);
            }
        }
        plan.remarks.extend(planned.remarks);
        plan.actions.extend(planned.actions);
        Ok(())
    }

    /// Reads the planned texts as `routes` will read them once they stand.
    fn read_again(&self, plan: &mut Plan) -> Result<(), Error> {
        let standing = &self.standing;
        let texts = plan.actions.iter();
        let texts = texts.map(|action| (action.path.as_str(), action.after.clone()));
        let files = Files::over(&standing.folder, texts);
        let program = Some(standing.program.as_str());
        let after = self.sources.routes(&files, &standing.folder, program)?;
        // Not by handler: a closure is named by its line, and the lines move.
        let is_same =
            |old: &&Route, new: &Route| (&old.path, &old.method) == (&new.path, &new.method);
        let was_open = |route: &Route| {
            let mut same = self.reading.routes.iter().filter(|old| is_same(old, route));
            same.any(|old| old.protection.lets_strangers_in())
        };
        let routes = after.routes.into_iter();
        let community = plan.migration.as_ref();
        plan.routes = routes
            .map(|route| Planned {
                was_open: was_open(&route)
                    && community.is_none_or(|community| community.was_open(&route.path)),
                route,
            })
            .collect();
        plan.unread = after.unread;
        plan.outside = after.outside;
        if !plan.by_hand.is_empty() {
            plan.forget_own_files();
        }
        if let (true, Some(public)) = (standing.is_wired, after.public) {
            plan.public = public;
        }
        plan.remarks.extend(plan.unused());
        Ok(())
    }

    /// The text of a file below the folder, with its line ends. What is no text cannot be ours.
    fn read(&self, path: &str) -> Result<Option<String>, Error> {
        match text::read(&self.standing.folder, path)? {
            None => Ok(None),
            Some(Text::Lines { raw, .. }) => Ok(Some(raw)),
            Some(Text::Opaque) => Err(PlanError::Taken(path.to_owned()).into()),
        }
    }
}

fn text_of(file: &File) -> Result<String, PlanError> {
    let text = std::str::from_utf8(&file.bytes);
    let text = text.map_err(|_| PlanError::NoText(file.path.clone()))?;
    Ok(text.to_owned())
}
