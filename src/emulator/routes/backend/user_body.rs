//! A server's description of a user.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::body::{moment, refuse_given};
use crate::emulator::instance::people::{MetadataChanges, NewPassword, NewUser};
use crate::emulator::instance::{Metadata, Refusal, UserChanges};
use crate::emulator::routes::fault::Fault;

/// The fields of creation and change together; each call refuses those of the other.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UserBody {
    #[serde(deserialize_with = "given")]
    external_id: Option<String>,
    #[serde(deserialize_with = "given")]
    first_name: Option<String>,
    #[serde(deserialize_with = "given")]
    last_name: Option<String>,
    #[serde(deserialize_with = "given")]
    locale: Option<String>,
    #[serde(deserialize_with = "given")]
    username: Option<String>,
    email_address: Option<Vec<String>>,
    email_address_identification_status: Option<Vec<IdentificationStatus>>,
    phone_number: Option<Vec<String>>,
    phone_number_identification_status: Option<Vec<IdentificationStatus>>,
    web3_wallet: Option<Vec<String>>,
    password: Option<String>,
    password_digest: Option<String>,
    password_hasher: Option<String>,
    skip_password_checks: Option<bool>,
    skip_password_requirement: Option<bool>,
    skip_user_requirement: Option<bool>,
    skip_legal_checks: Option<bool>,
    pub sign_out_of_other_sessions: Option<bool>,
    totp_secret: Option<String>,
    backup_codes: Option<Vec<String>>,
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
    unsafe_metadata: Option<Map<String, Value>>,
    delete_self_enabled: Option<bool>,
    create_organization_enabled: Option<bool>,
    create_organizations_limit: Option<u32>,
    bypass_client_trust: Option<bool>,
    legal_accepted_at: Option<String>,
    created_at: Option<String>,
    banned: Option<bool>,
    locked: Option<bool>,
    primary_email_address_id: Option<String>,
    notify_primary_email_address_changed: Option<bool>,
    primary_phone_number_id: Option<String>,
    primary_web3_wallet_id: Option<String>,
    profile_image_id: Option<String>,
}

/// The state of an address that comes with a user: verified, or only kept from others.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum IdentificationStatus {
    Verified,
    Reserved,
    /// Where one is changed and not made.
    Unverified,
}

/// Null takes away, as a blank text does.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::deserialize(value)?.unwrap_or_default()))
}

/// Each text with true if it is verified, which is what no status means.
fn with_status(
    texts: Option<Vec<String>>,
    statuses: Option<Vec<IdentificationStatus>>,
    field: &'static str,
) -> Result<Vec<(String, bool)>, Refusal> {
    let (texts, statuses) = (texts.unwrap_or_default(), statuses.unwrap_or_default());
    if !statuses.is_empty() && statuses.len() != texts.len() {
        return Err(Refusal::ParamValue(field));
    }
    let verified = |place| {
        statuses
            .get(place)
            .is_none_or(|s| *s == IdentificationStatus::Verified)
    };
    let texts = texts.into_iter().enumerate();
    Ok(texts.map(|(place, text)| (text, verified(place))).collect())
}

