//! An app that is told what happens. It believes nothing that is not signed, and holds every event against Clerk's
//! description.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{self, TIMESTAMP_HEADER, WebhookSecret};
use clerk_rs_cli::emulator::Options;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::oracle;
use super::world::{World, options};

/// A delivery that was signed by the secret.
pub struct Got {
    /// Of the message.
    pub id: String,
    pub kind: String,
    pub body: Value,
    pub headers: HeaderMap,
    pub path: String,
    /// When it was signed, in seconds.
    pub at: i64,
}

pub struct Receiver {
    pub port: u16,
    secret: WebhookSecret,
    answers: Answers,
    got: UnboundedReceiver<(HeaderMap, String, Bytes)>,
    serving: JoinHandle<()>,
}

/// The next answers; 204 when there are none.
type Answers = Arc<Mutex<VecDeque<Response>>>;
type App = (UnboundedSender<(HeaderMap, String, Bytes)>, Answers);

impl Receiver {
    pub async fn new(secret: &str) -> Self {
        let (sender, got) = unbounded_channel();
        let answers = Answers::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let app: App = (sender, Arc::clone(&answers));
        let router = Router::new().fallback(receive).with_state(app);
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            port,
            secret: WebhookSecret::parse(secret).unwrap(),
            answers,
            got,
            serving,
        }
    }

    pub fn url(&self) -> String {
        format!("http://localhost:{}/webhooks/clerk", self.port)
    }

    /// What it answers the next ones with.
    pub fn answers(&self, answers: impl IntoIterator<Item = Response>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub fn fails(&self, times: usize) {
        let failure = || StatusCode::INTERNAL_SERVER_ERROR.into_response();
        self.answers(std::iter::repeat_with(failure).take(times));
    }

    pub async fn next(&mut self) -> Got {
        self.next_of("anything").await
    }

    async fn next_of(&mut self, what: &str) -> Got {
        let got = tokio::time::timeout(Duration::from_secs(20), self.got.recv()).await;
        let got =
            got.unwrap_or_else(|_| panic!("nothing was delivered, though this was due: {what}"));
        let (headers, path, body) = got.unwrap();
        let at = headers[TIMESTAMP_HEADER].to_str().unwrap();
        let at: i64 = at.parse().unwrap();
        let then = UnixMillis::from_seconds(at);
        let secret = std::slice::from_ref(&self.secret);
        let event = webhooks::verify(&headers, &body, secret, then).unwrap();
        oracle::judge_event(&event.raw);
        Got {
            id: event.id,
            kind: event.kind,
            body: event.raw,
            headers,
            path,
            at,
        }
    }

    /// The kinds of the next ones.
    pub async fn kinds<const N: usize>(&mut self) -> [String; N] {
        let mut kinds = [const { String::new() }; N];
        for kind in &mut kinds {
            *kind = self.next().await.kind;
        }
        kinds
    }

    /// The object of the next one, which must be of this kind.
    #[track_caller]
    pub fn told<'a>(&'a mut self, kind: &'a str) -> impl Future<Output = Value> + 'a {
        let place = std::panic::Location::caller();
        async move {
            let mut got = self.next_of(&format!("{kind}, {place}")).await;
            assert_eq!(got.kind, kind, "{place}: {:#}", got.body);
            got.body["data"].take()
        }
    }

    /// Makes sure that nothing is left. What was told so far is delivered in order, so one that is told now is the next.
    pub async fn told_all(&mut self, world: &World) {
        let mark = format!("mark {}", world.mark());
        let key = mark.replace(' ', ":a");
        let fields = json!({ "name": mark, "key": format!("org:{key}") }).to_string();
        let path = "/v1/organization_permissions";
        let made = world.server_sends("POST", path, &fields).await;
        assert_eq!(made.status, 200, "{}", made.body);
        assert_eq!(self.told("permission.created").await["name"], mark);
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State((got, answers)): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let answer = answers.lock().unwrap().pop_front();
    let path = format!("{} {}", parts.method, parts.uri);
    let _nobody_asks = got.send((parts.headers, path, body));
    answer.unwrap_or_else(|| StatusCode::NO_CONTENT.into_response())
}

/// An emulator, and an app that it tells everything.
pub async fn told() -> (World, Receiver) {
    let options = options();
    let receiver = Receiver::new(options.keys.webhook_secret()).await;
    let world = World::with(Options {
        webhooks: Some(receiver.url()),
        ..options
    });
    (world.await, receiver)
}
