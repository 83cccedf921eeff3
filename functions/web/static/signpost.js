/* Comfort for Signpost's pages. Every page works without it; nothing here sends anything by itself,
   but for the plain GET that looks whether a conversation has something new. */
"use strict";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/* Says something to a screen reader, politely. */
function say(words) {
  const voice = document.querySelector("[data-say]");
  if (!voice) return;
  voice.textContent = "";
  setTimeout(() => { voice.textContent = words; }, 100);
}

/* ── Leave this page ──────────────────────────────────────────────────
   The link works by itself. Here the page vanishes at once and gives up its place in the history,
   so that "Back" doesn't bring it back. Escape, three times within three seconds, does the same. */

function leave(link) {
  document.documentElement.classList.add("leaving");
  document.title = "Weather";
  location.replace(link.href);
}

function watchForLeaving() {
  const links = all("[data-leave]");
  if (!links.length) return;
  let presses = [];
  links.forEach((link) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave(link);
  }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    presses = presses.filter((at) => event.timeStamp - at < 3000).concat(event.timeStamp);
    if (presses.length === 3) leave(links[0]);
    else if (presses.length === 2) say("Press Escape once more to leave this page.");
  });
  addEventListener("pageshow", () => document.documentElement.classList.remove("leaving"));
}

/* ── Errors ───────────────────────────────────────────────────────────
   The summary is read out first, and its links go to the very field. */

function showErrors() {
  const summary = document.querySelector("[data-errors]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    field.closest(".field").scrollIntoView();
  });
}

/* ── Counting ─────────────────────────────────────────────────────────
   Characters as people see them: an emoji is one, as it is for the server. */

function countCharacters(area) {
  const most = Number(area.dataset.count);
  const place = document.getElementById(area.id + "-count");
  if (!place) return;
  const number = new Intl.NumberFormat("en-GB");
  let pause;
  const count = () => {
    const left = most - Array.from(area.value).length;
    const characters = Math.abs(left) === 1 ? " character" : " characters";
    place.textContent = left < 0 ? number.format(-left) + characters + " too many" : number.format(left) + characters + " left";
    place.classList.toggle("count--far", left > most / 2);
    place.classList.toggle("count--near", left >= 0 && left <= most / 10);
    place.classList.toggle("count--over", left < 0);
    clearTimeout(pause);
    if (left <= most / 10 && area.value) pause = setTimeout(() => say(place.textContent), 1000);
  };
  area.addEventListener("input", count);
  count();
}

/* ── Files ────────────────────────────────────────────────────────────
   One that is too large is told at once: it would never reach the server, nor would the words beside it. */

function refuseLarge(field) {
  const said = field.parentElement.querySelector("[data-too-large]");
  const isTooLarge = () => Array.from(field.files).some((file) => file.size > Number(field.dataset.largest));
  field.addEventListener("change", () => {
    said.hidden = !isTooLarge();
    if (isTooLarge()) say(said.textContent);
  });
  field.form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.hidden = false;
    field.focus();
    say(said.textContent);
  });
}

/* ── Passwords ────────────────────────────────────────────────────────
   Typing one unseen on a telephone is hard. It is hidden again before it is sent, so that no browser
   keeps it as an ordinary answer. */

function letPasswordBeSeen(field) {
  const frame = document.createElement("div");
  const button = document.createElement("button");
  const label = document.querySelector("label[for='" + field.id + "']");
  frame.className = "secret";
  button.type = "button";
  button.className = "button button--quiet";
  const what = document.createElement("span");
  what.className = "visually-hidden";
  what.textContent = " " + (label ? label.textContent.trim().toLowerCase() : "password");
  const show = (seen) => {
    field.type = seen ? "text" : "password";
    button.replaceChildren(seen ? "Hide" : "Show", what);
  };
  show(false);
  field.replaceWith(frame);
  frame.append(field, button);
  button.addEventListener("click", () => show(field.type === "password"));
  if (field.form) field.form.addEventListener("submit", () => show(false));
}

/* ── Drafts ───────────────────────────────────────────────────────────
   What was typed stays in this tab until it is sent: a telephone rings, a session ends. It is cleared when a
   page says data-sent with its key, or shows the same words among one's own letters, and on signing out. */

const DRAFT = "signpost-draft:";
const plain = (text) => text.replace(/\s+/g, " ").trim();

function keepDraft(area) {
  const key = DRAFT + area.dataset.draft;
  const kept = sessionStorage.getItem(key);
  const sent = all(".letter--own .letter-text").some((letter) => plain(letter.innerText) === plain(kept || ""));
  if (kept && sent) sessionStorage.removeItem(key);
  else if (kept && kept !== area.value) {
    area.value = kept;
    say("What you had written is still here.");
  }
  area.addEventListener("input", () => {
    if (area.value.trim()) sessionStorage.setItem(key, area.value);
    else sessionStorage.removeItem(key);
  });
}

