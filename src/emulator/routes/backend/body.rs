//! Parts that the bodies of several groups have in common.

use clerk_auth::time::UnixMillis;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::emulator::clock::from_rfc3339;
use crate::emulator::instance::{Metadata, Refusal};
use crate::emulator::routes::fault::{Fault, WrongField};

/// A change of metadata, by either of its two calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetadataBody {
    public_metadata: Option<Map<String, Value>>,
    private_metadata: Option<Map<String, Value>>,
}

impl MetadataBody {
    /// Public and private metadata as they are to be: those there are with the changes merged in.
    pub fn merged(
        self,
        public: &Metadata,
        private: &Metadata,
    ) -> Result<[Option<Metadata>; 2], Refusal> {
        let public = self
            .public_metadata
            .map(|patch| public.merged(patch, PUBLIC));
        let private = self
            .private_metadata
            .map(|patch| private.merged(patch, PRIVATE));
        Ok([public.transpose()?, private.transpose()?])
    }

    /// The same with what was sent in the place of what there is.
    pub fn replaced(self) -> Result<[Option<Metadata>; 2], Refusal> {
        let public = self.public_metadata.map(|new| Metadata::new(&new, PUBLIC));
        let private = self
            .private_metadata
            .map(|new| Metadata::new(&new, PRIVATE));
        Ok([public.transpose()?, private.transpose()?])
    }
}

const PUBLIC: &str = "public_metadata";
const PRIVATE: &str = "private_metadata";

/// Metadata of something new.
pub(super) fn metadata(
    public: Option<Map<String, Value>>,
    private: Option<Map<String, Value>>,
) -> Result<[Option<Metadata>; 2], Refusal> {
    MetadataBody {
        public_metadata: public,
        private_metadata: private,
    }
    .replaced()
}

/// A moment as JavaScript writes it (RFC 3339), in the field `field`.
pub(super) fn moment(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<UnixMillis>, Refusal> {
    let moment = |text| from_rfc3339(text).ok_or(Refusal::ParamValue(field));
    text.map(moment).transpose()
}

/// # Errors
/// The first of these fields that is given.
pub(super) fn refuse_given(fields: &[(&str, bool)]) -> Result<(), Fault> {
    let mut given = fields.iter().filter(|(_, given)| *given);
    match given.next() {
        Some((name, _)) => Err(Fault::Field(WrongField::Unknown, (*name).to_owned())),
        None => Ok(()),
    }
}
