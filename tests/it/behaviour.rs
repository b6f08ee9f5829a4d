//! Runs `tests/fixtures/behaviour.toml` and `attacks.toml` against a built app, as a stranger would: over a socket,
//! knowing nothing of the framework, with tokens signed here and not by the core under test.
//!
//! `tests/run` builds what `init` generates and names it: `BEHAVIOUR_APP` is the binary,
//! `BEHAVIOUR_FOLDER` the project it runs in, `BEHAVIOUR_FRAMEWORK` its framework, `BEHAVIOUR_TEMPLATE` is `web` or `api`, `BEHAVIOUR_EXTRAS` what `--with` said.
//! `BEHAVIOUR_WIRED` is set for an app that was there before, `BEHAVIOUR_HASTY` if one failed row is enough.

mod answer;
mod app;
mod case;
mod expect;
mod http;
mod servers;
mod table;
mod tokens;
mod wired;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[cfg(target_os = "linux")]
pub use self::answer::Answer;
pub use self::app::App;
use self::expect::Context;
#[cfg(target_os = "linux")]
pub use self::http::exchange;
pub use self::http::{Request, send};
use self::servers::Server;
use self::table::{Case, Table};
use self::tokens::Mint;

const LIVE_HOST: &str = "clerk.orchard.example";
const TEST_HOST: &str = "brave-otter-7.clerk.accounts.dev";
const LOCAL_HOST: &str = "emulator-0a1b2c3d.localhost.clerk.accounts.dev";
const LIVE_SECRET: &str = "sk_live_2q7OrchardOrchardOrchardOrchardOrchard4711";
const TEST_SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchardOrchard4711";
const WEBHOOK_SECRET: &str = "whsec_b3JjaGFyZC1vcmNoYXJkLW9yY2hhcmQh";

#[test]
fn the_table_names_only_what_it_defines() {
    let table = Table::load("");
    for app in table.apps.keys() {
        assert!(
            table.groups.iter().any(|group| group.apps.contains(app)),
            "no group uses app '{app}'"
        );
    }
    for case in table.groups.iter().flat_map(|group| &group.cases) {
        for token in [&case.row.cookie, &case.row.bearer].into_iter().flatten() {
            assert!(
                table.tokens.contains_key(token),
                "no token '{token}' for '{case}'"
            );
        }
    }
    for group in &table.groups {
        for app in &group.apps {
            assert!(
                table.apps.contains_key(app),
                "no app '{app}' for '{}'",
                group.title
            );
        }
    }
}

