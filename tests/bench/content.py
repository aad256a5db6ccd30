"""Makes a project with as much content as asked for: the same every time, Swedish words, lists, links, values."""

import random
import re
import sys
from datetime import date, timedelta
from pathlib import Path

WORDS = re.findall(
    r"\w+",
    "kommunen polisen vandring trygghet belysning invånare skola torg centrum kväll sommar grannar insats "
    "samtal möte förslag åtgärd plats gångväg station butik ungdomar föräldrar fältare kontroll resultat "
    "mätning vecka månad arbete tillsammans under efter innan fortsätter planerar berättar visar minskar "
    "ökar deltar svarar frågar lyssnar bygger lagar tänder ser går nya gamla fler färre många några "
    "första andra tredje nästa tidigare öppen stängd lugn ljus",
)
PERIOD = """---
titel: Medborgarlöften i Provköping 2001–2020
börjar: 2001-01-01
slutar: 2030-12-31
parter:
  kommunen: {namn: Provköpings kommun, kort: kommunen, url: "https://kommun.example"}
  polisen: {namn: Polisen i Provköping, kort: polisen, url: "https://polis.example"}
platser: {provkoping: Provköping, riket: hela landet}
områden:
- {id: centrum, titel: Tryggt centrum}
- {id: hemma, titel: Tryggt hemma}
källa: {titel: Dokumentet, datum: 2001-01-01}
---
## Tillsammans

Vi hjälps åt.
"""
CONFIG = """site_name: Följ med i Provköping
site_url: https://prov.example/
theme: {{name: material, language: sv, font: false, custom_dir: {root}/overrides}}
hooks: ["{root}/hooks/main.py"]
plugins: [{{search: {{lang: sv}}}}]
nav: [Start: index.md, Uppdateringar: uppdateringar.md]
extra: {{generator: false, foljmed: {{id_authority: "prov.example,2021", disclaimer: Påhittat.}}}}
"""


def text(dice: random.Random) -> str:
    """Return some hundred words with a list and a link."""
    sentences = [" ".join(dice.choices(WORDS, k=dice.randint(6, 16))).capitalize() + "." for _ in range(8)]
    items = "\n".join(f"- {' '.join(dice.choices(WORDS, k=4))}" for _ in range(3))
    link = f"[{dice.choice(WORDS)}](https://kommun.example/{dice.randint(1, 999)})"
    last = f"{' '.join(sentences[4:])} Läs mer om {link} och **{dice.choice(WORDS)}**."
    return f"{' '.join(sentences[:4])}\n\n{items}\n\n{last}\n"


def make(folder: Path, pledges: int, updates: int) -> Path:
    """Write a project of ``pledges`` × ``updates`` and return its mkdocs.yml."""
    dice = random.Random(1)  # noqa: S311 - the same content each time, no secret
    home = folder / "pledges/2001-2030"
    home.mkdir(parents=True)
    (home / "period.md").write_text(PERIOD, "utf-8")
    (folder / "docs").mkdir()
    for name in ("index", "uppdateringar"):
        (folder / f"docs/{name}.md").write_text(f"---\nupdated: 2021-01-01\n---\n\n# {name.capitalize()}\n", "utf-8")
    for number in range(1, pledges + 1):
        pledge(home / f"lofte-{number}", number, updates, dice)
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG.format(root=Path(__file__).parents[2]), "utf-8")
    return config


def pledge(home: Path, number: int, updates: int, dice: random.Random) -> None:
    """Write a pledge and its updates, spread over twenty years."""
    home.mkdir()
    (home / "lofte.md").write_text(
        f"---\nnummer: {number}\ntitel: Löfte {number}\nmål: {dice.choice(('centrum', 'hemma'))}\n"
        "ansvariga: [kommunen, polisen]\nsammanfattning: Vi gör det här tillsammans.\n"
        f"mått:\n- {{id: antal, namn: Gånger, enhet: gånger, typ: antal}}\n---\n{text(dice)}",
        "utf-8",
    )
    for index in range(updates):
        day = date(2001, 1, 2) + timedelta(days=index * 7000 // max(updates, 1))
        head = f"titel: {' '.join(dice.choices(WORDS, k=5)).capitalize()}\nav: {dice.choice(('kommunen', 'polisen'))}\n"
        head += "typ: aktivitet\n" + ("status: pågår\n" if index == 0 else "")
        head += f"värden: {{antal: {dice.randint(1, 9)}}}\n" if index % 3 == 0 else ""
        head += "källor:\n- {titel: Egen uppgift}\n" if index % 5 == 0 else ""
        (home / f"{day}-uppdatering-{index}.md").write_text(f"---\n{head}---\n{text(dice)}", "utf-8")


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
