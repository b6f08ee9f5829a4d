// Clerk in the browser: loads it, mounts its components, shows what fits the visitor, and fetches with a fresh token.
// What the server knew when it made the page is in `data-` attributes of <body>.

const page = document.body.dataset;
const server = JSON.parse(page.clerkState);

// The colours of style.css, light and dark. Clerk's components use variables of their own such as `--accent`, so ours have
// other names. What else can be changed: clerk.com/docs, "Appearance".
const appearance = {
  variables: {
    colorPrimary: "var(--site-accent)",
    colorPrimaryForeground: "var(--on-accent)",
    colorForeground: "var(--text)",
    colorMutedForeground: "var(--muted)",
    colorBackground: "var(--surface)",
    colorInput: "var(--background)",
    colorInputForeground: "var(--text)",
    colorNeutral: "var(--text)",
    fontFamily: "inherit",
  },
};

// Words of your own, such as `{ signIn: { start: { title: "Welcome back" } } }`; what is not here stays English. Whole languages:
// `dist/de-DE.mjs` and others of `@clerk/localizations` on npm, as files beside this one.
const localization = {};

/** Who is signed in now; until Clerk has loaded, who was when the server made the page. A session with a task to do, such
 *  as choosing an organization, does not count yet, here as on the server. */
export function useAuth() {
  const clerk = window.Clerk;
  const isLoaded = Boolean(clerk?.loaded);
  const { session, user, organization } = clerk?.isSignedIn ? clerk : {};
  const now = { userId: user?.id ?? null, sessionId: session?.id ?? null, orgId: organization?.id ?? null };
  return { isLoaded, ...(isLoaded ? now : server), getToken };
}

/** The signed-in user with name, image and addresses; `null` when signed out or not yet loaded. */
export function useUser() {
  const user = (window.Clerk?.isSignedIn && window.Clerk.user) || null;
  return { isLoaded: Boolean(window.Clerk?.loaded), isSignedIn: Boolean(user), user };
}

/** A session token that is valid now, or `null` when nobody is signed in. */
export async function getToken(options) {
  await ready;
  return (await window.Clerk.session?.getToken(options)) ?? null;
}

/** `fetch` with a fresh token, tried once more after a 401, and after a 403 that asks who it is: then the visitor proves
 *  it in Clerk's dialog. The token is sent to this site only. */
export async function fetchWithToken(url, options = {}) {
  const attempt = async (tokenOptions) => {
    const request = new Request(url, options);
    const token = isOurs(request.url) && (await getToken(tokenOptions));
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return fetch(request);
  };
  const response = await attempt();
  if (![401, 403].includes(response.status) || !isOurs(response.url)) return response;
  const remedied = remedy(response.status, await response.clone().text());
  return (await remedied?.()) ? attempt({ skipCache: true }) : response;
}

const isOurs = (url) => new URL(url, location.href).origin === location.origin;

// What to do before a refused request is sent again: nothing after a 401, for which a newer token may be enough; prove who
// it is, where the server's `Reverification` wants that. `null` if there is nothing to do.
function remedy(status, body) {
  if (status === 401) return async () => true;
  const wanted = status === 403 && staleness(body);
  return wanted ? () => prove(wanted) : null;
}

// What a session lacks that was verified too long ago: "strict", or `{ level, afterMinutes }`.
function staleness(body) {
  try {
    const { reason, metadata } = JSON.parse(body).clerk_error;
    return reason === "reverification-error" && metadata.reverification;
  } catch {
    return null;
  }
}

let proof = null;

// Clerk's dialog, one for all that wait; false for somebody who closes it.
function prove(wanted) {
  const level = wanted.level ?? (wanted === "strict_mfa" ? "multi_factor" : "second_factor");
  proof ??= new Promise((resolve) => {
    const ask = window.Clerk.isSignedIn && window.Clerk.__internal_openReverification;
    if (!ask) return resolve(false);
    ask({ level, afterVerification: () => resolve(true), afterVerificationCancelled: () => resolve(false) });
  }).finally(() => (proof = null));
  return proof;
}

// On the page that stands for one that wants such a proof: it is asked for at once, and again by the button, and then the
// page itself is loaded.
function askForProof() {
  const button = document.querySelector("[data-clerk-proof]");
  button?.addEventListener("click", async () => {
    if (!(await prove(staleness(button.dataset.clerkProof)))) return;
    await getToken({ skipCache: true });
    location.reload();
  });
  button?.click();
}

