"""`serve`, `worker`, `demo`."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import click
import structlog
from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from sqlalchemy.exc import SQLAlchemyError

from tocsin.allocator import keep_freed_memory
from tocsin.bootstrap import Tocsin, open_tocsin
from tocsin.cli.common import opened
from tocsin.demonstration import tell

_PAUSE_S = 0.3
_INDEX_PAUSE_S = 0.2
"""Between two looks for work, of reports and of the index: what is accepted is searchable within two seconds."""

_AFTER_TROUBLE_S = 2.0
_THREADS = 4
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

log = structlog.get_logger()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
@click.option("--no-worker", is_flag=True, help="Leave reports, index and alerts to a `tocsin worker` of their own.")
@click.option("--tls-certificate", type=_FILE, help="PEM file with the certificate and its chain: serve HTTPS.")
@click.option("--tls-key", type=_FILE, help="PEM file with the certificate's key.")
def serve(
    host: str, port: int, workers: int, no_worker: bool, tls_certificate: Path | None, tls_key: Path | None
) -> None:
    """Serve the pages at / and TAXII at /taxii2/.

    HTTPS, where a certificate is given, is TLS 1.2 and 1.3 without early data (TAXII 2.1 section 8.2.2).
    """
    if (tls_certificate is None) is not (tls_key is None):
        raise click.UsageError("--tls-certificate and --tls-key belong together.")
    _see_that_it_is_free(host, port)
    with opened() as tocsin:
        _ = tocsin.screening  # compiled once, before the processes open it
        tocsin.receipts.prepare()
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    if not no_worker:
        keeper.start()

    def server() -> Any:  # granian picks its class by platform, which types cannot follow
        return Granian(
            "tocsin.bootstrap:create_wsgi",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=_THREADS,
            factory=True,
            websockets=False,
            respawn_failed_workers=True,
            respawn_interval=0.5,
            workers_kill_timeout=5,
            ssl_cert=tls_certificate,
            ssl_key=tls_key,
            ssl_protocol_min=SSLProtocols.tls12,
        )

    try:
        _serve_until_told(server)
    finally:
        stop.set()
        if not no_worker:
            keeper.join(10)


@click.command()
@click.option("--once", is_flag=True, help="Do what there is to do, and end.")
def worker(once: bool) -> None:
    """Process the reports that wait, keep the search index up to date, and send alerts."""
    parent = os.getppid()
    keep_freed_memory()
    with opened() as tocsin, nullcontext() if once else _beside(tocsin):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        while True:
            busy = tocsin.work_once() > 0
            if once and not busy:
                while tocsin.alert() or tocsin.deliver():
                    pass
                return
            if os.getppid() != parent:
                # the server that started this worker is gone, and another will start its own
                return
            if not busy:
                time.sleep(_PAUSE_S)


@click.command()
def demo() -> None:
    """Fill an exchange in the data directory with the demonstration community."""
    tocsin = open_tocsin()
    try:
        for line in tell(tocsin):
            click.echo(line)
    finally:
        tocsin.close()


def _see_that_it_is_free(host: str, port: int) -> None:
    """Say in a sentence what the server would say in a page of its own insides."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            words = f"{host}:{port} cannot be used ({error.strerror}). Choose another with --port."
            raise click.ClickException(words) from error


def _serve_until_told(make: Callable[[], Any]) -> None:
    """Serve until a signal ends it.

    granian starts a process again that died, but gives up when one dies within seconds of its start. Whoever kills
    processes, be it the kernel, short of memory, should not end the exchange.
    """
    while True:
        server = make()
        try:
            server.serve()
        except SystemExit:
            if server.interrupt_signal:
                raise
        if server.interrupt_signal:
            return
        log.error("server processes died one after another; starting again")
        time.sleep(_AFTER_TROUBLE_S)


@contextmanager
def _beside(tocsin: Tocsin) -> Iterator[None]:
    """Index, find alerts and deliver them in threads of their own: none waits for a large report, or for another."""
    stop = threading.Event()
    _ = tocsin.following, tocsin.alerts  # made once, before threads ask for the same parts
    steps = {"indexer": tocsin.index, "alerter": tocsin.alert, "messenger": tocsin.deliver}
    threads = [threading.Thread(target=_keep_up, name=name, args=(step, stop)) for name, step in steps.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _keep_up(step: Callable[[], int], stop: threading.Event) -> None:
    """Do this again and again, with a pause where there was nothing to do."""
    while not stop.is_set():
        try:
            done = step()
        except SQLAlchemyError as error:
            who = threading.current_thread().name
            log.error("a step has to wait, the database refused", who=who, error=str(error)[:500])
            done = 0
        if not done:
            stop.wait(_INDEX_PAUSE_S)


def _keep_worker(stop: threading.Event) -> None:
    """Run `tocsin worker`, again whenever it ends, until told to stop."""
    while not stop.is_set():
        # close_fds=False: Python then spawns without a pipe to the child, which a server process that is forked at
        # that moment would hold open, and this thread would wait at its other end for ever
        process = subprocess.Popen([sys.executable, "-m", "tocsin.cli", "worker"], close_fds=False)
        while process.poll() is None and not stop.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
        else:
            log.warning("the worker ended and is started again", status=process.returncode)
            stop.wait(_AFTER_TROUBLE_S)


COMMANDS = (serve, worker, demo)
