// Starts app and emulator, and drives the app in a browser: `npm test`.
import { defineConfig, devices } from "@playwright/test";

import { APP, KEYS } from "./emulator";

export default defineConfig({
  testDir: ".",
  globalSetup: "./emulator",
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  use: {
    ...devices["Desktop Chrome"],
    baseURL: APP,
    trace: "retain-on-failure",
    // A browser that is there already, in place of Playwright's own.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
  webServer: {
    // Nobody of an earlier run is known, and the users that you work with stay as they are.
    command: `"${process.env.CLERK_RS ?? "clerk-rs"}" dev --quiet --state target/e2e-users.jsonl --fresh`,
    cwd: "..",
    env: { ...KEYS, PORT: new URL(APP).port, RUST_LOG: process.env.RUST_LOG ?? "warn" },
    url: `${APP}/healthz`,
    // The first build of the app.
    timeout: 900_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 15_000 },
  },
});
