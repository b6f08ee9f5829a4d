//! A `Fetch` that answers from a script and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use http::{Request, Response};
use serde_json::Value;

/// One answer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status and a JSON body.
    Json(u16, Value),
    /// A status and a body that need not be JSON.
    Text(u16, String),
    /// The same as another, with one header more.
    Header(Box<Reply>, &'static str, String),
    /// The same as another, after a while on Tokio's clock.
    Late(Duration, Box<Reply>),
    /// No answer, at once.
    Fails(FetchError),
    /// No answer, ever.
    Hangs,
    /// A defect in the client.
    Panics,
}

type Script = dyn Fn(&Request<Bytes>, usize) -> Reply + Send + Sync;

/// Answers by a function of the request and the number of requests before it.
#[derive(Clone)]
pub struct Scripted {
    script: Arc<Script>,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Scripted {
    pub fn new(script: impl Fn(&Request<Bytes>, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            script: Arc::new(script),
            asked: Arc::default(),
        }
    }

    /// Answers always the same.
    pub fn always(reply: Reply) -> Self {
        Self::new(move |_, _| reply.clone())
    }

    /// The `backend_api` of a recorded case; whatever is not in the table fails on the network.
    pub fn recorded(table: &Value) -> Self {
        let table = table.as_array().cloned().unwrap_or_default();
        Self::new(move |request, _| {
            let entry = table.iter().find(|entry| {
                entry["method"] == request.method().as_str()
                    && entry["path"] == request.uri().path()
            });
            match entry {
                Some(entry) if entry["network_error"] != true => {
                    let status = u16::try_from(entry["status"].as_u64().unwrap()).unwrap();
                    Reply::Json(status, entry["body"].clone())
                }
                _ => Reply::Fails(FetchError::Connect("scripted".to_owned())),
            }
        })
    }

    pub fn fetch(&self) -> Arc<dyn Fetch> {
        Arc::new(self.clone())
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The requests that came.
    pub fn asked(&self) -> Vec<Request<Bytes>> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Scripted {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        let reply = {
            let mut asked = self.asked.lock().unwrap();
            let reply = (self.script)(&request, asked.len());
            asked.push(request);
            reply
        };
        Box::pin(answer(reply))
    }
}

fn answer(reply: Reply) -> BoxFuture<'static, Result<Response<Bytes>, FetchError>> {
    Box::pin(async move {
        match reply {
            Reply::Json(status, body) => Ok(response(status, body.to_string())),
            Reply::Text(status, body) => Ok(response(status, body)),
            Reply::Header(inner, name, value) => {
                let mut response = answer(*inner).await?;
                response
                    .headers_mut()
                    .insert(name, value.parse().expect("a header value"));
                Ok(response)
            }
            Reply::Late(wait, inner) => {
                tokio::time::sleep(wait).await;
                answer(*inner).await
            }
            Reply::Fails(error) => Err(error),
            Reply::Hangs => std::future::pending().await,
            Reply::Panics => panic!("the scripted client has a defect"),
        }
    })
}

fn response(status: u16, body: String) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from(body))
        .expect("a response")
}
