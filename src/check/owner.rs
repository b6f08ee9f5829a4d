//! Tells whose a secret is. Secrets of Clerk, Stripe and others begin alike, so the name decides, or else the form.

/// Services whose secrets begin as Clerk's do, by a word in the names of their variables.
const SERVICES: [(&str, &str); 8] = [
    ("CLERK", "Clerk"),
    ("STRIPE", "Stripe"),
    ("SVIX", "Svix"),
    ("RESEND", "Resend"),
    ("PAYSTACK", "Paystack"),
    ("POLAR", "Polar"),
    ("CHARGILY", "Chargily"),
    ("UNKEY", "Unkey"),
];

/// Stripe's keys continue like this; Clerk's are random from the start and shorter.
const STRIPES: [&str; 2] = ["sk_live_51", "sk_test_51"];
const STRIPES_LENGTH: usize = 45;

/// The owner of a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Owner {
    /// One service.
    Of(&'static str),
    /// One of several services.
    OneOf(&'static str),
}

impl Owner {
    /// Judges by the name before the value, and by the value's form.
    pub fn of(name: &str, value: &str) -> Self {
        let name = name.to_ascii_uppercase();
        let named = SERVICES
            .iter()
            .filter_map(|(word, owner)| Some((name.rfind(word)?, *owner)));
        if let Some((_, owner)) = named.max_by_key(|(at, _)| *at) {
            return Self::Of(owner);
        }
        let is_stripes = STRIPES.iter().any(|start| value.starts_with(start));
        match value {
            _ if is_stripes && value.len() >= STRIPES_LENGTH => Self::Of("Stripe"),
            _ if value.starts_with("whsec_") => Self::OneOf("Clerk, Stripe or Svix"),
            _ if value.starts_with("sk_") => Self::OneOf("Clerk or Stripe"),
            _ if value.starts_with("ak_") => Self::OneOf("Clerk or another service"),
            _ => Self::Of("Clerk"),
        }
    }

    /// `a secret`, with its owner.
    pub fn secret(self) -> String {
        match self {
            Self::Of("Clerk") => "a secret".to_owned(),
            Self::Of(owner) => format!("a secret of {owner}"),
            Self::OneOf(owners) => format!("a secret (of {owners})"),
        }
    }

    /// The place to make a new one.
    pub fn dashboard(self) -> String {
        match self {
            Self::Of(owner) => format!("{owner}'s dashboard"),
            Self::OneOf(_) => "the dashboard of the service that it is of".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_and_else_the_form() {
        for (name, value, owner) in [
            ("CLERK_SECRET_KEY", "sk_live_x", Owner::Of("Clerk")),
            ("STRIPE_SECRET_KEY", "sk_live_x", Owner::Of("Stripe")),
            ("stripe_webhook_secret", "whsec_x", Owner::Of("Stripe")),
            ("SVIX_SECRET", "whsec_x", Owner::Of("Svix")),
            ("CLERK_SVIX_SECRET", "whsec_x", Owner::Of("Svix")),
            ("RESEND_WEBHOOK_SECRET", "whsec_x", Owner::Of("Resend")),
            (
                "WEBHOOK_SECRET",
                "whsec_x",
                Owner::OneOf("Clerk, Stripe or Svix"),
            ),
            ("SECRET_KEY", "sk_live_x", Owner::OneOf("Clerk or Stripe")),
            (
                "SECRET_KEY",
                "sk_live_51MadeUpMadeUpMadeUpMadeUpMadeUp000000000000",
                Owner::Of("Stripe"),
            ),
            ("KEY", "ak_x", Owner::OneOf("Clerk or another service")),
            ("UNKEY_ROOT_KEY", "ak_x", Owner::Of("Unkey")),
        ] {
            assert_eq!(Owner::of(name, value), owner, "{name}={value}");
        }
    }
}
