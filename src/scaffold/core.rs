//! The source of a project's core: a copy of its own, or a crate that it depends on.

use std::fs;
use std::path::{Component, Path, PathBuf};

use semver::{Version, VersionReq};
use url::Url;

use super::CORE;
use crate::error::{Explain, Explanation};

/// The source of the core.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum CoreSource {
    /// A copy in the project.
    #[default]
    Copy,
    /// A folder, as the project's manifest names it.
    Path(String),
    /// A repository, at its newest commit or at a given one.
    Git { url: String, rev: Option<String> },
    /// The registry.
    Version(String),
}

/// The reason why the core cannot come from there.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    #[error("--core {0:?} says neither copy nor path:DIR, git:URL or version:X")]
    Word(String),
    #[error("--core path:{path} leads to no clerk-auth")]
    NoCore { path: String, why: String },
    #[error("--core git:{url} cannot be a dependency")]
    Git { url: String, why: String },
    #[error("--core version:{version} is no version that cargo takes")]
    Version {
        version: String,
        #[source]
        error: semver::Error,
    },
    #[error(
        "the project is written for clerk-auth {needed}, and {found} is another line of versions"
    )]
    OtherVersion { needed: String, found: String },
    #[error("--with docker does not fit --core path")]
    Docker,
}

impl Explain for CoreError {
    fn explain(&self) -> Explanation {
        let wrong = Explanation::usage("core-unfit");
        match self {
            Self::Word(_) => wrong.help("such as `--core version:0.2` or `--core path:../clerk-auth`"),
            Self::NoCore { why, .. } => wrong
                .because(why)
                .help("name the folder that holds clerk-auth's Cargo.toml"),
            Self::Git { why, .. } => wrong
                .because(why)
                .help("such as `git:https://host/owner/clerk-rs`, or `git:ssh://git@host/owner/clerk-rs#REV`"),
            Self::Version { error, .. } => wrong.because(error).help("such as `version:0.2.0`"),
            Self::OtherVersion { .. } => {
                wrong.help("take a version of that line, or the clerk-rs that goes with yours")
            }
            Self::Docker => wrong
                .because("the image is built from the project's folder alone, and the core would lie outside")
                .help("leave one of the two out, or take git: or version:"),
        }
    }
}

impl CoreSource {
    /// Reads the value of `--core`. A path is relative to `cwd`, and gets rewritten relative to `project`.
    ///
    /// # Errors
    /// [`CoreError`]
    pub fn parse(text: &str, cwd: &Path, project: &Path) -> Result<Self, CoreError> {
        match text.split_once(':') {
            None if text == "copy" => Ok(Self::Copy),
            Some(("path", path)) => folder(path, cwd, project),
            Some(("git", url)) => repository(url),
            Some(("version", version)) => registry(version),
            _ => Err(CoreError::Word(text.to_owned())),
        }
    }

    /// The source in a manifest's table, such as `path = "clerk-auth"`.
    pub fn dependency(&self) -> String {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        match self {
            Self::Copy => format!("path = {}", quoted(CORE)),
            Self::Path(path) => format!("path = {}", quoted(path)),
            Self::Version(version) => format!("version = {}", quoted(version)),
            Self::Git { url, rev: None } => format!("git = {}", quoted(url)),
            Self::Git {
                url,
                rev: Some(rev),
            } => format!("git = {}, rev = {}", quoted(url), quoted(rev)),
        }
    }

    /// Refuses a core outside the folder from which an image is built.
    ///
    /// # Errors
    /// [`CoreError::Docker`]
    pub fn must_fit_docker(&self) -> Result<(), CoreError> {
        match self {
            Self::Path(_) => Err(CoreError::Docker),
            _ => Ok(()),
        }
    }

    /// All that [`Self::mode`] may say.
    pub const MODES: [&str; 4] = ["copy", "path", "git", "version"];

    /// The first word of `--core`.
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Path(_) => "path",
            Self::Git { .. } => "git",
            Self::Version(_) => "version",
        }
    }
}

fn folder(text: &str, cwd: &Path, project: &Path) -> Result<CoreSource, CoreError> {
    let refused = |why: String| CoreError::NoCore {
        path: text.to_owned(),
        why,
    };
    let folder = fs::canonicalize(cwd.join(text)).map_err(|error| refused(error.to_string()))?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml"));
    let manifest = manifest.map_err(|error| refused(format!("Cargo.toml: {error}")))?;
    let manifest: toml::Table = manifest
        .parse()
        .map_err(|_| refused("its Cargo.toml is not valid TOML".to_owned()))?;
    let package = |key: &str| manifest.get("package")?.get(key)?.as_str();
    match package("name") {
        Some(CORE) => {}
        Some(other) => return Err(refused(format!("its package is called {other}"))),
        None => return Err(refused("its Cargo.toml names no package".to_owned())),
    }
    if let Some(found) = package("version") {
        must_fit(found)?;
    }
    let path = seen_from(&whole(project), &folder);
    let path = path.to_str().map(|path| path.replace('\\', "/"));
    let path = path.ok_or_else(|| refused("its path is no UTF-8 text".to_owned()))?;
    Ok(CoreSource::Path(path))
}

/// Refuses a version that is not compatible with this one's apps.
fn must_fit(version: &str) -> Result<(), CoreError> {
    let own = clerk_auth::source::VERSION;
    let fits = VersionReq::parse(own)
        .is_ok_and(|wanted| Version::parse(version).is_ok_and(|found| wanted.matches(&found)));
    fits.then_some(()).ok_or_else(|| CoreError::OtherVersion {
        needed: own.to_owned(),
        found: version.to_owned(),
    })
}

