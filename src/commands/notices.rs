//! The words for what happens while `dev` or `emulator` runs, line by line on standard error.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::documents;
use super::moment::moved;
use super::request_log::RequestLog;
use crate::emulator::event::Told;
use crate::output::{BOLD, DIM, Stream, Talk};
use crate::run::{Notice, Tell};

/// The core's own line for a request begins so. The front tells the same of every app.
const OWN_LINE: &str = " INFO clerk_auth::kit::log: ";

/// Tells notices: in words, and as documents where there is a stream for them. The app is at `address`.
pub fn tell(talk: Talk, address: String, stream: Option<Stream>) -> Tell {
    let log = Mutex::new(RequestLog::new(talk));
    Arc::new(move |notice| {
        let now = {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            say(talk, &mut log, &address, &notice);
            log.now()
        };
        if let Some(stream) = &stream {
            let (kind, says) = documents::of(&notice, now);
            stream.tell(kind, says);
        }
    })
}

/// Who says something, in a column of its own.
struct Source(&'static str);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = 10 - self.0.len();
        write!(f, "{DIM}{}{DIM:#}{:rest$}", self.0, "")
    }
}

/// Puts a notice into words. The app is at `address`.
fn say(talk: Talk, log: &mut RequestLog, address: &str, notice: &Notice<'_>) {
    let (app, emulator, front_end) = (Source("app"), Source("emulator"), Source("front end"));
    match notice {
        Notice::App(line) if line.contains(OWN_LINE) => {}
        Notice::App(line) => talk.line(format!("  {app}{line}").trim_end()),
        Notice::FrontEnd(line) => say_front_end(talk, line),
        Notice::Installing(verb) => talk.remark(&format!(
            "  {front_end}its packages are fetched, once: npm {verb}"
        )),
        Notice::FrontEndEnded(code) => talk.remark(&format!(
            "  {front_end}its server ended with exit code {code}"
        )),
        Notice::Passed(passed) => log.passed(passed),
        Notice::Emulator(_, Told::Request(event)) => log.answered(event),
        // The note of its request says the same.
        Notice::Emulator(_, Told::Mail(_)) => {}
        Notice::Emulator(_, Told::News { .. }) => {}
        Notice::Emulator(_, Told::Delivery(delivery)) => log.delivered(delivery),
        Notice::Emulator(world, Told::Clock { moved_by }) => {
            if world.is_none() {
                log.move_clock(*moved_by);
            }
            talk.remark(&format!("  {emulator}its clock is {}", moved(*moved_by)));
        }
        Notice::Emulator(_, Told::Reset) => {
            talk.remark(&format!("  {emulator}everybody is forgotten"))
        }
        Notice::Ready(after) => talk.remark(&format!(
            "  {app}{BOLD}{address}{BOLD:#}  ready in {}",
            seconds(*after)
        )),
        Notice::Silent(port) => talk.remark(&format!(
            "  {app}it runs and does not answer on {port}\n  \
             If it has a port of its own, name that: clerk-rs dev --app-port PORT"
        )),
        Notice::PortInUse => talk.remark(&format!(
            "  {app}the port that it wants is taken\n  \
             If it has a port of its own, name that, and browsers get another one: clerk-rs dev --app-port PORT"
        )),
        Notice::NoBrowser(why) => {
            talk.remark(&format!(
                "  {app}no browser could be opened ({why}): open {address}"
            ));
        }
        Notice::Changed => talk.remark(&format!("\n  {app}changed: building")),
        Notice::Settings => talk.remark(&format!("\n  {app}.env changed: starting again")),
        Notice::OtherKeys => {
            // The next emulator begins with a clock that nobody has moved.
            log.move_clock(0);
            talk.remark(&format!("\n  {app}other keys: starting all again"));
        }
        Notice::Unusable(why) => {
            talk.remark(&format!(
                "\n  {app}.env changed and cannot be used; the app goes on as it is"
            ));
            talk.warning(*why);
        }
        Notice::Pages => talk.remark(&format!("  {app}pages reload")),
        Notice::Waiting { code, goes_on } => {
            let version = if *goes_on {
                "the version before goes on; "
            } else {
                ""
            };
            talk.remark(&format!(
                "  {app}ended with exit code {code}; {version}waiting for a change"
            ));
        }
        Notice::Stopping => talk.remark("  Ending; Ctrl-C again ends at once"),
    }
}

/// What npm says of itself, such as the command it runs, and empty lines are left out.
fn say_front_end(talk: Talk, line: &str) {
    if !line.trim().is_empty() && !line.starts_with("> ") {
        talk.line(&format!("  {}{line}", Source("front end")));
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
