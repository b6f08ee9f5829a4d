//! Clerk's descriptions of its APIs as the judge of every answer that a test gets from the emulator. Where they are not
//! at hand nothing is judged, and that is said.

mod description;
mod deviations;
mod schema;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Once;

use boon::{Compiler, ErrorKind, Schemas, ValidationError};
use serde_json::{Value, json};

use description::{Body, Description};
use deviations::DEVIATIONS;

pub use description::Operation;

use super::world::World;

/// What Clerk describes: the two APIs that are asked, and the events that it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Frontend,
    Backend,
    Webhooks,
}

/// A request, and what came back.
#[derive(Clone, Copy)]
pub struct Exchange<'a> {
    pub face: Face,
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    pub status: u16,
    pub body: &'a str,
}

/// What a description says of an answer: nothing, or one line for each difference.
type Verdict = Result<(), Vec<String>>;

thread_local! {
    static FRONTEND: RefCell<Option<Judge>> = const { RefCell::new(None) };
    static BACKEND: RefCell<Option<Judge>> = const { RefCell::new(None) };
    static WEBHOOKS: RefCell<Option<Judge>> = const { RefCell::new(None) };
}

/// Holds an answer against the description of the API that was asked.
#[track_caller]
pub fn judge(exchange: &Exchange) {
    if !is_here() {
        return;
    }
    let verdict = with_judge(exchange.face, |judge| {
        let verdict = judge.verdict(exchange);
        judge.mark(exchange);
        verdict
    });
    if let Err(differences) = verdict {
        panic!(
            "{} {} answered {}, and Clerk's description says otherwise:\n  {}\n{}",
            exchange.method,
            exchange.target,
            exchange.status,
            differences.join("\n  "),
            exchange.body,
        );
    }
}

/// Holds the body of a webhook against the description of the event that it tells.
#[track_caller]
pub fn judge_event(event: &Value) {
    if !is_here() {
        return;
    }
    let verdict = with_judge(Face::Webhooks, |judge| judge.event_verdict(event));
    if let Err(differences) = verdict {
        panic!(
            "this event is none of Clerk's:\n  {}\n{event:#}",
            differences.join("\n  ")
        );
    }
}

/// All that an API can be asked, as it was published.
pub fn operations(face: Face) -> Vec<Operation> {
    Description::new(&description::read(face.file())).operations
}

/// The kinds of events that a webhook tells.
pub fn events() -> BTreeSet<String> {
    let description = Description::new(&description::read(Face::Webhooks.file()));
    description.events.into_keys().collect()
}

/// True if a test got an answer of this operation, and it was right.
pub fn was_asked(face: Face, operation: &Operation) -> bool {
    mark_of(face, operation).exists()
}

/// The file that says so: each test is a process of its own.
fn mark_of(face: Face, operation: &Operation) -> PathBuf {
    let name = format!(
        "{face:?} {} {}",
        operation.method,
        operation.path.replace('/', ":")
    );
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("asked")
        .join(name)
}

/// True if the descriptions are at hand; says so, once, if they are not.
pub fn is_here() -> bool {
    static SAID: Once = Once::new();
    let here = description::folder().is_some();
    if !here {
        SAID.call_once(|| println!("skipped: Clerk's descriptions are not in ../shared/openapi"));
    }
    here
}

fn with_judge<T>(face: Face, ask: impl FnOnce(&mut Judge) -> T) -> T {
    let place = match face {
        Face::Frontend => &FRONTEND,
        Face::Backend => &BACKEND,
        Face::Webhooks => &WEBHOOKS,
    };
    place.with_borrow_mut(|judge| ask(judge.get_or_insert_with(|| Judge::of(face))))
}

struct Judge {
    face: Face,
    description: Description,
    compiler: Compiler,
    schemas: Schemas,
}

/// The name under which the validator knows the description.
const ROOT: &str = "https://oracle.invalid/description";
const ERRORS: &str = "/components/schemas/ClerkErrors";

impl Judge {
    fn of(face: Face) -> Self {
        let mut openapi = description::read(face.file());
        for deviation in DEVIATIONS.iter().filter(|row| row.face == face) {
            deviation.put_into(&mut openapi);
        }
        Self::new(face, Description::new(&openapi))
    }

