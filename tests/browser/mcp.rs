
// What follows is added for tests/browser/mcp.test.mjs: as much of an MCP server as a client needs to call one tool.

/// Only other applications, in the name of users who let them in.
struct OfApplications;

impl CallerRule for OfApplications {
    fn tokens() -> Tokens {
        Tokens::of(&[clerk_auth::token_type::TokenType::OAuth])
    }
}

async fn mcp(caller: Caller<OfApplications>, body: String) -> Reply {
    use axum::http::StatusCode;
    use serde_json::{Value, json};
    let asked: Value = serde_json::from_str(&body).unwrap_or_default();
    let result = match asked["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": asked["params"]["protocolVersion"],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "shop", "version": "1" },
        }),
        Some("tools/call") => {
            let who = json!({ "userId": caller.user_id(), "scopes": caller.scopes() });
            json!({ "content": [{ "type": "text", "text": who.to_string() }] })
        }
        _ => return Reply::empty(StatusCode::ACCEPTED),
    };
    let answer = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
    Reply::json(StatusCode::OK, answer.to_string())
}
