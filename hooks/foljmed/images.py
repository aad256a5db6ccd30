"""Photographs and drawings → what the site shows of them: upright, small enough, and with nothing but their pixels.

A camera writes into its files where and when a picture was taken, and with what; programs add names and texts (EXIF,
IPTC, XMP, comments). Every image is therefore drawn anew. The same file always gives the same bytes.
"""

import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps

from foljmed.problems import Fault

WIDEST: Final = 1600  # pixels; the column of text is half as wide, screens have up to two pixels for one
PHONE: Final = 800
_MOST_BYTES: Final = 15_000_000
_MOST_PIXELS: Final = 80_000_000
_MOST_OF_WEBP: Final = 16383  # pixels on a side (RFC 9649, 2.6)
_FORMATS: Final = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
# Drawings and maps keep their sharp edges: what was exact stays exact.
_EXACT: Final = ("PNG", "GIF")
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 80, "method": 4},
    "GIF": {"optimize": True},
}
# What Pillow may raise for files that are cut off or made up.
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError, TypeError)
_ORIENTATION: Final = 0x0112
_TURNED: Final = (5, 6, 7, 8)  # by a quarter: width and height change places
_GPS: Final = 0x8825
_PLACES: Final = {1, 2, 3, 4}  # GPSLatitudeRef, GPSLatitude, GPSLongitudeRef, GPSLongitude (EXIF 2.32, 4.6.6)


@dataclass(frozen=True)
class Version:
    """One of the files that an image becomes: its address within the site, its format and its size in pixels."""

    address: str
    format: str
    width: int
    height: int


def versions(address: str, file: Path) -> tuple[Version, ...]:
    """Return the files that an image becomes; the first keeps its address and format. Raises Fault."""
    name = file.name
    with _opened(file) as image:
        if (size := file.stat().st_size) > _MOST_BYTES:
            raise Fault("large-image", target=name, found=f"{size / 1_000_000:.1f} MB".replace(".", ","))
        if image.width * image.height > _MOST_PIXELS:
            found = f"{image.width * image.height // 1_000_000} miljoner bildpunkter"
            raise Fault("large-image", target=name, found=found)
        if image.format in ("GIF", "PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
            raise Fault("moving-image", target=name)
        image.load()
        width, height = image.size
        if image.getexif().get(_ORIENTATION) in _TURNED:
            width, height = height, width
    return tuple(_versions(address, _FORMATS[file.suffix.lower()], width, height))


def _versions(address: str, written: str, width: int, height: int) -> Iterator[Version]:
    sizes = [_scaled(width, height, min(width, WIDEST))]
    if width > PHONE:
        sizes.append(_scaled(width, height, PHONE))
    formats = (written, "WEBP") if sizes[0][1] <= _MOST_OF_WEBP else (written,)
    for format_ in dict.fromkeys(formats):
        for index, size in enumerate(sizes):
            small = f".{PHONE}" if index else ""
            if format_ == written:
                yield Version(f"{address}{small}{Path(address).suffix}" if small else address, format_, *size)
            else:
                yield Version(f"{address}{small}.webp", format_, *size)


def _scaled(width: int, height: int, to: int) -> tuple[int, int]:
    return to, max(1, round(height * to / width))


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    """Open an image. Raises Fault when it can't be read, also while it is being used."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large images, which have a limit of their own, and of odd metadata
            with Image.open(file, formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
                yield image
    except Fault:
        raise
    except (*_UNREADABLE, Image.DecompressionBombError):
        raise Fault("bad-image", target=file.name) from None


def draw(address: str, file: Path) -> dict[str, bytes]:
    """Return the bytes of each file that an image becomes, by address. Raises Fault."""
    return _drawn(file, versions(address, file))


def redraw(file: Path) -> bytes:
    """Return the bytes of an image in its own format alone, for where nothing lets a reader choose. Raises Fault."""
    (content,) = _drawn(file, versions("", file)[:1]).values()
    return content


def _drawn(file: Path, every: Iterable[Version]) -> dict[str, bytes]:
    with _opened(file) as image:
        upright = _upright(image)
        exact = _FORMATS[file.suffix.lower()] in _EXACT
        return {each.address: _encode(upright, each, exact=exact) for each in every}


def _upright(image: Image.Image) -> Image.Image:
    """Return an image turned the way its camera was held, in the colours of the web, without anything but pixels."""
    turned = _in_web_colours(ImageOps.exif_transpose(image))
    if turned.mode.startswith("I"):  # 16 bits of grey, of which converting alone would keep the darkest 8
        turned = turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    is_clear = "transparency" in turned.info or turned.mode in ("LA", "PA", "La", "RGBa", "RGBA")
    plain = turned.convert("RGBA" if is_clear else "L" if turned.mode in ("1", "L") else "RGB")
    plain.info = {}
    return plain


def _in_web_colours(image: Image.Image) -> Image.Image:
    """Return an image in sRGB: without its profile, which is dropped, a phone's wide colours would look pale."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    try:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):
        return image


def _encode(image: Image.Image, version: Version, *, exact: bool) -> bytes:
    size = (version.width, version.height)
    drawn = image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    if version.format == "JPEG" and drawn.mode == "RGBA":
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")
    options = {"lossless": True} if version.format == "WEBP" and exact else {}
    out = BytesIO()
    drawn.save(out, version.format, **_OPTIONS[version.format], **options)
    return out.getvalue()


def has_position(file: Path) -> bool:
    """Whether an image tells where it was taken; an image that can't be read does not."""
    try:
        with _opened(file) as image:
            return bool(image.getexif().get_ifd(_GPS).keys() & _PLACES) or b"GPSL" in _xmp(image)
    except Fault:
        return False


def _xmp(image: Image.Image) -> bytes:
    written = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return written if isinstance(written, bytes) else str(written).encode()
