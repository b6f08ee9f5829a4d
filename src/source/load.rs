//! Reads the files of a program into its tree of modules: `mod` for `mod`, without those of tests.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use syn::{Attribute, Expr, ImplItem, Item, ItemImpl, ItemMod, Meta, Type, UseTree};

use super::body::Body;
use super::condition::is_left_out;
use super::files::Files;
use super::folder::Folder;
use super::package::{Crate, Package};
use super::parsed::{Parsed, Syntax};
use super::place::{Place, Unread};
use super::text::Text;
use super::tree::{Constant, Def, Function, Methods, Module, ModuleId, Program, words};

/// The most packages, files and bytes of one program, and the deepest modules: links and `#[path]` can make them endless.
const MOST_PACKAGES: usize = 1000;
const MOST_FILES: usize = 5000;
const MOST_BYTES: u64 = 16 << 20;
const DEEPEST: usize = 40;

/// Reads a program and what it uses of libraries beside it.
pub fn program(files: &Files, parsed: &mut Parsed, package: Package, root: &Path) -> Program {
    let mut loader = Loader {
        files,
        parsed,
        top: package.folder.clone(),
        program: Program::default(),
    };
    let mut waiting = vec![package];
    let mut known = Vec::new();
    while let Some(package) = waiting.pop() {
        let is_full = known.len() == MOST_PACKAGES || is_full(&loader.program);
        if is_full || known.contains(&package.folder) {
            continue;
        }
        known.push(package.folder.clone());
        for wanted in package.crates.values() {
            if let Crate::Beside(folder) = wanted
                && let Ok(package) = Package::read(files, folder)
            {
                waiting.push(package);
            }
        }
        let number = loader.program.packages.len();
        let library = package.library().map(|(_, path)| path.to_owned());
        let folder = package.folder.clone();
        loader.program.packages.push(package);
        if number == 0 {
            loader.load(number, root);
        }
        if let Some(library) = library {
            let krate = loader.load(number, &library);
            loader.program.libraries.insert(folder, krate);
        }
    }
    loader.program
}

struct Loader<'a> {
    files: &'a Files,
    parsed: &'a mut Parsed,
    /// The folder that names of files begin at.
    top: PathBuf,
    program: Program,
}

impl Loader<'_> {
    /// Loads a crate of a package, and answers with its number.
    fn load(&mut self, package: usize, root: &Path) -> usize {
        let krate = self.program.crates.len();
        let id = self.program.modules.len();
        self.program.crates.push((package, id));
        let folder = Folder::new(root.parent().unwrap_or(root));
        let module = Module {
            krate,
            ..Module::default()
        };
        self.file(root, module, &folder);
        krate
    }

    /// Reads a file as a module. It is there, and empty, if it cannot be read.
    fn file(&mut self, path: &Path, mut module: Module, folder: &Folder) -> ModuleId {
        let id = self.program.modules.len();
        let name = name(&self.top, path);
        let read = self.read(path, &name).or_else(|unread| {
            self.program.unread.push(unread);
            // Nothing in it will be asked for its place.
            self.parsed.parse(&name, String::new())
        });
        self.program.modules.push(Rc::default());
        if let Ok((text, file)) = read {
            module.file = self.program.texts.len();
            self.program.texts.push(text);
            self.fill(id, module, &file.items, Some(folder));
        }
        id
    }

    fn read(&mut self, path: &Path, name: &str) -> Result<Syntax, Unread> {
        let text = self.files.read(path).map_err(|error| {
            let start = Place {
                file: name.into(),
                line: 1,
                bytes: (0..0).into(),
            };
            Unread::new(&start, error.to_string())
        })?;
        self.program.bytes += text.len() as u64;
        self.parsed.parse(name, text)
    }

    /// Fills a module with its items.
    fn fill(&mut self, id: ModuleId, mut module: Module, items: &[Item], folder: Option<&Folder>) {
        for item in items {
            if is_left_out(attributes(item)) {
                continue;
            }
            match item {
                Item::Mod(item) => self.module(id, &mut module, item, folder),
                Item::Impl(item) => self.methods(id, module.file, item),
                item => define(&mut self.program, id, &mut module, item),
            }
        }
        self.program.modules[id] = Rc::new(module);
    }

    fn module(
        &mut self,
        id: ModuleId,
        above: &mut Module,
        item: &ItemMod,
        folder: Option<&Folder>,
    ) {
        let name = item.ident.to_string();
        let own = Module {
            path: [above.path.as_slice(), std::slice::from_ref(&name)].concat(),
            file: above.file,
            krate: above.krate,
            above: Some(id),
            ..Module::default()
        };
        let named = path_of(&item.attrs);
        let at = self.program.texts[above.file].place(item.ident.span());
        let unread = |why: &str| Unread::new(&at, format!("mod {name}: {why}"));
        let number = match (&item.content, folder) {
            _ if own.path.len() > DEEPEST => {
                self.program
                    .unread
                    .push(unread("modules are nested too deeply"));
                return;
            }
            (Some((_, items)), folder) => {
                let number = self.program.modules.len();
                self.program.modules.push(Rc::default());
                let below = folder.map(|folder| folder.inline(named.as_deref().unwrap_or(&name)));
                self.fill(number, own, items, below.as_ref());
                number
            }
            (None, _) if is_full(&self.program) => {
                if !std::mem::replace(&mut self.program.is_cut_off, true) {
                    let why = "there is too much source, and nothing further is read";
                    self.program.unread.push(unread(why));
                }
                return;
            }
            (None, Some(folder)) => match folder.file(self.files, &name, named.as_deref()) {
                Some((path, folder)) => self.file(&path, own, &folder),
                None => {
                    self.program.unread.push(unread("there is no such file"));
                    return;
                }
            },
            (None, None) => return,
        };
        above.defined.insert(name, Def::Module(number));
    }

    fn methods(&mut self, module: ModuleId, file: usize, item: &ItemImpl) {
        let Type::Path(of) = &*item.self_ty else {
            return;
        };
        let Some(of) = words(&of.path).pop() else {
            return;
        };
        let mut functions = HashMap::new();
        for inner in &item.items {
            let ImplItem::Fn(inner) = inner else { continue };
            if is_left_out(&inner.attrs) {
                continue;
            }
            let name = inner.sig.ident.to_string();
            let text = &self.program.texts[file];
            let place = text.place(inner.sig.ident.span());
            let function = Function {
                head: text.heads.get(place.bytes, &inner.attrs, &inner.sig),
                place,
                name: name.clone(),
                module,
                of: Some(of.clone()),
                body: Body::new(&inner.block, text),
            };
            functions.insert(name, Rc::new(function));
        }
        let from = item.trait_.as_ref().and_then(|(path, _)| words(path).pop());
        self.program.methods.push(Methods {
            of,
            from,
            functions,
        });
    }
}