/** Resolves when Clerk has loaded; rejects when its scripts did not arrive. */
export const ready = new Promise((loaded) => {
  if (document.readyState === "complete") loaded();
  else addEventListener("load", loaded);
}).then(async () => {
  if (!window.Clerk) throw new Error("Clerk's scripts did not load");
  await window.Clerk.load({
    ui: { ClerkUI: window.__internal_ClerkUICtor },
    // What the variables say: CLERK_SIGN_IN_URL, CLERK_SIGN_IN_FALLBACK_REDIRECT_URL and so on.
    ...JSON.parse(page.clerkOptions),
    appearance,
    localization,
    // A link to the sign-in page can carry a `redirect_url` in its hash, which no server sees.
    allowedRedirectOrigins: [location.origin],
    telemetry: false,
  });
});

// `data-clerk-show`: "signed-in", "signed-out", "role:org:admin", "permission:org:invoices:read".
// `data-clerk-user`: a field of the user, such as "firstName" or "primaryEmailAddress.emailAddress".
// `data-clerk-mount`: a component. One that is hidden has to wait, because some complain about strangers.
function show() {
  const { isSignedIn, session, user } = window.Clerk;
  const fits = (wanted) => {
    if (wanted === "signed-in" || wanted === "signed-out") return (wanted === "signed-in") === isSignedIn;
    const [kind, ...rest] = wanted.split(":");
    return isSignedIn && session.checkAuthorization({ [kind]: rest.join(":") });
  };
  for (const node of document.querySelectorAll("[data-clerk-show]")) node.hidden = !fits(node.dataset.clerkShow);
  for (const node of document.querySelectorAll("[data-clerk-user]"))
    node.textContent = field(user, node.dataset.clerkUser) ?? node.textContent;
  for (const node of document.querySelectorAll("[data-clerk-mount]")) if (!node.closest("[hidden]")) mount(node);
  leave(isSignedIn ? user.id : user && null);
}

// What the server wrote for somebody does not stay on the screen when they signed out in another tab, or have a task to do
// first. `undefined` is a change under way, as during a sign-out here, which leads elsewhere by itself.
let shown = null;

function leave(who) {
  if (who === undefined) return;
  if (shown && who !== shown) location.reload();
  shown = who;
}

const field = (user, path) => path.split(".").reduce((value, name) => value?.[name], user);

