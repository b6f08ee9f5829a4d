//! Attributes of a file besides owner and mode, such as an access list. A new file in its place gets the same.

use std::fs::File;
use std::path::Path;

/// Copies them; returns the names of those that could not be set.
#[cfg(target_os = "linux")]
pub fn copy(from: &Path, to: &File) -> Vec<String> {
    let names = names(from);
    let lost = names
        .into_iter()
        .filter(|name| copy_one(from, to, name).is_err());
    // Labels are the system's, by the place of the file.
    lost.filter(|name| !name.starts_with("security.")).collect()
}

#[cfg(target_os = "linux")]
fn names(from: &Path) -> Vec<String> {
    let mut list = vec![0; 64 << 10];
    let length = rustix::fs::listxattr(from, list.as_mut_slice()).unwrap_or_default();
    let names = list[..length].split(|byte| *byte == 0);
    let names = names.map(|name| String::from_utf8_lossy(name).into_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(target_os = "linux")]
fn copy_one(from: &Path, to: &File, name: &str) -> rustix::io::Result<()> {
    let mut value = vec![0; 64 << 10];
    let length = rustix::fs::getxattr(from, name, value.as_mut_slice())?;
    rustix::fs::fsetxattr(to, name, &value[..length], rustix::fs::XattrFlags::empty())
}

/// Copies nothing: attributes are not known on this system.
#[cfg(not(target_os = "linux"))]
pub fn copy(_: &Path, _: &File) -> Vec<String> {
    Vec::new()
}
