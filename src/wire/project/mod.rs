//! The project as it stands: the package, its program, the framework, and what else wiring has to know. Manifests and
//! `Cargo.lock` are read; cargo is not called, because it would write a lock file.

mod member;
mod refusal;
mod remark;
mod tested;
#[cfg(test)]
mod tests;
mod toolchain;

use std::io;
use std::path::{Path, PathBuf};

use semver::{Version, VersionReq};
use toml::{Table, Value};

use super::framework::{self, Core, WIRED};
use super::lockfile::{Crypto, Lock};
use super::{cors, rivals};
use crate::project::manifest::{Made, Manifest};
use crate::scaffold::{CORE, Framework};
use crate::source::{self, Dependency, Files, Origin, Package, SourceError, Workspace};
pub use refusal::Refusal;
pub use remark::Remark;

/// The community's crate for Clerk.
const COMMUNITY: &str = "clerk-rs";

/// The command line's words about it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `--package`
    pub package: Option<&'a str>,
    /// `--bin`
    pub program: Option<&'a str>,
    /// `--framework`
    pub framework: Option<Framework>,
}

/// A package that can be wired.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The package's folder.
    pub folder: PathBuf,
    /// The workspace's folder, where `Cargo.lock` lies; the package's own if it is alone.
    pub workspace: PathBuf,
    pub package: String,
    /// The program's name, and its root below the package's folder.
    pub program: String,
    pub root: String,
    pub framework: Framework,
    /// The name by which the source knows the framework.
    pub framework_crate: String,
    /// As the lock file says, such as `0.8.4`, or else the manifest.
    pub version: String,
    pub edition: String,
    /// The feature of the core that chooses the crypto library: `ring` or `aws-lc-rs`; and why it is this one.
    pub crypto: &'static str,
    pub crypto_why: String,
    /// The manifest's text.
    pub manifest: String,
    /// Why it is known to be wired: `[package.metadata.clerk-rs]` with `wired = true` is there.
    pub is_wired: bool,
    /// That table.
    pub made: Option<Made>,
    /// The folder of the core that another package of the workspace has, seen from this one: a workspace cannot hold two
    /// packages of one name, so this one has to use it too.
    pub core_elsewhere: Option<String>,
    /// True if the copy of the core is to go without its line for `idna_adapter`, which would take a later version back.
    pub has_later_idna: bool,
    /// The name by which the source knows the community's crate for Clerk.
    pub community_crate: Option<String>,
    /// Remarks for its owner before anything is written: an old `rust-version`, other auth crates.
    pub remarks: Vec<Remark>,
}

/// Looks at a folder with a manifest.
///
/// # Errors
/// [`Refusal`]
pub fn look(folder: &Path, asked: &Asked<'_>) -> Result<Standing, Refusal> {
    let files = Files::default();
    let above = above(&files, folder);
    let folder = member::meant(&files, folder, above.as_ref(), asked)?;
    let package = Package::read(&files, &folder)?;
    let made = Manifest::read(&folder)?.made;
    match &made {
        Some(made) if !made.wired => return Err(Refusal::Made(package.name)),
        _ if package.name == CORE => return Err(Refusal::NameTaken),
        _ => {}
    }
    let core = Core::default();
    toolchain::must_fit(&files, &folder, &core)?;
    let manifest = source::manifest(&files, &folder)?;
    let dependencies = source::dependencies(&files, &folder, &manifest);
    let served = served(&package.name, &dependencies, asked.framework)?;
    let root_folder = above.as_ref().map_or(&folder, |above| &above.folder);
    let lock_text = lock_text(&files, root_folder)?;
    let lock = Lock::read(lock_text.as_deref().unwrap_or_default());
    let (version, raised) = version(&served, &lock, &core)?;
    let (program, root) = program(&package, asked.program)?;

    let inherited = |key: &str| inherited(&manifest, above.as_ref(), key);
    let rust = inherited("rust-version").and_then(|text| framework::rust_version(&text));
    let mut remarks: Vec<_> = toolchain::promised(rust.as_ref(), &core)
        .into_iter()
        .collect();
    remarks.extend(raised);
    remarks.extend(conditions(served.dependency));
    remarks.extend(is_vendored(&files, &folder).then(vendored));
    let cors = cors::said(served.framework, &dependencies);
    remarks.extend(cors.map(|(text, help)| Remark::new("cors", text).help(help)));
    let others = dependencies.iter().filter_map(rivals::said);
    remarks.extend(others.map(|said| Remark::new("other-auth", said)));

    remarks.extend(beside(&package, &program));
    let is_new = made.is_none();
    remarks.extend(
        is_new
            .then(|| tested::said(&files, &folder, &root))
            .flatten(),
    );
    let community = dependencies.iter().find(|of| of.package == COMMUNITY);
    let crypto = match lock_text {
        Some(_) => lock.crypto(),
        None => Crypto::guessed(&dependencies),
    };
    Ok(Standing {
        edition: inherited("edition").unwrap_or_else(|| "2015".to_owned()),
        workspace: root_folder.clone(),
        core_elsewhere: member::core_elsewhere(&folder, above.as_ref()),
        community_crate: community.map(Dependency::crate_name),
        manifest: read(&files, &folder)?,
        package: package.name,
        program,
        root,
        framework: served.framework,
        framework_crate: served.dependency.crate_name(),
        version,
        crypto: crypto.feature,
        crypto_why: crypto.why,
        is_wired: made.is_some(),
        made,
        has_later_idna: lock.has_later_idna(),
        remarks,
        folder,
    })
}

