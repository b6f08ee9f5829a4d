//! Tells if a project's copy of the core is as it was written. It decides who gets in, and whoever clones a project has not
//! seen what was done to it.

use std::path::Path;

use super::project::Remark;
use crate::scaffold::CORE;
use crate::scaffold::stamp::{STAMP, Stamp, hash};
use crate::update::text::{self, ReadError, Text};

/// A remark on a copy that is not as its stamp says. Nothing if there is no stamp: then it is no copy of ours.
///
/// # Errors
/// A file that cannot be looked at.
pub fn said(folder: &Path) -> Result<Option<Remark>, ReadError> {
    let read = |path: &str| text::read(folder, &format!("{CORE}/{path}"));
    let Some(stamp) = read(STAMP)? else {
        return Ok(None);
    };
    let parsed = match &stamp {
        Text::Lines { text, .. } => Stamp::parse(text).ok(),
        Text::Opaque => None,
    };
    let Some(stamp) = parsed else {
        return Ok(Some(changed(STAMP, 0)));
    };
    let mut others = Vec::new();
    for (path, written) in &stamp.hashes {
        let is_same = match read(path)? {
            Some(Text::Lines { text, .. }) => hash(text.as_bytes()) == *written,
            Some(Text::Opaque) | None => false,
        };
        if !is_same {
            others.push(path);
        }
    }
    let first = others.first();
    Ok(first.map(|first| changed(first, others.len() - 1)))
}

fn changed(first: &str, more: usize) -> Remark {
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Remark::new(
        "core-changed",
        format!("{CORE}/ is not as clerk-rs wrote it: {first}{more}"),
    )
    .help("it decides who gets in, so look at that; `clerk-rs update --dry-run` names every such file")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_copy_that_is_not_as_its_stamp_says_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            fs::write(folder.path().join(CORE).join(path), text).unwrap();
        };
        let told = || said(folder.path()).unwrap().map(|remark| remark.text);
        fs::create_dir(folder.path().join(CORE)).unwrap();
        assert_eq!(told(), None);
        let line = |path: &str, text: &str| format!("{}  {path}\n", hash(text.as_bytes()));
        let stamp = "# clerk-auth 1.0.0, written by clerk-rs 1.0.0\n".to_owned();
        write(
            STAMP,
            &(stamp + &line("a.rs", "a\n") + &line("b.rs", "b\n")),
        );
        write("a.rs", "a\r\n");
        write("b.rs", "b\n");
        assert_eq!(told(), None, "the line ends are those of a checkout");
        write("b.rs", "b \n");
        let expected = "clerk-auth/ is not as clerk-rs wrote it: b.rs";
        assert_eq!(told().unwrap(), expected);
        fs::remove_file(folder.path().join(CORE).join("a.rs")).unwrap();
        let expected = "clerk-auth/ is not as clerk-rs wrote it: a.rs and 1 more";
        assert_eq!(told().unwrap(), expected);
        write(STAMP, "mine\n");
        let expected = "clerk-auth/ is not as clerk-rs wrote it: .stamp";
        assert_eq!(told().unwrap(), expected);
    }
}
