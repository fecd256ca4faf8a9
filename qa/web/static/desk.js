// A desk whose session has ended leads to the login, one that was turned off says so, instead of
// buttons that do nothing.
(() => {
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    const response = await fetched(...request);
    const { pathname, origin } = new URL(response.url || "", location.href);
    const ended =
      response.status === 401 || (response.status === 404 && pathname.endsWith("/queue/join"));
    if (ended && origin === location.origin && pathname.startsWith("/desk/")) {
      location.assign("/desk/login");
    }
    return response;
  };
})();
// What is still worked out is looked at again, while its tab is open.
setInterval(() => {
  const waiting = [...document.querySelectorAll(".desk-waits")].some((one) => one.offsetParent);
  if (waiting && !document.hidden) location.reload();
}, 5000);
// An address that ends in a tab's name (#questions) opens that tab, and an open tab says so there.
(() => {
  const named = (tab) => tab.textContent.trim().toLowerCase().replace(/\s+/g, "-");
  const tabs = () => [...document.querySelectorAll('#desk-tabs button[role="tab"]')];
  const open = () => {
    const wanted = tabs().find((tab) => named(tab) === location.hash.slice(1));
    if (wanted && wanted.getAttribute("aria-selected") !== "true") wanted.click();
    return wanted !== undefined;
  };
  if (location.hash && !open()) {
    const waiting = new MutationObserver(() => open() && waiting.disconnect());
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
  addEventListener("hashchange", open);
  addEventListener("click", (event) => {
    const tab = event.isTrusted && event.target.closest?.('#desk-tabs button[role="tab"]');
    if (tab) history.replaceState(history.state, "", `#${named(tab)}`);
  });
})();
