"""Pictures of numbers: what is drawn is what was said, and nothing else."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings, strategies

import building
import html_text
from foljmed.axes import HEIGHT, WIDTH
from foljmed.charts import chart
from foljmed.model import Measure
from foljmed.spans import Unit, parse_span, whole
from foljmed.timeline import Value
from foljmed.values import parse_number

CASES = sorted((Path(__file__).parent / "charts").glob("*.yml"))
# How large each word of the pictures is, in pixels of the screen; and in what colours words and lines are drawn.
SIZES = """() => [...document.querySelectorAll(".fm-chart text")].map((each) =>
  parseFloat(getComputedStyle(each).fontSize) * each.ownerSVGElement.getScreenCTM().a)"""
STROKES = """() => [
  ...[...document.querySelectorAll(".fm-chart text, .fm-chart rect:not(.o)")].map((e) => getComputedStyle(e).fill),
  ...[...document.querySelectorAll(".fm-chart :is(.m, .b, .o, .u, polyline)")].map((e) => getComputedStyle(e).stroke),
]"""
UNITS = {"månad", "kvartal", "år"}
FIRST, LAST, TODAY = date(2024, 1, 1), date(2025, 12, 31), date(2025, 5, 15)


def measure(**keys):
    keys = {key: value if isinstance(value, list | dict) else str(value) for key, value in keys.items()}
    return Measure.model_validate({"id": "x", "namn": "X", "enhet": "st", "typ": "antal", **keys})


def values(pairs):
    told = [(parse_number(str(value)), parse_span(str(about))) for pair in pairs for about, value in pair.items()]
    found = [Value(value, about, about.last) for value, about in told]
    return tuple(sorted(found, key=lambda each: (each.about.last, each.about.first)))


def value_at(picture, y):
    """Return the value that stands at a height, from the words on the axis."""
    low, high = picture.values[0], picture.values[-1]
    bottom, top = (float(parse_number(mark.words.replace("\u2212", "-"))) for mark in (low, high))
    return bottom + (low.at - y) / (low.at - high.at) * (top - bottom)


def plain(text):
    return text.replace("\xa0", " ").replace("\u2212", "-")


def place(picture, span, shown):
    """Return where a time should stand, from how far into the times shown it is."""
    days = lambda last, first: (last - first).days  # noqa: E731 - only here
    width, whole_time = picture.right - picture.left, days(shown.last, shown.first) + 1
    starts = picture.left + days(span.first, shown.first) / whole_time * width
    return starts, starts + (days(span.last, span.first) + 1) / whole_time * width


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_picture_shows_what_was_said(file):
    case = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - all texts, safer than safe
    period, today = parse_span(case.get("period", "2024/2025")), date.fromisoformat(case.get("today", "2025-05-15"))
    picture = chart(measure(**case["measure"]), values(case["values"]), period.first, period.last, today)
    if case["kind"] == "none":
        assert picture is None
        return
    assert plain(picture.summary) == case["summary"]
    assert picture.kind == case["kind"]
    assert plain(picture.unit) == case["unit"]
    assert [plain(mark.words) for mark in picture.values] == case["axis"]
    assert [mark.words for mark in picture.times] == case["times"]
    assert [mark.words for mark in picture.years] == case.get("years", [])
    assert plain(picture.target_words) == case.get("target", "")
    shown = parse_span(case["shown"]) if "shown" in case else period
    gaps = [place(picture, parse_span(gap), shown) for gap in case.get("gaps", [])]
    assert [(gap.left, gap.right) for gap in picture.gaps] == [pytest.approx(gap, abs=0.06) for gap in gaps]
    if "heights" in case:
        wanted = [float(each) for each in case["heights"]]
        assert [value_at(picture, point.y) for point in picture.points] == pytest.approx(wanted, abs=wanted[-1] / 100)
    assert len(picture.lines) == int(case.get("lines", 0))
    bars = case.get("bars", {})
    assert len(picture.bars) == len(bars)
    for bar, (room, amount) in zip(picture.bars, bars.items(), strict=True):
        left, right = place(picture, parse_span(room), shown)
        assert value_at(picture, bar.y) == pytest.approx(float(amount), abs=float(case.get("near", 0.05)))
        assert bar.is_open == (room in case.get("open", []))
        assert bar.is_flat == (amount == "0")
        assert left <= bar.x
        assert bar.x + bar.width <= right + 0.1
    if "lengths" in case:
        wanted = [place(picture, parse_span(each), shown) for each in case["lengths"]]
        assert [(each.left, each.right) for each in picture.lengths] == [pytest.approx(w, abs=0.06) for w in wanted]


@pytest.mark.parametrize("pairs", [[], [{"2024-04": 3}]])
def test_fewer_than_two_values_are_no_picture(pairs):
    assert chart(measure(), values(pairs), FIRST, LAST, TODAY) is None


amounts = strategies.decimals(-(10**6), 10**6, places=1) | strategies.integers(0, 10**6).map(Decimal)
days = strategies.dates(date(2022, 1, 1), date(2027, 12, 31))
spans = strategies.builds(whole, days, strategies.sampled_from(list(Unit)))
several = strategies.lists(strategies.builds(Value, amounts, spans), min_size=2, max_size=40)


@settings(max_examples=100, deadline=None)
@given(
    found=several,
    kind=strategies.sampled_from(["antal", "nivå"]),
    per=strategies.sampled_from([None, "månad", "kvartal", "år", "period"]),
    target=strategies.none() | strategies.integers(1, 10**6),
)
def test_nothing_is_drawn_outside_and_heights_and_times_are_true(found, kind, per, target):
    if kind == "antal":
        found = [replace(each, value=abs(each.value)) for each in found]
    found = sorted(found, key=lambda each: (each.about.last, each.about.first))
    keys = {
        "typ": kind,
        **({"per": per} if per else {}),
        **({"målvärde": target} if target and kind == "antal" else {}),
    }
    picture = chart(measure(**keys), tuple(found), FIRST, LAST, TODAY)
    if picture is None:
        rooms = {whole(each.about.first, measure(**keys).per.unit) for each in found} if per in UNITS else set()
        assert len({each.about for each in found}) == 1 or (kind == "antal" and len(rooms) == 1)
        return
    spots = [(point.x, point.y) for point in picture.points]
    spots += [tuple(map(float, spot.split(","))) for line in picture.lines for spot in line.split()]
    spots += [(bar.x, bar.y) for bar in picture.bars] + [
        (bar.x + bar.width, bar.y + bar.height) for bar in picture.bars
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spots)
    if picture.kind == "sums":
        days = [(each.about.last - FIRST).days for each in found]
        places = [point.x for point in picture.points]
        for (day, x), (other, y) in pairwise(zip(days, places, strict=True)):
            share = (other - day) / max(days[-1] - days[0], 1)
            assert y - x == pytest.approx(share * (places[-1] - places[0]), abs=0.2)
    assert 2 <= len(picture.values) <= 8
    assert 1 <= len(picture.times) <= 24
    for row in (picture.times, picture.years):
        assert all(after.at - before.at > 28 for before, after in pairwise(row))
    assert all(picture.left <= each.left < each.right <= picture.right for each in (*picture.gaps, *picture.lengths))
    assert "0" in [mark.words for mark in picture.values]
    steps = {round(after.at - before.at, 0) for before, after in pairwise(picture.values)}
    assert max(steps) - min(steps) <= 1
    for bar in picture.bars:
        assert bar.y + bar.height == pytest.approx(picture.base, abs=0.11)


def test_the_page_draws_a_measure_with_values_and_names_it(site):
    text = (site("exempelby") / "2024-2025/trygghetsvandringar/index.html").read_text("utf-8")
    pictures = re.findall(r'<figure class="fm-chart.*?</figure>', text, re.DOTALL)
    assert len(pictures) >= 3
    for picture in pictures:
        (labels,) = re.findall(r'role="img" aria-labelledby="([^"]+)" aria-describedby="([^"]+)"', picture)
        assert [text.count(f'id="{each}"') for each in labels] == [1, 1]
        assert "<figcaption>" in picture
        assert " style=" not in picture
    drawn = {
        each["id"]
        for _, each in html_text.read(site("exempelby") / "2024-2025/faltare/index.html").elements
        if "id" in each
    }
    assert not any(each.startswith("matt-") for each in drawn)


def test_nothing_is_drawn_on_the_real_site_without_values(site):
    assert not any("fm-chart" in file.read_text("utf-8") for file in site("salem").rglob("*.html"))


def section(file, name):
    text = file.read_text("utf-8")
    return text[text.index(f"<h3>{name}</h3>") :].split("</section>")[0]


def test_the_table_leads_to_each_update_and_its_source_and_says_what_was_corrected(site):
    path = site("exempelby") / "2024-2025/trygghetsvandringar/index.html"
    people, walks = section(path, "Deltagare på vandringarna"), section(path, "Genomförda trygghetsvandringar")
    assert '68 <span class="fm-quiet">(rättad 4\xa0november 2024)</span>' in people
    assert "rättad" not in walks, "the correction repeats the number of walks"
    assert 'href="../../2024-2025/trygghetsvandringar/#2024-11-04-rattelse-antal-deltagare"' in people
    assert "https://www.exempelby.example/trygghet/" in people


def test_a_corrected_value_is_drawn_once_and_a_withdrawn_one_not_at_all(site):
    path = site("exempelby") / "2024-2025/trygghetsvandringar/index.html"
    people = section(path, "Deltagare på vandringarna")
    assert "58 personer" not in people, "a sum says the sum"
    assert people.count("<circle") == 7
    assert "Redovisat hittills: 317 personer." in people.split("<figure")[0]
    assert "317 personer." in people.split("<figcaption>")[1]
    assert "december 2024)" not in section(path, "Förslag som är åtgärdade")


def test_hostile_names_stay_text(tmp_path):
    source = building.CONFIGS["exempelby"].parent
    building.copy_part(source, tmp_path / "site")
    config = (source / "mkdocs.yml").read_text("utf-8").replace("../../../", f"{building.ROOT}/")
    (tmp_path / "site/mkdocs.yml").write_text(config, "utf-8")
    pledge = tmp_path / "site/pledges/2024-2025/klotter/lofte.md"
    text = pledge.read_text("utf-8")
    text = text.replace("namn: Anmälningar om klotter", "namn: '\"><script>x</script> & {{ a }}'")
    pledge.write_text(text.replace("enhet: anmälningar", "enhet: '</title></svg><b>&lt; \"st'"), "utf-8")
    built = building.build(tmp_path / "site/mkdocs.yml", tmp_path / "out", building.TODAY["exempelby"])
    page = (built / "2024-2025/klotter/index.html").read_text("utf-8")
    picture = re.findall(r'<figure class="fm-chart fm-chart--per.*?</figure>', page, re.DOTALL)[0]
    assert "<script>" not in page.split("<article")[1].split("</article>")[0].replace("<script src", "")
    assert "<b>" not in picture
    assert picture.count("</svg>") == 1
    assert "Diagram: &#34;&gt;&lt;script&gt;x&lt;/script&gt; &amp; {{ a }}</title>" in picture


def test_words_are_big_enough_on_the_smallest_screens_and_in_black_themes_everything_is_seen(browser, address):
    for options in ({"width": 320}, {"width": 360}, {"width": 1280}):
        context = browser.new_context(viewport={**options, "height": 800})
        page = context.new_page()
        page.goto(address + "2024-2025/trygghetsvandringar/")
        sizes = page.evaluate(SIZES)
        assert sizes
        assert 12 <= min(sizes) <= max(sizes) <= 20
        context.close()
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    page.goto(address + "2024-2025/kontrollkop/")
    assert set(page.evaluate(STROKES)) == {"rgb(255, 255, 255)"}
    context.close()
