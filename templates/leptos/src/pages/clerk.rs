//! What pages need of Clerk.
//!
//! `WhenSignedIn` and `WhenSignedOut` follow the visitor's state live: both are in the page, the one that does not fit is
//! hidden. What nobody else may read is a matter of the server: `page().has(Check::role("org:admin")).then(|| view! { … })`.

use leptos::prelude::*;

use super::request::page;

/// Shown to users.
#[component]
pub fn WhenSignedIn(children: Children) -> impl IntoView {
    let is_hidden = page().session().is_none();
    view! { <div class="control" data-clerk-show="signed-in" hidden=is_hidden>{children()}</div> }
}

/// Shown to strangers.
#[component]
pub fn WhenSignedOut(children: Children) -> impl IntoView {
    let is_hidden = page().session().is_some();
    view! { <div class="control" data-clerk-show="signed-out" hidden=is_hidden>{children()}</div> }
}

/// A component of Clerk's with the outline of its card while it loads: `sign-in`, `user-profile`, and the others that
/// `assets/clerk.js` lists.
#[component]
pub fn ClerkComponent(name: &'static str, title: &'static str) -> impl IntoView {
    let page = page();
    let is_form = matches!(name, "sign-in" | "sign-up");
    let back = is_form.then(|| page.wanted().to_owned());
    view! {
        <div class="component" aria-busy="true">
            <div class=format!("waiting {name}")></div>
            <div
                data-clerk-mount=name
                data-redirect-url=back
                data-sign-in-url=page.sign_in_url()
                data-sign-up-url=page.sign_up_url()
            ></div>
            <noscript>
                <p class="lead">
                    {title} " needs JavaScript: please allow it for this site, and load the page again."
                </p>
            </noscript>
        </div>
    }
}

/// Says what is missing when Clerk's scripts did not arrive; clerk.js then shows it.
#[component]
pub fn ScriptsMissing() -> impl IntoView {
    let page = page();
    let advice = if page.has_local_keys() {
        view! {
            <p>
                <strong>"Clerk’s scripts did not arrive."</strong> " The keys in " <code>".env"</code>
                " are those of a local emulator of Clerk, and it does not answer: " <code>"clerk-rs dev"</code>
                " starts it together with this app. To use a Clerk application of your own instead, run "
                <code>"clerk-rs env set --keys paste"</code> " and start again."
            </p>
        }
        .into_any()
    } else {
        let script = page.site().clerk_script.clone();
        view! {
            <p>
                <strong>"Clerk’s scripts did not arrive."</strong> " The page asked for them at " <code>{script}</code>
                ". Is the network up, and does an extension block them?"
            </p>
        }
        .into_any()
    };
    view! { <div class="notice" role="alert" data-clerk-missing hidden>{advice}</div> }
}
