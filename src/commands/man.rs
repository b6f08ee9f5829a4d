//! `clerk-rs man`: the manual page, made from the command tree.

use clap::{ArgMatches, Command};
use clap_mangen::Man;
use serde::Serialize;
use serde_json::Value;

use super::{Context, Entry, tree};
use crate::error::{Error, Explain, Explanation};
use crate::output::{Report, Verbosity, to_data};

pub const ENTRY: Entry = Entry {
    name: "man",
    about: "Print the manual page",
    augment: |command: Command| {
        command.after_help("To read it: clerk-rs man > clerk-rs.1 && man -l clerk-rs.1")
    },
    schema: "clerk-rs.man/1",
    subcommands: &[],
    run,
};

#[derive(Serialize)]
struct Page {
    page: String,
}

#[derive(Debug, thiserror::Error)]
#[error("could not make the manual page")]
struct RenderError(#[from] std::io::Error);

impl Explain for RenderError {
    fn explain(&self) -> Explanation {
        Explanation::failed("man-render").because(&self.0)
    }
}

/// One page for everything: the tree's own sections, then each command's synopsis and options.
fn run(_: ArgMatches, _: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let page = render().map_err(RenderError)?;
    Ok(Box::new(Page { page }))
}

fn render() -> std::io::Result<String> {
    let mut tree = tree();
    tree.build();
    let mut page = Vec::new();
    let man = Man::new(tree.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in tree.get_subcommands() {
        let name = format!("clerk-rs {}", command.get_name());
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let about = command.get_about().map(ToString::to_string);
        page.extend_from_slice(format!("{}\n", about.unwrap_or_default()).as_bytes());
        let man = Man::new(command.clone().bin_name(name));
        let mut part = Vec::new();
        man.render_synopsis_section(&mut part)?;
        man.render_options_section(&mut part)?;
        man.render_extra_section(&mut part)?;
        // The headings of a command go down one level.
        let part = String::from_utf8_lossy(&part).replace(".SH ", ".SS ");
        page.extend_from_slice(part.as_bytes());
    }
    Man::new(tree).render_extra_section(&mut page)?;
    // clap gives the text after the help this heading.
    Ok(String::from_utf8_lossy(&page).replace(" EXTRA\n", " NOTES\n"))
}

impl Report for Page {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, _: usize) -> String {
        self.page.clone()
    }
}
