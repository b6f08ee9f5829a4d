//! Users of a seed.

use clerk_auth::time::UnixMillis;
use toml::Spanned;

use super::entry::{Entry, Made, check_id, id_of};
use super::file::{File, User};
use crate::emulator::instance::people::{NewPassword, NewUser};
use crate::emulator::instance::{Instance, Metadata, Refusal, UserChanges};

pub(super) fn entries(file: &File) -> Vec<Entry<'_>> {
    file.users.iter().map(entry).collect()
}

fn entry(user: &Spanned<User>) -> Entry<'_> {
    let of = user.get_ref();
    let name = name(of);
    let id = id_of(of.id.as_ref(), "user", name);
    let key = of.id.as_deref().unwrap_or(name);
    Entry::new("users", key, user, |instance, now| {
        make(of, id, instance, now)
    })
}

/// What people call them.
fn name(user: &User) -> &str {
    let contacts = user.email_addresses.iter().chain(&user.phone_numbers);
    let mut names = contacts.chain(&user.username).chain(&user.external_id);
    names.next().map_or("", String::as_str)
}

fn make(user: &User, id: String, instance: &mut Instance, now: UnixMillis) -> Made {
    check_id(&id, "user")?;
    if instance.user(&id).is_some() {
        return Ok(());
    }
    instance.create_user(new(user, id)?, now)?;
    Ok(())
}

fn new(user: &User, id: String) -> Result<NewUser, Refusal> {
    let user = user.clone();
    let verified = |texts: Vec<String>| texts.into_iter().map(|text| (text, true)).collect();
    let unsafe_metadata = Metadata::new(&user.unsafe_metadata, "unsafe_metadata")?;
    let is_named = !user.phone_numbers.is_empty() || user.username.is_some();
    Ok(NewUser {
        id: Some(id),
        changes: UserChanges {
            first_name: user.first_name,
            last_name: user.last_name,
            username: user.username,
            external_id: user.external_id,
            locale: user.locale,
            unsafe_metadata: Some(unsafe_metadata),
            delete_self: user.delete_self_enabled,
            create_organization: user.create_organization_enabled,
            create_organizations_limit: user.create_organizations_limit,
            ..UserChanges::default()
        },
        skip_user_requirement: user.email_addresses.is_empty() && is_named,
        email_addresses: verified(user.email_addresses),
        phone_numbers: verified(user.phone_numbers),
        password: NewPassword {
            plain: user.password,
            digest: user.password_digest,
            hasher: user.password_hasher,
            unchecked: false,
        },
        skip_password_requirement: true,
        totp_secret: user.totp_secret,
        backup_codes: user.backup_codes,
        public_metadata: Metadata::new(&user.public_metadata, "public_metadata")?,
        private_metadata: Metadata::new(&user.private_metadata, "private_metadata")?,
        banned: user.banned,
        locked: user.locked,
    })
}
