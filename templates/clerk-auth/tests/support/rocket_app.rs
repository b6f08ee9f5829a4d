//! A Rocket app as a test sees it, without a socket.

use clerk_auth::Kit;
use clerk_auth::rocket::ClerkFairing;
use http::{HeaderMap, HeaderName, HeaderValue};
use rocket::http::{Header, Method};
use rocket::local::asynchronous::Client;
use rocket::{Build, Rocket};

pub use super::app::*;

/// An app behind the fairing.
pub async fn behind(rocket: Rocket<Build>, kit: &Kit) -> Client {
    let rocket = rocket.attach(ClerkFairing::new(kit));
    Client::untracked(rocket).await.unwrap()
}

impl App for Client {
    async fn answer(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, target) = line.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let mut request = self.req(method, target.to_owned()).body(body);
        for (name, value) in headers {
            request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
        }
        let response = request.dispatch().await;
        let status = response.status().code;
        let mut headers = HeaderMap::new();
        for header in response.headers().iter() {
            let name: HeaderName = header.name.as_str().parse().unwrap();
            headers.append(name, HeaderValue::from_str(&header.value).unwrap());
        }
        let body = response.into_string().await.unwrap_or_default();
        Answer {
            status,
            headers,
            body,
        }
    }
}
