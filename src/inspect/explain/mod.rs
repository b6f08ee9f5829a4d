//! A token in words: its claims, and things a person should notice. Strangers wrote it, so every text goes through
//! `escape` on its way to a screen, and nothing here calls a token valid.

mod dates;
mod handshake;
mod notes;
mod organization;
mod rows;
mod who;

use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;

use super::kind::{Form, Kind, Token};

pub use dates::{Date, DateClaim, milliseconds};
pub use notes::Note;
pub use rows::{Row, plain};

use rows::Rows;

/// A token in words.
#[derive(Debug)]
pub struct Explained {
    /// The content, one thing in each row.
    pub rows: Vec<Row>,
    /// Things to notice.
    pub notes: Vec<Note>,
}

/// Puts a token into words.
pub fn explain(token: &Token, now: UnixMillis) -> Explained {
    let notes = notes::of(token);
    let rows = match &token.form {
        Form::Jwt(jwt) => jwt_rows(jwt, token.kind, now),
        Form::Opaque | Form::Broken(_) => Vec::new(),
    };
    Explained { rows, notes }
}

fn jwt_rows(jwt: &Unverified, kind: Kind, now: UnixMillis) -> Vec<Row> {
    let mut rows = Rows::new(jwt.claims());
    match kind {
        Kind::SessionV1 | Kind::SessionV2 => who::session(&mut rows),
        Kind::M2m => who::machine(&mut rows),
        Kind::OAuth => who::application(&mut rows),
        Kind::IdToken => who::identity(&mut rows),
        Kind::Handshake => handshake::cookies(&mut rows),
        _ => who::subject(&mut rows),
    }
    dates::rows(&mut rows, now);
    who::parties(&mut rows);
    if kind == Kind::SessionV2 {
        organization::packed(&mut rows);
    } else if kind == Kind::SessionV1 {
        organization::spelled_out(&mut rows);
    }
    if kind.is_session() {
        who::how(&mut rows);
    }
    rows.header(jwt.header());
    rows.rest();
    rows.rows
}
