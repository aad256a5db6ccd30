"""What must never be public is found however it is written, and what only looks like it stops nobody.

Every number of a person here lies in the bands that Skatteverket sets aside for tests: births until 1904 with the birth
numbers 980 and 981, births from 1990 on with 238 and 239. Telephone numbers are those that PTS keeps for fiction.
"""

import random
import re
from datetime import date, timedelta

import pytest

import building
from foljmed import guard
from foljmed.guard import find, kind_of_number, legible, unanswered
from foljmed.reader import read_catalog
from foljmed.settings import read_project

PERSONS = 300
OTHERS = 3000
LONG_AGO = (date(1890, 1, 1), date(1904, 12, 31), (980, 981))
LATELY = (date(1990, 1, 1), date(2019, 12, 31), (238, 239))
DOMAINS = ("salem.se", "polisen.se")
# Published by Skatteverket as they stand.
ONE = "19900101-2385"
COORDINATED = "20260161-2381"


def dice(seed):
    return random.Random(seed)  # noqa: S311 - the same numbers each time, no secret


def check_digit(nine):
    total = sum(sum(divmod(int(digit) * (2 - index % 2), 10)) for index, digit in enumerate(nine))
    return str(-total % 10)


def made_up():
    """Yield 300 numbers of 12 digits, every third a samordningsnummer and every third of somebody born long ago."""
    chance = dice(5)
    for index in range(PERSONS):
        first, last, births = LONG_AGO if index % 3 == 0 else LATELY
        day = first + timedelta(chance.randrange((last - first).days))
        written = f"{day:%Y%m}{day.day + (60 if index % 3 == 1 else 0):02}"
        nine = f"{written[2:]}{chance.choice(births)}"
        yield f"{written[:2]}{nine}{check_digit(nine)}"


NUMBERS = list(made_up())
DASHES = ["-", "–", "—", "\u2011", "\u2212", " - ", " – ", "- ", "\u00ad", "+", " + ", "--", "   -   ", "\u2043"]
SPACES = [" ", "\u00a0", "\u202f", "  ", " " * 20]


def errors_in(text):
    return [finding for finding in find(text, DOMAINS) if finding.code == "personal-number"]


def test_there_are_300_numbers_of_both_kinds():
    assert len(set(NUMBERS)) == PERSONS
    kinds = [kind_of_number(number) for number in NUMBERS]
    assert (kinds.count("personnummer"), kinds.count("samordningsnummer")) == (200, 100)


@pytest.mark.parametrize("between", ["", *DASHES, *SPACES], ids=ascii)
def test_every_number_is_found_with_its_century(between):
    for number in NUMBERS:
        written = f"{number[:8]}{between}{number[8:]}"
        for text in (written, f"Kontakta {written}.", f"({written})", f"nr{written},", f"bild-{written}-liten.jpg"):
            (found,) = errors_in(text)
            assert text[found.start : found.end] == written


@pytest.mark.parametrize("between", [*DASHES, *SPACES], ids=ascii)
def test_every_number_is_found_without_its_century(between):
    for number in NUMBERS:
        if ("+" in between) == is_old(number):  # without a plus, somebody born in 1903 would be one of 2003
            written = f"{number[2:8]}{between}{number[8:]}"
            (found,) = errors_in(f"Kontakta {written}.")
            assert found.details["start"] == number[2:6]


def is_old(number):
    return number < "1905"


def test_ten_digits_in_a_row_are_a_warning():
    for number in NUMBERS:
        if not is_old(number):
            (found,) = find(f"Kontakta {number[2:]}.")
            assert found.code == "possible-personal-number"


@pytest.mark.parametrize(
    "written",
    ["1990-01-01-2385", "1990-01-01 2385", "1990.01.01-2385", "1990 01 01-2385", "1990-01-01 \u2013 2385"],
)
def test_a_whole_date_with_its_signs_is_one_too_but_a_day_and_a_counter_in_a_name(written):
    (found,) = errors_in(f"Kontakta {written}.")
    assert found.details["start"] == "1990"
    (found,) = find(f"bild {written}.jpg", is_name=True)
    assert found.code == "possible-personal-number"


@pytest.mark.parametrize(
    "written",
    [
        "90-01-01-2385",
        "90-01-01 2385",
        "19900101_2385",
        "900101.2385",
        "900101/2385",
        "1990-01-01/2385",
        "1990/01/01-2385",
    ],
)
def test_what_is_more_often_something_else_is_a_warning(written):
    (found,) = find(f"Se {written}.")
    assert found.code == "possible-personal-number"


def test_a_day_and_a_time_of_day_are_at_most_a_warning():
    found = [each for minute in range(60) for each in find(f"Från 2021-05-12 {18:02}{minute:02} till sent.")]
    assert {each.code for each in found} == {"possible-personal-number"}


