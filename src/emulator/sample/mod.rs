//! Events that nobody brought about, for apps that want to see one. They tell of an instance of a few records, in the same
//! shapes as the emulator's own events, and of the same records in each run: so the app sees a user made, changed and
//! deleted. What Clerk tells of payments the emulator does not have; it is written down.

mod billing;

use std::sync::Arc;

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::instance::email::{Content, Mail};
use super::instance::random::SeededRandom;
use super::instance::{Instance, Random, Session, SessionStatus};
use super::seed::{Seed, SeedError};
use super::store::Change;
use super::webhooks::{Requester, Scene, event, told_mail};

pub use billing::KINDS as BILLING_KINDS;

const SEED: &str = r#"
[organization_settings]
domains_enabled = true
enrollment_modes = ["manual_invitation"]

[[permissions]]
key = "org:invoices:manage"
name = "Manage invoices"

[[roles]]
key = "org:accountant"
name = "Accountant"
permissions = ["org:invoices:manage"]

[[users]]
email_addresses = ["ada@example.com"]
phone_numbers = ["+12015550100"]
first_name = "Ada"
last_name = "Lovelace"
public_metadata = { plan = "pro" }

[[organizations]]
name = "Acme"
slug = "acme"
created_by = "ada@example.com"
invitations = [{ email_address = "grace@example.com", role = "org:member", inviter = "ada@example.com" }]
domains = [{ name = "acme.example", enrollment_mode = "manual_invitation" }]
"#;
const WAITING: &str = "alan@example.com";
const APPLICATION: &str = "Clerk emulator";

/// The reason why there is no event.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("there is no event of this kind")]
    Kind,
    #[error("the records of the samples cannot be made")]
    Seed(#[from] SeedError),
}

/// All kinds that Clerk tells.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    super::webhooks::KINDS.into_iter().chain(BILLING_KINDS)
}

/// The body of an event of this kind that happens now.
///
/// # Errors
/// [`SampleError`].
pub fn body(kind: &str, now: UnixMillis) -> Result<Value, SampleError> {
    let random: Arc<dyn Random> = Arc::new(SeededRandom::of("sample"));
    let mut instance = Instance::new(Arc::clone(&random));
    instance.furnish(now);
    instance.watch(true);
    Seed::parse(SEED)?.sow(&mut instance, |_| ("", None), now)?;
    let happened = instance.take_happened(Vec::new());
    let user = made(&happened.users).map(|user| user.id.clone());
    let session = user.and_then(|user| instance.open_session_for(&user, None, now).ok().cloned());
    let waiting = instance.wait(WAITING, now).ok();
    let scene = Scene {
        happened: &happened,
        instance: &instance,
        application: APPLICATION,
        random: &*random,
        now,
    };
    let instance_id = super::instance::random::id(&SeededRandom::of("sample instance"), "ins");
    let data = match kind.split_once('.') {
        Some(("session", how)) => session.and_then(|session| session_data(&scene, session, how)),
        Some(("waitlistEntry", "created" | "updated")) => {
            waiting.map(|entry| scene.waiting(&entry))
        }
        Some((of, how)) => {
            data(&scene, of, how).or_else(|| billing::data(kind, &scene, &instance_id))
        }
        None => None,
    };
    let mut body = event(kind, &data.ok_or(SampleError::Kind)?, &instance_id, now);
    body["event_attributes"] = Requester::of(&http::HeaderMap::new()).attributes();
    Ok(body)
}

fn data(scene: &Scene<'_>, of: &str, how: &str) -> Option<Value> {
    let happened = scene.happened;
    let (user, organization) = (made(&happened.users)?, made(&happened.organizations)?);
    let (role, permission) = (made(&happened.roles)?, made(&happened.permissions)?);
    let domain = made(&happened.domains)?;
    let (member, invited) = (made(&happened.memberships)?, made(&happened.invitations)?);
    Some(match (of, how) {
        ("user", "created" | "updated") => scene.user(user),
        ("user", "deleted") => scene.user_gone(user),
        ("organization", "created" | "updated") => scene.organization(organization),
        ("organization", "deleted") => scene.organization_gone(organization),
        ("organizationMembership", "created" | "updated" | "deleted") => scene.membership(member),
        ("organizationDomain", "created" | "updated") => scene.domain(domain),
        ("organizationDomain", "deleted") => scene.domain_gone(domain),
        ("organizationInvitation", "created") => scene.invitation(invited),
        ("organizationInvitation", "accepted") => ended(scene.accepted_invitation(invited), how),
        ("organizationInvitation", "revoked") => ended(scene.invitation(invited), how),
        ("role", "created" | "updated") => scene.role(role),
        ("role", "deleted") => scene.role_gone(role),
        ("permission", "created" | "updated") => scene.permission(permission),
        ("permission", "deleted") => scene.permission_gone(permission),
        ("email", "created") => {
            told_mail(scene, &mail("ada@example.com", "email_code", scene.now)).1
        }
        ("sms", "created") => told_mail(scene, &mail("+12015550100", "phone_code", scene.now)).1,
        _ => return None,
    })
}

/// The first record that was made.
fn made<T>(changes: &[Change<T>]) -> Option<&T> {
    changes.iter().find_map(|change| match change {
        Change::Made(record) => Some(record),
        Change::Changed { .. } | Change::Gone(_) => None,
    })
}

fn session_data(scene: &Scene<'_>, mut session: Session, how: &str) -> Option<Value> {
    session.status = match how {
        "created" | "pending" => SessionStatus::Active,
        "ended" => SessionStatus::Ended,
        "removed" => SessionStatus::Removed,
        "revoked" => SessionStatus::Revoked,
        _ => return None,
    };
    let data = scene.session(&session);
    // The sample's user has nothing left to do, so nothing else would make the session wait.
    Some(if how == "pending" {
        ended(data, how)
    } else {
        data
    })
}

fn ended(mut data: Value, status: &str) -> Value {
    data["status"] = json!(status);
    data
}

fn mail(to: &str, purpose: &'static str, at: UnixMillis) -> Mail {
    Mail {
        at,
        to: to.to_owned(),
        purpose,
        content: Content::Code("424242".to_owned()),
    }
}
