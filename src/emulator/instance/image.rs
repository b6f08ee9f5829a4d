//! Pictures of users, which pages fetch from the emulator.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::user::Picture;
use super::{Instance, Refusal, User, random};
use crate::emulator::store::Record;

/// In bytes of base64, for all pictures together.
const MAX_TOTAL: usize = 64 * 1024 * 1024;

/// A picture.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Image {
    /// `img_…`
    pub id: String,
    pub kind: ImageKind,
    /// In base64.
    data: String,
}

/// The kinds that Clerk takes. What a picture is, its first bytes say; what its sender calls it does not count.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    Jpeg,
    Png,
    Gif,
    Webp,
}

impl ImageKind {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"GIF8") {
            Some(Self::Gif)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            None
        }
    }

    /// As HTTP names it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

impl Record for Image {
    const KIND: &'static str = "image";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Image {
    /// The bytes that a page gets; none if a file says something else.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.data).ok()
    }
}

impl Instance {
    pub fn image(&self, id: &str) -> Option<&Image> {
        self.images.get(id)
    }

    /// Keeps a picture and answers its id.
    ///
    /// # Errors
    /// [`Refusal::NoImage`] when it is none, [`Refusal::ImageQuota`] when all of them would be too large.
    pub fn keep_image(&mut self, bytes: &[u8]) -> Result<String, Refusal> {
        let kind = ImageKind::of(bytes).ok_or(Refusal::NoImage)?;
        let data = STANDARD.encode(bytes);
        let total: usize = self.images.values().map(|image| image.data.len()).sum();
        if total + data.len() > MAX_TOTAL {
            return Err(Refusal::ImageQuota);
        }
        let id = random::id(&*self.random, "img");
        self.images.insert(Image {
            id: id.clone(),
            kind,
            data,
        });
        Ok(id)
    }

    pub fn forget_image(&mut self, id: &str) {
        self.images.remove(id);
    }

    /// Gives a user a picture, which is found below `base`.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such user, or it is no picture.
    pub fn set_picture(
        &mut self,
        user_id: &str,
        bytes: &[u8],
        base: &str,
        now: UnixMillis,
    ) -> Result<Picture, Refusal> {
        self.user(user_id).ok_or(Refusal::NotFound)?;
        let id = self.keep_image(bytes)?;
        let url = format!("{base}/images/{id}");
        let picture = Picture { id, url };
        self.replace_picture(user_id, Some(picture.clone()), now)?;
        Ok(picture)
    }

    /// Takes a user's picture away, and answers the user and what is gone.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_picture(
        &mut self,
        user_id: &str,
        now: UnixMillis,
    ) -> Result<Option<Picture>, Refusal> {
        self.replace_picture(user_id, None, now)
    }

    fn replace_picture(
        &mut self,
        user_id: &str,
        picture: Option<Picture>,
        now: UnixMillis,
    ) -> Result<Option<Picture>, Refusal> {
        let user: &mut User = self.users.edit(user_id).ok_or(Refusal::NotFound)?;
        user.updated_at = now;
        let old = std::mem::replace(&mut user.image, picture);
        if let Some(old) = &old {
            self.images.remove(&old.id);
        }
        Ok(old)
    }
}