/// The workspace that cargo would take a folder for a part of.
fn above(files: &Files, folder: &Path) -> Option<Workspace> {
    let above = source::workspace(files, folder);
    above.filter(|above| !source::excludes(above, folder))
}

/// The folder of its `Cargo.lock`.
pub fn root(folder: &Path) -> PathBuf {
    let above = above(&Files::default(), folder);
    above.map_or_else(|| folder.to_owned(), |above| above.folder)
}

/// The folder of the package that is to be taken back, `package` or the only one that `is_wired`.
///
/// # Errors
/// [`Refusal`]: there are several, or none of that name.
pub fn wired(
    folder: &Path,
    package: Option<&str>,
    is_wired: &dyn Fn(&Path) -> bool,
) -> Result<PathBuf, Refusal> {
    let files = Files::default();
    let above = above(&files, folder);
    member::wired(&files, folder, above.as_ref(), package, is_wired)
}

/// The other packages of its workspace that take the core from this package's folder.
pub fn on_core_of(folder: &Path) -> Vec<String> {
    let above = above(&Files::default(), folder);
    member::on_core_of(folder, above.as_ref())
}

fn read(files: &Files, folder: &Path) -> Result<String, SourceError> {
    let path = folder.join("Cargo.toml");
    let read = files.read(&path);
    read.map_err(|error| SourceError::Manifest(path, error.to_string()))
}

/// `None` if there is no lock file yet. One that cannot be read could not be put back either.
fn lock_text(files: &Files, folder: &Path) -> Result<Option<String>, SourceError> {
    let path = folder.join("Cargo.lock");
    match files.read(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SourceError::Manifest(path, error.to_string())),
    }
}

/// The framework of a package.
struct Served<'a> {
    framework: Framework,
    dependency: &'a Dependency,
}

fn served<'a>(
    package: &str,
    dependencies: &'a [Dependency],
    asked: Option<Framework>,
) -> Result<Served<'a>, Refusal> {
    let known = dependencies.iter().filter_map(|dependency| {
        let is_wired = WIRED.contains(&dependency.package.as_str());
        let framework = Framework::named(&dependency.package).filter(|_| is_wired)?;
        Some(Served {
            framework,
            dependency,
        })
    });
    // One that stands in two tables is still one; what every target has comes last.
    let mut found: Vec<Served<'_>> = Vec::new();
    for served in known {
        found.retain(|other| other.framework != served.framework);
        found.push(served);
    }
    if let Some(asked) = asked {
        let mut found = found.into_iter();
        let one = found.find(|served| served.framework == asked);
        return one.ok_or_else(|| Refusal::NotThere {
            package: package.to_owned(),
            framework: asked,
        });
    }
    let foreign = |only_frames: bool| {
        let mut packages = dependencies.iter().map(|of| of.package.as_str());
        let fits = |package: &&str| !only_frames || framework::is_frame(package);
        packages.find_map(|package| {
            let help = framework::other(package).filter(|_| fits(&package))?;
            Some(Refusal::Other {
                package: package.to_owned(),
                help,
            })
        })
    };
    if let Some(refusal) = foreign(!found.is_empty()) {
        return Err(refusal);
    }
    let names = found.iter().map(|served| served.framework).collect();
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Refusal::NoFramework(package.to_owned())),
        _ => Err(Refusal::SeveralFrameworks(names)),
    }
}