    fn new(face: Face, mut description: Description) -> Self {
        let mut compiler = Compiler::new();
        let document = std::mem::take(&mut description.document);
        compiler.add_resource(ROOT, document).unwrap();
        Self {
            face,
            description,
            compiler,
            schemas: Schemas::new(),
        }
    }

    fn operation(&self, exchange: &Exchange) -> Option<&Operation> {
        let path = self.face.plain_path(exchange.target);
        self.description.find(&meant_method(exchange), &path)
    }

    /// Leaves a mark for an operation that did what it was asked.
    fn mark(&self, exchange: &Exchange) {
        if let Some(operation) = self.operation(exchange).filter(|_| exchange.status < 400) {
            let mark = mark_of(self.face, operation);
            std::fs::create_dir_all(mark.parent().unwrap()).unwrap();
            std::fs::write(mark, "").unwrap();
        }
    }

    fn verdict(&mut self, exchange: &Exchange) -> Verdict {
        if exchange.method == "OPTIONS" || is_ours(&self.face.plain_path(exchange.target)) {
            return Ok(());
        }
        let operation = self.operation(exchange);
        let schema = match operation.and_then(|known| known.answers.get(&exchange.status)) {
            // An error may have any status, and looks the same everywhere.
            None if exchange.status >= 400 => ERRORS.to_owned(),
            None if operation.is_none() => return differs("there is no such operation"),
            None if exchange.status >= 300 => return Ok(()),
            None => return differs("this operation has no answer with this status"),
            Some(Body::Other) => return Ok(()),
            Some(Body::None) if exchange.body.is_empty() => return Ok(()),
            Some(Body::None) if exchange.status >= 400 => ERRORS.to_owned(),
            Some(Body::None) => return differs("this answer has no body"),
            Some(Body::Json(number)) => format!("/answers/{number}"),
        };
        match serde_json::from_str(exchange.body) {
            Ok(body) => self.holds(&schema, &body),
            Err(error) => differs(&format!("the body is no JSON: {error}")),
        }
    }

    fn event_verdict(&mut self, event: &Value) -> Verdict {
        let kind = event["type"].as_str().unwrap_or_default();
        match self.description.events.get(kind).copied() {
            Some(number) => self.holds(&format!("/answers/{number}"), event),
            None => differs(&format!("there is no event `{kind}`")),
        }
    }

    /// Holds `value` against the schema that a pointer leads to.
    fn holds(&mut self, pointer: &str, value: &Value) -> Verdict {
        let place = format!("{ROOT}#{pointer}");
        let schema = self.compiler.compile(&place, &mut self.schemas).unwrap();
        self.schemas.validate(value, schema).map_err(|error| {
            let mut lines = Vec::new();
            tell(&error, &mut lines);
            lines
        })
    }
}

fn differs(how: &str) -> Verdict {
    Err(vec![how.to_owned()])
}

impl Face {
    fn file(self) -> &'static str {
        match self {
            Self::Frontend => "fapi.yml",
            Self::Backend => "bapi.yml",
            Self::Webhooks => "webhooks.yml",
        }
    }

    /// The path as the description writes it: without what a proxy puts before it, and for the Backend API without the
    /// version, which belongs to its address there.
    pub fn plain_path(self, target: &str) -> String {
        let path = target.split('?').next().unwrap_or_default();
        let mut parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        let before = match self {
            Self::Backend => "v1",
            Self::Frontend | Self::Webhooks => "__clerk",
        };
        if parts.first() == Some(&before) {
            parts.remove(0);
        }
        format!("/{}", parts.join("/"))
    }
}

/// True for what only the emulator has: its page, its control routes, its forms, the scripts, pictures.
pub fn is_ours(path: &str) -> bool {
    path == "/"
        || ["/__emulator/", "/npm/", "/images/"]
            .iter()
            .any(|ours| path.starts_with(ours))
}

