// What stands around the lines of a live session, and the nurse's side: kept up to date without leaving the page.
// Without it every button is a form that brings the page back. The lines themselves: live.js and sending.js.

import { Doorbell } from "./doorbell.js";

const EVERY = 20000; // the nurse's side is read again, since lines grow older
const SOON = 300; // several changes at once are one reading
const KEYS = "room:keys"; // this browser's choice

const one = (selector, place = document) => place.querySelector(selector);
const all = (selector, place = document) => [...place.querySelectorAll(selector)];

const cut = (words) => (words.length > 110 ? `${words.slice(0, 109)}…` : words);

async function fetched(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, ...options }).catch(() => null);
  if (!answer || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, status: answer.status, url: answer.url };
}

class Room {
  constructor() {
    this.version = null;
    this.typing = one("#id_body");
    for (const way of all("[data-without-script]")) way.hidden = true;
    document.addEventListener("room", (event) => this.told(event.detail));
    document.addEventListener("submit", (event) => this.submit(event));
    this.typing?.addEventListener("input", () => this.count());
    this.typing?.form.addEventListener("words:sent", () => this.count());
    this.count();
    this.waits = one("[data-room-wait]"); // no clinician is slowed
    if (this.waits) this.slow(this.typing.form);
    if (one("[data-panel]")) this.lead();
    // Where sockets do not come through, what stands around the lines is read again now and then.
    setInterval(() => Date.now() - (this.heard || 0) > 2 * EVERY && this.read(), EVERY);
  }

  // The frame `room`: state, pace and who is here at once; all else is fetched when its version moved.
  told(frame) {
    this.heard = Date.now();
    const state = one("[data-room-state]");
    const words = state?.dataset[frame.state];
    if (words && state.textContent !== words) {
      state.textContent = words;
      state.className = `room__state room__state--${frame.state}`;
    }
    this.keepPace(frame.slow);
    const pace = one("[data-room-pace]");
    if (pace) {
      const said = pace.dataset.words.replace("%", frame.slow);
      const whole = frame.crowded ? `${pace.dataset.crowded} ${said}` : said;
      if (pace.textContent !== whole) pace.textContent = whole;
      pace.hidden = !frame.slow;
    }
    const moved = this.version !== null && frame.version !== this.version;
    const people = frame.present.map((person) => person.name).join("\n");
    const shown = all("[data-room-here] li").map((row) => row.firstChild.textContent.trim()).join("\n");
    this.version = frame.version;
    if (moved || people !== shown) this.soon();
  }

  soon() {
    clearTimeout(this.reading);
    this.reading = setTimeout(() => this.read(), SOON);
  }

  async read() {
    const found = await fetched(location.pathname + location.search);
    if (found?.status === 200) this.show(found.page);
  }

  // Puts the fresh parts in the place of the old ones; what is typed, open or under the keyboard stays.
  show(page) {
    const around = one("[data-around]", page);
    if (around) this.swap(one("[data-around]"), around);
    if (around && one("[data-mine]")) this.swap(one("[data-mine]"), one("[data-mine]", page));
    if (one("[data-panel]", page)) this.showPanel(page);
    const said = one(".messages", page);
    if (said?.textContent.trim()) one(".messages").replaceChildren(...said.childNodes);
  }

  swap(old, fresh) {
    const state = one("[data-room-state]", old);
    const now = one("[data-room-state]", fresh);
    if (state && now && state.textContent === now.textContent) now.replaceWith(state); // said once is enough
    const at = old.contains(document.activeElement) ? this.nameOf(document.activeElement) : null;
    const folds = (place) => all("details", place).filter((fold) => !fold.closest("[data-held]"));
    const called = (fold) => one("summary", fold).textContent.replace(/\(\d+\)/, "");
    for (const fold of folds(fresh)) fold.open = folds(old).some((before) => before.open && called(before) === called(fold));
    old.replaceWith(fresh);
    if (at) (all("button, a, summary, input, select", fresh).find((control) => this.nameOf(control) === at) || fresh).focus();
  }

  nameOf(control) {
    const { form } = control;
    return [control.tagName, control.value, control.textContent, form && one("[name=person], [name=submission]", form)?.value].join("|");
  }

  async submit(event) {
    const { target: form, submitter } = event;
    if (submitter?.hasAttribute("data-leaves")) return;
    if (form.hasAttribute("data-same")) this.same(event);
    else if (form.hasAttribute("data-rule")) this.rule(event);
    else if (form.hasAttribute("data-quiet")) {
      event.preventDefault();
      const found = await this.send(form, submitter);
      if (found) this.show(found.page);
    }
  }

  // The page that the form leads to; null where the line is gone, and then the browser itself sends it.
  async send(form, submitter) {
    const found = await fetched(form.getAttribute("action"), { method: "POST", body: new FormData(form, submitter) });
    if (found && found.status !== 403 && one("[data-panel], [data-around]", found.page)) return found;
    HTMLFormElement.prototype.requestSubmit.call(this.unheard(form), submitter);
    return null;
  }

  unheard(form) {
    for (const name of ["data-quiet", "data-rule", "data-same"]) form.removeAttribute(name);
    return form;
  }