@pytest.mark.parametrize(
    "written",
    [
        "900101\u200b-2385",
        "9001\u206001-2385",
        "90\u00ad0101-2385",
        "900101\u00ad2385",
        "\uff19\uff10\uff10\uff11\uff10\uff11-\uff12\uff13\uff18\uff15",
        "900101\ufe63\ufeff2385",
        "\u200e900101\u202f2385",
    ],
    ids=ascii,
)
def test_signs_that_nobody_sees_hide_no_number(written):
    assert len(errors_in(legible(f"Kontakta {written}."))) == 1


def test_what_looks_as_it_is_written_is_left_as_it_is():
    text = "Åtta gick från Rönninge – ”till” Salem.\n\n- 12 m\n"
    assert legible(text) is text
    assert legible("a\u00a0b\u00adc\nd") == "a bc\nd"


@pytest.mark.parametrize(
    "digits",
    ["199001012386", "199013012385", "199002302385", "199001322385", "202601922381", "210001012385", "1990010123855"],
    ids=["check digit", "month 13", "30 February", "day 32", "day 92", "next century", "a digit more"],
)
def test_what_can_be_nobodys_number_is_not_found(digits):
    assert find(f"{digits} och {digits[:8]}-{digits[8:]}") == []


def test_a_samordningsnummer_may_have_an_unknown_day_or_month():
    assert kind_of_number("191500722390") == kind_of_number("191711602399") == "samordningsnummer"


def test_29_february_counts_in_leap_years_only():
    assert kind_of_number("200002292399") == kind_of_number("202402292383") == "personnummer"
    assert kind_of_number("190002292399") == ""


# --- What only looks like it


def days(chance):
    day = date(2000, 1, 1) + timedelta(chance.randrange(12000))
    later = day + timedelta(chance.randrange(1, 400))
    clock = f"{chance.randrange(24):02}:{chance.choice((0, 15, 30, 45)):02}"
    yield from (f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}/{later:%Y-%m-%d}", f"{day:%Y-%m-%d}–{later:%Y-%m-%d}")
    yield from (f"{day:%y%m%d}", f"{day:%Y%m%d}", f"{day:%Y%m%d}-{later:%Y%m%d}", f"{day:%Y-%m-%d} {clock}")
    yield from (f"{day.day}/{day.month} {day.year}", f"{day.day}.{day.month}.{day.year}", f"{day:%G-W%V}", clock)
    yield from (f"{day.year}–{later.year + 1}", f"{day:%Y-%m-%d}-vandring-{chance.randrange(100)}.md")


def telephones(chance):
    area, first = chance.choice([("031", 3900600), ("040", 6280400), ("08", 46500400), ("0980", 319200)])
    number = str(first + chance.randrange(100))
    yield from (f"{area}-{number}", f"{area} {number}", f"{area}{number}", f"{area}/{number}")
    yield from (f"{area}-{number[:-4]} {number[-4:-2]} {number[-2:]}", f"+46 {area[1:]} {number}", "114 14", "112")


def organisations(chance):
    """Numbers of organisations: the third digit is 2 or more, so that no month can be read in them."""
    nine = (
        f"{chance.choice((2, 5, 7, 8, 9))}{chance.randrange(10)}{chance.randrange(2, 10)}{chance.randrange(10**6):06}"
    )
    number = nine + check_digit(nine)
    yield from (f"{number[:6]}-{number[6:]}", f"16{number}", f"16{number[:6]}-{number[6:]}", f"SE{number}01", number)


def quantities(chance):
    many = chance.randrange(1000, 10**9)
    grouped = f"{many:,}".replace(",", "\u00a0")
    yield from (f"{grouped} kr", f"{many} kronor", f"{grouped.replace(chr(160), ' ')} SEK", f"{many / 100:.2f}")
    yield from (f"{chance.randrange(10**4)} m", f"{chance.randrange(100)},{chance.randrange(100):02} km")
    yield from (f"{chance.randrange(10**5)}–{chance.randrange(10**5, 10**6)} meter", f"{chance.randrange(100)} %")
    yield from (f"59.{chance.randrange(10**6):06}, 17.{chance.randrange(10**6):06}", f"{many} m²")


def cases(chance):
    year, number = chance.randrange(1990, 2027), chance.randrange(1, 10**6)
    yield from (f"KS {year}/{number:04}", f"A{number:06}/{year}", f"dnr {year}-{number:05}", f"KS-{year}-{number}")
    yield from (f"5000-K{number:06}-{year % 100:02}", f"0201-K{number}-{year % 100:02}", f"Ju{year}/{number:05}/L4")
    yield from (f"mål B {number % 10000}-{year % 100:02}", f"A{number // 1000:03}.{number % 1000:03}/{year}")


