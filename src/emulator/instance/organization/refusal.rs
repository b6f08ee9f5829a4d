//! Refusals about organizations.

/// A refusal; the words, codes and statuses are chosen where answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationRefusal {
    /// The instance has no organizations.
    Disabled,
    /// No such organization.
    NotFound,
    /// The user's role lacks this permission.
    MissingPermission(&'static str),
    /// The user belongs to it already.
    AlreadyAMember,
    /// Another organization has this slug.
    SlugTaken,
    /// There are as many organizations as an emulator keeps.
    Quota,
    /// There are as many members and invitations as the organization may have.
    MembershipQuota,
    /// Nobody would be left who may manage members and delete the organization.
    MinimumPermissions,
    /// Members cannot delete this organization.
    AdminDeleteDisabled,
    /// The user who is to own the new organization does not exist.
    CreatorNotFound,
    /// There is an invitation for this address that was not answered yet.
    AlreadyInvited,
    /// The invitation was accepted or revoked, or is over.
    InvitationNotPending,
    /// Too many things for one request.
    BulkTooLarge,
    /// The instance has no domains of organizations.
    DomainsDisabled,
    /// Another organization has this domain.
    DomainTaken,
    /// Everybody has addresses of this domain.
    DomainCommon,
    /// There are as many domains as the organization may have.
    DomainQuota,
    /// The address is not of this domain.
    DomainMismatch,
    /// The instance does not enroll in this way.
    EnrollmentModeDisabled,
    /// The request or suggestion was answered before.
    SuggestionAccepted,
    /// The request was answered before.
    RequestNotPending,
    /// There are as many roles, permissions or role sets as the instance may have.
    RoleQuota,
    /// Another one has this key.
    KeyTaken,
    /// Somebody has this role.
    RoleAssigned,
    /// Somebody is invited with this role.
    RoleInInvitations,
    /// Who makes an organization gets this role.
    RoleOfCreators,
    /// Who joins gets this role.
    RoleOfDomains,
    /// The role has the permission already.
    RoleHasPermission,
    /// Who makes an organization needs more permissions than this role has.
    CreatorPermissions,
    /// The permission is one of Clerk's own.
    SystemPermission,
}
