//! Opens an address in the user's browser, with the system's own opener.

use std::io;
use std::process::Stdio;

use tokio::process::Command;

use super::{Notice, Tell};
use crate::program;

/// Says so if it does not work. A task of its own waits for the opener, so that no zombie is left.
pub fn open(address: &str, tell: &Tell) {
    let (program, before): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::from(program::command(program));
    command.args(before).arg(address);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // The Ctrl-C that ends us must not end a browser.
    #[cfg(unix)]
    command.process_group(0);
    let tell = tell.clone();
    tokio::spawn(async move {
        let ended = match command.status().await {
            Ok(status) if status.success() => return,
            Ok(status) => io::Error::other(format!("{program}: {status}")),
            Err(error) => io::Error::other(format!("{program}: {error}")),
        };
        tell(Notice::NoBrowser(&ended));
    });
}
