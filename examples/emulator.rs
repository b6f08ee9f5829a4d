//! The emulator alone, for the browser tests: `emulator PORT HEX [CACHE]`, where HEX tells its host from others'. The
//! first line says where it is and which publishable key it has; it ends with standard input.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own"
)]

use std::error::Error;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use clerk_auth::http_client::HyperFetch;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_rs_cli::emulator::bundles::Bundles;
use clerk_rs_cli::emulator::bundles::fetch::{Source, fetch};
use clerk_rs_cli::emulator::instance::random::SystemRandom;
use clerk_rs_cli::emulator::keys::InstanceKeys;
use clerk_rs_cli::emulator::{Emulator, Options};

const SECRET: &str = "sk_test_0123456789abcdefghijABCDEFGHIJ0123456789";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().as_deref().unwrap_or("0").parse()?;
    let hex = arguments.next().unwrap_or_else(|| "0a1b2c3d".to_owned());
    let host = format!("emulator-{hex}.localhost.clerk.accounts.dev$");
    let key = format!("pk_test_{}", STANDARD_NO_PAD.encode(host));
    let publishable_key = PublishableKey::parse(&key)?;
    let keys = InstanceKeys::generate(&SystemRandom)?;
    let mut options = Options::new(publishable_key, SecretKey::new(SECRET)?, keys);
    options.port = port;
    if let Some(cache) = arguments.next() {
        let cache = Path::new(&cache);
        fetch(cache, &Source::defaults(), &HyperFetch::default(), &|_| ()).await?;
        options.bundles = Bundles::open(cache)?;
    }
    options.on_event = Some(Box::new(|event| {
        let note = event.note.as_deref().unwrap_or_default();
        println!("{} {} {} {note}", event.method, event.path, event.status);
    }));
    let emulator = Emulator::start(options).await?;
    println!(
        "emulator {} {} {key}",
        emulator.url(),
        emulator.server_url()
    );
    let ended = std::thread::spawn(|| std::io::read_to_string(std::io::stdin()));
    while !ended.is_finished() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    emulator.stop().await;
    Ok(())
}
