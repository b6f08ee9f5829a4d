//! `/live`: who has this page open now, and what they say to each other. An event stream tells the first, a WebSocket carries
//! the second. Either ends when the session token of its user expires, within a minute; `assets/live.js` opens it again with
//! the next token. So whoever signed out is gone by then, and nobody is asked in between.
//!
//! All of it is in the memory of this process: several copies of the app would need something that they share.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clerk_auth::axum::{Connected, End, SignedIn};
use clerk_auth::kit::{Page, Reply};
use clerk_auth::time::{Clock as _, SystemClock};
use futures_util::stream;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// The most bytes of a message; a larger one ends the connection.
const MESSAGE_MOST: usize = 4096;

/// The most lines that are kept, and the most users that are listed.
const LINES_MOST: usize = 50;
const USERS_MOST: usize = 100;

/// The time between two lines of one connection. What comes faster waits at the sender's.
const BETWEEN: Duration = Duration::from_millis(100);

/// The time in which somebody may come back with the next token as if they had never been away.
const BACK: Duration = Duration::from_secs(5);

/// The time for the other side to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// What everybody sees. A `watch` holds the newest state only, so whoever reads slowly misses steps and holds up nobody.
#[derive(Default)]
pub struct Room {
    /// Users, each with the number of their pages.
    here: watch::Sender<BTreeMap<String, usize>>,
    said: watch::Sender<VecDeque<Line>>,
}

struct Line {
    /// Its moment, or one later than the last; so numbers grow also when the app starts again.
    number: i64,
    user: String,
    text: String,
}

/// The page and its two connections. They stand below `/api`, where strangers get 401 and no redirect.
pub fn routes() -> Router {
    Router::new()
        .route("/live", get(show))
        .route("/api/live/here", get(here))
        .route("/api/live/talk", get(talk))
        .with_state(Arc::new(Room::default()))
}

async fn show(_: SignedIn, page: Page) -> Reply {
    page.show("live.html", ())
}

/// The event stream. Each begins with the whole list, so `Last-Event-ID` is of no use here.
async fn here(user: Connected, State(room): State<Arc<Room>>) -> impl IntoResponse {
    let place = Room::enter(&room, user.user_id());
    let mut list = room.here.subscribe();
    list.mark_changed();
    let events = stream::unfold(Some((user, list, place)), async |open| {
        let (user, mut list, place) = open?;
        match user.during(list.changed()).await {
            Ok(_) => {
                let event = Event::default().data(listed(&list.borrow_and_update()));
                Some((Ok::<_, Infallible>(event), Some((user, list, place))))
            }
            Err(end) => {
                if end == End::Expired {
                    tokio::spawn(async move {
                        sleep(BACK).await;
                        drop(place);
                    });
                }
                Some((Ok(Event::default().event("end").data(end.word())), None))
            }
        }
    });
    let headers = [
        (CACHE_CONTROL, "no-store"),
        // nginx would collect the answer until it is over.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Sse::new(events).keep_alive(KeepAlive::new()))
}

fn listed(here: &BTreeMap<String, usize>) -> String {
    let users: Vec<_> = here.keys().take(USERS_MOST).collect();
    json!(users).to_string()
}

/// The WebSocket, at `/api/live/talk?after=17` for somebody who has read line 17. It needs no pings: whoever is gone without
/// a word is out when the token expires.
async fn talk(
    user: Connected,
    State(room): State<Arc<Room>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query = query.unwrap_or_default();
    let after = query.strip_prefix("after=").and_then(|it| it.parse().ok());
    upgrade
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST)
        .on_upgrade(async move |mut socket| {
            let talking = exchange(&mut socket, &user, &room, after.unwrap_or(0));
            if let Err(end) = user.during(talking).await {
                close(socket, end).await;
            }
        })
}

/// Goes on until the other side leaves.
async fn exchange(
    socket: &mut WebSocket,
    user: &Connected,
    room: &Room,
    mut after: i64,
) -> Option<()> {
    let mut said = room.said.subscribe();
    said.mark_changed();
    let mut next = Instant::now();
    loop {
        tokio::select! {
            changed = said.changed() => {
                changed.ok()?;
                let news = news(&said.borrow_and_update(), &mut after);
                if let Some(news) = news {
                    socket.send(Message::text(news)).await.ok()?;
                }
            }
            message = async { sleep_until(next).await; socket.recv().await } => {
                if let Message::Text(text) = message?.ok()? {
                    room.say(user.user_id(), &text);
                    next = Instant::now() + BETWEEN;
                }
            }
        }
    }
}

/// The lines behind one, as JSON.
fn news(said: &VecDeque<Line>, after: &mut i64) -> Option<String> {
    let lines = said.iter().filter(|line| line.number > *after);
    let lines: Vec<_> = lines
        .map(|line| json!({ "number": line.number, "user": line.user, "text": line.text }))
        .collect();
    *after = said.back()?.number.max(*after);
    (!lines.is_empty()).then(|| json!(lines).to_string())
}

/// Says why, and waits for the answer: a socket that is closed with unread data is reset, and then the other side does
/// not see the reason.
async fn close(mut socket: WebSocket, end: End) {
    let frame = CloseFrame {
        code: end.code(),
        reason: end.word().into(),
    };
    let goodbye = async {
        socket.send(Message::Close(Some(frame))).await.ok()?;
        while socket.recv().await?.is_ok() {}
        Some(())
    };
    let _whether_or_not = timeout(GOODBYE, goodbye).await;
}

impl Room {
    fn enter(room: &Arc<Self>, user: Option<&str>) -> Place {
        let user = user.unwrap_or_default().to_owned();
        room.here.send_if_modified(|here| {
            let pages = here.entry(user.clone()).or_default();
            *pages += 1;
            *pages == 1
        });
        let room = Arc::clone(room);
        Place { room, user }
    }

    fn say(&self, user: Option<&str>, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.said.send_modify(|said| {
            let next = said.back().map_or(0, |last| last.number + 1);
            said.push_back(Line {
                number: next.max(SystemClock.now().0),
                user: user.unwrap_or_default().to_owned(),
                text: text.to_owned(),
            });
            if said.len() > LINES_MOST {
                said.pop_front();
            }
        });
    }
}

/// A page of somebody who is here.
struct Place {
    room: Arc<Room>,
    user: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.here.send_if_modified(|here| {
            let pages = here.get_mut(&self.user).map_or(0, |pages| {
                *pages -= 1;
                *pages
            });
            pages == 0 && here.remove(&self.user).is_some()
        });
    }
}
