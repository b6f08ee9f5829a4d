//! The instance's domain, its satellites, and the check of a proxy.

use clerk_auth::keys::accounts_portal_origin;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::instance::access::domain::Domain;
use crate::emulator::instance::{AccessRefusal, Refusal, random};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/domains", list)
        .post("/v1/domains", add)
        .patch("/v1/domains/{domain_id}", change)
        .delete("/v1/domains/{domain_id}", remove)
        .post("/v1/proxy_checks", check_proxy)
}

fn primary_id(app: &App) -> String {
    app.instance_id.replace("ins_", "dmn_")
}

fn primary(app: &App) -> Value {
    let host = app.publishable_key.frontend_api_host();
    json!({
        "object": "domain",
        "id": primary_id(app),
        "name": host,
        "is_satellite": false,
        "frontend_api_url": format!("https://{host}"),
        "accounts_portal_url": accounts_portal_origin(host),
        "proxy_url": null,
        "development_origin": "",
        "cname_targets": null,
    })
}

fn satellite(app: &App, domain: &Domain) -> Value {
    json!({
        "object": "domain",
        "id": domain.id,
        "name": domain.name,
        "is_satellite": true,
        // In development all domains are served by the one Frontend API.
        "frontend_api_url": format!("https://{}", app.publishable_key.frontend_api_host()),
        "accounts_portal_url": null,
        "proxy_url": domain.proxy_url,
        "development_origin": "",
        "cname_targets": null,
    })
}

fn list(app: &Shared) -> Answer {
    let instance = app.instance();
    let satellites = instance.satellites().map(|domain| satellite(app, domain));
    let all: Vec<_> = std::iter::once(primary(app)).chain(satellites).collect();
    Ok(json_answer(
        &json!({ "total_count": all.len(), "data": all }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    is_satellite: bool,
    proxy_url: Option<String>,
}

fn add(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    if !new.is_satellite {
        return Err(Refusal::ParamValue("is_satellite").into());
    }
    refuse_proxy(new.proxy_url.as_deref())?;
    let domain = app
        .instance()
        .add_satellite(&new.name, new.proxy_url, app.now())?;
    Ok(json_answer(&satellite(app, &domain)))
}

/// Only production instances are served through an address of their own.
fn refuse_proxy(url: Option<&str>) -> Result<(), Refusal> {
    url.map_or(Ok(()), |_| {
        Err(AccessRefusal::ProductionOnly("proxy_url").into())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    name: Option<String>,
    proxy_url: Option<String>,
    is_secondary: Option<bool>,
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let changes: Changes = call.body()?;
    refuse_proxy(changes.proxy_url.as_deref())?;
    if changes.is_secondary.is_some() {
        return Err(Refusal::from(AccessRefusal::ProductionOnly("is_secondary")).into());
    }
    if id == primary_id(app) {
        return match changes.name {
            Some(_) => Err(Refusal::from(AccessRefusal::ProductionOnly("name")).into()),
            None => Ok(json_answer(&primary(app))),
        };
    }
    let domain = app
        .instance()
        .rename_satellite(&id, changes.name.as_deref())?;
    Ok(json_answer(&satellite(app, &domain)))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    if id == primary_id(app) {
        return Err(Refusal::from(AccessRefusal::PrimaryDomain).into());
    }
    app.instance().remove_satellite(&id)?;
    Ok(json_answer(&deleted("domain", &id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProxyCheck {
    domain_id: String,
    proxy_url: String,
}

/// The emulator asks nobody: an address that the project's pages could have is taken for a good one.
fn check_proxy(app: &Shared, call: ServerCall) -> Answer {
    let check: ProxyCheck = call.body()?;
    let known = check.domain_id == primary_id(app)
        || app
            .instance()
            .satellites()
            .any(|domain| domain.id == check.domain_id);
    if !known {
        return Err(Refusal::ParamValue("domain_id").into());
    }
    let url = url::Url::parse(&check.proxy_url);
    let url = url.map_err(|_| Refusal::from(AccessRefusal::NotAnAddress("proxy_url")))?;
    let now = app.now();
    Ok(json_answer(&json!({
        "object": "proxy_check",
        "id": random::id(&*app.random, "proxchk"),
        "domain_id": check.domain_id,
        "last_run_at": now.0,
        "proxy_url": check.proxy_url,
        "successful": app.origins.allow(&url),
        "created_at": now.0,
        "updated_at": now.0,
    })))
}
