//! The words, codes and statuses of refusals about organizations.

use super::Row;
use crate::emulator::instance::OrganizationRefusal as Refusal;

#[rustfmt::skip]
pub(super) fn row(refusal: Refusal) -> Row<'static> {
    match refusal {
        Refusal::Disabled => (403, "organization_not_enabled_in_instance", "access denied", "Organizations are off in this instance: PATCH /v1/instance/organization_settings turns them on", None),
        Refusal::NotFound => (404, "organization_not_found_or_unauthorized", "not found or unauthorized", "There is no such organization, or you have no access to it", None),
        Refusal::MissingPermission(_) => (403, "missing_organization_permission", "missing permission", "Your role in this organization lacks a permission that this needs", None),
        Refusal::AlreadyAMember => (400, "already_a_member_in_organization", "already a member", "This user is a member of the organization already", None),
        Refusal::SlugTaken => (422, "form_identifier_exists", "taken", "This slug belongs to another organization. Please try another.", Some("slug")),
        Refusal::Quota => (403, "organization_quota_exceeded", "organization quota exceeded", "The emulator keeps 5,000 organizations, with 50,000 members and 20,000 invitations; POST /__emulator/reset forgets them", None),
        Refusal::MembershipQuota => (403, "organization_membership_quota_exceeded", "organization membership quota exceeded", "The organization has as many members as it may have; invitations count as well", None),
        Refusal::MinimumPermissions => (400, "organization_minimum_permissions_needed", "minimum organization permissions needed", "At least one member has to remain who may manage members and delete the organization", None),
        Refusal::AdminDeleteDisabled => (403, "organization_admin_delete_not_enabled", "delete not enabled", "This organization cannot be deleted by its members", None),
        Refusal::CreatorNotFound => (400, "organization_creator_not_found", "creator not found", "There is no user with the id in created_by", Some("created_by")),
        Refusal::AlreadyInvited => (422, "duplicate_record", "duplicate invitation", "There are already pending invitations for some of these addresses", None),
        Refusal::InvitationNotPending => (404, "organization_invitation_not_pending", "not pending", "This invitation was accepted or revoked before, or is over", None),
        Refusal::BulkTooLarge => (400, "bulk_size_exceeded", "bulk size exceeded", "At most 50 addresses can be invited at once", None),
        Refusal::DomainsDisabled => (403, "organization_domains_not_enabled", "access denied", "Domains of organizations are off in this instance: PATCH /v1/instance/organization_settings turns them on", None),
        Refusal::DomainTaken => (422, "organization_domain_already_exists", "domain exists", "An organization has this domain already", Some("name")),
        Refusal::DomainCommon => (422, "organization_domain_common", "common domain", "Everybody can have an address at this provider. Please use a domain of your own.", Some("name")),
        Refusal::DomainQuota => (403, "organization_domain_quota_exceeded", "domain quota exceeded", "An organization has at most 10 domains", None),
        Refusal::DomainMismatch => (422, "organization_domain_mismatch", "domain mismatch", "The address must be of the domain that is to be verified", Some("affiliation_email_address")),
        Refusal::EnrollmentModeDisabled => (403, "organization_domain_enrollment_mode_not_enabled", "enrollment mode not enabled", "The instance does not enroll in this way: see domains_enrollment_modes of its organization settings", None),
        Refusal::SuggestionAccepted => (400, "organization_suggestion_already_accepted", "already accepted", "This suggestion was accepted before", None),
        Refusal::RequestNotPending => (400, "organization_membership_request_not_pending", "not pending", "This request was answered before", None),
        Refusal::RoleQuota => (403, "organization_instance_roles_quota_exceeded", "quota exceeded", "An instance has at most 10 roles, 50 permissions and 20 role sets", None),
        Refusal::KeyTaken => (422, "form_identifier_exists", "taken", "Another one has this key", Some("key")),
        Refusal::RoleAssigned => (422, "organization_role_assigned_members", "role is assigned", "Members of organizations have this role", None),
        Refusal::RoleInInvitations => (422, "organization_role_exists_in_invitations", "role is in invitations", "Invitations that wait for an answer are for this role: revoke them first", None),
        Refusal::RoleOfCreators => (422, "organization_role_default_creator_role", "role of creators", "Whoever makes an organization gets this role", None),
        Refusal::RoleOfDomains => (422, "organization_role_domain_default_role", "default role", "Whoever joins by a domain gets this role", None),
        Refusal::RoleHasPermission => (409, "organization_role_permission_association_exists", "already given", "The role has this permission already", None),
        Refusal::CreatorPermissions => (422, "organization_missing_creator_role_permissions", "missing permissions", "Whoever makes an organization needs org:sys_profile:delete, org:sys_memberships:read and org:sys_memberships:manage", None),
        Refusal::SystemPermission => (403, "organization_system_permission_not_modifiable", "system permission", "This is one of Clerk's own permissions, which nobody can change", None),
    }
}
