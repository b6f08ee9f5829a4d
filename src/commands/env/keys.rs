//! `env set --keys`: switches a project to other keys, and with them the addresses that belong to them.

use std::path::{Path, PathBuf};

use clerk_auth::config::{PUBLISHABLE_KEY_NAMES, ProblemKind};
use clerk_auth::keys::{PublishableKey, SecretKey};
use url::Url;

use super::arguments::{KeySource, SetArguments, SetError};
use super::change::{SET, Work, caused, left_in};
use super::writer::Writer;
use crate::ask::Ask;
use crate::backend::is_loopback;
use crate::check::guard::{PUBLISHABLE, SECRET, ValueError};
use crate::check::rules::keys::odd;
use crate::commands::pasted::GivenPair;
use crate::commands::{Context, keyless, local as local_folder};
use crate::emulator::{BACKEND_PORT, PORT};
use crate::error::Error;
use crate::finding::{Finding, Id, Verdict};
use crate::output::Report;
use crate::project::change::{Change, Edits};
use crate::project::git::Git;
use crate::project::keys::pair;
use crate::project::secret_file::Reason;
use crate::project::variables::{Place, Variables};
use crate::project::{manifest, webhooks};
use crate::scaffold::keys::{Pair, local};

/// The addresses of an instance, and the emulator's port for each.
const ADDRESSES: [(&str, u16); 2] = [("CLERK_API_URL", BACKEND_PORT), ("CLERK_FAPI_URL", PORT)];
const KEPT: &str =
    "The link is kept in .clerk/keyless.json; whoever has it can claim the application.";
const PROXY: &str = "CLERK_PROXY_URL";
const LOCAL_PROXY: &str = "/__clerk";
const WEBHOOK_SECRET: &str = "CLERK_WEBHOOK_SIGNING_SECRET";

/// Variables that belong to one instance and that a switch cannot replace.
const OF_ONE_INSTANCE: [&str; 3] = [
    WEBHOOK_SECRET,
    "CLERK_MACHINE_SECRET_KEY",
    "CLERK_ENCRYPTION_KEY",
];

/// Switches the keys. All questions come before other runs are held off.
pub fn run(args: &SetArguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    args.check()?;
    let folder = local_folder::project(context.env)?;
    let process = |name: &str| context.env.var_or_empty(name);
    let pasted = match args.keys {
        Some(KeySource::Paste) => Some(pasted(args, context, &folder)?),
        Some(KeySource::Keyless) => {
            let variables = Variables::read(&folder, process)?;
            keyless::must_be_allowed(context, |name| variables.get(name).map(|found| found.value))?;
            None
        }
        _ => None,
    };
    let writer = Writer::enter(&folder, args.place.dry_run)?;
    if args.place.file.is_some() {
        // It could leave one of the keys to a stronger file.
        writer.must_be_whole()?;
    }
    let variables = Variables::read(&folder, process)?;
    let mut switch = Switch {
        args,
        variables: &variables,
        folder: writer.folder.clone(),
        git: writer.git.clone(),
        is_secret: false,
        moved: None,
        changes: Vec::new(),
        findings: Vec::new(),
    };
    let (title, next) = match (&pasted, args.keys) {
        (Some(pair), _) => {
            switch.make_real(pair)?;
            (
                "The keys are those of your Clerk instance now",
                "clerk-rs keys check --online   asks Clerk about them",
            )
        }
        (None, Some(KeySource::Keyless)) => {
            keyless::must_be_first(&folder)?;
            return switch.make_keyless(context, writer);
        }
        _ => {
            switch.make_local(&writer)?;
            (
                "The keys are local now: those of an emulator of Clerk",
                "clerk-rs dev   runs the app beside it",
            )
        }
    };
    switch.finish(context, writer, title, next, None)
}

fn pasted(args: &SetArguments, context: &Context<'_>, folder: &Path) -> Result<Pair, Error> {
    let ask = Ask::new(context.env, false, context.globals.json);
    let given = GivenPair {
        publishable: args.publishable_key.as_deref(),
        secret_file: args.secret_key_file.as_deref(),
        secret_is_optional: manifest::secret(folder) == manifest::Secret::Optional,
    };
    given.gather(&ask, context.env)
}

struct Switch<'a> {
    args: &'a SetArguments,
    variables: &'a Variables<'a>,
    folder: PathBuf,
    git: Git,
    /// True once a secret key is among the changes. Then all go where it goes: half of a pair is of no use.
    is_secret: bool,
    /// Why they do not go where they would, and the file where they go instead.
    moved: Option<(Reason, String)>,
    changes: Vec<Change>,
    findings: Vec<Finding>,
}

