//! The sections about security of CHANGELOG.md, which an update quotes.

use semver::Version;
use serde::Serialize;

const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

/// The notes of one version.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Security {
    pub version: String,
    pub points: Vec<String>,
}

/// The notes of the versions after `from`, up to `to`, newest first.
pub fn between(from: &Version, to: &Version) -> Vec<Security> {
    let sections = sections(CHANGELOG).into_iter();
    let is_new = |section: &Security| {
        let version = Version::parse(&section.version);
        version.is_ok_and(|version| version > *from && version <= *to)
    };
    sections.filter(is_new).collect()
}

fn sections(text: &str) -> Vec<Security> {
    let mut found: Vec<Security> = Vec::new();
    let (mut version, mut is_inside) = ("", false);
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            version = title.split_whitespace().next().unwrap_or_default();
            is_inside = false;
        } else if let Some(title) = line.strip_prefix("### ") {
            is_inside = title == "Security";
            if is_inside {
                let version = version.to_owned();
                found.push(Security {
                    version,
                    points: Vec::new(),
                });
            }
        } else if let (true, Some(section)) = (is_inside, found.last_mut()) {
            match (line.strip_prefix("- "), section.points.last_mut()) {
                (Some(point), _) => section.points.push(point.to_owned()),
                // The point goes on.
                (None, Some(point)) if line.starts_with("  ") => {
                    point.push(' ');
                    point.push_str(line.trim());
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_with_the_version_that_they_stand_under() {
        let text = "# C\n\n## 2.0.0 (soon)\n\n- x\n\n### Security\n\n- one\n  and on\n- two\n\n### Other\n\n- no\n\n## 1.0.0\n\n- y\n";
        let points = ["one and on", "two"].map(str::to_owned);
        let expected = Security {
            version: "2.0.0".to_owned(),
            points: points.into(),
        };
        assert_eq!(sections(text), [expected]);
    }

    /// Nobody would see a section whose version is missing or cannot be read.
    #[test]
    fn our_own_changelog_has_what_an_update_to_this_version_quotes() {
        let own = Version::parse(env!("CARGO_PKG_VERSION")).unwrap();
        let quoted = between(&Version::new(0, 0, 0), &own);
        assert!(
            quoted
                .iter()
                .any(|section| section.version == own.to_string())
        );
        assert_eq!(quoted.len(), sections(CHANGELOG).len());
        assert!(quoted.iter().all(|section| !section.points.is_empty()));
        assert_eq!(between(&own, &own), []);
    }
}
