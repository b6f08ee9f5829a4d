//! Every answer that is no success, in one table: status, code and words as in Clerk's error catalogue
//! (`frontend-api.md` section 5.3).

mod organizations;

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER};
use serde_json::{Value, json};

use super::access_fault::access_row;
use super::passkey_fault::passkey_row;
use super::row::Row;
use crate::emulator::event::Note;
use crate::emulator::faults::NotAdded;
use crate::emulator::instance::{AccessRefusal, OrganizationRefusal, Refusal};
use crate::emulator::mint::KeyError;
use crate::emulator::webhooks::TargetError;

/// In characters; longer than any name of Clerk's.
pub(super) const MAX_NAME: usize = 100;

/// The reason why a request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The instance refused.
    Refused(Refusal),
    /// These addresses are invited already.
    Invited(Vec<String>),
    /// A field of a server's body is wrong in this way; the name is the sender's.
    Field(WrongField, String),
    /// A field of what is ours and not Clerk's, and what would be right.
    Own {
        wrong: WrongField,
        field: String,
        words: String,
    },
    /// The `Host` is not one of this machine.
    HostInvalid,
    /// The page is not welcome.
    OriginInvalid,
    /// `redirect_url` is missing or leads elsewhere.
    RedirectUrlInvalid,
    /// No `Authorization: Bearer` on a path of the Backend API.
    KeyMissing,
    /// Another secret key.
    KeyInvalid,
    /// The secret key, where a machine's is needed.
    NoMachineKey,
    /// An app with other keys forwarded this.
    OtherProject,
    /// A server's call came to the Frontend API's address.
    BackendIsElsewhere,
    /// No version of the Backend API.
    VersionInvalid,
    /// The version is named in the head and in the query.
    VersionTwice,
    /// A server's body that is not called JSON.
    NotJson,
    /// A server's body that is no JSON object.
    BodyMalformed,
    /// The body is larger than any that is expected.
    BodyTooLarge,
    /// A picture is larger than Clerk takes, or not sent as one.
    FileInvalid,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// An app forwarded somebody to what only its developer is to see.
    DeskThroughProxy,
    /// A page of another origin asked for what is the developer's.
    DeskFromPage,
    /// The first world is the emulator's own.
    FirstWorld,
    /// Nothing can be told there.
    WebhookTarget(TargetError),
    TooManyWebhooks,
    /// A form of the developer's page that something else sent.
    NotFromDesk,
    /// A text to import that is something else.
    NoState,
    /// What it changed could not be written down.
    NotKept,
    /// There is no such route here.
    NotEmulated,
    /// Ours.
    Internal,
}

/// The ways in which a field of a body can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrongField {
    Unknown,
    Missing,
    Type,
    Value,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<NotAdded> for Fault {
    fn from(not: NotAdded) -> Self {
        match not {
            NotAdded::TooMany => Refusal::from(AccessRefusal::Quota).into(),
            NotAdded::Field(field) => Self::Own {
                wrong: WrongField::Value,
                field: field.to_owned(),
                words: not.to_string(),
            },
        }
    }
}

impl From<KeyError> for Fault {
    fn from(_: KeyError) -> Self {
        Self::Internal
    }
}

