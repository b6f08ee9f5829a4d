//! The project's own folder, served as it lies there. Not every server of files gives those whose name begins with a dot:
//! tower-http's and poem's do; Rocket's, actix-files' and salvo's do if they are told to.

use std::rc::Rc;

use super::request::Scope;
use super::request::text::{parts, root};
use crate::check::code::{Call, Chain};
use crate::check::facts::Facts;
use crate::finding::{Finding, Id, Verdict};
use crate::project::packages::{Role, role};

/// What a server of files leaves out.
enum Hidden {
    /// Nothing.
    None,
    /// All files and folders whose name begins with a dot.
    All,
    /// Such files, and not what lies in such a folder.
    Files,
}

/// Servers of folders, as `use … as …` may give them another name.
const SERVERS: [&str; 5] = [
    "ServeDir",
    "StaticFilesEndpoint",
    "Files",
    "FileServer",
    "StaticDir",
];

/// The servers that a source has by another name, and those names.
pub fn renamed(text: &str) -> Vec<(&'static str, &str)> {
    let servers = SERVERS.into_iter().chain(["ServeFile"]);
    let renamed = servers.flat_map(|server| {
        let places = text.match_indices(server);
        places.filter_map(move |(at, _)| {
            let rest = text.get(at + server.len()..)?.strip_prefix(" as ")?;
            Some((server, root(rest)))
        })
    });
    renamed.collect()
}

/// The finding about a call that makes a server of files.
pub fn of<'f>(
    (facts, shown): (&Facts<'_>, &str),
    renamed: &[(&str, &str)],
    chain: &Chain,
    call: &Call,
    scope: impl Fn(usize) -> Rc<Scope<'f>>,
) -> Option<Finding> {
    let path: Vec<_> = call.name.split("::").collect();
    let [.., server, "new" | "from"] = path.as_slice() else {
        return None;
    };
    let known = renamed.iter().find(|(_, name)| name == server);
    let server = known.map_or(*server, |(server, _)| *server);
    let arguments = parts(&call.arguments);
    if server == "ServeFile" {
        return file(arguments.first()?);
    }
    let (root, told_to) = match server {
        "ServeDir" | "StaticFilesEndpoint" => (arguments.first()?, None),
        "Files" => (arguments.get(1)?, Some("use_hidden_files")),
        "FileServer" => (arguments.first()?, Some("DotFiles")),
        "StaticDir" => (arguments.first()?, Some("include_dot_files")),
        _ => return None,
    };
    let is_named = || {
        let scope = scope(call.line);
        let values: Vec<_> = scope.values(root.trim_start_matches('&')).collect();
        let is_own = |value: &&str| is_own_folder(facts, shown, value);
        !values.is_empty() && values.iter().all(is_own)
    };
    if !is_own_folder(facts, shown, root) && !is_named() {
        return None;
    }
    let is_told = |word: &str| {
        let mut calls = chain.calls.iter();
        calls
            .any(|one| one.name == word && one.arguments != "false" || one.arguments.contains(word))
    };
    let hidden = match told_to {
        Some(word) if is_told(word) => Hidden::None,
        None => Hidden::None,
        Some("include_dot_files") => Hidden::Files,
        Some(_) => Hidden::All,
    };
    let (verdict, detail) = match hidden {
        Hidden::None => (
            Verdict::No,
            "the project's own folder is served: whoever asks gets its .env".to_owned(),
        ),
        Hidden::All => (
            Verdict::Warn,
            format!(
                "the project's own folder is served: whoever asks gets its sources and what else lies there, though no .env, because {server} leaves out what begins with a dot"
            ),
        ),
        Hidden::Files => (
            Verdict::Warn,
            format!(
                "the project's own folder is served: whoever asks gets its sources and what lies in .git, though no .env, because {server} leaves out files that begin with a dot"
            ),
        ),
    };
    let finding = Finding::new(Id::FolderServed, verdict, "files", detail);
    Some(finding.help("serve a folder of its own, such as static/"))
}

/// A file with secrets that is served by itself.
fn file(path: &str) -> Option<Finding> {
    let path = unwrapped(path).strip_prefix('"')?.strip_suffix('"')?;
    let name = path.rsplit('/').next()?;
    let is_one = name == ".env" || name.starts_with(".env.");
    // A page about such files.
    let is_page = [".html", ".md"].iter().any(|end| name.ends_with(end));
    if !is_one || is_page || role(name) == Role::Example {
        return None;
    }
    let detail = format!("{name} is served: whoever asks gets its secrets");
    let finding = Finding::new(Id::FolderServed, Verdict::No, "files", detail);
    Some(finding.help("take it out, and make new keys if it was ever deployed"))
}

/// What a path is made of: `Path::new(".")`
fn unwrapped(path: &str) -> &str {
    let path = path.trim_start_matches('&');
    let mut makers = ["Path::new(", "PathBuf::from("].iter();
    let inner = makers.find_map(|maker| Some(path.split_once(maker)?.1));
    match inner.and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if inner.starts_with('"') && inner.matches('"').count() == 2 => inner,
        _ => path,
    }
}

/// True for what means the folder in which the app is started, its package's, or one above.
fn is_own_folder(facts: &Facts<'_>, shown: &str, root: &str) -> bool {
    let root = unwrapped(root);
    let list = root.strip_prefix("vec!").unwrap_or(root);
    if let Some(list) = list
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'))
    {
        return parts(list)
            .into_iter()
            .any(|one| is_own_folder(facts, shown, one));
    }
    let name = root.rsplit("::").next().unwrap_or_default();
    let is_constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !name.is_empty() && name.chars().all(is_constant) {
        return facts.constant_is(shown, name, is_folder);
    }
    is_folder(root)
}

fn is_folder(root: &str) -> bool {
    const PACKAGE: &str = "env!(\"CARGO_MANIFEST_DIR\")";
    let inner = |name: &str| {
        let (_, rest) = root.split_once(name)?;
        rest.strip_suffix(')')
    };
    if let Some(list) = inner("concat!(") {
        return parts(list)
            .into_iter()
            .all(|part| matches!(part, "" | PACKAGE) || is_here(part));
    }
    if let Some(text) = inner("relative!(") {
        return is_here(text);
    }
    let is_whole = !root.contains("join") && !root.contains("push") && !root.contains("format!");
    is_here(root)
        || is_whole
            && [PACKAGE, "current_dir()"]
                .iter()
                .any(|of| root.contains(of))
}

/// True for a text that names no folder: `"."`, `"./"`, `".."`, `""`.
fn is_here(text: &str) -> bool {
    let text = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    text.is_some_and(|text| text.split('/').all(|part| matches!(part, "" | "." | "..")))
}
