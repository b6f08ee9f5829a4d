//! Somebody at a browser, signed in.

use serde_json::Value;

use super::world::{Answer, World};

pub struct Person<'a> {
    pub world: &'a World,
    pub browser: String,
    pub session: String,
    pub id: String,
}

impl<'a> Person<'a> {
    /// Signs up with an address that needs no outbox.
    pub async fn new(world: &'a World, name: &str) -> Self {
        let browser = world.browser().await;
        let address = format!("{name}+clerk_test@example.com");
        let done = world.sign_up(&browser, &address).await;
        let text = |name: &str| done["response"][name].as_str().unwrap().to_owned();
        Self {
            world,
            session: text("created_session_id"),
            id: text("created_user_id"),
            browser,
        }
    }

    pub async fn asks(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let join = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{join}_clerk_session_id={}", self.session);
        self.world.page(method, &path, &self.browser, form).await
    }

    /// The `response` of a call that must succeed.
    pub async fn gets(&self, method: &str, path: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.asks(method, path, form).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        answer.json()["response"].clone()
    }

    /// An organization of this person's.
    pub async fn makes(&self, name: &str) -> String {
        let made = self
            .gets("POST", "/v1/organizations", &[("name", name)])
            .await;
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn works_in(&self, organization: &str) -> Value {
        let path = format!("/v1/client/sessions/{}/touch", self.session);
        let fields = [
            ("active_organization_id", organization),
            ("intent", "select_org"),
        ];
        self.gets("POST", &path, &fields).await
    }

    /// The ids of the organizations in what pages know of the user.
    pub async fn organizations(&self) -> Vec<String> {
        let client = self.asks("GET", "/v1/client", &[]).await.json();
        let user = &client["response"]["sessions"][0]["user"];
        let all = user["organization_memberships"].as_array().unwrap();
        let ids = all.iter().map(|known| known["organization"]["id"].as_str());
        ids.map(|id| id.unwrap().to_owned()).collect()
    }
}
