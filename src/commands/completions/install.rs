//! `clerk-rs completions install`: writes the script where the shell looks for it. Start-up files belong to their owner, so
//! the line that one may need is only told.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::Shell;
use serde::Serialize;
use serde_json::Value;

use super::script;
use crate::commands::Context;
use crate::env::Env;
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::output::findings::folded;
use crate::output::{Report, Verbosity, to_data};

pub const SCHEMA: &str = "clerk-rs.completions-install/1";

/// The last line of each script, by which the next run knows its own.
const MARK: &str =
    "# Written by `clerk-rs completions install`, which writes over it when it runs again.\n";

/// The script while it is written, beside its place.
const STAGED: &str = ".clerk-rs.new";

/// No script is longer.
const LONGEST: u64 = 4 << 20;

#[derive(Args)]
pub struct Arguments {
    /// The shell; without it, the one that SHELL names
    pub shell: Option<Shell>,
}

/// The reason why nothing was written.
#[derive(Debug, thiserror::Error)]
enum InstallError {
    #[error("it is not known which shell is yours")]
    NoShell,
    #[error("it is not known where your home is")]
    NoHome,
    /// It has start-up files only.
    #[error("PowerShell has no folder for completion scripts")]
    NoPlace,
    #[error("{0} was not written by `clerk-rs completions install`")]
    Foreign(String),
    /// `sudo` often keeps HOME.
    #[error("{0} belongs to somebody else")]
    OfAnother(String),
    #[error("could not write {place}")]
    Unwritable {
        place: String,
        #[source]
        error: io::Error,
    },
}

impl Explain for InstallError {
    fn explain(&self) -> Explanation {
        match self {
            Self::NoShell => Explanation::usage("no-shell")
                .because("SHELL names none that has completions here")
                .help("name it: bash, zsh, fish or elvish"),
            Self::NoHome => Explanation::failed("no-home")
                .because("HOME is not set, or no absolute path")
                .help(
                    "set it, or write the script yourself: `clerk-rs completions SHELL` prints it",
                ),
            Self::NoPlace => Explanation::failed("no-completions-folder").help(
                "put this line into the file that $PROFILE names: \
                 `clerk-rs completions powershell | Out-String | Invoke-Expression`",
            ),
            Self::Foreign(_) => Explanation::failed("completions-foreign")
                .because("nothing is written over a file of somebody else")
                .help("if you can do without it, remove it and run this again"),
            Self::OfAnother(_) => Explanation::failed("completions-of-another")
                .because("what you write there, its owner could not replace")
                .help("run it as its owner, without sudo; or set HOME to your own home"),
            Self::Unwritable { error, .. } => Explanation::failed("cannot-write").because(error),
        }
    }
}

#[derive(Serialize)]
struct Installed {
    ok: bool,
    shell: String,
    path: String,
    state: State,
    left_to_do: Option<&'static str>,
    line: Option<String>,
}

#[derive(Clone, Copy, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Written,
    Renewed,
    Unchanged,
}

pub fn run(given: Option<Shell>, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let named = || Shell::from_shell_path(context.env.var_os("SHELL")?);
    let shell = given.or_else(named).ok_or(InstallError::NoShell)?;
    let path = path(shell, context.env)?;
    if let Some(folder) = of_another(&path) {
        let shown = visible(&folder.to_string_lossy()).into_owned();
        return Err(InstallError::OfAnother(shown).into());
    }
    let shown = visible(&path.to_string_lossy()).into_owned();
    let state = match state(&path, &(script(shell) + MARK)) {
        Ok(Some(state)) => state,
        Ok(None) => return Err(InstallError::Foreign(shown).into()),
        Err(error) => {
            return Err(InstallError::Unwritable {
                place: shown,
                error,
            }
            .into());
        }
    };
    let (left_to_do, line) = left_to_do(shell, &path);
    Ok(Box::new(Installed {
        ok: true,
        shell: shell.to_string(),
        left_to_do,
        line,
        path: shown,
        state,
    }))
}

