"""Markdown as people write it becomes HTML that is safe to show anywhere."""

import gc
import re
import weakref

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foljmed.conversion import Converter
from foljmed.links import page_html
from foljmed.problems import Fault
from foljmed.prose import (
    HERE,
    Picture,
    Prose,
    Surroundings,
    ascii_url,
    link,
    nowhere,
    place,
    plain,
    shorten,
)

PROSE = Prose()
FAST = Converter()
EXTENSIONS = ["toc", "tables", "fenced_code", "attr_list", "abbr", "admonition", "def_list"]


def around():
    def link(target):
        if target.startswith("saknas"):
            raise Fault("broken-link", target=target, hint="")
        return f"2021/{target.removesuffix('.md')}/"

    return Surroundings(link, lambda target: Picture(f"2021/{target}", 40, 30))


def convert(text, level=5):
    surroundings = around()
    return PROSE.convert(text, level, surroundings).html, [fault.code for fault, _ in surroundings.faults]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>Text",
        "<img src=x onerror=alert(1) alt=x>",
        '<p style="position:fixed" onclick="x()" class="md-header" id="innehall">Text</p>',
        "<iframe src=https://x.example></iframe>Text",
        "<form action=/x><input name=a></form>Text",
        "<style>body{display:none}</style>Text",
        "<svg><script>alert(1)</script></svg>Text",
        "[x](https://x.example){: onclick=alert(1) #innehall }",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_nothing_that_runs_or_restyles_survives(text):
    html, _ = convert(text)
    for sign in ("script", "onerror", "onclick", "style", "iframe", "<form", "<input", "<svg", "id=", 'class="md'):
        assert sign not in html


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_a_link_of_an_unsafe_kind_is_a_problem(target):
    assert convert(f"[x]({target})")[1] == ["unsafe-link"]
    assert convert(f'<a href="{target}">x</a>')[1] == ["unsafe-link"]


def test_every_unsafe_link_is_reported_beside_other_faults():
    assert sorted(convert("[x](javascript:x) och [y](saknas.md)")[1]) == ["broken-link", "unsafe-link"]


@pytest.mark.parametrize(
    "text",
    [
        "A&#x1F;b",
        "A&#12;b",
        "A&#x202E;b",
        "A&#0008297;b",
        f"A&#{'9' * 5000};&#1;b",
        "![A&#1;b](a.jpg)",
        '<abbr title="&#xFFFE;">A</abbr>',
    ],
)
def test_a_sign_that_no_file_may_hold_is_a_problem_also_as_a_reference(text):
    assert convert(text)[1] == ["bad-character"]


@pytest.mark.parametrize("text", ["A&#10;b", "A&#9;b", "A&#x1F600;b", "A&#99999999999;b", "`&#x1F;`"])
def test_other_references_are_fine(text):
    assert convert(text)[1] == []


def test_links_and_images_of_raw_html_are_resolved_like_markdowns():
    html, faults = convert('<a href="annat.md">x</a> <img src="bild.jpg" alt="En bild">')
    assert f'href="{HERE}2021/annat/"' in html
    assert f'src="{HERE}2021/bild.jpg" alt="En bild" width="40" height="30" loading="lazy"' in html
    assert faults == []


def test_an_image_needs_a_description():
    assert convert("![](bild.jpg)")[1] == ["missing-alt"]
    assert convert('<img src="bild.jpg">')[1] == ["missing-alt"]


def test_headings_begin_below_the_updates_own_and_skip_none():
    html, _ = convert("# A\n\n### B\n\n# C\n")
    assert html.replace("\n", "") == "<h5>A</h5><h6>B</h6><h5>C</h5>"
    assert "<h6>" in convert("## A\n\n### B\n\n#### C\n")[0]


def test_tables_keep_their_alignment_without_a_style():
    html, _ = convert("| a | b |\n|---|--:|\n| 1 | 2 |\n")
    assert '<td class="right">2</td>' in html
    assert "align=" not in html


HEAD = "<table><thead><tr><th>A</th><th>B</th></tr></thead>"
ROWS = {
    "| Plats & tid | 2024 |\n|---|--:|\n| Torget *norr* | 46 |\n|  | 2 |\n": ["Torget <em>norr</em>"],
    "| Plats |\n|---|\n| Torget |\n": [],
    "| Tal | Plats |\n|--:|---|\n| 46 | Torget |\n": ["46"],
    "<table><tr><td>a</td><td>b</td></tr></table>": [],
    HEAD + "<tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>": [],
    HEAD + "<tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>": [],
}


