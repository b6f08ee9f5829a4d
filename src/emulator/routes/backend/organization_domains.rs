//! Domains of organizations, as a server sees them.

use serde::Deserialize;

use super::order::{Key, sorted};
use super::organizations::{known, seen_by_servers};
use crate::emulator::app::App;
use crate::emulator::instance::organization::domain::{EnrollmentMode, OrganizationDomain};
use crate::emulator::instance::{Instance, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

type Ids = Path<(String, String)>;

pub(super) fn routes() -> Routes {
    let all = "/v1/organizations/{organization_id}/domains";
    let one = "/v1/organizations/{organization_id}/domains/{domain_id}";
    Routes::new()
        .get(all, list)
        .post(all, create)
        .patch(one, change)
        .delete(one, delete)
        .post(
            "/v1/organizations/{organization_id}/domains/{domain_id}/verify_ownership",
            verify_ownership,
        )
        .get("/v1/organization_domains", list_all)
}

fn list(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    known(&app.instance(), &id)?;
    answer_list(app, &call.query, Some(&id))
}

fn list_all(app: &Shared, call: ServerCall) -> Answer {
    answer_list(app, &call.query, call.query.get("organization_id"))
}

fn answer_list(app: &App, query: &Fields, organization: Option<&str>) -> Answer {
    let window = Window::of(query)?;
    let verified = query.flag("verified")?;
    let modes = Modes::of(query)?;
    let part = query.get("query").map(str::to_lowercase);
    let names: Vec<_> = query.all("domains").map(str::to_lowercase).collect();
    let instance = app.instance();
    let all = instance.organization_domains().filter(|known| {
        organization.is_none_or(|id| known.organization_id == id)
            && verified.is_none_or(|verified| known.is_verified() == verified)
            && modes.take(known.enrollment_mode)
            && part
                .as_ref()
                .is_none_or(|part| known.name.contains(part.as_str()))
            && (names.is_empty() || names.contains(&known.name))
    });
    let by = ["created_at", "name"];
    let all = sorted(all.collect(), query, &by, |known, name| match name {
        "name" => Key::Text(known.name.clone()),
        _ => Key::Number(known.created_at.0),
    })?;
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(&window.list(all, |known| seen.domain(known))))
}

/// Enrollment modes that a list is of, or those with `-` before them that it is not of.
struct Modes {
    wanted: Vec<EnrollmentMode>,
    others: Vec<EnrollmentMode>,
}

impl Modes {
    fn of(query: &Fields) -> Result<Self, Refusal> {
        let (mut wanted, mut others) = (Vec::new(), Vec::new());
        for word in query.all("enrollment_mode") {
            match word.strip_prefix('-') {
                Some(word) => others.push(EnrollmentMode::parse(word)?),
                None => wanted.push(EnrollmentMode::parse(word)?),
            }
        }
        Ok(Self { wanted, others })
    }

    fn take(&self, mode: EnrollmentMode) -> bool {
        (self.wanted.is_empty() || self.wanted.contains(&mode)) && !self.others.contains(&mode)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    enrollment_mode: Option<EnrollmentMode>,
    verified: Option<bool>,
}

fn create(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    // A server that names a domain knows whose it is.
    let is_verified = new.verified.unwrap_or(true);
    let made = instance.add_domain(&id, &new.name, new.enrollment_mode, is_verified, now)?;
    let made = made.clone();
    answer(app, &instance, &made)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    enrollment_mode: Option<EnrollmentMode>,
    verified: Option<bool>,
}

fn change(app: &Shared, Path(ids): Ids, call: ServerCall) -> Answer {
    let change: Change = call.body()?;
    set(app, &ids, change)
}

fn verify_ownership(app: &Shared, Path(ids): Ids) -> Answer {
    let change = Change {
        enrollment_mode: None,
        verified: Some(true),
    };
    set(app, &ids, change)
}

fn set(app: &App, (id, domain): &(String, String), change: Change) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, id)?;
    let place = (id.as_str(), domain.as_str());
    let changed = instance.change_domain(place, change.enrollment_mode, change.verified, now)?;
    let changed = changed.clone();
    answer(app, &instance, &changed)
}

fn delete(app: &Shared, Path((id, domain)): Ids) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    let gone = instance.remove_domain(&id, &domain, now)?;
    Ok(json_answer(&deleted("organization_domain", &gone.id)))
}

fn answer(app: &App, instance: &Instance, domain: &OrganizationDomain) -> Answer {
    Ok(json_answer(&seen_by_servers(instance, app).domain(domain)))
}
