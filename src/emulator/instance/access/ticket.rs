//! Tickets: whoever has one is let in as a user, once. Servers make them for a sign-in in one step, for somebody who acts
//! in the user's name, and for an agent with a task.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AccessRefusal, below};
use crate::emulator::instance::machines::later;
use crate::emulator::instance::sign_in::Step;
use crate::emulator::instance::{Instance, Refusal, SignIn, Strategy, User, random};
use crate::emulator::store::Record;

const MAX_TICKETS: usize = 10_000;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Ticket {
    pub id: String,
    pub kind: TicketKind,
    pub user_id: String,
    pub status: TicketStatus,
    /// The one who acts in the user's name.
    pub actor: Option<Map<String, Value>>,
    /// How long its session lasts, in seconds, if less long than others.
    pub session_life: Option<i64>,
    /// Where an agent goes, and its name.
    pub agent: Option<Agent>,
    pub expire_at: UnixMillis,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub task_id: String,
    pub redirect_url: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    SignIn,
    Actor,
    Agent,
}

impl TicketKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::SignIn => "sit",
            Self::Actor => "act",
            Self::Agent => "agtask",
        }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    Pending,
    Accepted,
    Revoked,
}

impl TicketStatus {
    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
        }
    }
}

impl Record for Ticket {
    const KIND: &'static str = "ticket";

    fn id(&self) -> &str {
        &self.id
    }
}

/// A ticket as a server asks for it.
pub struct NewTicket {
    pub kind: TicketKind,
    pub user_id: String,
    /// In seconds.
    pub life: i64,
    pub actor: Option<Map<String, Value>>,
    pub session_life: Option<i64>,
    pub agent: Option<Agent>,
}

impl Instance {
    /// # Errors
    /// A [`Refusal`] when there is no such user.
    pub fn create_ticket(&mut self, new: NewTicket, now: UnixMillis) -> Result<Ticket, Refusal> {
        self.user(&new.user_id).ok_or(Refusal::NotFound)?;
        if below(self.access.tickets.len(), MAX_TICKETS).is_err() {
            self.drop_old_tickets(now);
        }
        let ticket = Ticket {
            id: random::id(&*self.random, new.kind.prefix()),
            kind: new.kind,
            user_id: new.user_id,
            status: TicketStatus::Pending,
            actor: new.actor,
            session_life: new.session_life,
            agent: new.agent,
            expire_at: later(now, new.life),
            created_at: now,
            updated_at: now,
        };
        self.access.tickets.insert(ticket.clone());
        Ok(ticket)
    }

    /// The oldest tenth goes, first those that let nobody in any more.
    fn drop_old_tickets(&mut self, now: UnixMillis) {
        let mut all: Vec<_> = self.access.tickets.values().collect();
        let is_good =
            |ticket: &Ticket| ticket.status == TicketStatus::Pending && now < ticket.expire_at;
        all.sort_by_key(|ticket| (is_good(ticket), ticket.created_at));
        let oldest = all.iter().take(MAX_TICKETS / 10);
        let oldest: Vec<_> = oldest.map(|ticket| ticket.id.clone()).collect();
        for id in oldest {
            self.access.tickets.remove(&id);
        }
    }

    /// Takes back a ticket of this kind that nobody used.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such ticket, or it was used or taken back.
    pub fn revoke_ticket(
        &mut self,
        kind: TicketKind,
        id: &str,
        now: UnixMillis,
    ) -> Result<Ticket, Refusal> {
        let ticket = self.access.tickets.get(id);
        let ticket = ticket.filter(|ticket| ticket.kind == kind);
        if ticket.ok_or(Refusal::NotFound)?.status != TicketStatus::Pending {
            return Err(AccessRefusal::TicketNotPending.into());
        }
        let ticket = self.access.tickets.edit(id).ok_or(Refusal::NotFound)?;
        ticket.status = TicketStatus::Revoked;
        ticket.updated_at = now;
        Ok(ticket.clone())
    }

    /// The ticket, if it lets somebody in.
    ///
    /// # Errors
    /// A [`Refusal`] that says why not.
    pub fn good_ticket(&self, id: &str, now: UnixMillis) -> Result<&Ticket, Refusal> {
        let ticket = self.access.tickets.get(id);
        let ticket = ticket.ok_or(AccessRefusal::TicketInvalid)?;
        match ticket.status {
            TicketStatus::Revoked => Err(AccessRefusal::TicketRevoked.into()),
            TicketStatus::Accepted => Err(AccessRefusal::TicketUsed.into()),
            TicketStatus::Pending if now >= ticket.expire_at => {
                Err(AccessRefusal::TicketExpired.into())
            }
            TicketStatus::Pending => Ok(ticket),
        }
    }

    /// Signs the ticket's user in on the dev browser's client, and uses the ticket up.
    ///
    /// # Errors
    /// A [`Refusal`] when the ticket is not good, or somebody is signed in.
    pub fn sign_in_by_ticket(
        &mut self,
        dev_browser: &str,
        id: &str,
        now: UnixMillis,
    ) -> Result<SignIn, Refusal> {
        self.refuse_second_session(dev_browser, now)?;
        let ticket = self.good_ticket(id, now)?.clone();
        let user = self.user(&ticket.user_id);
        user.ok_or(AccessRefusal::TicketInvalid)?.may_come_in()?;
        if let Some(ticket) = self.access.tickets.edit(id) {
            ticket.status = TicketStatus::Accepted;
            ticket.updated_at = now;
        }
        let session = self.open_session(dev_browser, &ticket.user_id, Strategy::Ticket, now);
        if let Some(session) = self.sessions.edit(&session) {
            session.actor.clone_from(&ticket.actor);
            if let Some(life) = ticket.session_life {
                session.expire_at = session.expire_at.min(later(now, life));
            }
        }
        let user = self.user(&ticket.user_id);
        let email = user.and_then(User::primary_email);
        let mut done = self.new_sign_in(Step::Complete, now);
        done.identifier = email.map(|email| email.address.clone());
        done.user_id = Some(ticket.user_id);
        done.by_ticket = true;
        done.created_session_id = Some(session);
        Ok(done)
    }

    /// The id of the agent of this name: the one that it had before, if it had a task.
    pub fn agent_named(&self, name: &str) -> String {
        let agents = self.access.tickets.values().rev();
        let mut agents = agents.filter_map(|ticket| ticket.agent.as_ref());
        let known = agents.find(|agent| agent.name == name);
        known.map_or_else(
            || random::id(&*self.random, "agent"),
            |agent| agent.id.clone(),
        )
    }
}
