//! The only way out: HTTP requests to Clerk go through [`Fetch`], so that tests answer them from a table
//! and an app may bring its own client.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

/// A future that can be stored behind a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and reads the whole answer.
///
/// Implementations follow no redirects (requests carry the secret key), bound the size of the answer, and do not
/// retry; limits in time are set by the callers.
pub trait Fetch: Send + Sync {
    /// Sends `request`; its URI is absolute.
    ///
    /// # Errors
    /// [`FetchError`] when no complete answer came. An answer with any status is not an error here.
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>>;
}

/// No complete answer came. What a person should know of the cause is in the text; it never holds a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address could not be resolved, reached or spoken to.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The limit in time passed first.
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
