//! A line in the tables of answers that are no success.

/// Status, code, short words, long words, name of the field.
pub(super) type Row<'a> = (u16, &'static str, &'static str, &'a str, Option<&'a str>);
