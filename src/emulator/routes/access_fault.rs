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
        AccessRefusal::ReservedClaim => (400, "jwt_template_reserved_claim", "Reserved claim", "azp, exp, iat, iss, jti, nbf and sub are in every token, and no template can set them", Some("claims")),
        AccessRefusal::NoRefresh(code) => (401, code, "Session not refreshed", "The session token is not renewed here; a handshake of the browser renews it", None),
        AccessRefusal::NativeDisabled => (403, "native_api_disabled", "Native API disabled", "Apps outside a browser may not ask this instance: turn native_api on, PATCH /__emulator/settings", None),
        AccessRefusal::ClientTokenInvalid => (401, "client_token_invalid", "Invalid client token", "This is no token of a client of this instance", None),
        AccessRefusal::TicketInvalid => (400, "ticket_invalid_code", "Ticket is invalid", "The ticket is none of this instance's, or what it was for is gone", None),
        AccessRefusal::TicketExpired => (400, "ticket_expired_code", "Ticket is expired", "The ticket is too old. Ask for another", None),
        AccessRefusal::TicketUsed => (400, "sign_in_token_already_used_code", "Sign in token has already been used", "The ticket lets somebody in once, and was used. Ask for another", None),
        AccessRefusal::TicketRevoked => (400, "sign_in_token_revoked_code", "Sign in token has been revoked", "The ticket was taken back. Ask for another", None),
        AccessRefusal::TicketNotPending => (400, "sign_in_token_cannot_be_revoked_code", "Token cannot be revoked", "It was used or taken back already", None),
        AccessRefusal::InvitationAccepted => (400, "invitation_already_accepted", "Invitation already accepted", "Somebody signed up by this invitation. Sign in instead", None),
        AccessRefusal::InvitationRevoked => (400, "revoked_invitation", "Invitation revoked", "The invitation was taken back", None),
        AccessRefusal::InvitationNotPending => (400, "invitation_not_pending", "Invitation not pending", "It was accepted or taken back already", None),
        AccessRefusal::WaitlistAnswered => (409, "waitlist_entry_not_pending", "Waitlist entry not pending", "This address was answered already", None),
        AccessRefusal::NoConsentScreen => (403, "oauth_consent_screen_disabled", "No consent screen", "Nobody is asked for consent on behalf of this application: turn consent_screen_enabled on", Some("client_id")),
        AccessRefusal::ApiKeysOff => (422, "api_keys_not_enabled", "API keys not enabled", "Turn user_api_keys or organization_api_keys on, PATCH /__emulator/settings", None),
        AccessRefusal::AccountConnected => (400, "oauth_account_already_connected", "Account already connected", "Another account is already connected for this particular provider", None),
        AccessRefusal::NothingToTransfer => (400, "external_account_not_found", "Invalid external account", "Nobody came back from a provider who could be transferred; begin again", None),
        AccessRefusal::CallbackInvalid => (400, "oauth_callback_invalid", "Invalid OAuth callback", "This browser did not ask the provider for this, or had its answer already; begin again", None),
        AccessRefusal::LinkInvalid => (400, "verification_link_invalid", "Invalid link", "The link is none of this instance's; ask for another", Some("token")),
        AccessRefusal::PrimaryDomain => (403, "operation_not_allowed_on_primary_domain", "Operation not allowed", "The primary domain is that of the instance's keys, and stays", None),
        AccessRefusal::ProductionOnly(name) => (400, "production_instance_required", "Production instance required", "Only production instances can do this", Some(name)),
    }
}
