//! A package's own tests: those that ask the app as it is served meet the gate.

use std::path::Path;

use super::Remark;
use crate::source::Files;

/// What is to be said of a package with tests. Whether they ask the served app is not known without reading them.
pub fn said(files: &Files, folder: &Path, root: &str) -> Option<Remark> {
    let is_test = |text: String| text.contains("#[cfg(test)]") || text.contains("#[test]");
    let has_tests = !files.within(&folder.join("tests")).is_empty()
        || files.read(&folder.join(root)).is_ok_and(is_test);
    let remark = || {
        Remark::new(
            "tests",
            "Tests that ask the app as it is served are answered as strangers are, from now on",
        )
        .help("docs/wiring.md, Your tests")
    };
    has_tests.then(remark)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    /// They got 401 all at once, and nothing had said so.
    #[test]
    fn a_package_with_tests_is_told_that_they_meet_the_gate() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let is_told = || said(&Files::default(), at, "main.rs").is_some();
        fs::write(at.join("main.rs"), "fn main() {}\n").unwrap();
        assert!(!is_told());
        fs::write(at.join("main.rs"), "#[cfg(test)]\nmod tests;\n").unwrap();
        assert!(is_told());
        fs::write(at.join("main.rs"), "fn main() {}\n").unwrap();
        fs::create_dir(at.join("tests")).unwrap();
        fs::write(at.join("tests/api.rs"), "").unwrap();
        assert!(is_told());
    }
}
