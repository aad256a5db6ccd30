"""The servers' examples serve a built site as they say, and copying it leaves what has not changed alone."""

import gzip
import http.client
import re
import shutil
import socket
import subprocess
import time

import pytest

import building
import tools
from served import free_port

DEPLOY = building.ROOT / "deploy"
SITE_FOLDER = "/srv/foljmed"
POLICY = re.compile(r"default-src 'none';[^\"]+")


def placed(name, folder, port):
    """Return an example as its reader would change it, and all that listens anywhere but here taken out."""
    text = (DEPLOY / name).read_text("utf-8").replace(SITE_FOLDER, str(folder))
    text = re.sub(r"^ *listen \[::\]:80;\n", "", text, flags=re.MULTILINE)
    return text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("*:80", f"127.0.0.1:{port}")


def nginx(home, site, port):
    program = tools.need("nginx", "nginx-light")
    shutil.copy("/etc/nginx/mime.types", home)
    (home / "foljmed.conf").write_text(placed("nginx.conf", site, port), "utf-8")
    temporary = "\n".join(
        f"{each}_temp_path {home}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "main.conf").write_text(
        f"pid {home}/pid; error_log {home}/errors; daemon off; master_process off; events {{}}\n"
        f"http {{ include mime.types; default_type application/octet-stream; access_log off; {temporary}\n"
        "include foljmed.conf; }",
        "utf-8",
    )
    command = [program, "-c", home / "main.conf", "-e", home / "errors"]
    return [*command, "-t"], command


