"""An image on the site holds its pixels and nothing else, upright, and no larger than readers need."""

import shutil
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, ImageCms, PngImagePlugin

import building
import casefiles
import html_text
from foljmed.images import PHONE, WIDEST, draw, has_position, versions
from foljmed.problems import Fault

ADDRESS = "2021/vandringar/bild"
NAME = "Hemligt namn"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(width=1000, height=600):
    """Return an image whose upper left quarter is red and the rest blue, so that a turn shows."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    return image


def exif(orientation=1, *, position=False):
    found = Image.Exif()
    found[0x0112], found[0x010F], found[0x013B] = orientation, "Kameran", NAME
    if position:
        found.get_ifd(0x8825).update({1: "N", 2: (59.0, 12.0, 0.0), 3: "E", 4: (17.0, 46.0, 0.0)})
    return found


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{NAME}</dc:creator></x:xmpmeta>'.encode()


def saved(folder, name, image, **more):
    file = folder / name
    image.save(file, **more)
    return file


def opened(content):
    image = Image.open(BytesIO(content))
    image.load()
    return image


def with_iptc(file):
    """Put a block of Photoshop's, where IPTC stands, behind a JPEG's first two bytes."""
    record = b"\x1c\x02\x50" + len(NAME).to_bytes(2) + NAME.encode()
    block = b"8BIM\x04\x04\x00\x00" + len(record).to_bytes(4) + record + b"\0" * (len(record) % 2)
    segment = b"Photoshop 3.0\0" + block
    whole = file.read_bytes()
    file.write_bytes(whole[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2) + segment + whole[2:])
    return file


def kinds_with_secrets(folder):
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", NAME)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    about = exif(position=True)
    yield with_iptc(saved(folder, "a.jpg", picture(), exif=about, xmp=XMP, comment=NAME))
    yield saved(folder, "b.png", picture(), exif=about, pnginfo=text)
    yield saved(folder, "c.webp", picture(), exif=about, xmp=XMP)
    yield saved(folder, "d.gif", picture(), comment=NAME)


# --- Nothing but pixels


def test_no_metadata_reaches_the_site(tmp_path):
    for file in kinds_with_secrets(tmp_path):
        assert NAME.encode() in file.read_bytes()
        for address, content in draw(f"{ADDRESS}{file.suffix}", file).items():
            image = opened(content)
            assert NAME.encode() not in content, address
            assert dict(image.getexif()) == {}, address
            assert not {"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "icc_profile"} & set(image.info)
            for sign in (b"Exif", b"xmpmeta", b"8BIM", b"http://ns.adobe.com", b"Kameran"):
                assert sign not in content, (address, sign)


def test_a_position_is_seen_in_every_format_that_can_hold_one(tmp_path):
    for file in kinds_with_secrets(tmp_path):
        assert has_position(file) is (file.suffix != ".gif")
    assert not has_position(saved(tmp_path, "utan.jpg", picture(), exif=exif()))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>59,12N</exif:GPSLatitude></x:xmpmeta>'
    assert has_position(saved(tmp_path, "xmp.jpg", picture(), xmp=xmp))


def test_what_is_no_image_has_no_position(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"text")
    assert not has_position(tmp_path / "a.jpg")
    assert not has_position(tmp_path / "saknas.jpg")


# --- Upright


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_an_image_stands_as_its_camera_was_held(suffix, orientation, tmp_path):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = picture().transpose(turns[orientation]) if orientation in turns else picture()
    file = saved(tmp_path, f"a{suffix}", stored, exif=exif(orientation))
    found = versions(f"{ADDRESS}{suffix}", file)
    assert (found[0].width, found[0].height) == (1000, 600)
    for content in draw(f"{ADDRESS}{suffix}", file).values():
        image = opened(content).convert("RGB")
        assert image.width > image.height
        corners = [(5, 5), (image.width - 5, 5), (5, image.height - 5)]
        assert ["red" if image.getpixel(at)[0] > 100 else "blue" for at in corners] == ["red", "blue", "blue"]


# --- Sizes and formats


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), [(1600, 1200), (800, 600)]),
        ((3000, 4000), [(1600, 2133), (800, 1067)]),
        ((1600, 900), [(1600, 900), (800, 450)]),
        ((1000, 600), [(1000, 600), (800, 480)]),
        ((801, 2), [(801, 2), (800, 2)]),
        ((800, 600), [(800, 600)]),
        ((40, 30), [(40, 30)]),
        ((5000, 1), [(1600, 1), (800, 1)]),
    ],
)
def test_no_version_is_wider_than_needed_nor_than_the_original(size, expected, tmp_path):
    file = saved(tmp_path, "a.jpg", picture(*size))
    drawn = draw(f"{ADDRESS}.jpg", file)
    told = {each.address: (each.width, each.height) for each in versions(f"{ADDRESS}.jpg", file)}
    assert {address: opened(content).size for address, content in drawn.items()} == told
    assert list(told.values()) == expected * 2
    assert max(width for width, _ in told.values()) <= WIDEST


def test_the_original_address_and_format_stay_and_webp_stands_beside(tmp_path):
    file = saved(tmp_path, "a.JPEG", picture())
    drawn = draw(f"{ADDRESS}.JPEG", file)
    assert {address: opened(content).format for address, content in drawn.items()} == {
        f"{ADDRESS}.JPEG": "JPEG",
        f"{ADDRESS}.JPEG.{PHONE}.JPEG": "JPEG",
        f"{ADDRESS}.JPEG.webp": "WEBP",
        f"{ADDRESS}.JPEG.{PHONE}.webp": "WEBP",
    }


def test_what_is_taller_than_webp_can_be_has_none(tmp_path):
    file = saved(tmp_path, "a.png", Image.new("1", (10, 16_384)))
    assert list(draw(f"{ADDRESS}.png", file)) == [f"{ADDRESS}.png"]
    file = saved(tmp_path, "a.png", Image.new("1", (10, 16_383)))
    assert list(draw(f"{ADDRESS}.png", file)) == [f"{ADDRESS}.png", f"{ADDRESS}.png.webp"]


def test_webp_needs_no_second_webp(tmp_path):
    file = saved(tmp_path, "a.webp", picture())
    assert list(draw(f"{ADDRESS}.webp", file)) == [f"{ADDRESS}.webp", f"{ADDRESS}.webp.{PHONE}.webp"]


PIXELS = {
    ".jpg": ("1", "L", "RGB", "CMYK"),
    ".png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    ".webp": ("L", "P", "RGB", "RGBA"),
    ".gif": ("1", "L", "P", "RGB", "RGBA"),
}


@pytest.mark.parametrize(("suffix", "mode"), [(suffix, mode) for suffix in PIXELS for mode in PIXELS[suffix]])
def test_every_kind_of_pixels_can_be_drawn(suffix, mode, tmp_path):
    image = Image.new(mode, (900, 10)) if mode == "I;16" else picture(900, 10).convert(mode)
    for content in draw(f"{ADDRESS}{suffix}", saved(tmp_path, f"a{suffix}", image)).values():
        assert opened(content).width in (900, 800)


def test_sixteen_bits_of_grey_become_eight(tmp_path):
    file = saved(tmp_path, "a.png", Image.new("I;16", (9, 9), 30000))
    assert opened(draw("a.png", file)["a.png"]).getpixel((4, 4)) == 30000 // 256


def test_what_is_clear_stays_clear_and_turns_white_only_in_jpeg(tmp_path):
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    for name in ("a.png", "a.webp"):
        for content in draw(name, saved(tmp_path, name, clear)).values():
            assert opened(content).convert("RGBA").getpixel((9, 9))[3] == 0
    shutil.copy(tmp_path / "a.png", tmp_path / "b.jpg")  # a PNG under the wrong name
    drawn = draw("b.jpg", tmp_path / "b.jpg")
    assert opened(drawn["b.jpg"]).format == "JPEG"
    assert opened(drawn["b.jpg"]).getpixel((9, 9)) == (255, 255, 255)


def test_a_drawing_stays_exact(tmp_path):
    image = picture(40, 30)
    for content in draw("a.png", saved(tmp_path, "a.png", image)).values():
        assert opened(content).convert("RGB").tobytes() == image.tobytes()


def test_colours_of_another_profile_become_those_of_the_web(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in draw("a.jpg", saved(tmp_path, "a.jpg", picture(), icc_profile=profile)).values():
        image = opened(content)
        assert "icc_profile" not in image.info
        assert all(abs(a - b) < 8 for a, b in zip(image.convert("RGB").getpixel((5, 5)), RED, strict=True))
    broken = saved(tmp_path, "b.jpg", picture(), icc_profile=b"no profile at all")
    assert draw("b.jpg", broken)


def test_the_same_file_gives_the_same_bytes(tmp_path):
    for file in kinds_with_secrets(tmp_path):
        assert draw("a", file) == draw("a", file)


# --- What can't be shown


def code_of(file):
    with pytest.raises(Fault) as caught:
        versions("a", file)
    return caught.value.code


def test_a_file_over_15_mb_is_a_problem(tmp_path):
    file = saved(tmp_path, "a.jpg", picture(40, 30))
    with file.open("ab") as more:
        more.truncate(15_000_000)
    assert versions("a.jpg", file)
    with file.open("ab") as more:
        more.write(b"\0")
    assert code_of(file) == "large-image"


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif"])
def test_a_file_that_is_cut_off_is_a_problem(name, tmp_path):
    noise = Image.effect_noise((200, 200), 60)
    whole = saved(tmp_path, name, noise).read_bytes()
    for part in (0, 1, 10, 100, len(whole) // 2, len(whole) - 200):
        (tmp_path / name).write_bytes(whole[:part])
        assert code_of(tmp_path / name) == "bad-image"


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_an_image_that_moves_is_a_problem(name, tmp_path):
    frames = [picture(40, 30), picture(40, 30).transpose(Image.Transpose.ROTATE_180)]
    file = saved(tmp_path, name, frames[0], save_all=True, append_images=frames[1:])
    assert code_of(file) == "moving-image"


def test_a_photograph_with_a_second_picture_inside_is_an_ordinary_one(tmp_path):
    file = saved(tmp_path, "a.mpo", picture(), save_all=True, append_images=[picture(40, 30)])
    drawn = draw("a.jpg", file.rename(tmp_path / "a.jpg"))
    assert opened(drawn["a.jpg"]).format == "JPEG"


# --- On the site

UPDATE = "2021-08-20-kvallsvandring.md"
TEXT = """---
titel: Kvällsvandring i centrum
av: kommunen
typ: aktivitet
---

