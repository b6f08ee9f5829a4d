//! Versions that do not fit each other: two of the framework, two of the core, a compiler that is too old.

use semver::Version;
use toml::{Table, Value};

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::regular::{LONGEST_OF_CARGO, text_if_any};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::FrameworkTwice],
        &[Id::HttpTwice],
        &[Id::CoreTwice],
        &[Id::CompilerTooOld],
    ],
    check,
};

const LOCK: &str = "Cargo.lock";
const CORE: &str = "clerk-auth";
const FRAMEWORKS: [&str; 6] = ["axum", "actix-web", "rocket", "poem", "salvo", "leptos"];

fn check(facts: &Facts<'_>) -> Looked {
    if let Some(why) = facts.without_core() {
        return Looked::Not(why);
    }
    let compiler = compiler(facts).unwrap_or_else(|why| {
        Some(Finding::new(
            Id::CompilerTooOld,
            Verdict::Skipped,
            "compiler",
            why,
        ))
    });
    let mut findings: Vec<_> = compiler.into_iter().collect();
    match Lock::read(facts) {
        Ok(lock) => findings.extend(lock.check(facts.manifest.name.as_deref().unwrap_or_default())),
        Err(why) => {
            let ids = [Id::FrameworkTwice, Id::HttpTwice, Id::CoreTwice];
            findings.extend(ids.map(|id| Finding::new(id, Verdict::Skipped, LOCK, why.as_str())));
        }
    }
    Looked::At(findings)
}

/// A package of the lock file: its name, its version, and the names of what it is built with, some with a version.
struct Locked {
    name: String,
    version: String,
    uses: Vec<String>,
}

struct Lock {
    packages: Vec<Locked>,
}

impl Lock {
    /// That of the project, or of the workspace that it lies in.
    fn read(facts: &Facts<'_>) -> Result<Self, String> {
        let mut folders = facts.root.ancestors().take(4);
        let text = folders
            .find_map(|folder| text_if_any(&folder.join(LOCK), LONGEST_OF_CARGO).transpose());
        let text = text.ok_or("there is no Cargo.lock: `cargo build` writes it")?;
        let text = text.map_err(|error| format!("Cargo.lock cannot be read: {error}"))?;
        let table: Table = text.parse().map_err(|_| "Cargo.lock is not valid TOML")?;
        let packages = table.get("package").and_then(Value::as_array);
        let packages = packages.into_iter().flatten().filter_map(|package| {
            let said = |key: &str| Some(package.get(key)?.as_str()?.to_owned());
            let uses = package.get("dependencies").and_then(Value::as_array);
            let uses = uses.into_iter().flatten().filter_map(Value::as_str);
            Some(Locked {
                name: said("name")?,
                version: said("version")?,
                uses: uses.map(str::to_owned).collect(),
            })
        });
        let packages = packages.collect();
        Ok(Self { packages })
    }

    fn check(&self, app: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let versions: Vec<_> = self.versions(CORE).collect();
        if let [one, other, ..] = versions.as_slice() {
            let detail = format!(
                "{CORE} {one} and {other}: what one of them knows of a request the other does not"
            );
            let finding = Finding::new(Id::CoreTwice, Verdict::No, CORE, detail).place(LOCK);
            findings.push(finding.help("let every package of the workspace take the same copy"));
        }
        for name in FRAMEWORKS {
            if let Some((own, core)) = self.differing(app, name) {
                let detail = format!(
                    "the app uses {own} and the core {core}: the layer of one is none for the other"
                );
                let finding =
                    Finding::new(Id::FrameworkTwice, Verdict::No, name, detail).place(LOCK);
                findings
                    .push(finding.help(format!("let Cargo.toml ask for {name} {}", major(&core))));
            }
        }
        if let Some((own, core)) = self.differing(app, "http") {
            let detail = format!(
                "the app uses {own} and the core {core}: a request of one is none for the other"
            );
            let finding = Finding::new(Id::HttpTwice, Verdict::Warn, "http", detail).place(LOCK);
            findings.push(finding.help(format!("let Cargo.toml ask for http {}", major(&core))));
        }
        findings
    }

    fn versions(&self, name: &str) -> impl Iterator<Item = &str> {
        let packages = self
            .packages
            .iter()
            .filter(move |package| package.name == name);
        packages.map(|package| package.version.as_str())
    }

    /// The versions of a package that app and core use, if they are two.
    fn differing(&self, app: &str, name: &str) -> Option<(String, String)> {
        let (own, core) = (self.used(app, name)?, self.used(CORE, name)?);
        (own != core).then_some((own, core))
    }

    fn used(&self, by: &str, name: &str) -> Option<String> {
        let package = self.packages.iter().find(|package| package.name == by)?;
        let entry = package
            .uses
            .iter()
            .find(|entry| entry.split(' ').next() == Some(name))?;
        let version = match entry.split(' ').nth(1) {
            Some(version) => version,
            // Where there is one version only, the entry does without.
            None => self.versions(name).next()?,
        };
        Some(visible(version).into_owned())
    }
}

/// What `Cargo.toml` says to get such a version.
fn major(version: &str) -> String {
    let parts: Vec<_> = version.split('.').collect();
    match parts.as_slice() {
        ["0", minor, ..] => format!("0.{minor}"),
        [major, ..] => (*major).to_owned(),
        [] => String::new(),
    }
}

/// The toolchain that the project names, beside the one that the core wants; or why a file of them cannot be read.
fn compiler(facts: &Facts<'_>) -> Result<Option<Finding>, String> {
    let Some((file, text)) = toolchain(facts)? else {
        return Ok(None);
    };
    let core = facts.text("clerk-auth/Cargo.toml")?;
    let wanted = || least(core.as_deref()?);
    Ok(channel(&text)
        .zip(wanted())
        .and_then(|(named, wanted)| too_old(file, &named, &wanted)))
}

/// The version that a manifest asks for.
fn least(manifest: &str) -> Option<Version> {
    let manifest: Table = manifest.parse().ok()?;
    version(manifest.get("package")?.get("rust-version")?.as_str()?)
}

fn too_old(file: &str, named: &Version, wanted: &Version) -> Option<Finding> {
    (named < wanted).then(|| {
        let detail = format!("Rust {named} is named here, and the core needs {wanted}");
        Finding::new(Id::CompilerTooOld, Verdict::No, "compiler", detail)
            .place(file)
            .help(format!("name {wanted} or a later one"))
    })
}

/// The file that names the toolchain, and its text.
fn toolchain(facts: &Facts<'_>) -> Result<Option<(&'static str, String)>, String> {
    for file in ["rust-toolchain.toml", "rust-toolchain"] {
        if let Some(text) = facts.text(file)? {
            return Ok(Some((file, text)));
        }
    }
    Ok(None)
}

/// The version that such a file names; `stable` is none.
fn channel(text: &str) -> Option<Version> {
    match text.parse::<Table>() {
        Ok(table) => version(table.get("toolchain")?.get("channel")?.as_str()?),
        Err(_) => version(text),
    }
}

/// `1.95` or `1.95.0`
fn version(text: &str) -> Option<Version> {
    let mut parts = text.trim().splitn(3, '.').map(|part| part.parse().ok());
    let major = parts.next()??;
    let mut next = || parts.next().flatten().unwrap_or(0);
    Some(Version::new(major, next(), next()))
}
