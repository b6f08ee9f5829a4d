//! The route of a page in each framework's own words, and its handler.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprMethodCall, ItemFn, Pat, Stmt};

use super::list::{List, call, indented, nested};
use super::source::Source;
use super::{Page, Step};
use crate::project::lines::{self, Patch};

/// The function that has all routes of pages.
const ROUTES: &str = "routes";

/// The words of a framework, in a source that knows its crate by a name.
#[derive(Clone, Debug)]
pub struct Words {
    framework: Framework,
    krate: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Framework {
    ActixWeb,
    Axum,
    Poem,
    Rocket,
    Salvo,
}

impl Words {
    /// Those of a framework; `None` if its pages are made in another way.
    pub fn of(framework: &str, krate: String) -> Option<Self> {
        let framework = match framework {
            "actix-web" => Framework::ActixWeb,
            "axum" => Framework::Axum,
            "poem" => Framework::Poem,
            "rocket" => Framework::Rocket,
            "salvo" => Framework::Salvo,
            _ => return None,
        };
        Some(Self { framework, krate })
    }

    /// Something of the framework's crate.
    fn own(&self, source: &Source, path: &str) -> String {
        source.named(&format!("{}::{path}", self.krate))
    }

    /// What the list of routes gets: a link of its chain, or a name.
    fn route(&self, source: &Source, page: &Page) -> String {
        let (name, path) = (&page.handler, format!("\"{}\"", page.path));
        match self.framework {
            Framework::ActixWeb => {
                let web = self.own(source, "web");
                nested(".service", &format!("{web}::resource({path})"), name)
            }
            Framework::Axum => {
                let get = self.own(source, "routing::get");
                call(".route", &[&path, &format!("{get}({name})")], 8)
            }
            Framework::Poem => {
                let get = self.own(source, "get");
                call(".at", &[&path, &format!("{get}({name})")], 8)
            }
            Framework::Rocket => name.clone(),
            Framework::Salvo => {
                let router = self.own(source, "Router");
                let path = page.path.trim_start_matches('/');
                nested(".push", &format!("{router}::with_path(\"{path}\")"), name)
            }
        }
    }

