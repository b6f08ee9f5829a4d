//! Applications that sign their users in here.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use url::Url;

use super::scopes;
use crate::emulator::instance::machines::{hash, room};
use crate::emulator::instance::user::Picture;
use crate::emulator::instance::{Instance, Refusal, random, set};
use crate::emulator::origins::is_loopback;
use crate::emulator::store::Record;

const MAX_REDIRECTS: usize = 50;
/// In characters.
const MAX_NAME: usize = 256;
/// In bytes.
const MAX_URL: usize = 1_024;

#[derive(Clone, Deserialize, Serialize)]
pub struct Application {
    /// `oa_…`
    pub id: String,
    pub name: String,
    pub client_id: String,
    /// Of the secret; public applications have none.
    pub secret_hash: Option<String>,
    pub client_uri: Option<String>,
    pub logo_uri: Option<String>,
    /// A picture that a server sent, in place of the one at that address.
    #[serde(default)]
    pub logo: Option<Picture>,
    pub registered_itself: bool,
    pub consent_screen: bool,
    pub pkce_required: bool,
    pub scopes: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for Application {
    const KIND: &'static str = "oauth_application";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("client", &self.client_id)]
    }
}

impl Application {
    /// True if it cannot keep a secret, and so has none.
    pub fn is_public(&self) -> bool {
        self.secret_hash.is_none()
    }

    /// Where its picture is.
    pub fn image_url(&self) -> Option<&str> {
        let own = self.logo.as_ref().map(|logo| logo.url.as_str());
        own.or(self.logo_uri.as_deref())
    }

    pub fn needs_pkce(&self) -> bool {
        self.pkce_required || self.is_public()
    }
}

/// The description of an application; absent fields stay as they are, or take their defaults.
#[derive(Default)]
pub struct ApplicationFields {
    /// Of a new one, as the next two; absent for random ones.
    pub id: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub name: Option<String>,
    pub redirect_uris: Option<Vec<String>>,
    pub scopes: Option<String>,
    pub consent_screen: Option<bool>,
    pub pkce_required: Option<bool>,
    pub is_public: Option<bool>,
    pub client_uri: Option<String>,
    pub logo_uri: Option<String>,
    pub registered_itself: bool,
}

/// True for an address that a code may be sent to: TLS, this machine, or an app of its own scheme; never a script.
fn is_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let fits = text.len() <= MAX_URL && url.fragment().is_none() && url.username().is_empty();
    let scheme_fits = match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        "javascript" | "data" | "file" | "blob" | "about" | "vbscript" | "ftp" | "ws" | "wss" => {
            false
        }
        _ => true,
    };
    fits && scheme_fits && url.password().is_none()
}

fn is_web(url: &str) -> bool {
    let scheme_fits = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    url.len() <= MAX_URL && scheme_fits
}

impl ApplicationFields {
    fn check(&self) -> Result<(), Refusal> {
        if let Some(name) = &self.name {
            match name.chars().count() {
                0 => return Err(Refusal::ParamValue("name")),
                length if length > MAX_NAME => return Err(Refusal::TooLong("name")),
                _ => {}
            }
        }
        if let Some(uris) = &self.redirect_uris
            && (uris.len() > MAX_REDIRECTS || !uris.iter().all(|uri| is_redirect(uri)))
        {
            return Err(Refusal::ParamValue("redirect_uris"));
        }
        let web = |field, uri: &Option<String>| match uri {
            Some(uri) if !is_web(uri) => Err(Refusal::ParamValue(field)),
            _ => Ok(()),
        };
        web("client_uri", &self.client_uri)?;
        web("logo_uri", &self.logo_uri)
    }
}