#[test]
#[ignore = "needs a built app, see tests/run"]
fn the_app_answers_as_the_table_says() {
    let world = World::new();
    let mut failures = Vec::new();
    let mut rows = 0;
    let mut exceptions = Exceptions::default();
    for name in world.table.apps.keys() {
        let is_enough = world.is_hasty && !failures.is_empty();
        if world.table.apps[name].template == world.template && !is_enough {
            rows += world.run_app(name, &mut failures, &mut exceptions);
        }
    }
    for place in exceptions.met.difference(&exceptions.needed) {
        let why = &world.table.exceptions[*place].why;
        failures.push(format!("an exception that nothing needs: {why}"));
    }
    println!("{rows} requests answered");
    assert!(
        rows > 0,
        "no row of the table is for the template '{}'",
        world.template
    );
    assert!(
        failures.is_empty(),
        "{} of {rows} failed\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

#[test]
#[ignore = "needs a built app, see tests/run"]
fn the_app_does_not_start_with_what_it_cannot_use() {
    let world = World::new();
    let mut failures = Vec::new();
    for refusal in &world.table.refuses {
        if refusal
            .template
            .as_ref()
            .is_some_and(|template| *template != world.template)
        {
            continue;
        }
        let env = world.fill_all(&refusal.env);
        match App::fails_to_start(&world.binary, &world.folder, &env, world.is_wired) {
            Ok(said) => {
                let missing: Vec<_> = refusal
                    .says
                    .iter()
                    .filter(|word| !said.contains(*word))
                    .collect();
                if !missing.is_empty() {
                    failures.push(format!("{}: lacks {missing:?} in\n{said}", refusal.name));
                }
                if said.contains(LIVE_SECRET) {
                    failures.push(format!("{}: prints the secret key", refusal.name));
                }
            }
            Err(problem) => failures.push(format!("{}: {problem}", refusal.name)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The command of the image's health check runs in the image's shells; those here are the same.
#[cfg(unix)]
#[test]
#[ignore = "needs a built app, see tests/run"]
fn the_health_check_of_the_image_says_whether_the_app_answers() {
    let world = World::new();
    if !world.extras.contains(&"docker".to_owned()) {
        return;
    }
    let check = crate::deploy::health_check(&world.folder);
    let name = world.table.apps.keys();
    let mut name = name.filter(|name| world.table.apps[*name].template == world.template);
    let env = world.fill_all(&world.table.apps[name.next().unwrap()].env);
    let app = App::start(&world.binary, &world.folder, &env).unwrap();
    let port = app.address.rsplit(':').next().unwrap().to_owned();
    let is_well = || {
        let mut command = std::process::Command::new("/bin/sh");
        let command = command.args(["-c", &check]).env("PORT", &port);
        command.output().unwrap().status.success()
    };
    assert!(is_well());
    app.stop().unwrap();
    assert!(!is_well());
}

/// The exceptions whose rows were sent, and those that at least one row needed.
#[derive(Default)]
struct Exceptions {
    met: BTreeSet<usize>,
    needed: BTreeSet<usize>,
}

impl Exceptions {
    fn met(&mut self, place: usize, is_needed: bool) {
        self.met.insert(place);
        if is_needed {
            self.needed.insert(place);
        }
    }
}

/// The table, the app, and the servers it may talk to.
struct World {
    table: Table,
    template: String,
    /// True for an app that was there before.
    is_wired: bool,
    is_hasty: bool,
    extras: Vec<String>,
    binary: PathBuf,
    folder: PathBuf,
    mint: Mint,
    backend: Server,
    upstream: Server,
}

impl World {
    fn new() -> Self {
        let mint = Mint::new();
        let framework = setting("BEHAVIOUR_FRAMEWORK");
        let is_wired = is_set("BEHAVIOUR_WIRED");
        let table = match is_wired {
            true => Table::load_wired(&framework),
            false => Table::load(&framework),
        };
        let eve = mint.token(&table.tokens["eve"], LIVE_HOST, &str::to_owned);
        Self {
            template: setting("BEHAVIOUR_TEMPLATE"),
            is_wired,
            is_hasty: is_set("BEHAVIOUR_HASTY"),
            extras: setting("BEHAVIOUR_EXTRAS")
                .split(',')
                .map(str::to_owned)
                .collect(),
            binary: setting("BEHAVIOUR_APP").into(),
            folder: setting("BEHAVIOUR_FOLDER").into(),
            backend: servers::backend(mint.key_set(), &eve, LIVE_SECRET),
            upstream: servers::upstream(mint.strangers_key_set(), LIVE_SECRET),
            table,
            mint,
        }
    }

    /// Starts the app as `name`, sends all rows meant for it, ends it. Returns how many.
    fn run_app(
        &self,
        name: &str,
        failures: &mut Vec<String>,
        exceptions: &mut Exceptions,
    ) -> usize {
        let groups = self.table.groups.iter();
        let groups: Vec<_> = groups
            .filter(|group| group.is_for(name, &self.extras))
            .collect();
        // Not every framework stops well that is told to as soon as it has said that it is ready.
        if groups.is_empty() && self.is_wired {
            return 0;
        }
        let env = self.fill_all(&self.table.apps[name].env);
        let app = match App::start(&self.binary, &self.folder, &env) {
            Ok(app) => app,
            Err(problem) => {
                failures.push(format!("app {name}: {problem}"));
                return 0;
            }
        };
        let key = &env["CLERK_PUBLISHABLE_KEY"];
        let context = Context {
            origin: format!("http://{}", app.address),
            host: app.address.clone(),
            frontend_api: tokens::host_of(key),
            suffix: tokens::cookie_suffix(key),
            proxied: env.contains_key("CLERK_PROXY_URL"),
            development: key.starts_with("pk_test_"),
            secrets: vec![
                env_or_empty(&env, "CLERK_SECRET_KEY"),
                WEBHOOK_SECRET.to_owned(),
            ],
        };
        let mut rows = 0;
        // An app that was there before need not have the page; it still answers as before.
        let well = match self.is_wired {
            true => health(&context),
            false => Ok(200),
        };
        for group in groups {
            for case in &group.cases {
                if self.is_hasty && !failures.is_empty() {
                    break;
                }
                rows += 1;
                let mut answered = self.run_case(case, &context);
                if group.is_attack {
                    answered = answered.and_then(|()| is_well(&context, &well));
                }
                if let Some(exception) = case.row.left_out {
                    exceptions.met(exception, answered.is_err());
                } else if let Err(problem) = answered {
                    failures.push(format!("{name}: {}: {case}\n  {problem}", group.title));
                }
            }
        }
        match app.stop() {
            Ok(log) if context.leaks(&log) => {
                failures.push(format!("app {name}: a secret is in its log"))
            }
            // The log of a wired app is its owner's: Rocket's has several lines for each request.
            Ok(log) if !self.is_wired && is_misused(&log, rows) => failures.push(format!(
                "app {name}: tokens, control characters or too many lines in its log\n{log}"
            )),
            Ok(_) => {}
            Err(problem) => failures.push(format!("app {name}: {problem}")),
        }
        rows
    }

    fn run_case(&self, case: &Case, context: &Context) -> Result<(), String> {
        let fill = |text: &str| self.fill(text, Some(context));
        let request = case.request(context, &self.mint, &self.table.tokens, &fill)?;
        let answer = send(&context.host, &request)?;
        expect::check(&case.row, &request, &answer, context, &fill)
            .map_err(|problem| format!("{problem}\n  {}", answer.summary()))
    }

    fn fill_all(&self, env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        env.iter()
            .map(|(name, value)| (name.clone(), self.fill(value, None)))
            .collect()
    }

    /// Puts values in the place of the table's `{names}`.
    fn fill(&self, text: &str, context: Option<&Context>) -> String {
        let mut values = vec![
            ("{live_key}", tokens::publishable_key("pk_live_", LIVE_HOST)),
            ("{test_key}", tokens::publishable_key("pk_test_", TEST_HOST)),
            (
                "{local_key}",
                tokens::publishable_key("pk_test_", LOCAL_HOST),
            ),
            ("{live_secret}", LIVE_SECRET.to_owned()),
            ("{test_secret}", TEST_SECRET.to_owned()),
            ("{webhook_secret}", WEBHOOK_SECRET.to_owned()),
            ("{jwt_key}", self.mint.public_pem()),
            ("{backend}", self.backend.origin.clone()),
            ("{upstream}", self.upstream.origin.clone()),
            ("{closed}", servers::closed_origin()),
            ("{200 headers}", "x-a: b\r\n".repeat(200)),
            ("{4000 cookies}", "__session_x=; ".repeat(4000)),
            ("{1KB}", "x".repeat(1024)),
            ("{4KB}", "x".repeat(4 * 1024)),
            ("{20KB}", "x".repeat(20 * 1024)),
            ("{70KB}", "x".repeat(70 * 1024)),
            ("{strangers_jwk}", self.mint.strangers_jwk()),
            ("{nest}", "[".repeat(2000) + &"]".repeat(2000)),
        ];
        if let Some(context) = context {
            values.push(("{origin}", context.origin.clone()));
            values.push(("{host}", context.host.clone()));
            values.push(("{suffix}", context.suffix.clone()));
        }
        let mut filled = text.to_owned();
        for (name, value) in values {
            filled = filled.replace(name, &value);
        }
        for (name, recipe) in &self.table.tokens {
            let place = format!("{{token.{name}}}");
            if filled.contains(&place) {
                let issuer = context.map_or(LIVE_HOST, |context| &context.frontend_api);
                let fill = |text: &str| self.fill(text, context);
                filled = filled.replace(&place, &self.mint.token(recipe, issuer, &fill));
            }
        }
        filled
    }
}

/// Whether the app still answers as when it was well.
fn is_well(context: &Context, well: &Result<u16, String>) -> Result<(), String> {
    let now = health(context);
    let is_same = now.is_ok() && now == *well;
    is_same
        .then_some(())
        .ok_or_else(|| format!("after it the app is not well: {now:?}"))
}

fn health(context: &Context) -> Result<u16, String> {
    let probe = Request {
        method: "GET".to_owned(),
        target: "/healthz".to_owned(),
        headers: vec![("host".to_owned(), context.host.clone())],
        ..Request::default()
    };
    send(&context.host, &probe).map(|answer| answer.status)
}

/// What strangers send may make one line each, and neither steers the terminal nor holds a token.
fn is_misused(log: &str, requests: usize) -> bool {
    const AT_START_AND_END: usize = 20;
    let lines = log.lines().count();
    // An attack is two requests: it is followed by a probe.
    lines > 2 * requests + AT_START_AND_END
        || log.contains("eyJ")
        || log.contains(|character: char| character.is_control() && character != '\n')
}

fn env_or_empty(env: &BTreeMap<String, String>, name: &str) -> String {
    env.get(name).cloned().unwrap_or_default()
}

#[allow(
    clippy::disallowed_methods,
    reason = "how tests/run says what it built"
)]
fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty())
}

#[allow(
    clippy::disallowed_methods,
    reason = "how tests/run names the app it built"
)]
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set; run tests/run behaviour"))
}