@pytest.mark.parametrize("text", ROWS)
def test_a_tables_rows_are_named_by_their_first_cells(text):
    html, faults = convert(text)
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html) == ROWS[text]
    assert faults == []
    assert html.count("<table>") == html.count("</table></div>") == html.count("<div ")


def test_the_box_of_a_table_is_named_by_its_headings_and_is_not_in_feeds():
    html, _ = convert('|  | "Fler" | A & *b* |\n|---|---|---|\n| 1 | 2 | 3 |\n')
    box = '<div class="fm-table" role="group" aria-label="Tabell: &quot;Fler&quot;, A &amp; b" tabindex="0">'
    assert html.startswith(f"{box}<table>")
    assert convert('<table lang="en"><tr><td>a</td></tr></table>')[0].startswith('<div class="fm-table" role="group"')
    fed = place(html, "https://x.example/", lambda _: True)
    assert fed.startswith("<table>")
    assert fed.endswith("</table>")


def test_abbreviations_are_explained():
    assert '<abbr title="Brottsförebyggande rådet">Brå</abbr>' in convert("Brå.\n\n*[Brå]: Brottsförebyggande rådet")[0]


def test_one_text_leaves_nothing_behind_for_the_next():
    convert("Brå [x][1].\n\n*[Brå]: Brottsförebyggande rådet\n[1]: https://x.example\n")
    assert convert("Brå [x][1].")[0] == "<p>Brå [x][1].</p>"


class Reader:
    """Holds what converts its texts, as the reader of a project does."""

    def __init__(self):
        self.prose = Prose()

    def link(self, target):
        return target

    def read(self):
        self.prose.convert("[a](b/)", 5, Surroundings(self.link, nowhere().image))


def test_whoever_has_had_a_text_converted_does_not_stay_in_memory():
    reader = Reader()
    reader.read()
    gone = weakref.ref(reader)
    del reader
    gc.collect()
    assert gone() is None


def test_a_place_leads_to_what_is_there_and_unlinks_what_is_not():
    html, _ = convert("[a](a.md) och [b](b.md), ![c](c.jpg)")
    shown = place(html, "../", lambda address: address != "2021/b/")
    assert '<a href="../2021/a/">a</a> och b' in shown
    assert 'src="../2021/c.jpg"' in shown
    assert HERE not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://exempelby.example/å b?q=ö#x", "https://exempelby.example/%C3%A5%20b?q=%C3%B6#x"),
        ("https://räksmörgås.example/", "https://xn--rksmrgs-5wao1o.example/"),
        ("https://x.example:8080/a%20b", "https://x.example:8080/a%20b"),
    ],
)
def test_web_addresses_become_ascii(url, expected):
    assert ascii_url(url) == expected


@given(st.text("aåB1-./:?#~_%", max_size=20).map("https://{}".format))
@example("https://www.x.example/a/b-1.pdf")
@example(f"https://{'a' * 64}.example/")
@example("https://x.example./")
@example("https://X.example/")
def test_a_link_to_a_web_address_is_that_in_ascii_or_a_problem(url):
    assert told(lambda: link(url, nowhere().link)) == told(lambda: ascii_url(url))


def told(made):
    try:
        return made()
    except Fault as fault:
        return fault.code