![Vi går](på väg, igen.jpg)
"""
HOME = Path("2021-2022/vandringar")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a site with a photograph that lies on its side, and one that no text shows."""
    root = tmp_path_factory.mktemp("project")
    config = casefiles.Case("base", "", (), ()).lay(root)
    folder = root / "pledges" / HOME
    (folder / UPDATE).write_text(TEXT, "utf-8")
    stored = picture(2400, 1800).transpose(Image.Transpose.ROTATE_90)
    saved(folder, "på väg, igen.jpg", stored, exif=exif(6, position=True))
    saved(folder, "visas-inte.jpg", picture())
    return building.build(config, tmp_path_factory.mktemp("out") / "site", "2021-09-01")


def files_in(srcset, page):
    for part in srcset.split(", "):
        address, width = part.split(" ")
        yield page.parent / unquote(address), int(width.removesuffix("w"))


def test_a_page_offers_files_that_are_there_and_as_wide_as_it_says(built):
    page = built / HOME / "index.html"
    found = [attrs for tag, attrs in html_text.read(page).elements if tag in ("img", "source") and "igen" in str(attrs)]
    assert [attrs.get("type") for attrs in found] == ["image/webp", None]
    for attrs in found:
        offered = list(files_in(attrs["srcset"], page))
        assert [width for _, width in offered] == [1600, 800]
        assert all(opened(file.read_bytes()).width == width for file, width in offered)
    shown = found[1]
    assert (shown["width"], shown["height"], shown["alt"]) == ("1600", "1200", "Vi går")
    assert opened(next(files_in(f"{shown['src']} 1600w", page))[0].read_bytes()).size == (1600, 1200)


