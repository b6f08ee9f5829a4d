//! A delivery that somebody saved: headers and body, in one file as they came or one by one.

use std::path::{Path, PathBuf};

use clap::Args;
use clerk_auth::webhooks::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::commands::{Context, given};
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;

/// The most that is read of one file. Clerk's events are far shorter.
pub const LONGEST: u64 = 8 << 20;

/// The most bytes before the body. A server takes less, and each signature in them costs a computation.
const LONGEST_HEAD: usize = 64 << 10;

const WHAT: &str = "the delivery";

#[derive(Args, Debug)]
pub struct DeliveryArguments {
    /// The delivery as it was saved: header lines, an empty line, the body; `-` or nothing reads what is piped in
    #[arg(value_name = "FILE", conflicts_with_all = ["headers", "body"])]
    request: Option<PathBuf>,

    /// The header lines are in this file
    #[arg(long, value_name = "FILE", requires = "body")]
    headers: Option<PathBuf>,

    /// The body is in this file, byte for byte; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// The header svix-id, in place of a saved one
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// The header svix-timestamp, likewise
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    timestamp: Option<String>,

    /// The header svix-signature, likewise
    #[arg(long, value_name = "SIGNATURES", allow_hyphen_values = true)]
    signature: Option<String>,
}

/// The headers, and the body as it came.
#[derive(Debug, PartialEq)]
pub struct Delivery {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// The reason why there is no delivery to look at.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("no delivery was given")]
    Missing,
    #[error("no body was given")]
    BodyMissing,
    #[error("only one thing can come from standard input")]
    OneInput,
    /// It begins as JSON does.
    #[error("{0} is only a body, with no headers before it")]
    OnlyBody(String),
    #[error("line {0} of the headers cannot be read")]
    Header(usize),
    #[error("the headers are longer than {LONGEST_HEAD} bytes")]
    LongHead,
    /// There are headers and nothing behind them.
    #[error("the saved request has no body")]
    NoBody,
    #[error("the saved body is cut off")]
    Cut { announced: usize, there: usize },
    #[error("the saved body is in chunks")]
    Chunks,
    #[error("{0} is no header value")]
    Value(&'static str),
}

impl Explain for DeliveryError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Missing => Explanation::usage("delivery-missing").help(
                "pass the file of a saved request, or --body FILE with --headers FILE or with --id, --timestamp and \
                 --signature",
            ),
            Self::BodyMissing => Explanation::usage("body-missing")
                .help("pass its file, or pipe it in; `-` takes an empty one too"),
            Self::OnlyBody(_) => Explanation::usage("bad-delivery").help(
                "pass it with --body, and the headers that it came with by --headers FILE or by --id, --timestamp and \
                 --signature",
            ),
            Self::OneInput => Explanation::usage("usage").help("put the others into files"),
            Self::Header(_) => {
                Explanation::usage("bad-delivery").help("a header is written `name: value`")
            }
            Self::LongHead | Self::NoBody => Explanation::usage("bad-delivery")
                .help("an empty line ends the headers; behind it the body begins"),
            Self::Cut { announced, there } => Explanation::usage("bad-delivery")
                .because(format!(
                    "content-length announces {announced} bytes, and {there} are there"
                ))
                .help("save it again, as bytes"),
            Self::Chunks => Explanation::usage("bad-delivery")
                .because("its transfer-encoding puts a length before each piece, which is not signed")
                .help("save the body alone and pass it with --body"),
            Self::Value(_) => Explanation::usage("bad-delivery")
                .help("header values have no line breaks or other control characters"),
        }
    }
}

impl DeliveryArguments {
    pub fn read(&self, context: &Context<'_>, is_stdin_taken: bool) -> Result<Delivery, Error> {
        let files = [&self.request, &self.headers, &self.body];
        let from_stdin = files.into_iter().flatten();
        let from_stdin = from_stdin.filter(|path| *path == Path::new("-")).count();
        if from_stdin + usize::from(is_stdin_taken) > 1 {
            return Err(DeliveryError::OneInput.into());
        }
        let read = |what, path: &Path| given::bytes(what, path, LONGEST, context.env);
        let mut delivery = match (&self.request, &self.body) {
            (Some(file), _) => {
                let name = visible(&file.to_string_lossy()).into_owned();
                Delivery::parse(&read(WHAT, file)?, &name)?
            }
            (None, Some(body)) => Delivery {
                headers: match &self.headers {
                    Some(file) => headers(&read("the headers", file)?)?.0,
                    None => HeaderMap::new(),
                },
                body: read("the body", body)?,
            },
            (None, None) if is_stdin_taken => return Err(DeliveryError::Missing.into()),
            (None, None) => {
                let piped = given::piped_bytes(WHAT, LONGEST, context.env)?;
                Delivery::parse(
                    &piped.ok_or(DeliveryError::Missing)?,
                    "what came through standard input",
                )?
            }
        };
        for (name, value) in [
            (ID_HEADER, &self.id),
            (TIMESTAMP_HEADER, &self.timestamp),
            (SIGNATURE_HEADER, &self.signature),
        ] {
            if let Some(value) = value {
                let value = HeaderValue::from_str(value).map_err(|_| DeliveryError::Value(name))?;
                delivery.headers.insert(name, value);
            }
        }
        Ok(delivery)
    }
}

