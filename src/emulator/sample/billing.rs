//! Clerk's events about payments and subscriptions, with made-up values: the emulator has neither.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::made;
use crate::emulator::webhooks::Scene;

pub const KINDS: [&str; 15] = [
    "paymentAttempt.created",
    "paymentAttempt.updated",
    "subscription.active",
    "subscription.created",
    "subscription.pastDue",
    "subscription.updated",
    "subscriptionItem.abandoned",
    "subscriptionItem.active",
    "subscriptionItem.canceled",
    "subscriptionItem.ended",
    "subscriptionItem.freeTrialEnding",
    "subscriptionItem.incomplete",
    "subscriptionItem.pastDue",
    "subscriptionItem.upcoming",
    "subscriptionItem.updated",
];

const MONTH_MS: i64 = 30 * 24 * 60 * 60 * 1000;
const SUBSCRIPTION: &str = "csub_sample";
const PAYER: &str = "cpayer_sample";

/// The object of an event of this kind; none if it is another's.
pub fn data(kind: &str, scene: &Scene<'_>, instance_id: &str) -> Option<Value> {
    if !KINDS.contains(&kind) {
        return None;
    }
    let payer = payer(scene)?;
    let now = scene.now;
    let (of, how) = kind.split_once('.')?;
    Some(match of {
        "paymentAttempt" => payment_attempt(&payer, instance_id, how == "updated", now),
        "subscription" => subscription(&payer, how, now),
        _ => item(&payer, how, now),
    })
}

fn payer(scene: &Scene<'_>) -> Option<Value> {
    let user = scene.user(made(&scene.happened.users)?);
    let organization = made(&scene.happened.organizations)?;
    Some(json!({
        "object": "commerce_payer",
        "id": PAYER,
        "user_id": user["id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "email": user["email_addresses"][0]["email_address"],
        "organization_id": organization.id,
        "organization_name": organization.name,
        "image_url": user["image_url"],
        "created_at": scene.now.0,
        "updated_at": scene.now.0,
    }))
}

/// Clerk's word for the state that the end of a kind tells of.
fn status(how: &str) -> &str {
    match how {
        "pastDue" => "past_due",
        "created" | "updated" | "freeTrialEnding" => "active",
        other => other,
    }
}

fn plan() -> Value {
    json!({
        "id": "cplan_sample",
        "slug": "pro",
        "name": "Pro",
        "is_recurring": true,
        "amount": 2000,
        "currency": "USD",
    })
}

fn item(payer: &Value, how: &str, now: UnixMillis) -> Value {
    let begins = if how == "upcoming" {
        now.0 + MONTH_MS
    } else {
        now.0
    };
    json!({
        "object": "commerce_subscription_item",
        "id": "csub_item_sample",
        "status": status(how),
        "is_free_trial": how == "freeTrialEnding",
        "created_at": now.0,
        "updated_at": now.0,
        "period_start": begins,
        "period_end": begins + MONTH_MS,
        "interval": "month",
        "plan_id": "cplan_sample",
        "plan": plan(),
        "payer": payer,
        "subscription_id": SUBSCRIPTION,
    })
}

fn subscription(payer: &Value, how: &str, now: UnixMillis) -> Value {
    let past_due = (how == "pastDue").then_some(now.0);
    json!({
        "object": "commerce_subscription",
        "id": SUBSCRIPTION,
        "status": status(how),
        "active_at": now.0,
        "canceled_at": null,
        "created_at": now.0,
        "ended_at": null,
        "past_due_at": past_due,
        "updated_at": now.0,
        "latest_payment_id": "cpay_sample",
        "payer_id": PAYER,
        "payer": payer,
        "payment_source_id": "cps_sample",
        "items": [item(payer, how, now)],
    })
}

fn payment_attempt(payer: &Value, instance_id: &str, is_paid: bool, now: UnixMillis) -> Value {
    let amount = |cents: i64| {
        json!({
            "amount": cents,
            "amount_formatted": format!("{}.{:02}", cents / 100, cents % 100),
            "currency": "USD",
            "currency_symbol": "$",
        })
    };
    json!({
        "id": "cpay_sample",
        "instance_id": instance_id,
        "payment_id": "cpay_sample",
        "invoice_id": "inv_sample",
        "statement_id": "stmt_sample",
        "gateway_external_id": "pi_sample",
        "status": if is_paid { "paid" } else { "pending" },
        "created_at": now.0,
        "updated_at": now.0,
        "paid_at": is_paid.then_some(now.0),
        "failed_at": null,
        "failed_reason": null,
        "billing_date": now.0,
        "charge_type": "checkout",
        "payee": {
            "id": "cpayee_sample",
            "gateway_type": "stripe",
            "gateway_external_id": "acct_sample",
            "gateway_status": "active",
        },
        "payer": payer,
        "totals": {
            "subtotal": amount(2000),
            "tax_total": amount(0),
            "grand_total": amount(2000),
        },
        "payment_source": {
            "id": "cps_sample",
            "gateway": "stripe",
            "gateway_external_id": "pm_sample",
            "gateway_external_account_id": null,
            "payment_method": "card",
            "status": "active",
            "card_type": "visa",
            "last4": "4242",
        },
        "subscription_items": [{
            "object": "commerce_subscription_item",
            "id": "csub_item_sample",
            "status": "active",
            "created_at": now.0,
            "updated_at": now.0,
            "period_start": now.0,
            "period_end": now.0 + MONTH_MS,
            "interval": "month",
            "plan_id": "cplan_sample",
            "plan": plan(),
            "subscription_id": SUBSCRIPTION,
        }],
    })
}
