// Fetches the page again while somebody looks at it, and puts in place what changed. Everything works without this.
'use strict';
const every = 2000;
const parts = (root) => new Map([...root.querySelectorAll('[data-live]')].map((part) => [part.dataset.live, part]));

function addCopies(root) {
  if (!navigator.clipboard) return;
  for (const text of root.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'copy', textContent: 'Copy' });
    button.setAttribute('aria-label', `Copy ${text.textContent.slice(0, 40)}`);
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    });
    text.after(button);
  }
}

// Nobody's place in a table is taken away.
const isInUse = (part) => part.contains(document.activeElement) && document.activeElement !== document.body;
const isChosen = (part) => {
  const chosen = getSelection();
  return chosen && !chosen.isCollapsed && part.contains(chosen.anchorNode);
};

async function refresh(seen) {
  const answer = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
  if (!answer.ok) return;
  const now = parts(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  for (const [name, part] of parts(document)) {
    const html = now.get(name)?.innerHTML;
    if (html === undefined || html === seen.get(name) || isInUse(part) || isChosen(part)) continue;
    const scrolled = part.querySelector('.wide')?.scrollLeft ?? 0;
    part.innerHTML = html;
    seen.set(name, html);
    addCopies(part);
    const wide = part.querySelector('.wide');
    if (wide) wide.scrollLeft = scrolled;
  }
}

const seen = new Map([...parts(document)].map(([name, part]) => [name, part.innerHTML]));
addCopies(document);
const fresh = document.querySelector('[data-fresh]');
if (fresh) {
  fresh.textContent = 'What is new appears by itself.';
  setInterval(() => {
    if (document.visibilityState === 'visible') refresh(seen).catch(() => {});
  }, every);
}
