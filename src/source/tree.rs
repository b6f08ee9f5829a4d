//! The modules of a program, from its root on: what each defines, and what a name in it stands for.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;

use proc_macro2::Span;
use syn::{Expr, Type};

use super::body::Body;
use super::head::Head;
use super::package::{Crate, Package, is_known};
use super::place::{Place, Unread};
use super::text::Text;

/// A module, by its number.
pub type ModuleId = usize;

/// A module.
#[derive(Default)]
pub struct Module {
    /// Its name below its crate: `routes::admin`.
    pub path: Vec<String>,
    pub file: usize,
    pub krate: usize,
    /// The module around a block that has items of its own: its names count there too.
    pub around: Option<ModuleId>,
    pub above: Option<ModuleId>,
    /// True if it, or a module around it, stands under a condition that may hold or not.
    pub is_conditional: bool,
    /// Modules, types and imports.
    pub defined: HashMap<String, Def>,
    /// Functions and constants, which may have the names of modules and macros.
    pub values: HashMap<String, Def>,
    /// Imports of everything in a place.
    pub globs: Vec<Vec<String>>,
    /// Those of them that stand under conditions.
    pub open_globs: Vec<Vec<String>>,
}

/// The meaning of a name.
#[derive(Clone)]
pub enum Def {
    Function(Rc<Function>),
    Constant(Rc<Constant>),
    Module(ModuleId),
    Import(Vec<String>),
    Alias(Rc<Type>),
    /// A type of the app's own.
    Type(String),
    /// One of several, by conditions.
    Several,
}

impl Module {
    /// Defines a name. Under conditions it may have several meanings.
    pub fn define(&mut self, name: String, def: Def, is_open: bool) {
        let is_new = !is_open || !self.defined.contains_key(&name);
        self.defined
            .insert(name, if is_new { def } else { Def::Several });
    }

    /// Imports everything in a place. Of several under conditions nobody knows which one a name comes from.
    pub fn import_all(&mut self, path: Vec<String>, is_open: bool) {
        self.globs.push(path.clone());
        if is_open {
            self.open_globs.push(path);
        }
        if self.open_globs.len() > 1 {
            self.globs.retain(|glob| !self.open_globs.contains(glob));
        }
    }

    /// Imports a path as a name.
    pub fn import(&mut self, name: String, path: Vec<String>, is_open: bool) {
        if is_open && self.values.contains_key(&name) {
            self.values.insert(name.clone(), Def::Several);
        }
        match self.defined.get(&name) {
            Some(Def::Import(known)) if *known == path => {}
            // A module may have the name of a function that comes from it.
            Some(_) if !is_open => {}
            Some(_) => self.define(name, Def::Several, true),
            None => self.define(name, Def::Import(path), is_open),
        }
    }
}

/// A function or a method.
pub struct Function {
    pub name: String,
    pub module: ModuleId,
    /// The type whose method it is.
    pub of: Option<String>,
    pub head: Rc<Head>,
    pub body: Body,
    pub place: Place,
}

/// A constant or a static.
pub struct Constant {
    pub module: ModuleId,
    pub value: Expr,
}

/// `impl` of a type.
pub struct Methods {
    pub of: String,
    /// The trait, if it is one's.
    pub from: Option<String>,
    pub functions: HashMap<String, Rc<Function>>,
}

/// The meaning of a path.
#[derive(Clone)]
pub enum Meaning {
    Def(Def, ModuleId),
    /// What is left of a path behind a type of the app's own.
    Of(String, Vec<String>),
    /// The name of a package, and the path in it.
    Foreign(String, Vec<String>),
    Nothing,
}

/// Everything that was read.
#[derive(Default)]
pub struct Program {
    pub packages: Vec<Package>,
    /// A crate's package and its root.
    pub crates: Vec<(usize, ModuleId)>,
    /// The library's crate, by its package's folder.
    pub libraries: BTreeMap<PathBuf, usize>,
    pub modules: Vec<Rc<Module>>,
    pub texts: Vec<Rc<Text>>,
    /// The files of it, those too that could not be read: their names and the way there.
    pub files: Vec<(String, PathBuf)>,
    pub methods: Vec<Methods>,
    /// The methods that traits have by themselves.
    pub defaults: Vec<Rc<Function>>,
    /// Macros of the program's own that may serve something.
    pub macros: BTreeSet<String>,
    pub unread: Vec<Unread>,
    /// Functions that are unread and have nothing to do with routes.
    pub aside: BTreeSet<Place>,
    /// Of all files together.
    pub bytes: u64,
    /// True if files were left out because there are too many.
    pub is_cut_off: bool,
    /// How many names were looked up.
    looked_up: Cell<usize>,
}

