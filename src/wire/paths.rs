//! Many paths in one line.

use crate::scaffold::{CORE, is_core};

/// All those of the core are one.
pub fn named(files: &[String]) -> String {
    let (inner, mut names): (Vec<_>, Vec<_>) =
        files.iter().cloned().partition(|path| is_core(path));
    match inner.len() {
        0 | 1 => names.extend(inner),
        count => names.push(format!("{CORE}/ ({count} files)")),
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_core_are_told_as_one() {
        let files =
            |names: &[&str]| named(&names.iter().copied().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(files(&["clerk-auth/a", "x"]), "x, clerk-auth/a");
        let many = [
            "Cargo.toml",
            "clerk-auth/a",
            "clerk-auth/src/b",
            "src/main.rs",
        ];
        assert_eq!(
            files(&many),
            "Cargo.toml, src/main.rs, clerk-auth/ (2 files)"
        );
    }
}
