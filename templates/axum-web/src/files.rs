//! Serves the files under `/assets`: a route for each one that exists, and none for anything else.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::app::App;
use crate::assets::{ASSETS, Asset};

/// All files.
pub fn routes() -> Router<App> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(
            asset.path,
            get(move |headers: HeaderMap| async move { send(asset, &headers) }),
        )
    })
}

fn send(asset: &'static Asset, request: &HeaderMap) -> Response {
    let etag = asset.etag();
    let headers = [
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_TYPE, asset.content_type),
        (ETAG, etag.as_str()),
    ];
    if request
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known == etag.as_str())
    {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, asset.body).into_response()
}
