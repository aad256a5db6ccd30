"""The rules of the house that a machine can check."""

import ast
import statistics
import subprocess
import sys

import building

PACKAGE = building.ROOT / "hooks/foljmed"


def trees():
    return {file.name: ast.parse(file.read_text("utf-8")) for file in sorted(PACKAGE.glob("*.py"))}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def test_only_site_imports_mkdocs():
    assert {name for name, tree in trees().items() if "mkdocs" in imports(tree)} == {"site.py"}


def test_only_one_module_knows_yaml():
    assert {name for name, tree in trees().items() if "yaml" in imports(tree)} == {"plain_yaml.py"}


def test_only_settings_reads_a_clock():
    for name, tree in trees().items():
        calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if name != "settings.py":
            assert not calls & {"now", "today", "utcnow", "time_ns"} - {"today"}, name
            dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert not dotted & {"date.today", "datetime.today", "datetime.now", "time.time"}, name


def test_the_median_function_is_short():
    sizes = [
        node.end_lineno - node.lineno + 1
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    assert statistics.median(sizes) <= 11


def test_every_exception_to_a_rule_says_why():
    for file in sorted(PACKAGE.parent.rglob("*.py")):
        for line in file.read_text("utf-8").splitlines():
            for mark in ("# noqa:", "# type: ignore"):
                assert mark not in line or " - " in line.split(mark)[1] or "# " in line.split(mark)[1], (file, line)


def test_checking_content_needs_neither_mkdocs_nor_the_feeds():
    code = "import sys, foljmed.cli; print([m for m in ('mkdocs', 'feedgen', 'icalendar') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.strip() == "[]"
