//! Users as pages need them. Only the id is required; everything else may be absent, null or new.

use serde_json::Value;

/// A user. Fields that are absent or of another type than expected are empty; `raw` has everything.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// `user_...`
    pub id: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The user name.
    pub username: Option<String>,
    /// The address of the profile picture.
    pub image_url: Option<String>,
    /// The primary e-mail address.
    pub primary_email_address: Option<String>,
    /// Metadata that everybody may read, or null.
    pub public_metadata: Value,
    /// The whole answer.
    pub raw: Value,
}

impl User {
    /// A user of Clerk's JSON: an answer of the Backend API, or what an event says of a user. `None` without an id.
    pub fn from_value(raw: Value) -> Option<Self> {
        Some(Self {
            id: text(&raw, "id")?,
            first_name: text(&raw, "first_name"),
            last_name: text(&raw, "last_name"),
            username: text(&raw, "username"),
            image_url: text(&raw, "image_url"),
            primary_email_address: primary_email(&raw),
            public_metadata: raw["public_metadata"].clone(),
            raw,
        })
    }

    /// First and last name with a space between, as far as they are set.
    pub fn full_name(&self) -> Option<String> {
        let names = [self.first_name.as_deref(), self.last_name.as_deref()];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        (!names.is_empty()).then(|| names.join(" "))
    }
}

/// A text, if it is set. An empty one counts as absent.
fn text(value: &Value, name: &str) -> Option<String> {
    let text = value[name].as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn primary_email(user: &Value) -> Option<String> {
    let id = user["primary_email_address_id"].as_str()?;
    let addresses = user["email_addresses"].as_array()?;
    let primary = addresses.iter().find(|address| address["id"] == id)?;
    text(primary, "email_address")
}
