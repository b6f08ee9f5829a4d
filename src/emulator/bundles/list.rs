//! The list of scripts with the sha512 of each: whatever source a file came from, it is exactly this one or refused.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A pinned package of browser scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name without `@clerk/`.
    pub name: &'static str,
    /// The version that the emulator was made for.
    pub version: &'static str,
    /// The script that a page names.
    pub entry: &'static str,
    /// The sha512 of the archive in the registry, in base64.
    archive: &'static str,
    /// A line for each file: sha512 in base64, a space, the path within the package.
    list: &'static str,
}

/// The packages that a page needs.
pub const PACKAGES: [Package; 2] = [
    Package {
        name: "clerk-js",
        version: "6.40.0",
        entry: "clerk.browser.js",
        archive: "2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==",
        list: include_str!("clerk-js-6.40.0.sha512"),
    },
    Package {
        name: "ui",
        version: "1.36.0",
        entry: "ui.browser.js",
        archive: "uI96zYCh5jISLOt1mdpIPy/Y31P0kwFxjUFOxLUwFfTHFmGUcRjbqN6bbb+75tdI2Bz6ARGws3rhspDer+xIfQ==",
        list: include_str!("ui-1.36.0.sha512"),
    },
];

impl Package {
    /// The paths of its files and their sha512.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.list
            .lines()
            .filter_map(|line| line.split_once(' '))
            .map(|(hash, path)| (path, hash))
    }

    /// True for the archive of the package.
    pub fn is_archive(&self, bytes: &[u8]) -> bool {
        sha512(bytes) == self.archive
    }

    /// The name of its folder in the cache.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// Its name in a registry.
    pub fn specifier(&self) -> String {
        format!("@clerk/{}@{}", self.name, self.version)
    }
}

/// In base64, as registries write it.
pub(super) fn sha512(bytes: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA512, bytes))
}
