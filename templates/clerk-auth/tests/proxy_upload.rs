//! Bodies that are handed over piece by piece, for frameworks whose own cannot travel between threads.
#![cfg(feature = "upload")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use bytes::Bytes;
use clerk_auth::proxy::{BrokenOff, upload};
use http_body::Body as _;
use http_body_util::BodyExt as _;

#[tokio::test]
async fn the_pieces_arrive_in_order_and_the_body_ends_when_it_is_whole() {
    let (sender, body) = upload(None);
    let sending = async {
        for piece in 0..20 {
            assert!(sender.send(Bytes::from(format!("{piece},"))).await);
        }
        sender.finish().await;
    };
    let (got, ()) = tokio::join!(body.collect(), sending);
    let got = String::from_utf8(got.unwrap().to_bytes().to_vec()).unwrap();
    assert!(
        got.starts_with("0,1,2,") && got.ends_with("18,19,"),
        "{got}"
    );
}

#[tokio::test]
async fn a_sender_that_goes_away_breaks_the_body_off() {
    // A client that closed its connection half-way must not pass for one that sent all of it.
    let (sender, body) = upload(Some(100));
    assert!(sender.send(Bytes::from_static(b"half")).await);
    drop(sender);
    let error = body.collect().await.unwrap_err();
    assert!(error.downcast_ref::<BrokenOff>().is_some(), "{error}");
}

#[tokio::test]
async fn a_sender_learns_that_nobody_listens_and_waits_for_a_slow_reader() {
    let (sender, body) = upload(None);
    let mut taken = 0;
    let full = tokio::time::Duration::from_millis(20);
    while tokio::time::timeout(full, sender.send(Bytes::from_static(b"x")))
        .await
        .is_ok()
    {
        taken += 1;
        assert!(taken < 100, "endless pieces would wait in memory");
    }
    drop(body);
    assert!(!sender.send(Bytes::from_static(b"x")).await);
}

#[test]
fn the_length_of_the_request_is_that_of_the_body() {
    let (_sender, body) = upload(Some(7));
    assert_eq!(body.size_hint().exact(), Some(7));
    let (_sender, empty) = upload(Some(0));
    assert!(empty.is_end_stream());
    let (_sender, unknown) = upload(None);
    assert_eq!(unknown.size_hint().exact(), None);
}
