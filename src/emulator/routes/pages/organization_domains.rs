//! Domains of an organization.

use crate::emulator::instance::organization::domain::{EnrollmentMode, OrganizationDomain};
use crate::emulator::instance::organization::role::{MANAGE_DOMAINS, READ_DOMAINS};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
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
        .get(one, show)
        .delete(one, delete)
        .post(
            "/v1/organizations/{organization_id}/domains/{domain_id}/update_enrollment_mode",
            set_mode,
        )
        .post(
            "/v1/organizations/{organization_id}/domains/{domain_id}/prepare_affiliation_verification",
            prepare,
        )
        .post(
            "/v1/organizations/{organization_id}/domains/{domain_id}/attempt_affiliation_verification",
            attempt,
        )
}

fn list(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let verified = call.query.flag("verified")?;
    let mode = call.query.get("enrollment_mode");
    let mode = mode.map(EnrollmentMode::parse).transpose()?;
    let turn = Turn::new(app, &call);
    check_reader(&turn, &id)?;
    let domains = turn.instance.domains_of(&id).filter(|domain| {
        verified.is_none_or(|verified| domain.is_verified() == verified)
            && mode.is_none_or(|mode| domain.enrollment_mode == mode)
    });
    let view = turn.view();
    let organizations = view.organizations();
    let list = window.list(domains.rev().collect(), |known| organizations.domain(known));
    turn.wrapped(&list)
}

fn create(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["name", "enrollment_mode"])?;
    let name = call.form.required("name")?;
    let mode = call.form.get("enrollment_mode");
    let mode = mode.map(EnrollmentMode::parse).transpose()?;
    let mut turn = managing(app, &call, &id)?;
    let now = turn.now;
    let made = turn.instance.add_domain(&id, name, mode, false, now)?;
    let made = made.clone();
    answer(&turn, &made)
}

fn show(app: &Shared, Path((id, domain)): Ids, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    check_reader(&turn, &id)?;
    answer(&turn, turn.instance.domain_of(&id, &domain)?)
}

fn delete(app: &Shared, Path((id, domain)): Ids, call: Call) -> Answer {
    let mut turn = managing(app, &call, &id)?;
    let now = turn.now;
    let gone = turn.instance.remove_domain(&id, &domain, now)?;
    turn.wrapped(&deleted("organization_domain", &gone.id))
}

fn set_mode(app: &Shared, Path((id, domain)): Ids, call: Call) -> Answer {
    call.form.only(&["enrollment_mode", "delete_pending"])?;
    let mode = EnrollmentMode::parse(call.form.required("enrollment_mode")?)?;
    let drops = call.form.flag("delete_pending")?.unwrap_or_default();
    let mut turn = managing(app, &call, &id)?;
    let (now, place) = (turn.now, (id.as_str(), domain.as_str()));
    turn.instance.change_domain(place, Some(mode), None, now)?;
    if drops {
        turn.instance.drop_pending_of_domain(&domain, now);
    }
    answer(&turn, turn.instance.domain_of(&id, &domain)?)
}

fn prepare(app: &Shared, Path((id, domain)): Ids, call: Call) -> Answer {
    call.form.only(&["affiliation_email_address"])?;
    let address = call.form.required("affiliation_email_address")?;
    let mut turn = managing(app, &call, &id)?;
    let now = turn.now;
    let prepared = turn
        .instance
        .prepare_affiliation(&id, &domain, address, now)?
        .clone();
    turn.with_mail_note(answer(&turn, &prepared))
}

fn attempt(app: &Shared, Path((id, domain)): Ids, call: Call) -> Answer {
    call.form.only(&["code"])?;
    let code = call.form.required("code")?;
    let mut turn = managing(app, &call, &id)?;
    let now = turn.now;
    let verified = turn
        .instance
        .attempt_affiliation(&id, &domain, code, now)?
        .clone();
    answer(&turn, &verified)
}

/// Whoever may manage domains may read them.
fn check_reader(turn: &Turn<'_>, id: &str) -> Result<(), Fault> {
    let user = turn.acting_user()?;
    let may = |permission| turn.instance.member_who_may(id, &user, Some(permission));
    may(MANAGE_DOMAINS).or_else(|_| may(READ_DOMAINS))?;
    Ok(())
}

fn managing<'a>(app: &'a Shared, call: &'a Call, id: &str) -> Result<Turn<'a>, Fault> {
    let turn = Turn::new(app, call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(id, &user, Some(MANAGE_DOMAINS))?;
    Ok(turn)
}

fn answer(turn: &Turn<'_>, domain: &OrganizationDomain) -> Answer {
    turn.wrapped(&turn.view().organizations().domain(domain))
}
