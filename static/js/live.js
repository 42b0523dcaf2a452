// Keeps an open conversation up to date, and tells what becomes of one's own words. Without it the page reloads.
// Protocol: docs/live.md. Words arrive as the server's own html; nothing is put together here.

const SILENT = 40000; // no frame for so long: connect again
const ACK_FRAMES = 20;
const ACK_EVENTS = 100; // the server stops at 200
const ACK_AFTER = 5000;
const SAY_EVERY = 10000; // a screen reader is told at most once in ten seconds
const EXCERPT = 180; // characters of a quoted post
const FINAL = new Set([4401, 4403, 4410]); // no way back by trying again
const TOO_MANY = 4429; // windows of one person: the one in front comes back
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const numberOf = (post) => post.id.replace("post-", "");

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
    this.unsaid = this.tries = this.unacked = 0;
    this.acked = this.last;
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
    const socket = this.socket;
    socket.addEventListener("open", () => {
      this.acked = this.last;
      socket.send(JSON.stringify({ op: "sub", thread: this.thread, after: this.last }));
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.socket && socket.readyState === WebSocket.OPEN) this.frame(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.lost(event.code);
    });
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket.close(), SILENT);
  }

  async lost(code) {
    clearTimeout(this.silence);
    clearTimeout(this.acking);
    clearTimeout(this.behind);
    this.ready = false;
    if (FINAL.has(code)) {
      this.over = true;
      this.tell(this.texts.over);
      return;
    }
    if (code === TOO_MANY && document.visibilityState === "hidden") return; // until it is looked at again
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
      this.ready = true;
      this.tell(this.texts.live);
    } else if (frame.op === "hb") {
      if (frame.head > this.last) this.resubscribe();
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
      this.acked = this.last;
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op: "ack", seq: this.last }));
    };
    if (this.unacked >= ACK_FRAMES || this.last - this.acked >= ACK_EVENTS) send();
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
    const gone = event.kind === "withdrawn" || event.kind === "hidden";
    const held = this.held.find((one) => one.post === event.post);
    if (held && gone) this.held.splice(this.held.indexOf(held), 1); // never shown, since it never was
    else if (held) held.html = event.html;
    else if (this.paused && event.kind === "published") this.held.push(event);
    else this.put(event, gone);
    if (held || this.paused) this.count();
  }

  count() {
    this.show.hidden = !this.held.length && !this.elsewhere;
    if (this.held.length) this.show.textContent = this.texts.waiting.replace("%", this.held.length);
  }

  put(event, gone) {
    const old = this.post(event.post);
    if (event.kind === "opened" || event.kind === "closed") {
      location.reload();
    } else if (old) {
      if (event.html) this.swap(old, this.element(event.html));
      else if (gone) this.swap(old, this.gone(old, event.kind));
      else this.refresh([event.post]);
      if (gone && old.id === "post-1") document.querySelector("h1").textContent = document.title = this.texts.untitled;
    } else if (event.kind === "published") {
      this.added(event);
    }
    // The first post takes title and tags along; from another page one cannot see whether it was the first.
    if (event.kind !== "published" && (!old || old.id === "post-1")) setTimeout(() => this.refresh(), Math.random() * 3000);
  }

  post(id) {
    return this.posts.querySelector(`[data-post="${CSS.escape(id || "")}"]`);
  }

  added(event) {
    if (this.newest && event.html) {
      const fresh = this.element(event.html);
      this.posts.append(this.folded(fresh));
      this.answerable(fresh);
      if (event.post === this.own) this.refresh([event.post]); // with what its author may do
    } else {
      this.elsewhere = true; // on an earlier page, or too long for a frame: the way to the newest
      this.show.textContent = this.texts.more;
      this.show.hidden = false;
    }
    this.say();
  }

  // A member whom this reader muted: folded away, as the page does. A clinician's words never are.
  folded(post) {
    const muted = this.texts.muted.split(" ").includes(post.dataset.author);
    if (!muted || post.matches(".post--nurse, .post--rheumatologist")) return post;
    const fold = this.bar.querySelector("template[data-folded]").content.firstElementChild.cloneNode(true);
    fold.querySelector("span").textContent = `#${numberOf(post)}`;
    fold.append(post);
    return fold;
  }

  answerable(post) {
    const actions = this.bar.querySelector("template[data-actions]").content.cloneNode(true);
    const link = actions.querySelector("a");
    link.href = `?page=${this.posts.dataset.page}&answer=${numberOf(post)}#composer`;
    link.lastElementChild.textContent = ` #${numberOf(post)}`;
    post.append(actions);
  }

  element(html) {
    const box = document.createElement("template");
    box.innerHTML = html; // rendered and cleaned by the server
    return box.content.firstElementChild;
  }

  // What one may do with a post is not in the frame; it stays where it was. Quotes follow what they quote.
  swap(old, fresh) {
    const actions = old.querySelector(".post__actions");
    const gone = fresh.matches(".post--gone");
    if (actions && !gone) fresh.append(actions);
    old.replaceWith(fresh);
    const words = gone ? "" : fresh.querySelector(".prose").textContent.trim().replace(/\s+/g, " ");
    const excerpt = words.length > EXCERPT ? `${words.slice(0, EXCERPT)}…` : words;
    for (const quote of document.querySelectorAll(`.quoted a[href$="#${old.id}"] + p`)) {
      quote.textContent = excerpt || this.texts.gone;
    }
  }

  gone(old, kind) {
    const fresh = this.bar.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
    fresh.id = old.id;
    fresh.dataset.post = old.dataset.post;
    fresh.querySelector("p").textContent = fresh.textContent.trim().replace("%", numberOf(old));
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
    for (const event of this.held.splice(0)) this.put(event, false);
    this.count();
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

  // Read again from the page itself: heading, one's own waiting words, and the posts that are named.
  async refresh(ids = []) {
    const address = `/threads/${this.thread}/?page=${this.posts.dataset.page}`;
    const page = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page || !page.ok || page.redirected) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    document.title = fresh.title;
    for (const place of ["h1", "[data-own-words]", ".page-head .tags"]) {
      const [old, now] = [document.querySelector(place), fresh.querySelector(place)];
      if (old && now) old.replaceWith(now);
      else if (old) old.remove();
    }
    for (const id of ids) {
      const now = fresh.querySelector(`[data-post="${CSS.escape(id)}"]`);
      if (now && this.post(id)) this.post(id).replaceWith(now);
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
    this.store = `unsent:${form.dataset.author}:${form.getAttribute("action")}`;
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
      await this.form.saving; // a draft on its way must not arrive after the words themselves
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      if (answer.status === 201) this.delivered(await answer.json());
      else if (answer.status === 429) this.stay(this.texts.hurried);
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
    this.tell(text);
    this.form.dispatchEvent(new CustomEvent("words:kept"));
  }

  asPage() {
    sessionStorage.removeItem(this.store);
    HTMLFormElement.prototype.submit.call(this.form);
  }

  delivered(told) {
    sessionStorage.removeItem(this.store);
    if (told.care || told.more || !this.live.newest || !this.live.ready) {
      location.assign(told.url);
      if (told.url.split("#")[0] === location.pathname + location.search) location.reload();
      return;
    }
    this.live.own = told.post;
    this.form.elements.body.value = "";
    this.form.elements.reply_to.value = "";
    this.form.querySelector(".quoted")?.remove();
    this.key.value = crypto.randomUUID();
    this.form.dispatchEvent(new CustomEvent("words:sent"));
    this.tell(told.state === "published" ? this.texts.published : this.texts.waiting);
    if (told.post && this.live.post(told.post)) this.live.refresh([told.post]); // it was heard before the answer
    if (told.state === "waiting") {
      this.live.refresh().then(() => document.getElementById(`waiting-${told.submission}`)?.focus());
    }
  }
}

const posts = document.querySelector("[data-thread]");
if (posts && "WebSocket" in window) {
  const live = new Live(posts);
  const form = document.querySelector("form#composer[data-live-form]");
  if (form) new Sending(form, live);
}
