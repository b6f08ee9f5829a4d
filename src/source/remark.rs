//! Things to know of a route beside its protection.

use std::fmt;

use serde::{Serialize, Serializer};

/// One thing to know.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Remark {
    /// An extractor of the core where no gate stands.
    AsksWithoutGate(&'static str),
    /// The path below which the gate stands.
    GateBelow(String),
    /// The rule whose conditions are not read.
    ConditionsNotRead(String),
    ListsNotRead,
    SettingsNotRead,
    HandlerNotRead,
    FrontEndAnswers,
    OpenInPart,
    /// A parameter beside open literals: whether routes of their own take these.
    BesideOpen {
        pattern: String,
        more: usize,
        is_routed: bool,
    },
    /// An extractor where auth does not run.
    LetsNobodyIn(&'static str),
    HookBehindSignIn,
    CallerOutsideMachines,
    AnyTokenGetsIn,
    /// No gate stands before it, and the project's manifest says that none is to.
    LeftOpen,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::AsksWithoutGate(asked) => {
                return write!(f, "`{asked}` answers 500 where no gate stands");
            }
            Self::GateBelow(path) => {
                return write!(
                    f,
                    "its gate stands below {path}, and not before addresses that do not exist"
                );
            }
            Self::ConditionsNotRead(name) => {
                return write!(f, "the conditions of `{name}` are not read");
            }
            Self::BesideOpen {
                pattern,
                more,
                is_routed,
            } => {
                write!(f, "{}{pattern}", if *is_routed { "beside " } else { "" })?;
                if *more > 0 {
                    write!(f, " and {more} more")?;
                }
                match is_routed {
                    true => ", which is open and has a route of its own",
                    false => " is open, and this route may answer there",
                }
            }
            Self::LetsNobodyIn(asked) => {
                return write!(f, "`{asked}` lets nobody in: auth does not run here");
            }
            Self::ListsNotRead => "the lists of its gate are not read",
            Self::SettingsNotRead => "the settings of its gate are not read",
            Self::HandlerNotRead => "what its handler asks for is not read",
            Self::FrontEndAnswers => "the front end answers here, unless the kit's paths name it",
            Self::OpenInPart => "only some of its addresses are open",
            Self::HookBehindSignIn => "Clerk cannot sign in: put the path into `without_auth`",
            Self::CallerOutsideMachines => {
                "`Caller` lets nobody in where the path is not in `machines`"
            }
            Self::LeftOpen => "on purpose: `without-gate` in Cargo.toml names it",
            Self::AnyTokenGetsIn => {
                "any token of a program gets in, whatever its scope: name whom it takes with `Caller` or `SignedIn`"
            }
        };
        f.write_str(words)
    }
}

impl Serialize for Remark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
