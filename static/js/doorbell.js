// The desk's doorbell: tells how many words wait, whenever that changes. The page fetches what it shows.

const SILENT = 40000;
const FINAL = new Set([4401, 4403]);

// ring: called with the number of waiting words of the centre, also once after each connecting.
export class Doorbell {
  constructor(ring) {
    this.ring = ring;
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
}