def test_a_feed_gets_one_plain_file(built):
    feed = (built / HOME / "feed.xml").read_text("utf-8")
    assert "/vandringar/p%C3%A5%20v%C3%A4g%2C%20igen.jpg" in feed
    for sign in ("srcset", "picture&gt;", "&lt;source", "sizes="):
        assert sign not in feed


def test_only_what_is_shown_is_made(built):
    made = {file.name for file in (built / HOME).iterdir() if file.suffix in (".jpg", ".webp")}
    assert not any("visas-inte" in name for name in made)
    assert len([name for name in made if "igen" in name]) == 4


def test_no_camera_speaks_from_the_site(built):
    for file in built.rglob("*.*"):
        assert NAME.encode() not in file.read_bytes(), file


def test_an_image_beside_a_hand_written_page_keeps_its_address_and_nothing_but_its_pixels(tmp_path):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path / "project")
    docs = tmp_path / "project/docs"
    stored = picture(2400, 1800).transpose(Image.Transpose.ROTATE_90)
    saved(docs, "på väg.jpg", stored, exif=exif(6, position=True))
    (docs / "om.md").write_text("# Om\n\n![Vi går](på väg.jpg)\n", "utf-8")
    site = building.build(config, tmp_path / "site", "2021-09-01")
    content = (site / "på väg.jpg").read_bytes()
    assert opened(content).size == (1600, 1200)
    assert NAME.encode() not in content
    assert not opened(content).getexif()
    assert sorted(file.name for file in site.glob("p*.*")) == ["på väg.jpg"]


def test_an_image_of_ones_own_at_a_versions_address_stays(tmp_path):
    config = casefiles.Case("base", "", (), ()).lay(tmp_path / "project")
    folder = tmp_path / "project/pledges" / HOME
    (folder / UPDATE).write_text(TEXT.replace("på väg, igen.jpg", "a.jpg") + "\n![Annat](a.jpg.webp)\n", "utf-8")
    saved(folder, "a.jpg", picture())
    saved(folder, "a.jpg.webp", Image.new("RGB", (50, 40), "green"))
    site = building.build(config, tmp_path / "site", "2021-09-01")
    assert opened((site / HOME / "a.jpg.webp").read_bytes()).size == (50, 40)
