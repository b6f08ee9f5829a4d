//! The files that projects are made of: the layers of templates, and the core. Those of this version are part of the
//! binary. Those of an older one come out of an archive, so that an update knows how a project began.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The bytes of a file.
pub type Bytes = Cow<'static, [u8]>;

type Layer = &'static [(&'static str, &'static [u8])];

static LAYERS: &[(&str, Layer)] = include!(concat!(env!("OUT_DIR"), "/layers.rs"));

/// All files of one version.
#[derive(Clone, Debug)]
pub struct Stock {
    /// The version of the core.
    pub core_version: String,
    /// The version of the tool.
    pub tool_version: String,
    files: Files,
}

#[derive(Clone, Debug)]
enum Files {
    Own,
    /// By path below `templates/`.
    Archived(BTreeMap<String, Vec<u8>>),
}

impl Default for Stock {
    /// The stock of this version.
    fn default() -> Self {
        Self {
            core_version: clerk_auth::source::VERSION.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            files: Files::Own,
        }
    }
}

impl Stock {
    /// The stock of a version whose core and tool were published together, by path below `templates/`.
    pub fn archived(version: &str, files: BTreeMap<String, Vec<u8>>) -> Self {
        Self {
            core_version: version.to_owned(),
            tool_version: version.to_owned(),
            files: Files::Archived(files),
        }
    }

    /// The files of a layer, sorted by path below its folder. `None` if there is no such layer.
    pub fn layer(&self, name: &str) -> Option<Vec<(String, Bytes)>> {
        match &self.files {
            Files::Own => {
                let found = LAYERS
                    .binary_search_by_key(&name, |(layer, _)| layer)
                    .ok()?;
                let files = LAYERS[found].1.iter();
                let owned = files.map(|(path, bytes)| ((*path).to_owned(), Cow::Borrowed(*bytes)));
                Some(owned.collect())
            }
            Files::Archived(files) => {
                let found = below(files, &format!("{name}/"));
                (!found.is_empty()).then_some(found)
            }
        }
    }

    /// The core's files.
    pub fn core(&self) -> Vec<(String, Bytes)> {
        match &self.files {
            Files::Own => {
                let files = clerk_auth::source::FILES.iter();
                let owned =
                    files.map(|(path, text)| ((*path).to_owned(), Cow::Borrowed(text.as_bytes())));
                owned.collect()
            }
            Files::Archived(files) => below(files, "clerk-auth/"),
        }
    }
}

fn below(files: &BTreeMap<String, Vec<u8>>, folder: &str) -> Vec<(String, Bytes)> {
    let found = files.iter().filter_map(|(path, bytes)| {
        let path = path.strip_prefix(folder)?.to_owned();
        Some((path, Cow::Owned(bytes.clone())))
    });
    found.collect()
}
