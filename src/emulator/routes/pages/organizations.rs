//! Organizations, as their members' pages ask for them (`frontend-api.md` section 10.3).

use serde_json::json;

use crate::emulator::instance::organization::OrganizationFields;
use crate::emulator::instance::organization::role::{DELETE_PROFILE, MANAGE_PROFILE};
use crate::emulator::instance::organization::settings::OrganizationSettingsChanges;
use crate::emulator::instance::{OrganizationRefusal, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::upload::Upload;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::role::role;

use super::environment::environment;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/organizations", create)
        .get("/v1/organizations/{organization_id}", show)
        .patch("/v1/organizations/{organization_id}", update)
        .delete("/v1/organizations/{organization_id}", delete)
        .put("/v1/organizations/{organization_id}/logo", set_logo)
        .delete("/v1/organizations/{organization_id}/logo", remove_logo)
        .get("/v1/organizations/{organization_id}/roles", roles)
        .get("/v1/me/organization_creation_defaults", creation_defaults)
        .patch("/v1/dev_tools/enable_environment_setting", enable)
}

fn create(app: &Shared, call: Call) -> Answer {
    call.form.only(&["name", "slug"])?;
    let fields = fields(&call);
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    let made = turn
        .instance
        .create_organization(Some(&user), fields, now)?;
    let id = made.id.clone();
    answer(&turn, &id)
}

fn show(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance.member_who_may(&id, &user, None)?;
    answer(&turn, &id)
}

fn update(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["name", "slug"])?;
    let fields = fields(&call);
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_PROFILE))?;
    turn.instance.change_organization(&id, fields, now)?;
    answer(&turn, &id)
}

fn delete(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance
        .member_who_may(&id, &user, Some(DELETE_PROFILE))?;
    if !turn.instance.organization(&id)?.admin_delete_enabled {
        return Err(Refusal::from(OrganizationRefusal::AdminDeleteDisabled).into());
    }
    let gone = turn.instance.delete_organization(&id)?;
    turn.wrapped(&json!({
        "object": "organization", "id": gone.id, "slug": gone.slug, "deleted": true,
    }))
}

fn set_logo(app: &Shared, Path(id): Path<String>, upload: Upload) -> Answer {
    let mut turn = Turn::new(app, &upload.call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_PROFILE))?;
    let base = &upload.call.base;
    turn.instance.set_logo(&id, &upload.file, base, now)?;
    answer(&turn, &id)
}

fn remove_logo(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let (user, now) = (turn.acting_user()?, turn.now);
    turn.instance
        .member_who_may(&id, &user, Some(MANAGE_PROFILE))?;
    turn.instance.remove_logo(&id, now)?;
    answer(&turn, &id)
}

fn roles(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let window = Window::of(&call.query)?;
    let turn = Turn::new(app, &call);
    let user = turn.acting_user()?;
    turn.instance.member_who_may(&id, &user, None)?;
    let roles = turn.instance.roles_in(&id);
    let mut list = window.list(roles, |known| role(&turn.instance, known));
    list["has_role_set_migration"] = json!(false);
    turn.wrapped(&list)
}

fn creation_defaults(app: &Shared, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    turn.acting_session()?;
    turn.wrapped(&json!({
        "advisory": null,
        "form": { "name": "", "slug": "", "logo": null, "blur_hash": null },
    }))
}

/// What the button of Clerk's dialog asks for, when a page wants organizations and the instance has none.
fn enable(app: &Shared, call: Call) -> Answer {
    let on = Some(true);
    let changes = OrganizationSettingsChanges {
        enabled: call.form.flag("enable_organizations")?.or(on),
        force_selection: call
            .form
            .flag("organization_allow_personal_accounts")?
            .map(|allowed| !allowed),
        ..OrganizationSettingsChanges::default()
    };
    app.instance().change_organization_settings(changes)?;
    Ok(json_answer(&environment(app, &call)?))
}

fn fields(call: &Call) -> OrganizationFields {
    OrganizationFields {
        name: call.form.given("name"),
        // An emptied field means the slug that there is, or one made of the name.
        slug: call.form.owned("slug"),
        ..OrganizationFields::default()
    }
}

fn answer(turn: &Turn<'_>, id: &str) -> Answer {
    let organization = turn.instance.organization(id)?;
    turn.wrapped(&turn.view().organizations().organization(organization))
}