/// The place where the shell looks for the script.
fn path(shell: Shell, env: &Env) -> Result<PathBuf, InstallError> {
    let folder = |name: &str| {
        let folder = PathBuf::from(env.var_os(name)?);
        folder.is_absolute().then_some(folder)
    };
    let home = || folder("HOME").ok_or(InstallError::NoHome);
    let or_in_home = |name: &str, below: &str| match folder(name) {
        Some(folder) => Ok(folder),
        None => Ok(home()?.join(below)),
    };
    let config = || match folder("APPDATA") {
        // So elvish has it on Windows.
        Some(roaming) if cfg!(windows) && folder("XDG_CONFIG_HOME").is_none() => Ok(roaming),
        _ => or_in_home("XDG_CONFIG_HOME", ".config"),
    };
    match shell {
        Shell::Bash => {
            let own = env.var("BASH_COMPLETION_USER_DIR");
            let own = own.and_then(|all| all.split(':').next().map(PathBuf::from));
            let folder = match own.filter(|own| own.is_absolute()) {
                Some(own) => own,
                None => or_in_home("XDG_DATA_HOME", ".local/share")?.join("bash-completion"),
            };
            Ok(folder.join("completions/clerk-rs"))
        }
        Shell::Zsh => Ok(or_in_home("ZDOTDIR", "")?.join(".zfunc/_clerk-rs")),
        Shell::Fish => Ok(config()?.join("fish/completions/clerk-rs.fish")),
        Shell::Elvish => Ok(config()?.join("elvish/lib/clerk-rs.elv")),
        Shell::PowerShell => Err(InstallError::NoPlace),
        _ => Err(InstallError::NoShell),
    }
}

/// The folder that it would be made in, if root runs this and somebody else owns that.
#[cfg(unix)]
fn of_another(path: &Path) -> Option<&Path> {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid();
    let mut folders = path.ancestors().skip(1);
    let (folder, found) = folders.find_map(|folder| Some((folder, fs::metadata(folder).ok()?)))?;
    (user.is_root() && found.uid() != user.as_raw()).then_some(folder)
}

#[cfg(not(unix))]
fn of_another(_: &Path) -> Option<&Path> {
    None
}

/// Writes it whole. Nothing is changed, and nothing returned, if something else is there.
fn state(path: &Path, script: &str) -> io::Result<Option<State>> {
    let there = match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => read(path)?,
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    if there == script.as_bytes() {
        return Ok(Some(State::Unchanged));
    }
    if !there.is_empty() && !there.ends_with(MARK.as_bytes()) {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    // No shell loads a file of this name, and what a killed run left under it goes now.
    let staged = folder.join(STAGED);
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::File::create_new(&staged)?;
    let written = file.write_all(script.as_bytes());
    drop(file);
    if let Err(error) = written.and_then(|()| fs::rename(&staged, path)) {
        let _ = fs::remove_file(&staged);
        return Err(error);
    }
    Ok(Some(match there.is_empty() {
        true => State::Written,
        false => State::Renewed,
    }))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LONGEST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The rest, for the one who owns the start-up files: words, and a line for such a file.
fn left_to_do(shell: Shell, path: &Path) -> (Option<&'static str>, Option<String>) {
    match shell {
        Shell::Bash => {
            let words = "Start a new bash. It completes if the package bash-completion is there, as on most systems.";
            (Some(words), None)
        }
        Shell::Zsh => {
            let folder = path.parent().unwrap_or(path).to_string_lossy();
            let quoted = folder.replace('\'', "'\\''");
            let line = format!("fpath=('{quoted}' $fpath); autoload -Uz compinit && compinit");
            (
                Some(
                    "Put this line at the end of .zshrc, unless it is there, and start a new zsh:",
                ),
                Some(visible(&line).into_owned()),
            )
        }
        Shell::Elvish => (
            Some("Put this line into rc.elv, unless it is there, and start a new elvish:"),
            Some("use clerk-rs".to_owned()),
        ),
        _ => (None, None),
    }
}

impl Report for Installed {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        let path = &self.path;
        let mut text = match self.state {
            State::Written => format!("  Wrote {path}\n"),
            State::Renewed => format!("  Wrote {path} anew\n"),
            State::Unchanged => format!("  {path} is there, and as this version writes it\n"),
        };
        if verbosity > Verbosity::Quiet {
            if let Some(words) = self.left_to_do {
                let _ = writeln!(text, "\n  {}", folded(words, 2, width));
            }
            if let Some(line) = &self.line {
                let _ = writeln!(text, "    {line}");
            }
        }
        text
    }
}
