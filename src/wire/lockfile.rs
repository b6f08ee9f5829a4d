//! `Cargo.lock`: which versions an app is built of. Without one nothing is known.

use semver::{Version, VersionReq};
use serde::Deserialize;

use super::framework::lowest;
use crate::source::{Dependency, Origin};

/// The packages of a lock file.
#[derive(Debug, Default, Deserialize)]
pub struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The cryptographic library that the core is to use, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crypto {
    /// A feature of the core.
    pub feature: &'static str,
    pub why: String,
}

impl Lock {
    /// One that cannot be read says as little as none; cargo will tell.
    pub fn read(text: &str) -> Self {
        toml::from_str(text).unwrap_or_default()
    }

    /// The newest version of a package that fits.
    pub fn version(&self, package: &str, wanted: &VersionReq) -> Option<Version> {
        let named = self.package.iter().filter(|found| found.name == package);
        let versions = named.filter_map(|found| Version::parse(&found.version).ok());
        versions.filter(|version| wanted.matches(version)).max()
    }

    /// rustls panics where it has two libraries and must choose by itself, so the core takes the one that is there.
    pub fn crypto(&self) -> Crypto {
        let tls = self.package.iter().find(|found| found.name == "rustls");
        let has = |tls: &Package, name: &str| {
            let names = tls.dependencies.iter();
            let mut names = names.filter_map(|needed| needed.split(' ').next());
            names.any(|needed| needed == name)
        };
        match tls {
            None => Crypto::ring("nothing here uses rustls yet; ring builds fastest"),
            Some(tls) if has(tls, "ring") => Crypto::ring("rustls uses ring here already"),
            Some(tls) if has(tls, AWS) => Crypto {
                feature: AWS,
                why: format!("rustls uses {AWS} here already{PANIC}"),
            },
            Some(_) => Crypto::ring("rustls has no library here yet; ring builds fastest"),
        }
    }

    /// True if the copy's line for `idna_adapter` would take somebody else's version back.
    pub fn has_later_idna(&self) -> bool {
        let named = |found: &&Package| found.name == "idna_adapter";
        let found = self.package.iter().find(named);
        found.is_some_and(|found| !found.version.starts_with("1.1."))
    }
}

const AWS: &str = "aws-lc-rs";
const PANIC: &str = ", and would panic where it had to choose between two";

/// What brings rustls with that library, in which versions, and by which of its features.
const BRING_AWS: [(&str, &str, &[&str]); 6] = [
    ("axum-server", ">=0.7", &["tls-rustls"]),
    ("clerk-rs", ">=0.5", &["default", "rustls-tls"]),
    ("hyper-rustls", ">=0.27", &["default", "aws-lc-rs"]),
    ("reqwest", ">=0.13", &["default", "default-tls", "rustls"]),
    ("rustls", ">=0.23", &["default", "aws_lc_rs", "aws-lc-rs"]),
    ("tokio-rustls", ">=0.26", &["default", "aws_lc_rs"]),
];

impl Crypto {
    fn ring(why: &str) -> Self {
        Self {
            feature: "ring",
            why: why.to_owned(),
        }
    }

    /// Where there is no lock file, the app's own dependencies say what can be known.
    pub fn guessed(dependencies: &[Dependency]) -> Self {
        let brings = |of: &Dependency| {
            let known = BRING_AWS.iter().find(|(name, ..)| *name == of.package);
            let Some((_, versions, features)) = known else {
                return false;
            };
            let Origin::Registry(wanted) = &of.origin else {
                return false;
            };
            let versions = VersionReq::parse(versions).unwrap_or_default();
            let lowest = VersionReq::parse(wanted).ok().and_then(|it| lowest(&it));
            let is_new = lowest.is_some_and(|version| versions.matches(&version));
            is_new && of.features.iter().any(|it| features.contains(&it.as_str()))
        };
        match dependencies.iter().find(|of| brings(of)) {
            Some(found) => Self {
                feature: AWS,
                why: format!(
                    "{} brings rustls with {AWS}, which{}",
                    found.package,
                    PANIC.trim_start_matches(", and")
                ),
            },
            None => Self::ring(
                "there is no Cargo.lock that would say what rustls uses here. If it is aws-lc-rs, put that in place of \"ring\" in Cargo.toml",
            ),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn rustls(needs: &str) -> Lock {
        Lock::read(&format!(
            "version = 4\n[[package]]\nname = \"rustls\"\nversion = \"0.23.31\"\ndependencies = [{needs}]\n"
        ))
    }

    #[test]
    fn the_core_takes_the_library_that_is_there() {
        assert_eq!(Lock::default().crypto().feature, "ring");
        assert_eq!(rustls("").crypto().feature, "ring");
        assert_eq!(rustls("\"ring\"").crypto().feature, "ring");
        assert_eq!(
            rustls("\"aws-lc-rs\", \"log\"").crypto().feature,
            "aws-lc-rs"
        );
        assert_eq!(rustls("\"aws-lc-rs 1.13.0\"").crypto().feature, "aws-lc-rs");
        // Whoever has both has chosen already.
        assert_eq!(rustls("\"aws-lc-rs\", \"ring\"").crypto().feature, "ring");
    }

    #[test]
    fn without_a_lock_file_the_manifest_is_asked() {
        let guessed = |package: &str, version: &str, feature: &str| {
            let one = Dependency {
                name: package.to_owned(),
                package: package.to_owned(),
                origin: Origin::Registry(version.to_owned()),
                features: vec![feature.to_owned()],
                is_optional: false,
                target: None,
            };
            Crypto::guessed(&[one]).feature
        };
        assert_eq!(guessed("reqwest", "0.13", "default"), "aws-lc-rs");
        assert_eq!(guessed("reqwest", "0.13", "json"), "ring");
        assert_eq!(guessed("reqwest", "0.12", "default"), "ring");
        assert_eq!(guessed("rustls", "0.23.5", "ring"), "ring");
        assert_eq!(guessed("clerk-rs", "0.5", "default"), "aws-lc-rs");
    }

    #[test]
    fn of_several_versions_the_fitting_one_counts() {
        let lock = "[[package]]\nname = \"axum\"\nversion = \"0.7.9\"\n[[package]]\nname = \"axum\"\nversion = \"0.8.4\"\n";
        let lock = Lock::read(lock);
        let version = |wanted| {
            let wanted = VersionReq::parse(wanted).unwrap();
            lock.version("axum", &wanted)
                .map(|version| version.to_string())
        };
        assert_eq!(version("0.7").as_deref(), Some("0.7.9"));
        assert_eq!(version("0.8").as_deref(), Some("0.8.4"));
        assert_eq!(version("*").as_deref(), Some("0.8.4"));
        assert_eq!(version("0.9"), None);
    }

    #[test]
    fn a_later_idna_stays() {
        let idna = |version| {
            let text = format!("[[package]]\nname = \"idna_adapter\"\nversion = \"{version}\"\n");
            Lock::read(&text).has_later_idna()
        };
        assert!(idna("1.2.1"));
        assert!(!idna("1.1.0"));
        assert!(!Lock::default().has_later_idna());
    }
}
