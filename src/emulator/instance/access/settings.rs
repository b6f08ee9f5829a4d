//! The switches of the instance. A new one begins with what a new instance of the real service has; organizations have
//! rules of their own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::emulator::instance::Instance;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::store::Record;

/// The settings of the whole instance. There is one record of it, and none while nothing was changed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The subaddress `+clerk_test` is not one that `restrictions` keep out.
    pub test_mode: bool,
    /// A client has one session at a time.
    pub single_session_mode: bool,
    /// Sensitive changes want a first factor that was proven lately.
    pub reverification: bool,
    /// Nobody is signed in without a second factor: whoever has none sets one up first.
    pub second_factor_required: bool,
    /// Users may set up an app that shows codes.
    pub authenticator_app: bool,
    /// Users may set up keys of their devices.
    pub passkey: bool,
    /// Addresses are proven by a link in a mail as well.
    pub email_link: bool,
    /// Such a link counts on the client that asked for it alone.
    pub email_link_same_client: bool,
    /// Asked for at sign-up.
    pub phone_number: Requirement,
    /// Apps on telephones, which send no `Origin`, may ask the Frontend API.
    pub native_api: bool,
    pub progressive_sign_up: bool,
    pub url_based_session_syncing: bool,
    pub cookieless_dev: bool,
    pub hibp: bool,
    pub sign_up_mode: SignUpMode,
    pub restrictions: Restrictions,
    pub preferred_sign_in_strategy: PreferredStrategy,
    /// Providers whose accounts people may sign in by.
    pub social: BTreeSet<Provider>,
    pub user_api_keys: bool,
    pub organization_api_keys: bool,
    pub support_email: Option<String>,
    pub from_email_address: String,
    pub clerk_js_version: Option<String>,
    pub development_origin: Option<String>,
    pub allowed_origins: Vec<String>,
    /// Two letters each.
    pub blocked_country_codes: Vec<String>,
    pub protect: Protect,
    pub oauth_applications: OAuthApplications,
    /// The claims that session tokens carry besides; shortcodes as in templates.
    pub session_token_claims: Map<String, Value>,
}

/// How far something is asked of users, in Clerk's words.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    #[default]
    Off,
    /// Who likes may say.
    On,
    Required,
}

/// The rule of who may sign up.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpMode {
    #[default]
    Public,
    /// Those who were invited.
    Restricted,
    /// The same; the others may wait.
    Waitlist,
}

/// The form that is shown first where both are possible.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PreferredStrategy {
    #[default]
    Password,
    Otp,
}

/// The addresses that may come in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restrictions {
    pub allowlist: bool,
    pub blocklist: bool,
    pub allowlist_blocklist_disabled_on_sign_in: bool,
    pub block_email_subaddresses: bool,
    pub block_disposable_email_domains: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Protect {
    pub rules_enabled: bool,
    pub specter_enabled: bool,
}

/// The rights of other applications that sign their users in here.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct OAuthApplications {
    /// They may register themselves.
    pub dynamic_oauth_client_registration: bool,
    pub default_scopes: Vec<String>,
    pub oauth_jwt_access_tokens: bool,
    pub client_id_metadata_documents_advertised: bool,
    pub client_id_metadata_documents_only_allow_pre_registered_clients: bool,
    pub client_id_metadata_documents_block_implicitly_allowed_clients: bool,
}

impl Default for OAuthApplications {
    fn default() -> Self {
        Self {
            dynamic_oauth_client_registration: false,
            default_scopes: vec!["profile".to_owned(), "email".to_owned()],
            oauth_jwt_access_tokens: false,
            client_id_metadata_documents_advertised: false,
            client_id_metadata_documents_only_allow_pre_registered_clients: false,
            client_id_metadata_documents_block_implicitly_allowed_clients: false,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            test_mode: true,
            single_session_mode: true,
            reverification: true,
            second_factor_required: false,
            authenticator_app: false,
            passkey: false,
            email_link: false,
            email_link_same_client: true,
            phone_number: Requirement::Off,
            native_api: false,
            progressive_sign_up: true,
            url_based_session_syncing: true,
            cookieless_dev: false,
            hibp: false,
            sign_up_mode: SignUpMode::default(),
            restrictions: Restrictions::default(),
            preferred_sign_in_strategy: PreferredStrategy::default(),
            social: BTreeSet::new(),
            user_api_keys: false,
            organization_api_keys: false,
            support_email: None,
            from_email_address: "noreply".to_owned(),
            clerk_js_version: None,
            development_origin: None,
            allowed_origins: Vec::new(),
            blocked_country_codes: Vec::new(),
            protect: Protect::default(),
            oauth_applications: OAuthApplications::default(),
            session_token_claims: Map::new(),
        }
    }
}

impl Settings {
    /// These with others in their place, as JSON that is still to be read; null gives a switch its first value back.
    pub fn patched(&self, patch: Map<String, Value>) -> Value {
        let mut settings = json!(self);
        merge(&mut settings, patch);
        settings
    }
}

fn merge(object: &mut Value, patch: Map<String, Value>) {
    let Value::Object(object) = object else {
        return;
    };
    for (name, value) in patch {
        match (object.get_mut(&name), value) {
            (_, Value::Null) => {
                object.remove(&name);
            }
            (Some(inner @ Value::Object(_)), Value::Object(patch)) => merge(inner, patch),
            (_, value) => {
                object.insert(name, value);
            }
        }
    }
}

const ID: &str = "settings";

impl Record for Settings {
    const KIND: &'static str = "settings";

    fn id(&self) -> &str {
        ID
    }
}

impl Instance {
    pub fn settings(&self) -> Settings {
        self.access.settings.get(ID).cloned().unwrap_or_default()
    }

    /// Asked for each token, and so without a copy of all.
    pub fn requires_second_factor(&self) -> bool {
        let settings = self.access.settings.get(ID);
        settings.is_some_and(|settings| settings.second_factor_required)
    }

    pub fn set_settings(&mut self, settings: Settings) {
        self.access.settings.insert(settings);
    }

    /// Changes some of them.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) -> Settings {
        let mut settings = self.settings();
        change(&mut settings);
        self.set_settings(settings.clone());
        settings
    }
}
