//! Organizations of a seed, and who belongs to them.

use clerk_auth::time::UnixMillis;
use toml::Spanned;

use super::entry::{Entry, Made, Wrong, check_id, id_of, unknown, user_id};
use super::file::{File, Member, MemberInvitation, Organization};
use crate::emulator::instance::organization::OrganizationFields;
use crate::emulator::instance::organization::invitation::NewInvitation;
use crate::emulator::instance::organization::membership::Given;
use crate::emulator::instance::{Instance, Metadata};

pub(super) fn entries(file: &File) -> Vec<Entry<'_>> {
    file.organizations.iter().flat_map(with_people).collect()
}

fn with_people(entry: &Spanned<Organization>) -> Vec<Entry<'_>> {
    let of = entry.get_ref();
    let name = of.slug.as_ref().unwrap_or(&of.name);
    let key = of.id.as_ref().unwrap_or(name);
    let id = id_of(of.id.as_ref(), "org", name);
    let made = id.clone();
    let itself = Entry::new("organizations", key, entry, |instance, now| {
        make(of, made, instance, now)
    });
    let mut entries = vec![itself];
    for member in &of.members {
        let (id, known) = (id.clone(), member.get_ref());
        let key = format!("{key}/{}", known.user);
        entries.push(Entry::new("members", &key, member, |instance, now| {
            join(known, id, instance, now)
        }));
    }
    for invitation in &of.invitations {
        let (id, known) = (id.clone(), invitation.get_ref());
        let key = format!("{key}/{}", known.email_address);
        let make = |instance: &mut Instance, now| invite(known, id, instance, now);
        entries.push(Entry::new(
            "organization_invitations",
            &key,
            invitation,
            make,
        ));
    }
    for domain in &of.domains {
        let (id, known) = (id.clone(), domain.get_ref());
        let key = format!("{key}/{}", known.name);
        let make = move |instance: &mut Instance, now| {
            let mode = known.enrollment_mode;
            instance.add_domain(&id, &known.name, mode, known.verified, now)?;
            Ok(())
        };
        entries.push(Entry::new("domains", &key, domain, make));
    }
    entries
}

fn make(of: &Organization, id: String, instance: &mut Instance, now: UnixMillis) -> Made {
    check_id(&id, "org")?;
    if instance.organization(&id).is_ok() {
        return Ok(());
    }
    if let Some(key) = &of.role_set {
        let keys = instance.role_sets().map(|set| set.key.as_str());
        instance
            .role_set(key)
            .map_err(|_| unknown("role_set", key, keys))?;
    }
    let creator = of.created_by.as_deref();
    let creator = creator.map(|user| user_id(instance, "created_by", user));
    let fields = OrganizationFields {
        id: Some(id),
        name: Some(of.name.clone()),
        slug: of.slug.clone(),
        public_metadata: Some(Metadata::new(&of.public_metadata, "public_metadata")?),
        private_metadata: Some(Metadata::new(&of.private_metadata, "private_metadata")?),
        max_allowed_memberships: of.max_allowed_memberships,
        admin_delete_enabled: of.admin_delete_enabled,
        created_at: None,
        role_set: of.role_set.clone(),
    };
    instance.create_organization(creator.transpose()?.as_deref(), fields, now)?;
    Ok(())
}

fn join(member: &Member, id: String, instance: &mut Instance, now: UnixMillis) -> Made {
    let user = user_id(instance, "user", &member.user)?;
    check_role(instance, &member.role)?;
    if instance.membership(&id, &user).is_some() {
        return Ok(());
    }
    let given = Given {
        public_metadata: Metadata::new(&member.public_metadata, "public_metadata")?,
        private_metadata: Metadata::new(&member.private_metadata, "private_metadata")?,
    };
    instance.add_member(&id, &user, &member.role, given, now)?;
    Ok(())
}

fn invite(
    invited: &MemberInvitation,
    id: String,
    instance: &mut Instance,
    now: UnixMillis,
) -> Made {
    check_role(instance, &invited.role)?;
    let inviter = invited.inviter.as_deref();
    let inviter = inviter.map(|user| user_id(instance, "inviter", user));
    let new = NewInvitation {
        email_address: invited.email_address.clone(),
        role: invited.role.clone(),
        inviter_id: inviter.transpose()?,
        redirect_url: invited.redirect_url.clone(),
        ..NewInvitation::default()
    };
    instance.invite(&id, vec![new], now)?;
    Ok(())
}

fn check_role(instance: &Instance, key: &str) -> Result<(), Wrong> {
    let keys = || instance.roles().map(|role| role.key.as_str());
    match instance.role_with_key(key) {
        Some(_) => Ok(()),
        None => Err(unknown("role", key, keys())),
    }
}
