//! The frameworks that can be wired, in the versions that the core knows, and what whoever has another one can do.

use semver::{Comparator, Op, Version, VersionReq};

use crate::scaffold::Framework;
use crate::scaffold::stock::Stock;

/// Those that can be wired, by the names of their packages, which are those of `--framework`.
pub const WIRED: [&str; 3] = ["axum", "actix-web", "rocket"];

/// Those that hold a framework's router in a frame of their own, or are another one, and what to do about it. A frame comes
/// before what stands in it.
const OTHERS: &[(&str, &str)] = &[
    (
        "loco-rs",
        "loco builds its router itself: docs/frameworks.md has the initializer that puts the layer around it",
    ),
    ("dioxus", DIOXUS),
    ("leptos_axum", LEPTOS),
    ("leptos_actix", LEPTOS),
    ("leptos", LEPTOS),
    (
        "poem",
        "make a new project with `clerk-rs init --framework poem` and move your handlers there",
    ),
    (
        "salvo",
        "make a new project with `clerk-rs init --framework salvo` and move your handlers there",
    ),
    ("warp", FOREIGN),
    ("tide", FOREIGN),
    ("gotham", FOREIGN),
    ("ntex", FOREIGN),
    (
        "hyper",
        "there is no gate for a server by hand on hyper: axum is the framework that is nearest to it",
    ),
];
const LEPTOS: &str =
    "make a new project with `clerk-rs init --framework leptos` and move your pages there";
const DIOXUS: &str = "its router is its own and its pages are made in the browser, so neither the gate nor the pages of the core fit. With \
     dioxus-clerk keep that: its layer says who it is and refuses nobody, so each server function has to ask. What fits is the \
     tool: `clerk-rs env`, `keys`, `token` and `emulator` know the same keys; and an API on axum in a package of its own can be wired";
const FOREIGN: &str = "the core has no adapter for it: axum, actix-web and Rocket can be wired";

/// A framework that cannot be wired, and what to do.
pub fn other(package: &str) -> Option<&'static str> {
    let (_, help) = OTHERS.iter().find(|(name, _)| *name == package)?;
    Some(help)
}

/// True if a package keeps the router of a framework to itself.
pub fn is_frame(package: &str) -> bool {
    ["loco-rs", "dioxus", "leptos", "leptos_axum", "leptos_actix"].contains(&package)
}

/// The versions that the core is made for.
#[derive(Debug)]
pub struct Core {
    manifest: toml::Table,
}

impl Default for Core {
    fn default() -> Self {
        let files = Stock::default().core();
        let found = files.iter().find(|(path, _)| path == "Cargo.toml");
        let text = found.map(|(_, bytes)| String::from_utf8_lossy(bytes));
        let manifest = text.and_then(|text| toml::from_str(&text).ok());
        Self {
            manifest: manifest.unwrap_or_default(),
        }
    }
}

impl Core {
    /// The versions of a package that it is built with.
    pub fn wants(&self, package: &str) -> Option<VersionReq> {
        let entry = self.manifest.get("dependencies")?.get(package)?;
        let text = entry.get("version").unwrap_or(entry).as_str()?;
        VersionReq::parse(text).ok()
    }

    /// The oldest compiler that builds it.
    pub fn rust(&self) -> Option<Version> {
        let text = self.manifest.get("package")?.get("rust-version")?;
        rust_version(text.as_str()?)
    }
}

/// A version as `rust-version` and toolchain files have it: `1.95`, `1.95.0`.
pub fn rust_version(text: &str) -> Option<Version> {
    let mut parts = text.trim().splitn(3, '.').map(str::parse);
    let mut next = || parts.next().unwrap_or(Ok(0)).ok();
    Some(Version::new(next()?, next()?, next()?))
}

/// True if some version satisfies both: cargo takes one for the app and the core.
pub fn can_agree(one: &VersionReq, other: &VersionReq) -> bool {
    let fits = |version: &Version| one.matches(version) && other.matches(version);
    let comparators = one.comparators.iter().chain(&other.comparators);
    // Where two ranges meet, the lowest common version is the beginning of one of them.
    comparators.map(beginning).any(|version| fits(&version))
}

