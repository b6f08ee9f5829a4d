// Stands in for Clerk's browser libraries while they are not at hand: it knows who is signed in, hands out tokens,
// and in place of each component draws a link to a page of the emulator that needs no script.
(() => {
  const suffix = '$SUFFIX$';
  const tag = document.currentScript;
  const proxy = new URL(tag?.dataset.clerkProxyUrl || tag.src.replace(/\/npm\/.*$/, ''), location.href);
  const base = proxy.href.replace(/\/$/, '');
  const names = ['__clerk_db_jwt', `__clerk_db_jwt_${suffix}`];
  const cookie = (name) => document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  const listeners = new Set();
  let browser = cookie(names[1]) || cookie(names[0]);
  let client = null;

  const call = async (path, options) => {
    const query = new URLSearchParams(browser ? { __clerk_db_jwt: browser } : {});
    const response = await fetch(`${base}/v1/${path}?${query}`, options);
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.errors?.[0]?.long_message), { status: response.status });
    return answer;
  };
  const adopt = (id) => {
    browser = id;
    for (const name of names) document.cookie = `${name}=${id}; path=/; max-age=31536000; samesite=lax`;
  };
  const page = (name, back) => {
    const query = new URLSearchParams({ redirect_url: new URL(back || location.href, location.href).href });
    if (browser) query.set('__clerk_db_jwt', browser);
    return `${base}/__emulator/${name}?${query}`;
  };
  const draw = (node, name, words) => {
    const link = document.createElement('a');
    link.href = page(name, new URLSearchParams(location.hash.split('?')[1]).get('redirect_url') || Clerk.options.afterUrl || '/');
    link.textContent = words;
    link.style.whiteSpace = 'nowrap';
    node.replaceChildren(link);
  };
  const explain = (node, name, words) => {
    draw(node, name, words);
    const why = document.createElement('p');
    why.textContent = "Clerk's form is not in the cache: `clerk-rs emulator fetch` brings it. Until then the emulator has a plain one.";
    node.prepend(why);
  };
  const tell = () => {
    const session = client?.sessions.find(({ id }) => id === client.last_active_session_id) ?? null;
    Clerk.client = client;
    Clerk.session = session && {
      id: session.id, checkAuthorization: () => false,
      getToken: async () => (await call(`client/sessions/${session.id}/tokens`, { method: 'POST' })).jwt,
    };
    const user = session?.user;
    Clerk.user = user ? {
      id: user.id, firstName: user.first_name, lastName: user.last_name, imageUrl: user.image_url,
      fullName: [user.first_name, user.last_name].filter(Boolean).join(' ') || null,
      primaryEmailAddress: { emailAddress: user.email_addresses[0]?.email_address },
    } : null;
    Clerk.isSignedIn = Boolean(user);
    for (const listener of listeners) listener(Clerk);
  };
  const Clerk = {
    loaded: false, options: {}, version: 'emulator', client: null, session: null, user: null, organization: null,
    isSignedIn: false, isStandardBrowser: true, instanceType: 'development',
    async load(options = {}) {
      Clerk.options = options;
      if (!browser) adopt((await call('dev_browser', { method: 'POST' })).id);
      try {
        client = (await call('client')).response;
      } catch (error) {
        if (error.status !== 401) throw error;
        adopt((await call('dev_browser', { method: 'POST' })).id);
      }
      Clerk.loaded = true;
      Clerk.status = 'ready';
      tell();
    },
    addListener(listener) {
      listeners.add(listener);
      if (Clerk.loaded) listener(Clerk);
      return () => listeners.delete(listener);
    },
    async signOut(options) {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = page('sign-out', options?.redirectUrl || '/');
      document.body.append(form);
      form.submit();
    },
    buildSignInUrl: (options) => page('sign-in', options?.redirectUrl),
    buildSignUpUrl: (options) => page('sign-up', options?.redirectUrl),
    redirectToSignIn: async (options) => location.assign(page('sign-in', options?.redirectUrl)),
    redirectToSignUp: async (options) => location.assign(page('sign-up', options?.redirectUrl)),
    mountSignIn: (node) => explain(node, 'sign-in', 'Sign in'),
    mountSignUp: (node) => explain(node, 'sign-up', 'Sign up'),
    mountUserButton: (node) => draw(node, 'sign-out', 'Sign out'),
    mountUserProfile: (node) => { node.textContent = Clerk.user?.primaryEmailAddress?.emailAddress ?? ''; },
    mountOrganizationSwitcher() {}, mountOrganizationProfile() {}, mountOrganizationList() {}, mountCreateOrganization() {},
  };
  Clerk.openSignIn = Clerk.redirectToSignIn;
  Clerk.openSignUp = Clerk.redirectToSignUp;
  for (const name of Object.keys(Clerk)) {
    if (name.startsWith('mount')) Clerk[`un${name}`] = (node) => node.replaceChildren();
  }
  window.Clerk = Clerk;
})();
