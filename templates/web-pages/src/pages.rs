//! The list of the files in `templates/` and `assets/`. They are part of the program, one thing to deploy; in debug builds
//! they are read from their folders, so that a change shows when a page is loaded again. A new file needs a line here.

use clerk_auth::kit::Files;
use clerk_auth::pages::Pages;

const TEMPLATES: &[(&str, &str)] = &[
    ("clerk.html", include_str!("../templates/clerk.html")),
    (
        "dashboard.html",
        include_str!("../templates/dashboard.html"),
    ),
    ("error.html", include_str!("../templates/error.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("layout.html", include_str!("../templates/layout.html")),
    ("sign_in.html", include_str!("../templates/sign_in.html")),
    ("sign_up.html", include_str!("../templates/sign_up.html")),
    ("user.html", include_str!("../templates/user.html")),
];

/// Anybody may fetch these.
const ASSETS: &[(&str, &[u8])] = &[
    ("/assets/clerk.js", include_bytes!("../assets/clerk.js")),
    (
        "/assets/dashboard.js",
        include_bytes!("../assets/dashboard.js"),
    ),
    (
        "/assets/favicon.svg",
        include_bytes!("../assets/favicon.svg"),
    ),
    ("/assets/style.css", include_bytes!("../assets/style.css")),
];

/// What pages are made of.
pub fn templates() -> Pages {
    Pages::new(TEMPLATES).folder(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))
}

/// What browsers fetch beside the pages.
pub fn assets() -> Files {
    Files::new(ASSETS).folder(env!("CARGO_MANIFEST_DIR"))
}
