// One's own words: sending, delivered, published, waiting, returned. What could not be sent is kept in
// this browser and offered again with its key, so that it is one post however often it is sent.

const KEPT_FOR = 7 * 24 * 3600 * 1000;
const PATIENCE = 30000; // an answer that takes longer is taken for lost
const PREFIX = "unsent:"; // forget.js clears these at log-out

// live: the open conversation that the words go to; none on a page of its own, which the browser itself sends.
export class Sending {
  constructor(form, live) {
    this.form = form;
    this.live = live;
    this.state = form.querySelector("[data-draft-state]");
    this.key = form.elements.client_key;
    this.texts = form.dataset;
    this.name = `${PREFIX}${form.dataset.author}:${form.getAttribute("action")}`;
    form.addEventListener("submit", (event) => this.submit(event));
    form.addEventListener("input", () => this.unsent && this.keep());
    // What the server could not keep as a draft is kept here until it can.
    form.addEventListener("draft:failed", () => this.keep());
    form.addEventListener("draft:saved", () => this.failed || this.forget());
    window.addEventListener("online", () => this.unsent && this.tell(this.texts.back));
    this.offer();
  }

  keep() {
    const { body, title, reply_to: replyTo } = this.form.elements;
    this.unsent = body.value.trim() !== "";
    const kept = { key: this.key.value, title: title?.value, body: body.value, reply_to: replyTo.value, at: Date.now() };
    try {
      if (this.unsent) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch {
      // a browser that keeps nothing: the words stand in the form
    }
  }

  forget() {
    this.unsent = this.failed = false;
    try {
      localStorage.removeItem(this.name);
    } catch {
      // nothing was kept
    }
  }

  offer() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.name));
    } catch {
      // unreadable: as if there were none
    }
    if (!kept || !(Date.now() - kept.at < KEPT_FOR)) {
      this.forget();
      return;
    }
    const { body, title, reply_to: replyTo } = this.form.elements;
    body.value = kept.body;
    if (title) title.value = kept.title;
    replyTo.value = kept.reply_to;
    this.key.value = kept.key;
    this.unsent = this.failed = true;
    this.tell(this.texts.unsent);
  }

  tell(text) {
    if (this.state && this.state.textContent !== text) this.state.textContent = text;
  }

  async submit(event) {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    if (!this.live && navigator.onLine) {
      this.forget();
      return;
    }
    event.preventDefault();
    if (this.busy) return;
    if (!this.live) {
      this.keep();
      this.stay(this.texts.unsent);
      return;
    }
    this.busy = true;
    this.tell(this.texts.sending);
    this.keep();
    try {
      await this.form.saving; // a draft on its way must not arrive after the words themselves
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 201) this.delivered(await answer.json());
      else if (answer.status === 429) this.hurried(answer.headers.get("Retry-After"));
      else if (answer.status === 409 && this.live.room) this.shut(await answer.json());
      else if (answer.status >= 500) this.stay(this.texts.unsent);
      else this.asPage(); // an error page says it best, and keeps the words
    } catch {
      this.stay(this.texts.unsent);
    } finally {
      this.busy = false;
    }
  }

  // Not sent: the words stay where they are, and the draft of them goes on.
  stay(text) {
    this.failed = true;
    this.tell(text);
    this.form.dispatchEvent(new CustomEvent("words:kept"));
  }

  hurried(seconds) {
    this.stay(this.texts.hurried.replace("%", seconds));
    this.form.dispatchEvent(new CustomEvent("words:hurried", { detail: Number(seconds) }));
  }

  // A room that takes no line now says so itself; of all other refusals an error page.
  shut(refusal) {
    if (refusal.told) this.stay(refusal.told);
    else this.asPage();
  }

  asPage() {
    this.forget();
    HTMLFormElement.prototype.submit.call(this.form);
  }

  delivered(told) {
    this.forget();
    if (told.care || told.more || !this.live.newest || !this.live.ready) {
      location.assign(told.url);
      if (told.url.split("#")[0] === location.pathname + location.search) location.reload();
      return;
    }
    this.form.elements.body.value = "";
    this.form.elements.reply_to.value = "";
    this.form.querySelector(".quoted")?.remove();
    this.key.value = crypto.randomUUID();
    this.form.dispatchEvent(new CustomEvent("words:sent"));
    if (told.state === "published") {
      // Published is what stands on the page: it may have been heard before the answer.
      this.tell(this.live.post(told.post) ? this.texts.published : this.texts.delivered);
      return;
    }
    this.tell(this.texts.waiting);
    this.live.refresh().then(() => document.getElementById(`waiting-${told.submission}`)?.focus());
  }

  // A post of one's own came onto the page: sent a moment ago, or released by a nurse.
  arrived() {
    if (!this.busy && !this.unsent) this.tell(this.texts.published);
  }
}
