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
    /// Only those who were invited may sign up.
    SignUpRestricted,
    /// The same, and others may wait.
    SignUpByWaitlist,
    /// The lists keep the address out.
    NotAllowed,
    /// Addresses of this kind are kept out.
    AddressBlocked,
    /// The first domain is that of the keys, and stays.
    PrimaryDomain,
    /// Development instances have no proxy of their own.
    ProductionOnly(&'static str),
}
