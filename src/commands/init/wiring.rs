//! `clerk-rs init` in a Cargo project: look -> plan -> show -> ask -> write -> report.

use std::path::{Path, PathBuf};

use super::InitError;
use super::arguments::{Arguments, UnfitError};
use super::undone::Undone;
use super::wired_report::Wired;
use super::{keys, questions};
use crate::ask::{Ask, Question};
use crate::commands::{Context, keyless, permission};
use crate::error::{Error, Explain as _};
use crate::fold::WIDTH;
use crate::output::{Report, Talk, Verbosity, fold};
use crate::project::file::FileError;
use crate::project::folder;
use crate::project::session;
use crate::run::Stops;
use crate::scaffold::catalog::Catalog;
use crate::scaffold::dependency::{Dependency, Source};
use crate::scaffold::{Choices, CoreSource, Framework, Keys, PackageName, Template};
use crate::source::SourceError;
use crate::wire::apply::{self, Step, Way};
use crate::wire::check::Cargo;
use crate::wire::obstacle::PlanError;
use crate::wire::plan::{Survey, Wish};
use crate::wire::project::{self, Asked, Refusal, Remark, Standing};
use crate::wire::{tree, undo, variables};

/// Whoever only wanted to read a stranger's project has not run anything of it yet.
const CHECKED: &str = "yes also runs `cargo check`, and with it the project's build scripts and macros; --no-check does not";
const WHICH: Question = Question {
    words: "Which one?",
    what: "which one is meant",
    flag: "--package, --bin or --framework",
};

/// A run in one project.
struct Run<'a> {
    args: &'a Arguments,
    context: &'a Context<'a>,
    ask: Ask,
    talk: Talk,
    stops: Stops,
    cwd: &'a Path,
}

/// Wires the project, or takes it back.
pub fn run(
    args: Arguments,
    folder: &Path,
    cwd: &Path,
    context: &Context<'_>,
) -> Result<Box<dyn Report>, Error> {
    let run = Run {
        ask: Ask::new(context.env, args.yes, context.globals.json),
        talk: context.globals.output().talk(context.env),
        stops: Stops::listen()?,
        args: &args,
        context,
        cwd,
    };
    if args.existing.undo {
        args.must_fit_wiring()?;
        return run.undo(&run.wired(folder)?);
    }
    let found = run.look(folder);
    // A project that cannot be wired at all is told so, whatever the options say.
    if found.is_ok() {
        args.must_fit_wiring()?;
    }
    let package = found.as_ref().map_or(folder, |found| &found.folder);
    let found = match run.go_on(package)? {
        true => run.look(folder),
        false => found,
    };
    run.wire(found?)
}

