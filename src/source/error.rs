//! Why a program cannot be read at all. What cannot be read in one is an [`Unread`](super::place::Unread).

use std::path::PathBuf;

use crate::error::{Explain, Explanation};

#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("{} cannot be read", .0.display())]
    Manifest(PathBuf, String),
    #[error("there is no package in {}", .0.display())]
    NoPackage(PathBuf),
    #[error("{0} has no program")]
    NoProgram(String),
    #[error("there are {} programs here", .0.len())]
    SeveralPrograms(Vec<String>),
    #[error("there is no program {name}")]
    UnknownProgram { name: String, known: Vec<String> },
    #[error("{} cannot be read", .0.display())]
    Closed(PathBuf, String),
    #[error("the source could not be read to its end")]
    Broken,
}

impl Explain for SourceError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Manifest(_, why) => Explanation::failed("manifest-unreadable").because(why),
            Self::NoPackage(_) => Explanation::failed("no-package")
                .because("its Cargo.toml is that of a workspace")
                .help("run it in the folder of the package whose routes you want"),
            Self::NoProgram(_) => Explanation::failed("no-program")
                .because("it has neither src/main.rs nor a file in src/bin")
                .help("run it in the folder of the package that is served"),
            Self::SeveralPrograms(names) => Explanation::usage("several-programs")
                .because(format!("they are {}", names.join(", ")))
                .help("name the one that is meant: --bin NAME"),
            Self::UnknownProgram { known, .. } => Explanation::usage("unknown-program")
                .because(format!("there is {}", known.join(", "))),
            Self::Closed(_, why) => Explanation::failed("source-unreadable").because(why),
            Self::Broken => Explanation::failed("source-unreadable")
                .help("please report it, with the source that it reads"),
        }
    }
}
