"""A real cluster of Apache Spark on this machine: a master and two workers as processes, from PyPI's pyspark alone."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WHY_NOT = (
    "there is no Java on this machine" if shutil.which("java") is None
    else "pyspark is not installed" if importlib.util.find_spec("pyspark") is None
    else None
)  # fmt: skip
"""Why there can be no cluster here; None where there can."""
LOOPBACK = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
_DEPLOY = "org.apache.spark.deploy"
_PATIENCE = 120


@dataclass
class Cluster:
    """A running cluster.

    Attributes:
        master: its address.
        workers: the processes of its workers.
        conf: a folder with settings of drivers: as few parts as there are workers, where 200 are usual.
    """

    master: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    conf: Path = Path()

    @property
    def environment(self) -> dict[str, str]:
        """What a driver on this machine needs."""
        return {**os.environ, **LOOPBACK, "SPARK_CONF_DIR": str(self.conf)}

    def wait_for_executors(self, before: int) -> None:
        """Wait until executors have been started for one more application."""
        for number in range(len(self.workers)):
            _wait(self.conf.parent / f"worker{number}.log", "Asked to launch executor", before + 1)

    def executors_started(self) -> int:
        """How many executors the first worker has started so far."""
        return (
            (self.conf.parent / "worker0.log")
            .read_text(errors="replace")
            .count("Asked to launch executor")
        )


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _start(folder: Path, name: str, *command: str) -> subprocess.Popen[bytes]:
    found = importlib.util.find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    own = {
        "SPARK_HOME": str(home),
        "SPARK_LOG_DIR": str(folder),
        "PYSPARK_PYTHON": sys.executable,
    }
    environment = {**os.environ, **LOOPBACK, **own}
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), *command],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        )


def _wait(log: Path, text: str, times: int) -> None:
    end = time.monotonic() + _PATIENCE
    while log.read_text(errors="replace").count(text) < times:
        assert time.monotonic() < end, (
            f"no {text!r} in {log}: {log.read_text(errors='replace')[-2000:]}"
        )
        time.sleep(0.2)


@contextmanager
def running_cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Start a cluster, wait until its workers are registered, and stop it in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    cluster = Cluster(f"spark://127.0.0.1:{port}", conf=folder / "conf")
    cluster.conf.mkdir()
    (cluster.conf / "spark-defaults.conf").write_text(
        f"spark.sql.shuffle.partitions {workers}\n", encoding="utf-8"
    )
    where = ("--host", "127.0.0.1", "--webui-port", "0")
    master = _start(folder, "master", f"{_DEPLOY}.master.Master", *where, "--port", str(port))
    try:
        for number in range(workers):
            work = (
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                str(folder / f"work{number}"),
                cluster.master,
            )
            cluster.workers.append(
                _start(folder, f"worker{number}", f"{_DEPLOY}.worker.Worker", *where, *work)
            )
        _wait(folder / "master.log", "Registering worker", workers)
        yield cluster
    finally:
        for process in (*cluster.workers, master):
            process.terminate()
        for process in (*cluster.workers, master):
            process.wait(30)


@contextmanager
def running_connect(folder: Path) -> Iterator[str]:
    """Start a server of Spark Connect with two threads; gives its address."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    server = _start(
        folder, "connect", f"{_DEPLOY}.SparkSubmit", "--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}",
        "--conf", "spark.ui.enabled=false", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal",
    )  # fmt: skip
    try:
        _wait(folder / "connect.log", "Spark Connect server started", 1)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