function keepDrafts() {
  try {
    all("[data-sent]").forEach((mark) => sessionStorage.removeItem(DRAFT + mark.dataset.sent));
    all("textarea[data-draft]").forEach(keepDraft);
    all("form[data-sign-out]").forEach((form) => form.addEventListener("submit", () => {
      Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT)).forEach((key) => sessionStorage.removeItem(key));
    }));
  } catch {
    /* Storage may be forbidden or full: then there are no drafts, and nothing else is lost. */
  }
}

/* ── Sending once ─────────────────────────────────────────────────────
   The server stores one message however often it is asked; this only spares people the doubt. The buttons are
   disabled after the form's data has been taken, and come back if the page does. */

function sendOnce() {
  const enable = (form) => {
    delete form.dataset.sending;
    all("button[type=submit]", form).forEach((button) => { button.disabled = false; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    setTimeout(() => {
      if (event.defaultPrevented) return;
      form.dataset.sending = "yes";
      all("button[type=submit]", form).forEach((button) => { button.disabled = true; });
      setTimeout(enable, 15000, form);
    });
  });
  addEventListener("pageshow", () => all("form[data-sending]").forEach(enable));
}

/* ── Before sending ───────────────────────────────────────────────────
   A contact detail is pointed out once, above the button; the second press sends the words as they are. When
   there is none, or nobody answers in time, the first press sends. */

function pointOutFirst(notice) {
  const form = notice.closest("form");
  let told = !notice.hidden;
  let asking = false;
  // Without a chosen file: a person looks at each, and it would be sent twice.
  const words = (given) => new URLSearchParams([...new FormData(given)].filter(([, value]) => typeof value === "string"));
  const ask = async () => {
    const answer = await fetch(notice.dataset.beforeSending, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: words(form),
      signal: AbortSignal.timeout(4000),
    });
    return answer.ok ? (await answer.json()).details : [];
  };
  const show = (details) => {
    notice.querySelector("ul").replaceChildren(...details.map((detail) => {
      const line = document.createElement("li");
      line.textContent = (detail.found ? "“" + detail.found + "” – " : "") + detail.sentence;
      return line;
    }));
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
    say(notice.innerText);
  };
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (told || (button && button.hasAttribute("formaction"))) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    const details = await ask().catch(() => []);
    told = true;
    asking = false;
    if (details.length) show(details);
    else form.requestSubmit(button);
  });
}

/* ── A page that stays fresh ──────────────────────────────────────────
   While the page is being looked at, the same page is fetched and #thread swapped if it has changed, until it asks
   for that no longer. Every five seconds at first, or as often as it says; more slowly when nobody touches the page
   or the line is bad; never in the background. */

function keepFresh() {
  const source = document.querySelector("[data-refresh]");
  const thread = document.getElementById("thread");
  if (!source || !thread) return;
  let failures = 0;
  let touched = Date.now();
  let timer;

  const essence = (element) => {
    const copy = element.cloneNode(true);
    all("input[type=hidden]", copy).forEach((field) => field.remove());
    return copy.innerHTML;
  };
  let shown = essence(thread);

  const beingFilledIn = () => all("textarea, input", thread).some((field) => field.value !== field.defaultValue);

  const swap = (fresh) => {
    const known = new Set(all(".letter[id]", thread).map((letter) => letter.id));
    const held = document.activeElement;
    const place = thread.contains(held) ? all("a, button, summary", thread).indexOf(held) : -1;
    thread.replaceChildren(...fresh.childNodes);
    const arrived = all(".letter[id]", thread).filter((letter) => !known.has(letter.id));
    arrived.forEach((letter) => letter.classList.add("letter--new"));
    const again = all("a, button, summary", thread)[place];
    if (again) again.focus({ preventScroll: true });
    if (arrived.some((letter) => !letter.classList.contains("letter--own"))) say("New message");
    else say(source.dataset.refreshSays || "This conversation has been brought up to date.");
  };

  const look = async () => {
    const answer = await fetch(source.dataset.refresh, { headers: { Accept: "text/html" } });
    if (answer.redirected || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) return false;
    if (!answer.ok) throw new Error("The site is busy");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("thread");
    if (!fresh) return false;
    const essential = essence(fresh);
    if (essential !== shown && !beingFilledIn()) {
      shown = essential;
      touched = Date.now();
      source.dataset.refreshSays = fresh.dataset.refreshSays || "";
      swap(fresh);
    }
    return fresh.hasAttribute("data-refresh");
  };

  const wait = () => {
    const quiet = Date.now() - touched;
    const pace = quiet < 180000 ? Number(source.dataset.refreshPace) || 5000 : quiet < 900000 ? 15000 : 60000;
    clearTimeout(timer);
    timer = setTimeout(next, Math.min(pace * 2 ** failures, 60000));
  };

  /* Stops for good once signed out or no longer allowed to look. */
  const next = async () => {
    if (document.hidden) return;
    try {
      const on = await look();
      failures = 0;
      if (on) wait();
    } catch {
      failures += 1;
      wait();
    }
  };

  ["keydown", "pointerdown", "scroll"].forEach((kind) => {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    touched = Date.now();
    if (!document.hidden) next();
  });
  wait();
}

