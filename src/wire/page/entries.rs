//! The lists that name a page: the templates of the program, the open paths, and what the tests open. It comes last in each, where no
//! line of an extra will meet it.

use syn::ExprArray;
use syn::spanned::Spanned as _;

use super::list::{List, call};
use super::source::Source;
use super::{Page, Step};

/// The list of templates.
pub fn template(source: &Source, page: &Page) -> Step {
    let list = source.constant("TEMPLATES");
    // Where the templates are, seen from this file.
    let known = list.and_then(|list| list.elems.first());
    let known = known.map(|first| source.get(source.at(first.span())));
    let folder = known.and_then(|known| known.split_once("include_str!(\""));
    let folder = folder.and_then(|(_, path)| path.split('"').next()?.rsplit_once('/'));
    let folder = folder.map_or("../templates", |(folder, _)| folder);
    let (name, file) = (
        format!("\"{}\"", page.template),
        format!("include_str!(\"{folder}/{}\")", page.template),
    );
    let entry = call("", &[&name, &file], 4);
    let Some(list) = list else {
        let why = "there is no list `TEMPLATES` in it";
        return Step::by_hand(source, 0, why, &[format!("{entry},")]);
    };
    Step::Patched(of(source, list).with(&entry))
}

/// The paths that everybody may open.
pub fn public(source: &Source, page: &Page) -> Step {
    let entry = format!("\"{}\"", page.path);
    match source.constant("PUBLIC_PATHS") {
        Some(list) => Step::Patched(of(source, list).with(&entry)),
        None => {
            let why = "there is no list `PUBLIC_PATHS` in it";
            Step::by_hand(source, 0, why, &[entry])
        }
    }
}

/// The pages that the tests open. Whoever has other tests needs no line.
pub fn test(source: &Source, page: &Page) -> Step {
    let Some(list) = source.constant("SHOWN") else {
        return Step::Patched(Vec::new());
    };
    let who = if page.is_public { "Stranger" } else { "Ada" };
    let (path, template) = (
        format!("\"{}\"", page.path),
        format!("\"{}\"", page.template),
    );
    let entry = call("", &[who, &path, "200", &template], 4);
    Step::Patched(of(source, list).with(&entry))
}

fn of<'a>(source: &'a Source, list: &ExprArray) -> List<'a> {
    let brackets = source.at(list.bracket_token.span.join());
    List {
        source,
        inner: brackets.start + 1..brackets.end - 1,
        items: list
            .elems
            .iter()
            .map(|element| source.at(element.span()))
            .collect(),
        is_macro: false,
    }
}
