//! Organizations, as a server sees them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{MetadataBody, metadata, moment, refuse_given};
use super::order::{Key, sorted};
use crate::emulator::app::App;
use crate::emulator::instance::organization::OrganizationFields;
use crate::emulator::instance::user_query::is_among;
use crate::emulator::instance::{Instance, Metadata, Organization, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Fields;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::upload::Upload;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::{Audience, OrganizationShape, Organizations};

pub(super) fn routes() -> Routes {
    let one = "/v1/organizations/{organization_id}";
    let metadata = "/v1/organizations/{organization_id}/metadata";
    Routes::new()
        .get("/v1/organizations", list)
        .post("/v1/organizations", create)
        .get(one, show)
        .patch(one, change)
        .delete(one, delete)
        .put("/v1/organizations/{organization_id}/logo", set_logo)
        .delete("/v1/organizations/{organization_id}/logo", remove_logo)
        .patch(metadata, merge_metadata)
        .put(metadata, replace_metadata)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let window = Window::of(&call.query)?;
    let counts = call
        .query
        .flag("include_members_count")?
        .unwrap_or_default();
    call.query
        .flag("include_missing_member_with_elevated_permissions")?;
    let instance = app.instance();
    let ids: Vec<_> = call.query.all("organization_id").collect();
    let users: Vec<_> = call.query.all("user_id").collect();
    let is_asked = |known: &&Organization| {
        is_among(&ids, |id| known.id == id)
            && is_among(&users, |id| instance.membership(&known.id, id).is_some())
    };
    let found: Vec<_> = match call.query.get("query") {
        Some(text) => instance.organizations_like(text).filter(is_asked).collect(),
        None => instance.organizations().filter(is_asked).collect(),
    };
    let names = ["created_at", "name", "members_count"];
    let found = sorted(found, &call.query, &names, |known, name| match name {
        "name" => Key::Text(known.name.clone()),
        "members_count" => {
            let count = instance.memberships_of(&known.id).count();
            Key::Number(i64::try_from(count).unwrap_or(i64::MAX))
        }
        _ => Key::Number(known.created_at.0),
    })?;
    let seen = seen_by_servers(&instance, app);
    let page = window.page(found, |known| shape(&seen, known, counts));
    Ok(json_answer(&page))
}

pub(super) fn seen_by_servers<'a>(instance: &'a Instance, app: &App) -> Organizations<'a> {
    Organizations {
        instance,
        audience: Audience::Server,
        now: app.now(),
    }
}

fn shape<'a>(
    seen: &Organizations<'a>,
    organization: &'a Organization,
    counts: bool,
) -> OrganizationShape<'a> {
    if counts {
        seen.organization(organization)
    } else {
        seen.plain(organization)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    created_by: Option<String>,
    private_metadata: Option<Map<String, Value>>,
    public_metadata: Option<Map<String, Value>>,
    slug: Option<String>,
    max_allowed_memberships: Option<u32>,
    created_at: Option<String>,
    role_set_key: Option<String>,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let at = moment(new.created_at.as_deref(), "created_at")?;
    let [public, private] = metadata(new.public_metadata, new.private_metadata)?;
    let fields = OrganizationFields {
        id: None,
        name: Some(new.name),
        slug: new.slug.filter(|slug| !slug.is_empty()),
        public_metadata: public,
        private_metadata: private,
        max_allowed_memberships: new.max_allowed_memberships,
        admin_delete_enabled: None,
        created_at: at,
        role_set: new.role_set_key,
    };
    let now = app.now();
    let mut instance = app.instance();
    let made = instance.create_organization(new.created_by.as_deref(), fields, now)?;
    let id = made.id.clone();
    answer(app, &instance, &id)
}

/// By id or slug.
fn show(app: &Shared, Path(name): Path<String>, call: ServerCall) -> Answer {
    let counts = call
        .query
        .flag("include_members_count")?
        .unwrap_or_default();
    let instance = app.instance();
    let found = instance.organization(&name).ok();
    let found = found.or_else(|| instance.organization_with_slug(&name));
    let found = found.ok_or(Refusal::NotFound)?;
    let seen = seen_by_servers(&instance, app);
    Ok(json_answer(&shape(&seen, found, counts)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    slug: Option<String>,
    max_allowed_memberships: Option<u32>,
    admin_delete_enabled: Option<bool>,
    created_at: Option<String>,
    role_set_key: Option<String>,
    /// Of older versions; now it has a path of its own.
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let new: Change = call.body()?;
    let given = [
        ("public_metadata", new.public_metadata.is_some()),
        ("private_metadata", new.private_metadata.is_some()),
    ];
    if !call.is_before("2026-05-12") {
        refuse_given(&given)?;
    }
    let [public_metadata, private_metadata] = metadata(new.public_metadata, new.private_metadata)?;
    let fields = OrganizationFields {
        name: new.name,
        slug: new.slug.filter(|slug| !slug.is_empty()),
        max_allowed_memberships: new.max_allowed_memberships,
        admin_delete_enabled: new.admin_delete_enabled,
        created_at: moment(new.created_at.as_deref(), "created_at")?,
        role_set: new.role_set_key,
        public_metadata,
        private_metadata,
        ..OrganizationFields::default()
    };
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    instance.change_organization(&id, fields, now)?;
    answer(app, &instance, &id)
}

fn merge_metadata(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: MetadataBody = call.body()?;
    let mut instance = app.instance();
    let before = known(&instance, &id)?;
    let metadata = body.merged(&before.public_metadata, &before.private_metadata)?;
    set_metadata(app, &mut instance, &id, metadata)
}

fn replace_metadata(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: MetadataBody = call.body()?;
    set_metadata(app, &mut app.instance(), &id, body.replaced()?)
}

fn set_metadata(
    app: &App,
    instance: &mut Instance,
    id: &str,
    [public_metadata, private_metadata]: [Option<Metadata>; 2],
) -> Answer {
    let fields = OrganizationFields {
        public_metadata,
        private_metadata,
        ..OrganizationFields::default()
    };
    known(instance, id)?;
    instance.change_organization(id, fields, app.now())?;
    answer(app, instance, id)
}

fn delete(app: &Shared, Path(id): Path<String>) -> Answer {
    let mut instance = app.instance();
    known(&instance, &id)?;
    let gone = instance.delete_organization(&id)?;
    Ok(json_answer(&json!({
        "object": "organization", "id": gone.id, "slug": gone.slug, "deleted": true,
    })))
}

fn set_logo(app: &Shared, Path(id): Path<String>, upload: Upload) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    instance.set_logo(&id, &upload.file, &upload.call.base, now)?;
    answer(app, &instance, &id)
}

fn remove_logo(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    known(&instance, &id)?;
    instance.remove_logo(&id, now)?;
    answer(app, &instance, &id)
}

/// Servers see all organizations, so one that is absent is simply not found.
pub(super) fn known<'a>(instance: &'a Instance, id: &str) -> Result<&'a Organization, Refusal> {
    instance.organization(id).map_err(|_| Refusal::NotFound)
}

fn answer(app: &App, instance: &Instance, id: &str) -> Answer {
    let organization = known(instance, id)?;
    let seen = seen_by_servers(instance, app);
    Ok(json_answer(&seen.organization(organization)))
}

/// A query's values with a prefix, for other lists.
pub(super) fn asked<'a>(
    query: &'a Fields,
    name: &'a str,
) -> impl Fn(&dyn Fn(&str) -> bool) -> bool {
    let ids: Vec<_> = query.all(name).collect();
    move |has| is_among(&ids, has)
}