/// The framework's version, and what becomes of it.
fn version(
    served: &Served<'_>,
    lock: &Lock,
    core: &Core,
) -> Result<(String, Option<Remark>), Refusal> {
    let framework = served.framework;
    let Origin::Registry(text) = &served.dependency.origin else {
        return Err(Refusal::Elsewhere(framework));
    };
    let wanted = VersionReq::parse(text).unwrap_or_default();
    let needed = core.wants(framework.name()).unwrap_or_default();
    let locked = lock.version(framework.name(), &wanted);
    let found = locked.clone().or_else(|| framework::lowest(&wanted));
    let Some(found) = found else {
        return Ok((text.clone(), None));
    };
    if !is_same_line(&found, &needed) {
        let help = framework::advice(framework, &found);
        return Err(Refusal::Version {
            framework,
            version: found,
            help,
        });
    }
    if !framework::can_agree(&wanted, &needed) {
        return Err(Refusal::Pinned {
            framework,
            wanted,
            needed,
        });
    }
    let early = locked.as_ref().filter(|locked| !needed.matches(locked));
    let raised = early.map(|locked| {
        let name = framework.name();
        Remark::new(
            "framework-raised",
            format!("Cargo.lock has {name} {locked} and the core needs {needed}: cargo takes a later one"),
        )
    });
    let said = locked.map_or_else(|| text.clone(), |locked| locked.to_string());
    Ok((said, raised))
}

/// True if a version is of the line that the core is made for, be it too early in it.
fn is_same_line(version: &Version, needed: &VersionReq) -> bool {
    needed.comparators.iter().all(|wanted| {
        let is_minor = wanted.major > 0 || wanted.minor == Some(version.minor);
        wanted.major == version.major && is_minor
    })
}

/// The program's name, and its root below the package's folder.
fn program(package: &Package, asked: Option<&str>) -> Result<(String, String), Refusal> {
    let path = package.program(asked)?;
    let mut programs = package.programs.iter();
    let name = programs
        .find(|(_, root)| root == path)
        .map(|(name, _)| name.clone());
    let plain = source::plain(path);
    let below = plain.strip_prefix(source::plain(&package.folder));
    let below = below.map_err(|_| Refusal::Outside(path.to_string_lossy().into_owned()))?;
    let root = below.to_string_lossy().replace('\\', "/");
    Ok((name.unwrap_or_default(), root))
}

/// What is to be said of the package's other programs: nobody who reads of one wired program should take them for it.
fn beside(package: &Package, program: &str) -> Option<Remark> {
    let names = package.programs.iter().map(|(name, _)| name.as_str());
    let others: Vec<_> = names.filter(|name| *name != program).collect();
    let first = others.first()?;
    let text = format!(
        "{} has other programs, which stay as they are: {}",
        package.name,
        others.join(", ")
    );
    let help = format!("`clerk-rs routes --bin {first}` says what strangers reach there");
    Some(Remark::new("other-programs", text).help(help))
}

/// What a package says of itself, or takes from its workspace.
fn inherited(manifest: &Table, above: Option<&Workspace>, key: &str) -> Option<String> {
    let own = manifest.get("package")?.get(key)?;
    let value = match own.get("workspace").and_then(Value::as_bool) {
        Some(true) => above?.table.get("package")?.get(key)?,
        _ => own,
    };
    value.as_str().map(str::to_owned)
}

/// What is to be said of a framework that the app does not always have.
fn conditions(framework: &Dependency) -> Option<Remark> {
    let name = &framework.name;
    if framework.is_optional {
        return Some(
            Remark::new(
                "framework-optional",
                format!("{name} is optional here; {CORE} is not, and its module is always built"),
            )
            .help("put `mod` line and call behind the same feature, and make the dependency optional as well"),
        );
    }
    let target = framework.target.as_ref()?;
    Some(Remark::new(
        "framework-conditional",
        format!("{name} is there for {target} only; {CORE} becomes a dependency for every target"),
    ))
}

/// True if cargo takes its crates from a folder instead of the registry.
fn is_vendored(files: &Files, folder: &Path) -> bool {
    let settings = folder
        .ancestors()
        .map(|folder| folder.join(".cargo/config.toml"));
    let texts = settings.filter_map(|path| files.read(&path).ok());
    let tables = texts.filter_map(|text| text.parse::<Table>().ok());
    tables.into_iter().any(|table| {
        let sources = table.get("source").and_then(Value::as_table);
        let mut sources = sources.into_iter().flat_map(Table::values);
        sources.any(|source| source.get("directory").is_some())
    })
}

fn vendored() -> Remark {
    Remark::new(
        "vendored",
        "cargo takes its crates from a folder here, which lacks some that the core needs",
    )
    .help("run `cargo vendor` once they are in Cargo.toml; until then --no-check writes without asking cargo")
}
