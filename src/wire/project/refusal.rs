//! Why a project is not wired, and what its owner can do.

use semver::{Version, VersionReq};

use crate::error::{Explain, Explanation};
use crate::project::manifest::ManifestError;
use crate::scaffold::{CORE, Framework};
use crate::source::SourceError;

/// The reason why a project cannot be wired. Nothing is written.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("there are {} packages here that serve something", .0.len())]
    SeveralPackages(Vec<String>),
    #[error("there is no package {name} here")]
    UnknownPackage { name: String, known: Vec<String> },
    #[error("no package of this workspace serves anything that can be wired")]
    NothingServed(Vec<String>),
    #[error("{0} was made by `clerk-rs init`, which wires other projects only")]
    Made(String),
    #[error("the package itself is called {CORE}")]
    NameTaken,
    #[error("{0} depends on no web framework")]
    NoFramework(String),
    #[error("{package} cannot be wired")]
    Other { package: String, help: &'static str },
    #[error("there are {} frameworks here", .0.len())]
    SeveralFrameworks(Vec<Framework>),
    #[error("{package} does not depend on {}", .framework.name())]
    NotThere {
        package: String,
        framework: Framework,
    },
    #[error("{} does not come from a registry here", .0.name())]
    Elsewhere(Framework),
    #[error("{} {version} cannot be wired", .framework.name())]
    Version {
        framework: Framework,
        version: Version,
        help: String,
    },
    #[error("no version of {} fits both this package and the core", .framework.name())]
    Pinned {
        framework: Framework,
        wanted: VersionReq,
        needed: VersionReq,
    },
    #[error("{file} asks for Rust {channel}")]
    Toolchain {
        file: String,
        channel: String,
        needed: Version,
    },
    #[error("the program's source is outside the package: {0}")]
    Outside(String),
}

impl Explain for Refusal {
    fn explain(&self) -> Explanation {
        let refused = Explanation::failed;
        match self {
            Self::Source(error) => error.explain(),
            Self::Manifest(error) => error.explain(),
            Self::SeveralPackages(names) => Explanation::usage("several-packages")
                .because(format!("they are {}", names.join(", ")))
                .help("name the one that is meant: --package NAME"),
            Self::UnknownPackage { known, .. } => Explanation::usage("unknown-package")
                .because(format!("there is {}", known.join(", "))),
            Self::NothingServed(names) => refused("nothing-served")
                .because(match names.as_slice() {
                    [] => "it has no packages".to_owned(),
                    names => format!("looked at {}", names.join(", ")),
                })
                .help("axum, actix-web and Rocket can be wired, in a package with a program; name it with --package"),
            Self::Made(_) => refused("not-wired-but-made").help(
                "`clerk-rs update` brings its core up to date; if its gate was taken out, `clerk-rs doctor` names the line to put back",
            ),
            Self::NameTaken => refused("name-taken")
                .because("the core is a package of that name, and a package cannot depend on its namesake")
                .help("give yours another name first"),
            Self::NoFramework(_) => refused("no-framework")
                .because("axum, actix-web and Rocket can be wired, and its [dependencies] name none of them")
                .help("run it for the package that is served; for a new app: `clerk-rs init FOLDER`"),
            Self::Other { help, .. } => refused("framework-unknown").help(*help),
            Self::SeveralFrameworks(found) => {
                let names: Vec<_> = found.iter().map(|framework| framework.name()).collect();
                Explanation::usage("several-frameworks")
                    .because(format!("they are {}", names.join(", ")))
                    .help("name the one that is served: --framework NAME")
            }
            Self::NotThere { .. } => Explanation::usage("framework-not-there")
                .help("leave --framework out, and the one that is there is taken"),
            Self::Elsewhere(_) => refused("framework-elsewhere")
                .because("the core takes it from the registry, and to Rust these are two crates with different types")
                .help("take a released version first"),
            Self::Version { help, .. } => refused("framework-version").help(help),
            Self::Pinned { wanted, needed, .. } => refused("framework-pinned")
                .because(format!("Cargo.toml wants {wanted}, the core {needed}"))
                .help("widen it first; whatever follows from that is seen best without anything else changing"),
            Self::Toolchain { needed, .. } => refused("toolchain-old")
                .because(format!("the core builds with {}.{} and later", needed.major, needed.minor))
                .help("raise it there first, and build once"),
            Self::Outside(_) => refused("program-outside")
                .because("nothing is written outside the package's folder")
                .help("run it for the package that the source belongs to"),
        }
    }
}
