//! A Backend API that answers from a table, and the requests it was asked.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use http::{Request, Response};
use serde_json::Value;

/// Answers by method and path; whatever is not in the table fails on the network.
#[derive(Default)]
pub struct Scripted {
    answers: HashMap<String, (u16, String)>,
    asked: Mutex<Vec<Request<Bytes>>>,
}

impl Scripted {
    /// The `backend_api` of a recorded case.
    pub fn recorded(table: &Value) -> Self {
        let mut scripted = Self::default();
        for entry in table.as_array().into_iter().flatten() {
            if entry["network_error"] != true {
                scripted = scripted.answer(
                    entry["method"].as_str().unwrap(),
                    entry["path"].as_str().unwrap(),
                    u16::try_from(entry["status"].as_u64().unwrap()).unwrap(),
                    &entry["body"],
                );
            }
        }
        scripted
    }

    /// One more line of the table.
    pub fn answer(mut self, method: &str, path: &str, status: u16, body: &Value) -> Self {
        self.answers
            .insert(format!("{method} {path}"), (status, body.to_string()));
        self
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Request<Bytes>> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Scripted {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        let key = format!("{} {}", request.method(), request.uri().path());
        self.asked.lock().unwrap().push(request);
        Box::pin(async move {
            let Some((status, body)) = self.answers.get(&key) else {
                return Err(FetchError::Connect("scripted".to_owned()));
            };
            let answer = Response::builder()
                .status(*status)
                .header("content-type", "application/json")
                .body(Bytes::from(body.clone()));
            Ok(answer.unwrap())
        })
    }
}
