// The page of all questions: a verdict with a key, kept without leaving the place.
// Without this script its forms do the same, a page each.
(() => {
  const list = document.getElementById("list");
  if (!list) return;
  document.documentElement.classList.add("desk-by-key");
  for (const one of document.querySelectorAll(".desk-keys span")) one.hidden = false;
  const said = document.getElementById("said");
  const rows = () => [...list.querySelectorAll("tbody tr")];
  const open = (row) => !row.hasAttribute("data-judged") && !row.hasAttribute("data-waits");
  let last = null; // the id of the row that was judged last
  const told = (row, words) => {
    row.querySelector(".desk-told").textContent = words;
  };
  const go = (row) => {
    row.focus({ preventScroll: true });
    const { top, bottom } = row.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) row.scrollIntoView({ block: top < 0 ? "start" : "center" });
  };
  // The next one that is not judged: below, else above; when there is none, the way to more.
  const next = (row) => {
    const all = rows();
    const at = all.indexOf(row);
    const found = [...all.slice(at + 1), ...all.slice(0, at)].find(open);
    if (found) return go(found);
    const more = document.getElementById("more") ?? document.querySelector(".desk-paging [rel=next]");
    if (more) more.hidden = false;
    (more ?? row).focus();
  };
  // One after the other, so that what is shown is what the last verdict has made.
  let before = Promise.resolve();
  const post = (address, body) => {
    const answer = before.then(async () => {
      const headers = { accept: "application/json" };
      const response = await fetch(address, { method: "POST", body, headers });
      return response.status === 401 || response.status === 403 ? null : response.json();
    });
    before = answer.catch(() => {});
    return answer;
  };
  const send = async (form, button) => {
    const row = form.closest("tr");
    if (row.hasAttribute("data-waits")) return;
    const undo = button.value === "undo";
    const body = new URLSearchParams(new FormData(form));
    body.set(button.name, button.value);
    row.setAttribute("data-waits", "");
    told(row, "");
    if (undo) row.focus({ preventScroll: true });
    else next(row);
    const inside = () => row.contains(document.activeElement);
    try {
      const answer = await post(form.action, body);
      if (!answer) {
        location.assign(`/desk/login?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      const { problem, row: html, summary } = answer;
      if (summary) document.getElementById("summary").innerHTML = summary;
      let now = row;
      if (html) {
        const made = document.createElement("template");
        made.innerHTML = html;
        now = made.content.firstElementChild;
        const focused = inside();
        row.replaceWith(now);
        if (focused) go(now);
      }
      now.removeAttribute("data-waits");
      if (problem) {
        told(now, problem);
        go(now);
        now.querySelector(".desk-told").scrollIntoView({ block: "nearest" });
      } else {
        last = undo ? null : now.id;
        said.textContent = now.querySelector(".desk-said")?.textContent ?? "Taken back";
      }
    } catch {
      row.removeAttribute("data-waits");
      told(row, "Nothing was kept: the server cannot be reached.");
      go(row);
    }
  };
  list.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  const judged = (row) => row?.querySelector('button[value="undo"]');
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const row = event.target.closest?.("#list tbody tr");
    const more = event.target.matches?.(".desk-paging a");
    if ((!row && !more) || event.target.matches("input")) return;
    const key = event.key.toLowerCase();
    // On some keyboards the digits need a Shift: the key in their place will do.
    const number = /^[1-4]$/.test(key) ? key : event.code.match(/^(?:Digit|Numpad)([1-4])$/)?.[1];
    if (key === "u") {
      const button = judged(row) ?? judged(last && document.getElementById(last));
      if (button) send(button.form, button);
    } else if (row && (key === "j" || key === "k")) {
      const to = rows()[rows().indexOf(row) + (key === "j" ? 1 : -1)];
      if (to) go(to);
    } else if (row && key === "o") {
      const link = row.querySelector(".desk-place a");
      if (link) window.open(link.href, "_blank", "noopener");
    } else if (row && number) {
      const button = row.querySelector(`button[data-key="${number}"]`);
      if (button) send(button.form, button);
    } else return;
    event.preventDefault();
  });
  // A click beside its buttons puts the keys into a row.
  list.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row && !event.target.closest("a, button, summary, input, label")) go(row);
  });
  document.getElementById("begin")?.addEventListener("click", (event) => {
    const first = rows().find(open);
    if (!first) return;
    event.preventDefault();
    go(first);
  });
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named && list.contains(named)) go(named);
})();
