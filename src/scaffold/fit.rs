//! Tells if extras fit a framework and a template.

use super::catalog::Catalog;
use super::choices::{Extra, Template, word};
use super::framework::Framework;
use crate::error::{Explain, Explanation};

/// An extra that does not.
#[derive(Debug, thiserror::Error)]
#[error("--with {extra} does not fit {other}")]
pub struct Unfit {
    extra: String,
    /// The option that it does not fit, and its value.
    other: String,
}

impl Explain for Unfit {
    fn explain(&self) -> Explanation {
        Explanation::usage("extra-unfit").help("leave one of the two out")
    }
}

/// Refuses the first extra that does not fit.
///
/// # Errors
/// [`Unfit`]
pub fn must_fit(
    catalog: &Catalog,
    extras: &[Extra],
    framework: Framework,
    template: Template,
) -> Result<(), Unfit> {
    let mut unfit = extras.iter().filter_map(|extra| {
        let entry = catalog.extras.get(extra)?;
        let other = if !entry.fits_template(template) {
            format!("--template {}", word(template))
        } else if !entry.fits_framework(framework) {
            format!("--framework {}", framework.name())
        } else {
            return None;
        };
        let extra = word(*extra);
        Some(Unfit { extra, other })
    });
    unfit.next().map_or(Ok(()), Err)
}
