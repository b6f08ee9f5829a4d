//! Where the events of a seed go.

use clerk_auth::webhooks::WebhookSecret;

use super::entry::Wrong;
use super::file::Webhook;
use crate::emulator::webhooks::{MAX_ENDPOINTS, NewEndpoint, Target, kind};

pub(super) fn endpoint(of: &Webhook, own: [u16; 2]) -> Result<NewEndpoint, Wrong> {
    let said = |key: &str, words: String| Wrong::Said {
        key: key.to_owned(),
        words,
    };
    let target = Target::parse(&of.url, own);
    let target = target.map_err(|error| said("url", error.words().to_owned()))?;
    let mut kinds = Vec::new();
    for name in &of.events {
        let known = kind(name).ok_or_else(|| {
            let words = format!("`{name}` is no kind of event; one is user.created");
            said("events", words)
        })?;
        kinds.push(known);
    }
    let secret = of.secret.as_deref().map(WebhookSecret::parse).transpose();
    let secret = secret.map_err(|_| {
        let words = "is to be `whsec_` and base64, as CLERK_WEBHOOK_SIGNING_SECRET";
        said("secret", words.to_owned())
    })?;
    Ok(NewEndpoint {
        target,
        kinds,
        secret,
    })
}

pub(super) fn too_many() -> Wrong {
    Wrong::Said {
        key: "url".to_owned(),
        words: format!("an emulator tells {MAX_ENDPOINTS} addresses at most"),
    }
}
