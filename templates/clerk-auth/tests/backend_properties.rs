//! Whatever a caller puts into a path and whatever comes back, the Backend API client keeps its place and its feet.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::backend::{BackendClient, BackendError};
use clerk_auth::keys::SecretKey;
use proptest::prelude::*;
use serde_json::json;
use support::scripted::{Reply, Scripted};

fn client(scripted: &Scripted) -> BackendClient {
    let secret = SecretKey::new("sk_live_thisIsOurOwnSecretKey").unwrap();
    BackendClient::new(
        scripted.fetch(),
        "https://api.clerk.com",
        "v1",
        Some(secret),
    )
}

proptest! {
    #[test]
    fn any_piece_is_refused_or_stays_one_piece(piece in any::<String>()) {
        let scripted = Scripted::always(Reply::Json(200, json!({"id": "x"})));
        let client = client(&scripted);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answer = runtime.block_on(client.get_user(&piece));
        match answer {
            Ok(_) => {
                let asked = scripted.asked();
                prop_assert_eq!(asked[0].uri().host(), Some("api.clerk.com"));
                prop_assert_eq!(asked[0].uri().query(), None);
                let below = asked[0].uri().path().strip_prefix("/v1/users/").unwrap();
                prop_assert!(!below.is_empty() && !below.contains('/') && below != "..");
            }
            Err(error) => {
                prop_assert!(matches!(error, BackendError::NotSent(_)));
                prop_assert_eq!(scripted.count(), 0);
            }
        }
    }

    #[test]
    fn no_answer_panics(status in 100_u16..=999, body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&body).into_owned();
        let scripted = Scripted::always(Reply::Text(status, text));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        if let Err(error) = runtime.block_on(client(&scripted).get_user("u")) {
            let _ = format!("{error} {error:?}");
        }
    }
}
