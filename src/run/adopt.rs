//! Users and organizations of a real instance, asked for page by page. Nothing but GET is sent to it.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::backend::{Api, CallError};
use crate::emulator::instance::adopted::Shown;

/// The most that Clerk gives at a time.
const PAGE: usize = 500;
/// More than any emulator keeps of one kind.
const MOST_PAGES: usize = 120;
/// Of one page, when Clerk asks for patience.
const TRIES: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(60);
const UNASKED: Duration = Duration::from_secs(5);

/// An instance that is asked.
pub struct Source<'a> {
    pub api: &'a Api,
    /// Told after each page: of what, and how many there are so far.
    pub told: &'a dyn Fn(&str, usize),
}

impl Source<'_> {
    /// All that can be taken over.
    ///
    /// # Errors
    /// [`CallError`], for the first page that did not come.
    pub async fn shown(&self) -> Result<Shown, CallError> {
        Ok(Shown {
            permissions: self.optional("organization_permissions").await?,
            roles: self.optional("organization_roles").await?,
            users: self.all("users").await?,
            organizations: self.optional("organizations").await?,
            memberships: self.optional("organization_memberships").await?,
        })
    }

    /// An instance without organizations refuses to list them.
    async fn optional<T: DeserializeOwned>(&self, what: &str) -> Result<Vec<T>, CallError> {
        match self.all(what).await {
            Err(CallError::Answer(error)) if matches!(error.status, 403 | 404) => Ok(Vec::new()),
            all => all,
        }
    }

    async fn all<T: DeserializeOwned>(&self, what: &str) -> Result<Vec<T>, CallError> {
        let mut all = Vec::new();
        for page in 0..MOST_PAGES {
            let found = self.page(what, page * PAGE).await?;
            let is_last = found.len() < PAGE;
            for value in found {
                let one = serde_json::from_value(value);
                all.push(one.map_err(|_| CallError::Shape("a list as Clerk describes it"))?);
            }
            (self.told)(&what.replace('_', " "), all.len());
            if is_last {
                return Ok(all);
            }
        }
        Err(CallError::Shape("a list that ends"))
    }

    async fn page(&self, what: &str, offset: usize) -> Result<Vec<Value>, CallError> {
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
                Err(CallError::Shape("a list of as many as were asked for"))
            }
            Value::Array(items) => Ok(items),
            _ => Err(CallError::Shape("a list")),
        }
    }
}
