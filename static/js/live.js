// Keeps an open conversation up to date. Without it the page reloads. What becomes of one's own words: sending.js.
// Protocol: docs/live.md. Words arrive as the server's own html; nothing is put together here.

import { Sending } from "./sending.js";

const SILENT = 40000; // no frame for so long: connect again
const ACK_FRAMES = 20;
const ACK_EVENTS = 100; // the server stops at 200
const ACK_AFTER = 5000;
const SAY_EVERY = 10000; // a screen reader is told at most once in ten seconds
const EXCERPT = 180; // characters of a quoted post
const FINAL = new Set([4401, 4403, 4410]); // no way back by trying again
const TOO_MANY = 4429; // windows of one person: the one in front comes back
const CLINICIANS = ".post--nurse, .post--rheumatologist"; // never folded away
// Ids in the page's templates of actions, in whose place those of a post come.
const ANY_POST = "00000000-0000-0000-0000-000000000000";
const ANY_AUTHOR = "00000000-0000-0000-0000-000000000001";
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const numberOf = (post) => post.id.replace("post-", "");

class Live {
  constructor(posts) {
    this.posts = posts;
    this.thread = posts.dataset.thread;
    this.last = Number(posts.dataset.head);
    this.newest = posts.hasAttribute("data-newest");
    this.room = posts.hasAttribute("data-room");
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
    } else if (frame.op === "room") {
      document.dispatchEvent(new CustomEvent("room", { detail: frame })); // room.js
    } else if (frame.op === "hb") {
      if (this.room) this.answer(); // who is not heard is not there
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
    if (this.unacked >= ACK_FRAMES || this.last - this.acked >= ACK_EVENTS) this.answer();
    else this.acking = setTimeout(() => this.answer(), ACK_AFTER);
  }

  answer() {
    clearTimeout(this.acking);
    this.unacked = 0;
    this.acked = this.last;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op: "ack", seq: this.last }));
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
      this.actionable(fresh);
      if (fresh.dataset.author === this.texts.viewer) this.sending?.arrived();
      if (this.room) document.querySelector("[data-no-lines]")?.remove();
    } else {
      this.elsewhere = true; // on an earlier page, or too long for a frame: the way to the newest
      this.show.textContent = this.texts.more;
      this.show.hidden = false;
    }
    this.say();
  }

  // A member whom this reader muted: folded away, as the page does. A clinician's words never are.
  folded(post) {
    if (!this.muted(post) || post.matches(CLINICIANS)) return post;
    const fold = this.bar.querySelector("template[data-folded]").content.firstElementChild.cloneNode(true);
    fold.querySelector("span").textContent = `#${numberOf(post)}`;
    fold.append(post);
    return fold;
  }

  muted(post) {
    return this.texts.muted.split(" ").includes(post.dataset.author);
  }

  // What this reader may do with it: a frame holds nothing of its viewer, so that the page brought it along.
  actionable(post) {
    const { author } = post.dataset;
    let kind = this.muted(post) || post.matches(CLINICIANS) ? "other" : "member";
    if (author === this.texts.viewer) kind = "own";
    const actions = this.bar.querySelector(`template[data-actions="${kind}"]`).content.cloneNode(true);
    const number = numberOf(post);
    const ids = (text) => text.replace(ANY_POST, post.dataset.post).replace(ANY_AUTHOR, author).replace("=%", `=${number}`);
    for (const link of actions.querySelectorAll("a")) link.setAttribute("href", ids(link.getAttribute("href")));
    for (const form of actions.querySelectorAll("form")) form.setAttribute("action", ids(form.getAttribute("action")));
    for (const field of actions.querySelectorAll("[type=hidden]")) field.value = ids(field.value);
    for (const named of actions.querySelectorAll(".visually-hidden")) named.textContent = ` #${number}`;
    post.append(actions);
  }

  element(html) {
    const box = document.createElement("template");
    box.innerHTML = html; // rendered and cleaned by the server
    return box.content.firstElementChild;
  }

  // What one may do with a post stays where it was. Quotes follow what they quote.
  swap(old, fresh) {
    const actions = old.querySelector(".post__actions");
    const gone = fresh.matches(".post--gone");
    if (actions && !gone) fresh.append(actions);
    else if (!gone) this.actionable(fresh);
    (old.closest(".post--muted") || old).replaceWith(gone ? fresh : this.folded(fresh));
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
    if (this.room) return; // the lines are a log, which says itself
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
    const known = new Set([...document.querySelectorAll("[data-own-news] a")].map((one) => one.href));
    document.title = fresh.title;
    for (const place of ["h1", "[data-own-words]", ".page-head .tags"]) {
      const [old, now] = [document.querySelector(place), fresh.querySelector(place)];
      if (old && now) old.replaceWith(now);
      else if (old) old.remove();
    }
    const news = [...document.querySelectorAll("[data-own-news] a")].find((one) => !known.has(one.href));
    if (news) this.sending?.tell(news.textContent);
    for (const id of ids) {
      const now = fresh.querySelector(`[data-post="${CSS.escape(id)}"]`);
      if (now && this.post(id)) this.post(id).replaceWith(now);
    }
  }
}

const posts = document.querySelector("[data-thread]");
if (posts && "WebSocket" in window) {
  const live = new Live(posts);
  const form = document.querySelector("form#composer[data-live-form]");
  if (form) live.sending = new Sending(form, live);
}
