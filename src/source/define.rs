//! The definitions of a module's items.

use std::collections::HashMap;
use std::rc::Rc;

use syn::spanned::Spanned as _;
use syn::{
    Attribute, Expr, ImplItem, Item, ItemImpl, ItemMacro, ItemTrait, TraitItem, Type, UseTree,
};

use super::body::Body;
use super::condition::{is_left_out, is_open};
use super::place::Unread;
use super::serving::{code, concerns};
use super::text::Text;
use super::tree::{Constant, Def, Function, Methods, Module, ModuleId, Program, words};

/// Adds what an item defines. Two functions of one name stand under conditions of which only one holds.
pub fn define(program: &mut Program, id: ModuleId, module: &mut Module, item: &Item) {
    match item {
        Item::Use(item) => {
            return import(module, &mut Vec::new(), &item.tree, is_open(&item.attrs));
        }
        Item::Impl(item) => return methods(program, id, module.file, item),
        Item::Trait(item) => return defaults(program, id, module.file, item),
        Item::Macro(item) => return define_macro(program, module.file, item),
        _ => {}
    }
    let text = Rc::clone(&program.texts[module.file]);
    let Some((name, def)) = defined(&text, id, item) else {
        return;
    };
    match &def {
        Def::Function(function) if module.values.contains_key(&name) => {
            another(program, &text, function);
        }
        Def::Function(_) | Def::Constant(_) => {
            let is_one_of_several = module.values.contains_key(&name)
                || (is_open(attributes(item)) && module.defined.contains_key(&name));
            let def = match is_one_of_several {
                true => Def::Several,
                false => def,
            };
            module.values.insert(name, def);
        }
        _ => module.define(name, def, is_open(attributes(item))),
    }
}

/// Says that a function has the name of one that was read.
fn another(program: &mut Program, text: &Text, function: &Function) {
    let name = &function.name;
    let why = format!("another `{name}` stands under another condition and was read");
    if !may_serve(text, function) {
        program.aside.insert(function.place.clone());
    }
    program.unread.push(Unread::new(&function.place, why));
}

/// What a macro makes of its text is not read, only whether it could serve.
fn define_macro(program: &mut Program, file: usize, item: &ItemMacro) {
    if let Some(name) = &item.ident {
        if concerns(&item.mac.tokens) {
            program.macros.insert(name.to_string());
        }
        return;
    }
    let is_include = item.mac.path.is_ident("include");
    let last = item.mac.path.segments.last();
    let is_serving = last.is_some_and(|last| program.macros.contains(&last.ident.to_string()));
    if !is_include && !is_serving && !concerns(&item.mac.tokens) {
        return;
    }
    let place = program.texts[file].place(item.mac.path.span());
    // What a build script wrote has to do with formats, not with routes.
    if is_include && item.mac.tokens.to_string().contains("OUT_DIR") {
        program.aside.insert(place.clone());
    }
    let name = last.map_or_else(String::new, |last| last.ident.to_string());
    let why = format!("what `{name}!` defines is not read");
    program.unread.push(Unread::new(&place, why));
}

fn methods(program: &mut Program, module: ModuleId, file: usize, item: &ItemImpl) {
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
        let text = &program.texts[file];
        let place = text.place(inner.sig.ident.span());
        let function = Function {
            head: text.head(&inner.attrs, &inner.sig, &inner.block),
            place,
            name: name.clone(),
            module,
            of: Some(of.clone()),
            body: Body::new(&inner.block, text),
        };
        if functions.contains_key(&name) {
            let text = Rc::clone(text);
            another(program, &text, &function);
            continue;
        }
        functions.insert(name, Rc::new(function));
    }
    let from = item.trait_.as_ref().and_then(|(path, _)| words(path).pop());
    program.methods.push(Methods {
        of,
        from,
        functions,
    });
}

/// The methods that a trait has by itself: nobody follows them.
fn defaults(program: &mut Program, module: ModuleId, file: usize, item: &ItemTrait) {
    for inner in &item.items {
        let TraitItem::Fn(inner) = inner else {
            continue;
        };
        let Some(block) = inner
            .default
            .as_ref()
            .filter(|_| !is_left_out(&inner.attrs))
        else {
            continue;
        };
        let text = &program.texts[file];
        let place = text.place(inner.sig.ident.span());
        let function = Function {
            head: text.head(&inner.attrs, &inner.sig, block),
            place,
            name: inner.sig.ident.to_string(),
            module,
            of: Some(item.ident.to_string()),
            body: Body::new(block, text),
        };
        program.defaults.push(Rc::new(function));
    }
}

/// True if a function that is not followed could have to do with routes, going by its words: `shutdown` has not.
fn may_serve(text: &Text, function: &Function) -> bool {
    const WORDS: [&str; 8] = [
        "app", "launch", "main", "mount", "rocket", "rout", "run", "serv",
    ];
    let body = function.body.read(text);
    if body.is_ok_and(|body| body.stmts.is_empty()) {
        return false;
    }
    let code = code(text, function).map(str::to_lowercase);
    code.is_none_or(|code| WORDS.iter().any(|word| code.contains(word)))
}

fn defined(text: &Text, module: ModuleId, item: &Item) -> Option<(String, Def)> {
    Some(match item {
        Item::Fn(item) => {
            let name = item.sig.ident.to_string();
            let place = text.place(item.sig.ident.span());
            let function = Function {
                head: text.head(&item.attrs, &item.sig, &item.block),
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
fn import(module: &mut Module, path: &mut Vec<String>, tree: &UseTree, is_open: bool) {
    match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            import(module, path, &tree.tree, is_open);
            path.pop();
        }
        UseTree::Name(tree) => {
            let name = tree.ident.to_string();
            let (own, whole) = match (name.as_str(), path.last()) {
                ("self", Some(last)) => (last.clone(), path.clone()),
                _ => (name.clone(), [path.as_slice(), &[name]].concat()),
            };
            module.import(own, whole, is_open);
        }
        UseTree::Rename(tree) => {
            let mut whole = path.clone();
            if tree.ident != "self" {
                whole.push(tree.ident.to_string());
            }
            module.import(tree.rename.to_string(), whole, is_open);
        }
        UseTree::Glob(_) => module.import_all(path.clone(), is_open),
        UseTree::Group(tree) => {
            for tree in &tree.items {
                import(module, path, tree, is_open);
            }
        }
    }
}

/// The attributes of an item.
pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
