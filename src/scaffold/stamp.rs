//! `clerk-auth/.stamp` names the version of a project's core and has the hash of each file as it was written. So an
//! update can tell edited files from untouched ones, and so can `sha256sum -c .stamp`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

use super::keys::hex;
use super::stock::{Bytes, Stock};

/// The path of the stamp below the core's folder.
pub const STAMP: &str = ".stamp";

/// The content of a stamp.
#[derive(Debug, Eq, PartialEq)]
pub struct Stamp {
    /// The version of the core.
    pub core: String,
    /// The version of the tool that wrote it.
    pub tool: String,
    /// The hash of each file, by its path below the core's folder.
    pub hashes: BTreeMap<String, String>,
}

/// The reason why a stamp cannot be trusted.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    #[error("its first line does not say which core it is of")]
    Head,
    #[error("line {0} is no hash with a path")]
    Line(usize),
    #[error("line {0} names a path that does not lie in the core's folder")]
    Path(usize),
}

/// The text of the stamp for these files.
pub fn text(stock: &Stock, files: &[(String, Bytes)]) -> String {
    let mut lines: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (path, hash(bytes)))
        .collect();
    lines.sort();
    let mut text = format!(
        "# clerk-auth {}, written by clerk-rs {}\n",
        stock.core_version, stock.tool_version
    );
    for (path, hash) in lines {
        let _ = writeln!(text, "{hash}  {path}");
    }
    text
}

/// SHA-256, in lower-case hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl Stamp {
    /// Reads a stamp.
    ///
    /// # Errors
    /// [`StampError`]
    pub fn parse(text: &str) -> Result<Self, StampError> {
        let mut lines = text.lines().enumerate();
        let head = lines.next().and_then(|(_, line)| {
            let (core, tool) = line
                .strip_prefix("# clerk-auth ")?
                .split_once(", written by clerk-rs ")?;
            Some((core.to_owned(), tool.to_owned()))
        });
        let (core, tool) = head.ok_or(StampError::Head)?;
        let mut hashes = BTreeMap::new();
        for (index, line) in lines {
            let number = index + 1;
            let (hash, path) = line.split_once("  ").ok_or(StampError::Line(number))?;
            if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(StampError::Line(number));
            }
            if !is_below(path) {
                return Err(StampError::Path(number));
            }
            hashes.insert(path.to_owned(), hash.to_owned());
        }
        Ok(Self { core, tool, hashes })
    }
}

/// True for a path as we write it: it leads neither up nor to a root or drive, and has only one spelling.
fn is_below(path: &str) -> bool {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..");
    !path.contains(['\\', ':', '\0']) && path.split('/').all(is_plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_as_it_was_written() {
        let files = [("src/lib.rs", "b"), ("Cargo.toml", "a")];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().into()));
        let stock = Stock::archived("1.2.3", BTreeMap::new());
        let written = text(&stock, &files);
        assert_eq!(
            written,
            "# clerk-auth 1.2.3, written by clerk-rs 1.2.3\n\
             ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  Cargo.toml\n\
             3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  src/lib.rs\n"
        );
        let stamp = Stamp::parse(&written).unwrap();
        assert_eq!((stamp.core.as_str(), stamp.hashes.len()), ("1.2.3", 2));
        assert_eq!(stamp.hashes["src/lib.rs"], hash(b"b"));
    }

    #[test]
    fn what_somebody_made_of_a_stamp_is_refused() {
        let hash = hash(b"");
        for (line, expected) in [
            (format!("{hash}  ../src/main.rs"), StampError::Path(2)),
            (format!("{hash}  /etc/passwd"), StampError::Path(2)),
            (format!("{hash}  src/../../x"), StampError::Path(2)),
            (format!("{hash}  src//x"), StampError::Path(2)),
            (format!("{hash}  C:\\x"), StampError::Path(2)),
            (format!("{hash} x"), StampError::Line(2)),
            ("x  x".to_owned(), StampError::Line(2)),
        ] {
            let text = format!("# clerk-auth 1.0.0, written by clerk-rs 1.0.0\n{line}\n");
            let error = Stamp::parse(&text).unwrap_err();
            assert_eq!(error.to_string(), expected.to_string(), "{line}");
        }
        for text in ["", "# something else\n", "# clerk-auth 1.0.0\n"] {
            assert!(
                matches!(Stamp::parse(text), Err(StampError::Head)),
                "{text}"
            );
        }
    }
}
