//! The exit code of another program, as a shell reports it.

use std::process::ExitStatus;

/// Its own code, or 128 plus the number of the signal that ended it.
pub fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    match status.code() {
        // Windows gives this code to a program that Ctrl-C has ended.
        Some(-1_073_741_510) => 130,
        Some(code) => u8::try_from(code).unwrap_or(1),
        None => 1,
    }
}
