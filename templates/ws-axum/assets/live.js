// The page `/live`: an event stream tells who is here, a WebSocket carries what they say.

import { getToken, useAuth } from "./clerk.js";

const TOKEN_EXPIRED = 4401;
const CONNECTIONS = 2;
const SHOWN = 200;
const [state, here, said, form] = ["state", "here", "said", "talk"].map((id) => document.getElementById(`live-${id}`));

const tell = (text) => (state.textContent = text);
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
// The server knows ids; names are yours to add.
const named = (user) => (user === useAuth().userId ? "you" : `…${user.slice(-6)}`);

let open = 0;

/** Keeps a connection open while the page is in sight, each time with a fresh token, until the visitor is signed out.
 *  `connect(begin, end)` opens one, says with `begin` that it is open, and with `end` that it has ended: true if it was for
 *  the token. */
async function keep(connect) {
  for (let failures = 0; ; ) {
    while (document.hidden || !navigator.onLine) await pause(60_000);
    // It travels in the cookie.
    await freshToken();
    if (!useAuth().userId) return tell("You are signed out.");
    const began = performance.now();
    const over = new AbortController();
    // What outlives every token has died without a word.
    const dead = setTimeout(() => over.abort(), 90_000);
    let isOpen = 0;
    const begin = () => {
      isOpen = 1;
      if (++open === CONNECTIONS) tell("Connected.");
    };
    const isExpired = await new Promise((end) => {
      const connection = connect(begin, end);
      over.signal.addEventListener("abort", () => (connection.close(), end(false)));
      document.addEventListener("visibilitychange", () => end(false), over);
    });
    clearTimeout(dead);
    over.abort();
    open -= isOpen;
    // If every token is over at once, the clocks differ, and no hurry helps.
    const hasLasted = performance.now() - began > 5_000;
    failures = hasLasted ? 0 : failures + 1;
    if (isExpired && hasLasted) continue;
    tell("Connecting again…");
    // Not all pages at the same moment.
    await pause(Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2));
  }
}

let asked = null;

// One for all connections that ended together.
const freshToken = () =>
  (asked ??= getToken({ skipCache: true })
    .catch(() => null)
    .finally(() => (asked = null)));

// The time, or less when there is news of the network or the page.
const pause = (milliseconds) =>
  new Promise((resolve) => {
    const over = new AbortController();
    const go = () => resolve(over.abort());
    setTimeout(go, milliseconds);
    addEventListener("online", go, over);
    document.addEventListener("visibilitychange", go, over);
  });

keep((begin, end) => {
  const stream = new EventSource("/api/live/here");
  stream.onopen = begin;
  stream.onmessage = ({ data }) => here.replaceChildren(...JSON.parse(data).map((user) => element("li", named(user))));
  stream.addEventListener("end", ({ data }) => end(data === "token-expired"));
  // By itself it would come back with whatever token there is, or never.
  stream.onerror = () => end(false);
  return stream;
});

let socket;
let last = 0;
// A line that is written between two connections waits for the second.
const unsent = [];
const send = () => {
  while (unsent.length && socket?.readyState === WebSocket.OPEN) socket.send(unsent.shift());
};

keep((begin, end) => {
  socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/live/talk?after=${last}`);
  socket.onopen = () => (begin(), send());
  socket.onmessage = ({ data }) => JSON.parse(data).forEach(show);
  socket.onclose = ({ code }) => end(code === TOKEN_EXPIRED);
  return socket;
});

function show({ number, user, text }) {
  last = number;
  const line = element("p", ` ${text}`);
  line.prepend(element("strong", named(user)));
  said.append(line);
  if (said.childElementCount > SHOWN) said.firstChild.remove();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  unsent.push(form.text.value);
  form.reset();
  send();
});