/* ── Keys for those who read many ─────────────────────────────────────
   j and k go from row to row, and Enter opens as it does anywhere. Letters named by data-key only bring the
   keyboard to that button: a decision is always pressed on purpose. They can be turned off, and stay off. */

const KEYS_OFF = "signpost-keys-off";

function useKeys() {
  const rows = all("[data-queue] [data-row]");
  const keyed = all("[data-key]");
  const hints = all("[data-keys]");
  if (!hints.length || (!rows.length && !keyed.length)) return;

  let off = false;
  try { off = localStorage.getItem(KEYS_OFF) === "yes"; } catch { /* Then they are on. */ }

  const show = () => hints.forEach((hint) => {
    hint.hidden = false;
    hint.querySelector("[data-keys-words]").hidden = off;
    hint.querySelector("[data-keys-switch]").textContent = off ? "Turn keys on" : "Turn keys off";
  });
  hints.forEach((hint) => hint.querySelector("[data-keys-switch]").addEventListener("click", () => {
    off = !off;
    try { localStorage.setItem(KEYS_OFF, off ? "yes" : "no"); } catch { /* It holds for this page. */ }
    show();
  }));
  show();

  const links = rows.map((row) => row.querySelector("a[href]")).filter(Boolean);
  const step = (by) => {
    const row = document.activeElement.closest("[data-row]");
    const from = row ? links.indexOf(row.querySelector("a[href]")) : -1;
    const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), links.length - 1);
    if (links[to]) links[to].focus();
  };

  const tick = () => {
    const row = document.activeElement.closest("[data-row]");
    const box = row && row.querySelector("[data-tick]");
    if (box) box.click();
    return Boolean(box);
  };

  document.addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    if (event.key === "j" && links.length) step(1);
    else if (event.key === "k" && links.length) step(-1);
    else if (event.key === "?") hints[0].focus();
    else if (event.key === "x" && tick()) { /* Ticked, or not any more. */ }
    else {
      const target = keyed.find((element) => element.dataset.key === event.key);
      if (!target) return;
      target.focus();
    }
    event.preventDefault();
  });
}

/* ── Leaving what one was reading ─────────────────────────────────────
   Whoever leaves the page of a message that is theirs to read leaves it to others. A word sent while leaving may
   arrive late: it names the version it is about, and after a reload the message is taken anew first. */

function letGoOnLeaving() {
  const claim = document.querySelector("[data-claim]");
  if (!claim) return;
  const place = claim.dataset.claim;
  const csrf = document.querySelector("main input[name=csrf]").value;
  let version = Number(claim.dataset.version);
  let keeps = false;

  document.addEventListener("submit", (event) => { keeps = keeps || Boolean(event.target.closest("main")); });
  document.addEventListener("click", (event) => { keeps = keeps || Boolean(event.target.closest("a[data-keeps-claim]")); });
  addEventListener("pagehide", () => {
    const word = new Blob([JSON.stringify({ csrf, version })], { type: "application/json" });
    if (!keeps) navigator.sendBeacon(place + "/release", word);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const [arrival] = performance.getEntriesByType("navigation");
  if (!arrival || arrival.type === "navigate") return;
  const take = { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ csrf }) };
  fetch(place + "/claim", take)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)))
    .then((message) => { version = message.version; })
    .catch(() => { /* The page says what was so a moment ago; deciding says what is. */ });
}

/* ── What takes several requests ──────────────────────────────────────
   Once asked for, it goes on by itself. */

function goOn() {
  const form = document.querySelector("form[data-goes-on]");
  if (form && location.hash === "#check") setTimeout(() => form.requestSubmit(), 300);
}

watchForLeaving();
showErrors();
all("input[type=password][id]").forEach(letPasswordBeSeen);
keepDrafts();
all("textarea[data-count]").forEach(countCharacters);
all("input[data-largest]").forEach(refuseLarge);
all("[data-before-sending]").forEach(pointOutFirst);
sendOnce();
keepFresh();
letGoOnLeaving();
goOn();
useKeys();
