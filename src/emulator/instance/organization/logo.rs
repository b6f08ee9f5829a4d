//! The picture of an organization.

use clerk_auth::time::UnixMillis;

use super::Organization;
use crate::emulator::instance::user::Picture;
use crate::emulator::instance::{Instance, Refusal};

impl Instance {
    /// Gives an organization a picture, found below `base`.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such organization, or the bytes are no picture.
    pub fn set_logo(
        &mut self,
        id: &str,
        bytes: &[u8],
        base: &str,
        now: UnixMillis,
    ) -> Result<&Organization, Refusal> {
        self.organization(id)?;
        let image = self.keep_image(bytes)?;
        let url = format!("{base}/images/{image}");
        self.replace_logo(id, Some(Picture { id: image, url }), now)
    }

    /// # Errors
    /// A [`Refusal`] when there is no such organization.
    pub fn remove_logo(&mut self, id: &str, now: UnixMillis) -> Result<&Organization, Refusal> {
        self.organization(id)?;
        self.replace_logo(id, None, now)
    }

    fn replace_logo(
        &mut self,
        id: &str,
        logo: Option<Picture>,
        now: UnixMillis,
    ) -> Result<&Organization, Refusal> {
        let organization = self.organizations.edit(id).ok_or(Refusal::NotFound)?;
        organization.updated_at = now;
        if let Some(old) = std::mem::replace(&mut organization.logo, logo) {
            self.images.remove(&old.id);
        }
        self.organization(id)
    }
}
