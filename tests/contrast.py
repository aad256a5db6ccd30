"""How far each text on a page stands out from what is painted behind it, read off the pixels.

axe gives up where a pseudo-element, an SVG or a symbol is involved; here the page is painted once without its text,
and each text's own colour is held against what is then seen in its place (WCAG 2.2, 1.4.3 and 1.4.11).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Page

Colour = tuple[float, float, float]

# What a text's place shows of any one colour must be this much of it to count: less is the edge of something else.
_SHARE: Final = 0.05
_LARGE: Final = 24
_LARGE_BOLD: Final = 18.66
_BOLD: Final = 700
# Makes ``painted``: a colour of any kind as red, green, blue and opacity, 0 to 255 each.
_BRUSH: Final = """() => {
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  globalThis.painted = (colour) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
}"""
# [text, is it a symbol, its size in px, its weight, its colour as red, green, blue, opacity, its places on the page]
_TEXTS: Final = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), parent = walker.currentNode.parentElement;
    if (!words || !parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(walker.currentNode);
    const rects = [...range.getClientRects()].filter((each) => each.width > 1 && each.height > 1)
      .map((each) => [each.x + scrollX, each.y + scrollY, each.width, each.height]);
    let opacity = 1, cut = false;
    for (let each = parent; each; each = each.parentElement) {
      opacity *= Number(getComputedStyle(each).opacity);
      cut ||= each.offsetWidth === 1;
    }
    if (!rects.length || cut) continue;
    const style = getComputedStyle(parent);
    const [r, g, b, a] = painted(parent.closest("svg") ? style.fill : style.color);
    texts.push([words, Boolean(parent.closest("[aria-hidden]")) || !/[\\p{L}\\p{N}]/u.test(words),
      parseFloat(style.fontSize), Number(style.fontWeight), [r, g, b, a / 255 * opacity], rects]);
  }
  return texts;
}"""
# [its words, the ring's colour, the colour that it is painted on] of all that takes the focus.
_RINGS: Final = """() => {
  const rings = [];
  for (const each of document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")) {
    each.focus();
    if (document.activeElement !== each) continue;
    const { outlineColor, outlineOffset } = getComputedStyle(each);
    const behind = (element) => painted(getComputedStyle(element).backgroundColor);
    let ground = parseFloat(outlineOffset) < 0 ? each : each.parentElement;
    while (ground.parentElement && behind(ground)[3] < 255) ground = ground.parentElement;
    rings.push([each.textContent.trim() || each.ariaLabel || each.name, painted(outlineColor), behind(ground)]);
  }
  return rings;
}"""
_NO_TEXT: Final = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, ::before, ::after { color: transparent !important; transition: none !important; }
    svg text, svg tspan { fill: transparent !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


@dataclass(frozen=True)
class Text:
    """A text as it is seen: its contrast to what is behind it, 1 to 21, and the least it may have."""

    words: str
    contrast: float
    least: float


def texts(page: Page) -> list[Text]:
    """Return every text that a page shows, folded ones unfolded. Afterwards the page shows none."""
    page.evaluate(_BRUSH)
    found = page.evaluate(_TEXTS)
    page.evaluate(_NO_TEXT)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    return [text for each in found if (text := _text(picture, *each))]


def rings(page: Page) -> list[Text]:
    """Return how the focus stands out from what is around it, for all on a page that takes it (WCAG 2.2, 1.4.11)."""
    page.keyboard.press("Tab")  # or a browser would take the focus to be a pointer's
    page.evaluate(_BRUSH)
    return [Text(words, _contrast(ring[:3], ground[:3]), 3) for words, ring, ground in page.evaluate(_RINGS)]


def _text(picture: Image.Image, words: str, is_symbol: Any, size: float, weight: float, *colour_at: Any) -> Text | None:
    colour, rects = colour_at
    large = size >= _LARGE or (size >= _LARGE_BOLD and weight >= _BOLD)
    grounds = [ground for rect in rects for ground in _grounds(picture, *rect)]
    contrasts = [_contrast(_over(colour, ground), ground) for ground in grounds]
    return Text(words, min(contrasts), 3 if is_symbol or large else 4.5) if contrasts else None


def _grounds(picture: Image.Image, x: float, y: float, width: float, height: float) -> Iterator[Colour]:
    """Yield the colours that make up a place on the page; none for a place that lies outside of it."""
    box = (max(0, round(x)), max(0, round(y)), min(picture.width, round(x + width)), round(y + height))
    if box[0] >= box[2] or box[1] >= box[3] or box[3] > picture.height:
        return
    part = picture.crop(box)
    area = part.width * part.height
    yield from (colour for count, colour in part.getcolors(area) or [] if count >= _SHARE * area)


def _over(colour: tuple[float, float, float, float], ground: Colour) -> Colour:
    red, green, blue = (each * colour[3] + under * (1 - colour[3]) for each, under in zip(colour, ground, strict=False))
    return red, green, blue


def _contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [each / 255 for each in colour]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
