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
