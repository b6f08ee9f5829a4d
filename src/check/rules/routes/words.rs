//! Words of code that asks who is there, or refuses somebody.

use crate::check::code::functions::said;

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
const NOTES: [&str; 3] = ["auth", "Auth", "current_user"];
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

/// True if a piece of code names who is there, or refuses somebody.
pub fn says_who(code: &str) -> bool {
    has(code, &REFUSES) || has(code, &NOTES)
}

/// True if a function refuses somebody; one that only takes note of who it is, as for the log, does not.
pub fn guards(inputs: &str, body: &str) -> bool {
    let is_refusing = has(inputs, &REFUSES) || has(body, &REFUSES);
    is_refusing || (has(inputs, &NOTES) || has(body, &NOTES)) && has(body, &ENDS)
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

fn has(code: &str, known: &[&str]) -> bool {
    // Most code has none of them, and needs no second look.
    known.iter().any(|word| code.contains(word))
        && said(code).iter().any(|word| known.contains(&&**word))
}
