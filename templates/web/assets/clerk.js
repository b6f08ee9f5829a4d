// Clerk in the browser: loads it, mounts its components, shows what fits the visitor, and fetches with a fresh
// token. What the server knew when it made the page is in `data-` attributes of <body>.

const page = document.body.dataset;
const server = JSON.parse(page.clerkState);
const fill = { width: "100%", maxWidth: "100%" };
const switcher = {
  organizationSwitcherTrigger: "switcher",
  organizationPreviewTextContainer: "switcher-name",
  userPreviewTextContainer: "switcher-name",
};

// Clerk's components in the colours of style.css, light and dark. They use variables of their own such as `--accent`, so
// ours have other names. What else can be changed: clerk.com/docs, "Appearance".
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

// Whoever chooses another organization stays on the page, and the server makes it again for that one.
const here = () => location.pathname + location.search;
const again = { afterSelectOrganizationUrl: here, afterSelectPersonalUrl: here, afterCreateOrganizationUrl: here };

const mounts = {
  "sign-in": ["mountSignIn", (data) => ({ signUpUrl: data.signUpUrl })],
  "sign-up": ["mountSignUp", (data) => ({ signInUrl: data.signInUrl })],
  "user-button": ["mountUserButton", () => ({ userProfileMode: "navigation", userProfileUrl: "/user" })],
  "user-profile": ["mountUserProfile", () => ({ appearance: { elements: { rootBox: fill, cardBox: fill } } })],
  "organization-switcher": ["mountOrganizationSwitcher", () => ({ appearance: { elements: switcher }, ...again })],
};

/** Who is signed in now; until Clerk has loaded, who was when the server made the page. */
export function useAuth() {
  const clerk = window.Clerk;
  const isLoaded = Boolean(clerk?.loaded);
  const { session, user, organization } = isLoaded ? clerk : {};
  const now = { userId: user?.id ?? null, sessionId: session?.id ?? null, orgId: organization?.id ?? null };
  return { isLoaded, ...(isLoaded ? now : server), getToken };
}

/** The signed-in user with name, image and addresses; `null` when signed out or not yet loaded. */
export function useUser() {
  const user = window.Clerk?.user ?? null;
  return { isLoaded: Boolean(window.Clerk?.loaded), isSignedIn: Boolean(user), user };
}

/** A session token that is valid now, or `null` when nobody is signed in. */
export async function getToken(options) {
  await ready;
  return (await window.Clerk.session?.getToken(options)) ?? null;
}

/** `fetch` with a fresh token, tried once more after a 401. The token is sent to this site only. */
export async function fetchWithToken(url, options = {}) {
  const attempt = async (tokenOptions) => {
    const request = new Request(url, options);
    const token = isOurs(request.url) && (await getToken(tokenOptions));
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return fetch(request);
  };
  const response = await attempt();
  return response.status === 401 && isOurs(response.url) ? attempt({ skipCache: true }) : response;
}

const isOurs = (url) => new URL(url, location.href).origin === location.origin;

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
    // A link to the sign-in page can carry a `redirect_url` in its hash, which no server sees.
    allowedRedirectOrigins: [location.origin],
    telemetry: false,
  });
});

// `data-clerk-show`: "signed-in", "signed-out", "role:org:admin", "permission:org:invoices:read".
// `data-clerk-user`: a field of the user, such as "firstName" or "primaryEmailAddress.emailAddress".
// `data-clerk-mount`: a component of Clerk's. One that is hidden has to wait, because some complain about strangers.
function show() {
  const { session, user } = window.Clerk;
  const fits = (wanted) => {
    if (wanted === "signed-in" || wanted === "signed-out") return (wanted === "signed-in") === Boolean(user);
    const [kind, ...rest] = wanted.split(":");
    return Boolean(session?.checkAuthorization({ [kind]: rest.join(":") }));
  };
  for (const node of document.querySelectorAll("[data-clerk-show]")) node.hidden = !fits(node.dataset.clerkShow);
  for (const node of document.querySelectorAll("[data-clerk-user]"))
    node.textContent = field(user, node.dataset.clerkUser) ?? node.textContent;
  for (const node of document.querySelectorAll("[data-clerk-mount]")) if (!node.closest("[hidden]")) mount(node);
  leave(user);
}

// What the server wrote for somebody does not stay on the screen when they signed out in another tab. `undefined` is a
// change under way, as during a sign-out here, which leads elsewhere by itself.
let shown = null;

function leave(user) {
  if (user === undefined) return;
  if (shown && user?.id !== shown) location.reload();
  shown = user?.id;
}

const field = (user, path) => path.split(".").reduce((value, name) => value?.[name], user);

const mounted = new WeakSet();

function mount(node) {
  if (mounted.has(node)) return;
  mounted.add(node);
  const [name, options] = mounts[node.dataset.clerkMount];
  waiting(node);
  window.Clerk[name](node, options(node.dataset));
}

// The outline of a form stays until the form is there, or is not going to be.
function waiting(node) {
  const place = node.closest("[aria-busy]");
  if (!place) return;
  const arrived = new MutationObserver(() => {
    if (node.childElementCount === 0) return;
    arrived.disconnect();
    place.ariaBusy = "false";
  });
  arrived.observe(node, { childList: true });
}

// Where somebody goes after signing in stands in `/sign-in?redirect_url=…`; the server has checked that it stays on this
// site. Clerk's components read it behind the hash instead, as `/sign-in#/?redirect_url=…`, so it is put there.
function putRedirectIntoHash() {
  const wanted = document.querySelector("[data-redirect-url]")?.dataset.redirectUrl;
  if (wanted && !location.hash) location.replace(`#/?${new URLSearchParams({ redirect_url: wanted })}`);
}

ready.then(
  () => {
    putRedirectIntoHash();
    show();
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

// For pages that use HTMX; nothing below runs without it. A request of HTMX gets a token as `fetchWithToken` gives one:
// it waits until the token is there, carries it, and is sent once more after a 401.
let htmxToken = null;

document.addEventListener("htmx:confirm", async (event) => {
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
  if (xhr.status !== 401 || sent.headers["Clerk-Retry"] || !isOurs(sent.path)) return;
  // Otherwise HTMX would follow the answer's `HX-Redirect` to the sign-in page.
  event.preventDefault();
  await getToken({ skipCache: true }).catch(() => null);
  window.htmx.ajax(sent.verb, sent.path, {
    source: sent.elt,
    target: sent.target,
    values: sent.unfilteredParameters,
    headers: { "Clerk-Retry": "1" },
  });
});
