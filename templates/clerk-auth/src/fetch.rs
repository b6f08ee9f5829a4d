//! The only way out: HTTP requests to Clerk go through [`Fetch`], so that tests answer them from a table
//! and an app may bring its own client.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// A future that can be stored behind a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and reads the whole answer.
///
/// Implementations must not follow redirects, because requests carry the secret key. They bound the size of the
/// answer and try once; callers set time limits and try again.
pub trait Fetch: Send + Sync {
    /// Sends `request`; its URI is absolute.
    ///
    /// # Errors
    /// [`FetchError`] when no complete answer came. An answer is no error, whatever its status.
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>>;
}

/// No complete answer came. The text names the cause as far as a person needs it, and never holds a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The host could not be resolved or reached, or TLS failed.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The time limit passed first.
    #[error("no answer in time")]
    TimedOut,
    /// The answer was larger than the limit.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke, or the answer was not HTTP.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// No usable certificate store was found on this machine.
    #[error("no CA certificates were found on this system (install ca-certificates)")]
    NoCertificates,
}
