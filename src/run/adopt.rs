//! Users and organizations of a real instance, asked for page by page. Nothing but GET is sent to it.

use std::cell::Cell;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::backend::{Api, CallError};
use crate::emulator::instance::adopted::Shown;
use crate::emulator::store::LONGEST;

/// The most that Clerk gives at a time.
const PAGE: usize = 500;
/// More than any emulator keeps of one kind.
const MOST_PAGES: usize = 120;
/// In bytes, of all that is shown: as much as an emulator takes at once.
const MOST: usize = LONGEST;
/// Of one page, when Clerk asks for patience.
const TRIES: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(60);
const UNASKED: Duration = Duration::from_secs(5);

/// An instance that is asked.
pub struct Source<'a> {
    api: &'a Api,
    /// Told after each page: of what, and how many there are so far.
    told: &'a dyn Fn(&str, usize),
    /// Bytes that it has shown.
    size: Cell<usize>,
}

/// The reason why not all was shown.
#[derive(Debug)]
pub enum SourceError {
    Call(CallError),
    TooMuch(TooMuch),
}

/// More than can be taken over.
#[derive(Debug, thiserror::Error)]
pub enum TooMuch {
    #[error("it has more {0} than an emulator keeps")]
    Records(String),
    #[error("it has more than {} MiB in all, which is what an emulator takes at once", MOST >> 20)]
    Bytes,
}

impl From<CallError> for SourceError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl<'a> Source<'a> {
    pub fn new(api: &'a Api, told: &'a dyn Fn(&str, usize)) -> Self {
        Self {
            api,
            told,
            size: Cell::default(),
        }
    }

    /// All that can be taken over.
    ///
    /// # Errors
    /// [`SourceError`], for the first page that did not come or is too much.
    pub async fn shown(&self) -> Result<Shown, SourceError> {
        Ok(Shown {
            permissions: self.optional("organization_permissions").await?,
            roles: self.optional("organization_roles").await?,
            users: self.all("users").await?,
            organizations: self.optional("organizations").await?,
            memberships: self.optional("organization_memberships").await?,
        })
    }

    /// An instance without organizations refuses to list them.
    async fn optional<T: DeserializeOwned>(&self, what: &str) -> Result<Vec<T>, SourceError> {
        match self.all(what).await {
            Err(SourceError::Call(CallError::Answer(error)))
                if matches!(error.status, 403 | 404) =>
            {
                Ok(Vec::new())
            }
            all => all,
        }
    }

    async fn all<T: DeserializeOwned>(&self, what: &str) -> Result<Vec<T>, SourceError> {
        let (mut all, words) = (Vec::new(), what.replace('_', " "));
        for page in 0..MOST_PAGES {
            let found = self.page(what, page * PAGE).await?;
            let is_last = found.len() < PAGE;
            for value in found {
                let one = serde_json::from_value(value);
                all.push(one.map_err(|_| CallError::Shape("a list as Clerk describes it"))?);
            }
            (self.told)(&words, all.len());
            if is_last {
                return Ok(all);
            }
        }
        Err(SourceError::TooMuch(TooMuch::Records(words)))
    }

    async fn page(&self, what: &str, offset: usize) -> Result<Vec<Value>, SourceError> {
        let (limit, offset) = (PAGE.to_string(), offset.to_string());
        let query = [("limit", limit.as_str()), ("offset", &offset)];
        let mut tries = 0;
        let mut answer = loop {
            tries += 1;
            match self.api.list(&[what], &query).await {
                Err(CallError::Answer(error)) if error.status == 429 && tries < TRIES => {
                    let wish = error.retry_after.unwrap_or(UNASKED);
                    tokio::time::sleep(wish.min(PATIENCE)).await;
                }
                answer => break answer?,
            }
        };
        let list = match answer.get_mut("data") {
            Some(data) => data.take(),
            None => answer,
        };
        match list {
            // Or the bound on pages would be none on what is in them.
            Value::Array(items) if items.len() > PAGE => {
                Err(CallError::Shape("a list of as many as were asked for").into())
            }
            Value::Array(items) => {
                self.weigh(&items)?;
                Ok(items)
            }
            _ => Err(CallError::Shape("a list").into()),
        }
    }

    fn weigh(&self, items: &[Value]) -> Result<(), SourceError> {
        let more: usize = items.iter().map(|item| item.to_string().len()).sum();
        self.size.set(self.size.get() + more);
        if self.size.get() > MOST {
            return Err(SourceError::TooMuch(TooMuch::Bytes));
        }
        Ok(())
    }
}
