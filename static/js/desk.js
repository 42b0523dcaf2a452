// Fetches the desk's list again when its doorbell rings. Without it the page reloads. What is being typed stays.

const SILENT = 40000;
const FINAL = new Set([4401, 4403]);

class Desk {
  constructor(list) {
    this.list = list;
    this.voice = document.querySelector("[data-desk-voice]");
    this.known = Number(list.dataset.deskList);
    this.tries = 0;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/desk/`);
    const heard = () => {
      clearTimeout(this.silence);
      this.silence = setTimeout(() => socket.close(), SILENT);
    };
    heard();
    socket.addEventListener("message", (event) => {
      heard();
      this.tries = 0;
      const frame = JSON.parse(event.data);
      if (frame.op === "desk") this.ring(frame.waiting);
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(this.silence);
      if (FINAL.has(event.code)) return;
      this.tries += 1;
      setTimeout(() => this.connect(), Math.random() * Math.min(30, 2 ** this.tries) * 1000);
    });
  }

  // The first count after connecting is no news if it is the one on the page.
  ring(waiting) {
    const first = !this.rung;
    this.rung = true;
    if (first && waiting === this.known) return;
    clearTimeout(this.fetching);
    this.fetching = setTimeout(() => this.fetch(waiting), 300); // several at once are one fetch
  }

  async fetch(waiting) {
    const page = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!page || !page.ok || page.redirected) return;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-desk-list]");
    if (!fresh) return;
    // The row that the keyboard is on keeps it.
    const on = document.activeElement.closest?.("[data-desk-list] a[href]")?.getAttribute("href");
    this.list.replaceWith(fresh);
    this.list = fresh;
    if (on) [...fresh.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === on)?.focus();
    if (waiting !== this.known) this.voice.textContent = fresh.querySelector(".desk-bar__count").textContent;
    this.known = waiting;
  }
}

const list = document.querySelector("[data-desk-list]");
if (list && "WebSocket" in window) new Desk(list);
