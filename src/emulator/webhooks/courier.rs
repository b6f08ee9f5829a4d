//! Carries messages to one endpoint, one after the other, until the endpoint or the instance is gone.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::Webhooks;
use super::book::Next;
use super::post::post;

/// The longest nap. The clock may be another than this machine's, and nobody rings when that one moves.
const NAP: Duration = Duration::from_secs(60);

pub fn start(hooks: &Arc<Webhooks>, endpoint: String) {
    let (hooks, bell) = (Arc::downgrade(hooks), hooks.bell.subscribe());
    let mut end = bell.clone();
    tokio::spawn(async move {
        let is_over = async { while end.changed().await.is_ok() {} };
        tokio::select! {
            () = carry(&hooks, &endpoint, bell) => {}
            () = is_over => {}
        }
    });
}

async fn carry(hooks: &Weak<Webhooks>, endpoint: &str, mut bell: watch::Receiver<()>) {
    loop {
        bell.mark_unchanged();
        // Held for a moment only: with the last other one everything ends.
        let Some(known) = hooks.upgrade() else { return };
        let now = known.clock.now();
        let next = known.book().next(endpoint, now);
        drop(known);
        match next {
            Next::Over => return,
            Next::Try(job) => {
                let outcome = post(&job, now).await;
                let Some(known) = hooks.upgrade() else { return };
                known.note(&job, outcome);
            }
            Next::Wait(until) => {
                let nap = until.map(|due| Duration::from_millis((due.0 - now.0).unsigned_abs()));
                let _awake = timeout(nap.unwrap_or(NAP).min(NAP), bell.changed()).await;
            }
        }
    }
}
