//! Forms of other sites. Some frameworks read JSON from a body of whatever type, and a page may send a body of some types
//! to any site without asking that site first.

use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::{Entry, Kit, Reply};
use crate::head::Head;
use crate::public_url::Connection;

/// The content types that a page may send anywhere.
const FORMS: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];

impl Kit {
    /// Refuses a form of another site where the app takes data; everything else goes on. For frameworks that do not look
    /// at the type of a body that is to be JSON.
    pub fn without_foreign_forms(
        &self,
        entry: Entry,
        head: &dyn Head,
        connection: Connection<'static>,
    ) -> Entry {
        match entry {
            Entry::Pass(_, stay) if self.is_foreign_form(head, connection) => {
                const STATUS: StatusCode = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                let mut reply = Reply::error(STATUS);
                self.leave(stay, STATUS, reply.headers_mut());
                Entry::Answer(reply)
            }
            entry => entry,
        }
    }

    fn is_foreign_form(&self, head: &dyn Head, connection: Connection<'_>) -> bool {
        let is_form = || match head.header(&CONTENT_TYPE) {
            None => true,
            Some(of) => FORMS.iter().any(|form| {
                let start = of.get(..form.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(form.as_bytes()))
            }),
        };
        let changes = !matches!(head.method(), "GET" | "HEAD" | "OPTIONS");
        changes
            && self.gate().is_data(head.path())
            && is_form()
            && self.is_foreign(head, connection)
    }
}
