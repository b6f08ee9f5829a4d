//! Seeds: what an instance begins with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_rs_cli::emulator::seed::Seed;
use clerk_rs_cli::emulator::{Options, State, mint};
use serde_json::{Value, json};

use super::world::{Answer, PUBLISHABLE, SECRET, World, options};

const SAMPLE: &str = include_str!("../../../docs/seed.toml");

async fn sow(world: &World, text: &str) -> Answer {
    let length = text.len();
    let head = "POST /__emulator/seed HTTP/1.1\r\nHost: localhost\r\nConnection: close";
    let request = format!("{head}\r\nContent-Length: {length}\r\n\r\n{text}");
    world.raw(&request).await
}

async fn of(world: &World, path: &str) -> Value {
    world.server("GET", path).await.json()
}

async fn export(world: &World) -> String {
    world.send("GET", "/__emulator/export", "", &[]).await.body
}

#[tokio::test]
async fn the_sample_makes_all_that_it_names_and_the_backend_api_shows_it() {
    let world = World::new().await;
    let sown = sow(&world, SAMPLE).await.json();
    let made = json!({
        "settings": 2, "permissions": 1, "roles": 2, "role_sets": 1, "organization_settings": 1, "allowlist": 1,
        "blocklist": 1, "jwt_templates": 1, "invitations": 1, "users": 2, "organizations": 1,
        "members": 1, "organization_invitations": 1, "domains": 1, "machines": 2,
        "oauth_applications": 1,
    });
    assert_eq!(sown, json!({ "made": made, "there": 0 }));
    let ada = of(&world, "/v1/users/user_ada").await;
    assert_eq!(
        ada["email_addresses"][0]["email_address"],
        "ada@example.com"
    );
    assert_eq!(
        ada["phone_numbers"][0]["verification"]["status"],
        "verified"
    );
    assert_eq!(ada["public_metadata"], json!({ "plan": "pro" }));
    let right = json!({ "password": "correct horse battery" }).to_string();
    let checked = world.server_sends("POST", "/v1/users/user_ada/verify_password", &right);
    assert_eq!(checked.await.status, 200);
    let members = of(&world, "/v1/organizations/org_acme/memberships").await;
    let roles = members["data"].as_array().unwrap().iter().map(|member| {
        let address = member["public_user_data"]["identifier"].as_str().unwrap();
        (
            address.to_owned(),
            member["role"].as_str().unwrap().to_owned(),
        )
    });
    let mut roles: Vec<_> = roles.collect();
    roles.sort();
    let is = |address: &str, role: &str| (address.to_owned(), role.to_owned());
    assert_eq!(
        roles,
        [
            is("ada@example.com", "org:admin"),
            is("grace@example.com", "org:accountant")
        ]
    );
    let acme = of(&world, "/v1/organizations/org_acme").await;
    assert_eq!(acme["role_set_key"], "role_set:small");
    let set = of(&world, "/v1/role_sets/role_set:small").await;
    assert_eq!(set["name"], "Small teams");
    assert_eq!(set["default_role"]["key"], "org:accountant");
    let invited = of(&world, "/v1/organizations/org_acme/invitations").await;
    assert_eq!(invited["data"][0]["email_address"], "alan@example.com");
    let domains = of(&world, "/v1/organizations/org_acme/domains").await;
    assert_eq!(domains["data"][0]["verification"]["status"], "verified");
    let key = of(&world, "/v1/machines/mch_worker/secret_key").await;
    assert_eq!(key["secret"], "ak_worker_0123456789");
    let application = of(&world, "/v1/oauth_applications/oa_reports").await;
    assert_eq!(application["client_id"], "reports-client");
    let templates = of(&world, "/v1/jwt_templates").await;
    assert_eq!(templates[0]["name"], "backend");
    let settings = world
        .send("GET", "/__emulator/settings", "", &[])
        .await
        .json();
    assert_eq!(settings["sign_up_mode"], "restricted");
    assert_eq!(settings["restrictions"]["allowlist"], true);
}

