// A headless Chromium that tells what went wrong on its pages, and never leaves this machine unnoticed.
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-domain-reliability',
];

const isHere = (url) => {
  const { protocol, hostname } = new URL(url);
  return ['data:', 'blob:', 'about:'].includes(protocol)
    || ['localhost', '127.0.0.1', '[::1]'].includes(hostname) || hostname.endsWith('.localhost');
};

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS,
});

/** A fresh profile. `troubles` collects what no page of ours may do. */
export async function profile(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const troubles = [];
  // Once in a while Chromium never says that a context is closed. The browser's own end takes it along.
  const close = context.close.bind(context);
  context.close = () => Promise.race([close(), new Promise((resolve) => setTimeout(resolve, 10_000).unref())]);
  context.on('request', (request) => {
    if (!isHere(request.url())) troubles.push(`left this machine: ${request.url()}`);
  });
  await context.route((url) => !isHere(url.href), (route) => route.abort());
  context.on('weberror', (error) => troubles.push(`page error: ${error.error()}`));
  context.on('console', (message) => {
    const bad = /Content Security Policy|requires an active user session/;
    if (bad.test(message.text())) troubles.push(message.text());
  });
  return { context, troubles };
}
