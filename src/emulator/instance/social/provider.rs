//! Providers whose accounts people sign in by, under Clerk's names. Behind all of them stands the emulator's own page.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Strategies, and what people call the provider.
static PROVIDERS: [(&str, &str); 21] = [
    ("oauth_apple", "Apple"),
    ("oauth_atlassian", "Atlassian"),
    ("oauth_bitbucket", "Bitbucket"),
    ("oauth_box", "Box"),
    ("oauth_coinbase", "Coinbase"),
    ("oauth_discord", "Discord"),
    ("oauth_dropbox", "Dropbox"),
    ("oauth_facebook", "Facebook"),
    ("oauth_github", "GitHub"),
    ("oauth_gitlab", "GitLab"),
    ("oauth_google", "Google"),
    ("oauth_hubspot", "HubSpot"),
    ("oauth_linear", "Linear"),
    ("oauth_linkedin", "LinkedIn"),
    ("oauth_microsoft", "Microsoft"),
    ("oauth_notion", "Notion"),
    ("oauth_slack", "Slack"),
    ("oauth_spotify", "Spotify"),
    ("oauth_tiktok", "TikTok"),
    ("oauth_twitch", "Twitch"),
    ("oauth_x", "X / Twitter"),
];

/// One of them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String")]
pub struct Provider {
    strategy: &'static str,
    title: &'static str,
}

impl Provider {
    /// The provider of a strategy such as `oauth_google`.
    pub fn of_strategy(strategy: &str) -> Option<Self> {
        let mut all = PROVIDERS.iter();
        let (strategy, title) = *all.find(|(known, _)| *known == strategy)?;
        Some(Self { strategy, title })
    }

    /// The provider of a name such as `google`.
    pub fn named(name: &str) -> Option<Self> {
        Self::of_strategy(&format!("oauth_{name}"))
    }

    /// Such as `oauth_google`.
    pub const fn strategy(self) -> &'static str {
        self.strategy
    }

    /// Such as `google`.
    pub fn name(self) -> &'static str {
        self.strategy
            .strip_prefix("oauth_")
            .unwrap_or(self.strategy)
    }

    /// Such as `Google`.
    pub const fn title(self) -> &'static str {
        self.title
    }
}

impl From<Provider> for String {
    fn from(provider: Provider) -> Self {
        provider.name().to_owned()
    }
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom("no provider that the emulator knows"))
    }
}
