//! Passes one request to the app and the answer back, both unchanged except for what belongs to the connection. We add
//! nothing about the visitor, so the app need not trust us.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    TE, TRANSFER_ENCODING, UPGRADE,
};
use http::{Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::held::{Busy, Held};
use super::passed::Passing;
use super::{Backend, Instead, Shared, document, pages};
use crate::run::ports::loopback;

/// The most time that a request waits for an app.
const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(50);

/// An open connection to one version of the app, or to the server beside it.
struct Way {
    stream: TcpStream,
    busy: Busy,
    /// The version of the app's pages.
    version: Option<String>,
}

pub(super) async fn answer(
    shared: Arc<Shared>,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Response<Body> {
    if let Some(rest) = request.uri().path().strip_prefix(pages::PREFIX) {
        let rest = rest.to_owned();
        return pages::own(&shared, &rest, request.uri().query()).await;
    }
    if request.method() == Method::CONNECT {
        return pages::text(StatusCode::NOT_IMPLEMENTED, "this is no proxy");
    }
    let found = timeout(PATIENCE, way(&shared, peer, &request)).await;
    match found {
        Ok(Ok(way)) => {
            let passing = way.version.is_some().then(|| Passing::new(&request));
            let answer = pass(&shared, way, request).await;
            if let Some(passing) = passing {
                shared.tell(&passing.done(&answer));
            }
            answer
        }
        Ok(Err(answer)) => *answer,
        Err(_) => pages::nobody(),
    }
}

/// Waits for somebody to pass the request to. The error is an answer of our own.
async fn way(
    shared: &Shared,
    peer: IpAddr,
    request: &Request<Incoming>,
) -> Result<Way, Box<Response<Body>>> {
    let is_page = document::is_wanted(request.headers());
    let beside = shared.beside.as_ref();
    let beside = beside.filter(|beside| beside.has(request.uri().path()));
    // It shows sources and opens editors.
    if beside.is_some() && !peer.to_canonical().is_loopback() {
        let why = "the front end's development server answers this machine only";
        return Err(Box::new(pages::text(StatusCode::FORBIDDEN, why)));
    }
    let mut behind = shared.behind.subscribe();
    loop {
        let now = behind.borrow_and_update().clone();
        match &now.instead {
            Some(instead) if is_page && is_from_here(request.headers()) => {
                let page = pages::instead(instead, &shared.version(&now));
                return Err(Box::new(page));
            }
            _ if beside.is_some() => {}
            Some(instead) if now.app.is_none() && matches!(**instead, Instead::Failed(_)) => {
                return Err(Box::new(pages::nobody()));
            }
            _ => {}
        }
        if let Some(beside) = beside {
            return Ok(to_server(&beside.server).await);
        }
        if let Some(app) = &now.app
            && let Some((stream, busy)) = connect(app).await
        {
            let version = Some(shared.version(&now));
            return Ok(Way {
                stream,
                busy,
                version,
            });
        }
        // The app has ended, or is about to. The next state will be announced.
        if behind.changed().await.is_err() {
            return Err(Box::new(pages::nobody()));
        }
    }
}

async fn connect(backend: &Arc<Backend>) -> Option<(TcpStream, Busy)> {
    let busy = Busy::new(backend);
    for address in loopback(backend.port) {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Some((stream, busy));
        }
    }
    None
}

/// Waits until the server beside the app listens.
async fn to_server(server: &Arc<Backend>) -> Way {
    loop {
        if let Some((stream, busy)) = connect(server).await {
            return Way {
                stream,
                busy,
                version: None,
            };
        }
        sleep(PAUSE).await;
    }
}

/// True if the request names this machine. Whoever came by a foreign name that leads to loopback must not see what a
/// compiler says about somebody's sources.
fn is_from_here(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(authority) = host.and_then(|host| host.parse::<http::uri::Authority>().ok()) else {
        return false;
    };
    let name = authority.host().trim_matches(['[', ']']);
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    // An address is nobody's name.
    is_address || name == "localhost" || name.ends_with(".localhost")
}

async fn pass(shared: &Shared, way: Way, mut request: Request<Incoming>) -> Response<Body> {
    let _unsupported = way.stream.set_nodelay(true);
    let Ok((mut app, connection)) = http1::handshake(TokioIo::new(way.stream)).await else {
        return pages::broken();
    };
    tokio::spawn(async move {
        // Whoever waits for the answer learns of a failure.
        let _broken = connection.with_upgrades().await;
    });
    let client = upgrade(request.headers()).map(|_| hyper::upgrade::on(&mut request));
    let asked = document::Asked::of(&request);
    let Ok(mut answer) = app.send_request(for_app(shared, request)).await else {
        return pages::broken();
    };
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some(client) = client else {
            return pages::broken();
        };
        tokio::spawn(tunnel(client, hyper::upgrade::on(&mut answer)));
        return answer.map(|_| Body::empty());
    }
    let (mut parts, body) = answer.into_parts();
    without_hops(&mut parts.headers);
    // An event stream ends when its app is told to stop, like a WebSocket, and not before.
    let busy = (!document::is_event_stream(&parts.headers)).then_some(way.busy);
    let body = Held::new(body, busy);
    match way.version {
        Some(version) if shared.reloads && asked.may_show(&parts) => {
            document::with_script(parts, body, &asked, &version).await
        }
        _ => Response::from_parts(parts, Body::new(body)),
    }
}

fn for_app(shared: &Shared, request: Request<Incoming>) -> Request<Incoming> {
    let (mut parts, body) = request.into_parts();
    parts.version = Version::HTTP_11;
    let upgrade = upgrade(&parts.headers);
    without_hops(&mut parts.headers);
    // We have answered that already.
    parts.headers.remove(EXPECT);
    if let Some(protocol) = upgrade {
        let connection = HeaderValue::from_static("upgrade");
        parts.headers.insert(CONNECTION, connection);
        parts.headers.insert(UPGRADE, protocol);
    }
    // A script cannot be added to a compressed answer.
    if shared.reloads && document::is_wanted(&parts.headers) {
        let plain = HeaderValue::from_static("identity");
        parts.headers.insert(ACCEPT_ENCODING, plain);
    }
    Request::from_parts(parts, body)
}

/// The protocol to which the connection should change.
fn upgrade(headers: &HeaderMap) -> Option<HeaderValue> {
    let words = headers.get(CONNECTION)?.to_str().ok()?;
    let mut words = words.split(',').map(str::trim);
    words
        .any(|word| word.eq_ignore_ascii_case("upgrade"))
        .then(|| headers.get(UPGRADE).cloned())?
}

/// Removes the headers that are for one connection only (RFC 9110 section 7.6.1); lengths and chunks are written anew.
fn without_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    // A chunked body with a length would say twice how long it is.
    let has_length = headers.contains_key(CONTENT_LENGTH);
    for name in named
        .into_iter()
        .filter(|name| !has_length || name != CONTENT_LENGTH)
    {
        headers.remove(name);
    }
    for name in [CONNECTION, UPGRADE, TE, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection"] {
        headers.remove(name);
    }
}

/// Passes bytes both ways until both sides are done.
async fn tunnel(client: OnUpgrade, app: OnUpgrade) {
    let (Ok(client), Ok(app)) = tokio::join!(client, app) else {
        return;
    };
    let (mut client, mut app): (TokioIo<Upgraded>, TokioIo<Upgraded>) =
        (TokioIo::new(client), TokioIo::new(app));
    let _broken = tokio::io::copy_bidirectional(&mut client, &mut app).await;
}