def test_plain_text_is_one_line_with_words_apart():
    assert plain("<p>Ett &amp; två</p><ul><li>tre</li><li>fyra</li></ul>") == "Ett & två tre fyra"


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("Kort.", 10, "Kort."),
        ("Ett två tre fyra", 10, "Ett två…"),
        ("Ett två, tre", 10, "Ett två…"),
        ("Donaudampfschiff", 6, "Donau…"),
        ("Ett två. Tre fyra", 12, "Ett två. …"),
        ("Vem? Jag och du", 9, "Vem? …"),
        ("", 10, ""),
    ],
)
def test_a_short_text_ends_at_a_word(text, most, expected):
    assert shorten(text, most) == expected
    assert len(shorten(text, most)) <= most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Så här svarade ni:\n\n{}\n\nTack!", "Så här svarade ni: … Tack!"),
        ("Så här svarade ni:\n\n{}", "Så här svarade ni:"),
        ("{}\n\n{}\n\nTack …", "Tack"),
        ("{}", ""),
        ("Tack …", "Tack …"),
    ],
)
def test_plain_words_tell_where_a_table_is_left_out(text, expected):
    table = "| Plats | 2024 |\n|---|---|\n| Torget | 46 |"
    assert PROSE.convert(text.replace("{}", table), 3, around()).plain == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Fyra platser:\n\n- trappan\n- **tunneln**\n\nVi ser över dem.",
            "Fyra platser: trappan · tunneln · Vi ser över dem.",
        ),
        ("- Det är gjort.\n- Det är klart.", "Det är gjort. Det är klart."),
        ("## Så gick det\n\nBra.\n\n- ett\n    - två", "Så gick det · Bra. ett · två"),
    ],
)
def test_in_plain_words_points_and_headings_do_not_run_into_what_follows(text, expected):
    assert PROSE.convert(text, 3, around()).plain == expected


# --- Markdown is as ever, only faster

# What inline and block rules begin and end with, and what they stand beside.
PIECES = st.sampled_from(
    [
        *(
            "*",
            "**",
            "***",
            "_",
            "__",
            "`",
            "``",
            "\\",
            "\\*",
            "\\`",
            "[",
            "]",
            "(",
            ")",
            "![",
            "](a.md)",
            "[b]: c.md",
            "[b]",
        ),
        *(
            "<",
            ">",
            "<b>",
            "</b>",
            "<br>",
            "<https://x.example>",
            "<a@x.example>",
            "&",
            "&amp;",
            "&#229;",
            "<!-- x -->",
        ),
        *(
            "  \n",
            "\n",
            "\n\n",
            "- ",
            "1. ",
            "# ",
            "> ",
            "    ",
            "| a | b |\n|---|---|\n| c | d |",
            "*[HTML]: x",
            "HTML",
        ),
        *(
            "{: title=x }",
            "{:lang=sv}",
            "ord",
            " ",
            "å",
            '"t"',
            "a_b_c",
            "2*3",
            "\x02",
            "\x03",
            "klzzwxh:0001",
            "---",
            "===",
            "- - -",
            "*  *  *",
            "_ _ _",
            "+ ",
            "\t",
            "\r",
            " \n",
        ),
    ]
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
@example("[**a `b** c`](d.md)*e*&amp;f")
@example("![a*b*](c.jpg)**d**  \n_e_")
@example("*\x02[A]: x\n\nA")
@example("`a`&lt;<https://x.example>\\[b](c)")
def test_markdown_is_as_the_unchanged_library_has_it(text):
    library = markdown.Markdown(
        extensions=["tables", "sane_lists", "abbr", "attr_list"],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    assert FAST.convert(text) == library.convert(text)
    assert page_html(text) == markdown.markdown(text, extensions=EXTENSIONS)


@pytest.mark.parametrize("deep", [f"{'- ' * 500}a", "\n".join(f"{'    ' * level}- a" for level in range(300))])
def test_a_list_in_too_many_levels_is_a_fault_of_its_text_alone(deep):
    for before in ("a **b**", "1. a", "<b>a</b>"):
        texts = [(text, around()) for text in (before, deep, "- a\n- b", "> a\n\nb")]
        found = PROSE.every(texts, 5)
        assert [[fault.code for fault, _ in each.faults] for _, each in texts] == [[], ["too-deep"], [], []]
        for (text, _), each in zip(texts, found, strict=True):
            assert text == deep or each == Prose().convert(text, 5, around())
        with pytest.raises(Fault):
            page_html(deep)
        assert page_html("a\n\nb") == markdown.markdown("a\n\nb", extensions=EXTENSIONS)


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=20).map("".join), max_size=8))
@example(["*  *  *`a`", "1. ***2*3\n*  *  **![2*3*](a.md)*"])
@example(["\n  \n1. ", "[b]: a.md", "[b]", "    ord", "- ord", "- ord", "", "\ue000", "    ord"])
@example([f"- punkt {number}\n\nText {number}, **fet**." for number in range(60)])
def test_several_texts_are_converted_as_each_by_itself(texts):
    assert FAST.every(texts) == [FAST.convert(text) for text in texts]