/// Browsers name the method that they mean in the query of a POST.
fn meant_method(exchange: &Exchange) -> String {
    let query = exchange
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let meant = query
        .split('&')
        .find_map(|field| field.strip_prefix("_method="));
    meant
        .filter(|_| exchange.method == "POST")
        .unwrap_or(exchange.method)
        .to_owned()
}

/// One line for each difference. Where several schemas are allowed, the differences to the nearest of them.
fn tell(error: &ValidationError, lines: &mut Vec<String>) {
    if error.causes.is_empty() {
        lines.push(format!("{}: {}", error.instance_location, error.kind));
        return;
    }
    if !matches!(error.kind, ErrorKind::AnyOf | ErrorKind::OneOf(_)) {
        error.causes.iter().for_each(|cause| tell(cause, lines));
        return;
    }
    let here = error.instance_location.to_string();
    let branches = error.causes.iter().map(|cause| {
        let mut lines = Vec::new();
        tell(cause, &mut lines);
        lines
    });
    // Another type, or another `object`, is farther off than any number of members.
    let distance = |lines: &Vec<String>| {
        let other = |line: &String| {
            line.starts_with(&format!("{here}: want "))
                || line.starts_with(&format!("{here}/object: "))
        };
        (lines.iter().filter(|line| other(line)).count(), lines.len())
    };
    lines.extend(branches.min_by_key(distance).unwrap_or_default());
}

#[test]
fn an_answer_that_breaks_its_schema_is_caught() {
    if !is_here() {
        return;
    }
    let tokens = "/v1/client/sessions/sess_1/tokens";
    let dressed = "/__clerk/v1/client/sessions/sess_1/tokens/?_clerk_session_id=x";
    let delete = "/v1/client/sessions?_method=DELETE";
    let count = "/v1/users/count";
    let token = r#"{"object":"token","jwt":"a.b.c"}"#;
    let total = r#"{"object":"total_count","total_count":1}"#;
    let error = r#"{"errors":[{"message":"m","long_message":"l","code":"c"}]}"#;
    for (face, method, target, status, body, difference) in [
        (Face::Frontend, "POST", tokens, 200, token, ""),
        (Face::Frontend, "POST", dressed, 200, token, ""),
        (Face::Frontend, "POST", tokens, 404, error, ""),
        (Face::Frontend, "GET", "/v1/nowhere", 404, error, ""),
        (Face::Frontend, "GET", "/__emulator/outbox", 200, "{}", ""),
        (Face::Backend, "GET", count, 200, total, ""),
        (
            Face::Frontend,
            "POST",
            tokens,
            200,
            r#"{"jwt":1}"#,
            "/jwt: want string",
        ),
        (Face::Frontend, "POST", tokens, 200, "<html>", "no JSON"),
        (
            Face::Frontend,
            "POST",
            tokens,
            201,
            token,
            "no answer with this status",
        ),
        (
            Face::Frontend,
            "GET",
            tokens,
            200,
            token,
            "no such operation",
        ),
        (
            Face::Frontend,
            "POST",
            delete,
            200,
            r#"{"response":null}"#,
            "client",
        ),
        (
            Face::Backend,
            "POST",
            tokens,
            200,
            token,
            "no such operation",
        ),
        (
            Face::Backend,
            "GET",
            count,
            200,
            r#"{"object":"total_count"}"#,
            "missing properties",
        ),
        (
            Face::Backend,
            "GET",
            count,
            200,
            r#"{"object":"users","total_count":1}"#,
            "/object",
        ),
        (
            Face::Backend,
            "GET",
            count,
            200,
            &total.replace('1', "1,\"a\":1"),
            "additional",
        ),
        (
            Face::Frontend,
            "POST",
            tokens,
            418,
            &error.replace("long_", ""),
            "long_message",
        ),
        (Face::Frontend, "GET", "/v1/nowhere", 404, "", "no JSON"),
    ] {
        let told = told(&Exchange {
            face,
            method,
            target,
            status,
            body,
        });
        assert!(
            told.contains(difference) && told.is_empty() == difference.is_empty(),
            "{method} {target} {status} {body}: {told}"
        );
    }
}

