//! One line of the log for each request: method, path, status, time. Queries and headers hold credentials and stay out.

use http::StatusCode;
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::Kit;
use crate::head::Head;
use crate::time::UnixMillis;

/// A path may be as long as a request's head, but a line of the log may not.
const PATH_MOST: usize = 200;

/// A request whose line is written once it is answered.
#[derive(Clone, Debug)]
pub(super) struct Line {
    method: String,
    path: String,
    began: UnixMillis,
}

impl Kit {
    /// `None` if nobody reads such lines, which have the level "info" in development and "debug" in production.
    pub(super) fn line(&self, head: &dyn Head) -> Option<Line> {
        let is_read = if self.is_development() {
            tracing::enabled!(tracing::Level::INFO)
        } else {
            tracing::enabled!(tracing::Level::DEBUG)
        };
        is_read.then(|| Line {
            method: head.method().chars().take(20).collect(),
            path: utf8_percent_encode(head.path(), CONTROLS)
                .flat_map(str::chars)
                .take(PATH_MOST)
                .collect(),
            began: self.clerk().now(),
        })
    }

    pub(super) fn write(&self, line: Option<Line>, status: StatusCode) {
        let Some(Line {
            method,
            path,
            began,
        }) = line
        else {
            return;
        };
        let took = self.clerk().now().0.saturating_sub(began.0);
        let status = status.as_u16();
        if self.is_development() {
            tracing::info!("{method} {path} {status} {took} ms");
        } else {
            tracing::debug!("{method} {path} {status} {took} ms");
        }
    }
}