#[tokio::test]
async fn a_second_time_changes_nothing_and_brings_nothing_back() {
    let world = World::new().await;
    assert_eq!(sow(&world, SAMPLE).await.status, 200);
    let renamed = json!({ "first_name": "Augusta" }).to_string();
    world
        .server_sends("PATCH", "/v1/users/user_ada", &renamed)
        .await;
    let grace = of(&world, "/v1/users?email_address=grace@example.com").await;
    let grace = format!("/v1/users/{}", grace[0]["id"].as_str().unwrap());
    assert_eq!(world.server("DELETE", &grace).await.status, 200);
    let before = export(&world).await;
    let again = sow(&world, SAMPLE).await.json();
    assert_eq!(again, json!({ "made": {}, "there": 20 }));
    assert_eq!(export(&world).await, before);
    // What is new in the file is made, and only that.
    let more =
        "[[users]]\nid = \"user_ada\"\nfirst_name = \"Else\"\n[[users]]\nusername = \"edsger\"\n";
    let sown = sow(&world, more).await.json();
    assert_eq!(sown, json!({ "made": { "users": 1 }, "there": 1 }));
    assert_eq!(
        of(&world, "/v1/users/user_ada").await["first_name"],
        "Augusta"
    );
    world.send("POST", "/__emulator/reset", "", &[]).await;
    let anew = sow(&world, SAMPLE).await.json();
    assert_eq!(anew["there"], 0);
}

/// The permissions of a role that was there went nowhere, and the file said that they were given.
#[tokio::test]
async fn a_role_that_is_there_gets_the_permissions_besides() {
    let world = World::new().await;
    assert_eq!(sow(&world, SAMPLE).await.status, 200);
    let roles = of(&world, "/v1/organization_roles").await;
    let roles = roles["data"].as_array().unwrap();
    let admin = roles.iter().find(|role| role["key"] == "org:admin");
    let admin = admin.unwrap();
    assert_eq!(admin["name"], "Admin");
    let permissions = admin["permissions"].as_array().unwrap().iter();
    let keys: Vec<_> = permissions.map(|it| it["key"].as_str().unwrap()).collect();
    for key in ["org:invoices:manage", "org:sys_memberships:manage"] {
        assert!(keys.contains(&key), "{keys:?}");
    }
}

#[tokio::test]
async fn two_machines_make_the_same_ids_of_one_seed() {
    let (one, other) = (World::new().await, World::new().await);
    let text = "[[users]]\nemail_addresses = [\"a@example.com\"]\n[[organizations]]\nname = \"A\"\n\
                created_by = \"a@example.com\"\n[[machines]]\nname = \"m\"\n";
    for world in [&one, &other] {
        assert_eq!(sow(world, text).await.json()["made"]["users"], 1);
    }
    for path in ["/v1/users", "/v1/organizations", "/v1/machines"] {
        let (here, there) = (of(&one, path).await, of(&other, path).await);
        let ids = |list: &Value| {
            let list = list.get("data").unwrap_or(list).clone();
            let contact = list[0]["email_addresses"][0]["id"].clone();
            (list[0]["id"].as_str().unwrap().to_owned(), contact)
        };
        assert_eq!(ids(&here), ids(&there), "{path}");
    }
    // Chance is chance again afterwards.
    assert_ne!(one.browser().await, other.browser().await);
}

