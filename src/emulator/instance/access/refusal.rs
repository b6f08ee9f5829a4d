//! Refusals of those who want to come in.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessRefusal {
    /// There is one like it; the field names it.
    Duplicate(&'static str),
    /// There are as many as an emulator keeps.
    Quota,
    /// The field is no http or https address.
    NotAnAddress(&'static str),
    NotADomain,
    /// A template may not set a claim that each token has.
    ReservedClaim,
    /// A session token is not renewed, for the reason of this code.
    NoRefresh(&'static str),
    /// Apps outside a browser may not ask.
    NativeDisabled,
    /// The token of a client is none of ours.
    ClientTokenInvalid,
    TicketInvalid,
    TicketExpired,
    TicketUsed,
    TicketRevoked,
    /// Only tickets that nobody used can be taken back.
    TicketNotPending,
    InvitationAccepted,
    InvitationRevoked,
    /// As for tickets.
    InvitationNotPending,
    WaitlistAnswered,
    /// Only those who were invited may sign up.
    SignUpRestricted,
    /// The same, and others may wait.
    SignUpByWaitlist,
    /// The lists keep the address out.
    NotAllowed,
    /// Addresses of this kind are kept out.
    AddressBlocked,
    /// Nobody is asked for consent on behalf of this application.
    NoConsentScreen,
    /// Neither users, or organizations, have API keys here.
    ApiKeysOff,
    /// The user has an account with this provider.
    AccountConnected,
    /// Nobody whom a provider named waits to sign up or in.
    NothingToTransfer,
    /// A provider's answer to what this browser did not ask.
    CallbackInvalid,
    /// The token in a link is none of ours.
    LinkInvalid,
    /// The first domain is that of the keys, and stays.
    PrimaryDomain,
    /// Development instances have no proxy of their own.
    ProductionOnly(&'static str),
}
