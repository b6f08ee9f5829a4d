//! Where Clerk is asked, in frameworks whose threads have runtimes of their own.

use std::future::pending;
use std::panic::resume_unwind;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// The runtime of the server. That of a worker ends with the worker, as soon as it has no connections left, and takes along
/// the connections to Clerk that were opened on it, which other workers use as well.
#[derive(Clone, Debug)]
pub(crate) struct Home(pub Handle);

/// Runs there what talks to Clerk; right here in an app with another server.
pub(crate) async fn at_home<T: Send + 'static>(
    home: Option<Home>,
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    let Some(Home(handle)) = home else {
        return work.await;
    };
    let mut task = Task(handle.spawn(work));
    match (&mut task.0).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The server has ended.
            Err(_) => pending().await,
        },
    }
}

/// Ends with the request that waits for it.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
