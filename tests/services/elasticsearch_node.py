"""A real Elasticsearch node for tests, put together from the server's jars on Maven Central.

Needs java, javac (17 or later) and mvn. The jars are kept in TOCSIN_TEST_CACHE (default `.cache` in the checkout), so
only the first run fetches them. Without these tools the tests that need a node skip; where CI=true they fail.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from live import free_port

VERSION = "8.19.0"
HEAP = "768m"
START_SECONDS = 120
HERE = Path(__file__).parent
SOURCE = HERE / "TocsinTestNode.java"
_NETWORK_JARS = ("transport-netty4", "netty-", "elasticsearch-ssl-config")

_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin.tests</groupId><artifactId>node</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.elasticsearch</groupId><artifactId>elasticsearch</artifactId><version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.elasticsearch.plugin</groupId><artifactId>transport-netty4</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""

_DESCRIPTOR = f"""name=transport-netty4
description=HTTP and transport
version={VERSION}
elasticsearch.version={VERSION}
java.version=17
classname=org.elasticsearch.transport.netty4.Netty4Plugin
"""

_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class NodeUnavailable(Exception):
    """A node cannot be put together or started here; the message says why."""


class ElasticsearchNode:
    """A node on a free port of 127.0.0.1, with its data in `data`; it can be stopped and started again."""

    def __init__(self, home: Path, data: Path) -> None:
        self._home = home
        self._data = data
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the node answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        self._data.mkdir(parents=True, exist_ok=True)
        log = self._data / "output.log"
        command = ["java", f"-Xms{HEAP}", f"-Xmx{HEAP}", f"-Des.path.home={self._home}"]
        command += ["-Djava.net.preferIPv4Stack=true", "-cp", f"{self._home / 'classes'}:{self._home / 'lib'}/*"]
        command += ["TocsinTestNode", str(self._home), str(self._data), str(self._port)]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=self._data
            )
        if not self._answers():
            self.stop()
            raise NodeUnavailable(f"Elasticsearch did not start: {log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Stop the process and wait for its end."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def lose(self, uuid: str) -> None:
        """Take away the files of an index of a node that does not run."""
        shutil.rmtree(next(self._data.glob(f"**/indices/{uuid}")) / "0")

    def _answers(self) -> bool:
        assert self._process is not None
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=5s", timeout=9):
                    return True
            except urllib.error.HTTPError as answer:
                if answer.code == 408:  # it answers, and an index of it is lost
                    return True
                time.sleep(0.2)
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        return False


def cache() -> Path:
    """Where the jars are kept."""
    return Path(os.environ.get("TOCSIN_TEST_CACHE", HERE.parents[1] / ".cache")).resolve()


def assembled(cache: Path) -> Path:
    """The home directory of a node in `cache`, made there if need be; NodeUnavailable says what is missing."""
    recipe = hashlib.sha256(SOURCE.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:12]
    home = cache / f"elasticsearch-{VERSION}-{recipe}"
    tools = ("java",) if home.is_dir() else ("java", "javac", "mvn")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise NodeUnavailable(f"A real Elasticsearch node needs {', '.join(missing)}.")
    if home.is_dir():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as name:
        fresh = Path(name) / "home"
        _assemble(fresh)
        try:
            fresh.rename(home)
        except OSError:  # another run was faster
            assert home.is_dir()
    return home


def _assemble(home: Path) -> None:
    for part in ("lib", "classes", "config", "plugins", "modules/transport-netty4"):
        (home / part).mkdir(parents=True)
    (home / "pom.xml").write_text(_POM)
    (home / "config" / "log4j2.properties").write_text(_LOGGING)
    (home / "config" / "elasticsearch.yml").write_text("")
    module = home / "modules" / "transport-netty4"
    (module / "plugin-descriptor.properties").write_text(_DESCRIPTOR)
    _run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={home / 'lib'}"], home)
    for jar in (home / "lib").glob("*.jar"):
        if jar.name.startswith(_NETWORK_JARS):
            jar.rename(module / jar.name)
    _run(["javac", "-cp", f"{home / 'lib'}/*", "-d", str(home / "classes"), str(SOURCE)], home)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NodeUnavailable(f"{command[0]} failed: {(done.stdout + done.stderr)[-1000:]}")


@pytest.fixture(scope="session")
def elasticsearch_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ElasticsearchNode]:
    """A started node for the whole run. Whoever stops it starts it again."""
    try:
        node = ElasticsearchNode(assembled(cache()), tmp_path_factory.mktemp("elasticsearch"))
        node.start()
    except NodeUnavailable as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    yield node
    node.stop()


@pytest.fixture(scope="session")
def elasticsearch_url(elasticsearch_node: ElasticsearchNode) -> str:
    """The URL of a real Elasticsearch node."""
    return elasticsearch_node.url
