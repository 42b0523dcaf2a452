// Saves what a person writes four seconds after the last key. Without it the form and its draft button work the same.

const WAIT = 4000;

class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-draft-state]");
    this.saved = this.words();
    this.busy = false;
    this.sent = false;
    form.addEventListener("input", () => this.later());
    form.addEventListener("submit", () => this.stop());
    // Sent without leaving the page, or not sent: what is written from now on is saved again.
    form.addEventListener("words:sent", () => this.again(true));
    form.addEventListener("words:kept", () => this.again(false));
    // A page brought back by the Back button is a page to save again.
    window.addEventListener("pageshow", () => { this.sent = false; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save(true);
    });
  }

  words() {
    const data = new FormData(this.form);
    data.delete("csrfmiddlewaretoken");
    return new URLSearchParams(data).toString();
  }

  later() {
    clearTimeout(this.timer);
    if (!this.sent) this.timer = setTimeout(() => this.save(), WAIT);
  }

  stop() {
    this.sent = true;
    clearTimeout(this.timer);
  }

  again(sent) {
    this.sent = false;
    if (sent) this.saved = this.words();
    else this.later();
  }

  // The same sentence is not written twice, so that a screen reader says it once.
  tell(text) {
    if (this.state && this.state.textContent !== text) this.state.textContent = text;
  }

  async save(leaving = false) {
    const words = this.words();
    if (this.sent || words === this.saved) return;
    clearTimeout(this.timer);
    if (this.busy && !leaving) return this.later();
    this.busy = true;
    let done;
    this.form.saving = new Promise((resolve) => { done = resolve; });
    try {
      const answer = await fetch(this.form.dataset.draftUrl, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual", // a redirect is the log-in page: nothing was kept
        keepalive: leaving,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { kept } = await answer.json().catch(() => ({}));
      this.saved = words;
      this.tell(kept === false ? "" : this.form.dataset.draftSaved);
      this.form.dispatchEvent(new CustomEvent("draft:saved"));
    } catch {
      this.tell(this.form.dataset.draftFailed);
      this.form.dispatchEvent(new CustomEvent("draft:failed"));
    } finally {
      this.busy = false;
      done();
    }
  }
}

for (const form of document.querySelectorAll("form[data-draft-url]")) new Draft(form);
