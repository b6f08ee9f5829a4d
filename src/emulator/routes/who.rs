//! In whose name a request is asked, for the log. Nobody is let in by this.

use super::call::Fields;
use crate::emulator::app::App;
use crate::emulator::face::Face;
use crate::emulator::instance::User;

/// The names by which a request says who asks.
pub(super) struct Asker {
    face: Face,
    browser: Option<String>,
    session: Option<String>,
}

impl Asker {
    pub fn new(face: Face, query: Option<&str>) -> Self {
        let query = match face {
            Face::Frontend => Fields::parse(query.unwrap_or_default().as_bytes()),
            Face::Backend => Fields::default(),
        };
        Self {
            face,
            browser: query.owned("__clerk_db_jwt"),
            session: query.owned("_clerk_session_id"),
        }
    }

    /// The user who is signed in there now, or `server`.
    pub fn name(&self, app: &App) -> Option<String> {
        if self.face == Face::Backend {
            return Some("server".to_owned());
        }
        let instance = app.instance();
        let client = instance.client(self.browser.as_deref()?).ok()??;
        let named = self.session.as_deref().and_then(|id| instance.session(id));
        let named = named.filter(|session| session.client_id == client.id);
        let session = named.or_else(|| instance.active_session(client, app.now()))?;
        instance.user(&session.user_id).map(name)
    }
}

/// What people call a user.
pub(super) fn name(user: &User) -> String {
    let address = user.primary_email().map(|email| &email.address);
    let name = address.or(user.username.as_ref());
    name.unwrap_or(&user.id).clone()
}
