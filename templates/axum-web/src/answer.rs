//! Pages and the gate's answers as responses.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};
use clerk_auth::{Answer, AnswerBody, Auth, Problem};

use crate::app::App;
use crate::pages::{ErrorPage, Page};
use crate::server;

/// Renders a page that admits its own scripts only and that nobody may keep.
pub fn page<'a, T: Template>(
    app: &'a App,
    auth: Option<&'a Auth>,
    content: impl FnOnce(Page<'a>) -> T,
) -> Response {
    let page = Page::new(&app.site, auth);
    let policy = app.site.content_security_policy(&page.nonce);
    match content(page).render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, policy),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, Html(html)).into_response()
        }
        Err(error) => {
            tracing::error!("a page could not be rendered: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Sends what the gate answered.
pub fn respond(app: &App, answer: Answer) -> Response {
    let mut response = match answer.body {
        AnswerBody::Empty => Response::new(Body::empty()),
        AnswerBody::Json(text) => Response::new(Body::from(text)),
        AnswerBody::Page(problem) => page(app, None, |page| ErrorPage {
            page,
            problem: &problem,
        }),
    };
    *response.status_mut() = answer.status;
    append(response.headers_mut(), answer.headers);
    response
}

/// A page that says what is wrong, when that is not about who is signed in.
pub fn problem(app: &App, status: StatusCode, title: &'static str, message: &str) -> Response {
    let problem = Problem {
        title,
        message: message.to_owned(),
        details: Vec::new(),
    };
    let mut response = page(app, None, |page| ErrorPage {
        page,
        problem: &problem,
    });
    *response.status_mut() = status;
    response
}

/// Runs the handler; says so when it panicked.
pub async fn run(app: &App, next: Next, request: Request) -> Response {
    const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    const MESSAGE: &str = "This is our mistake. Please try again.";
    let answer = server::unless_panicked(next.run(request)).await;
    answer.unwrap_or_else(|| problem(app, STATUS, "Something went wrong", MESSAGE))
}

/// Adds headers to a response: cookies beside those that are there, everything else in their place.
pub fn append(headers: &mut HeaderMap, more: HeaderMap) {
    let mut last = None;
    for (name, value) in more {
        // A name comes with its first value only.
        last = name.or(last);
        match &last {
            Some(name) if *name == header::SET_COOKIE => {
                headers.append(name, value);
            }
            Some(name) => {
                headers.insert(name, value);
            }
            None => {}
        }
    }
}

/// What every response of this app says to browsers, unless it has said otherwise.
pub async fn with_security_headers(State(app): State<App>, mut response: Response) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("strict-origin-when-cross-origin"),
        ),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if !app.site.is_development {
        // A year of HTTPS only; browsers take no notice of it over plain HTTP.
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
    response
}
