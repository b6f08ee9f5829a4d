//! The front end of a single-page app: the files that a bundler made, and one page, the answer for every address that is
//! not the server's. They are the same for everybody, so nobody is asked who they are. What is worth protecting is data,
//! and that is the server's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use serde_json::{Value, json};

use super::files::whole;
use super::{Kit, Page, Reply};
use crate::gate::{Paths, plain};
use crate::head::Head;
use crate::routes::{PatternError, RouteMatcher};

const PAGE: &str = "/index.html";
/// Bundlers name what lies here after its content.
const NAMED_BY_CONTENT: &str = "/assets/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// No bundler makes deeper folders.
const MAX_DEPTH: usize = 16;

/// The files that a bundler made of a front end. Hand them to [`KitBuilder::front_end`](super::KitBuilder::front_end).
#[derive(Clone, Debug, Default)]
pub struct FrontEnd {
    page: Option<String>,
    files: BTreeMap<String, Bytes>,
    server: RouteMatcher,
}

impl FrontEnd {
    /// These files, each under its path on the site; `/index.html` is the page.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut files: BTreeMap<String, Bytes> = files
            .into_iter()
            .map(|(path, body)| (path, Bytes::from(body)))
            .collect();
        let page = files.remove(PAGE);
        Self {
            page: page.map(|page| String::from_utf8_lossy(&page).into_owned()),
            files,
            server: RouteMatcher::default(),
        }
    }

    /// The files in a folder, read now and kept. Links, and names that begin with a dot, are left out. Without an
    /// `index.html` the page says that it is missing.
    pub fn folder(folder: impl AsRef<Path>) -> Self {
        let mut files = Vec::new();
        collect(folder.as_ref(), "/", MAX_DEPTH, &mut files);
        Self::new(files)
    }

    /// The same beside a server that answers these paths itself.
    ///
    /// # Errors
    /// [`PatternError`] for a pattern that cannot be used.
    pub(super) fn beside(self, paths: &Paths<'_>) -> Result<Self, PatternError> {
        let server = [paths.without_auth, paths.public, paths.data].concat();
        #[cfg(feature = "machines")]
        let server = [&*server, paths.machines].concat();
        let server = RouteMatcher::new(&server)?;
        Ok(Self { server, ..self })
    }

    /// True for what the front end answers, whoever asks.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.has_page(path)
    }

    /// A name with a dot is a file's: instead of one that is gone, a page would be taken for it.
    fn has_page(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        !name.contains('.') && self.server.matches(path) == Ok(false)
    }
}

/// What cannot be read is not there.
fn collect(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<(String, Vec<u8>)>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), depth, files);
        } else if kind.is_file()
            && let Ok(body) = fs::read(entry.path())
        {
            files.push((format!("{prefix}{name}"), body));
        }
    }
}

impl Kit {
    /// The front end's answer, if the path is not the server's.
    pub(super) fn front_end(&self, head: &dyn Head) -> Option<Reply> {
        const MISSING: &str = "The server found no index.html at its start. `clerk-rs dev` shows the front end while you \
                               work on it; `npm run build`, in its folder, makes what a server alone can show.";
        let front_end = self.0.front_end.as_ref()?;
        let path = head.path();
        if let Some(body) = front_end.files.get(path) {
            let mut reply = whole(path, body.clone(), head)?;
            if path.starts_with(NAMED_BY_CONTENT) {
                reply.headers_mut().insert(CACHE_CONTROL, FOR_EVER);
            }
            return Some(reply);
        }
        if !front_end.has_page(path) {
            return None;
        }
        Some(match &front_end.page {
            Some(page) => Page::for_nobody(self).html(StatusCode::OK, page.clone()),
            None => {
                let problem = plain("The front end is not built", MISSING);
                self.problem(StatusCode::SERVICE_UNAVAILABLE, &problem)
            }
        })
    }
}

impl Page {
    /// The front end's options for Clerk, as the props of `<ClerkProvider>`: the publishable key, and the addresses that
    /// the variables name. None of it is a secret.
    pub fn provider_props(&self) -> Reply {
        let site = self.site();
        let mut props: Value = serde_json::from_str(&site.load_options).unwrap_or_default();
        props["publishableKey"] = json!(site.publishable_key);
        if let Some(proxy_url) = &site.proxy_url {
            props["proxyUrl"] = json!(proxy_url);
        }
        Reply::json(StatusCode::OK, props.to_string())
    }
}