// Where somebody goes after signing in stands in `/sign-in?redirect_url=…`; the server has checked that it stays on this
// site. Clerk's components read it behind the hash instead, as `/sign-in#/?redirect_url=…`, so it is put there. Elsewhere
// such a hash is what browsers keep when the server sends somebody on, and another component would take it for its own.
function tidyHash() {
  const form = document.querySelector("[data-redirect-url]");
  const wanted = form?.dataset.redirectUrl;
  if (wanted && !location.hash) location.replace(`#/?${new URLSearchParams({ redirect_url: wanted })}`);
  if (!form && /^#\/(tasks\/|.*redirect_url=)/.test(location.hash))
    history.replaceState(history.state, "", location.pathname + location.search);
}

ready.then(
  () => {
    tidyHash();
    show();
    askForProof();
    window.Clerk.addListener(show);
    missing(false);
  },
  (error) => {
    console.error(error);
    missing(true);
  },
);

function missing(is) {
  for (const node of document.querySelectorAll("[data-clerk-missing]")) node.hidden = !is;
  if (is) for (const node of document.querySelectorAll("[aria-busy]")) node.ariaBusy = "false";
}

// What a component may need, with the words for the page where that is missing. Clerk itself would throw while you
// develop, and show nothing later.
const user = [({ isSignedIn }) => isSignedIn, "Sign in to see this."];
const organization = [({ organization }) => organization, "Choose an organization first."];
const organizations = [(_, on) => on?.organizationSettings?.enabled !== false, "Organizations are switched off."];
const waitlist = [(_, on) => (on?.userSettings?.signUp?.mode ?? "waitlist") === "waitlist", "There is no waitlist."];
const apiKeys = [
  ({ organization }, on) => on?.apiKeysSettings?.[organization ? "orgs_api_keys_enabled" : "user_api_keys_enabled"] !== false,
  "API keys are switched off.",
];
const billing = [
  (_, on) => Object.values(on?.commerceSettings?.billing ?? { any: { enabled: true } }).some((payer) => payer?.enabled),
  "Nothing is for sale: billing is switched off.",
];

const fill = { width: "100%", maxWidth: "100%" };
const wide = { appearance: { elements: { rootBox: fill, cardBox: fill } } };
const switcher = {
  organizationSwitcherTrigger: "switcher",
  organizationPreviewTextContainer: "switcher-name",
  userPreviewTextContainer: "switcher-name",
};

// Whoever chooses another organization stays on the page, and the server makes it again for that one.
const here = () => location.pathname + location.search;
const again = { afterSelectOrganizationUrl: here, afterSelectPersonalUrl: here, afterCreateOrganizationUrl: here };

// The server sends whoever is signed in away from its forms, but for this.
function anotherAccount() {
  const address = new URL(window.Clerk.buildSignInUrl(), location);
  address.searchParams.set("add-account", "");
  return address.href;
}

// `data-clerk-mount` in a page names one of these: the method of Clerk's, what has to be there, the component's options.
const components = {
  "sign-in": ["mountSignIn", [], (data) => ({ signUpUrl: data.signUpUrl })],
  "sign-up": ["mountSignUp", [], (data) => ({ signInUrl: data.signInUrl })],
  waitlist: ["mountWaitlist", [waitlist], (data) => ({ signInUrl: data.signInUrl })],
  "user-button": [
    "mountUserButton",
    [user],
    () => ({ userProfileMode: "navigation", userProfileUrl: "/user", signInUrl: anotherAccount() }),
  ],
  "user-avatar": ["mountUserAvatar", [user]],
  "user-profile": ["mountUserProfile", [user], () => wide],
  "organization-switcher": [
    "mountOrganizationSwitcher",
    [user, organizations],
    () => ({ appearance: { elements: switcher }, ...again }),
  ],
  "organization-list": ["mountOrganizationList", [user, organizations], () => again],
  "organization-profile": ["mountOrganizationProfile", [user, organizations, organization], () => wide],
  "create-organization": ["mountCreateOrganization", [user, organizations], () => again],
  "api-keys": ["mountAPIKeys", [user, apiKeys]],
  "pricing-table": ["mountPricingTable", [billing]],
};

const mounted = new WeakSet();

// Mounts the component that a node names, or says there what is missing; what is missing now may be there later.
function mount(node) {
  if (mounted.has(node)) return;
  const name = node.dataset.clerkMount;
  const [method, needs, options] = components[name] ?? [null, [[() => false, `There is no component “${name}”.`]]];
  const missing = needs.find(([isThere]) => !isThere(window.Clerk, window.Clerk.__internal_environment));
  if (missing) return say(node, missing[1]);
  mounted.add(node);
  node.replaceChildren();
  waiting(node);
  window.Clerk[method](node, options?.(node.dataset));
}

function say(node, text) {
  const words = document.createElement("p");
  words.textContent = text;
  node.replaceChildren(words);
  settled(node);
}

// The outline of a form stays until the form is there, or is not going to be.
function waiting(node) {
  const arrived = new MutationObserver(() => {
    if (node.childElementCount === 0) return;
    arrived.disconnect();
    settled(node);
  });
  arrived.observe(node, { childList: true });
}

function settled(node) {
  const place = node.closest("[aria-busy]");
  if (place) place.ariaBusy = "false";
}

// For pages that use HTMX; nothing below runs without it. Version 4 takes another `fetch`.
document.addEventListener("htmx:config:request", ({ detail }) => (detail.ctx.fetch ??= fetchWithToken));

// A request of version 2 gets a token as `fetchWithToken` gives one: it waits until the token is there, carries it, and is
// sent once more where that helps.
let htmxToken = null;

document.addEventListener("htmx:confirm", async (event) => {
  // Version 4 only asks here whether to go on.
  if (event.detail.ctx) return;
  event.preventDefault();
  htmxToken = await getToken().catch(() => null);
  // `false`: a question in `hx-confirm` is still asked.
  event.detail.issueRequest(false);
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (htmxToken && isOurs(detail.path)) detail.headers.Authorization = `Bearer ${htmxToken}`;
});

document.addEventListener("htmx:beforeOnLoad", async (event) => {
  const { xhr, requestConfig: sent } = event.detail;
  const remedied = !sent.headers["Clerk-Retry"] && isOurs(sent.path) && remedy(xhr.status, xhr.responseText);
  if (!remedied) return;
  // Otherwise HTMX would follow the answer's `HX-Redirect` to the sign-in page.
  event.preventDefault();
  if (!(await remedied())) return window.htmx.trigger(sent.elt, "htmx:responseError", event.detail);
  await getToken({ skipCache: true }).catch(() => null);
  window.htmx.ajax(sent.verb, sent.path, {
    source: sent.elt,
    target: sent.target,
    values: sent.unfilteredParameters,
    headers: { "Clerk-Retry": "1" },
  });
});
