//! The files under `/assets`, part of the program: one thing to deploy, and nothing outside this list is ever served.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A file that is served to anybody.
pub struct Asset {
    /// Its path on the site.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: &'static [u8],
}

/// Every file there is. A new one needs a line here.
pub const ASSETS: &[Asset] = &[
    Asset {
        path: "/assets/style.css",
        content_type: "text/css; charset=utf-8",
        body: include_bytes!("../assets/style.css"),
    },
    Asset {
        path: "/assets/clerk.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../assets/clerk.js"),
    },
    Asset {
        path: "/assets/dashboard.js",
        content_type: "text/javascript; charset=utf-8",
        body: include_bytes!("../assets/dashboard.js"),
    },
    Asset {
        path: "/assets/favicon.svg",
        content_type: "image/svg+xml",
        body: include_bytes!("../assets/favicon.svg"),
    },
];

/// Whether there is a file at this path of the site.
pub fn exists(path: &str) -> bool {
    ASSETS.iter().any(|asset| asset.path == path)
}

impl Asset {
    /// A tag that changes with the content, so that browsers ask again but download only what is new.
    pub fn etag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        format!("\"{:016x}\"", hasher.finish())
    }
}
