//! One call's turn with the instance: the lock, the moment, and the answers that show the state it left.

use std::sync::MutexGuard;

use axum::response::IntoResponse as _;
use clerk_auth::time::UnixMillis;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

use super::Answer;
use super::call::Call;
use super::fault::Fault;
use crate::emulator::app::App;
use crate::emulator::event::Note;
use crate::emulator::instance::{Instance, Refusal, Session};
use crate::emulator::shape::View;

/// So long does a proof count.
const PROVEN_MINUTES: i64 = 10;

/// The instance, held for the time of one call.
pub(super) struct Turn<'a> {
    pub call: &'a Call,
    pub now: UnixMillis,
    pub instance: MutexGuard<'a, Instance>,
    app: &'a App,
}

impl<'a> Turn<'a> {
    pub fn new(app: &'a App, call: &'a Call) -> Self {
        Self {
            app,
            call,
            now: app.now(),
            instance: app.instance(),
        }
    }

    /// The session that the request acts for.
    pub fn acting_session(&self) -> Result<&Session, Fault> {
        let browser = self.call.dev_browser();
        let named = self.call.query.get("_clerk_session_id");
        let named = named.ok_or(Refusal::SignedOut)?;
        match self.instance.own_session(browser, named, self.now) {
            Err(Refusal::NotFound | Refusal::SessionOver) => Err(Refusal::SignedOut.into()),
            own => Ok(own?),
        }
    }

    /// The id of the user who is signed in by it.
    pub fn acting_user(&self) -> Result<String, Fault> {
        Ok(self.acting_session()?.user_id.clone())
    }

    /// The same, for a change that matters: where the instance wants it, the user has proven lately who they are.
    pub fn settled_user(&self) -> Result<String, Fault> {
        let session = self.acting_session()?;
        let wanted = self.instance.settings().reverification;
        if wanted && session.first_factor_age(self.now) >= PROVEN_MINUTES {
            return Err(Refusal::Reverification.into());
        }
        Ok(session.user_id.clone())
    }

    pub fn view(&self) -> View<'_> {
        View {
            instance: &self.instance,
            mint: &self.app.mint,
            random: &*self.app.random,
            authorized_party: self.call.authorized_party.as_deref(),
            now: self.now,
        }
    }

    /// `{"response": R, "client": C}`: the browser library replaces what it knows by the client in it.
    pub fn wrapped(&self, response: &impl Serialize) -> Answer {
        let client = self.client()?;
        let body = Wrapped { response, client };
        self.named(json_answer(&body))
    }

    /// The same for an attempt that is done, and that the client has as its own no more: a page that waited for it draws
    /// from the client what became of it.
    pub fn wrapped_within(&self, name: &str, attempt: &Value) -> Answer {
        let mut client = self.client()?;
        client[name] = attempt.clone();
        let response = attempt;
        self.named(json_answer(&Wrapped { response, client }))
    }

    /// The user with this id, wrapped.
    pub fn user_answer(&self, id: &str) -> Answer {
        let user = self.instance.user(id).ok_or(Refusal::NotFound)?;
        self.wrapped(&self.view().user(user))
    }

    /// `{"response": client, "client": null}`: the answers whose subject is the client.
    pub fn client_alone(&self) -> Answer {
        self.named(json_answer(
            &json!({ "response": self.client()?, "client": null }),
        ))
    }

    /// The answer, with the client's token for an app that keeps no cookies.
    fn named(&self, mut answer: axum::response::Response) -> Answer {
        let client = self.instance.client(self.call.dev_browser())?;
        if let Some(client) = client.filter(|_| self.call.is_native()) {
            let token = self.app.mint.client_token(&client.id)?;
            let token = HeaderValue::from_str(&token).map_err(|_| Fault::Internal)?;
            answer.headers_mut().insert(AUTHORIZATION, token);
        }
        Ok(answer)
    }

    /// An answer whose event says which code or link was "sent".
    pub fn with_mail_note(&self, answer: Answer) -> Answer {
        let mut response = answer?;
        if let Some(mail) = self.instance.outbox().mails().next_back() {
            response.extensions_mut().insert(Note(mail.told()));
        }
        Ok(response)
    }

    /// The whole client, or null when the dev browser has none.
    fn client(&self) -> Result<Value, Fault> {
        let client = self.instance.client(self.call.dev_browser())?;
        Ok(client
            .map(|client| self.view().client(client))
            .transpose()?
            .unwrap_or(Value::Null))
    }
}

/// What a page asked for, and the client as it is then.
#[derive(Serialize)]
struct Wrapped<'a, T> {
    response: &'a T,
    client: Value,
}

/// 200 with `body`, which nobody may keep.
pub(super) fn json_answer(body: &impl Serialize) -> axum::response::Response {
    let Ok(text) = serde_json::to_vec(body) else {
        return Fault::Internal.into_response();
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
