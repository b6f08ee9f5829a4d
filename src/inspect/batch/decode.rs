//! What each token says of itself, not verified.

use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;

use super::Judge;
use super::line::{Details, Style};
use super::result::Answer;

/// Decodes.
#[derive(Clone)]
pub struct Decoder {
    style: Style,
}

impl Decoder {
    /// The ends of lines are made in `style`.
    pub fn new(style: Style) -> Self {
        Self { style }
    }
}

impl Judge for Decoder {
    fn judge(&mut self, text: &str, _: UnixMillis, details: &mut Vec<u8>) -> Answer {
        match decode(text) {
            Ok(token) => {
                self.style.details(
                    details,
                    &Details {
                        user: token.claim_str("sub"),
                        session: token.claim_str("sid"),
                        expires: token.claim_i64("exp"),
                        message: "",
                    },
                );
                Answer::unverified("jwt")
            }
            Err(error) => {
                self.style.details(
                    details,
                    &Details {
                        message: &error.message,
                        ..Details::default()
                    },
                );
                Answer::invalid(error.reason.as_str())
            }
        }
    }
}
