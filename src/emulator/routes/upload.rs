//! A picture that arrives: in the field `file` of a multipart form, or as the text of a data URL.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use memchr::memmem;

use super::Shared;
use super::asked::{Asked, Part};
use super::call::Call;
use super::fault::Fault;

/// As Clerk's; a data URL is a third longer than what it holds.
const MAX_FILE: usize = 10 * 1024 * 1024;
const MAX_BODY: usize = 14 * 1024 * 1024;

/// A call that brings a file.
pub(super) struct Upload {
    pub call: Call,
    pub file: Vec<u8>,
}

impl Part for Upload {
    const LONGEST: usize = MAX_BODY;

    fn take(asked: &mut Asked, app: &Shared) -> Result<Self, Fault> {
        let Asked { parts, body, .. } = asked;
        let kind = parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let file = if kind.starts_with("multipart/form-data") {
            part_of(kind, body).map(<[u8]>::to_vec)
        } else {
            Some(data_url(body).unwrap_or_else(|| body.to_vec()))
        };
        let file = file.filter(|file| !file.is_empty() && file.len() <= MAX_FILE);
        Ok(Self {
            call: Call::new(app, parts, b"")?,
            file: file.ok_or(Fault::FileInvalid)?,
        })
    }
}

/// The content of the field `file` (RFC 7578).
fn part_of<'a>(kind: &str, body: &'a [u8]) -> Option<&'a [u8]> {
    let mut parameters = kind.split(';').skip(1);
    let boundary = parameters.find_map(|one| one.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let fence = format!("--{boundary}");
    let mut rest = &body[memmem::find(body, fence.as_bytes())? + fence.len()..];
    let end = format!("\r\n{fence}");
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head = memmem::find(part, b"\r\n\r\n")?;
        let content = &part[head + 4..];
        let length = memmem::find(content, end.as_bytes())?;
        let head = String::from_utf8_lossy(&part[..head]).to_ascii_lowercase();
        if head.contains("name=\"file\"") {
            return Some(&content[..length]);
        }
        rest = &content[length + end.len()..];
    }
    None
}

fn data_url(body: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let (_, data) = text.strip_prefix("data:")?.split_once(";base64,")?;
    STANDARD.decode(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=\"x\"";

    #[test]
    fn the_file_is_found_among_the_parts() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n\r\n--y\r\n\r\n--x--\r\n";
        assert_eq!(part_of(KIND, body), Some(&b"\r\n--y\r\n"[..]));
    }

    #[test]
    fn what_is_no_form_has_no_file() {
        for body in [
            &b""[..],
            b"--x",
            b"--x--\r\n",
            b"--x\r\nname=\"file\"",
            b"--x\r\nname=\"file\"\r\n\r\nabc",
            b"--x\r\nname=\"other\"\r\n\r\nabc\r\n--x--",
        ] {
            assert_eq!(part_of(KIND, body), None, "{body:?}");
        }
        for kind in ["multipart/form-data", "multipart/form-data; boundary="] {
            assert_eq!(
                part_of(kind, b"--x\r\nname=\"file\"\r\n\r\na\r\n--x--"),
                None
            );
        }
        assert_eq!(
            data_url(b"data:image/png;base64,aGk="),
            Some(b"hi".to_vec())
        );
        assert_eq!(data_url(b"data:image/png;base64,???"), None);
    }
}