#[rustfmt::skip]
fn refusal_row(refusal: Refusal) -> Row<'static> {
    match refusal {
        Refusal::DevBrowserUnauthenticated => (401, "dev_browser_unauthenticated", "Browser unauthenticated", "Unable to authenticate this browser for your development instance. Check your Clerk cookies and try again.", None),
        Refusal::SignedOut => (401, "signed_out", "Signed out", "You are signed out", None),
        Refusal::SessionOver => (401, "authentication_invalid", "Invalid authentication", "Unable to authenticate the request, the session has ended or was revoked", None),
        Refusal::NotFound => (404, "resource_not_found", "not found", "The resource associated with the supplied ID was not found", None),
        Refusal::IdentifierNotFound => (422, "form_identifier_not_found", "Couldn't find your account.", "Couldn't find your account.", Some("identifier")),
        Refusal::PasswordIncorrect => (422, "form_password_incorrect", "Password is incorrect. Try again, or use another method.", "Password is incorrect. Try again, or use another method.", Some("password")),
        Refusal::CodeIncorrect => (422, "form_code_incorrect", "is incorrect", "Incorrect code", Some("code")),
        Refusal::VerificationFailed => (400, "verification_failed", "verification failed", "Too many failed attempts. You have to try again with the same or another method.", None),
        Refusal::VerificationExpired => (400, "verification_expired", "expired", "This verification has expired. You must create a new one.", None),
        Refusal::CodeTooSoon => (429, "verification_code_too_many_requests", "Too many verification code requests", "Too many verification code requests. Please wait at least 30 seconds to receive your code before trying again.", None),
        Refusal::AlreadyVerified => (400, "verification_already_verified", "already verified", "This verification has already been verified.", None),
        Refusal::NotPrepared => (400, "verification_missing", "missing verification", "No code was sent for this yet. Prepare the verification first.", None),
        Refusal::Taken(name) => (422, "form_identifier_exists", taken(name), taken(name), Some(name)),
        Refusal::ContactQuota => (403, "identifier_quota_exceeded", "identifier quota exceeded", "The emulator keeps 20 addresses and 20 numbers of a user", None),
        Refusal::Unverified => (400, "identification_not_verified", "not verified", "Only a verified address or number can be chosen for this", None),
        Refusal::LastIdentification => (400, "identification_deletion_failed", "Deletion failed", "You cannot delete your last verified email address", None),
        Refusal::UsernameLength => (422, "form_username_invalid_length", "Username has an invalid length", "Your username must be between 4 and 64 characters long.", Some("username")),
        Refusal::UsernameCharacter => (422, "form_username_invalid_character", "Username has an invalid character", "Your username can contain only letters, digits, - and _, and not digits alone.", Some("username")),
        Refusal::DataMissing(name) => (422, "form_data_missing", "missing data", "This instance requires an email address and a password of each user; a server can leave out the password with skip_password_requirement", Some(name)),
        Refusal::IncorrectPassword => (422, "incorrect_password", "Incorrect password", "The password is not the one of this user", None),
        Refusal::NoPassword => (400, "no_password_set", "No password set", "This user has no password", None),
        Refusal::PasswordCompromised => (422, "form_password_compromised", "Password is compromised", "This password may be known to others and cannot be used. Reset it, or use another method.", Some("password")),
        Refusal::Hasher => (422, "form_param_value_invalid", "is invalid", "The emulator takes hashes of pbkdf2_sha256 alone, as pbkdf2_sha256$ROUNDS$SALT$HASH with at most 1,000,000 rounds", Some("password_hasher")),
        Refusal::Banned => (403, "user_banned", "User is banned", "This account is banned", None),
        Refusal::Locked => (403, "user_locked", "User is locked", "Your account is locked. Contact support for more information.", None),
        Refusal::DeleteSelf => (403, "user_deletion_not_enabled", "Deletion not enabled", "This user may not delete their account", None),
        Refusal::TotpExists => (400, "totp_already_enabled", "Already enabled", "An authenticator app is set up already; remove it first", None),
        Refusal::NoSecondFactor => (400, "backup_codes_not_available", "Backup codes not available", "Backup codes stand in for another second factor; set one up first", None),
        Refusal::NoImage => (400, "image_type_not_supported", "Image type not supported", "The file is no JPEG, PNG, GIF or WebP image", Some("file")),
        Refusal::ImageQuota => (403, "image_quota_exceeded", "Image quota exceeded", "The emulator keeps 64 MiB of images and has them", None),
        Refusal::Reverification => (403, "session_reverification_required", "Additional verification required", "You need to provide additional verification to perform this operation", None),
        Refusal::PasswordTooShort(name) => (422, "form_password_length_too_short", "Passwords must be 8 characters or more.", "Passwords must be 8 characters or more.", Some(name)),
        Refusal::PasswordKnown(name) => (422, "form_password_pwned", "Password has been found in an online data breach.", "Password has been found in an online data breach. For account safety, please use a different password.", Some(name)),
        Refusal::CurrentPasswordIncorrect => (422, "form_password_validation_failed", "Incorrect password", "Incorrect password", Some("current_password")),
        Refusal::ParamMissing(name) => (422, "form_param_missing", "is missing", "A field that is needed is missing", Some(name)),
        Refusal::ParamFormat(name @ "phone_number") => (422, "form_param_format_invalid", "is invalid", "Must be a valid phone number with its country, like +12025550123", Some(name)),
        Refusal::ParamFormat(name) => (422, "form_param_format_invalid", "is invalid", "Must be a valid email address, like someone@example.com", Some(name)),
        Refusal::ParamValue(name) => (422, "form_param_value_invalid", "is invalid", "This value is not allowed here", Some(name)),
        Refusal::TooLong(name) => (422, "form_param_max_length_exceeded", "exceeds maximum length", "This is longer than is allowed here", Some(name)),
        Refusal::TooLarge(name) => (422, "form_param_exceeds_allowed_size", "exceeds allowed size", "Metadata must not exceed 8 KiB", Some(name)),
        Refusal::UserQuota => (403, "user_quota_exceeded", "user quota exceeded", "The emulator keeps 20,000 users and has them; POST /__emulator/reset forgets them", None),
        Refusal::SessionExists => (400, "session_exists", "Session already exists", "You're currently in single session mode. You can only be signed into one account at a time.", None),
        Refusal::Organization(refusal) => organizations::row(refusal),
        Refusal::Conflict(name) => (409, "duplicate_record", "already exists", "There is one like this already", Some(name)),
        Refusal::NotAMember => (403, "not_a_member_in_organization", "Not a member", "The user is not a member of this organization", None),
        Refusal::Access(refusal) => access_row(refusal),
        Refusal::Passkey(refusal) => passkey_row(refusal),
    }
}

