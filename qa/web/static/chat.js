// What Gradio's Chatbot does not do itself: buttons inside a message, names for screen readers,
// scrolling to the question just asked.  Everything it needs it reads from the messages.
"use strict";

const announce = (words) => {
  document.getElementById("fn-said").textContent = words;
};

const questionBox = () => document.querySelector("#question textarea");

// A question that is too long stays in its box: the note above it says what to do, and nothing is
// sent.  The server counts once more, for it leaves out control characters.
const excess = () => {
  const most = Number(document.getElementById("fn-too-long").dataset.most);
  const count = [...(questionBox()?.value.trim() ?? "")].length;
  return count > most ? [count, most] : null;
};

const measure = () => {
  const note = document.getElementById("fn-too-long");
  const box = questionBox();
  if (!box) return;
  const long = excess();
  const number = (value) => value.toLocaleString("en");
  const words = long
    ? `Your question has ${number(long[0])} characters; at most ${number(long[1])} can be asked. Shorten it by ${number(long[0] - long[1])}.`
    : "";
  if (note.textContent === words) return;
  if (note.hidden === Boolean(long)) announce(words); // not with every key
  note.textContent = words;
  note.hidden = !long;
  box.setAttribute("aria-invalid", String(Boolean(long)));
  box.setAttribute("aria-describedby", note.id);
  const composer = document.getElementById("composer");
  if (!composer.contains(note)) composer.prepend(note);
};

// Neither is anything sent before the conversation so far is back.
const holdBack = (event) => {
  if (!excess() && !restoring) return;
  event.preventDefault();
  event.stopPropagation();
  measure();
  announce(document.getElementById("fn-too-long").textContent);
};

document.addEventListener("input", (event) => event.target === questionBox() && measure());
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target === questionBox()) holdBack(event);
  },
  true,
);
document.addEventListener("click", (event) => event.target.closest("#ask") && holdBack(event), true);

const ask = (question, tries = 1) => {
  const box = questionBox();
  const button = () => document.getElementById("ask");
  if (!box || !button()) return false;
  box.value = question;
  box.focus({ preventScroll: true });
  const press = () => {
    if (box.value !== question || tries-- === 0) return; // Gradio empties the box when it has it
    box.dispatchEvent(new Event("input", { bubbles: true })); // Gradio reads the value from it
    if (excess()) return;
    // Gradio takes the value over in its next round, and may draw the button anew until then.
    setTimeout(() => button()?.click(), 30);
    setTimeout(press, 1000);
  };
  press();
  return true;
};

const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
    announce(done);
    return true;
  } catch {
    announce("Copying is not allowed here.");
    return false;
  }
};

const confirmOn = (button, words) => {
  const before = button.textContent;
  button.textContent = words;
  setTimeout(() => (button.textContent = before), 1800);
};

const judge = async (button) => {
  const actions = button.closest(".fn-actions");
  const response = await fetch("/api/v1/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ answer: button.value, verdict: button.name }),
  }).catch(() => null);
  if (!response || !response.ok) {
    announce("Your feedback could not be sent. Please try again.");
    return;
  }
  for (const other of actions.querySelectorAll(".fn-verdict")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const reasons = actions.querySelector(".fn-down");
  const down = reasons.contains(button);
  reasons.querySelector("summary").setAttribute("aria-pressed", String(down));
  if (down) {
    reasons.querySelector("summary").focus();
    reasons.open = false;
  }
  announce("Thank you. The editors will see this.");
};

const rowOf = (element) => element.closest(".message-row");

document.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const has = (name) => target.classList.contains(name);
  if (has("fn-new")) {
    keep([]);
  } else if (has("fn-starter")) {
    if (ask(target.textContent)) event.preventDefault();
  } else if (has("fn-ask")) {
    ask(target.value);
  } else if (has("fn-unfold")) {
    const folded = rowOf(target).querySelector(".fn-asked").classList.toggle("fn-folded");
    target.setAttribute("aria-expanded", String(!folded));
    target.textContent = folded ? "Show the whole question" : "Show less of the question";
  } else if (has("fn-verdict")) {
    judge(target);
  } else if (has("fn-copy")) {
    const answer = target.closest(".fn-answer");
    const place = answer.querySelector(".fn-place");
    const text = `${answer.querySelector(".fn-quote").innerText.trim()}\n\n${place.textContent}\n${place.href}\n`;
    copy(text, "Answer copied.").then((done) => done && confirmOn(target, "Copied"));
  } else if (has("fn-share")) {
    event.preventDefault();
    copy(target.href, "Link to this question copied.").then((done) => {
      if (done) confirmOn(target, "Copied");
      else window.open(target.href, "_blank", "noopener");
    });
  }
});