#[tokio::test]
async fn a_wrong_seed_is_refused_by_line_and_key_and_leaves_nothing() {
    let world = World::new().await;
    let before = export(&world).await;
    for (text, line, words) in [
        (
            "[[users]]\nemial = 1\n",
            2,
            "unknown field `emial`, expected one of",
        ),
        ("a = [", 1, ""),
        (
            "[[users]]\n\npassword = 3\n",
            3,
            "`password`: invalid type: integer `3`, expected a string",
        ),
        (
            "[[users]]\nusername = \"adalovelace\"\n\n[[users]]\nusername = \"grace\"\npassword = \"short\"\n",
            6,
            "users/grace: `password`: ",
        ),
        ("[[users]]\nfirst_name = \"Ada\"\n", 1, "`email_address`: "),
        (
            "[[users]]\nid = \"ada\"\nusername = \"adalovelace\"\n",
            2,
            "users/ada: `id`: is to be `user_` and up to 64 letters, digits and `_`",
        ),
        (
            "[[organizations]]\nname = \"Acme\"\n[[organizations.members]]\nuser = \"nobody\"\n",
            4,
            "members/Acme/nobody: `user`: `nobody` is not known, and nothing is yet",
        ),
        (
            "[[users]]\nusername = \"adalovelace\"\n[[organizations]]\nname = \"Acme\"\n\
             members = [\n  { user = \"adalovelace\", role = \"org:admn\" },\n]\n",
            6,
            "`role`: `org:admn` is not known; known are org:admin, org:member",
        ),
        (
            "[settings]\nsign_up_mode = \"closed\"\n",
            2,
            "sign_up_mode: unknown variant `closed`, expected one of `public`, `restricted`, `waitlist`",
        ),
        ("[settings]\nsign_up = 1\n", 2, "unknown field `sign_up`"),
        (
            "[[machines]]\nname = \"m\"\nsecret_key = \"hunter2\"\n",
            3,
            "`secret_key`: is to be `ak_` and 8 to 128 letters",
        ),
        (
            "[[roles]]\nkey = \"org:a\"\npermissions = [\"org:b:c\"]\n",
            3,
            "`permissions`: `org:b:c` is not known; known are org:sys_profile:manage",
        ),
    ] {
        let refused = sow(&world, text).await;
        refused.fails_as(422, "emulator_seed_invalid", None);
        let error = &refused.json()["errors"][0];
        let said = error["long_message"].as_str().unwrap();
        assert!(said.contains(words), "{text}\n{said}");
        assert_eq!(error["meta"]["line"], line, "{text}\n{said}");
        assert!(!said.contains("hunter2"));
        assert_eq!(export(&world).await, before, "{text}");
    }
    let long = format!("[settings]\n{} = 1\n", "x".repeat(100_000));
    assert!(sow(&world, &long).await.body.len() < 5_000);
}

#[tokio::test]
async fn an_emulator_begins_with_its_seed_and_keeps_it_with_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let start = || async {
        let state = State {
            file: folder.path().join("state.jsonl"),
            fresh: false,
        };
        let seed = Seed::parse(SAMPLE).unwrap();
        let options = Options {
            state: Some(state),
            seed: Some(seed),
            ..options()
        };
        World::with(options).await
    };
    let world = start().await;
    assert_eq!(
        world
            .sowing()
            .made
            .iter()
            .map(|(_, count)| count)
            .sum::<usize>(),
        20
    );
    assert_eq!(
        world.server("DELETE", "/v1/users/user_ada").await.status,
        200
    );
    world.stop().await;
    let world = start().await;
    assert_eq!(world.sowing().there, 20);
    assert_eq!(world.server("GET", "/v1/users/user_ada").await.status, 404);
    let grace = of(&world, "/v1/users?email_address=grace@example.com").await;
    assert_eq!(grace[0]["totp_enabled"], true);
}

