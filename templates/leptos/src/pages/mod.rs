//! The pages. Each is a component; `routes.rs` says at which address it is shown, and to whom.

mod clerk;
mod layout;
pub mod request;

use clerk_auth::Problem;
use clerk_auth::backend::User;
use clerk_auth::kit::{Files, Page};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::http_date;
use leptos::prelude::*;
use serde_json::Value;

use self::clerk::{ClerkComponent, ScriptsMissing, WhenSignedIn, WhenSignedOut};
use self::layout::Layout;
use self::request::{current_user, page};

/// Anybody may fetch these. In debug builds they are read from their folder, so that a change shows when a page is loaded
/// again. A new file needs a line here.
const ASSETS: &[(&str, &[u8])] = &[
    ("/assets/clerk.js", include_bytes!("../../assets/clerk.js")),
    (
        "/assets/favicon.svg",
        include_bytes!("../../assets/favicon.svg"),
    ),
    (
        "/assets/style.css",
        include_bytes!("../../assets/style.css"),
    ),
];

/// What browsers fetch beside the pages.
pub fn assets() -> Files {
    Files::new(ASSETS).folder(env!("CARGO_MANIFEST_DIR"))
}

/// The start page, which is open to everybody.
#[component]
pub fn Home() -> impl IntoView {
    let page = page();
    view! {
        <Layout>
            <main>
                <h1>{page.site().app_name.clone()}</h1>
                <WhenSignedIn>
                    <p class="lead">
                        "You are signed in"
                        <span class="as" data-clerk-user="primaryEmailAddress.emailAddress"></span> "."
                    </p>
                </WhenSignedIn>
                <WhenSignedOut>
                    <p class="lead">"Nobody is signed in."</p>
                    <p class="actions">
                        <a class="button" href=page.sign_up_url()>"Sign up"</a>
                        <a class="button quiet" href=page.sign_in_url()>"Sign in"</a>
                    </p>
                </WhenSignedOut>
                <ScriptsMissing/>
                <h2>"Try it"</h2>
                <ul class="cards">
                    <li>
                        <a href="/dashboard">"Dashboard"</a>
                        <p>"For signed-in users: a name from Clerk, the claims of the session, a call to the API."</p>
                    </li>
                    <li>
                        <a href="/user">"Your account"</a>
                        <p>"Name, addresses, password and devices, by Clerk’s user profile."</p>
                    </li>
                    <li>
                        <a href="/api/me">"The API"</a>
                        <p><code>"GET /api/me"</code>" says who is asking, as JSON; 401 for strangers."</p>
                    </li>
                </ul>
            </main>
        </Layout>
    }
}

/// Clerk's form to sign in.
#[component]
pub fn SignIn() -> impl IntoView {
    view! {
        <Layout title="Sign in">
            <main>
                <ScriptsMissing/>
                <ClerkComponent name="sign-in" title="Signing in"/>
            </main>
        </Layout>
    }
}

/// Clerk's form to sign up.
#[component]
pub fn SignUp() -> impl IntoView {
    view! {
        <Layout title="Sign up">
            <main>
                <ScriptsMissing/>
                <ClerkComponent name="sign-up" title="Signing up"/>
            </main>
        </Layout>
    }
}

/// Clerk's profile of the user.
#[component]
pub fn Account() -> impl IntoView {
    view! {
        <Layout title="Your account">
            <main id="user">
                <ScriptsMissing/>
                <ClerkComponent name="user-profile" title="Your profile"/>
            </main>
        </Layout>
    }
}

/// The script of the dashboard's button.
const CALL_API: &str = r#"
import { fetchWithToken } from "/assets/clerk.js";

const answer = document.getElementById("api-answer");

document.getElementById("call-api").addEventListener("click", async () => {
  answer.hidden = false;
  answer.textContent = "…";
  try {
    const response = await fetchWithToken("/api/me");
    answer.textContent = `${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
  } catch (error) {
    answer.textContent = error.message;
  }
});
"#;

/// The dashboard.
#[component]
pub fn Dashboard() -> impl IntoView {
    let page = page();
    let claims: Vec<_> = page
        .session()
        .into_iter()
        .flat_map(|session| session.claims().iter())
        .map(|(name, value)| {
            let value = readable(name, value);
            view! { <tr><th scope="row">{name.clone()}</th><td>{value}</td></tr> }
        })
        .collect();
    view! {
        <Layout title="Dashboard">
            <main id="dashboard">
                <Suspense>{Suspend::new(greeting())}</Suspense>
                <h2>"Your session"</h2>
                <p>"The claims of the session token, as this server verified them."</p>
                <table>{claims}</table>
                <h2>"The API"</h2>
                <p>"Calls "<code>"GET /api/me"</code>" with a fresh token."</p>
                <p><button class="button" type="button" id="call-api">"Call the API"</button></p>
                <pre id="api-answer" role="status" hidden></pre>
                <script type="module" nonce=use_nonce() inner_html=CALL_API></script>
            </main>
        </Layout>
    }
}

/// Greets by name, and when Clerk's Backend API does not answer without one.
async fn greeting() -> impl IntoView {
    let (name, problem) = match current_user().await {
        Ok(user) => (name_of(&user), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let hello = name.map_or_else(|| "Hello".to_owned(), |name| format!("Hello, {name}"));
    view! {
        <h1>{hello}</h1>
        {problem.map(|problem| view! {
            <div class="notice" role="status">
                <p>"Your name could not be read from Clerk: " {problem} "."</p>
            </div>
        })}
    }
}

/// The first name, or the address of those who gave none.
fn name_of(user: &User) -> Option<String> {
    let name = user.first_name.as_ref();
    name.or(user.primary_email_address.as_ref()).cloned()
}

/// A moment as a date, a text as it is, everything else as JSON.
fn readable(name: &str, claim: &Value) -> String {
    match (name, claim.as_i64(), claim.as_str()) {
        ("exp" | "iat" | "nbf", Some(seconds), _) => http_date(UnixMillis::from_seconds(seconds)),
        (_, _, Some(text)) => text.to_owned(),
        _ => claim.to_string(),
    }
}

/// Every error, as a whole document.
pub fn problem(page: &Page, problem: &Problem) -> String {
    let (title, message) = (problem.title, problem.message.clone());
    let details = problem.details.iter();
    let details: Vec<_> = details
        .map(|(name, value)| view! { <h2>{*name}</h2><p>{value.clone()}</p> })
        .collect();
    let proof = problem.proof.clone();
    let proof = proof
        .map(|wanted| view! { <button class="button" data-clerk-proof=wanted>"Confirm"</button> });
    let document = || {
        request::provide(page);
        view! {
            <Layout title>
                <main>
                    <h1>{title}</h1>
                    <p class="lead">{message}</p>
                    {details}
                    <ScriptsMissing/>
                    <p class="actions">
                        {proof}
                        <a class="button quiet" href="/">"Home"</a>
                    </p>
                </main>
            </Layout>
        }
        .to_html()
    };
    Owner::new_root(None).with(document)
}
