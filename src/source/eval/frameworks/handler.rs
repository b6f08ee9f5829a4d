//! Handlers: their names, and what they ask of whoever sends a request.

use syn::{FnArg, GenericArgument, Pat, PathArguments, PathSegment, Type};

use super::{Argument, clerk};
use crate::source::eval::Reader;
use crate::source::tree::{Def, Function, Meaning, ModuleId, words};
use crate::source::value::{Ask, Closure, Handler, Types, Value, type_named};

pub fn handler(reader: &mut Reader, argument: &Argument) -> Handler {
    match &argument.value {
        Value::Function(function) => of_function(reader, function),
        Value::Closure(closure) => of_closure(reader, closure),
        Value::Foreign(package, path) if package == "clerk-auth" => clerk::handler(path),
        Value::Methods(methods) if methods.len() == 1 => methods[0].handler.clone(),
        _ => Handler::named(&argument.text, false),
    }
}

pub fn of_function(reader: &mut Reader, function: &Function) -> Handler {
    let module = &reader.program.modules[function.module];
    let own = function.of.iter().chain([&function.name]);
    let name: Vec<_> = module.path.iter().chain(own).cloned().collect();
    let signature = function.head.signature();
    let inputs = signature
        .into_iter()
        .flat_map(|signature| &signature.inputs);
    let types = inputs.filter_map(|input| match input {
        FnArg::Typed(input) => Some(&*input.ty),
        FnArg::Receiver(_) => None,
    });
    Handler {
        name: name.join("::"),
        asks: asks(reader, function.module, &Types::default(), types),
        is_read: signature.is_some(),
        layers: Vec::new(),
    }
}

pub fn of_closure(reader: &mut Reader, closure: &Closure) -> Handler {
    let types = closure.code.inputs.iter().filter_map(|input| match input {
        Pat::Type(input) => Some(&*input.ty),
        _ => None,
    });
    Handler {
        name: format!("closure in line {}", closure.place.line),
        asks: asks(reader, closure.module, &closure.types, types),
        is_read: true,
        layers: Vec::new(),
    }
}

fn asks<'a>(
    reader: &mut Reader,
    module: ModuleId,
    known: &Types,
    types: impl Iterator<Item = &'a Type>,
) -> Vec<Ask> {
    let mut asks = Vec::new();
    for of in types {
        let (of, module) = type_named(known, of).map_or((of, module), |(of, module)| (of, *module));
        if let Some(ask) = ask(reader, module, of, 0)
            && !asks.contains(&ask)
        {
            asks.push(ask);
        }
    }
    asks
}

/// What a parameter asks for, going by its type.
fn ask(reader: &mut Reader, module: ModuleId, of: &Type, depth: usize) -> Option<Ask> {
    let of = match of {
        Type::Path(of) => of,
        Type::Reference(of) => return ask(reader, module, &of.elem, depth),
        _ => return None,
    };
    let last = of.path.segments.last()?;
    match reader.program.meaning(module, &words(&of.path)) {
        Meaning::Foreign(package, path) if package == "clerk-auth" => {
            asked(reader, module, path.last()?, last)
        }
        Meaning::Def(Def::Alias(of), module) if depth < 8 => ask(reader, module, &of, depth + 1),
        // `Option<SignedIn>` lets everybody in.
        _ if depth < 8 => match last.ident.to_string().as_str() {
            "Option" | "Result" => {
                ask(reader, module, first_argument(last)?, depth + 1).map(|_| Ask::Auth)
            }
            // Of actix and salvo; they ask for what is in them.
            "ReqData" | "Arc" | "Box" => ask(reader, module, first_argument(last)?, depth + 1),
            _ => None,
        },
        _ => None,
    }
}

fn asked(reader: &mut Reader, module: ModuleId, name: &str, last: &PathSegment) -> Option<Ask> {
    Some(match name {
        "Auth" => Ask::Auth,
        "SignedIn" | "CurrentUser" | "Connected" => Ask::SignedIn,
        "Allowed" => Ask::Allowed(match first_argument(last) {
            Some(Type::Path(rule)) => clerk::rule(reader, module, &rule.path),
            _ => Err("?".to_owned()),
        }),
        "Caller" => Ask::Caller(match first_argument(last) {
            None => Ok(clerk::ANY_TOKEN.to_owned()),
            Some(Type::Path(rule)) => clerk::caller_rule(reader, module, &rule.path),
            Some(_) => Err("?".to_owned()),
        }),
        "Webhook" => Ask::Webhook,
        _ => return None,
    })
}

/// The first type between the angle brackets.
pub fn first_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    })
}
