// The instance of the local emulator that the tests run against, and what a server would do there.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { clerkSetup } from "@clerk/testing/playwright";

/** The address of the app. 3000 is for the one that you are looking at. */
export const APP = `http://localhost:${process.env.E2E_PORT ?? 3100}`;

/** Keys that mean nothing but here; they win over those in `.env`. */
const host = "emulator-e2e0e2e0.localhost.clerk.accounts.dev";
export const KEYS = {
  CLERK_PUBLISHABLE_KEY: `pk_test_${btoa(`${host}$`).replace(/=+$/, "")}`,
  CLERK_SECRET_KEY: ["sk", "test", "onlyForTheLocalEmulator00000000000000000"].join("_"),
};

/** Runs once, when app and emulator answer; the tests inherit the variables. */
export default async function setup() {
  // `clerk-rs dev` wrote down where its emulator is.
  const file = fileURLToPath(new URL("../.clerk/emulator-address.json", import.meta.url));
  const { backend } = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(process.env, KEYS, { CLERK_API_URL: backend });
  await clerkSetup({ dotenv: false });
}

/** Any call of the Backend API. */
export async function backend(path: string, body: object): Promise<any> {
  const answer = await fetch(`${process.env.CLERK_API_URL}/v1${path}`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${KEYS.CLERK_SECRET_KEY}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export const PASSWORD = "correct horse battery";

/** An address that nobody else has: tests run side by side, and users outlive them. */
export const newAddress = (name: string) => `${name}-${crypto.randomUUID()}+clerk_test@example.com`;

/** A user with a password, and the address. */
export async function newUser(name: string): Promise<{ id: string; address: string }> {
  const address = newAddress(name);
  const user = await backend("/users", {
    email_address: [address],
    password: PASSWORD,
    skip_password_checks: true,
  });
  return { id: user.id, address };
}