/// A refusal in words for a person, and the field that it is about.
pub(in crate::emulator) fn words(refusal: Refusal) -> (&'static str, Option<&'static str>) {
    let (_, _, _, words, field) = refusal_row(refusal);
    (words, field)
}

/// The words under a field whose value another user has.
fn taken(name: &str) -> &'static str {
    match name {
        "email_address" => "That email address is taken. Please try another.",
        "phone_number" => "That phone number is taken. Please try another.",
        "username" => "That username is taken. Please try another.",
        _ => "Another user has this already.",
    }
}

#[rustfmt::skip]
fn field_row(wrong: WrongField, name: &str) -> Row<'_> {
    match wrong {
        WrongField::Unknown => (422, "form_param_unknown", "is unknown", "This is not a valid parameter for this request", Some(name)),
        WrongField::Missing => (422, "form_param_missing", "is missing", "A field that is needed is missing", Some(name)),
        WrongField::Type => (422, "form_param_type_invalid", "is invalid", "This value is of another type than the one that is expected", Some(name)),
        WrongField::Value => (422, "form_param_value_invalid", "is invalid", "This value is not allowed here", Some(name)),
    }
}

impl Fault {
    #[rustfmt::skip]
    fn row(&self) -> Row<'_> {
        match self {
            Self::Refused(refusal) => refusal_row(*refusal),
            Self::Invited(_) => organizations::row(OrganizationRefusal::AlreadyInvited),
            Self::Field(wrong, name) => field_row(*wrong, name),
            Self::Own { wrong, field, words } => {
                let (status, code, short, _, name) = field_row(*wrong, field);
                (status, code, short, words, name)
            }
            Self::HostInvalid => (400, "host_invalid", "Invalid host", "The emulator answers only under names of this machine", None),
            Self::OriginInvalid => (400, "origin_invalid", "Invalid origin", "The emulator answers only pages of this machine and of the origins it was told", None),
            Self::RedirectUrlInvalid => (400, "invalid_redirect_url", "Invalid redirect URL", "redirect_url must be an http or https address of this machine or of an origin the emulator was told", Some("redirect_url")),
            Self::KeyMissing => (401, "authorization_header_format_invalid", "Invalid Authorization header format", "Send the secret key as: Authorization: Bearer sk_test_…", None),
            Self::KeyInvalid => (401, "clerk_key_invalid", "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.", "The emulator takes only the secret key of this project's .env", None),
            Self::NoMachineKey => (401, "clerk_key_invalid", "A machine's secret key is needed", "A machine makes its tokens itself: send its secret key as Authorization: Bearer ak_…", None),
            Self::OtherProject => (403, "emulator_of_another_project", "Another project's emulator", "This is the emulator of another project than the app's: start the app with `clerk-rs dev`, or correct CLERK_API_URL and CLERK_FAPI_URL", None),
            Self::BackendIsElsewhere => (421, "backend_api_elsewhere", "Not the Backend API", "This is the address of the emulator's Frontend API. Its Backend API has one of its own: set CLERK_API_URL to the one that the emulator names at its start, or let `clerk-rs env set --keys local` do it", None),
            Self::VersionInvalid => (400, "api_version_invalid", "Invalid API version", "The emulator knows the API versions 2025-04-10, 2025-11-10 and 2026-05-12", None),
            Self::VersionTwice => (400, "api_version_invalid", "Invalid API version", "Name the API version in the header Clerk-API-Version or in the query, not in both", None),
            Self::NotJson => (415, "unsupported_content_type", "Unsupported content type", "Send the body as Content-Type: application/json", None),
            Self::BodyMalformed => (400, "request_body_invalid", "Request body invalid", "The body is no JSON object", None),
            Self::BodyTooLarge => (413, "request_body_too_large", "Request too large", "The body is larger than any that this call takes", None),
            Self::FileInvalid => (400, "file_invalid", "File invalid", "Send one image of at most 10 MB in the field `file` of a multipart form, or its data URL as an octet stream", Some("file")),
            Self::BodyTooSlow => (408, "request_timeout", "Request timed out", "The body did not arrive within ten seconds", None),
            Self::DeskThroughProxy => (403, "not_through_proxy", "Not through the app", "An app that is open to the network would show every mail to all of it: ask the emulator at its own address", None),
            Self::DeskFromPage => (403, "not_from_pages", "Not for pages", "Pages of other origins have no business here: ask by a tool or a test, which sends no Origin", None),
            Self::FirstWorld => (422, "emulator_first_world", "Cannot be ended", "The first world ends with the emulator. Name another one: send its secret key as Authorization: Bearer sk_test_…", None),
            Self::WebhookTarget(error) => (422, "form_param_value_invalid", "is invalid", error.words(), Some("url")),
            Self::TooManyWebhooks => (403, "webhook_quota_exceeded", "Webhook quota exceeded", "The emulator tells ten addresses and has them", None),
            Self::NotFromDesk => (403, "not_from_page", "Not from the page", "The forms of the emulator's page are for that page alone: load it anew, and send the form from there", None),
            Self::NoState => (422, "emulator_state_invalid", "No state", "This is no state that this emulator can read; `clerk-rs emulator import` says why", None),
            Self::NotKept => (500, "emulator_state_not_written", "State not written", "The emulator cannot write the file of its state, so it answers nothing: make room on the disk, or start it with another file (--state)", None),
            Self::NotEmulated => (404, "resource_not_found", "not emulated", "The emulator cannot do this yet; its log names the request", None),
            Self::Internal => (500, "internal_clerk_error", "Internal error", "The emulator failed; this is a bug in it", None),
        }
    }

    /// A field that nobody asked for.
    pub fn unknown(name: &str) -> Self {
        Self::Field(WrongField::Unknown, name.chars().take(MAX_NAME).collect())
    }

    /// The words for a person.
    pub fn long_message(&self) -> &str {
        self.row().3
    }

    /// What a program is to know beside the code.
    fn meta(&self) -> Value {
        match self {
            Self::Invited(addresses) => json!({ "email_addresses": addresses }),
            Self::Refused(Refusal::Organization(OrganizationRefusal::MissingPermission(key))) => {
                json!({ "permissions": [key] })
            }
            _ => self
                .row()
                .4
                .map_or_else(|| json!({}), |name| json!({ "param_name": name })),
        }
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.row().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        /// A trace id only has to differ from the last one.
        static TRACES: AtomicU64 = AtomicU64::new(1);
        let (_, code, message, long_message, _) = self.row();
        let meta = self.meta();
        let trace = format!("{:032x}", TRACES.fetch_add(1, Ordering::Relaxed));
        let error =
            json!({ "message": message, "long_message": long_message, "code": code, "meta": meta });
        let mut response =
            Json(json!({ "errors": [error], "clerk_trace_id": trace })).into_response();
        *response.status_mut() = self.status();
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self == Self::Refused(Refusal::CodeTooSoon) {
            let wait = HeaderValue::from_static("30");
            response.headers_mut().insert(RETRY_AFTER, wait);
        }
        let note = if self == Self::NotEmulated {
            "not emulated"
        } else {
            code
        };
        response.extensions_mut().insert(Note(note.to_owned()));
        response
    }
}
