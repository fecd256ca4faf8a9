// A desk whose session has ended leads to the login, instead of buttons that do nothing.
(() => {
  const fetched = window.fetch;
  window.fetch = async (...request) => {
    const response = await fetched(...request);
    const { pathname, origin } = new URL(response.url || "", location.href);
    if (response.status === 401 && origin === location.origin && pathname.startsWith("/desk/")) {
      location.assign("/desk/login");
    }
    return response;
  };
})();
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