fn told(exchange: &Exchange) -> String {
    let verdict = with_judge(exchange.face, |judge| judge.verdict(exchange));
    verdict.err().unwrap_or_default().join("; ")
}

/// Schemas of schemas, and alternatives: what lies deep in an answer is looked at as well.
#[tokio::test]
async fn a_real_answer_with_one_member_less_or_another_is_caught() {
    if !is_here() {
        return;
    }
    let world = World::new().await;
    let (browser, _) = world.signed_in().await;
    let client = world.page("GET", "/v1/client", &browser, &[]).await.json();
    let verdict = |body: &str| {
        told(&Exchange {
            face: Face::Frontend,
            method: "GET",
            target: "/v1/client",
            status: 200,
            body,
        })
    };
    assert_eq!(verdict(&client.to_string()), "");
    let session = "/response/sessions/0";
    let address = "/response/sessions/0/user/email_addresses/0";
    for (place, name, instead, difference) in [
        (
            session,
            "factor_verification_age",
            None,
            "factor_verification_age",
        ),
        (session, "status", Some(json!("over")), "/status"),
        (
            "/response/sessions/0/user",
            "lockout_expires_in_seconds",
            None,
            "lockout",
        ),
        (
            address,
            "reserved",
            Some(json!("no")),
            "/reserved: want boolean",
        ),
        (address, "friend", Some(json!(1)), "friend"),
        (
            "/response/sessions/0/user/email_addresses/0/verification",
            "status",
            Some(json!(null)),
            "/status",
        ),
        (
            "/response",
            "sign_in",
            Some(json!({ "object": "sign_in" })),
            "sign_in",
        ),
    ] {
        let mut broken = client.clone();
        let members = broken.pointer_mut(place).unwrap().as_object_mut().unwrap();
        match instead {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.remove(name),
        };
        let told = verdict(&broken.to_string());
        assert!(told.contains(difference), "{place} {name}: {told}");
    }
}

/// What the libraries want must be something that the description refuses or does not know.
#[test]
fn every_deviation_is_still_needed() {
    if !is_here() {
        return;
    }
    for face in [Face::Frontend, Face::Backend, Face::Webhooks] {
        let openapi = description::read(face.file());
        for row in DEVIATIONS.iter().filter(|row| row.face == face) {
            let mut description = Description::new(&openapi);
            let mut also: Value = serde_json::from_str(row.also).unwrap();
            schema::from_openapi(&mut also);
            description.document["also"] = also;
            let known = openapi.pointer(row.at).cloned();
            if let Some(mut known) = known.clone() {
                schema::from_openapi(&mut known);
                description.document["known"] = known;
            }
            let mut judge = Judge::new(face, description);
            let example = serde_json::from_str(row.example).unwrap();
            assert_eq!(judge.holds("/also", &example), Ok(()), "{}", row.at);
            if known.is_some() {
                assert!(
                    judge.holds("/known", &example).is_err(),
                    "{} is not needed",
                    row.at
                );
            }
            let version = row.seen_in.split_once(' ').map(|(_, version)| version);
            let is_versioned = version.is_some_and(|text| text.starts_with(char::is_numeric));
            assert!(!row.reason.is_empty() && is_versioned, "{}", row.at);
        }
    }
}

#[test]
fn an_event_that_breaks_its_schema_is_caught() {
    if !is_here() {
        return;
    }
    let event = |kind: &str, id: Value| {
        json!({
            "object": "event", "type": kind, "timestamp": 1, "instance_id": "ins_1",
            "data": { "object": "user", "id": id, "deleted": true },
        })
    };
    for (event, difference) in [
        (event("user.deleted", json!("user_1")), ""),
        (event("user.deleted", json!(1)), "/data/id"),
        (event("user.forgotten", json!("user_1")), "no event"),
        (json!({ "type": "user.deleted" }), "data"),
    ] {
        let verdict = with_judge(Face::Webhooks, |judge| judge.event_verdict(&event));
        let told = verdict.err().unwrap_or_default().join("; ");
        assert!(
            told.contains(difference) && told.is_empty() == difference.is_empty(),
            "{event}: {told}"
        );
    }
}