/// The words of a path.
pub fn words(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|word| word.ident.to_string())
        .collect()
}

/// How many steps a name may take through imports, and how many the path of a glob.
const MOST_STEPS: usize = 16;
const GLOB_STEPS: usize = 6;
/// How many modules a name is looked for in through globs.
const MOST_GLOBS: usize = 256;
/// The most names that are looked up in a program. Imports can go round and round.
const MOST_NAMES: usize = 4_000_000;

impl Program {
    pub fn place(&self, module: ModuleId, span: Span) -> Place {
        self.text(module).place(span)
    }

    pub fn text(&self, module: ModuleId) -> &Text {
        &self.texts[self.modules[module].file]
    }

    /// The functions of its modules.
    pub fn functions(&self) -> impl Iterator<Item = &Rc<Function>> {
        let defined = self.modules.iter();
        let defined = defined.flat_map(|module| module.values.values());
        defined.filter_map(|def| match def {
            Def::Function(function) => Some(function),
            _ => None,
        })
    }

    /// The features that the app asks of a package.
    pub fn features(&self, package: &str) -> Vec<&str> {
        let crates = self.packages.iter().flat_map(|own| own.crates.values());
        let wanted = crates.filter_map(|known| match known {
            Crate::Foreign {
                package: name,
                features,
            } if name == package => Some(features),
            _ => None,
        });
        wanted.flatten().map(String::as_str).collect()
    }

    /// The meaning of a path in a module.
    pub fn meaning(&self, module: ModuleId, path: &[String]) -> Meaning {
        self.follow(module, path, MOST_STEPS)
    }

    fn follow(&self, module: ModuleId, path: &[String], steps: usize) -> Meaning {
        self.looked_up.set(self.looked_up.get() + 1);
        let steps = steps.checked_sub(1);
        let steps = steps.filter(|_| self.looked_up.get() < MOST_NAMES);
        let (Some(steps), Some((first, rest))) = (steps, path.split_first()) else {
            return Meaning::Nothing;
        };
        let own = &self.modules[module];
        let start = match first.as_str() {
            "crate" | "$crate" => Some(self.crates[own.krate].1),
            "self" => Some(self.real(module)),
            "super" => self.modules[self.real(module)].above,
            _ => return self.inside(module, first, rest, steps),
        };
        match start {
            Some(start) => self.within(start, rest, steps),
            None => Meaning::Nothing,
        }
    }

    /// The module that a block with items stands in.
    fn real(&self, mut module: ModuleId) -> ModuleId {
        while let Some(around) = self.modules[module].around {
            module = around;
        }
        module
    }

    /// A path that begins in a module.
    fn within(&self, module: ModuleId, path: &[String], steps: usize) -> Meaning {
        match path.split_first() {
            None => Meaning::Def(Def::Module(module), module),
            Some((first, _)) if first == "super" || first == "self" => {
                self.follow(module, path, steps)
            }
            Some((first, rest)) => match self.defined(module, first, rest.is_empty(), steps) {
                Some(meaning) => self.below(meaning, rest, steps),
                None => Meaning::Nothing,
            },
        }
    }

    /// A path whose first word may be a name of the module, a crate, or something from a glob.
    fn inside(&self, module: ModuleId, first: &str, rest: &[String], steps: usize) -> Meaning {
        let mut here = Some(module);
        while let Some(place) = here {
            if let Some(meaning) = self.defined(place, first, rest.is_empty(), steps) {
                return self.below(meaning, rest, steps);
            }
            here = self.modules[place].around;
        }
        match self.named_crate(module, first, steps) {
            Some(found) => self.below(found, rest, steps),
            None => self.in_foreign_glob(module, first, rest, steps),
        }
    }

