//! The answers to those who may not come in.

use super::row::Row;
use crate::emulator::instance::AccessRefusal;

#[rustfmt::skip]
pub(super) fn access_row(refusal: AccessRefusal) -> Row<'static> {
    match refusal {
        AccessRefusal::Duplicate(name) => (400, "duplicate_record", "already exists", "There is one like this already", Some(name)),
        AccessRefusal::Quota => (403, "quota_exceeded", "quota exceeded", "The emulator keeps no more of these; POST /__emulator/reset forgets them", None),
        AccessRefusal::NotAnAddress(name) => (422, "form_param_format_invalid", "is invalid", "Must be an address with a scheme, like https://example.com/path", Some(name)),
        AccessRefusal::NotADomain => (422, "form_param_format_invalid", "is invalid", "Must be the name of a domain, like example.com", Some("name")),
        AccessRefusal::SignUpRestricted => (403, "sign_up_mode_restricted", "Sign ups are restricted", "Only people who were invited can sign up", None),
        AccessRefusal::SignUpByWaitlist => (403, "sign_up_restricted_waitlist", "Sign ups are restricted", "Join the waitlist; who is invited can sign up", None),
        AccessRefusal::NotAllowed => (403, "not_allowed_access", "Access not allowed", "This address is not allowed to use the application", None),
        AccessRefusal::AddressBlocked => (422, "form_email_address_blocked", "Address not allowed", "Subaddresses or disposable addresses are not allowed here", Some("email_address")),
        AccessRefusal::PrimaryDomain => (403, "operation_not_allowed_on_primary_domain", "Operation not allowed", "The primary domain is that of the instance's keys, and stays", None),
        AccessRefusal::ProductionOnly(name) => (400, "production_instance_required", "Production instance required", "Only production instances can do this", Some(name)),
    }
}
