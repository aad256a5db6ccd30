"""Templates as Jinja has compiled them, kept from one build to the next."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from jinja2 import Environment, TemplateError
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.meta import find_referenced_templates

from foljmed.cache import Cache

# What of a Jinja environment decides how a template is read.
_SYNTAX: Final = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline"),
)
_KNOWN: Final = {"jinja2", "markupsafe", "mkdocs", "builtins", "_operator"}


class Compiled(BytecodeCache):
    """Templates as Jinja has compiled them, which takes a fifth of a small site's build.

    What a filter makes of a constant is compiled too. So nothing is kept where there are filters that belong to neither
    Jinja nor MkDocs: nobody can tell when they change.
    """

    def __init__(self, cache: Cache) -> None:
        """Keep them with other results."""
        self._cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept."""
        if _is_known(bucket.environment) and (content := self._cache.get(self._key(bucket))):
            bucket.bytecode_from_string(bytes(content))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        if _is_known(bucket.environment):
            self._cache.put(self._key(bucket), bucket.bytecode_to_string())

    def prepare(self, environment: Environment, names: Iterable[str]) -> None:
        """Compile those of some templates that are not kept, and what these name."""
        if environment.loader is None or not _is_known(environment):
            return
        left, known = [*names], set(names)
        while left:
            name = left.pop()
            with suppress(TemplateError):  # whoever uses it will tell
                source, filename, _ = environment.loader.get_source(environment, name)
                bucket = self.get_bucket(environment, name, filename, source)
                if bucket.code is None:
                    written = environment.parse(source, name, filename)
                    others = set(filter(None, find_referenced_templates(written))) - known
                    left, known = [*left, *others], known | others
                    bucket.code = environment.compile(written, name, filename)
                    self.set_bucket(bucket)

    def _key(self, bucket: Bucket) -> str:
        of = bucket.environment
        marks = (getattr(of, name) for name in _SYNTAX)
        decides = (
            *marks,
            of.autoescape,
            of.finalize,
            of.optimized,
            *sorted(of.extensions),
            *sorted(map(repr, of.policies.items())),
            *sorted(f"{name} {_name(each)}" for name, each in (*of.filters.items(), *of.tests.items())),
            bucket.key,
            bucket.checksum,
        )
        return self._cache.key((b"template", *(repr(each).encode() for each in decides)))


def _name(function: object) -> str:
    """Return where a function comes from, by which two are told apart."""
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"


def _is_known(environment: Environment) -> bool:
    """Whether all that may be folded into a template is of libraries whose versions are in every name here."""
    functions = (*environment.filters.values(), *environment.tests.values())
    return {str(getattr(each, "__module__", "")).split(".")[0] for each in functions} <= _KNOWN
