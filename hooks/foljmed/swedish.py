"""What click itself says, in Swedish.

click looks its words up with gettext, which needs a compiled file and a language set in the environment, and so in
every program that is started from here. A table does the same for this program only. A test holds that no sentence
is missing that the commands can come to say.
"""

import importlib
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import click

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Usage:": "Så här skriver du:",
        "Options": "Val",
        "Commands": "Kommandon",
        "Positional arguments": "Argument",
        "Show this message and exit.": "Visa den här hjälpen.",
        "default: {default}": "annars: {default}",
        "required": "måste anges",
        "env var: {var}": "miljövariabel: {var}",
        "Error: {message}": "Fel: {message}",
        "Error: invalid input": "Fel: svaret går inte att läsa",
        "Aborted!": "Avbrutet. Ingenting har sparats.",
        "Try '{command} {option}' for help.": "Skriv ”{command} {option}” för hjälp.",
        "Missing command.": "Kommandot saknas.",
        "Missing argument": "Argument saknas",
        "Missing option": "Val saknas",
        "Missing parameter": "Uppgift saknas",
        "Missing parameter: {param_name}": "Uppgift saknas: {param_name}",
        "Missing {param_type}": "Uppgift saknas: {param_type}",
        "Invalid value: {message}": "{message}",
        "Invalid value for {param_hint}: {message}": "{param_hint}: {message}",
        "No such option {name!r}.": "Valet {name} finns inte.",
        "No such command {name!r}.": "Kommandot {name} finns inte.",
        "Did you mean {possibility}?": "Menade du {possibility}?",
        "(Did you mean one of: {possibilities}?)": "Menade du något av {possibilities}?",
        "Got unexpected extra argument ({args})": "Det här är för mycket: {args}",
        "Got unexpected extra arguments ({args})": "Det här är för mycket: {args}",
        "Option {name!r} does not take a value.": "Valet {name} har inget värde.",
        "Option {name!r} requires an argument.": "Valet {name} ska följas av ett värde.",
        "Option {name!r} requires {nargs} arguments.": "Valet {name} ska följas av {nargs} värden.",
        "Argument {name!r} takes {nargs} values.": "Argumentet {name} ska ha {nargs} värden.",
        "{value!r} is not {choice}.": "”{value}” går inte att välja. Skriv {choice}.",
        "{value!r} is not one of {choices}.": "”{value}” går inte att välja. Välj bland {choices}.",
        "Choose from:\n\t{choices}": "Välj bland:\n\t{choices}",
        "Choice({choices})": "Något av {choices}",
        "{name} {filename!r} does not exist.": "{name} {filename} finns inte.",
        "{name} {filename!r} is a file.": "{name} {filename} är en fil.",
        "{name} {filename!r} is a directory.": "{name} {filename} är en mapp.",
        "{name} {filename!r} is not readable.": "{name} {filename} går inte att läsa.",
        "file": "filen",
        "directory": "mappen",
        "path": "sökvägen",
        "{editor}: Editing failed": "{editor} avslutades med ett fel",
        "{editor}: Editing failed: {e}": "{editor} gick inte att starta: {e}",
        "{value!r} is not a valid {number_type}.": "”{value}” är inget tal.",
        "{value!r} is not a valid boolean. Recognized values: {states}": "Svara j eller n, inte ”{value}”.",
        "Do you want to continue?": "Fortsätta?",
        "Confirm the action without prompting.": "Svara ja utan att bli tillfrågad.",
    }
)


def _one(message: str) -> str:
    return WORDS.get(message, message)


def _several(one: str, many: str, count: int) -> str:
    return _one(one if count == 1 else many)


def speak_swedish() -> None:
    """Let click say everything in Swedish, in this process."""
    importlib.import_module("click._termui_impl")  # which click itself imports only when it needs it, too late for us
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == click.__name__ and hasattr(module, "_"):
            vars(module)["_"] = _one
            if hasattr(module, "ngettext"):
                vars(module)["ngettext"] = _several
