"""What is generated: the guide's lists of keys and messages, the schemas, the editor's snippets, Material's styles.

``make generate`` writes them; a test holds that what is stored is what the code gives.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Final

from foljmed import theme
from foljmed.plain_yaml import write as write_yaml
from foljmed.problems import GROUPS, WARNINGS
from foljmed.schema import KINDS, FileKind, Key, keys, schemas
from foljmed.values import slug

# A correction would leave the value, and the problem, where they are.
_NOTE_THE_VALUE: Final = (
    "Är uppdateringen redan publicerad: [anteckna](ratta.md#ett-litet-fel) under `rättat` vilket värde du tog bort."
)
# Said below those messages that can't say all of it in a line.
EXPLANATIONS: Final[Mapping[str, str]] = {
    "not-utf8": "I VS Code: klicka på kodningens namn längst ner till höger och välj *Save with Encoding*{ lang=en } "
    "och *UTF-8*. I Anteckningar: *Spara som*, och välj *UTF-8* vid *Kodning*.",
    "bad-character": "Det följer ofta med när text klistras in från ett annat program. Radera hela ordet och skriv det "
    "på nytt.",
    "long-dash": "Ordbehandlare och telefoner gör om bindestreck till långa streck medan du skriver. "
    "[Mer om streck och citattecken](fel.md#langa-streck-och-bojda-citattecken).",
    "symlink": "En genväg kan leda till en fil utanför projektet, och den finns inte hos den som hämtar innehållet.",
    "stray-file": "Ska filen ligga kvar utan att publiceras låter du namnet börja med `_`.",
    "stray-folder": "Ska mappen ligga kvar utan att publiceras låter du namnet börja med `_`.",
    "yaml": "Se efter att raden har ett kolon och ett mellanslag efter nyckeln, och lika många mellanslag framför som "
    "de andra på samma nivå. Felet kan också sitta på raden ovanför.",
    "yaml-quote": "Ett kolon följt av mellanslag betyder annars att en ny nyckel börjar. "
    "[Mer om kolon](fel.md#kolon-i-en-rubrik).",
    "yaml-comment": "Det som står efter ett mellanslag och `#` räknas som en anteckning. "
    "[Mer om nummertecken](fel.md#nummertecken).",
    "yaml-lost-dash": "Utan bindestreck hör raden till den förra delen av listan. Raderna under ska ha två mellanslag "
    "fler än bindestrecket.",
    "yaml-comma": "[Mer om decimalkomma inom klammer](fel.md#decimalkomma-inom-klammer).",
    "yaml-hard-space": "Det hamnar där när text klistras in, eller på en Mac när man håller ner Alt och trycker på "
    "mellanslag.",
    "missing-key": "Alla nycklar som måste finnas står i [fältlistan](faltlista.md).",
    "unknown-key": "Alla nycklar som finns står i [fältlistan](faltlista.md).",
    "bad-choice": "Vad de olika orden betyder står i [fältlistan](faltlista.md).",
    "typographic-quotes": "[Mer om streck och citattecken](fel.md#langa-streck-och-bojda-citattecken).",
    "not-list": "En lista är antingen `[ett, två]` på samma rad, eller en rad för varje del som börjar med ett "
    "bindestreck.",
    "unclear-number": "På svenska är punkten tusental, i andra språk decimaler. Därför får du välja.",
    "recurrence-in-words": "[Det som återkommer](kommunikationsplan.md#nar).",
    "impossible-day": "[Alla sätt att skriva en tid](datum.md).",
    "mended-time": "[Alla sätt att skriva en tid](datum.md).",
    "bad-span": "[Alla sätt att skriva en tid](datum.md).",
    "skipped-clock": "Den natten går klockan direkt från 01.59 till 03.00. Välj ett annat klockslag.",
    "bad-id": "Skriv `a` för å och ä, och `o` för ö.",
    "overlapping-periods": "Rätta `börjar` eller `slutar` i den period som är fel.",
    "unknown-reference": "Stavningen måste vara exakt densamma. Id för parter och platser står i `period.md`, mått i "
    "`lofte.md` och aktiviteter i `kommunikationsplan.yml`.",
    "continues-later": "Det löfte som fortsätter ett annat hör alltid till den senare perioden.",
    "bad-update-name": "Dagen i namnet är dagen då uppdateringen publiceras. [Om filens "
    "namn](uppdatering.md#filens-namn-och-plats).",
    "looks-ahead": "Skriv om det som har hänt, eller byt typ till `information`.",
    "two-statuses": "Då vet ingen vilken som gäller. Ta bort status ur den fil som inte är publicerad. [Så antecknas "
    "en ändring](ratta.md#ett-litet-fel).",
    "source-missing": "Läsaren ska kunna se var en siffra kommer ifrån. [Så skrivs källor](uppdatering.md#kallor).",
    "value-span": "Annars räknas samma sak två gånger.",
    "value-ahead": f"Annars ser det som är planerat ut som gjort. {_NOTE_THE_VALUE}",
    "value-by-background": _NOTE_THE_VALUE,
    "value-before": f"Annars räknas det som gjordes innan löftet gavs. {_NOTE_THE_VALUE}",
    "corrects-later": "Kontrollera att `rättar` pekar på den gamla uppdateringen och att den nya har en senare dag i "
    "filens namn.",
    "withdrawn-text": "[Så drar du tillbaka en uppdatering](ratta.md#uppdateringen-borde-inte-ha-publicerats).",
    "change-late": "Planen ska visa vad som var sagt. Berätta i en uppdatering vad som blev i stället.",
    "fulfils-which": "Tillfället heter som tiden skrevs först. [Om tillfällets "
    "namn](kommunikationsplan.md#tillfallets-namn).",
    "broken-link": "Räkna mapparna: `../` är en mapp upp. [Så skrivs länkar](uppdatering.md#lankar).",
    "missing-alt": "Den som inte ser bilden får den här texten i stället. Skriv vad som syns, inte att det är en bild.",
    "absolute-link": "Då fungerar länken också om webbplatsen flyttar.",
    "personal-number": "Meddelandet visar inte hela numret, eftersom det kan bli läst av många. Har filen redan "
    "sparats i git finns numret kvar i historiken: säg till den som sköter webbplatsen.",
    "possible-personal-number": "Tio siffror i rad kan också vara ett organisationsnummer eller ett ärendenummer.",
    "mobile-number": "Numret till en växel eller en funktion gäller också när någon byter arbete.",
    "described-person": "På en liten ort räcker det ofta för att andra ska förstå vem det är.",
    "image-position": "Ta bort platsen i telefonens bildprogram eller i datorns egenskaper för bilden.",
    "newer-elsewhere": "Annars skulle det som en kollega nyss har lagt in se ut som om du hade tagit bort det.",
    "changed-promise": "Det som är undertecknat står kvar. Nya kriterier, mått och målvärden får läggas till.",
    "changed-text": "[Allt som får och inte får ändras](ratta.md#jamfor).",
    "dropped-occurrence": "Då står både den gamla och den nya tiden i planen och i kalendrarna. [Så skrivs "
    "ändringar](kommunikationsplan.md#flytta-stalla-in-och-andra).",
    "nothing-published": "Det är som det ska första gången. Annars kan versionen vara en annan webbplats, eller äldre "
    "än innehållet.",
    "git-refuses": "Säg till den som sköter webbplatsen.",
    "cannot-write": "Disken kan vara full, eller filen någon annans. Säg till den som sköter webbplatsen.",
    "no-config": "Programmet letar efter `mkdocs.yml` i den mapp där du står och i mapparna ovanför.",
    "setting": "Inställningarna står i `mkdocs.yml`. Säg till den som sköter webbplatsen.",
}
# Its examples would stand among what has happened.
_UNSOUGHT: Final = "search: {exclude: true}"
_NOT_EDITED: Final = "<!-- Skapad av make generate. Ändra inte här: texten hämtas ur programmet. -->"


def generated() -> dict[str, str]:
    """Return every generated file's text by its path from the project's root."""
    schema_files = {f"docs/schema/{name}.json": _json(schema) for name, schema in schemas().items()}
    return {
        "docs/guide/faltlista.md": _text(_keys_page()),
        "docs/guide/meddelanden.md": _text(_messages_page()),
        ".vscode/foljmed.code-snippets": _json(_snippets()),
        "overrides/assets/stylesheets/material.css": theme.styles(),
        **schema_files,
    }


def write(root: Path) -> None:
    """Write every generated file into a project."""
    for path, text in generated().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _head(title: str, description: str) -> Iterator[str]:
    yield from ("---", f"title: {title}", f"description: {description}", _UNSOUGHT, "---", "", _NOT_EDITED, "")
    yield from (f"# {title} {{ #innehall }}", "")


# --- Keys


def _keys_page() -> Iterator[str]:
    yield from _head(
        "Fältlista", "Alla nycklar i alla slags filer, vad de betyder och vad de får innehålla, med exempel."
    )
    yield "Här står varje nyckel som finns, fil för fil. En nyckel utan *Måste finnas* kan utelämnas. När och hur de"
    yield "används står i resten av guiden."
    yield from ("", *(f"- [{kind.title}](#{kind.id})" for kind in KINDS))
    for kind in KINDS:
        yield from ("", f"## {kind.title}: `{kind.file}` {{ #{kind.id} }}")
        for key in keys(kind.model):
            yield from _key(kind, key)


def _key(kind: FileKind, key: Key) -> Iterator[str]:
    level = "#" * min(len(key.path) + 2, 6)
    name = " i ".join(f"`{step}`" for step in reversed(key.path))
    yield from ("", f"{level} {name} {{ #{slug('-'.join((kind.id, *key.path)).replace('_', '-'))} }}", "")
    required = "**Måste finnas.**" if key.is_required else ""
    yield " ".join(filter(None, (required, key.description, key.shape.words, key.shape.more)))
    if key.shape.choices:
        yield ""
    for choice, meaning in key.shape.choices:
        yield f"- `{choice}`: {meaning}" if meaning else f"- `{choice}`"
    yield from ("", *_example(write_yaml({key.path[-1]: key.example}).splitlines()))
    for inner in key.inner:
        yield from _key(kind, inner)


def _example(lines: list[str]) -> list[str]:
    # What stands in a block does not wrap on a phone.
    return [f"Exempel: `{lines[0]}`"] if len(lines) == 1 else ["```yaml", *lines, "```"]


# --- Messages


def _messages_page() -> Iterator[str]:
    yield from _head("Alla meddelanden", "Varje meddelande som programmet kan ge, och vad du gör åt det.")
    yield "Här står allt som `foljmed check`, bygget och förhandsvisningen kan säga. Tre punkter, …, står för det"
    yield "som är olika från gång till gång: ett namn, en dag eller en hel rad. Ett *fel* måste rättas innan något"
    yield "publiceras. En *varning* hindrar ingenting, men läs den noga."
    yield from ("", *(f"- [{heading}](#{slug(heading)})" for heading in GROUPS))
    for heading, messages in GROUPS.items():
        yield from ("", f"## {heading} {{ #{slug(heading)} }}")
        for code, message in messages.items():
            yield from _message(code, message)


def _message(code: str, message: str) -> Iterator[str]:
    kind = "Varning" if code in WARNINGS else "Fel"
    yield from ("", f"**{shown(message)}**{{ #{code} }}")
    yield f":   {' '.join(filter(None, (f'{kind}.', EXPLANATIONS.get(code, ''), f'(`{code}`)')))}"


def shown(message: str) -> str:
    """Return a message as Markdown, each of its placeholders as three dots."""
    text = re.sub(r"\{(\w+)\}|(\{)\{|(\})\}", lambda match: "…" if match[1] else match[2] or match[3], message)
    return re.sub(r"([\\`*_{}\[\]#!|])", r"\\\1", escape(text.replace("….", "…"), quote=False))


# --- Snippets


def _snippets() -> dict[str, dict[str, object]]:
    """Return VS Code's snippets: a whole file, and each key with its values to choose from."""
    made: dict[str, dict[str, object]] = {}
    for kind in KINDS:
        if kind.file.endswith(".md"):
            every = keys(kind.model)
            made[kind.title] = _snippet(kind.id, f"En ny fil: {kind.title.lower()}", _file_body(every))
            for key in every:
                name = key.path[-1]
                made[f"{kind.title}: {name}"] = _snippet(name, f"{kind.title}: {key.description}", _body(key, 1))
    return made


def _snippet(prefix: str, description: str, body: list[str]) -> dict[str, object]:
    return {"scope": "markdown", "prefix": prefix, "description": description, "body": body}


def _file_body(every: tuple[Key, ...]) -> list[str]:
    required = [key for key in every if key.is_required]
    lines = [line for index, key in enumerate(required, 1) for line in _body(key, index)]
    return ["---", *lines, "---", "", "$0"]


def _body(key: Key, stop: int) -> list[str]:
    name = key.path[-1]
    if key.shape.choices:
        return [f"{name}: ${{{stop}|{','.join(choice for choice, _ in key.shape.choices)}|}}"]
    first, *more = write_yaml({name: key.example}).splitlines()
    if more:
        return [_literal(line) for line in (first, *more)]
    return [f"{name}: ${{{stop}:{_literal(first.removeprefix(f'{name}: '))}}}"]


def _literal(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


if __name__ == "__main__":
    write(Path.cwd())
