//! The documents of `dev` and `emulator` with `--json`: one by one, as `docs/streams.md` describes them.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::Context;
use crate::emulator::Emulator;
use crate::emulator::event::Told as Happened;
use crate::error::{Error, Exit};
use crate::output::{Report, Stream, Told};
use crate::run::Notice;
use crate::run::emulator::Memory;

/// Works with a stream for documents, if any are wanted. An error is then the last of them.
pub fn told(
    context: &Context<'_>,
    schema: &'static str,
    work: impl FnOnce(Option<&Stream>) -> Result<Exit, Error>,
) -> Result<Box<dyn Report>, Error> {
    let Some(stream) = context.globals.output().stream(schema) else {
        return Ok(Box::new(Told(work(None)?)));
    };
    let exit = work(Some(&stream)).unwrap_or_else(|error| stream.fail(&*error));
    stream.end();
    Ok(Box::new(Told(exit)))
}

/// The first document: all addresses are known.
pub fn started(app: Option<Value>, emulator: Option<Value>) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({ "ok": true, "version": version, "app": app, "emulator": emulator })
}

/// Where an emulator is, and what it stands for.
pub fn emulator(emulator: &Emulator, memory: Option<&Memory>) -> Value {
    let (state, seed) = match memory {
        Some(Memory::File(state)) => (Some(&state.file), None),
        Some(Memory::Seed(seed)) => (None, Some(seed)),
        None => (None, None),
    };
    json!({
        "url": emulator.url(),
        "frontend_url": emulator.frontend_url(),
        "backend_url": emulator.backend_url(),
        "publishable_key": emulator.publishable_key(),
        "state": state,
        "deterministic": seed,
        "users": emulator.restored().map_or(0, |restored| restored.users),
    })
}

/// The type of the document for a notice, and what it says.
pub fn of(notice: &Notice<'_>, now: UnixMillis) -> (&'static str, Value) {
    match notice {
        Notice::App(text) => ("output", json!({ "text": text })),
        Notice::FrontEnd(text) => ("output", json!({ "of": "front-end", "text": text })),
        Notice::Installing(verb) => ("packages", json!({ "command": format!("npm {verb}") })),
        Notice::FrontEndEnded(code) => ("front-end-ended", json!({ "exit_code": code })),
        Notice::Emulator(world, happened) => {
            let (kind, mut says) = of_emulator(*happened);
            if let Some(world) = world {
                says["world"] = (*world).into();
            }
            (kind, says)
        }
        Notice::Passed(passed) => (
            "request",
            json!({
                "of": "app", "at": now.0, "method": passed.method.as_str(),
                "path": passed.path, "status": passed.status, "ms": passed.took.as_millis(),
                "to": passed.to, "note": passed.reason,
            }),
        ),
        Notice::Ready(after) => ("ready", json!({ "seconds": after.as_secs_f64() })),
        Notice::Silent(port) => ("silent", json!({ "port": port })),
        Notice::PortInUse => ("port-in-use", json!({})),
        Notice::NoBrowser(why) => ("no-browser", json!({ "message": why.to_string() })),
        Notice::Changed => ("building", json!({ "because": "sources" })),
        Notice::Settings => ("building", json!({ "because": "settings" })),
        Notice::OtherKeys => ("building", json!({ "because": "keys" })),
        Notice::Unusable(why) => ("unusable", json!({ "message": why.with_reason() })),
        Notice::Pages => ("pages", json!({})),
        Notice::Waiting { code, goes_on } => {
            ("waiting", json!({ "exit_code": code, "goes_on": goes_on }))
        }
        Notice::Stopping => ("ending", json!({})),
    }
}

fn of_emulator(happened: Happened<'_>) -> (&'static str, Value) {
    match happened {
        Happened::Request(event) => (
            "request",
            json!({
                "of": "emulator", "at": event.at, "face": event.face, "method": event.method,
                "path": event.path, "status": event.status, "ms": event.took.as_millis(),
                "who": event.who, "note": event.note,
            }),
        ),
        Happened::Mail(mail) => ("mail", json!(mail)),
        Happened::Clock { moved_by } => ("clock", json!({ "moved_by": moved_by })),
        Happened::Reset => ("reset", json!({})),
        Happened::News { at, kind, id } => ("event", json!({ "at": at, "event": kind, "id": id })),
        Happened::Delivery(delivery) => ("delivery", json!(delivery)),
    }
}
