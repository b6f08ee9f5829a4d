//! The end of standard input, by which a child learns that its parent is gone, however that ended.

use std::future::pending;
use std::io::{self, Read};
use std::thread;

use tokio::sync::oneshot;

/// Waits until the input ends; for ever, if that is of no concern.
pub async fn input_ended(mut input: impl Read + Send + 'static, concerns: bool) {
    if !concerns {
        return pending().await;
    }
    let (told, end) = oneshot::channel();
    // A thread of its own, which ends with the process: a runtime would wait for it.
    thread::spawn(move || {
        let _broken = io::copy(&mut input, &mut io::sink());
        let _nobody_waits = told.send(());
    });
    let _ended = end.await;
}
