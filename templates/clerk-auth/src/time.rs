//! The clock. It is handed in everywhere: no rule of this crate reads the time by itself.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch. Claims count seconds; the two never meet without a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The moment `seconds` after the epoch; claims count time like that.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// A number, in the files of the tool.
#[cfg(feature = "tool")]
impl serde_core::Serialize for UnixMillis {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

#[cfg(feature = "tool")]
impl<'de> serde_core::Deserialize<'de> for UnixMillis {
    fn deserialize<D: serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// As many as a JavaScript date can have, and far from where sums of two overflow.
        const MOST: u64 = 8_640_000_000_000_000;
        let millis = i64::deserialize(deserializer)?;
        if millis.unsigned_abs() > MOST {
            return Err(serde_core::de::Error::custom("this is no date's time"));
        }
        Ok(Self(millis))
    }
}

/// Tells the time. Apps use [`SystemClock`], tests bring a clock of their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UnixMillis;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> UnixMillis {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        UnixMillis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl<F: Fn() -> UnixMillis + Send + Sync> Clock for F {
    fn now(&self) -> UnixMillis {
        self()
    }
}
