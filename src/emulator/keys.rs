//! Keeps an instance the same after a restart: its id, its signing key and its webhook secret are in
//! `.clerk/emulator.json`. The publishable and the secret key are in the project's `.env`.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::rsa::KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::testing::TestKeys;
use serde::{Deserialize, Serialize};

use super::instance::{Random, random};
use super::mint;

/// The secret half of an emulated instance.
#[derive(Clone, Serialize, Deserialize)]
pub struct InstanceKeys {
    instance_id: String,
    signing_key: String,
    webhook_secret: String,
    /// The signing key once it was read, since the library checks it for a good part of a millisecond.
    #[serde(skip)]
    pair: OnceLock<Arc<KeyPair>>,
}

/// The reason why there are no instance keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file could not be read or written.
    #[error("the instance keys could not be read or written")]
    Io(#[from] io::Error),
    #[error("the file does not hold instance keys")]
    Malformed,
    /// No signing key could be made.
    #[error(transparent)]
    Key(#[from] mint::KeyError),
}

impl InstanceKeys {
    /// New keys.
    ///
    /// # Errors
    /// [`mint::KeyError`] when the crypto library makes no RSA key.
    pub fn generate(source: &dyn Random) -> Result<Self, mint::KeyError> {
        Ok(Self::with(&mint::new_signing_key()?, source))
    }

    /// Keys that are the same whenever `source` is: the signing key is one that everybody can read, because the crypto
    /// library makes none from a seed.
    ///
    /// # Errors
    /// [`mint::KeyError`] when it cannot be read, which it can.
    pub fn fixed(source: &dyn Random) -> Result<Self, mint::KeyError> {
        let signing_key = TestKeys::private_key().map_err(|_| mint::KeyError)?;
        Ok(Self::with(&signing_key, source))
    }

    /// The same with the signing key of another file, in PEM. The key has an id of its own, the same for everybody who
    /// has the file.
    ///
    /// # Errors
    /// [`KeysError::Malformed`] when it is no RSA key.
    pub fn signing_with(self, pem: &str) -> Result<Self, KeysError> {
        let lines = pem.lines().map(str::trim);
        let inner = lines.filter(|line| !line.is_empty() && !line.starts_with("-----"));
        let signing_key: String = inner.collect();
        let keys = Self {
            instance_id: random::id(&random::SeededRandom::of(&signing_key), "ins"),
            signing_key,
            pair: OnceLock::new(),
            ..self
        };
        keys.pair().map_err(|_| KeysError::Malformed)?;
        Ok(keys)
    }

    fn with(signing_key: &[u8], source: &dyn Random) -> Self {
        let mut secret = [0; 24];
        source.fill(&mut secret);
        Self {
            instance_id: random::id(source, "ins"),
            signing_key: STANDARD.encode(signing_key),
            webhook_secret: format!("whsec_{}", STANDARD.encode(secret)),
            pair: OnceLock::new(),
        }
    }

    /// The keys in the file, or new ones that are in the file afterwards, readable by the user alone.
    ///
    /// # Errors
    /// [`KeysError`] when the file can be neither read nor written, or holds something else: it is never replaced,
    /// since every token signed so far would become worthless.
    pub fn load_or_create(file: &Path, source: &dyn Random) -> Result<Self, KeysError> {
        match std::fs::read(file) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(file, source),
            Err(error) => Err(error.into()),
        }
    }

    /// The keys in the file; none where there is no file.
    ///
    /// # Errors
    /// [`KeysError`] when the file cannot be read or holds something else.
    pub fn load(file: &Path) -> Result<Option<Self>, KeysError> {
        match std::fs::read(file) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn parse(text: &[u8]) -> Result<Self, KeysError> {
        let keys: Self = serde_json::from_slice(text).map_err(|_| KeysError::Malformed)?;
        keys.pair().map_err(|_| KeysError::Malformed)?;
        Ok(keys)
    }

    fn create(file: &Path, source: &dyn Random) -> Result<Self, KeysError> {
        let keys = Self::generate(source)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // Born with mode 0600, and whole or not there at all.
        let mut staged = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut staged, &keys).map_err(io::Error::from)?;
        staged.write_all(b"\n")?;
        match staged.persist_noclobber(file) {
            Ok(_) => Ok(keys),
            // Another process was first: its keys count.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                Self::parse(&std::fs::read(file)?)
            }
            Err(error) => Err(error.error.into()),
        }
    }

    /// The instance id, which is also the `kid` of its tokens.
    pub fn instance_id(&self) -> &str {
        &self.instance_id
    }

    /// The secret that webhooks are signed with.
    pub fn webhook_secret(&self) -> &str {
        &self.webhook_secret
    }

    /// A mint that signs with these keys for the Frontend API host `host`.
    ///
    /// # Errors
    /// [`mint::KeyError`] when the signing key cannot be read.
    pub fn mint(&self, host: &str) -> Result<mint::Mint, mint::KeyError> {
        let pair = self.pair()?;
        Ok(mint::Mint::of(&self.instance_id, host, pair))
    }

    fn pair(&self) -> Result<Arc<KeyPair>, mint::KeyError> {
        if let Some(pair) = self.pair.get() {
            return Ok(Arc::clone(pair));
        }
        let der = STANDARD.decode(&self.signing_key);
        let pair = mint::key_pair(&der.map_err(|_| mint::KeyError)?)?;
        Ok(Arc::clone(self.pair.get_or_init(|| Arc::new(pair))))
    }
}

impl std::fmt::Debug for InstanceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstanceKeys")
            .field("instance_id", &self.instance_id)
            .finish_non_exhaustive()
    }
}