    fn named_crate(&self, module: ModuleId, name: &str, steps: usize) -> Option<Meaning> {
        let package = &self.packages[self.crates[self.modules[module].krate].0];
        let foreign = |package: &str| Some(Meaning::Foreign(package.to_owned(), Vec::new()));
        let folder = match package.crates.get(name) {
            Some(Crate::Foreign { package, .. }) => return foreign(package),
            Some(Crate::Beside(folder)) => folder,
            None if ["std", "core", "alloc"].contains(&name) => return foreign("std"),
            None if package.library().is_some_and(|(own, _)| own == name) => &package.folder,
            None => return None,
        };
        let krate = self.libraries.get(folder)?;
        Some(self.within(self.crates[*krate].1, &[], steps))
    }

    /// A name that the module defines, imports, or has from a glob of the program's own.
    fn defined(
        &self,
        module: ModuleId,
        name: &str,
        is_last: bool,
        steps: usize,
    ) -> Option<Meaning> {
        let mut modules = vec![module];
        let mut at = 0;
        while let Some(&module) = modules.get(at) {
            if let Some(found) = self.directly(module, name, is_last, steps) {
                return Some(found);
            }
            for glob in &self.modules[module].globs {
                let glob = self.imported(module, glob, steps.min(GLOB_STEPS));
                if let Some(Meaning::Def(Def::Module(other), _)) = glob
                    && modules.len() < MOST_GLOBS
                    && !modules.contains(&other)
                {
                    modules.push(other);
                }
            }
            at += 1;
        }
        None
    }

    /// A name that the module itself defines or imports.
    fn directly(
        &self,
        module: ModuleId,
        name: &str,
        is_last: bool,
        steps: usize,
    ) -> Option<Meaning> {
        let own = &self.modules[module];
        if is_last && let Some(value) = own.values.get(name) {
            return Some(Meaning::Def(value.clone(), module));
        }
        match own.defined.get(name) {
            // `use axum::{self, Router}`
            Some(Def::Import(path)) if path.len() == 1 && path[0] == name => {
                self.named_crate(module, name, steps)
            }
            Some(Def::Import(path)) => self.imported(module, path, steps),
            Some(def) => Some(Meaning::Def(def.clone(), module)),
            None => None,
        }
    }

    fn imported(&self, module: ModuleId, path: &[String], steps: usize) -> Option<Meaning> {
        let steps = steps.checked_sub(1)?;
        match self.follow(module, path, steps) {
            Meaning::Nothing => None,
            found => Some(found),
        }
    }

    /// The rest of a path behind something.
    fn below(&self, meaning: Meaning, rest: &[String], steps: usize) -> Meaning {
        if rest.is_empty() {
            return meaning;
        }
        match meaning {
            Meaning::Def(Def::Module(module), _) => self.within(module, rest, steps),
            Meaning::Foreign(package, mut path) => {
                path.extend_from_slice(rest);
                Meaning::Foreign(package, path)
            }
            Meaning::Of(of, mut path) => {
                path.extend_from_slice(rest);
                Meaning::Of(of, path)
            }
            Meaning::Def(Def::Type(name), _) => Meaning::Of(name, rest.to_vec()),
            Meaning::Def(Def::Alias(of), module) => match &*of {
                Type::Path(of) => {
                    let path = [words(&of.path).as_slice(), rest].concat();
                    self.follow(module, &path, steps)
                }
                _ => Meaning::Nothing,
            },
            Meaning::Def(..) | Meaning::Nothing => Meaning::Nothing,
        }
    }

    /// A name that only the prelude of another crate can define.
    fn in_foreign_glob(
        &self,
        module: ModuleId,
        first: &str,
        rest: &[String],
        steps: usize,
    ) -> Meaning {
        let steps = steps.min(GLOB_STEPS);
        let mut here = Some(module);
        while let Some(place) = here {
            for glob in &self.modules[place].globs {
                if let Meaning::Foreign(package, mut path) = self.follow(place, glob, steps)
                    && is_known(&package)
                {
                    path.push(first.to_owned());
                    path.extend_from_slice(rest);
                    return Meaning::Foreign(package, path);
                }
            }
            here = self.modules[place].around;
        }
        Meaning::Nothing
    }

    /// The method of a type, if only one fits.
    pub fn method(&self, of: Option<&str>, name: &str) -> Option<Rc<Function>> {
        let fitting = self.methods.iter();
        let fitting = fitting.filter(|methods| of.is_none_or(|of| methods.of == of));
        let mut found = fitting.filter_map(|methods| methods.functions.get(name));
        match (found.next(), found.next()) {
            (Some(only), None) => Some(Rc::clone(only)),
            _ => None,
        }
    }
}
