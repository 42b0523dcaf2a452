// Fetches the desk's list again when its doorbell rings. Without it the page reloads. What is being typed stays.

import { Doorbell } from "./doorbell.js";

class Desk {
  constructor(list) {
    this.list = list;
    this.voice = document.querySelector("[data-desk-voice]");
    this.known = Number(list.dataset.deskList);
    new Doorbell((waiting) => this.ring(waiting));
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