#[tokio::test]
async fn the_key_of_a_seed_signs() {
    let der = mint::new_signing_key().unwrap();
    let pem = STANDARD.encode(der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    let publishable = PublishableKey::parse(PUBLISHABLE).unwrap();
    let secret = SecretKey::new(SECRET).unwrap();
    let sets = [1, 2].map(|seed| {
        let mut options =
            Options::deterministic(publishable.clone(), secret.clone(), seed).unwrap();
        options.keys = options.keys.signing_with(&pem).unwrap();
        async {
            World::as_given(options)
                .await
                .server("GET", "/v1/jwks")
                .await
                .body
        }
    });
    let [one, other] = sets;
    assert_eq!(one.await, other.await);
    assert!(options().keys.signing_with("no key").is_err());
}

/// What a project's README has people begin with.
#[tokio::test]
async fn the_seed_in_the_readme_of_projects_can_be_applied() {
    let readme = include_str!("../../../templates/base/README.md.tera");
    let from = readme.split_once("```toml\n").unwrap().1;
    let world = World::new().await;
    let sown = sow(&world, from.split_once("```").unwrap().0).await.json();
    let made = json!({ "permissions": 1, "roles": 1, "users": 1, "organizations": 1 });
    assert_eq!(sown, json!({ "made": made, "there": 0 }));
}

async fn webhooks(world: &World) -> Value {
    let told = world.send("GET", "/__emulator/webhooks", "", &[]).await;
    told.json()["webhooks"].clone()
}

#[tokio::test]
async fn a_seed_says_where_events_go_and_an_address_is_told_once() {
    let world = World::new().await;
    let url = "http://localhost:3000/webhooks/clerk";
    for _ in 0..2 {
        assert_eq!(sow(&world, SAMPLE).await.status, 200);
        let told = webhooks(&world).await;
        let told = told.as_array().unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["url"], url);
        let events = json!(["user.created", "user.updated", "user.deleted"]);
        assert_eq!(told[0]["events"], events);
    }
    // What is another in the file counts at once.
    let other = format!("[[webhooks]]\nurl = \"{url}\"\n");
    assert_eq!(sow(&world, &other).await.status, 200);
    assert_eq!(webhooks(&world).await[0]["events"], json!([]));

    let nine: String = (1..10)
        .map(|port| format!("[[webhooks]]\nurl = \"http://localhost:{port}/\"\n"))
        .collect();
    let ten = format!("{nine}[[webhooks]]\nurl = \"http://localhost:10/\"\n");
    for (text, line, words) in [
        (
            "[[webhooks]]\nurl = \"http://evil.example/\"",
            2,
            "`url`: it is not on this machine",
        ),
        (
            "[[webhooks]]\nurl = \"http://localhost:1/\"\nevents = [\"user.made\"]",
            3,
            "`user.made` is no kind of event",
        ),
        (
            "[[webhooks]]\nurl = \"http://localhost:1/\"\nsecret = \"no\"",
            3,
            "is to be `whsec_`",
        ),
        (&ten, 20, "10 addresses at most"),
    ] {
        let text = format!("{text}\n[[users]]\nusername = \"nobody\"\n");
        let refused = sow(&world, &text).await;
        assert_eq!(refused.status, 422, "{text}");
        let error = &refused.json()["errors"][0];
        assert_eq!(error["meta"]["line"], line, "{error}");
        let said = error["long_message"].as_str().unwrap();
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(webhooks(&world).await.as_array().unwrap().len(), 1);
    let nobody = of(&world, "/v1/users?username=nobody").await;
    assert_eq!(nobody, json!([]));
    assert_eq!(sow(&world, &nine).await.status, 200);
    assert_eq!(webhooks(&world).await.as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_role_set_of_a_seed_names_roles_that_are_there() {
    let world = World::new().await;
    let set = |roles: &str, creator: &str| {
        format!(
            "[[role_sets]]\nkey = \"role_set:x\"\nroles = [{roles}]\ndefault_role = \"org:member\"\n\
             creator_role = \"{creator}\"\ninitial = true\n"
        )
    };
    for (text, words) in [
        (set("\"org:x\"", "org:admin"), "`org:x` is not known"),
        (set("\"org:member\"", "org:admin"), "`creator_role_key`"),
    ] {
        let refused = sow(&world, &text).await;
        let error = &refused.json()["errors"][0]["long_message"];
        assert!(error.as_str().unwrap().contains(words), "{error}");
    }
    let both = "\"org:admin\", \"org:member\"";
    assert_eq!(sow(&world, &set(both, "org:admin")).await.status, 200);
    let sets = of(&world, "/v1/role_sets").await;
    let initial = sets["data"].as_array().unwrap().iter();
    let mut initial = initial.filter(|set| set["type"] == "initial");
    assert_eq!(initial.next().unwrap()["key"], "role_set:x");
    assert!(initial.next().is_none());
}
