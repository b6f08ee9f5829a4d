//! Words of code that asks who is there, or refuses somebody.

use crate::check::code::bound::{bound, flowing};
use crate::check::code::functions::{Functions, Input, taken, words};
use crate::check::code::statements::{Statement, statements};

/// Words of what refuses somebody.
const REFUSES: [&str; 16] = [
    "SignedIn",
    "Allowed",
    "CurrentUser",
    "FORBIDDEN",
    "UNAUTHORIZED",
    "Forbidden",
    "Unauthorized",
    "forbidden",
    "unauthorized",
    "ErrorForbidden",
    "ErrorUnauthorized",
    // Of other crates.
    "ValidateRequestHeaderLayer",
    "AsyncRequireAuthorizationLayer",
    "HttpAuthentication",
    "login_required",
    "permission_required",
];
/// Words of what takes note of who it is.
const NOTES: [&str; 3] = [AUTH, "auth", "current_user"];
/// The extractor that says who is there if anybody is.
const AUTH: &str = "Auth";
/// What may be there or not, and lets strangers in.
const MAYBE: [&str; 3] = ["Option", "Result", "Maybe"];
/// Words of what an extractor refuses by. `Outcome::Success` is none.
const REFUSALS: [&str; 10] = [
    "?",
    "Err",
    "ok_or",
    "ok_or_else",
    "Error",
    "Failure",
    "Forward",
    "or_error",
    "or_forward",
    "into_outcome",
];
/// Words of what does not go on to the end.
const ENDS: [&str; 7] = [
    "?",
    "return",
    "Err",
    "Redirect",
    "skip_rest",
    "StatusCode",
    "status_code",
];
/// Words of credentials, wherever they stand in one.
const CREDENTIALS: [&str; 7] = [
    "authorization",
    "bearer",
    "cookie",
    "session",
    "token",
    "identity",
    "claims",
];
/// Ends of the names of types that say who somebody is.
const WHO: [&str; 9] = [
    "Session",
    "User",
    "UserId",
    "Claims",
    "Identity",
    "Principal",
    "Auth",
    "Account",
    "Member",
];

/// True if a piece of code names who is there, or refuses somebody. What is only written to the log is nothing of that.
pub fn says_who(code: &str) -> bool {
    // Most code has none of these words, and needs no second look.
    has(code) && statements(code).iter().any(is_about_who)
}

/// True if a statement names who is there, or refuses somebody.
pub fn is_about_who(said: &Statement) -> bool {
    let is_asked = said.compared.iter().any(|word| word == "SignedIn");
    said.says(&REFUSES) || is_asked || NOTES.iter().any(|word| said.uses(word))
}

/// True if nobody gets past one of these types who is not signed in, as far as its name says: `auth::Staff` is one, too.
pub fn refuses(of: &[String]) -> bool {
    needs(of, is_refusing)
}

/// True if what is wanted of a type has to be there.
pub fn needs(of: &[String], is_wanted: impl Fn(&String) -> bool) -> bool {
    of.iter().any(&is_wanted) && !lets_in(of, is_wanted)
}

fn is_refusing(word: &String) -> bool {
    REFUSES.contains(&&**word) || NOTES.contains(&&**word) && word != AUTH
}

/// True for a type that says who is there if anybody is: `Auth`, `Option<SignedIn>`
pub fn notes(of: &[String]) -> bool {
    of.iter().any(|word| word == AUTH) || lets_in(of, is_refusing)
}

/// True if what is wanted of a type need not be there: `Option<SignedIn>`
pub fn lets_in(of: &[String], is_wanted: impl Fn(&String) -> bool) -> bool {
    let mut before = of.iter().take_while(|word| !is_wanted(word));
    of.iter().any(&is_wanted) && before.any(|word| MAYBE.contains(&&**word))
}

/// True if a function refuses somebody; one that only takes note of who it is, as for the log, does not, though it may end for
/// something else.
pub fn guards(inputs: &str, body: &str) -> bool {
    if !has(inputs) && !has(body) {
        return false;
    }
    let takes = taken(inputs);
    let noted: Vec<_> = takes
        .iter()
        .filter(|input| notes(&input.of))
        .flat_map(names)
        .collect();
    let is_note = |text: &str| {
        let words = words(text);
        let mut words = words.iter().map(String::as_str);
        words.any(|word| NOTES.contains(&word) || word == "SignedIn" || noted.contains(&word))
    };
    let is_refused = |input: &Input| needs(&input.of, |word| REFUSES.contains(&&**word));
    takes.iter().any(is_refused)
        || statements(body).iter().any(|said| said.says(&REFUSES))
        || ends_over(body, is_note, &ENDS)
}

/// The names that an input gives to what it takes.
pub fn names(input: &Input) -> impl Iterator<Item = &str> {
    let names = input.names.iter().map(String::as_str);
    names.filter(|name| !name.starts_with(char::is_uppercase))
}

/// True if what is implemented for a type refuses somebody because of what they sign in by.
pub fn refuses_by_credential(body: &str) -> bool {
    // What nobody is refused by may note a cookie for anything.
    let functions = Functions::of(body).functions;
    !body.contains("Infallible")
        && is_credential(body)
        && functions
            .iter()
            .any(|one| one.is_named() && ends_over(&one.body, is_credential, &REFUSALS))
}

/// True if a statement ends something, and works with what is meant, or with what comes from it.
fn ends_over(body: &str, is_meant: impl Fn(&str) -> bool, ends: &[&str]) -> bool {
    let bound = bound(body);
    let from = flowing(&bound, &is_meant);
    let mut all = statements(body).into_iter();
    all.any(|said| said.says(ends) && (said.has(&from) || is_meant(&said.text)))
}

/// True if a statement refuses whoever does not name a user, or not in the right way: that asks nobody who it is.
pub fn is_check_of_id(said: &Statement, ids: &[&str], asked: &[&str]) -> bool {
    // What is compared, or looked up, is compared with something.
    let others = ["password", "secret", "signature", "await", "==", "!="];
    let mut quoted = ids.iter().map(|id| format!("\"{id}\""));
    (said.has(ids) || quoted.any(|id| said.text.contains(&id)))
        && said.says(&REFUSES)
        && !said.has(asked)
        && !said.has(&NOTES)
        && !is_credential(&said.text)
        && !others.iter().any(|word| said.text.contains(word))
}

/// True if code works with what somebody signs in by.
pub fn is_credential(code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    CREDENTIALS.iter().any(|word| code.contains(word))
}

/// True for the name of a type that says who somebody is: `Session`, but not `SessionStore`.
pub fn names_who(of: &str) -> bool {
    WHO.iter().any(|end| of.ends_with(end))
}

fn has(code: &str) -> bool {
    let mut known = REFUSES.iter().chain(&NOTES);
    known.any(|word| code.contains(word))
}
