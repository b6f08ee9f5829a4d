//! Notices changes of the project's files. It compares names, times and sizes, which works on every file system. The
//! system's own notifications only say when to look; without them we look twice a second.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// An app is built of these.
const SOURCES: [&str; 4] = ["Cargo.toml", "build.rs", "src", "clerk-auth"];
const PAGES: [&str; 2] = ["templates", "assets"];
const SETTINGS: [&str; 2] = [".env", ".env.local"];
const PAUSE: Duration = Duration::from_millis(500);
/// Editors and formatters write several times within a moment, so we wait until nothing changes for so long.
const SETTLED: Duration = Duration::from_millis(20);
/// No source tree is deeper.
const MAX_DEPTH: usize = 32;

type State = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// The files to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Only the settings.
    Settings,
    /// All files. A changed template or asset counts as a changed source.
    Sources,
    /// All files. The app reads templates and assets from disk.
    SourcesAndPages,
}

/// The kinds of files that changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub sources: bool,
    pub pages: bool,
    pub settings: bool,
}

/// The files of a project, as last seen.
pub struct Watch {
    folder: PathBuf,
    scope: Scope,
    seen: State,
    told: Arc<Notify>,
    watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Looks at the files for the first time.
    pub fn new(folder: &Path, scope: Scope) -> Self {
        let told = Arc::new(Notify::new());
        let teller = Arc::clone(&told);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // A compiler reads all these files, which changes nothing.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                teller.notify_one();
            }
        });
        let mut watch = Self {
            folder: folder.to_owned(),
            scope,
            seen: State::new(),
            told,
            watcher: watcher.ok(),
        };
        watch.listen();
        watch.seen = watch.look();
        watch
    }

    /// Returns once something has changed since the last time and nothing changes any more. May be cancelled and called
    /// again.
    pub async fn changed(&mut self) -> Change {
        loop {
            let mut now = self.look();
            if now == self.seen {
                let _silent = timeout(PAUSE, self.told.notified()).await;
                continue;
            }
            loop {
                sleep(SETTLED).await;
                let later = self.look();
                if later == now {
                    break;
                }
                now = later;
            }
            let change = self.difference(&now);
            self.seen = now;
            // There may be new folders.
            self.listen();
            if change != Change::default() {
                return change;
            }
        }
    }

    /// Without notifications we look now and then.
    fn listen(&mut self) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let _untold = watcher.watch(&self.folder, RecursiveMode::NonRecursive);
        if self.scope != Scope::Settings {
            for name in SOURCES.iter().chain(&PAGES) {
                let path = self.folder.join(name);
                if path.is_dir() {
                    let _untold = watcher.watch(&path, RecursiveMode::Recursive);
                }
            }
        }
    }

    fn difference(&self, now: &State) -> Change {
        let mut change = Change::default();
        let gone = self
            .seen
            .iter()
            .filter(|file| now.binary_search(file).is_err());
        let new = now
            .iter()
            .filter(|file| self.seen.binary_search(file).is_err());
        for (path, ..) in gone.chain(new) {
            let below = |name: &&str| path.starts_with(self.folder.join(name));
            if SETTINGS.iter().any(&below) {
                change.settings = true;
            } else if self.scope == Scope::SourcesAndPages && PAGES.iter().any(below) {
                change.pages = true;
            } else {
                change.sources = true;
            }
        }
        change
    }

    fn look(&self) -> State {
        let mut state = State::new();
        let rest = SOURCES.iter().chain(&PAGES);
        let rest = rest.filter(|_| self.scope != Scope::Settings);
        for name in SETTINGS.iter().chain(rest) {
            collect(self.folder.join(name), MAX_DEPTH, &mut state);
        }
        // The system lists folders in any order.
        state.sort();
        state
    }
}

/// An unreadable file counts as missing. Links are not followed, because they could lead in circles.
fn collect(path: PathBuf, depth: usize, state: &mut State) {
    let Ok(metadata) = fs::symlink_metadata(&path) else {
        return;
    };
    if !metadata.is_dir() {
        state.push((path, metadata.modified().ok(), metadata.len()));
        return;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name != "target" && !is_an_editors(&name.to_string_lossy()) {
            collect(entry.path(), depth, state);
        }
    }
}

/// Editors keep swap files, copies and trials beside what they edit.
fn is_an_editors(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~') || name == "4913"
}