def apache(home, site, port):
    program = tools.need("apache2", "apache2")
    (home / "foljmed.conf").write_text(placed("apache.conf", site, port), "utf-8")
    loaded = ("mpm_event", "authz_core", "autoindex", "deflate", "filter", "headers", "mime", "dir")
    modules = "".join(f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so\n" for each in loaded)
    (home / "main.conf").write_text(
        f"{modules}ServerRoot {home}\nServerName localhost\nPidFile {home}/pid\nErrorLog {home}/errors\n"
        f"DefaultRuntimeDir {home}\nMutex file:{home}\nTypesConfig /etc/mime.types\nListen 127.0.0.1:{port}\n"
        f"Include {home}/foljmed.conf\n",
        "utf-8",
    )
    command = [program, "-f", home / "main.conf"]
    return [*command, "-t"], [*command, "-D", "FOREGROUND"]


@pytest.fixture(scope="module", params=[nginx, apache], ids=["nginx", "apache"])
def server(request, site, tmp_path_factory):
    """Return where a server with one of the examples answers."""
    home, port = tmp_path_factory.mktemp("server"), free_port()
    folder = home / "site"
    shutil.copytree(site("exempelby"), folder)
    check, run = request.param(home, folder, port)
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr.lower()
    running = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    running.terminate()
    running.wait()


def get(address, **headers):
    host, _, path = address.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        connection.request("GET", f"/{path}", headers={each.replace("_", "-"): headers[each] for each in headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def hashed(site):
    return next(
        path.name
        for path in (site / "assets/stylesheets").iterdir()
        if re.search(r"\.[0-9a-f]{8}\.min\.css$", path.name)
    )


TYPES = {
    "": "text/html",
    "2024-2025/": "text/html",
    "feed.xml": "application/xml",
    "2024-2025/trygghetsvandringar/feed.xml": "application/xml",
    "kalender.ics": "text/calendar",
    "sitemap.xml": "application/xml",
    "search/search_index.json": "application/json",
    "assets/stylesheets/foljmed.css": "text/css",
}


@pytest.mark.parametrize("path", TYPES)
def test_each_kind_of_file_has_its_type_its_charset_and_is_asked_for_again_soon(server, path):
    status, headers, body = get(server + path)
    assert (status, headers.get_content_type()) == (200, TYPES[path])
    assert (headers.get_content_charset() or "").lower() == "utf-8"
    assert headers["Cache-Control"] == "public, max-age=300"
    assert body.decode("utf-8")


def test_only_what_has_a_hash_in_its_name_is_kept_for_long(server, site):
    _, headers, _ = get(f"{server}assets/stylesheets/{hashed(site('exempelby'))}")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["", "feed.xml", "finns-inte/"])
def test_every_answer_carries_the_security_headers(server, path):
    _, headers, _ = get(server + path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'")


def test_a_page_that_is_missing_is_answered_by_our_own_page(server, site):
    status, _, body = get(f"{server}finns-inte/")
    assert status == 404
    assert body == (site("exempelby") / "404.html").read_bytes()


def test_a_folder_without_a_page_is_answered_by_our_own_page_too(server, site):
    status, _, body = get(f"{server}2024-2025/omraden/")
    assert status in (403, 404)
    assert body == (site("exempelby") / "404.html").read_bytes()


@pytest.mark.parametrize("path", ["", "feed.xml", "kalender.ics"])
def test_text_is_packed_and_what_is_not_new_is_not_sent_again(server, path):
    _, plain, body = get(server + path)
    _, headers, packed = get(server + path, Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in headers["Vary"]
    assert gzip.decompress(packed) == body
    known = {"If_Modified_Since": plain["Last-Modified"]}
    if headers["ETag"]:
        known["If_None_Match"] = headers["ETag"]
    assert get(server + path, Accept_Encoding="gzip", **known)[0] == 304


def test_an_address_without_its_last_slash_leads_to_the_page(server):
    status, headers, _ = get(f"{server}2024-2025")
    assert status == 301
    assert headers["Location"].endswith("/2024-2025/")


def test_the_servers_send_the_policy_that_the_pages_carry_and_let_nobody_frame_them(site):
    page = POLICY.search((site("exempelby") / "index.html").read_text("utf-8"))[0]
    for name in ("nginx.conf", "apache.conf"):
        assert POLICY.search((DEPLOY / name).read_text("utf-8"))[0] == f"{page}; frame-ancestors 'none'"


def deploy(source, target):
    command = [DEPLOY / "deploy.sh", f"{source}/", f"{target}/"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_copying_a_build_leaves_the_time_of_what_has_not_changed(site, tmp_path):
    tools.need("rsync", "rsync")
    built, target = tmp_path / "built", tmp_path / "target"
    shutil.copytree(site("exempelby", "2025-05-15"), built)
    (target / ".well-known").mkdir(parents=True)
    (target / ".well-known/mine").touch()
    assert deploy(built, target).returncode == 0
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*") if path.is_file()}
    time.sleep(0.01)
    for path in built.rglob("*"):
        path.touch()  # as a new build does
    page = built / "index.html"
    page.write_text(page.read_text("utf-8").replace("Exempelby", "Exempelbx"), "utf-8")  # of the same length
    (built / "ny.html").write_text("ny", "utf-8")
    (built / "404.html").unlink()
    assert deploy(built, target).returncode == 0
    after = {path: path.stat().st_mtime_ns for path in target.rglob("*") if path.is_file()}
    changed = {path.relative_to(target).as_posix() for path in before | after if before.get(path) != after.get(path)}
    assert changed == {"index.html", "ny.html", "404.html"}
    assert (target / "index.html").read_text("utf-8") == page.read_text("utf-8")
    assert {path.stat().st_mode & 0o777 for path in after if path.suffix == ".html"} == {0o644}


def test_what_a_broken_off_copying_left_is_taken_away_by_the_next(site, tmp_path):
    tools.need("rsync", "rsync")
    built, target = site("exempelby", "2025-05-15"), tmp_path / "target"
    for left in ("2024-2025/.~tmp~/index.html", ".~tmp~/inte-publicerat.html"):
        (target / left).parent.mkdir(parents=True)
        (target / left).write_text("halvvägs", "utf-8")
    assert deploy(built, target).returncode == 0
    assert {path.relative_to(target) for path in target.rglob("*")} == {
        path.relative_to(built) for path in built.rglob("*")
    }


def test_nothing_is_copied_from_a_folder_without_a_built_site(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "target/index.html").write_text("kvar", "utf-8")
    (tmp_path / "empty").mkdir()
    done = deploy(tmp_path / "empty", tmp_path / "target")
    assert done.returncode == 1
    assert "Kör make build först" in done.stderr
    assert (tmp_path / "target/index.html").read_text("utf-8") == "kvar"