/// The path with all links followed. Its folder need not exist yet.
fn whole(path: &Path) -> PathBuf {
    for above in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(above), path.strip_prefix(above)) {
            return real.join(rest);
        }
    }
    path.to_owned()
}

/// A path relative to a folder, or the whole path if the two have nothing in common, such as two drives.
pub fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let pairs = folder.components().zip(path.components());
    let common = pairs.take_while(|(a, b)| a == b).count();
    if common < 2 {
        return path.to_owned();
    }
    let up = folder
        .components()
        .skip(common)
        .map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

fn repository(text: &str) -> Result<CoreSource, CoreError> {
    let (url, rev) = match text.split_once('#') {
        Some((url, rev)) => (url, Some(rev)),
        None => (text, None),
    };
    let refused = |why: &str| CoreError::Git {
        // There may be a password before an `@`.
        url: url.rsplit('@').next().unwrap_or_default().to_owned(),
        why: why.to_owned(),
    };
    let parsed = Url::parse(url).map_err(|error| refused(&error.to_string()))?;
    match parsed.scheme() {
        "https" | "ssh" | "file" => {}
        "http" | "git" => {
            return Err(refused(
                "nothing protects what comes that way, and it decides who is let in",
            ));
        }
        _ => return Err(refused("cargo fetches by https, ssh or file")),
    }
    if parsed.password().is_some() || (parsed.scheme() == "https" && !parsed.username().is_empty())
    {
        return Err(refused(
            "it holds a name or a password, which would stand in Cargo.toml for all to read",
        ));
    }
    match rev {
        Some(rev) if !is_rev(rev) => Err(refused("what stands behind # is no revision")),
        _ => Ok(CoreSource::Git {
            url: url.to_owned(),
            rev: rev.map(str::to_owned),
        }),
    }
}

fn is_rev(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    !text.is_empty() && !text.starts_with('-') && text.chars().all(allowed)
}

fn registry(text: &str) -> Result<CoreSource, CoreError> {
    let wanted = VersionReq::parse(text).map_err(|error| CoreError::Version {
        version: text.to_owned(),
        error,
    })?;
    let own = clerk_auth::source::VERSION;
    let fits = Version::parse(own).is_ok_and(|own| wanted.matches(&own));
    // It need not be the version of this tool, but must be a compatible one.
    if !fits {
        must_fit(text.trim_start_matches(['=', '^', '~', ' ']))?;
    }
    Ok(CoreSource::Version(text.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<CoreSource, CoreError> {
        CoreSource::parse(text, Path::new("/"), Path::new("/nowhere/app"))
    }

    #[test]
    fn a_source_becomes_what_cargo_reads() {
        for (text, expected, mode) in [
            ("copy", "path = \"clerk-auth\"", "copy"),
            ("version:0.2", "version = \"0.2\"", "version"),
            ("version:=0.2.0", "version = \"=0.2.0\"", "version"),
            ("version:0.2.7", "version = \"0.2.7\"", "version"),
            (
                "git:https://example.com/a/b",
                "git = \"https://example.com/a/b\"",
                "git",
            ),
            (
                "git:ssh://git@example.com/a/b#v1.2/x",
                "git = \"ssh://git@example.com/a/b\", rev = \"v1.2/x\"",
                "git",
            ),
        ] {
            let core = parse(text).unwrap();
            assert_eq!(
                (core.dependency().as_str(), core.mode()),
                (expected, mode),
                "{text}"
            );
        }
    }

    #[test]
    fn wrong_values_are_explained() {
        for (text, because) in [
            ("git:http://example.com/a", "who is let in"),
            ("git:git@example.com:a/b", "relative URL"),
            ("git:https://me:word@example.com/a", "a password"),
            ("git:https://example.com/a#-x", "no revision"),
            ("git:https://example.com/a#", "no revision"),
            ("git:ftp://example.com/a", "https, ssh or file"),
            ("path:/nowhere/at/all", "o"),
            ("version:", "unexpected end"),
            ("version:new", "unexpected character"),
        ] {
            let error = parse(text).unwrap_err();
            let said = error.explain().because.unwrap();
            assert!(said.contains(because), "{text}: {said}");
            assert!(!format!("{error} {said}").contains("word@"), "{text}");
        }
        for text in [
            "",
            "Copy",
            "path",
            "crate:1",
            "version:0.1.0",
            "version:0.9",
        ] {
            let error = parse(text).unwrap_err();
            assert!(
                matches!(error, CoreError::Word(_) | CoreError::OtherVersion { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn a_folder_is_named_as_seen_from_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let core = folder.path().join("crates/my \"core\"");
        fs::create_dir_all(&core).unwrap();
        let manifest = |text: &str| fs::write(core.join("Cargo.toml"), text).unwrap();
        let source = || {
            let project = folder.path().join("apps/web");
            CoreSource::parse("path:crates/my \"core\"", folder.path(), &project)
        };
        let why = |source: Result<CoreSource, CoreError>| {
            source.unwrap_err().explain().because.unwrap_or_default()
        };
        assert!(why(source()).starts_with("Cargo.toml: "));
        manifest("[package]\nname = \"other\"\n");
        assert_eq!(why(source()), "its package is called other");
        manifest("[package]\nname = \"clerk-auth\"\nversion = \"0.1.0\"\n");
        assert!(matches!(source(), Err(CoreError::OtherVersion { .. })));
        manifest(&format!(
            "[package]\nname = \"clerk-auth\"\nversion = \"{}\"\n",
            clerk_auth::source::VERSION
        ));
        let source = source().unwrap();
        assert_eq!(
            source,
            CoreSource::Path("../../crates/my \"core\"".to_owned())
        );
        let table: toml::Table = source.dependency().parse().unwrap();
        assert_eq!(table["path"].as_str(), Some("../../crates/my \"core\""));
    }
}
