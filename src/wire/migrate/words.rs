//! The words for each step, in one place.

use super::tokens::List;
use crate::scaffold::Framework;

pub const BY_HAND: &str = "Tokens are checked by hand here. Behind the gate a handler only asks who it was: the extractors say so";
pub const BACKEND: &str = "Calls to Clerk's Backend API stay as they are, and so does the crate: the core is no client for all of it";
pub const IMPORT: &str = "What this brings in goes with the steps for it, and so do the lines that make its client and its settings, as far as \
     nothing else needs them";
pub const HANDED: &str = "Here it is handed to the app, which goes with it";

/// The gate goes.
pub fn gate(framework: Framework) -> &'static str {
    match framework.name() {
        "rocket" => {
            "The settings of the guard go: the fairing stands before every route, whether its handler has a guard or not."
        }
        _ => {
            "This gate goes: the one of the new module stands around the whole app, and two would each ask for a token."
        }
    }
}

/// The reach of the list of paths: what it protected, and what it did not.
pub fn list(list: &List, framework: Framework) -> String {
    const OTHER_WAY: &str = "The new gate is the other way round: everything is protected that PUBLIC_PATHS does not list, so what was open \
         and stays open is listed there";
    match list {
        List::All if framework.name() == "rocket" => {
            "Without a list every handler with a guard was protected, and no other. Now all are, also what does not exist; what is \
             to be open is listed in PUBLIC_PATHS"
                .to_owned()
        }
        List::All => {
            "Without a list everything was protected, as it is now; what is to be open is listed in PUBLIC_PATHS".to_owned()
        }
        List::Unknown => format!("Its list of paths is made elsewhere: only these were protected, letter by letter. {OTHER_WAY}"),
        List::Paths(paths) => {
            let mut text = format!(
                "Only {} was protected, compared letter by letter with the whole path: whatever stands below stayed open.",
                paths.join(", ")
            );
            let patterns = paths.iter().filter(|path| path.contains(['{', '<', '*', ':']));
            let patterns: Vec<_> = patterns.map(String::as_str).collect();
            if !patterns.is_empty() {
                text.push_str(&format!(
                    " No request has the path {}, so that was open to everybody.",
                    patterns.join(", ")
                ));
            }
            text.push_str(other_spellings(framework));
            format!("{text} {OTHER_WAY}")
        }
    }
}

/// What else leads to a handler, and is not in the list.
fn other_spellings(framework: Framework) -> &'static str {
    match framework.name() {
        "actix-web" => {
            " actix-web decodes a path before it looks for a route, and the list was compared before: with one letter written as \
             %XX strangers got in."
        }
        "rocket" => {
            " Rocket passes over empty segments and decodes the others before it looks for a route, and the list was compared \
             before: with one slash more, or one letter written as %XX, strangers got in."
        }
        _ => "",
    }
}

/// The cookie option, before and now.
pub fn cookie(takes_cookie: bool) -> &'static str {
    if takes_cookie {
        "The cookie __session counted as it came, also after somebody had signed out elsewhere. The new gate takes it too, compares it \
         with __client_uat, fetches a fresh one where it is stale, and refuses tokens made for other origins once \
         CLERK_AUTHORIZED_PARTIES lists yours"
    } else {
        "Only the header Authorization counted. The new gate takes the cookie __session of the app's own pages as well; \
         CLERK_AUTHORIZED_PARTIES says which origins' tokens count"
    }
}

/// The code of a handler instead.
pub fn claims(framework: Framework) -> String {
    const FIELDS: &str = "`sub` is user_id(), `sid` is session_id(), `org` is org_id(), org_slug(), org_role() and \
         org_permissions(), which know tokens of version 2 as well, `act` is actor(), and everything else is in claims()";
    let how = match framework.name() {
        "rocket" => {
            "Say `use clerk_auth::rocket::SignedIn`; its field 0 is the session, and it is never without one, whatever the path"
        }
        "actix-web" => "Say `use clerk_auth::actix_web::SignedIn`",
        _ => "Say `use clerk_auth::axum::SignedIn`",
    };
    format!("{how}. {FIELDS}")
}

/// The fate of the line in the manifest.
pub fn dependency(stays: bool, framework: Framework) -> String {
    match stays {
        true => format!(
            "It stays for those calls; its feature for {} can go, and tokens are not its business any more",
            framework.title()
        ),
        false => "Nothing else needs it once the steps above are done".to_owned(),
    }
}
