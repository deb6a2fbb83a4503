"""Draws annotations over a picture with Pillow, each time a line of JSON asks for it; answers with a line of JSON.

In: {"picture": path or null, "width", "height", "annotations": as the service's API takes them, "format": "png" | "jpg"}.
Out: {"ms": how long it took, "mib": what the process held at most}.
"""

import functools
import io
import json
import math
import resource
import sys
import time

from PIL import Image, ImageDraw, ImageFont, ImageOps

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@functools.cache
def load_font(size):
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        return ImageFont.load_default()


def color(text):
    """#rrggbb or #rrggbbaa."""
    return tuple(bytes.fromhex(text[1:].ljust(8, "f")))


def draw_arrow(draw, points, stroke, width):
    (x0, y0), (x1, y1) = points[-2:]
    length = 4.5 * width
    angle = math.atan2(y1 - y0, x1 - x0)
    base = (x1 - length * math.cos(angle), y1 - length * math.sin(angle))
    across = (-math.sin(angle) * length / 2, math.cos(angle) * length / 2)
    draw.line([*map(tuple, points[:-1]), base], fill=stroke, width=width, joint="curve")
    sides = [(base[0] + side * across[0], base[1] + side * across[1]) for side in (1, -1)]
    draw.polygon([(x1, y1), *sides], fill=stroke)


def draw_annotation(draw, annotation):
    geometry, style = annotation["geometry"], annotation["style"]
    stroke, width = color(style["stroke"]), round(style["stroke_width"])
    kind = annotation["type"]
    if kind == "box":
        corner = (geometry["x"], geometry["y"])
        opposite = (corner[0] + geometry["width"], corner[1] + geometry["height"])
        draw.rectangle([corner, opposite], fill=color(style["fill"]), outline=stroke, width=width)
    elif kind == "text":
        font = load_font(style["font_size"])
        draw.text((geometry["x"], geometry["y"]), annotation["text"], fill=stroke, font=font)
    elif kind == "arrow":
        draw_arrow(draw, geometry["points"], stroke, width)
    else:
        draw.line([tuple(point) for point in geometry["points"]], fill=stroke, width=width, joint="curve")


def render(job):
    if job["picture"]:
        picture = ImageOps.exif_transpose(Image.open(job["picture"])).convert("RGBA")
    else:
        picture = Image.new("RGBA", (job["width"], job["height"]), "white")
    overlay = Image.new("RGBA", picture.size)
    draw = ImageDraw.Draw(overlay)
    for annotation in job["annotations"]:
        draw_annotation(draw, annotation)
    picture.alpha_composite(overlay)
    file = io.BytesIO()
    if job["format"] == "png":
        picture.convert("RGB").save(file, "PNG")
    else:
        picture.convert("RGB").save(file, "JPEG", quality=85, subsampling="4:2:0")


def main():
    for line in sys.stdin:
        job = json.loads(line)
        start = time.perf_counter()
        render(job)
        ms = (time.perf_counter() - start) * 1000
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": ms, "mib": mib}), flush=True)


main()
