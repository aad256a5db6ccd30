"""Times as written, as meant and as shown."""

from datetime import date

import pytest

from foljmed.problems import Fault
from foljmed.spans import (
    Unit,
    day,
    following,
    in_words,
    kept_together,
    parse_day,
    parse_span,
    parse_when,
    period_in_words,
    whole,
    within,
)

WORDS = {
    "2021-04-15": ("2021-04-15", "2021-04-15", "15 april 2021"),
    "2021-W20": ("2021-05-17", "2021-05-23", "vecka 20, 2021"),
    "2020-W53": ("2020-12-28", "2021-01-03", "vecka 53, 2020"),
    "2021-04": ("2021-04-01", "2021-04-30", "april 2021"),
    "2021-Q2": ("2021-04-01", "2021-06-30", "andra kvartalet 2021"),
    "2021-H1": ("2021-01-01", "2021-06-30", "första halvåret 2021"),
    "2021": ("2021-01-01", "2021-12-31", "2021"),
    "2021-04-06/2021-04-09": ("2021-04-06", "2021-04-09", "6–9 april 2021"),
    "2021-04-30/2021-05-02": ("2021-04-30", "2021-05-02", "30 april–2 maj 2021"),
    "2021-12-28/2022-01-03": ("2021-12-28", "2022-01-03", "28 december 2021–3 januari 2022"),
    "2021-W20/2021-W22": ("2021-05-17", "2021-06-06", "vecka 20–22, 2021"),
    "2020-W52/2021-W01": ("2020-12-21", "2021-01-10", "vecka 52, 2020–vecka 1, 2021"),
    "2021-06/2021-08": ("2021-06-01", "2021-08-31", "juni–augusti 2021"),
    "2021-11/2022-02": ("2021-11-01", "2022-02-28", "november 2021–februari 2022"),
    "2021-Q1/2021-Q2": ("2021-01-01", "2021-06-30", "första–andra kvartalet 2021"),
    "2021-Q4/2022-Q1": ("2021-10-01", "2022-03-31", "fjärde kvartalet 2021–första kvartalet 2022"),
    "2021-H1/2021-H2": ("2021-01-01", "2021-12-31", "första–andra halvåret 2021"),
    "2021/2022": ("2021-01-01", "2022-12-31", "2021–2022"),
    "2024-02": ("2024-02-01", "2024-02-29", "februari 2024"),
}


@pytest.mark.parametrize("text", WORDS)
def test_a_span_keeps_its_precision_and_reads_back(text):
    span = parse_span(text)
    first, last, words = WORDS[text]
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)
    assert in_words(span) == words
    assert str(span) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021-06-15 18:00", "15 juni 2021 kl. 18.00"),
        ("2021-06-15 9:00-15.30", "15 juni 2021 kl. 9.00–15.30"),
        ("2021-06-15 18:00 – 20:00", "15 juni 2021 kl. 18.00–20.00"),
        ("2021-06", "juni 2021"),
    ],
)
def test_a_day_of_the_plan_may_have_a_clock(text, words):
    assert in_words(parse_when(text)) == words


def test_a_clock_is_no_part_of_an_occurrences_key():
    assert str(parse_when("2021-06-15 18:00-20:00")) == "2021-06-15"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("igår", "bad-span"),
        ("12:30", "bad-span"),
        ("2021-4-5", "mended-time"),
        ("2021-04-06/", "bad-span"),
        ("2021/2022/2023", "bad-span"),
        ("2021-Q5", "bad-span"),
        ("2021-H3", "bad-span"),
        ("2026-02-30", "impossible-day"),
        ("2021-13", "impossible-day"),
        ("2021-W53", "impossible-day"),
        ("0001-01-01", "impossible-day"),
        ("9999", "impossible-day"),
        ("2021-04-09/2021-04-06", "reversed-span"),
        ("2021-04-06/2021-04-06", "same-span"),
        ("2021-06-15 18:00-17:00", "late-end"),
        ("2021/2021-04", "mixed-span"),
        ("2021-06-15 25:00", "bad-clock"),
        ("2021-03-28 02:30", "skipped-clock"),
    ],
)
def test_what_is_no_span_says_why(text, code):
    with pytest.raises(Fault) as caught:
        parse_when(text)
    assert caught.value.code == code


def test_a_clock_has_no_place_where_a_day_is_meant():
    with pytest.raises(Fault, match="clock-not-here"):
        parse_span("2021-06-15 18:00")


def test_the_hour_that_comes_twice_in_autumn_exists():
    assert parse_when("2021-10-31 02:30").start is not None


def test_a_day_is_only_a_day():
    assert parse_day("2021-04-15") == date(2021, 4, 15)
    with pytest.raises(Fault, match="bad-day"):
        parse_day("2021-04")


def test_whole_units_follow_each_other_over_the_years_end():
    assert str(whole(date(2020, 12, 31), Unit.WEEK)) == "2020-W53"
    assert str(following(parse_span("2020-W53"))) == "2021-W01"
    assert str(following(parse_span("2021-H2"))) == "2022-H1"
    assert [str(span) for span in within(date(2021, 3, 11), date(2021, 12, 30), Unit.QUARTER)] == ["2021-Q2", "2021-Q3"]


def test_a_span_holds_what_lies_within_it():
    assert parse_span("2021-04").contains(parse_span("2021-04-06/2021-04-09"))
    assert not parse_span("2021-04").contains(parse_span("2021-Q2"))
    assert day(date(2021, 4, 15)).days == 1


def test_a_period_is_told_in_years_unless_the_document_gives_days():
    assert period_in_words(date(2021, 1, 1), date(2022, 12, 31)) == "2021–2022"
    assert period_in_words(date(2021, 1, 1), date(2021, 12, 31)) == "2021"
    assert period_in_words(date(2024, 2, 1), date(2025, 12, 31)) == "1 februari 2024–31 december 2025"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("den 15 april 2021", "den 15~april 2021"),
        ("5 616 och 1 234 567 kronor", "5~616 och 1~234~567 kronor"),
        ("6–9 april, april–juni, 2024–2025", "6§9~april, april§juni, 2024§2025"),
        ("17 bostadsinbrott, 2 maj", "17 bostadsinbrott, 2~maj"),
        ("Anna – 3 april; Salem–Södertälje", "Anna – 3~april; Salem–Södertälje"),
        ('points="10,20 120,30.5 130,40"', 'points="10,20 120,30.5 130,40"'),
    ],
)
def test_numbers_days_and_intervals_do_not_break(text, kept):
    assert kept_together(text) == kept.replace("~", "\u00a0").replace("§", "\u2060–\u2060")