  async same(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    const options = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } };
    const answer = await fetch(form.getAttribute("action"), options).catch(() => null);
    if (!answer?.ok) {
      HTMLFormElement.prototype.requestSubmit.call(this.unheard(form), submitter);
      return;
    }
    const { said } = await answer.json();
    form.elements.take_back.value = said ? "1" : "";
    one("span", submitter || form).textContent = said ? form.dataset.said : form.dataset.unsaid;
  }

  count() {
    const told = one("#id_body_count");
    if (!told || !this.typing) return;
    const used = this.typing.value.length;
    const over = used > Number(this.typing.dataset.most);
    const words = (over ? told.dataset.over : told.dataset.count).replace("%", used);
    if (used || told.dataset.shown) told.textContent = words;
    told.dataset.shown = used ? "yes" : "";
  }

  // Slow mode: how long until one's next line is taken. It counts down on the screen alone; a screen reader is told
  // the seconds when a line came too soon, and once more when it can be sent.

  slow(form) {
    this.pace = Number(this.waits.dataset.pace);
    form.addEventListener("words:sent", () => {
      this.said = Date.now();
      this.waitFor(this.pace);
    });
    form.addEventListener("words:hurried", (event) => this.waitFor(event.detail, true));
  }

  keepPace(seconds) {
    if (!this.waits || seconds === this.pace) return;
    this.pace = seconds;
    if (this.said) this.waitFor(seconds - (Date.now() - this.said) / 1000, this.refused);
  }

  waitFor(seconds, refused = false) {
    clearInterval(this.counting);
    this.refused = refused;
    const until = Date.now() + 1000 * seconds;
    const show = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      this.waits.hidden = left <= 0;
      this.waits.textContent = left > 0 ? this.waits.dataset.words.replace("%", left) : "";
      if (left > 0) return;
      clearInterval(this.counting);
      if (this.refused && this.typing.value.trim()) one("[data-draft-state]").textContent = this.waits.dataset.over;
      this.refused = false;
    };
    this.counting = setInterval(show, 1000);
    show();
  }

  // The nurse's side

  lead() {
    this.known = all("[data-held]").length;
    new Doorbell(() => this.panelSoon());
    setInterval(() => this.readPanel(), EVERY);
    new MutationObserver(() => this.panelSoon()).observe(one("[data-room]"), { childList: true });
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-keys-on]")) this.keysOn(event.target.checked);
      const ready = event.target.name?.match(/^ready_(note|reason)$/);
      if (ready) one(`[data-ready="${ready[1]}"]`, event.target.closest("[data-held]")).textContent = cut(event.target.selectedOptions[0].text);
    });
    this.keys = true;
    try {
      this.keys = localStorage.getItem(KEYS) !== "off";
    } catch {
      // a browser that keeps nothing: keys are on
    }
    one("[data-keys-on]").checked = this.keys;
  }

  keysOn(on) {
    this.keys = on;
    try {
      localStorage.setItem(KEYS, on ? "on" : "off");
    } catch {
      // for this page only
    }
  }

  panelSoon() {
    clearTimeout(this.reading2);
    this.reading2 = setTimeout(() => this.readPanel(), SOON);
  }

  async readPanel() {
    const panel = one("[data-panel]");
    if (!panel || this.ruling || panel.contains(document.activeElement?.closest("[open] select"))) return;
    const found = await fetched(panel.dataset.address);
    if (found?.status === 200 && !this.ruling) this.showPanel(found.page);
  }

  // A line that still waits keeps its place in the page with all that is typed there.
  showPanel(page, changed = "") {
    const [old, fresh] = [one("[data-panel]"), one("[data-panel]", page)];
    if (!old || !fresh) return;
    const at = document.activeElement;
    for (const line of all("[data-held]", fresh)) {
      const kept = line.dataset.held === changed ? null : one(`[data-held="${CSS.escape(line.dataset.held)}"]`, old);
      if (!kept) continue;
      one("[data-since]", kept)?.replaceWith(one("[data-since]", line));
      line.replaceWith(kept);
    }
    one("[data-keys-on]", fresh).checked = this.keys;
    const stays = at?.closest?.("[data-held]") && fresh.contains(at);
    this.swap(old, fresh);
    if (stays) at.focus();
    const held = all("[data-held]", fresh).length;
    const voice = one("[data-panel-voice]", fresh);
    if (held !== this.known) voice.textContent = held ? voice.dataset.some.replace("%", held) : voice.dataset.none;
    this.known = held;
  }

  // Rules on one line; the keyboard goes on to the next, as the page says, or stays where something must be put right.
  async rule(event) {
    event.preventDefault();
    if (this.ruling) return;
    this.ruling = true;
    const { target: form, submitter } = event;
    const line = form.closest("[data-held]");
    const found = await this.send(form, submitter);
    this.ruling = false;
    if (!found) return;
    this.showPanel(found.page, line.dataset.held);
    const said = one(".messages", found.page);
    if (said?.textContent.trim()) one(".messages").replaceChildren(...said.childNodes);
    const there = one(`[data-held="${CSS.escape(line.dataset.held)}"]`);
    const next = there || document.getElementById(new URL(found.url).hash.slice(1)) || one("[data-held]") || one("[data-panel]");
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  // One key on a line that waits; not while one types.
  key(event) {
    const line = document.activeElement?.closest?.("[data-held]");
    if (!line || !this.keys || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement.matches("textarea, select, input")) return;
    const button = one(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`, line);
    if (!button) return;
    event.preventDefault();
    button.click();
  }
}

if (one("[data-room]")) new Room();
