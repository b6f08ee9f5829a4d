//! If a `dev` is killed, its app goes on. So each app has a mark in `.clerk/` that goes when the app does, and the next
//! `dev` ends the apps it finds marked. Systems reuse process numbers, so a mark also holds the moment at which its
//! processes started; a process that started at another moment is not the one that was marked.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const PREFIX: &str = "dev-";
/// Longer than any mark.
const LONGEST: u64 = 4096;

/// One process, identified by number and start.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Process {
    id: u32,
    /// In the system's own words.
    started: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct Marked {
    dev: Process,
    app: Process,
}

/// The mark of a running app. Dropping it removes the file.
pub struct Mark {
    file: PathBuf,
}

impl Mark {
    /// Marks an app that was just started. If the system does not tell when a process started, or the folder cannot be
    /// written, there is no mark, and nothing is ended later.
    pub fn set(project: &Path, app: u32) -> Option<Self> {
        let marked = Marked {
            dev: Process::running(std::process::id())?,
            app: Process::running(app)?,
        };
        let folder = folder(project);
        fs::create_dir_all(&folder).ok()?;
        let file = folder.join(format!("{PREFIX}{app}.json"));
        let mut staged = tempfile::NamedTempFile::new_in(&folder).ok()?;
        staged.write_all(&serde_json::to_vec(&marked).ok()?).ok()?;
        staged.persist(&file).ok()?;
        Some(Self { file })
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.file);
        if let Some(folder) = self.file.parent() {
            // Fails, rightly, if there is something else in it.
            let _filled = fs::remove_dir(folder);
        }
    }
}

/// Ends the apps whose `dev` is gone, and returns their process numbers. Removes the marks of apps that have ended.
pub async fn end(project: &Path) -> Vec<u32> {
    let mut ended = Vec::new();
    for entry in fs::read_dir(folder(project))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name();
        let is_mark = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(".json"));
        if !is_mark {
            continue;
        }
        let mark = Mark { file: entry.path() };
        match read(&mark.file) {
            // That `dev` is at work.
            Some(marked) if marked.dev.is_running() => std::mem::forget(mark),
            Some(marked) if marked.app.is_running() && end_group(&marked.app).await => {
                ended.push(marked.app.id);
            }
            _ => {}
        }
    }
    ended
}

fn folder(project: &Path) -> PathBuf {
    project.join(".clerk")
}

fn read(file: &Path) -> Option<Marked> {
    let metadata = fs::symlink_metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return None;
    }
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

impl Process {
    fn running(id: u32) -> Option<Self> {
        let started = started(id)?;
        Some(Self { id, started })
    }

    fn is_running(&self) -> bool {
        started(self.id).as_ref() == Some(&self.started)
    }
}

/// The start of a running process: in ticks since the machine started, with the name of that start.
#[cfg(target_os = "linux")]
fn started(id: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name stands in brackets and may contain anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    if fields.next()? == "Z" {
        return None;
    }
    let ticks = fields.nth(18)?;
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(format!("{} {ticks}", boot.trim()))
}

#[cfg(all(unix, not(target_os = "linux")))]
fn started(id: u32) -> Option<String> {
    let mut ps = crate::program::command("ps");
    ps.args(["-o", "lstart=", "-p", &id.to_string()])
        .env("LC_ALL", "C");
    let said = String::from_utf8(ps.output().ok()?.stdout).ok()?;
    let said = said.trim();
    (!said.is_empty()).then(|| said.to_owned())
}

/// On other systems the port for browsers is free as soon as `dev` is gone, and the app is in nobody's way.
#[cfg(not(unix))]
fn started(_: u32) -> Option<String> {
    None
}

/// Asks the app's process group to end, and kills what is left of it soon after. The group has the app's number.
#[cfg(unix)]
async fn end_group(app: &Process) -> bool {
    use rustix::process::{Signal, kill_process_group};
    use std::time::Duration;
    use tokio::time::{sleep, timeout};

    const GRACE: Duration = Duration::from_secs(2);
    let Some(group) = group(app) else {
        return false;
    };
    if kill_process_group(group, Signal::TERM).is_err() {
        return false;
    }
    let over = async {
        while app.is_running() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let _late = timeout(GRACE, over).await;
    let _gone = kill_process_group(group, Signal::KILL);
    true
}

#[cfg(not(unix))]
async fn end_group(_: &Process) -> bool {
    false
}

/// The app's group. A mark may say anything, and a signal to group 1 would go to every process there is.
#[cfg(unix)]
fn group(app: &Process) -> Option<rustix::process::Pid> {
    use rustix::process::Pid;

    let group = i32::try_from(app.id).ok().and_then(Pid::from_raw);
    group.filter(|group| *group != Pid::INIT)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn no_mark_names_every_process_there_is() {
        let is_group = |id| {
            let started = String::new();
            group(&Process { id, started }).is_some()
        };
        for id in [0, 1, u32::MAX, 1 << 31] {
            assert!(!is_group(id), "{id}");
        }
        assert!(is_group(2) && is_group(i32::MAX as u32));
    }
}