impl UserBody {
    pub fn for_creation(self) -> Result<NewUser, Fault> {
        refuse_given(&[
            (
                "primary_email_address_id",
                self.primary_email_address_id.is_some(),
            ),
            (
                "primary_phone_number_id",
                self.primary_phone_number_id.is_some(),
            ),
            (
                "primary_web3_wallet_id",
                self.primary_web3_wallet_id.is_some(),
            ),
            ("profile_image_id", self.profile_image_id.is_some()),
            (
                "sign_out_of_other_sessions",
                self.sign_out_of_other_sessions.is_some(),
            ),
            (
                "notify_primary_email_address_changed",
                self.notify_primary_email_address_changed.is_some(),
            ),
            // Wallets are switched off in this instance.
            (
                "web3_wallet",
                self.web3_wallet.as_ref().is_some_and(|all| !all.is_empty()),
            ),
        ])?;
        let mut changes = self.changes()?;
        let metadata = |object: Option<Map<String, Value>>, field| match object {
            Some(object) => Metadata::new(&object, field),
            None => Ok(Metadata::default()),
        };
        changes.unsafe_metadata = Some(metadata(self.unsafe_metadata, "unsafe_metadata")?);
        Ok(NewUser {
            id: None,
            changes,
            email_addresses: with_status(
                self.email_address,
                self.email_address_identification_status,
                "email_address_identification_status",
            )?,
            phone_numbers: with_status(
                self.phone_number,
                self.phone_number_identification_status,
                "phone_number_identification_status",
            )?,
            password: NewPassword {
                plain: self.password,
                digest: self.password_digest,
                hasher: self.password_hasher,
                unchecked: self.skip_password_checks == Some(true),
            },
            skip_password_requirement: self.skip_password_requirement == Some(true),
            skip_user_requirement: self.skip_user_requirement == Some(true),
            totp_secret: self.totp_secret,
            backup_codes: self.backup_codes.unwrap_or_default(),
            public_metadata: metadata(self.public_metadata, "public_metadata")?,
            private_metadata: metadata(self.private_metadata, "private_metadata")?,
            banned: self.banned == Some(true),
            locked: self.locked == Some(true),
        })
    }

    /// Makes sure that it holds only what can be changed. Metadata has calls of its own since 2026-05-12.
    pub fn check_for_change(&self, takes_metadata: bool) -> Result<(), Fault> {
        refuse_given(&[
            ("email_address", self.email_address.is_some()),
            ("phone_number", self.phone_number.is_some()),
            ("web3_wallet", self.web3_wallet.is_some()),
            (
                "skip_password_requirement",
                self.skip_password_requirement.is_some(),
            ),
            (
                "skip_user_requirement",
                self.skip_user_requirement.is_some(),
            ),
            ("banned", self.banned.is_some()),
            ("locked", self.locked.is_some()),
            (
                "public_metadata",
                self.public_metadata.is_some() && !takes_metadata,
            ),
            (
                "private_metadata",
                self.private_metadata.is_some() && !takes_metadata,
            ),
            (
                "unsafe_metadata",
                self.unsafe_metadata.is_some() && !takes_metadata,
            ),
            // No picture is known by an id, and no wallet.
            ("profile_image_id", self.profile_image_id.is_some()),
            (
                "primary_web3_wallet_id",
                self.primary_web3_wallet_id.is_some(),
            ),
        ])
    }

    pub fn changes(&self) -> Result<UserChanges, Refusal> {
        Ok(UserChanges {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            username: self.username.clone(),
            external_id: self.external_id.clone(),
            locale: self.locale.clone(),
            primary_email_address_id: self.primary_email_address_id.clone(),
            primary_phone_number_id: self.primary_phone_number_id.clone(),
            unsafe_metadata: None,
            legal_accepted_at: moment(self.legal_accepted_at.as_deref(), "legal_accepted_at")?,
            created_at: moment(self.created_at.as_deref(), "created_at")?,
            delete_self: self.delete_self_enabled,
            create_organization: self.create_organization_enabled,
            create_organizations_limit: self.create_organizations_limit,
            bypass_client_trust: self.bypass_client_trust,
        })
    }

    pub fn password(&mut self) -> NewPassword {
        NewPassword {
            plain: self.password.take(),
            digest: self.password_digest.take(),
            hasher: self.password_hasher.take(),
            unchecked: self.skip_password_checks == Some(true),
        }
    }

    pub fn second_factors(&mut self) -> (Option<String>, Vec<String>) {
        (
            self.totp_secret.take(),
            self.backup_codes.take().unwrap_or_default(),
        )
    }

    /// The metadata, which versions before 2026-05-12 take along with the rest.
    pub fn metadata(&mut self) -> Option<MetadataChanges> {
        let changes = MetadataChanges {
            public: self.public_metadata.take(),
            private: self.private_metadata.take(),
            unsafe_: self.unsafe_metadata.take(),
        };
        let any = [&changes.public, &changes.private, &changes.unsafe_];
        any.iter().any(|one| one.is_some()).then_some(changes)
    }
}
