"""Serves a built site as a web host would, with gzip, and knows its kinds of pages, and where one may serve."""

import functools
import gzip
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# What a page is → where Exempelby has one. The long pledge has more than 50 updates, in prose.
KINDS: Final = {
    "start": "",
    "period": "2024-2025/",
    "earlier period": "2022-2023/",
    "pledge": "2024-2025/battre-belysning/",
    "long pledge": "2024-2025/trygghetsvandringar/",
    "silent pledge": "2024-2025/hembesok/",
    "pledges by": "2024-2025/loften/",
    "updates": "uppdateringar/",
    "updates of a year": "uppdateringar/2024/",
    "updates of a party": "parter/polisen/",
    "party": "2024-2025/parter/polisen/",
    "calendar": "kalender/",
    "plan": "2024-2025/kalender/",
    "subscribe": "prenumerera/",
    "about": "om/",
    "easy to read": "lattlast/",
    "not found": "404.html",
}
_PACKED: Final = (".html", ".css", ".js", ".json", ".svg", ".xml", ".ics")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def served_file(folder: Path, path: str) -> Path:
    """Return the file that a page of a site is kept in."""
    return folder / path / "index.html" if not path or path.endswith("/") else folder / path


class _Host(http.server.SimpleHTTPRequestHandler):
    """Serves files with gzip, and the site's own page for what is missing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path, status = Path(self.translate_path(self.path)), http.HTTPStatus.OK
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            path, status = Path(self.directory) / "404.html", http.HTTPStatus.NOT_FOUND
        body = path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in _PACKED:
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its address, with a slash at the end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()
