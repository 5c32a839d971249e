"""A real Jupyter client for the tests: jupyter_client, spoken to in JSON lines.

stdin:  {"id": 1, "op": "start" | "send" | "interrupt" | "reconnect" | "restart" | "shutdown", ...}
stdout: {"id": 1, "result": ...} or {"id": 1, "error": "..."}, and for every message of the kernel {"channel": "iopub", "message": {...}}.
Buffers are base64.
"""

import asyncio
import base64
import json
import sys
import time

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session


class Bridge:
    def __init__(self):
        self.manager = None
        self.client = None
        self.readers = []
        self.log = None

    def write(self, line):
        sys.stdout.write(json.dumps(line, default=str) + "\n")
        sys.stdout.flush()

    async def connect(self):
        # A session of its own: sockets of one session have one identity, and its message ids are counted from 1 in each client.
        self.client = self.manager.client(session=Session(key=self.manager.session.key))
        self.client.start_channels()
        await self.client.wait_for_ready(timeout=60)
        self.readers = [asyncio.create_task(self.forward(name)) for name in ("iopub", "shell", "control")]

    async def disconnect(self):
        for reader in self.readers:
            reader.cancel()
        # To be over before the sockets are closed: a new socket may get the same file descriptor.
        await asyncio.gather(*self.readers, return_exceptions=True)
        self.readers = []
        if self.client:
            self.client.stop_channels()

    async def forward(self, name):
        channel = getattr(self.client, name + "_channel")
        while True:
            message = await channel.get_msg(timeout=None)
            buffers = [base64.b64encode(bytes(b)).decode() for b in message.get("buffers", [])]
            kept = {k: message[k] for k in ("header", "parent_header", "metadata", "content")}
            self.write({"channel": name, "message": {**kept, "buffers": buffers}})

    async def start(self, kernel, cwd):
        self.manager = AsyncKernelManager(kernel_name=kernel)
        self.log = open("kernel.log", "ab")  # also that of a restarted kernel
        await self.manager.start_kernel(cwd=cwd, stdout=self.log, stderr=self.log)
        await self.connect()
        return {"pid": self.manager.provisioner.pid}

    async def send(self, type, content, metadata=None, buffers=(), channel="shell"):
        message = self.client.session.msg(type, content, metadata=metadata)
        socket = getattr(self.client, channel + "_channel").socket
        self.client.session.send(socket, message, buffers=[base64.b64decode(b) for b in buffers])
        return message["header"]["msg_id"]

    async def interrupt(self):
        await self.manager.interrupt_kernel()

    async def reconnect(self):
        """A new client, as when a page is reloaded."""
        await self.disconnect()
        await self.connect()

    async def restart(self):
        await self.disconnect()
        started = time.monotonic()
        await self.manager.restart_kernel(now=False)
        await self.connect()
        return {"seconds": time.monotonic() - started, "pid": self.manager.provisioner.pid}

    async def shutdown(self, now=False):
        """Seconds from the request to the end of the process, and whether it had to be killed."""
        provisioner = self.manager.provisioner
        started = time.monotonic()
        if now:
            await self.manager.shutdown_kernel(now=True)
            return {"seconds": time.monotonic() - started, "code": None}
        await self.manager.request_shutdown()
        while time.monotonic() - started < 10 and await provisioner.poll() is None:
            await asyncio.sleep(0.01)
        seconds, code = time.monotonic() - started, await provisioner.poll()
        await self.disconnect()
        await self.manager.shutdown_kernel(now=True)
        return {"seconds": seconds, "code": code}


async def main():
    bridge = Bridge()
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=2**28)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        request = json.loads(line)
        id, op = request.pop("id"), request.pop("op")
        try:
            bridge.write({"id": id, "result": await getattr(bridge, op)(**request)})
        except Exception as error:  # told to the test, which fails
            bridge.write({"id": id, "error": f"{op}: {error!r}"})
    if bridge.manager and await bridge.manager.is_alive():
        await bridge.disconnect()
        await bridge.manager.shutdown_kernel(now=True)


asyncio.run(main())
