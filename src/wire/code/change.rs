//! The code for each framework, in words of its own.

use syn::Expr;

use super::Wanted;
use super::shape::{Change, steps};
use crate::source::{Framework, Gives};

/// The pieces of code that a wired source has, by the framework.
pub struct Words<'a> {
    framework: Framework,
    wanted: &'a Wanted,
}

/// The framework of a name.
pub fn framework(name: &str) -> Option<Framework> {
    Some(match name {
        "axum" => Framework::Axum,
        "actix-web" => Framework::ActixWeb,
        "rocket" => Framework::Rocket,
        _ => return None,
    })
}

impl<'a> Words<'a> {
    pub fn new(framework: Framework, wanted: &'a Wanted) -> Self {
        Self { framework, wanted }
    }

    /// `crate::clerk::around`
    fn own(&self, name: &str) -> String {
        ["crate", &self.wanted.module, name].join("::")
    }

    /// `.wrap(crate::clerk::middleware())`, or nothing where the app is wrapped as a whole.
    fn gate(&self) -> Option<String> {
        match self.framework {
            Framework::ActixWeb => Some(format!(".wrap({}())", self.own("middleware"))),
            Framework::Rocket => Some(format!(".attach({}())", self.own("fairing"))),
            _ => None,
        }
    }

    fn pages(&self) -> Option<String> {
        match self.framework {
            _ if !self.wanted.has_pages => None,
            Framework::ActixWeb => Some(format!(".configure({})", self.own("pages"))),
            Framework::Rocket => Some(format!(".mount(\"/\", {}())", self.own("pages"))),
            _ => None,
        }
    }

    /// True if an expression says it already, of all that it stands for: not of a part, and under no condition.
    pub fn are_in(&self, code: &str) -> bool {
        let Ok(code) = syn::parse_str::<Expr>(code) else {
            return false;
        };
        let (root, links) = steps(&code);
        match self.framework {
            Framework::Axum => self.is_call(root),
            _ => links.into_iter().any(|link| match link {
                Expr::MethodCall(link) if link.method == "wrap" || link.method == "attach" => {
                    link.args.iter().any(|given| self.is_call(given))
                }
                _ => false,
            }),
        }
    }

    fn is_call(&self, code: &Expr) -> bool {
        let Expr::Call(call) = code else { return false };
        let Expr::Path(function) = &*call.func else {
            return false;
        };
        let mut words = function.path.segments.iter().rev();
        words.next().is_some_and(|last| last.ident == self.name())
            && words
                .next()
                .is_some_and(|of| of.ident == self.wanted.module)
    }

    /// The function of the module that stands for the gate.
    fn name(&self) -> &'static str {
        match self.framework {
            Framework::Axum => "around",
            Framework::ActixWeb => "middleware",
            _ => "fairing",
        }
    }

    /// `clerk::around(`
    pub fn called(&self) -> String {
        format!("{}::{}(", self.wanted.module, self.name())
    }

    /// The change of the expression that is served. `is_new` is true if its chain begins with a new app.
    pub fn change(&self, gives: Gives, is_new: bool) -> Option<Change> {
        let Some(gate) = self.gate() else {
            return Some(Change::Around(self.own("around")));
        };
        let pages = self.pages();
        let is_first = is_new && self.framework == Framework::ActixWeb;
        let (first, then) = match is_first {
            true => (pages, None),
            false => (None, pages),
        };
        let last = then.into_iter().chain([gate]).collect();
        match gives {
            Gives::Routes => Some(Change::Links { first, last }),
            Gives::Maker { is_variable } => Some(Change::Called {
                head: if is_variable { "move ||" } else { "||" }.to_owned(),
                links: last,
            }),
        }
    }

    /// `let app = crate::clerk::around(app);`
    pub fn line_before(&self, variable: &str) -> String {
        format!("let {variable} = {}({variable});", self.own("around"))
    }

    /// The same where another crate serves the app, which does not know of the module.
    pub fn handed_on(&self) -> (Vec<String>, String) {
        let (lines, _) = match self.gate() {
            Some(_) => self.by_hand(None),
            None => (vec![format!("{}(app)", self.own("around"))], String::new()),
        };
        (lines, "hand the app to that crate with this".to_owned())
    }

    /// The lines for whoever has to find the place, and where they go.
    pub fn by_hand(&self, code: Option<&str>) -> (Vec<String>, String) {
        let code = code.unwrap_or_default();
        match self.gate() {
            Some(gate) => {
                let lines = self.pages().into_iter().chain([gate]).collect();
                (
                    lines,
                    "add it behind the last call that builds the app".to_owned(),
                )
            }
            None if is_name(code) => (
                vec![self.line_before(code)],
                "add it before this line".to_owned(),
            ),
            None if code.is_empty() => {
                let line = self.line_before("app");
                (vec![line], "add it where the router is whole".to_owned())
            }
            None => {
                let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
                let line = format!("{}({code})", self.own("around"));
                (vec![line], format!("serve this instead of `{code}`"))
            }
        }
    }
}

/// True if it is a variable.
pub fn is_name(code: &str) -> bool {
    let mut chars = code.chars();
    chars
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}
