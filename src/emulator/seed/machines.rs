//! Programs in a seed: machines, and applications that sign their users in here. Secrets that are not given hang on the
//! name, so whoever has the file has them.

use clerk_auth::time::UnixMillis;

use super::entry::{Entry, Made, Wrong, check_id, id_of, unknown};
use super::file::{Application, File, Machine};
use crate::emulator::instance::Instance;
use crate::emulator::instance::machines::machine::NewMachine;
use crate::emulator::instance::oauth::application::ApplicationFields;

/// In characters.
const MAX_SECRET: usize = 128;

pub(super) fn entries(file: &File) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    for machine in &file.machines {
        let of = machine.get_ref();
        let key = of.id.as_ref().unwrap_or(&of.name);
        entries.push(Entry::new("machines", key, machine, |instance, now| {
            make_machine(of, instance, now)
        }));
    }
    for application in &file.oauth_applications {
        let of = application.get_ref();
        let key = of.id.as_ref().or(of.client_id.as_ref()).unwrap_or(&of.name);
        let make = |instance: &mut Instance, now| make_application(of, instance, now);
        entries.push(Entry::new("oauth_applications", key, application, make));
    }
    entries
}

fn make_machine(machine: &Machine, instance: &mut Instance, now: UnixMillis) -> Made {
    let id = id_of(machine.id.as_ref(), "mch", &machine.name);
    check_id(&id, "mch")?;
    if instance.machine(&id).is_ok() {
        return Ok(());
    }
    if let Some(secret) = &machine.secret_key {
        check_secret("secret_key", secret, "ak_")?;
    }
    let mut scoped = Vec::new();
    for named in &machine.scoped_machines {
        let all = instance.machines_with(None);
        let mut found = all.iter();
        let found = found.find(|known| known.id == *named || known.name == *named);
        let names = all.iter().map(|known| known.name.as_str());
        let found = found.ok_or_else(|| unknown("scoped_machines", named, names))?;
        scoped.push(found.id.clone());
    }
    let new = NewMachine {
        id: Some(id),
        secret: machine.secret_key.clone(),
        name: machine.name.clone(),
        scoped,
        default_token_ttl: machine.default_token_ttl,
    };
    instance.create_machine(new, now)?;
    Ok(())
}

fn make_application(of: &Application, instance: &mut Instance, now: UnixMillis) -> Made {
    let id = id_of(of.id.as_ref(), "oa", &of.name);
    check_id(&id, "oa")?;
    if instance.application(&id).is_ok() {
        return Ok(());
    }
    if let Some(secret) = &of.client_secret {
        check_secret("client_secret", secret, "")?;
    }
    if let Some(client_id) = &of.client_id {
        check_secret("client_id", client_id, "")?;
    }
    let fields = ApplicationFields {
        id: Some(id),
        client_id: of.client_id.clone(),
        client_secret: of.client_secret.clone(),
        name: Some(of.name.clone()),
        redirect_uris: Some(of.redirect_uris.clone()),
        scopes: of.scopes.clone(),
        consent_screen: of.consent_screen_enabled,
        pkce_required: of.pkce_required,
        is_public: of.public,
        ..ApplicationFields::default()
    };
    instance.create_application(fields, now)?;
    Ok(())
}

/// It is not part of the words.
fn check_secret(key: &'static str, secret: &str, prefix: &str) -> Made {
    let rest = secret.strip_prefix(prefix).unwrap_or_default();
    let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    if (8..=MAX_SECRET).contains(&rest.len()) && rest.bytes().all(fits) {
        return Ok(());
    }
    let begin = match prefix {
        "" => String::new(),
        prefix => format!("`{prefix}` and "),
    };
    let words = format!("is to be {begin}8 to {MAX_SECRET} letters, digits, `_` and `-`");
    let key = key.to_owned();
    Err(Wrong::Said { key, words })
}
