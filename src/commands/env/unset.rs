//! `clerk-rs env unset`: takes a variable out of the files that set it.

use super::arguments::{SetError, UnsetArguments};
use super::change::{UNSET, Work};
use super::writer::Writer;
use crate::commands::{Context, local};
use crate::error::Error;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::output::Report;
use crate::project::change::{Change, Edits};
use crate::project::variables::{Place, Variables};

/// Takes it out.
pub fn run(args: &UnsetArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    args.place.check()?;
    if let Some((name, _)) = args.name.split_once('=') {
        return Err(SetError::WithValue(visible(name).into_owned()).into());
    }
    let folder = local::project(context.env)?;
    let writer = Writer::enter(&folder, args.place.dry_run)?;
    writer.must_be_whole()?;
    let process = |name: &str| context.env.var_or_empty(name);
    let variables = Variables::read(&folder, process)?;
    let (mut files, mut is_in_process) = (Vec::new(), false);
    for found in variables.all(&args.name) {
        match found.place {
            Place::Process => is_in_process = true,
            Place::File { name, .. } => files.push(name),
        }
    }
    files.dedup();
    if let Some(file) = &args.place.file {
        files = vec![file.clone()];
    }
    let change = |file: &String| Change {
        file: file.clone(),
        name: args.name.clone(),
        value: None,
    };
    let changes: Vec<_> = files.iter().map(change).collect();
    let edits = Edits::plan(&folder, &changes, &process)?;
    let name = visible(&args.name);
    let changed: Vec<_> = edits
        .files()
        .iter()
        .map(|edit| edit.file.as_str())
        .collect();
    let title = match (changed.is_empty(), &args.place.file) {
        (false, _) => format!("Took {name} out of {}", changed.join(" and ")),
        (true, Some(file)) => format!("{name} is not set in {file}"),
        (true, None) => format!("{name} is not set in a file"),
    };
    let detail = "the environment sets it, and that stays";
    let left = Finding::new(Id::StillSet, Verdict::Warn, args.name.as_str(), detail);
    let left = left.help(format!("`unset {name}` in the shell"));
    let work = Work {
        schema: UNSET,
        variables: &variables,
        edits,
        hides: false,
        ignore: None,
        findings: is_in_process.then_some(left).into_iter().collect(),
        title,
        next: "",
        claim_url: None,
    };
    Ok(Box::new(work.finish(writer)?))
}
