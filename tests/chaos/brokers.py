"""Apache Kafka with more listeners, for proxies, or with its data on a disk that can be full."""

import os
import re
import subprocess
from pathlib import Path

from tests.brokers.kafka import HOST, KafkaBroker, free_ports

DISK_BYTES = 192 << 20
"""A fresh broker with its topics takes about 20 MB; ticks and transactions add little."""
LEFT_BYTES = 256 * 1024
"""What `fill` leaves: room for some writes, so that the end comes in the middle of one."""


class ProxiedKafka(KafkaBroker):
    """`gates` are pairs of (port that it advertises, port that it listens on)."""

    def __init__(self, folder: Path, gates: int) -> None:
        super().__init__(folder)
        ports = free_ports(2 * gates)
        self.gates = list(zip(ports[:gates], ports[gates:], strict=True))
        names = [f"GATE{number}" for number in range(gates)]
        listens = [
            f"{name}://{HOST}:{port}" for name, (_, port) in zip(names, self.gates, strict=True)
        ]
        advertised = [
            f"{name}://{HOST}:{port}" for name, (port, _) in zip(names, self.gates, strict=True)
        ]
        self._extend("listeners", listens)
        self._extend("advertised.listeners", advertised)
        self._extend("listener.security.protocol.map", [f"{name}:PLAINTEXT" for name in names])

    def _extend(self, key: str, values: list[str]) -> None:
        text = self._properties.read_text()
        changed = re.sub(
            rf"^{re.escape(key)}=.*$",
            lambda line: ",".join([line.group(), *values]),
            text,
            flags=re.MULTILINE,
        )
        assert changed != text, f"{key} is in server.properties"
        self._properties.write_text(changed)


class SmallDiskKafka(KafkaBroker):
    """Its data lies on a disk of its own (tmpfs). `mount` first, `unmount` last."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._disk = folder / "disk"
        self._ballast = self._disk / "ballast"
        elsewhere, self._data = self._data, self._disk / "data"
        text = self._properties.read_text()
        self._properties.write_text(text.replace(str(elsewhere), str(self._data)))

    def mount(self) -> str | None:
        """Make the disk; returns why that is not possible here, or None."""
        if os.geteuid() != 0:
            return "only root may mount a small disk"
        self._disk.mkdir()
        options = f"size={DISK_BYTES},mode=700"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "discharge-flow-test", str(self._disk)],
            capture_output=True,
            text=True,
            check=False,
        )
        return None if done.returncode == 0 else f"no tmpfs can be mounted: {done.stderr.strip()}"

    def unmount(self) -> None:
        if os.path.ismount(self._disk):
            subprocess.run(["umount", str(self._disk)], check=True)

    def fill(self) -> None:
        """Take all space but a little, as another program's logs would."""
        free = os.statvfs(self._disk).f_bavail * os.statvfs(self._disk).f_frsize
        assert free > LEFT_BYTES, "the disk was full before"
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, free - LEFT_BYTES)

    def free_space(self) -> None:
        self._ballast.unlink()

    @property
    def ended(self) -> bool:
        """Whether the broker has ended by itself."""
        assert self._process is not None
        return self._process.poll() is not None
