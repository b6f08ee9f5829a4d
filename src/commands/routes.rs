//! `clerk-rs routes`: every route of a project, and what protects it.

use std::fmt::Write as _;

use clap::{ArgMatches, Args};
use serde::Serialize;
use serde_json::Value;

use super::{Context, Entry, local, parsed};
use crate::error::{Error, Exit};
use crate::escape::visible;
use crate::output::findings::folded;
use crate::output::{BOLD, DIM, GREEN, RED, Report, Verbosity, YELLOW, columns, to_data};
use crate::source::{self, Files, Protection, Route, Unread};

/// The command's place in the tree.
pub const ENTRY: Entry = Entry {
    name: "routes",
    about: "List the project's routes, and what protects each",
    augment: Arguments::augment_args,
    schema: "clerk-rs.routes/1",
    subcommands: &[],
    run,
};

/// A longer path, rule or handler does not widen its column; it pushes its own line only.
const LONGEST: usize = 36;

/// For whoever reads of a gate here for the first time.
const GATE: &str = "The gate is the part of clerk-auth that sees each request before the app does. Where none stands, strangers reach the handler.";

#[derive(Args, Debug)]
#[command(after_help = "\
The gate is the part of clerk-auth that sees each request before the app does. This reads the source from the program's \
main on, and runs nothing of it. What stands in a macro or is computed is listed as \
not read. docs/routes.md says what is read of each framework.

Exit codes: 0 no route was found without a gate, but those that `without-gate` in Cargo.toml names, 1 one was: strangers \
reach it whatever the lists of public paths say, 3 no routes were found.")]
struct Arguments {
    /// List only what strangers reach, and what could not be read
    #[arg(long)]
    unprotected: bool,

    /// The program to read, in a package of several
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
}

#[derive(Serialize)]
struct Listed {
    ok: bool,
    /// The file that the program begins in.
    root: String,
    routes: Vec<Route>,
    unread: Vec<Unread>,
    #[serde(skip)]
    found: usize,
}

fn run(matches: ArgMatches, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let args: Arguments = parsed(matches)?;
    let folder = local::project(context.env)?;
    local::say_older_core(context, &folder);
    let reading = source::routes(&Files::default(), &folder, args.bin.as_deref())?;
    let mut routes = reading.routes;
    let (ok, found) = (!routes.iter().any(Route::lacks_gate), routes.len());
    if args.unprotected {
        routes.retain(|route| route.protection.lets_strangers_in());
    }
    Ok(Box::new(Listed {
        ok: ok && found > 0,
        root: reading.root,
        routes,
        unread: reading.unread,
        found,
    }))
}

fn is_open(route: &Route) -> bool {
    route.protection == Protection::WithoutGate
}

impl Report for Listed {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn exit(&self) -> Exit {
        match (self.ok, self.found) {
            (true, _) => Exit::Yes,
            (false, 0) => Exit::Failed,
            (false, _) => Exit::No,
        }
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        let mut text = String::new();
        if verbosity > Verbosity::Quiet {
            let summary = folded(&self.summary(), 2, width);
            let _ = writeln!(text, "  {BOLD}{summary}{BOLD:#}");
            if !self.routes.is_empty() || !self.unread.is_empty() {
                text.push('\n');
            }
        }
        let rows: Vec<_> = self.routes.iter().map(Row::of).collect();
        let widths = [0, 1, 2, 3].map(|at| {
            let cells = rows.iter().map(|row| columns(&row.cells[at]));
            cells.filter(|length| *length <= LONGEST).max().unwrap_or(0)
        });
        for row in &rows {
            row.write(&mut text, widths, width);
        }
        if !self.unread.is_empty() {
            let gap = if rows.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}  {YELLOW}Not read{YELLOW:#}");
        }
        for unread in &self.unread {
            let place = format!("{}:{}", visible(&unread.place.file), unread.place.line);
            let column = 4 + columns(&place) + 3;
            let _ = writeln!(
                text,
                "    {place}   {}",
                folded(&visible(&unread.why), column, width)
            );
        }
        if verbosity > Verbosity::Quiet && self.routes.iter().any(is_open) {
            let _ = writeln!(text, "\n  {}", folded(GATE, 2, width));
        }
        text
    }
}

impl Listed {
    /// `12 routes: 3 public, 8 signed in, 1 without a gate`
    fn summary(&self) -> String {
        if self.found == 0 {
            return format!("No routes were found from {} on", visible(&self.root));
        }
        let counted = Protection::ALL.iter().filter_map(|kind| {
            let same = self
                .routes
                .iter()
                .filter(|route| route.protection == *kind)
                .count();
            (same > 0).then(|| format!("{same} {}", kind.words()))
        });
        let counted = counted.collect::<Vec<_>>().join(", ");
        match self.routes.len() {
            0 if self.unread.is_empty() => "Strangers reach none of the routes".to_owned(),
            0 => "Strangers reach none of the routes that were read".to_owned(),
            1 => format!("1 route: {counted}"),
            many => format!("{many} routes: {counted}"),
        }
    }
}

/// A route as it is shown: method, path, protection, handler, place.
struct Row<'a> {
    cells: [String; 5],
    route: &'a Route,
}

impl<'a> Row<'a> {
    fn of(route: &'a Route) -> Self {
        let protection = match &route.rule {
            Some(rule) if route.protection == Protection::Guarded => rule.clone(),
            Some(rule) if route.protection == Protection::Machines => format!("machines: {rule}"),
            _ => route.protection.words().to_owned(),
        };
        let place = format!("{}:{}", route.place.file, route.place.line);
        let method = route.method.as_deref().unwrap_or("any");
        let cells = [method, &route.path, &protection, &route.handler, &place];
        Self {
            cells: cells.map(|cell| visible(cell).into_owned()),
            route,
        }
    }

    fn write(&self, text: &mut String, widths: [usize; 4], screen: usize) {
        let style = match self.route.protection {
            Protection::WithoutGate if self.route.lacks_gate() => RED,
            Protection::NotRead => YELLOW,
            Protection::SignedIn | Protection::Guarded | Protection::Machines => GREEN,
            _ => DIM,
        };
        let mut line = String::from("  ");
        for (at, cell) in self.cells.iter().enumerate() {
            match at {
                2 => {
                    let _ = write!(line, "{style}{cell}{style:#}");
                }
                4 => {
                    let _ = write!(line, "{DIM}{cell}{DIM:#}");
                }
                _ => line.push_str(cell),
            }
            if let Some(width) = widths.get(at) {
                let gap = width.saturating_sub(columns(cell)) + 3;
                line.extend(std::iter::repeat_n(' ', gap));
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
        let column = 2 + widths[0] + 3;
        for remark in &self.route.remarks {
            let remark = folded(&visible(&remark.to_string()), column, screen);
            let _ = writeln!(text, "{:column$}{DIM}{remark}{DIM:#}", "");
        }
    }
}
