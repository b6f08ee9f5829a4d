// Put behind each page by `clerk-rs dev --watch`: reloads the page when there is another version of it.
(() => {
  const mine = new URL(document.currentScript.src);
  let question = null;
  const ask = async () => {
    // A hidden page asks nothing: each question holds one of the few connections that a browser opens.
    if (document.hidden || question) return;
    question = new AbortController();
    let pause = 1000;
    try {
      const address = new URL('changed' + mine.search, mine);
      const answer = await fetch(address, { cache: 'no-store', signal: question.signal });
      if (answer.status === 200) return location.reload();
      if (answer.status !== 204) return;
      pause = 0;
    } catch {
      // `clerk-rs dev` has ended, or this page is hidden now.
    }
    question = null;
    setTimeout(ask, pause);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) question?.abort();
    else ask();
  });
  ask();
})();