fn is_full(program: &Program) -> bool {
    program.texts.len() >= MOST_FILES || program.bytes >= MOST_BYTES
}

/// Adds what an item defines. Two functions of one name stand under conditions of which only one holds.
pub fn define(program: &mut Program, id: ModuleId, module: &mut Module, item: &Item) {
    if let Item::Use(item) = item {
        return import(module, &mut Vec::new(), &item.tree);
    }
    let Some((name, def)) = defined(&program.texts[module.file], id, item) else {
        return;
    };
    match &def {
        Def::Function(function) if module.values.contains_key(&name) => {
            let why = format!("another `{name}` stands under another condition and was read");
            if !may_serve(&program.texts[module.file], function) {
                program.aside.insert(function.place.clone());
            }
            program.unread.push(Unread::new(&function.place, why));
        }
        Def::Function(_) | Def::Constant(_) => {
            module.values.insert(name, def);
        }
        _ => {
            module.defined.insert(name, def);
        }
    }
}

/// Whether a function that is not followed could have to do with routes, going by its words: `shutdown` has not.
fn may_serve(text: &Text, function: &Function) -> bool {
    const WORDS: [&str; 8] = [
        "app", "launch", "main", "mount", "rocket", "rout", "run", "serv",
    ];
    let code = function
        .body
        .read(text)
        .map(|code| text.place(code.brace_token.span.join()));
    let code = code.ok().and_then(|place| {
        let bytes = place.bytes;
        text.whole().get(bytes.start..bytes.end)
    });
    let code = code.map(|code| format!("{} {code}", function.name).to_lowercase());
    code.is_none_or(|code| WORDS.iter().any(|word| code.contains(word)))
}

fn defined(text: &Text, module: ModuleId, item: &Item) -> Option<(String, Def)> {
    Some(match item {
        Item::Fn(item) => {
            let name = item.sig.ident.to_string();
            let place = text.place(item.sig.ident.span());
            let function = Function {
                head: text.heads.get(place.bytes, &item.attrs, &item.sig),
                place,
                name: name.clone(),
                module,
                of: None,
                body: Body::new(&item.block, text),
            };
            (name, Def::Function(Rc::new(function)))
        }
        Item::Const(item) => (item.ident.to_string(), constant(module, &item.expr)),
        Item::Static(item) => (item.ident.to_string(), constant(module, &item.expr)),
        Item::Type(item) => (
            item.ident.to_string(),
            Def::Alias(Rc::new((*item.ty).clone())),
        ),
        Item::Struct(item) => type_of(&item.ident),
        Item::Enum(item) => type_of(&item.ident),
        Item::ExternCrate(item) => {
            let name = item.ident.to_string();
            let own = item
                .rename
                .as_ref()
                .map_or_else(|| name.clone(), |(_, own)| own.to_string());
            (own, Def::Import(vec![name]))
        }
        _ => return None,
    })
}

fn constant(module: ModuleId, value: &Expr) -> Def {
    let value = value.clone();
    Def::Constant(Rc::new(Constant { module, value }))
}

fn type_of(name: &syn::Ident) -> (String, Def) {
    (name.to_string(), Def::Type(name.to_string()))
}

/// `a::{b, c as d, e::*}`, leaf by leaf.
fn import(module: &mut Module, path: &mut Vec<String>, tree: &UseTree) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            import(module, path, &tree.tree);
            path.pop();
        }
        UseTree::Name(tree) => {
            let name = tree.ident.to_string();
            let (own, whole) = match (name.as_str(), path.last()) {
                ("self", Some(last)) => (last.clone(), path.clone()),
                _ => (name.clone(), [path.as_slice(), &[name]].concat()),
            };
            module.defined.entry(own).or_insert(Def::Import(whole));
        }
        UseTree::Rename(tree) => {
            let mut whole = path.clone();
            if tree.ident != "self" {
                whole.push(tree.ident.to_string());
            }
            module
                .defined
                .insert(tree.rename.to_string(), Def::Import(whole));
        }
        UseTree::Glob(_) => module.globs.push(path.clone()),
        UseTree::Group(tree) => {
            for tree in &tree.items {
                import(module, path, tree);
            }
        }
    }
}

fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A file's path below the package's folder, or the whole one.
fn name(top: &Path, path: &Path) -> String {
    let below = path.strip_prefix(top).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}
