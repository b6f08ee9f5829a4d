//! To providers and back, and the accounts that users have with them (`frontend-api-2.md` sections 3.1 and 6).

use axum::response::IntoResponse as _;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use url::{Url, form_urlencoded};

use super::handshake::{redirect, set_parameter};
use crate::emulator::app::App;
use crate::emulator::instance::external_account::ExternalAccount;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::instance::social::referral::ReferralRequest;
use crate::emulator::instance::social::returned::ProviderAnswer;
use crate::emulator::instance::{AccessRefusal, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::external_account;

const MAX_SCOPES: usize = 20;
/// In bytes.
const MAX_SCOPE: usize = 256;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/oauth_callback", come_back)
        .post("/v1/oauth_callback", come_back_by_form)
        .post("/v1/me/external_accounts", connect)
        .delete("/v1/me/external_accounts/{external_account_id}", disconnect)
        .patch(
            "/v1/me/external_accounts/{external_account_id}/reauthorize",
            reauthorize,
        )
        .delete(
            "/v1/me/external_accounts/{external_account_id}/tokens",
            revoke_tokens,
        )
}

/// The provider of a call's strategy, if it is one of those.
pub(super) fn provider(call: &Call) -> Result<Option<Provider>, Refusal> {
    match call.form.get("strategy") {
        Some(strategy) if strategy.starts_with("oauth_") => {
            let provider = Provider::of_strategy(strategy);
            provider.map(Some).ok_or(Refusal::ParamValue("strategy"))
        }
        _ => Ok(None),
    }
}

/// What a page asks of a provider.
pub(super) fn request(
    app: &App,
    call: &Call,
    provider: Provider,
) -> Result<ReferralRequest, Fault> {
    let redirect_url = call.form.required("redirect_url")?;
    let complete_url = call.form.get("action_complete_redirect_url");
    for url in [Some(redirect_url), complete_url].into_iter().flatten() {
        let parsed = Url::parse(url).map_err(|_| Fault::RedirectUrlInvalid)?;
        if !app.origins.allow(&parsed) && !is_of_native_app(app, call, url) {
            return Err(Fault::RedirectUrlInvalid);
        }
    }
    let scopes: Vec<_> = call.form.all("additional_scope").collect();
    if scopes.len() > MAX_SCOPES || scopes.iter().any(|scope| scope.len() > MAX_SCOPE) {
        return Err(Refusal::ParamValue("additional_scope").into());
    }
    Ok(ReferralRequest {
        provider,
        page: format!("{}/__emulator/provider", call.base),
        redirect_url: redirect_url.to_owned(),
        complete_url: complete_url.map(str::to_owned),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
    })
}

/// Apps outside a browser are sent back to addresses of their own schemes, which a server names before.
fn is_of_native_app(app: &App, call: &Call, url: &str) -> bool {
    let instance = app.instance();
    let mut known = instance.redirect_urls();
    call.is_native() && known.any(|one| one.url == url)
}

fn come_back(app: &Shared, call: Call) -> Answer {
    let browser = call.dev_browser();
    let state = call.query.required("state")?;
    let answer = match (call.query.get("code"), call.query.get("error")) {
        (Some(code), None) => ProviderAnswer::Code(code),
        (None, Some(_)) => ProviderAnswer::Denied,
        _ => return Err(Refusal::ParamMissing("code").into()),
    };
    let now = app.now();
    let target = app
        .instance()
        .return_from_provider(browser, state, answer, now)
        .map_err(|refusal| match refusal {
            Refusal::NotFound | Refusal::DevBrowserUnauthenticated => {
                AccessRefusal::CallbackInvalid.into()
            }
            other => other,
        })?;
    let mut target = Url::parse(&target).map_err(|_| Fault::RedirectUrlInvalid)?;
    set_parameter(&mut target, "__clerk_db_jwt", browser);
    Ok(redirect(StatusCode::SEE_OTHER, &target))
}

/// Some providers post; the browser asks again, so that a reload posts nothing.
fn come_back_by_form(_: &Shared, call: Call) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["code", "scope", "state", "error"] {
        if let Some(value) = call.form.get(name) {
            query.append_pair(name, value);
        }
    }
    query.append_pair("__clerk_db_jwt", call.dev_browser());
    let location = format!("oauth_callback?{}", query.finish());
    let headers = [(LOCATION, location.as_str()), (CACHE_CONTROL, "no-store")];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn connect(app: &Shared, call: Call) -> Answer {
    let provider = provider(&call)?.ok_or(Refusal::ParamMissing("strategy"))?;
    let request = request(app, &call, provider)?;
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let account = turn
        .instance
        .connect_account(call.dev_browser(), &user_id, request, now)?;
    answer(&turn, &account)
}

fn reauthorize(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let provider = provider_of(&Turn::new(app, &call), &id)?;
    let request = request(app, &call, provider)?;
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let account =
        turn.instance
            .reauthorize_account(call.dev_browser(), &user_id, &id, request, now)?;
    answer(&turn, &account)
}

fn provider_of(turn: &Turn<'_>, id: &str) -> Result<Provider, Fault> {
    let user_id = turn.acting_user()?;
    let user = turn.instance.user(&user_id).ok_or(Refusal::SignedOut)?;
    let mut accounts = user.external_accounts.iter();
    let account = accounts.find(|account| account.id == id);
    let account = account.ok_or(Refusal::NotFound)?;
    Ok(Provider::named(&account.provider).ok_or(Refusal::NotFound)?)
}

fn answer(turn: &Turn<'_>, account: &ExternalAccount) -> Answer {
    turn.wrapped(&external_account(account, turn.now))
}

fn disconnect(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    turn.instance.remove_external_account(&user_id, &id, now)?;
    turn.wrapped(&deleted("external_account", &id))
}

fn revoke_tokens(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    turn.instance.revoke_account_tokens(&user_id, &id, now)?;
    turn.user_answer(&user_id)
}
