//! Conditions: `#[cfg(…)]`. Tests are left out. Nobody knows how else an app is built, so all other conditions may hold or not.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// True if something stands under a condition that never holds here.
pub fn is_left_out(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| last.ident == "test")
    };
    attributes.iter().any(is_test) || conditions(attributes).any(|it| it == Some(false))
}

/// True if something stands under a condition that may hold or not.
pub fn is_open(attributes: &[Attribute]) -> bool {
    let mut of_attributes = attributes.iter().flat_map(conditional);
    conditions(attributes).any(|it| it.is_none())
        || of_attributes.any(|meta| meta.path().is_ident("cfg"))
}

/// What `cfg_attr` says of something, if its condition may hold.
pub fn conditional(attribute: &Attribute) -> Vec<Meta> {
    let parts = Punctuated::<Meta, Token![,]>::parse_terminated;
    let parts = match attribute.path().is_ident("cfg_attr") {
        true => attribute.parse_args_with(parts).ok(),
        false => None,
    };
    let mut parts = parts.into_iter().flatten();
    match parts.next().and_then(|condition| holds(&condition)) {
        Some(false) => Vec::new(),
        _ => parts.collect(),
    }
}

fn conditions(attributes: &[Attribute]) -> impl Iterator<Item = Option<bool>> {
    let conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    conditions.map(|it| it.parse_args().ok().and_then(|condition| holds(&condition)))
}

/// What is known of a condition.
fn holds(condition: &Meta) -> Option<bool> {
    let Meta::List(list) = condition else {
        let is_test = ["test", "doctest"].map(|name| condition.path().is_ident(name));
        return is_test.contains(&true).then_some(false);
    };
    let inner = Punctuated::<Meta, Token![,]>::parse_terminated;
    let inner = list.parse_args_with(inner).ok()?;
    let mut inner = inner.iter().map(holds);
    let name = list.path.get_ident()?.to_string();
    match name.as_str() {
        "not" => inner.next()?.map(|holds| !holds),
        // What decides is one that does not hold, and with `any` one that does.
        "all" | "any" => {
            let decides = name == "any";
            let inner: Vec<_> = inner.collect();
            if inner.contains(&Some(decides)) {
                return Some(decides);
            }
            inner.iter().all(Option::is_some).then_some(!decides)
        }
        _ => None,
    }
}