impl Instance {
    /// A new application, and its secret if it can keep one.
    ///
    /// # Errors
    /// A [`Refusal`] when a field is wrong.
    pub fn create_application(
        &mut self,
        fields: ApplicationFields,
        now: UnixMillis,
    ) -> Result<(&Application, Option<String>), Refusal> {
        fields.check()?;
        let name = fields.name.ok_or(Refusal::ParamMissing("name"))?;
        let wanted = fields.scopes.unwrap_or_else(|| {
            let settings = self.settings();
            settings.oauth_applications.default_scopes.join(" ")
        });
        let scopes = scopes("scopes", &wanted)?;
        room(&self.oauth.applications)?;
        let is_taken = |client_id| self.client_application(client_id).is_ok();
        if fields.client_id.as_deref().is_some_and(is_taken) {
            return Err(Refusal::Conflict("client_id"));
        }
        let id = self.id_or_new(fields.id, "oa");
        let given = fields.client_secret;
        let secret = || given.unwrap_or_else(|| self.new_client_secret());
        let secret = (!fields.is_public.unwrap_or(false)).then(secret);
        let client_id = || random::alphanumeric(&*self.random, 16);
        let client_id = fields.client_id.unwrap_or_else(client_id);
        self.oauth.applications.insert(Application {
            id: id.clone(),
            name,
            client_id,
            secret_hash: secret.as_deref().map(hash),
            client_uri: fields.client_uri,
            logo_uri: fields.logo_uri,
            logo: None,
            registered_itself: fields.registered_itself,
            consent_screen: fields.consent_screen.unwrap_or(true),
            pkce_required: fields.pkce_required.unwrap_or(false),
            scopes,
            redirect_uris: fields.redirect_uris.unwrap_or_default(),
            created_at: now,
            updated_at: now,
        });
        Ok((self.application(&id)?, secret))
    }

    fn new_client_secret(&self) -> String {
        random::alphanumeric(&*self.random, 43)
    }

    /// All of them, oldest first.
    pub fn applications(&self) -> impl DoubleEndedIterator<Item = &Application> {
        self.oauth.applications.values()
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn application(&self, id: &str) -> Result<&Application, Refusal> {
        self.oauth.applications.get(id).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn client_application(&self, client_id: &str) -> Result<&Application, Refusal> {
        let found = self.oauth.applications.find("client", client_id);
        found.ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A [`Refusal`] when a field is wrong, or there is no such application.
    pub fn change_application(
        &mut self,
        id: &str,
        fields: ApplicationFields,
        now: UnixMillis,
    ) -> Result<&Application, Refusal> {
        self.application(id)?;
        fields.check()?;
        let wanted = fields.scopes.map(|text| scopes("scopes", &text));
        let wanted = wanted.transpose()?;
        // Who becomes confidential asks for a secret afterwards: until then nobody knows it.
        let unknown = hash(&self.new_client_secret());
        let application = self.oauth.applications.edit(id).ok_or(Refusal::NotFound)?;
        set(&mut application.name, fields.name);
        set(&mut application.redirect_uris, fields.redirect_uris);
        set(&mut application.scopes, wanted);
        set(&mut application.consent_screen, fields.consent_screen);
        set(&mut application.pkce_required, fields.pkce_required);
        match fields.is_public {
            Some(true) => application.secret_hash = None,
            Some(false) if application.is_public() => application.secret_hash = Some(unknown),
            _ => {}
        }
        application.updated_at = now;
        self.application(id)
    }

    /// Another secret; the one before counts no more.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::ParamValue`] for an application without secret.
    pub fn rotate_client_secret(
        &mut self,
        id: &str,
        now: UnixMillis,
    ) -> Result<(&Application, String), Refusal> {
        let secret = self.new_client_secret();
        let application = self.oauth.applications.edit(id).ok_or(Refusal::NotFound)?;
        if application.is_public() {
            return Err(Refusal::ParamValue("public"));
        }
        application.secret_hash = Some(hash(&secret));
        application.updated_at = now;
        Ok((self.application(id)?, secret))
    }

    /// Takes an application away, and all that its users allowed it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_application(&mut self, id: &str) -> Result<(), Refusal> {
        let gone = self.oauth.applications.remove(id);
        let gone = gone.ok_or(Refusal::NotFound)?;
        self.forget_grants("client", &gone.client_id);
        if let Some(logo) = gone.logo {
            self.forget_image(&logo.id);
        }
        Ok(())
    }

    /// Gives an application a picture, found below `base`.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such application, or the bytes are no picture.
    pub fn set_application_logo(
        &mut self,
        id: &str,
        bytes: &[u8],
        base: &str,
        now: UnixMillis,
    ) -> Result<&Application, Refusal> {
        self.application(id)?;
        let image = self.keep_image(bytes)?;
        let url = format!("{base}/images/{image}");
        let application = self.oauth.applications.edit(id).ok_or(Refusal::NotFound)?;
        application.updated_at = now;
        let old = application.logo.replace(Picture { id: image, url });
        if let Some(old) = old {
            self.forget_image(&old.id);
        }
        self.application(id)
    }
}