FAMILIES = (days, telephones, organisations, quantities, cases)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_other_numbers_give_no_error(family):
    chance, seen = dice(family.__name__), 0
    while seen < OTHERS:
        for text in family(chance):
            seen += 1
            for sentence in (text, f"Så skrivs det: {text}.", f"värde: {text}\n"):
                assert errors_in(sentence) == []


def test_in_a_text_full_of_other_numbers_nothing_is_found():
    chance = dice(11)
    every = [text for _ in range(60) for family in FAMILIES for text in family(chance)]
    assert len(every) > 2000
    chance.shuffle(every)
    assert errors_in(", ".join(every)) == []


# --- Telephones, e-mail, people


@pytest.mark.parametrize(
    "written",
    [
        "070-174 06 05",
        "070-1740605",
        "0701740605",
        "070 174 06 05",
        "070 – 174 06 05",
        "070/174 06 05",
        "070.174.06.05",
        "+46701740605",
        "+46 70 174 06 05",
        "+46 (0)70-174 06 05",
        "0046 70 174 06 05",
        "070-17\u00a040\u00a0605",
    ],
)
def test_a_mobile_number_is_a_warning(written):
    (found,) = find(f"Ring {written} i kväll.")
    assert found.code == "mobile-number"
    assert found.details["text"] == " ".join(written.split())


@pytest.mark.parametrize(
    "written", ["08-465 004 00", "+46 8 465 004 00", "0980-31 92 00", "0771-42 33 00", "11 07 2021"]
)
def test_other_telephone_numbers_are_not(written):
    assert find(f"Ring {written} i kväll.") == []


def test_an_address_outside_the_parties_domains_is_a_warning():
    text = "a.b@gmail.com, info@salem.se, x@trygghet.salem.se, y@POLISEN.se, z@salem.se.example, bild@2x.jpg, @salem"
    found = find(text, DOMAINS)
    assert [text[each.start : each.end] for each in found] == ["a.b@gmail.com", "z@salem.se.example"]
    assert {each.code for each in found} == {"private-email"}


@pytest.mark.parametrize("sign", ["(at)", " (at) ", "[at]", " (a) ", "(snabel-a)", " {AT} "])
def test_an_at_sign_in_words_hides_no_address(sign):
    (found,) = find(f"Skriv till a.b{sign}gmail.com.", DOMAINS)
    assert found.code == "private-email"
    assert find(f"Skriv till info{sign}salem.se, (a) i tid och (at) sidan.", DOMAINS) == []


@pytest.mark.parametrize(
    "text",
    [
        "mannen är 34 år och bor i Salem",
        "En man var 34 år och bor i Salem",
        "Kvinna, 56, Rönninge",
        "Kvinna (56), Rönninge",
        "Kvinnan, i 30-årsåldern, från Rönninge",
        "En man i 30-årsåldern, Rönninge.",
        "En 17-årig pojke i Salem",
        "En 17-årig pojke greps i går kväll i Salem.",
        "En 17 årig svensk pojke från Rönninge",
        "En 17 år gammal flicka i Salem",
        "En sjuttonårig flicka utanför Rönninge",
        "I Salem greps i går två 15-åriga killar.",
        "Mannen, 34, från Rönninge är misstänkt.",
        "En kvinna (34) på Storgatan såg det.",
        "En pojke på 17 år i centrala Salem",
        "En kvinna i 30-årsåldern vid Salems centrum",
        "En man i den övre trettioårsåldern vid Salems centrum",
        "En man född 1987 från Salem",
        "En pojke om 17 år i Salem",
        "Tjejer som är 13 år i Salem",
        "Den 17-åriga\npojken bor i Salem.",
    ],
)
def test_age_sex_and_place_together_are_a_warning(text):
    (found,) = find(text)
    assert found.code == "described-person"


@pytest.mark.parametrize(
    "text",
    [
        "Unga i åldern 16–18 år i Salem",
        "Kvinnor 16–84 år i Salem känner sig otryggare än män.",
        "En 17-årig pojke greps.",
        "Pojkar och flickor i årskurs 7 i Salem",
        "En tvåårig satsning. Män i Salem",
        "En 17-årig pojke greps. Polisen var i Salem.",
        "En 17-årig pojke greps.\n\nI Salem är det lugnt.",
        "titel: 17-årig pojke\nkällor: Från Salem",
        "En kvinna och en man, 3 gånger i veckan i Salem",
        "Man kan gå 17 år i Salem",
        "Man är 18 år när man får rösta i Salem",
        "Kvinnan är 34 år. Polisen var i Salem.",
        "Det var 17 år sedan. Mannen var 17 år sedan i Salem.",
        "Mannen, 34. Salem växer.",
        "Den tvååriga satsningen för flickor i Norrängen",
        "Det mångåriga arbetet för kvinnor i Provby",
        "Det fleråriga samarbetet mellan män i Provby IF",
        "Den fleråriga kvinnojouren och flickor i Provby",
        "Den sexåriga grundskolan för flickor i Salem",
        "Vi vill nå fler kvinnor om 5 år i Provby",
        "Tjejkväll för tjejer som är 13 år eller äldre på Fritidsgården",
        "Killar som är 13 år och uppåt i Salem",
    ],
)
def test_what_singles_out_nobody_is_none(text):
    assert find(text) == []


