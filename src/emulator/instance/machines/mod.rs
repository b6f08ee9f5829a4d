//! Credentials for programs: API keys, machines and their tokens.

pub mod api_key;
mod lifetime;
pub mod m2m;
pub mod machine;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use lifetime::LONGEST;
pub(in crate::emulator) use lifetime::later;
pub use lifetime::{Lifetime, Revocable};

use crate::emulator::instance::{AccessRefusal, Refusal};
use crate::emulator::store::{Record, Stored, Table};
use api_key::ApiKey;
use m2m::M2mToken;
use machine::Machine;

/// Of each kind of record, here and of other applications. Pages and clients make some of them.
pub(super) const MAX_RECORDS: usize = 10_000;
/// More than any key or token is limited by.
const MAX_SCOPES: usize = 100;
/// In characters.
const MAX_NAME: usize = 255;

#[derive(Clone, Default)]
pub(super) struct Machines {
    pub api_keys: Table<ApiKey>,
    pub machines: Table<Machine>,
    pub m2m_tokens: Table<M2mToken>,
}

impl Machines {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        // Every field is named, so that none is forgotten by accident.
        let Self {
            api_keys,
            machines,
            m2m_tokens,
        } = self;
        vec![api_keys, machines, m2m_tokens]
    }
}

/// # Errors
/// [`AccessRefusal::Quota`].
pub(super) fn room<T: Record>(table: &Table<T>) -> Result<(), Refusal> {
    if table.len() < MAX_RECORDS {
        Ok(())
    } else {
        Err(AccessRefusal::Quota.into())
    }
}

/// # Errors
/// [`Refusal::TooLong`].
fn short(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() > MAX_NAME {
        Err(Refusal::TooLong(field))
    } else {
        Ok(())
    }
}

/// # Errors
/// [`Refusal::ParamValue`] when there are too many, or one is too long.
fn scopes(scopes: &[String]) -> Result<(), Refusal> {
    let fits = |scope: &String| !scope.is_empty() && scope.len() <= MAX_NAME;
    if scopes.len() > MAX_SCOPES || !scopes.iter().all(fits) {
        return Err(Refusal::ParamValue("scopes"));
    }
    Ok(())
}

/// The hash that is kept of a secret, which nobody is shown again. The secret is random and long, so that its hash
/// tells nothing.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}
