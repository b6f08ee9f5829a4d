//! A real Clerk instance: the only test that leaves this machine, and only if asked to.
//! `docs/live-tests.md` says how; `tests/run` names the built app.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use bytes::Bytes;
use clerk_auth::PublishableKey;
use clerk_auth::fetch::Fetch as _;
use clerk_rs_cli::backend::Network;
use serde_json::Value;

use crate::behaviour::{App, Request, send, setting};

const API: &str = "https://api.clerk.com/v1/jwks";

#[test]
#[ignore = "needs keys of a Clerk instance, see docs/live-tests.md"]
fn a_real_instance_knows_its_keys_and_serves_the_scripts_that_pages_name() {
    let publishable = setting("CLERK_PUBLISHABLE_KEY");
    let secret = setting("CLERK_SECRET_KEY");
    let key = PublishableKey::parse(&publishable).unwrap();
    assert!(
        key.is_development(),
        "use the keys of a development instance"
    );
    let host = key.frontend_api_host();

    let public = key_ids(&get(&format!("https://{host}/.well-known/jwks.json"), None));
    let private = key_ids(&get(API, Some(&secret)));
    assert!(!public.is_empty(), "the instance has no public keys");
    assert_eq!(
        public, private,
        "the two keys belong to different instances"
    );

    let env = BTreeMap::from([
        ("CLERK_PUBLISHABLE_KEY".to_owned(), publishable),
        ("CLERK_SECRET_KEY".to_owned(), secret),
    ]);
    let app = App::start(
        setting("BEHAVIOUR_APP").as_ref(),
        setting("BEHAVIOUR_FOLDER").as_ref(),
        &env,
    )
    .unwrap();
    let ask = |target: &str| {
        let headers = vec![
            ("host".to_owned(), app.address.clone()),
            ("accept".to_owned(), "*/*".to_owned()),
        ];
        send(
            &app.address,
            &Request {
                method: "GET".to_owned(),
                target: target.to_owned(),
                headers,
                body: String::new(),
                ..Request::default()
            },
        )
        .unwrap()
    };
    let ready = ask("/readyz");
    assert_eq!(ready.status, 200, "{}", ready.summary());
    let home = ask("/");
    assert_eq!(home.status, 200, "{}", home.summary());
    let scripts: Vec<_> = sources(&home.body)
        .filter(|source| source.starts_with(&format!("https://{host}/npm/")))
        .collect();
    assert_eq!(scripts.len(), 2, "{scripts:?} of {host} in\n{}", home.body);
    for script in scripts {
        let body = get(script, None);
        assert!(
            body.len() > 10_000,
            "{script} is no script: {} bytes",
            body.len()
        );
    }
    app.stop().unwrap();
}

/// Follows the redirects that Clerk answers version ranges with; no credential is ever sent along.
fn get(url: &str, secret: Option<&str>) -> Bytes {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = Network::new(16 * 1024 * 1024);
    let mut url = url::Url::parse(url).unwrap();
    for _ in 0..5 {
        let mut request = http::Request::get(url.as_str());
        if let Some(secret) = secret {
            request = request.header("authorization", format!("Bearer {secret}"));
        }
        let answer = runtime
            .block_on(client.fetch(request.body(Bytes::new()).unwrap()))
            .unwrap();
        match answer
            .headers()
            .get("location")
            .filter(|_| secret.is_none() && answer.status().is_redirection())
        {
            Some(location) => url = url.join(location.to_str().unwrap()).unwrap(),
            None => {
                assert_eq!(answer.status(), 200, "{url}");
                return answer.into_body();
            }
        }
    }
    panic!("{url} redirects for ever");
}

fn key_ids(key_set: &Bytes) -> BTreeSet<String> {
    let key_set: Value = serde_json::from_slice(key_set).unwrap();
    let keys = key_set["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

fn sources(html: &str) -> impl Iterator<Item = &str> {
    html.split("src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}