# --- What may stay


@pytest.mark.parametrize(
    ("text", "allowed", "expected"),
    [
        (f"Se {ONE}.", [], 1),
        (f"Se {ONE}.", [ONE], 0),
        (f"Se {ONE}.", [f"Se {ONE}"], 0),
        (f"Se {ONE}.", [ONE[:8]], 1),
        (f"Se {ONE} och {COORDINATED}.", [ONE], 1),
        ("Den 17-åriga\n  pojken bor i Salem.", ["17-åriga pojken bor i Salem"], 0),
        ("Ring 070-174 06 05.", ["070-174 06 06"], 1),
        ("Ring 070-174 06 05.", ["."], 1),
    ],
)
def test_a_text_that_is_allowed_answers_what_lies_within_it(text, allowed, expected):
    assert len(unanswered(find(text), text, allowed)) == expected


def test_the_number_itself_is_in_no_message():
    (found,) = errors_in(f"Se {ONE}.")
    assert ONE[-4:] not in str(found.details)


def test_exempelby_uses_what_may_stay_and_has_no_warning():
    catalog = read_catalog(read_project(building.CONFIGS["exempelby"]))
    allowed = [text for update in catalog.all_updates() for text in update.file.allowed]
    assert allowed
    assert all(find(text) for text in allowed)
    assert catalog.warnings == ()


def test_no_number_of_a_person_stands_in_the_projects_files_but_those_for_tests():
    folders = ("tests", "pledges", "docs", "hooks", "overrides", "deploy")
    files = [file for folder in folders for file in sorted((building.ROOT / folder).rglob("*"))]
    for file in files:
        if file.suffix in (".py", ".txt", ".md", ".yml", ".html", ".sh") and "node_modules" not in file.parts:
            text = file.read_text("utf-8")
            for each in find(text):
                if each.code == "personal-number":
                    birth = int(re.sub(r"\D", "", text[each.start : each.end])[-4:-1])
                    assert birth in (*LONG_AGO[2], *LATELY[2]), (file, text[each.start : each.end])


# --- What a text is quickly seen to lack

PIECES = (
    *(
        "en ",
        "pojke",
        "Mannen",
        "kvinnan",
        " på 17 år",
        ", 34,",
        ", 34 från",
        " (34)",
        " 34 år",
        " (34 år)",
        "17-årig ",
    ),
    *("17 ÅRIGA ", "artonårig ", " i 30-årsåldern", " i övre medelårsåldern", " född 1987", ", född år 1987", "17 år"),
    *(
        " gammal ",
        "  ",
        "\n",
        " ",
        "i Salem",
        " från Rönninge",
        ".",
        ",",
        "(",
        ")",
        "-",
        "–",
        "_",
        "+",
        "0",
        "7",
        "070",
    ),
    *(
        "19",
        "1990",
        "01",
        "900101",
        "2385",
        "238",
        "5",
        "-2385",
        "\u20112385",
        " 23 85 ",
        "1990-01-01",
        "90.01.01",
        "+46",
    ),
)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_not_looked_for_is_not_there(seed, monkeypatch):
    chance = dice(seed)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(2, 9))) for _ in range(2000)]
    looked_for = [find(text, DOMAINS) for text in texts]
    for name in ("may_hold_any", "may_hold_number", "may_hold_loose_number", "may_hold_mobile"):
        monkeypatch.setattr(guard, name, lambda _: True)
    monkeypatch.setattr(guard, "may_name_age", lambda _: (True, True))
    assert looked_for == [find(text, DOMAINS) for text in texts]
    assert {each.code for found in looked_for for each in found} >= {"described-person", "personal-number"}


@pytest.mark.parametrize("before", ["59.", "17,"])
def test_decimals_are_no_number_of_a_person(before):
    written = ONE.replace("-", "")
    assert errors_in(f"Läget är {written}.")
    assert find(f"Läget är {before}{written}.") == []
    assert errors_in(f"Läget är {before}{ONE}.")


@pytest.mark.parametrize("row", ["2021-06-15\t{}", "2021-06-15      {}", "{} besökare den 2021-06-15"])
def test_a_table_of_days_and_counts_stops_nobody(row):
    assert find("\n".join(row.format(count) for count in range(1000, 10_000))) == []
