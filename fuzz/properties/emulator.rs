use std::cell::{LazyCell, RefCell};
use std::sync::OnceLock;

use axum::body::{Body, to_bytes};
use clerk_auth::keys::InstanceType::Development;
use clerk_rs_cli::emulator::{Emulator, Face, Options, Route, routes_of};
use http::{Request, StatusCode};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::keys;

/// More requests would only take longer.
const MOST_REQUESTS: usize = 12;
/// Routes that send something out, that take time on purpose, or whose faults somebody ordered.
const NOT_ASKED: [&str; 5] = ["deliveries", "faults", "seed", "webhooks", "worlds"];

const SEED: &str = r#"
[organization_settings]
domains_enabled = true
[[users]]
id = "user_ada"
email_addresses = ["ada@example.com"]
phone_numbers = ["+12015550100"]
username = "adalovelace"
[[users]]
id = "user_grace"
email_addresses = ["grace@example.com"]
[[organizations]]
id = "org_acme"
name = "Acme"
slug = "acme"
created_by = "ada@example.com"
members = [{ user = "grace@example.com", role = "org:member" }]
[[machines]]
id = "mch_worker"
name = "worker"
secret_key = "ak_worker_0123456789"
"#;

/// Requests, ␞ between them. The first line of each is a method, the pattern of a route, what stands in place of its
/// parameters, and a query; any other line stands for some route. `$` is the id in the answer before, `@@` the code in
/// the last mail. The rest is the body.
pub fn emulator(input: &[u8]) {
    VISITOR.with(|visitor| {
        let (runtime, visitor) = &mut *visitor.borrow_mut();
        runtime.block_on(async {
            visitor.begin().await;
            for request in input.split(|byte| *byte == b'\x1e').take(MOST_REQUESTS) {
                visitor.request(request).await;
            }
            assert!(
                visitor
                    .send(Face::Frontend, "GET", "/v1/health", Vec::new())
                    .await
                    .is_object()
            );
        });
    });
}

// One emulator for all: its routes take a hundred times longer to make than to ask.
thread_local! {
    static VISITOR: LazyCell<RefCell<(Runtime, Visitor)>> = const { LazyCell::new(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let keys = keys(Development);
        let (publishable, secret) = (keys.publishable_key().clone(), keys.secret_key().clone());
        let options = Options::deterministic(publishable, secret, 1).unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let visitor = Visitor { emulator, browser: String::new(), id: String::new() };
        RefCell::new((runtime, visitor))
    }) };
}

type Asked = (Face, Route);

/// The route of a line, or one that hangs on what the line says.
fn route(line: &str) -> Asked {
    static ROUTES: OnceLock<Vec<Asked>> = OnceLock::new();
    let routes = ROUTES.get_or_init(|| {
        let of = |face| routes_of(face).into_iter().map(move |route| (face, route));
        let is_asked = |(_, route): &Asked| {
            !NOT_ASKED
                .iter()
                .any(|word| route.path.contains(&format!("/__emulator/{word}")))
        };
        of(Face::Frontend)
            .chain(of(Face::Backend))
            .filter(is_asked)
            .collect()
    });
    let named = routes
        .iter()
        .find(|(_, route)| format!("{} {}", route.method, route.path) == line);
    let hash = line.bytes().fold(7_usize, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    });
    *named.unwrap_or(&routes[hash % routes.len()])
}

struct Visitor {
    emulator: Emulator,
    browser: String,
    /// In the answer before.
    id: String,
}

impl Visitor {
    async fn begin(&mut self) {
        let desk = [
            ("clock", "move=reset"),
            ("reset", ""),
            ("tokens", "azp=present"),
            ("seed", SEED),
        ];
        for (path, body) in desk {
            let path = format!("/__emulator/{path}");
            let answer = self.send(Face::Frontend, "POST", &path, body.into()).await;
            assert!(answer["errors"].is_null(), "{answer}");
        }
        self.send(Face::Frontend, "POST", "/v1/dev_browser", Vec::new())
            .await;
        self.browser = std::mem::replace(&mut self.id, "user_ada".to_owned());
    }

    async fn request(&mut self, request: &[u8]) {
        let mut request = request.splitn(2, |byte| *byte == b'\n');
        let [line, body] = std::array::from_fn(|_| request.next().unwrap_or_default());
        let line = String::from_utf8_lossy(line);
        let words: Vec<_> = line.split(' ').collect();
        let named = words.get(..2).unwrap_or(&words).join(" ");
        let (mut given, mut query) = (words.get(2..).unwrap_or_default(), "");
        if let Some((last, others)) = given.split_last().filter(|(last, _)| last.contains('=')) {
            (given, query) = (others, last);
        }
        let mut body = body.to_owned();
        if body.contains(&b'$') || body.contains(&b'@') {
            let code = self.code().await;
            let text = String::from_utf8_lossy(&body).replace('$', &self.id);
            body = text.replace("@@", &code).into_bytes();
        }
        self.ask(route(&named), given, query, body).await;
    }

    /// The code in the last mail.
    async fn code(&mut self) -> String {
        let id = self.id.clone();
        let outbox = self
            .send(Face::Frontend, "GET", "/__emulator/outbox", Vec::new())
            .await;
        self.id = id;
        let last = outbox["mails"]
            .as_array()
            .and_then(|mails| mails.last()?["code"].as_str());
        last.unwrap_or("424242").to_owned()
    }

    async fn ask(&mut self, (face, route): Asked, given: &[&str], query: &str, body: Vec<u8>) {
        let mut given = given.iter();
        let mut target = String::new();
        for segment in route.path.split('/').skip(1) {
            let own = match segment.starts_with('{') {
                true => given.next().copied().unwrap_or("$"),
                false => segment,
            };
            target = format!("{target}/{}", if own == "$" { &self.id } else { own });
        }
        if !query.is_empty() {
            target = format!("{target}?{query}");
        }
        self.send(face, route.method, &target, body).await;
    }

    async fn send(&mut self, face: Face, method: &str, target: &str, body: Vec<u8>) -> Value {
        let kind = match (face, &*body) {
            (_, [b'-', b'-', ..]) => "multipart/form-data; boundary=b",
            (Face::Backend, _) | (_, [b'{', ..]) => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let mut request = Request::builder()
            .method(method)
            .header("host", "localhost")
            .header("content-type", kind);
        let mut target = target.to_owned();
        if face == Face::Backend {
            let secret = keys(Development).secret_key().expose();
            request = request.header("authorization", format!("Bearer {secret}"));
        } else if !target.starts_with("/__emulator") {
            let join = if target.contains('?') { '&' } else { '?' };
            target = format!("{target}{join}__clerk_db_jwt={}", self.browser);
            request = request.header("origin", "http://localhost:3000");
        }
        let Ok(request) = request.uri(&target).body(Body::from(body)) else {
            return Value::Null;
        };
        let answer = self.emulator.answer(face, request).await.unwrap();
        assert_ne!(
            answer.status(),
            StatusCode::INTERNAL_SERVER_ERROR,
            "{method} {target}"
        );
        let is_json = answer
            .headers()
            .get("content-type")
            .is_some_and(|kind| kind == "application/json");
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        if !is_json || body.is_empty() {
            return Value::Null;
        }
        let body: Value = serde_json::from_slice(&body).unwrap();
        let ids = [&body["id"], &body["response"]["id"], &body["data"][0]["id"]];
        if let Some(id) = ids.into_iter().find_map(Value::as_str) {
            self.id = id.to_owned();
        }
        body
    }
}
