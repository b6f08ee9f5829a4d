//! The fields that pages send for a sign-up.

use super::{SignUp, SignUpFields};
use crate::emulator::instance::access::settings::Requirement;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email::normalized;
use crate::emulator::instance::user::name;
use crate::emulator::instance::{Instance, Refusal};

impl Instance {
    pub(super) fn with_fields(
        &self,
        mut sign_up: SignUp,
        fields: SignUpFields,
    ) -> Result<SignUp, Refusal> {
        if let Some(address) = fields.email_address {
            let address = normalized(&address)?;
            if self.user_with_email(&address).is_some() {
                return Err(Refusal::Taken("email_address"));
            }
            self.may_sign_up(&address)?;
            if sign_up.email_address.as_deref() != Some(&address) {
                // An invitation is for one address.
                if sign_up.invitation.is_some() {
                    return Err(Refusal::ParamValue("email_address"));
                }
                sign_up.email_code = None;
            }
            sign_up.email_address = Some(address);
        }
        if let Some(text) = &fields.phone_number {
            self.take_number(&mut sign_up, text)?;
        }
        if let Some(password) = fields.password {
            sign_up.password = Some(self.checked_password(&password, "password")?);
        }
        if let Some(text) = fields.first_name {
            sign_up.first_name = name(&text, "first_name")?;
        }
        if let Some(text) = fields.last_name {
            sign_up.last_name = name(&text, "last_name")?;
        }
        if let Some(referral) = fields.referral {
            if let Some(identity) = referral.identity() {
                self.may_sign_up(&identity.email_address)?;
                sign_up.take_identity(identity);
            }
            sign_up.referral = Some(referral);
        }
        sign_up.unsafe_metadata = fields.unsafe_metadata.unwrap_or(sign_up.unsafe_metadata);
        Ok(sign_up)
    }

    fn take_number(&self, sign_up: &mut SignUp, text: &str) -> Result<(), Refusal> {
        if sign_up.phone == Requirement::Off {
            return Err(Refusal::ParamValue("phone_number"));
        }
        let number = ContactKind::Phone.normalized(text)?;
        self.unclaimed(ContactKind::Phone, &number, None)?;
        if sign_up.phone_number.as_ref() != Some(&number) {
            sign_up.phone_code = None;
        }
        sign_up.phone_number = Some(number);
        Ok(())
    }
}
