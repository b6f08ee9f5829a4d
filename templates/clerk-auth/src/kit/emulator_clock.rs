//! In development an app goes by the clock of its local emulator, so that `clerk-rs emulator clock +70s` moves both. A
//! release build has none of this. The clock is read from a file beside the app, never from a request or an answer, and
//! only with keys that no real instance has.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::KitBuilder;
use crate::config::Source;
use crate::keys::PublishableKey;
use crate::time::{Clock, SystemClock, UnixMillis};

/// Where a running emulator says where it is, and what its clock says: in the project's folder, as `.env` is. It goes when
/// the emulator does.
const FILE: &str = ".clerk/emulator-address.json";

/// The clock of the emulator at these addresses, as long as it runs; else the machine's.
struct EmulatorClock {
    file: PathBuf,
    backend: String,
    frontend: String,
}

impl KitBuilder {
    /// Takes the emulator's clock where the variables are those of an app beside one, unless another is set.
    pub(super) fn by_the_emulators_clock(mut self, variables: &dyn Source, folder: &Path) -> Self {
        let value = |name: &str| variables.value(name).unwrap_or_default();
        let key = PublishableKey::parse(&value("CLERK_PUBLISHABLE_KEY"));
        if self.clock.is_none() && key.is_ok_and(|key| key.is_local_emulator()) {
            self.clock = Some(Arc::new(EmulatorClock {
                file: folder.join(FILE),
                backend: value("CLERK_API_URL"),
                frontend: value("CLERK_FAPI_URL"),
            }));
        }
        self
    }
}

impl Clock for EmulatorClock {
    fn now(&self) -> UnixMillis {
        let now = SystemClock.now();
        let told = fs::read(&self.file).ok();
        let told: Option<Value> = told.and_then(|text| serde_json::from_slice(&text).ok());
        told.and_then(|told| self.read(&told, now)).unwrap_or(now)
    }
}

impl EmulatorClock {
    fn read(&self, told: &Value, now: UnixMillis) -> Option<UnixMillis> {
        let local = |own: &str| own.starts_with("http://127.0.0.1:");
        let is_own = |it: &&Value| {
            (local(&self.backend) && it["backend"] == *self.backend)
                || (local(&self.frontend) && it["frontend"] == *self.frontend)
        };
        // Others run beside it, or were started since.
        let others = told["others"].as_array().into_iter().flatten();
        let own = std::iter::once(told).chain(others).find(is_own)?;
        let base = own["stands_at"].as_i64().unwrap_or(now.0);
        Some(UnixMillis(base.saturating_add(own["moved_by"].as_i64()?)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_apps_own_emulator_moves_its_clock() {
        let clock = EmulatorClock {
            file: PathBuf::new(),
            backend: "http://127.0.0.1:4401".to_owned(),
            frontend: String::new(),
        };
        let now = UnixMillis(5_000);
        let own = "http://127.0.0.1:4401";
        for (told, expected) in [
            (json!({ "backend": own, "moved_by": 61_000 }), Some(66_000)),
            (json!({ "backend": own, "moved_by": -1_000 }), Some(4_000)),
            (
                json!({ "backend": own, "moved_by": 1, "stands_at": 9 }),
                Some(10),
            ),
            (json!({ "backend": own }), None),
            (
                json!({
                    "backend": "http://127.0.0.1:4411", "moved_by": 1,
                    "others": [{ "backend": own, "moved_by": 2_000 }],
                }),
                Some(7_000),
            ),
            (
                json!({ "backend": "http://127.0.0.1:4411", "moved_by": 1 }),
                None,
            ),
            (json!({ "frontend": "", "moved_by": 1 }), None),
            (json!([]), None),
        ] {
            let read = clock.read(&told, now).map(|at| at.0);
            assert_eq!(read, expected, "{told}");
        }
        let elsewhere = EmulatorClock {
            file: PathBuf::new(),
            backend: "https://api.clerk.com".to_owned(),
            frontend: String::new(),
        };
        let told = json!({ "backend": "https://api.clerk.com", "moved_by": 1 });
        assert_eq!(elsewhere.read(&told, now), None);
    }
}
