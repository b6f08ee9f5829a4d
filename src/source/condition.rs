//! Conditions of items: `#[cfg(…)]`. Tests are left out, and features count as on.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Whether an item stands under a condition that never holds here.
pub fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list
            .parse_args()
            .is_ok_and(|condition| is_never(&condition)),
        meta => meta
            .path()
            .segments
            .last()
            .is_some_and(|last| last.ident == "test"),
    })
}

fn is_never(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test") || path.is_ident("doctest"),
        Meta::List(list) if list.path.is_ident("not") => list
            .parse_args::<Meta>()
            .is_ok_and(|inner| inner.path().is_ident("feature")),
        Meta::List(list) if list.path.is_ident("all") => {
            let all = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            all.is_ok_and(|all| all.iter().any(is_never))
        }
        _ => false,
    }
}
