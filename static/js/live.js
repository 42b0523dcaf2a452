// Keeps an open conversation up to date, and tells what becomes of one's own words. Without it the page reloads.
// Protocol: docs/live.md. Words arrive as the server's own html; nothing is put together here.

const SILENT = 40000; // no frame for so long: connect again
const ACK_FRAMES = 20;
const ACK_AFTER = 5000;
const SAY_EVERY = 10000; // a screen reader is told at most once in ten seconds
const FINAL = new Set([4401, 4403, 4410]); // no way back by trying again
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

class Live {
  constructor(posts) {
    this.posts = posts;
    this.thread = posts.dataset.thread;
    this.last = Number(posts.dataset.head);
    this.newest = posts.hasAttribute("data-newest");
    this.bar = document.querySelector("[data-live-bar]");
    this.state = this.bar.querySelector("[data-live-state]");
    this.voice = this.bar.querySelector("[data-live-voice]");
    this.pause = this.bar.querySelector("[data-live-pause]");
    this.show = this.bar.querySelector("[data-live-show]");
    this.texts = this.bar.dataset;
    this.held = [];
    this.unsaid = 0;
    this.tries = 0;
    this.bar.hidden = false;
    this.pause.addEventListener("click", () => this.toggle());
    this.show.addEventListener("click", () => this.release());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.open()) this.connect();
    });
    this.connect();
  }

  open() {
    return this.socket && this.socket.readyState <= WebSocket.OPEN;
  }

  connect() {
    if (this.open() || this.over) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/ws/threads/${this.thread}/`);
    this.unacked = 0;
    this.heard();
    this.socket.addEventListener("open", () => {
      this.socket.send(JSON.stringify({ op: "sub", thread: this.thread, after: this.last }));
    });
    this.socket.addEventListener("message", (event) => this.frame(JSON.parse(event.data)));
    this.socket.addEventListener("close", (event) => this.lost(event.code));
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket.close(), SILENT);
  }

  async lost(code) {
    clearTimeout(this.silence);
    if (FINAL.has(code)) {
      this.over = true;
      this.tell(this.texts.over);
      return;
    }
    this.tries += 1;
    if (this.tries > 1) this.tell(this.texts.away);
    if (this.tries > 2) await this.ask(); // sockets may be blocked here: ask by HTTP in between
    await wait(Math.random() * Math.min(30, 2 ** this.tries));
    this.connect();
  }

  async ask() {
    try {
      const answer = await fetch(`/threads/${this.thread}/events?after=${this.last}`);
      if (answer.ok) for (const event of (await answer.json()).events) this.event(event);
    } catch {
      // away: the next try comes anyway
    }
  }

  frame(frame) {
    this.heard();
    if (frame.op === "ready") {
      this.tries = 0;
      this.tell(this.texts.live);
    } else if (frame.op === "hb") {
      if (frame.head > this.last && !this.held.length) this.resubscribe();
    } else if (frame.op === "reload") {
      location.reload();
    } else if (frame.op === "mine") {
      this.refresh();
    } else if (frame.op === "events") {
      for (const event of frame.events) this.event(event);
      this.acknowledge();
    } else if (frame.seq) {
      this.event(frame);
      this.acknowledge();
    }
  }

  // A heartbeat that knows more than we do: what lay between was lost on the way.
  resubscribe() {
    clearTimeout(this.behind);
    this.behind = setTimeout(() => this.socket.close(), 3000);
  }

  acknowledge() {
    this.unacked += 1;
    clearTimeout(this.acking);
    const send = () => {
      this.unacked = 0;
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op: "ack", seq: this.last }));
    };
    if (this.unacked >= ACK_FRAMES) send();
    else this.acking = setTimeout(send, ACK_AFTER);
  }

  event(event) {
    if (event.seq <= this.last) return;
    if (event.seq > this.last + 1) {
      this.socket.close(); // a gap: ask again from where we are
      return;
    }
    this.last = event.seq;
    clearTimeout(this.behind);
    if (this.paused && event.kind === "published") {
      this.held.push(event);
      this.show.hidden = false;
      this.show.textContent = this.texts.waiting.replace("%", this.held.length);
    } else {
      this.put(event);
    }
  }

  put(event) {
    const old = this.posts.querySelector(`[data-post="${CSS.escape(event.post || "")}"]`);
    if (old) {
      if (event.html) this.swap(old, this.element(event.html));
      else if (event.kind === "withdrawn" || event.kind === "hidden") this.swap(old, this.gone(old, event.kind));
      else this.refresh();
    } else if (event.kind === "published") {
      this.added(event);
    } else if (event.kind === "opened" || event.kind === "closed") {
      location.reload();
    }
  }

  added(event) {
    if (this.newest && event.html) this.posts.append(this.element(event.html));
    if (!this.newest) this.more(); // on an earlier page: the way to the newest
    this.say();
  }

  more() {
    this.show.hidden = false;
    this.show.textContent = this.texts.more;
    this.elsewhere = true;
  }

  element(html) {
    const box = document.createElement("template");
    box.innerHTML = html; // rendered and cleaned by the server
    return box.content.firstElementChild;
  }

  // What one may do with a post is not in the frame; it stays where it was.
  swap(old, fresh) {
    const actions = old.querySelector(".post__actions");
    if (actions && fresh.matches(":not(.post--gone)")) fresh.append(actions);
    old.replaceWith(fresh);
  }

  gone(old, kind) {
    const fresh = this.bar.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
    fresh.id = old.id;
    fresh.dataset.post = old.dataset.post;
    fresh.querySelector("p").textContent = fresh.textContent.trim().replace("%", old.id.replace("post-", ""));
    return fresh;
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", String(this.paused));
    if (!this.paused) this.release();
  }

  release() {
    if (this.elsewhere) {
      location.assign(`/threads/${this.thread}/?page=999999#composer`);
      return;
    }
    for (const event of this.held.splice(0)) this.put(event);
    this.show.hidden = true;
  }

  say() {
    this.unsaid += 1;
    if (this.saying) return;
    this.saying = setTimeout(() => {
      this.voice.textContent = this.texts.said.replace("%", this.unsaid);
      this.unsaid = 0;
      this.saying = setTimeout(() => {
        this.saying = null;
        if (this.unsaid) this.say();
      }, SAY_EVERY);
    }, 600);
  }

  tell(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  // The block of one's own waiting words, read again from the page; a form that is being filled in is left alone.
  async refresh() {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page || !page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const mine = fresh.querySelector("[data-own-words]");
    if (mine) document.querySelector("[data-own-words]").replaceWith(mine);
    const posts = fresh.querySelector("[data-thread]");
    if (posts && posts.dataset.page === this.posts.dataset.page) {
      for (const post of posts.querySelectorAll("[data-post]")) {
        const old = this.posts.querySelector(`[data-post="${CSS.escape(post.dataset.post)}"]`);
        if (old) old.replaceWith(post);
      }
    }
  }
}