/// The lowest version that a requirement can mean.
pub fn lowest(wanted: &VersionReq) -> Option<Version> {
    let beginnings = wanted.comparators.iter().map(beginning);
    beginnings.filter(|version| wanted.matches(version)).min()
}

/// The lowest version that a comparator can mean.
fn beginning(of: &Comparator) -> Version {
    let mut version = Version::new(of.major, of.minor.unwrap_or(0), of.patch.unwrap_or(0));
    version.pre = of.pre.clone();
    match (of.op, of.minor, of.patch) {
        (Op::Greater, None, _) => Version::new(of.major.saturating_add(1), 0, 0),
        (Op::Greater, Some(minor), None) => Version::new(of.major, minor.saturating_add(1), 0),
        (Op::Greater, _, Some(patch)) => {
            Version::new(of.major, version.minor, patch.saturating_add(1))
        }
        _ => version,
    }
}

/// Advice for users of another version of a framework.
pub fn advice(framework: Framework, version: &Version) -> String {
    let title = framework.title();
    match (framework.name(), version.major, version.minor) {
        ("axum", 0, 7) => {
            "go to axum 0.8 first: a path says `/{id}` there and not `/:id`, `/{*rest}` and not `/*rest`, and extractors of \
             your own do without #[async_trait]"
        }
        ("axum", 0, ..7) => {
            "go to axum 0.8 first: since 0.7 it is `axum::serve(listener, app)` and not `axum::Server`, since 0.8 a path says \
             `/{id}` and not `/:id`"
        }
        ("actix-web", ..4, _) => "go to actix-web 4 first: it runs on tokio 1, and its extractors have no `Config` type",
        ("rocket", 0, ..5) => "go to Rocket 0.5 first: it builds with stable Rust, and its launch and fairings are async",
        _ => return format!("this clerk-rs wires {title}: a later one may know yours"),
    }
    .to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn two_requirements_agree_if_a_version_fits_both() {
        for (one, expected) in [
            ("4", true),
            ("4.9.0", true),
            ("=4.9.0", false),
            ("=4.18.0", true),
            ("=4.20.1", true),
            ("~4.18", true),
            ("~4.17", false),
            (">=4, <4.10", false),
            (">=4, <5", true),
            (">4.19", true),
            ("*", true),
            ("4.*", true),
            ("<5", true),
            ("3", false),
        ] {
            let core = VersionReq::parse("4.18").unwrap();
            let one = VersionReq::parse(one).unwrap();
            assert_eq!(can_agree(&one, &core), expected, "{one}");
            assert_eq!(can_agree(&core, &one), expected, "{one}");
        }
    }

    #[test]
    fn the_core_says_what_it_is_made_for() {
        let core = Core::default();
        for package in WIRED {
            assert!(core.wants(package).is_some(), "{package}");
            assert_eq!(Framework::named(package).unwrap().name(), package);
        }
        assert!(core.rust().unwrap() >= Version::new(1, 85, 0));
        assert_eq!(rust_version("1.95"), Some(Version::new(1, 95, 0)));
        assert_eq!(rust_version("1.95.1"), Some(Version::new(1, 95, 1)));
        assert_eq!(rust_version("stable"), None);
    }

    #[test]
    fn every_old_version_gets_advice() {
        for (name, version, says) in [
            ("axum", "0.7.9", "`/{id}` there"),
            ("axum", "0.6.20", "axum::serve"),
            ("axum", "0.9.0", "a later one"),
            ("actix-web", "3.3.3", "actix-web 4"),
            ("rocket", "0.4.11", "Rocket 0.5"),
        ] {
            let framework = Framework::named(name).unwrap();
            let advice = advice(framework, &Version::parse(version).unwrap());
            assert!(advice.contains(says), "{advice}");
        }
    }
}
