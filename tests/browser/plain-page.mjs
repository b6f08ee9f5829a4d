// The app of the first topology: plain pages on one port that speak to the emulator on another.
import { createServer } from 'node:http';

const page = (emulator, key) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Plain page</title>
<script defer crossorigin="anonymous" src="${emulator}/npm/@clerk/ui@1/dist/ui.browser.js"></script>
<script defer crossorigin="anonymous" data-clerk-publishable-key="${key}" data-clerk-proxy-url="${emulator}"
  src="${emulator}/npm/@clerk/clerk-js@6/dist/clerk.browser.js"></script>
<main><p id="who">loading</p><div id="button"></div><div id="card"></div></main>
<script>
  window.addEventListener('load', async () => {
    await Clerk.load({
      ui: { ClerkUI: window.__internal_ClerkUICtor }, telemetry: false,
      signInUrl: '/sign-in', signUpUrl: '/sign-up',
    });
    const card = document.getElementById('card');
    if (location.pathname === '/sign-in') Clerk.mountSignIn(card);
    if (location.pathname === '/sign-up') Clerk.mountSignUp(card);
    Clerk.addListener(({ user }) => {
      document.getElementById('who').textContent = user ? 'signed in ' + user.id : 'signed out';
      if (user) Clerk.mountUserButton(document.getElementById('button'));
    });
  });
</script></html>`;

export const servePlainPage = (emulator, key) => new Promise((resolve) => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.url === '/favicon.ico' ? '' : page(emulator, key));
  });
  server.listen(0, () => resolve({ url: `http://localhost:${server.address().port}`, close: () => server.close() }));
});
