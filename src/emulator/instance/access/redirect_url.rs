//! Addresses to which apps outside a browser may be sent back.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{AccessRefusal, MAX_LIST, below};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// In bytes.
const MAX_LENGTH: usize = 2_048;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct RedirectUrl {
    /// `ru_…`
    pub id: String,
    pub url: String,
    pub created_at: UnixMillis,
}

impl Record for RedirectUrl {
    const KIND: &'static str = "redirect_url";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("url", &self.url)]
    }
}

impl Instance {
    /// Newest first.
    pub fn redirect_urls(&self) -> impl Iterator<Item = &RedirectUrl> {
        self.access.redirect_urls.values().rev()
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn redirect_url(&self, id: &str) -> Result<&RedirectUrl, Refusal> {
        self.access.redirect_urls.get(id).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A [`Refusal`] when it is no address, is in the list, or the list is full.
    pub fn add_redirect_url(
        &mut self,
        url: &str,
        now: UnixMillis,
    ) -> Result<&RedirectUrl, Refusal> {
        // Apps on telephones have schemes of their own.
        if url.len() > MAX_LENGTH || Url::parse(url).is_err() {
            return Err(AccessRefusal::NotAnAddress("url").into());
        }
        let list = &mut self.access.redirect_urls;
        below(list.len(), MAX_LIST)?;
        if list.find("url", url).is_some() {
            return Err(AccessRefusal::Duplicate("url").into());
        }
        let id = random::id(&*self.random, "ru");
        list.insert(RedirectUrl {
            id: id.clone(),
            url: url.to_owned(),
            created_at: now,
        });
        self.redirect_url(&id)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_redirect_url(&mut self, id: &str) -> Result<(), Refusal> {
        let removed = self.access.redirect_urls.remove(id);
        removed.map(drop).ok_or(Refusal::NotFound)
    }
}
