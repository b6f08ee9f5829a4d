//! The rules of a seed for everybody: switches, roles and permissions, who may come in, templates of tokens.

use clerk_auth::time::UnixMillis;
use serde_json::{Map, Value};
use toml::Spanned;

use super::entry::{Entry, Made, Wrong, unknown};
use super::file::{File, Role, RoleSet};
use crate::emulator::instance::access::invitation::NewInvitation;
use crate::emulator::instance::organization::role::RoleFields;
use crate::emulator::instance::organization::role_set::RoleSetFields;
use crate::emulator::instance::organization::settings::OrganizationSettingsChanges;
use crate::emulator::instance::{Instance, Metadata, Settings};

pub(super) fn entries(file: &File) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    if let Some(settings) = &file.settings {
        let each = settings.get_ref().iter();
        entries.extend(each.map(|(name, value)| switch(settings, name, value)));
    }
    for permission in &file.permissions {
        let of = permission.get_ref();
        entries.push(Entry::new(
            "permissions",
            &of.key,
            permission,
            |instance, now| {
                if instance.permission_with_key(&of.key).is_some() {
                    return Ok(());
                }
                let fields = fields(&of.key, of.name.as_ref(), of.description.as_ref());
                instance.create_permission(fields, now)?;
                Ok(())
            },
        ));
    }
    for role in &file.roles {
        let of = role.get_ref();
        entries.push(Entry::new("roles", &of.key, role, |instance, now| {
            make_role(of, instance, now)
        }));
    }
    for set in &file.role_sets {
        let of = set.get_ref();
        entries.push(Entry::new("role_sets", &of.key, set, |instance, now| {
            make_role_set(of, instance, now)
        }));
    }
    if let Some(rules) = &file.organization_settings {
        let of = rules.get_ref();
        entries.push(Entry::new(
            "organization_settings",
            &format!("{of:?}"),
            rules,
            |instance, _| {
                let changes = changes(of, instance)?;
                Ok(instance.change_organization_settings(changes)?)
            },
        ));
    }
    entries.extend(lists(file));
    entries
}

/// One switch. Its value is part of the name, so another value counts as another entry.
fn switch<'a>(
    settings: &Spanned<Map<String, Value>>,
    name: &'a str,
    value: &'a Value,
) -> Entry<'a> {
    let key = format!("{name}={value}");
    Entry::new("settings", &key, settings, move |instance, _| {
        let patch = Map::from_iter([(name.to_owned(), value.clone())]);
        let patched = instance.settings().patched(patch);
        let read = serde_path_to_error::deserialize::<_, Settings>(patched);
        let settings = read.map_err(|error| Wrong::Said {
            key: name.to_owned(),
            words: error.to_string(),
        })?;
        instance.set_settings(settings);
        Ok(())
    })
}

fn fields(key: &str, name: Option<&String>, description: Option<&String>) -> RoleFields {
    RoleFields {
        name: Some(name.map_or(key, String::as_str).to_owned()),
        key: Some(key.to_owned()),
        description: description.cloned(),
        permissions: None,
    }
}

/// One that is there already, such as `org:admin`, gets what it lacks.
fn make_role(role: &Role, instance: &mut Instance, now: UnixMillis) -> Made {
    let known = instance.role_with_key(&role.key);
    let known = known.map(|known| (known.id.clone(), known.permissions.clone()));
    let mut ids = known.as_ref().map_or_else(Vec::new, |(_, ids)| ids.clone());
    for key in &role.permissions {
        let known = instance.permission_with_key(key);
        let keys = instance.permissions().map(|known| known.key.as_str());
        let known = known.ok_or_else(|| unknown("permissions", key, keys))?;
        ids.push(known.id.clone());
    }
    let mut fields = RoleFields {
        permissions: Some(ids),
        ..fields(&role.key, role.name.as_ref(), role.description.as_ref())
    };
    if let Some((id, _)) = known {
        fields.name.clone_from(&role.name);
        instance.change_role(&id, fields, now)?;
    } else {
        instance.create_role(fields, true, now)?;
    }
    Ok(())
}

/// As for roles: the set that every instance has gets what it lacks.
fn make_role_set(set: &RoleSet, instance: &mut Instance, now: UnixMillis) -> Made {
    let named = [
        ("default_role", &set.default_role),
        ("creator_role", &set.creator_role),
    ];
    let all = set.roles.iter().map(|key| ("roles", key));
    for (field, key) in all.chain(named) {
        let keys = instance.roles().map(|role| role.key.as_str());
        if instance.role_with_key(key).is_none() {
            return Err(unknown(field, key, keys));
        }
    }
    let is_there = instance.role_set(&set.key).is_ok();
    let name = set.name.clone();
    let fields = RoleSetFields {
        name: name.or_else(|| (!is_there).then(|| set.key.clone())),
        key: Some(set.key.clone()),
        description: set.description.clone(),
        is_initial: set.initial,
        roles: Some(set.roles.clone()),
        default_role: Some(set.default_role.clone()),
        creator_role: Some(set.creator_role.clone()),
    };
    if is_there {
        instance.add_to_role_set(&set.key, fields, now)?;
    } else {
        instance.create_role_set(fields, now)?;
    }
    Ok(())
}

/// The same with the ids of the roles that are named by their keys.
fn changes(
    rules: &OrganizationSettingsChanges,
    instance: &Instance,
) -> Result<OrganizationSettingsChanges, Wrong> {
    let role = |field, key: &Option<String>| {
        let Some(key) = key else { return Ok(None) };
        let keys = instance.roles().map(|role| role.key.as_str());
        match instance.role_with_key(key) {
            Some(role) => Ok(Some(role.id.clone())),
            None => Err(unknown(field, key, keys)),
        }
    };
    Ok(OrganizationSettingsChanges {
        creator_role: role("creator_role", &rules.creator_role)?,
        domains_default_role: role("domains_default_role", &rules.domains_default_role)?,
        ..rules.clone()
    })
}

fn lists(file: &File) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for text in &file.allowlist {
        let identifier = text.get_ref();
        entries.push(Entry::new(
            "allowlist",
            identifier,
            text,
            |instance, now| {
                instance.allow(identifier, now)?;
                Ok(())
            },
        ));
    }
    for text in &file.blocklist {
        let identifier = text.get_ref();
        entries.push(Entry::new(
            "blocklist",
            identifier,
            text,
            |instance, now| {
                instance.block(identifier, now)?;
                Ok(())
            },
        ));
    }
    for template in &file.jwt_templates {
        let of = template.get_ref();
        entries.push(Entry::new(
            "jwt_templates",
            of.name(),
            template,
            |instance, now| {
                if instance.template_named(of.name()).is_err() {
                    instance.create_template(of, now)?;
                }
                Ok(())
            },
        ));
    }
    for invitation in &file.invitations {
        let of = invitation.get_ref();
        entries.push(Entry::new(
            "invitations",
            &of.email_address,
            invitation,
            |instance, now| {
                let new = NewInvitation {
                    email_address: of.email_address.clone(),
                    public_metadata: Metadata::new(&of.public_metadata, "public_metadata")?,
                    redirect_url: of.redirect_url.clone(),
                    ..NewInvitation::default()
                };
                instance.invite_to_sign_up(new, now)?;
                Ok(())
            },
        ));
    }
    entries
}