// One's own words: sending, delivered, waiting, published, returned. What could not be sent is offered again, with its key.
class Sending {
  constructor(form, live) {
    this.form = form;
    this.live = live;
    this.state = form.querySelector("[data-draft-state]");
    this.key = form.elements.client_key;
    this.texts = form.dataset;
    this.store = `unsent:${form.getAttribute("action")}`;
    form.addEventListener("submit", (event) => this.submit(event));
    this.offer();
  }

  offer() {
    const kept = JSON.parse(sessionStorage.getItem(this.store) || "null");
    if (!kept) return;
    this.form.elements.body.value = kept.body;
    this.form.elements.reply_to.value = kept.reply_to;
    this.key.value = kept.key;
    this.tell(this.texts.unsent);
  }

  tell(text) {
    if (this.state) this.state.textContent = text;
  }

  async submit(event) {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.tell(this.texts.sending);
    const { body, reply_to: replyTo } = this.form.elements;
    sessionStorage.setItem(
      this.store,
      JSON.stringify({ key: this.key.value, body: body.value, reply_to: replyTo.value }),
    );
    try {
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.status === 201) this.delivered(await answer.json());
      else if (answer.status === 429) this.tell(this.texts.hurried);
      else this.asPage(); // an error page says it best, and keeps the words
    } catch {
      this.tell(this.texts.unsent);
    } finally {
      this.busy = false;
    }
  }

  asPage() {
    sessionStorage.removeItem(this.store);
    HTMLFormElement.prototype.submit.call(this.form);
  }

  async delivered(told) {
    sessionStorage.removeItem(this.store);
    if (told.care || !this.live.newest) {
      location.assign(told.url);
      return;
    }
    this.form.elements.body.value = "";
    this.form.elements.reply_to.value = "";
    this.key.value = crypto.randomUUID();
    this.tell(told.state === "published" ? this.texts.published : this.texts.waiting);
    if (told.state === "waiting") await this.live.refresh();
  }
}

const posts = document.querySelector("[data-thread]");
if (posts && "WebSocket" in window) {
  const live = new Live(posts);
  const form = document.querySelector("form#composer[data-live-form]");
  if (form) new Sending(form, live);
}
