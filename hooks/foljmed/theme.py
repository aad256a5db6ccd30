"""Material's style sheet → what of it this site can use.

Most of Material's 137 kB are for what the site does not have: tabs, code copying, versions, comments, icons of
admonitions. A reader on a phone should not wait for them. What stays is decided by names of classes alone, so that
any text a communicator writes still looks right; ``make generate`` writes the result, and a test holds that it
belongs to the Material that is installed.
"""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

# Material's own name for the sheet has a hash in it.
_MAIN: Final = "templates/assets/stylesheets/main.*.min.css"
# Classes that can occur: the page's frame, prose, admonitions, and search with what its script adds.
_USED: Final = re.compile(
    r"no-js|js|md-(?:container|main|main__inner|grid|content|content__inner|skip|header|icon|toggle|overlay|dialog"
    r"|dialog__inner|typeset|typeset__\w+|search[\w-]*)"
    r"|admonition|admonition-title|note|info|tip|warning|danger"
)
_ICONS: Final = re.compile(r"--md-[\w-]*icon[\w-]*\Z")
# Swedish runs from the left; the scheme is the system's, not one of Material's; no drawer, no sorting.
_NEVER: Final = re.compile(r"\[dir=rtl\]|\[data-md-color-|\[data-md-toggle=drawer\]|\[role=columnheader\]")


def styles() -> str:
    """Return the style sheet, a rule a line. Needs Material and tinycss2."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(_main().read_text("utf-8"), skip_comments=True, skip_whitespace=True)
    kept = list(_rules(rules))
    while (fewer := [_without_unread(rule, "".join(kept)) for rule in kept]) != kept:
        kept = [rule for rule in fewer if rule]
    head = "/* Made by `make generate` from Material for MkDocs (MIT, Martin Donath): what of it this site can use. */"
    return "\n".join([head, *kept]) + "\n"


def _main() -> Path:
    package = find_spec("material")
    folder = Path(package.origin or "").parent if package else Path()
    return next(folder.glob(_MAIN))


def _rules(rules: list[Any]) -> Iterator[str]:
    """Yield the rules that can match, without the selectors in them that can't."""
    import tinycss2

    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [each for each in _split(tinycss2.serialize(rule.prelude)) if _can_match(each)]
            if selectors:
                yield f"{','.join(selectors)}{{{_declarations(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inside = "".join(_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            condition = tinycss2.serialize(rule.prelude).strip()
            if inside:
                yield f"@{rule.lower_at_keyword} {condition}{{{inside}}}"


def _split(selectors: str) -> list[str]:
    """Return the selectors of a list; commas inside brackets part nothing."""
    return [each.strip() for each in re.split(r",(?![^(\[]*[)\]])", selectors)]


def _can_match(selector: str) -> bool:
    classes = re.findall(r"\.([\w-]+)", re.sub(r":not\([^)]*\)", "", selector))
    return all(_USED.fullmatch(each) for each in classes) and not _NEVER.search(selector)


def _declarations(content: list[Any]) -> str:
    import tinycss2

    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    kept = [each for each in found if each.type == "declaration" and not _ICONS.match(each.name)]
    texts = [f"{each.name}:{tinycss2.serialize(each.value)}{'!important' * each.important}" for each in kept]
    return " ".join(";".join(texts).split())


def _without_unread(rule: str, everything: str) -> str:
    """Return a rule without custom properties that nothing reads; empty when nothing is left of it."""
    read = set(re.findall(r"var\((--[\w-]+)", everything))
    kept = re.sub(r"(--[\w-]+):[^;}]*;?", lambda found: found[0] if found[1] in read else "", rule)
    return "" if re.fullmatch(r"[^{}]*\{\}", kept) else kept
