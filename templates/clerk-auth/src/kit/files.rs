//! Static files. They are part of the program, so there is one thing to deploy, and nothing outside the list is served.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH};

use super::reply::Reply;
use crate::head::Head;

/// Files that are open to everybody, each under its path on the site.
///
/// ```
/// use clerk_auth::kit::Files;
///
/// const FILES: &[(&str, &[u8])] = &[
///     // In an app: include_bytes!("../assets/style.css")
///     ("/assets/style.css", b"body { margin: 0 }"),
/// ];
///
/// let files = Files::new(FILES).folder(env!("CARGO_MANIFEST_DIR"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Files {
    list: &'static [(&'static str, &'static [u8])],
    folder: Option<&'static Path>,
}

impl Files {
    /// These files; a new one needs a line in the list.
    pub fn new(list: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { list, folder: None }
    }

    /// The folder of the files during development: debug builds read `/assets/x.css` from `folder/assets/x.css`, so
    /// that a change shows without a build.
    #[must_use]
    pub fn folder(mut self, folder: &'static str) -> Self {
        self.folder = cfg!(debug_assertions).then(|| Path::new(folder));
        self
    }

    /// True if there is a file at this path of the site.
    pub fn exists(&self, path: &str) -> bool {
        self.list.iter().any(|(name, _)| *name == path)
    }

    /// The file at this path, or "not modified".
    pub(super) fn reply(&self, head: &dyn Head) -> Option<Reply> {
        let path = head.path();
        let (name, embedded) = self.list.iter().find(|(name, _)| *name == path)?;
        let on_disk = self.on_disk(name).map(Bytes::from);
        let body = on_disk.unwrap_or(Bytes::from_static(embedded));
        whole(name, body, head)
    }

    /// The name is in the list, so it cannot lead out of the folder.
    fn on_disk(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder?.join(name.trim_start_matches('/'))).ok()
    }
}

/// A file of this name, or "not modified".
pub(super) fn whole(name: &str, body: Bytes, head: &dyn Head) -> Option<Reply> {
    let etag = etag(&body);
    let mut reply = if head.header(&IF_NONE_MATCH) == Some(etag.as_bytes()) {
        Reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        Reply::new(StatusCode::OK, content_type(name), body)
    };
    let headers = reply.headers_mut();
    // Browsers ask again each time, and download only what is new.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, HeaderValue::from_str(&etag).ok()?);
    Some(reply)
}

fn etag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
