//! Moments in the tool's files: as numbers.

use serde_core::de::{Deserialize, Deserializer, Error as _};
use serde_core::ser::{Serialize, Serializer};

use crate::time::UnixMillis;

/// As many as a date of JavaScript can have, and few enough that no sum of two overflows.
const MOST: u64 = 8_640_000_000_000_000;

impl Serialize for UnixMillis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for UnixMillis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let millis = i64::deserialize(deserializer)?;
        if millis.unsigned_abs() > MOST {
            return Err(D::Error::custom("no date is that far away"));
        }
        Ok(Self(millis))
    }
}
