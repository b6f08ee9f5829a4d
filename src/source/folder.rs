//! The file that `mod name;` means.

use std::path::{Path, PathBuf};

use super::files::Files;

/// Where the files of a module's own modules are.
pub struct Folder {
    /// Of `mod x;`
    below: PathBuf,
    /// Of `#[path]`
    beside: PathBuf,
}

impl Folder {
    pub fn new(folder: &Path) -> Self {
        let (below, beside) = (folder.to_owned(), folder.to_owned());
        Self { below, beside }
    }

    /// That of a module whose code stands in its parent's file.
    pub fn inline(&self, name: &str) -> Self {
        Self::new(&self.below.join(name))
    }

    /// The file of `mod name;`, and where the files of its own modules are.
    pub fn file(&self, files: &Files, name: &str, named: Option<&str>) -> Option<(PathBuf, Self)> {
        if let Some(named) = named {
            let path = self.beside.join(named);
            let own = Self::new(path.parent()?);
            return files.is_file(&path).then_some((path, own));
        }
        let name = name.trim_start_matches("r#");
        let below = self.below.join(name);
        let beside = self.below.join(format!("{name}.rs"));
        if files.is_file(&beside) {
            let own = Self {
                below,
                beside: self.below.clone(),
            };
            return Some((beside, own));
        }
        let inside = below.join("mod.rs");
        files.is_file(&inside).then(|| (inside, Self::new(&below)))
    }
}
