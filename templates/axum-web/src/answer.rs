//! Pages and the gate's answers as responses.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse as _, Response};
use clerk_auth::{Answer, AnswerBody, Auth, Problem};

use crate::app::App;
use crate::gate;
use crate::pages::{ErrorPage, Page};

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
    gate::append(response.headers_mut(), answer.headers);
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

/// The answer for a handler that panicked.
pub fn broken(app: &App) -> Response {
    const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
    const MESSAGE: &str = "This is our mistake. Please try again.";
    problem(app, STATUS, "Something went wrong", MESSAGE)
}

/// What every response of this app says to browsers, unless it has said otherwise.
pub async fn with_security_headers(State(app): State<App>, mut response: Response) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 2] = [
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
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
