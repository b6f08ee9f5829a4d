//! The offers of the plain forms besides an address and a password, as the instance's switches say: accounts with providers,
//! and a telephone number.

use crate::emulator::instance::Settings;
use crate::emulator::instance::access::settings::Requirement;
use crate::emulator::instance::social::provider::Provider;

/// The ways in besides.
pub(super) struct Ways {
    providers: Vec<Provider>,
    phone: Requirement,
}

impl Ways {
    pub fn of(settings: &Settings) -> Self {
        Self {
            providers: settings.social.iter().copied().collect(),
            phone: settings.phone_number,
        }
    }

    /// A button for each provider, which sends the form `name`; `query` is escaped.
    pub fn buttons(&self, name: &str, query: &str) -> String {
        let button = |provider: &Provider| {
            format!(
                "<button name=\"provider\" value=\"{}\" class=\"quiet\">Continue with {}</button>\n",
                provider.name(),
                provider.title()
            )
        };
        let buttons: String = self.providers.iter().map(button).collect();
        if buttons.is_empty() {
            return buttons;
        }
        format!("<form method=\"post\" action=\"{name}{query}\">\n{buttons}</form>\n")
    }

    /// The field for a number, if one is asked for.
    pub fn phone_field(&self) -> &'static str {
        match self.phone {
            Requirement::Off => "",
            Requirement::On => {
                "<label>Phone number (optional) <input name=\"phone_number\" type=\"tel\" autocomplete=\"tel\"></label>\n"
            }
            Requirement::Required => REQUIRED_PHONE,
        }
    }

    /// True if people may name themselves by a number.
    pub fn has_phone(&self) -> bool {
        self.phone != Requirement::Off
    }
}

pub(super) const REQUIRED_PHONE: &str = "<label>Phone number <input name=\"phone_number\" type=\"tel\" \
    autocomplete=\"tel\" placeholder=\"+12015550123\" required></label>\n";