    fn handler(&self, source: &Source, page: &Page) -> String {
        let adapter = match self.framework {
            Framework::ActixWeb => "actix_web",
            Framework::Axum => "axum",
            Framework::Poem => "poem",
            Framework::Rocket => "rocket",
            Framework::Salvo => "salvo",
        };
        let (attribute, is_async) = match self.framework {
            Framework::ActixWeb | Framework::Axum => (String::new(), true),
            Framework::Poem => (format!("#[{}]\n", self.own(source, "handler")), false),
            Framework::Rocket => {
                let get = self.own(source, "get");
                (format!("#[{get}(\"{}\")]\n", page.path), false)
            }
            Framework::Salvo => (format!("#[{}]\n", self.own(source, "handler")), true),
        };
        // The macros of these two take no pattern for an argument.
        let guard = match self.framework {
            Framework::Rocket | Framework::Salvo => "_user",
            _ => "_",
        };
        let guard = match page.is_public {
            true => String::new(),
            false => format!(
                "{guard}: {}, ",
                source.named(&format!("clerk_auth::{adapter}::SignedIn"))
            ),
        };
        let (own, reply) = (
            source.named("clerk_auth::kit::Page"),
            source.named("clerk_auth::kit::Reply"),
        );
        let start = if is_async { "async fn" } else { "fn" };
        let Page {
            handler, template, ..
        } = page;
        format!(
            "{attribute}{start} {handler}({guard}page: {own}) -> {reply} {{\n    page.show(\"{template}\", ())\n}}\n"
        )
    }
}

/// The route and the handler of a page.
pub fn add(source: &Source, words: &Words, page: &Page) -> Step {
    let (route, handler) = (words.route(source, page), words.handler(source, page));
    let function = source.function(ROUTES);
    let place = function.and_then(|function| {
        let patches = put(source, words, function, &route)?;
        Some((function, patches))
    });
    let Some((function, mut patches)) = place else {
        let at = function.map_or(0, |function| source.at(function.sig.ident.span()).start);
        let why = match function {
            Some(_) => "`routes` does not end with the routes as `clerk-rs` wrote them",
            None => "there is no function `routes` in it",
        };
        let lines = route.lines().chain(handler.lines());
        let lines: Vec<_> = lines.map(str::to_owned).collect();
        return Step::by_hand(source, at, why, &lines);
    };
    let end = source.next_line(source.at(function.span()).end);
    patches.push(lines::insert(&source.text, end, &format!("\n{handler}")));
    Step::Patched(patches)
}

/// A name that `routes` or the file has already.
pub fn is_taken(source: &Source, name: &str) -> bool {
    let locals = source.function(ROUTES).into_iter().flat_map(|function| {
        function
            .block
            .stmts
            .iter()
            .filter_map(|statement| match statement {
                Stmt::Local(local) => match &local.pat {
                    Pat::Ident(pattern) => Some(pattern.ident.to_string()),
                    _ => None,
                },
                _ => None,
            })
    });
    source
        .names()
        .into_iter()
        .chain(locals)
        .any(|known| known == name)
}

fn put(source: &Source, words: &Words, function: &ItemFn, route: &str) -> Option<Vec<Patch>> {
    let last = function.block.stmts.last()?;
    if words.framework == Framework::Rocket {
        return in_macro(source, last, route);
    }
    let Stmt::Expr(expression, _) = last else {
        return None;
    };
    let (root, links) = chain(expression);
    let is_ours = match words.framework {
        // The argument of the function.
        Framework::ActixWeb | Framework::Poem => matches!(root, Expr::Path(_)),
        _ => {
            matches!(root, Expr::Call(_)) && source.get(source.at(root.span())).ends_with("::new()")
        }
    };
    if !is_ours {
        return None;
    }
    let root = source.at(root.span()).end;
    let is_route =
        |link: &&&ExprMethodCall| words.framework != Framework::Axum || link.method == "route";
    let after = links.iter().rev().find(is_route);
    let at = after.map_or(root, |link| source.at(link.span()).end);
    // Laid out as the links are.
    let margin = links
        .iter()
        .find_map(|link| source.indentation(source.at(link.dot_token.span()).start));
    let text = match margin {
        Some(margin) => {
            let block = format!("\n{}", indented(route, margin));
            block.replace('\n', lines::ending(&source.text, at))
        }
        None => route.to_owned(),
    };
    Some(vec![Patch::insert(at, text)])
}

/// The root of a chain and its calls, the first one first.
fn chain(expression: &Expr) -> (&Expr, Vec<&ExprMethodCall>) {
    let (mut root, mut links) = (expression, Vec::new());
    while let Expr::MethodCall(call) = root {
        links.push(call);
        root = &call.receiver;
    }
    links.reverse();
    (root, links)
}

/// `routes![home, user]`
fn in_macro(source: &Source, last: &Stmt, name: &str) -> Option<Vec<Patch>> {
    let called = match last {
        Stmt::Expr(Expr::Macro(called), None) => &called.mac,
        Stmt::Macro(called) if called.semi_token.is_none() => &called.mac,
        _ => return None,
    };
    if called.path.segments.last()?.ident != "routes" {
        return None;
    }
    let brackets = source.at(called.delimiter.span().join());
    let list = List {
        source,
        inner: brackets.start + 1..brackets.end - 1,
        items: items(source, called.tokens.clone()),
        is_macro: true,
    };
    Some(list.with(name))
}

/// What stands between the commas.
fn items(source: &Source, tokens: TokenStream) -> Vec<std::ops::Range<usize>> {
    let mut items = Vec::new();
    let mut open: Option<std::ops::Range<usize>> = None;
    for token in tokens {
        let at = source.at(token.span());
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ',' => items.extend(open.take()),
            _ => open = Some(open.map_or(at.start, |open| open.start)..at.end),
        }
    }
    items.extend(open);
    items
}
