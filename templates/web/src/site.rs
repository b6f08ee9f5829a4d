//! What every page needs to know and what does not change while the server runs: where Clerk's scripts are, which
//! key they get, and what the browser may load.

use clerk_auth::{Config, PublishableKey};

/// Clerk's components and Clerk itself: the newest of these major versions.
const UI_SCRIPT: &str = "npm/@clerk/ui@1/dist/ui.browser.js";
const CLERK_SCRIPT: &str = "npm/@clerk/clerk-js@6/dist/clerk.browser.js";

/// The fixed facts of this site.
pub struct Site {
    /// Shown in the header and in titles.
    pub app_name: &'static str,
    /// Public by nature; the browser needs it.
    pub publishable_key: String,
    /// Where the browser finds Clerk's Frontend API when it does not ask Clerk's own host.
    pub proxy_url: Option<String>,
    /// Address of the sign-in page.
    pub sign_in_url: String,
    /// Address of the sign-up page.
    pub sign_up_url: String,
    /// Address of Clerk's components.
    pub ui_script: String,
    /// Address of Clerk's browser library.
    pub clerk_script: String,
    /// Keys of a development instance, for this machine only.
    pub is_development: bool,
    /// Keys of a local emulator, which no real Clerk instance answers for.
    pub local_keys: bool,
}

impl Site {
    /// Reads the facts out of the configuration.
    pub fn new(config: &Config) -> Self {
        let base = match &config.proxy_url {
            Some(proxy_url) => proxy_url.trim_end_matches('/').to_owned(),
            None => format!("https://{}", config.frontend_api()),
        };
        let key = config.publishable_key.as_ref();
        Self {
            app_name: env!("CARGO_PKG_NAME"),
            publishable_key: key.map_or_else(String::new, |key| key.as_str().to_owned()),
            proxy_url: config.proxy_url.clone(),
            sign_in_url: config
                .sign_in_url
                .clone()
                .unwrap_or_else(|| "/sign-in".to_owned()),
            sign_up_url: config
                .sign_up_url
                .clone()
                .unwrap_or_else(|| "/sign-up".to_owned()),
            ui_script: format!("{base}/{UI_SCRIPT}"),
            clerk_script: format!("{base}/{CLERK_SCRIPT}"),
            is_development: config.is_development(),
            local_keys: key.is_some_and(PublishableKey::is_local_emulator),
        }
    }

    /// The content security policy of one page. Add your own sources here (fonts, images, analytics).
    ///
    /// Clerk needs its Frontend API, its images, a worker from a `blob:`, inline styles, and for bot and fraud
    /// protection Cloudflare's challenge and Clerk's protect hosts (on any port).
    pub fn content_security_policy(&self, nonce: &str) -> String {
        let clerk = origin(&self.clerk_script);
        [
            "default-src 'self'".to_owned(),
            format!(
                "script-src 'self' 'nonce-{nonce}'{clerk} https://challenges.cloudflare.com https://*.protect.clerk.com"
            ),
            format!("connect-src 'self'{clerk} https://*.protect.clerk.com:*"),
            "img-src 'self' data: blob: https://img.clerk.com".to_owned(),
            "worker-src 'self' blob:".to_owned(),
            "style-src 'self' 'unsafe-inline'".to_owned(),
            "frame-src 'self' https://challenges.cloudflare.com https://*.protect.clerk.com".to_owned(),
            "form-action 'self'".to_owned(),
            "base-uri 'none'".to_owned(),
            "object-src 'none'".to_owned(),
            "frame-ancestors 'none'".to_owned(),
        ]
        .join("; ")
    }
}

/// The origin of an absolute address with a space in front; nothing for a path, which `'self'` covers.
fn origin(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return String::new();
    };
    let host = rest.split('/').next().unwrap_or_default();
    format!(" {scheme}://{host}")
}