impl Delivery {
    /// Takes a saved request apart. Editors put a line break at the end of a file, so a body is as long as its
    /// header says.
    fn parse(saved: &[u8], name: &str) -> Result<Self, DeliveryError> {
        if saved.trim_ascii_start().starts_with(b"{") {
            return Err(DeliveryError::OnlyBody(name.to_owned()));
        }
        let (headers, body) = headers(saved)?;
        let body = body.ok_or(DeliveryError::NoBody)?;
        if headers.contains_key(TRANSFER_ENCODING) {
            return Err(DeliveryError::Chunks);
        }
        let length = headers.get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.trim().parse::<usize>().ok());
        let body = match length {
            Some(announced) => body.get(..announced).ok_or(DeliveryError::Cut {
                announced,
                there: body.len(),
            })?,
            None => body,
        };
        Ok(Self {
            headers,
            body: body.to_vec(),
        })
    }
}

/// The headers up to an empty line, and what is behind that, if there is one. A first line that is a request's is passed
/// over, and so are the lines that begin with a colon, which tools write for HTTP/2.
fn headers(saved: &[u8]) -> Result<(HeaderMap, Option<&[u8]>), DeliveryError> {
    let mut headers = HeaderMap::new();
    let saved = saved.strip_prefix(b"\xef\xbb\xbf").unwrap_or(saved);
    let mut rest = saved;
    let mut number = 0;
    while !rest.is_empty() {
        if saved.len() - rest.len() > LONGEST_HEAD {
            return Err(DeliveryError::LongHead);
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        let behind = behind.strip_prefix(b"\n").unwrap_or(behind);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        number += 1;
        if line.is_empty() {
            return Ok((headers, Some(behind)));
        }
        let is_request = number == 1 && is_request_line(line);
        if !is_request && !line.starts_with(b":") {
            if line.len() > LONGEST_HEAD {
                return Err(DeliveryError::LongHead);
            }
            let (name, value) = header(line).ok_or(DeliveryError::Header(number))?;
            headers.append(name, value);
        }
        rest = behind;
    }
    Ok((headers, None))
}

fn is_request_line(line: &[u8]) -> bool {
    let mut words = line.split(|byte| *byte == b' ');
    let protocol = words.nth(2).unwrap_or_default();
    protocol.starts_with(b"HTTP/") && words.next().is_none()
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = line.split_at(colon);
    let name = HeaderName::from_bytes(name).ok()?;
    let value = HeaderValue::from_bytes(value.strip_prefix(b":")?.trim_ascii()).ok()?;
    Some((name, value))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parsed(saved: &[u8]) -> Delivery {
        Delivery::parse(saved, "it").unwrap()
    }

    #[test]
    fn a_saved_request_is_headers_an_empty_line_and_bytes() {
        let saved = b"POST /webhooks/clerk HTTP/1.1\r\nHost: a\r\nSvix-Id:  msg_1 \r\n\r\n\xff\r\n";
        let delivery = parsed(saved);
        assert_eq!(delivery.headers["svix-id"], "msg_1");
        assert_eq!(delivery.headers.len(), 2);
        assert_eq!(delivery.body, b"\xff\r\n");
        let plain = parsed(b":method: POST\nsvix-id: msg_1\nsvix-id: msg_2\n\n\nx");
        assert_eq!(plain.headers.get_all("svix-id").iter().count(), 2);
        assert_eq!(plain.body, b"\nx");
    }

    #[test]
    fn a_head_has_an_end() {
        let many = "a: b\n".repeat(40_000);
        let long = format!("svix-signature: {}\n\n{{}}", "v1,AAAA ".repeat(20_000));
        for saved in [many, long] {
            let error = Delivery::parse(saved.as_bytes(), "it").unwrap_err();
            assert!(matches!(error, DeliveryError::LongHead), "{error}");
        }
    }

    #[test]
    fn a_body_is_as_long_as_its_header_says() {
        let whole = parsed(b"content-length: 2\n\n{}\n");
        assert_eq!(whole.body, b"{}");
        let error = |saved: &[u8]| Delivery::parse(saved, "it").unwrap_err().with_reason();
        assert_eq!(
            error(b"content-length: 20\n\n{}\n"),
            "the saved body is cut off: content-length announces 20 bytes, and 3 are there"
        );
        assert!(error(b"transfer-encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n").contains("chunks"));
        assert_eq!(error(b"svix-id: msg_1\n"), "the saved request has no body");
        assert_eq!(
            error(b"\n{\"type\": 1}\n\n"),
            "it is only a body, with no headers before it"
        );
        assert_eq!(error(b""), "the saved request has no body");
        assert_eq!(
            error(b"svix-id: 1\nnonsense\n\n{}"),
            "line 2 of the headers cannot be read"
        );
        assert_eq!(
            error(b"x y: 1\n\n{}"),
            "line 1 of the headers cannot be read"
        );
    }
}
