"""A real Daphne, as it is served: handshakes, bad input, readers that do not read, and the end of the process."""

import asyncio
import json
import socket as sockets
import uuid

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.faults.people import Page, Writer
from tests.serving import POSTGRES, REDIS, Base, Server


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    made = Base(tmp_path_factory.mktemp("served"), postgres=POSTGRES, people=30)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def server(base):
    running = Server(base, **REDIS).start()
    yield running
    running.stop()
    assert "Traceback" not in running.said()


def open_(server: Server, place: int = 0, path: str = "", **more):
    headers = {"Cookie": server.base.cookies[place]}
    more = {"origin": server.url, "additional_headers": headers, "compression": None} | more
    return connect(f"{server.ws}{path or f'/ws/threads/{server.base.thread}/'}", **more)


async def subscribed(socket, server: Server, after: int = 0) -> None:
    await socket.send(json.dumps({"op": "sub", "thread": server.base.thread, "after": after}))
    assert json.loads(await socket.recv())["op"] == "ready"


async def code_of(socket) -> int:
    """The code with which it ends; 1006: without a closing frame."""
    try:
        async with asyncio.timeout(20):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def played(story) -> None:
    asyncio.run(asyncio.wait_for(story, 60))


def test_a_foreign_origin_gets_403_at_the_handshake(server):
    async def story():
        for origin in ("http://elsewhere.example", "https://127.0.0.1", None):
            with pytest.raises(InvalidStatus) as refused:
                async with open_(server, origin=origin):
                    pass
            assert refused.value.response.status_code == 403

    played(story())


def test_codes_arrive_as_they_are_documented(server):
    async def story():
        async with open_(server, additional_headers={}) as nobody:
            assert await code_of(nobody) == 4401
        async with open_(server, path=f"/ws/threads/{uuid.uuid4()}/") as guessed:
            assert await code_of(guessed) == 4403
        async with open_(server, path="/ws/desk/") as curious:
            assert await code_of(curious) == 4403
        async with open_(server) as confused:
            for _ in range(3):
                await confused.send("[" * 1500)
            assert await code_of(confused) == 4400
        async with open_(server) as hasty:
            await subscribed(hasty, server)
            for _ in range(30):
                await hasty.send('{"op":"ack","seq":1}')
            assert await code_of(hasty) == 4429

    played(story())


def test_bad_input_ends_its_own_socket_and_nobody_elses(base, server):
    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server, 1)
        await page.ready()

        async def huge(size: int) -> int:
            async with open_(server, 2, max_size=None) as socket:
                await socket.send("x" * size)
                return await code_of(socket)

        async def flood() -> int:
            async with open_(server, 3) as socket:
                try:
                    for _ in range(10_000):
                        await socket.send("{}")
                except ConnectionClosed:
                    pass
                return await code_of(socket)

        assert await huge(2**20) in {1006, 1009}  # above 64 kB Daphne itself drops it
        codes = await asyncio.gather(flood(), flood(), flood())
        # Who goes on shouting into a closed line may be told by TCP that it is gone, before the code is read.
        assert set(codes) <= {4400, 4429, 1006}
        await writer.say(4, "And everybody else goes on.")
        await page.until(len(page.shown) + 1 if page.last < 2 else page.last)
        assert page.codes == []
        await page.leave()

    played(story())
    assert server.process.poll() is None


def test_a_reader_that_never_reads_costs_little_and_disturbs_nobody(base, server):
    async def story():
        writer, page = Writer(base, lambda: server), Page(base, lambda: server, 5)
        await page.ready()
        stuck = []
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        for place in range(6, 10):
            raw = sockets.create_connection(("127.0.0.1", server.port))
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
            raw.sendall(
                f"GET /ws/threads/{base.thread}/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
                f"{upgrade}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Cookie: {base.cookies[place]}\r\n\r\n".encode()
            )
            text = json.dumps({"op": "sub", "thread": base.thread, "after": 0}).encode()
            raw.sendall(bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text)
            stuck.append(raw)
        before = psutil.Process(server.process.pid).memory_info().rss
        for number in range(40):
            await writer.say(number, f"Line {number} of a long afternoon. " * 200)
        await page.until(41)
        assert psutil.Process(server.process.pid).memory_info().rss - before < 60 * 2**20
        for raw in stuck:
            raw.close()
        await page.leave()

    played(story())


def test_a_restart_asks_everybody_to_come_back_and_nothing_is_missed(base):
    server = Server(base, **REDIS).start()

    async def story():
        writer = Writer(base, lambda: server)
        pages = [Page(base, lambda: server, place) for place in range(3)]
        await asyncio.gather(*(page.ready() for page in pages))
        assert await asyncio.to_thread(server.stop) == 0
        while not all(page.codes for page in pages):
            await asyncio.sleep(0.05)
        assert [page.codes[0] for page in pages] == [1012] * 3
        await asyncio.to_thread(server.start)
        await writer.say(11, "Back again.")
        head = base.rows("SELECT head_seq FROM forum_thread")[0][0]
        for page in pages:
            await page.until(head)
            await page.leave()

    try:
        played(story())
    finally:
        server.stop()
    assert "Traceback" not in server.said()