impl Run<'_> {
    /// What stands there. Where there are several and nobody said which, a terminal is asked.
    fn look(&self, folder: &Path) -> Result<Standing, Error> {
        let given = &self.args.existing;
        let (mut package, mut program) = (given.package.clone(), given.bin.clone());
        let mut framework = self.args.framework;
        loop {
            let refusal = match project::look(
                folder,
                &Asked {
                    package: package.as_deref(),
                    program: program.as_deref(),
                    framework,
                },
            ) {
                Ok(standing) => return Ok(standing),
                Err(refusal) if !matches!(self.ask, Ask::Terminal(_)) => return Err(refusal.into()),
                Err(refusal) => refusal,
            };
            let one = |names: &[String]| {
                let index = self.ask.one(WHICH, names)?;
                Ok::<_, Error>(names.get(index).cloned())
            };
            match &refusal {
                Refusal::SeveralPackages(names) => package = one(names)?,
                Refusal::Source(SourceError::SeveralPrograms(names)) => program = one(names)?,
                Refusal::SeveralFrameworks(all) => {
                    let names: Vec<_> = all.iter().map(|one| one.name().to_owned()).collect();
                    framework = one(&names)?.and_then(|name| Framework::named(&name));
                }
                _ => return Err(refusal.into()),
            }
        }
    }

    /// The folder of the package that is to be taken back.
    fn wired(&self, folder: &Path) -> Result<PathBuf, Error> {
        let mut package = self.args.existing.package.clone();
        loop {
            match project::wired(folder, package.as_deref(), &undo::is_there) {
                Err(Refusal::SeveralPackages(names)) if matches!(self.ask, Ask::Terminal(_)) => {
                    package = names.get(self.ask.one(WHICH, &names)?).cloned();
                }
                found => return Ok(found?),
            }
        }
    }

    fn undo(&self, folder: &Path) -> Result<Box<dyn Report>, Error> {
        if self.args.dry_run {
            session::must_be_whole(folder)?;
            let back = apply::foresee(folder, &project::root(folder))?;
            return Ok(Box::new(Undone::new(folder, &back, true)));
        }
        // What a killed run left is not foreseen, and is put right in any case.
        if let Ok(back) = apply::foresee(folder, &project::root(folder))
            && !self.is_to_go(&Undone::new(folder, &back, true))?
        {
            return Ok(Box::new(Undone::refused(folder)));
        }
        let back = self.within(folder, apply::undo)?;
        Ok(Box::new(Undone::new(folder, &back, false)))
    }

    /// Shows what would be taken back, and asks. Without a terminal `--undo` itself is the word for it.
    fn is_to_go(&self, foreseen: &Undone) -> Result<bool, Error> {
        if !matches!(self.ask, Ask::Terminal(_)) {
            return Ok(true);
        }
        self.talk
            .line(foreseen.text(Verbosity::Normal, WIDTH).trim_end());
        Ok(permission::to_take_back(&self.ask)?)
    }

    /// Finishes what a killed run left. True if there was something.
    fn go_on(&self, folder: &Path) -> Result<bool, Error> {
        if self.args.dry_run {
            session::must_be_whole(folder)?;
            return Ok(false);
        }
        self.within(folder, apply::go_on)
    }

    fn wire(&self, standing: Standing) -> Result<Box<dyn Report>, Error> {
        let args = self.args;
        let catalog = Catalog::load().map_err(InitError::from)?;
        let process = |name: &str| self.context.env.var_or_empty(name);
        let (template, module) = questions::kind(args, &standing, &self.ask)?;
        let survey = Survey::of(standing)?;
        let public = questions::open_paths(args, &survey, template, &self.ask)?;
        let without_gate = self.without_gate(&survey)?;
        let mut choices = self.choices(&survey.standing, template, &process)?;
        let plan = |survey: &Survey, choices: &Choices| {
            let wish = Wish {
                choices,
                module: &module,
                public: &public,
                without_gate,
            };
            let mut planned = survey.plan(&catalog, &wish, &process)?;
            let changes = apply::changes(&planned.actions);
            let notes = apply::look(&survey.standing.folder, &changes)?;
            planned.remarks.extend(notes.iter().map(Remark::from));
            Ok::<_, Error>(planned)
        };
        let mut planned = plan(&survey, &choices)?;
        let standing = &survey.standing;
        let tree = match args.existing.allow_dirty || !planned.has_changes() {
            true => Ok(()),
            false => tree::must_be_clean(
                &survey.git.seen_from(&standing.workspace),
                &survey.git,
                &standing.folder,
                &apply::changes(&planned.actions),
            ),
        };
        if let Err(error) = &tree
            && args.dry_run
        {
            let remark = Remark::new(
                "tree",
                format!("It would be refused: {}", error.with_reason()),
            );
            planned.remarks.push(remark);
        }
        let mut report = Wired::new(standing, &choices, &module, &planned, args.dry_run);
        if args.dry_run || !planned.has_changes() {
            return Ok(Box::new(report));
        }
        tree?;
        if !self.is_wanted(&report)? {
            report.was_refused();
            return Ok(Box::new(report));
        }
        // Only now, so that no application is made for a project that is given up.
        if matches!(choices.keys, Keys::Keyless { .. }) {
            choices.keys = keys::application(self.context)?;
            planned = plan(&survey, &choices)?;
            report = Wired::new(standing, &choices, &module, &planned, false);
        }
        let changes = apply::changes(&planned.actions);
        let confirm = || {
            let later = plan(&survey.again()?, &choices)?;
            let changed = planned.changed_since(&later);
            changed.map_or(Ok(()), |file| {
                Err(FileError::Changed(file.to_owned()).into())
            })
        };
        let notes = self.within(&standing.folder, |way| {
            apply::apply(&changes, &confirm, way)
        })?;
        report.was_written(!args.existing.no_check, &notes);
        Ok(Box::new(report))
    }

    /// Gives the work its surroundings.
    fn within<T>(
        &self,
        folder: &Path,
        work: impl FnOnce(&Way<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let stop = || self.stops.came();
        let cargo = Cargo {
            program: self.context.env.var_os("CARGO").unwrap_or("cargo".into()),
            folder: folder.to_owned(),
            package: folder::name(folder),
            offline: self.context.globals.offline,
            stop: &stop,
        };
        let tell = |step| {
            self.talk.remark(match step {
                Step::CheckBefore => "  cargo check, before anything is written",
                Step::CheckAfter => "  cargo check, of what was written",
            });
        };
        work(&Way {
            folder,
            workspace: &project::root(folder),
            cargo: (!self.args.existing.no_check).then_some(&cargo),
            stop: &stop,
            tell: &tell,
        })
    }

    /// The source of the core: the one of before, or the other package's in a workspace, which can have but one.
    fn core(&self, standing: &Standing) -> Result<CoreSource, Error> {
        let there = Dependency::of(&standing.manifest).filter(|_| standing.is_wired);
        let there = there.map(|there| match there.source {
            copy if copy.is_copy() => CoreSource::Copy,
            Source::Path(path) => CoreSource::Path(path),
            // The line stays as it is, so which commit or version it names does not matter here.
            Source::Git(_) | Source::Version(_) => CoreSource::Version(String::new()),
        });
        if let Some(CoreSource::Path(path)) = &there
            && !standing.folder.join(path).join("Cargo.toml").is_file()
        {
            return Err(PlanError::NoCore(path.clone()).into());
        }
        let elsewhere = || standing.core_elsewhere.clone().map(CoreSource::Path);
        Ok(match (self.args.core.as_deref(), there) {
            (Some(given), _) => CoreSource::parse(given, self.cwd, &standing.folder)?,
            (None, Some(there)) => there,
            (None, None) => elsewhere().unwrap_or_default(),
        })
    }

    /// The routes that are to have no gate: those of before, if the project is wired.
    fn without_gate<'s>(&'s self, survey: &'s Survey) -> Result<&'s [String], UnfitError> {
        let (given, known) = (&self.args.existing.without_gate, survey.without_gate());
        match survey.standing.is_wired {
            false => Ok(given),
            true if given.iter().all(|path| known.contains(path)) => Ok(known),
            true => Err(UnfitError::WithoutGate),
        }
    }

    fn choices(
        &self,
        standing: &Standing,
        template: Template,
        process: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Choices, Error> {
        Ok(Choices {
            name: PackageName::of_project(&standing.package),
            framework: standing.framework,
            template,
            keys: self.keys(standing, template, process)?,
            core: self.core(standing)?,
            extras: Vec::new(),
        })
    }

    fn keys(
        &self,
        standing: &Standing,
        template: Template,
        process: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Keys, Error> {
        if variables::has_keys(&standing.folder, process)? {
            return match questions::is_asked(self.args) {
                true => Ok(Keys::Environment),
                false => Err(UnfitError::Keys.into()),
            };
        }
        match questions::given_keys(self.args, template, &self.ask, self.context)? {
            Some(keys) => Ok(keys),
            None => {
                keyless::must_be_first(&standing.folder)?;
                Ok(keys::keyless(self.context, true)?.0)
            }
        }
    }

    /// Shows the plan and asks.
    fn is_wanted(&self, report: &Wired) -> Result<bool, Error> {
        if matches!(self.ask, Ask::Terminal(_)) {
            let columns = self.talk.columns().unwrap_or(WIDTH);
            self.talk.line(report.summary(columns).trim_end());
            if !self.args.existing.no_check {
                let mut text = "\n  ".to_owned();
                fold(&mut text, CHECKED, 2, 2, columns);
                self.talk.line(&text);
            }
        }
        let show = || self.talk.line(&report.diff());
        Ok(permission::to_write_or_see(&self.ask, show)?)
    }
}
