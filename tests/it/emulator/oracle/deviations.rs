//! Where Clerk's own libraries want something else than Clerk's descriptions say, or something that these leave out.
//! A row is a schema of its own, so the emulator is held to what the library wants instead. A row that no longer says
//! anything new fails its test.

use serde_json::{Value, json};

use super::Face;

pub struct Deviation {
    pub face: Face,
    /// Pointer to a schema of the description, or to the place where it should have one.
    pub at: &'static str,
    /// What is right there as well, as OpenAPI would say it.
    pub also: &'static str,
    /// An example of it.
    pub example: &'static str,
    /// What happens otherwise.
    pub reason: &'static str,
    /// The package in which this was seen, and its version; or the standard that the description names.
    pub seen_in: &'static str,
}

const CODE_NOT_SENT: &str = r#"{
    "type": "object",
    "properties": {
        "next_action": { "type": "string", "enum": ["needs_prepare"] },
        "supported_strategies": { "type": "array", "items": { "type": "string" } }
    },
    "required": ["next_action", "supported_strategies"],
    "additionalProperties": false
}"#;

const LIST_WITH_LENGTH: &str = r#"{
    "type": "object",
    "properties": { "data": { "type": "array", "items": { "type": "object" } }, "total_count": { "type": "integer" } },
    "required": ["data", "total_count"],
    "additionalProperties": false
}"#;

pub const DEVIATIONS: &[Deviation] = &[
    Deviation {
        face: Face::Frontend,
        at: "/components/schemas/Client.SessionBase/properties/status",
        also: r#"{ "type": "string", "enum": ["pending"] }"#,
        example: r#""pending""#,
        reason: "the status of a session with tasks is described in the other of two schemas of the same object only",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/components/schemas/Client.SignUp.Verifications/properties/email_address",
        also: CODE_NOT_SENT,
        example: r#"{ "next_action": "needs_prepare", "supported_strategies": ["email_code"] }"#,
        reason: "with a status and a strategy the component takes a code for sent, and never asks for one",
        seen_in: "@clerk/ui 1.36.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/components/schemas/Client.SignUp.Verifications/properties/phone_number",
        also: CODE_NOT_SENT,
        example: r#"{ "next_action": "needs_prepare", "supported_strategies": ["phone_code"] }"#,
        reason: "the same for the number: the component asks for its code by the same rule",
        seen_in: "@clerk/ui 1.36.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/components/schemas/Client.OrganizationSettings/properties/force_organization_selection",
        also: r#"{ "type": "boolean" }"#,
        example: "true",
        reason: "without it nobody can be made to choose an organization",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/paths/~1v1~1dev_browser/post/responses/200/content/application~1json/schema",
        also: r#"{
            "type": "object",
            "properties": { "object": { "type": "string", "enum": ["dev_browser"] }, "id": { "type": "string" } },
            "required": ["id"]
        }"#,
        example: r#"{ "object": "dev_browser", "id": "dvb_1" }"#,
        reason: "the description gives this answer no body, and the library reads the name of the browser in it",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/paths/~1oauth~1authorize/get/responses/200/content/text~1html/schema",
        also: r#"{ "type": "string" }"#,
        example: r#""<form>""#,
        reason: "the description gives this answer to form_post no body, and what is posted is a form in one",
        seen_in: "OAuth 2.0 Form Post Response Mode",
    },
    Deviation {
        face: Face::Frontend,
        at: "/paths/~1v1~1dev_tools~1enable_environment_setting/patch/responses/200/content/application~1json/schema",
        also: r#"{
            "type": "object",
            "properties": { "organization_settings": { "type": "object" } },
            "required": ["auth_config", "display_config", "user_settings", "organization_settings"]
        }"#,
        example: r#"{
            "auth_config": {}, "display_config": {}, "user_settings": {}, "organization_settings": {}
        }"#,
        reason: "the description names the path and says nothing of it; the library takes the answer for the environment",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
    Deviation {
        face: Face::Frontend,
        at: "/components/schemas/Client.ClientWrappedDeletedObject/properties/response",
        also: r##"{ "$ref": "#/components/schemas/Client.Organization" }"##,
        example: r#"{
            "id": "org_1", "object": "organization", "name": "A", "slug": "a", "has_image": false,
            "max_allowed_memberships": 5, "admin_delete_enabled": true, "public_metadata": {}, "created_at": 1,
            "updated_at": 1
        }"#,
        reason: "the library takes the answer to a logo's deletion for the organization, which is then shown without its name",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/paths/~1api_keys/post/responses/201/content/application~1json/schema",
        also: r#"{
            "type": "object",
            "properties": { "object": { "enum": ["api_key"] }, "secret": { "type": "string" } },
            "required": [
                "object", "id", "type", "subject", "name", "claims", "scopes", "created_by", "secret", "revoked",
                "revocation_reason", "expired", "expiration", "last_used_at", "created_at", "updated_at"
            ]
        }"#,
        example: r#"{
            "object": "api_key", "id": "ak_1", "type": "api_key", "subject": "user_1", "name": "nightly", "claims": null,
            "scopes": [], "created_by": null, "secret": "ak_2", "revoked": false, "revocation_reason": null,
            "expired": false, "expiration": null, "last_used_at": null, "created_at": 1, "updated_at": 1
        }"#,
        reason: "the package takes nothing but 201 for a key that was made; the description says 200",
        seen_in: "clerk-backend-api 7.0.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/paths/~1clients~1handshake_payload/get/responses/200/content/application~1json/schema",
        also: r#"{
            "type": "object",
            "properties": { "directives": { "type": "array", "items": { "type": "string" } } },
            "required": ["directives"],
            "additionalProperties": false
        }"#,
        example: r#"{ "directives": ["__session=a; Path=/"] }"#,
        reason: "the description names the path and says nothing of it",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/AllowlistIdentifier.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/RedirectURL.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/JWTTemplate.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/Session.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/Client.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Backend,
        at: "/components/responses/Invitation.List/content/application~1json/schema",
        also: LIST_WITH_LENGTH,
        example: r#"{ "data": [], "total_count": 0 }"#,
        reason: "`paginated=true` is described and its answer is not; the kit reads data and total_count",
        seen_in: "@clerk/backend 3.25.0",
    },
    Deviation {
        face: Face::Webhooks,
        at: "/components/schemas/Session/properties/status",
        also: r#"{ "type": "string", "enum": ["pending"] }"#,
        example: r#""pending""#,
        reason: "the description's own example of session.pending has this status, as pages get it; its schema lacks it",
        seen_in: "@clerk/clerk-js 6.40.0",
    },
];

impl Deviation {
    /// Adds the row to a description, making what leads there.
    pub fn put_into(&self, openapi: &mut Value) {
        let also: Value = serde_json::from_str(self.also).unwrap();
        let mut place = openapi;
        for name in self.at.split('/').skip(1) {
            let name = name.replace("~1", "/").replace("~0", "~");
            if place.is_null() {
                *place = json!({});
            }
            place = place
                .as_object_mut()
                .unwrap()
                .entry(name)
                .or_insert(Value::Null);
        }
        *place = if place.is_null() {
            also
        } else {
            json!({ "anyOf": [place, also] })
        };
    }
}