// The tab keeps the questions of its conversation, and asks them once more when its page is opened
// anew: after a reload, or on the way back from the list of articles.  Nothing else is kept.
const KEPT = "footnote.conversation";

const kept = () => {
  try {
    const questions = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return questions.filter((one) => one.question && typeof one.question === "string");
  } catch {
    return []; // no storage, or not ours
  }
};

const keep = (questions) => {
  try {
    if (questions.length) sessionStorage.setItem(KEPT, JSON.stringify(questions));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // No storage, or none left: then the conversation ends with its page.
  }
};

// The ids of a row's answers: one, or one for each question in it that was answered.
const judged = (row) => [...row.querySelectorAll(".fn-up")].map((button) => button.value).join(" ") || null;

const keepShown = (asked, answers) => {
  const before = kept();
  keep(
    [...asked].map((row, place) => {
      const question = row.querySelector(".fn-asked").textContent;
      const failed = Boolean(answers[place].querySelector(".fn-failure"));
      // What was answered before has only failed to be brought back.
      if (failed && before[place]?.question === question) return before[place];
      return { question, answer: judged(answers[place]), failed };
    }),
  );
};

let restoring = kept().length > 0;
const restore = (tries = 20) => {
  const box = document.querySelector("#kept textarea");
  if (questions || tries === 0) {
    restoring &&= questions > 0;
    changed();
    return;
  }
  if (box) {
    box.value = JSON.stringify(kept());
    box.dispatchEvent(new Event("input", { bubbles: true })); // Gradio may not listen yet
    box.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
  }
  setTimeout(restore, 300, tries - Boolean(box));
};

// Gradio names each message after its whole source text, tags included; a screen reader would
// read that out.  A question becomes a heading, so that one can jump from answer to answer.
const name = (row) => {
  const message = row.querySelector("[data-testid]");
  if (message) message.removeAttribute("aria-label");
  const asked = row.querySelector(".fn-asked");
  if (asked) {
    asked.setAttribute("role", "heading");
    asked.setAttribute("aria-level", "2");
    const unfold = row.querySelector(".fn-unfold:not([aria-expanded])");
    if (unfold) unfold.setAttribute("aria-expanded", "false");
  }
  for (const answer of row.querySelectorAll(".fn-answer")) {
    answer.setAttribute("role", "group");
    answer.setAttribute("aria-label", "Answer");
  }
  for (const part of row.querySelectorAll(".fn-part")) {
    part.setAttribute("role", "heading");
    part.setAttribute("aria-level", "3");
  }
  for (const number of row.querySelectorAll(".fn-number")) {
    number.setAttribute("aria-label", `Source ${number.textContent}`);
    number.setAttribute("role", "img");
  }
};

// A link to a question asks it as soon as there is a box to ask it in.  Gradio may not listen yet,
// and does not say when it does; while it works on a question it ignores further clicks.
// In a page that is opened anew it has been asked.
let linked = new URLSearchParams(location.search).get("q");
if (restoring && performance.getEntriesByType("navigation")[0]?.type !== "navigate") linked = null;
const askLinked = () => {
  if (linked && !restoring && ask(linked, 5)) linked = null;
};

let questions = 0;
const changed = () => {
  const conversation = document.getElementById("conversation");
  if (!conversation) return;
  conversation.querySelectorAll(".message-row").forEach(name);
  const asked = conversation.querySelectorAll(".user-row");
  const log = conversation.querySelector('[role="log"]');
  if (log) {
    log.setAttribute("aria-label", "Questions and answers");
    log.setAttribute("aria-live", restoring ? "off" : "polite"); // what was read is not read again
  }
  document.body.classList.toggle("fn-asking", asked.length > 0 || restoring);
  if (asked.length !== questions) {
    questions = asked.length;
    const still = restoring || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (questions) asked[questions - 1].scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }
  // Gradio draws a message bit by bit.
  const drawn = (messages) => conversation.querySelectorAll(messages).length === asked.length;
  if (asked.length && drawn(".fn-asked") && drawn(".bot-row:has(.fn-answer, .fn-abstention, .fn-failure)")) {
    keepShown(asked, conversation.querySelectorAll(".bot-row"));
    if (restoring) setTimeout(changed, 500); // from then on the conversation is read out again
    restoring = false;
  }
  askLinked();
};

if (restoring) {
  document.body.classList.add("fn-asking");
  restore();
}
new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