impl Switch<'_> {
    fn finish(
        self,
        context: &Context<'_>,
        writer: Writer,
        title: &str,
        next: &'static str,
        claim_url: Option<String>,
    ) -> Result<Box<dyn Report>, Error> {
        let process = |name: &str| context.env.var_or_empty(name);
        let edits = Edits::plan(&writer.folder, &self.changes, &process)?;
        // A temporary application exists by now, and its keys are for development.
        if self.args.keys != Some(KeySource::Keyless) {
            let caused = caused(&edits, self.variables, manifest::Secret::Optional, &process);
            let refused = caused
                .into_iter()
                .find(|problem| problem.kind != ProblemKind::Missing);
            if let Some(problem) = refused {
                return Err(ValueError::Beside(problem).into());
            }
        }
        let title = if edits.files().is_empty() {
            "The project has such keys already; nothing was changed"
        } else {
            title
        };
        let title = match &self.moved {
            Some((reason, file)) => format!("{title}; {reason}, so they are in {file}"),
            None => title.to_owned(),
        };
        let work = Work {
            schema: SET,
            variables: self.variables,
            edits,
            hides: false,
            ignore: claim_url.is_some().then_some(".clerk/"),
            findings: self.findings,
            title,
            next,
            claim_url,
        };
        Ok(Box::new(work.finish(writer)?))
    }

    /// Everything that can go wrong with the files is tried before the application is made, and its claim link is saved
    /// before its keys are written, so that nothing gets lost.
    fn make_keyless(
        mut self,
        context: &Context<'_>,
        mut writer: Writer,
    ) -> Result<Box<dyn Report>, Error> {
        self.make_real(&keyless::placeholder()?)?;
        let process = |name: &str| context.env.var_or_empty(name);
        Edits::plan(&writer.folder, &self.changes, &process)?;
        if writer.is_dry() {
            return self.finish(context, writer, "", "", None);
        }
        self.changes.clear();
        self.findings.clear();
        self.moved = None;
        let made = keyless::make(context)?;
        writer.no_way_back();
        let mut next = KEPT;
        let folder = writer.folder.clone();
        let kept = writer
            .session()
            .map(|session| keyless::keep(&folder, &made.record, session));
        if let Some(Err(error)) = kept {
            let detail = format!("it is not kept: {error}");
            let finding = Finding::new(Id::ClaimLinkNotKept, Verdict::Warn, "claim link", detail);
            self.findings.push(finding);
            next = "";
        }
        self.make_real(&made.pair)?;
        let title = "The keys are those of a temporary application now";
        self.finish(context, writer, title, next, Some(made.claim_url))
    }

    /// Keeps a pair that is local already, because with another one its users would be strangers. If a switch was
    /// stopped half-way, nobody knows if the two are a pair.
    fn make_local(&mut self, writer: &Writer) -> Result<(), Error> {
        let is_kept = writer.must_be_whole().is_ok() && self.is_local();
        let has_webhooks = webhooks::route(&writer.folder).is_some();
        let pair = local()?;
        if let Some(secret) = pair.webhook_secret.as_ref().filter(|_| has_webhooks)
            && !(is_kept && self.variables.get(WEBHOOK_SECRET).is_some())
        {
            self.set(WEBHOOK_SECRET, secret.expose())?;
        }
        if !is_kept {
            self.set_pair(&pair)?;
        }
        for (name, port) in ADDRESSES {
            self.set(name, &format!("http://127.0.0.1:{port}"))?;
        }
        if manifest::secret(&writer.folder) != manifest::Secret::Optional {
            self.set(PROXY, LOCAL_PROXY)?;
        }
        Ok(())
    }

    fn is_local(&self) -> bool {
        is_local_pair(|name| self.variables.get(name).map(|found| found.value))
    }

    /// What becomes of the value in the file where it would have been replaced. The emulator's keys go as its addresses do,
    /// others are their owner's.
    fn leave(&mut self, file: &str, name: &str, reason: &Reason) {
        let mut files = self.variables.files().iter();
        let Some(own) = files.find(|own| own.name == file) else {
            return;
        };
        let value = |name: &str| own.content.get(name).map(|entry| entry.value.clone());
        let is_of_pair = name == SECRET || PUBLISHABLE_KEY_NAMES.contains(&name);
        if is_of_pair && is_local_pair(value) {
            self.remove(file.to_owned(), name);
        } else {
            let left = left_in(file, name, self.variables, reason);
            self.findings.extend(left);
        }
    }

    /// Removes the emulator's addresses. An address of the user's own stays, and the report names it.
    fn make_real(&mut self, pair: &Pair) -> Result<(), SetError> {
        self.set_pair(pair)?;
        let addresses = ADDRESSES.into_iter().map(|(name, _)| name);
        for name in addresses.chain([PROXY]) {
            for found in self.variables.all(name) {
                let Place::File { name: file, .. } = &found.place else {
                    continue;
                };
                if is_of_emulator(name, &found.value) {
                    self.remove(file.clone(), name);
                } else if !found.value.is_empty() {
                    let place = found.place.to_string();
                    let detail = "stays as it is: it does not point to the emulator";
                    self.findings.push(
                        Finding::new(Id::AddressKept, Verdict::Warn, name, detail).place(place),
                    );
                }
            }
        }
        Ok(())
    }

    /// Sets the two keys, the publishable one under each of its names. What belonged to the old keys is removed or
    /// named.
    fn set_pair(&mut self, pair: &Pair) -> Result<(), SetError> {
        let is_new = self
            .variables
            .get(PUBLISHABLE)
            .is_none_or(|found| found.value != pair.publishable);
        self.is_secret = pair.secret.as_ref().is_some_and(|secret| {
            let known = self.variables.get(SECRET);
            is_new || known.is_none_or(|known| known.value != secret.expose())
        });
        self.set(PUBLISHABLE, &pair.publishable)?;
        self.findings.extend(odd(PUBLISHABLE, &pair.publishable));
        for twin in PUBLISHABLE_KEY_NAMES.into_iter().skip(1) {
            if self
                .variables
                .all(twin)
                .iter()
                .any(|found| found.place != Place::Process)
            {
                self.set(twin, &pair.publishable)?;
            }
        }
        match &pair.secret {
            Some(secret) => {
                self.set(SECRET, secret.expose())?;
                self.findings.extend(odd(SECRET, secret.expose()));
            }
            None => self.remove_everywhere(SECRET),
        }
        if is_new {
            // With a key of the old instance every token would be refused.
            self.remove_everywhere("CLERK_JWT_KEY");
            for name in OF_ONE_INSTANCE {
                let is_set = self.changes.iter().any(|change| change.name == name);
                if let Some(found) = self.variables.get(name).filter(|_| !is_set) {
                    let detail = "belongs to the instance before: set that of the new one";
                    let finding = Finding::new(Id::OfAnotherInstance, Verdict::Warn, name, detail);
                    self.findings.push(finding.place(found.place.to_string()));
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), SetError> {
        // A variable that is not set anywhere yet goes to the file with the keys.
        let beside = if self.variables.all(name).is_empty() {
            PUBLISHABLE
        } else {
            name
        };
        let usual = self.args.place.file(self.variables, beside);
        let (file, reason) = match self.is_secret || name == WEBHOOK_SECRET {
            true => {
                let place = &self.args.place;
                place.file_for_secret(&usual, &self.folder, &self.git)?
            }
            false => (usual.clone(), None),
        };
        if let Some(reason) = reason {
            self.leave(&usual, name, &reason);
            self.moved = Some((reason, file.clone()));
        }
        self.changes.push(Change {
            file,
            name: name.to_owned(),
            value: Some(value.to_owned()),
        });
        Ok(())
    }

    fn remove_everywhere(&mut self, name: &str) {
        for found in self.variables.all(name) {
            if let Place::File { name: file, .. } = found.place {
                self.remove(file, name);
            }
        }
    }

    fn remove(&mut self, file: String, name: &str) {
        self.changes.push(Change {
            file,
            name: name.to_owned(),
            value: None,
        });
    }
}

/// True for the two keys of an emulator.
fn is_local_pair(value: impl Fn(&str) -> Option<String>) -> bool {
    let key = value(PUBLISHABLE).and_then(|text| PublishableKey::parse(&text).ok());
    let secret = value(SECRET).and_then(|text| SecretKey::new(text).ok());
    match (key, secret) {
        (Some(key), Some(secret)) => key.is_local_emulator() && pair(&key, &secret).is_ok(),
        _ => false,
    }
}

fn is_of_emulator(name: &str, value: &str) -> bool {
    if name == PROXY {
        return value == LOCAL_PROXY;
    }
    let host = Url::parse(value).ok();
    let host = host.as_ref().and_then(Url::host_str);
    host.is_some_and(is_loopback)
}
