"""Charts as SVG, by hand: two kinds do not need a library."""

import math
from dataclasses import dataclass
from html import escape

FONT = 'font-family="system-ui, sans-serif" font-size="13"'
INK, FAINT, PAPER = "#1f2933", "#d5dae0", "#ffffff"
COLOURS = {"stock": "#9aa5b1", "levels": "#1668b8", "mercurius": "#2f9e6e"}
SERIES = ("#1668b8", "#c2570c", "#2f9e6e")
OTHER = "#8a5cc2"


def _svg(width: float, height: float, parts: list[str]) -> str:
    ground = f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'{head} {FONT} fill="{INK}">\n{ground}\n' + "\n".join(parts) + "\n</svg>\n"


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, more: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {more}/>'


def bars(title: str, groups: dict[str, dict[str, float]]) -> str:
    """Horizontal bars, one per name in each group; the dashed line stands at 1."""
    left, full, thick, gap = 190, 470, 20, 14
    longest = max([1.0, *(value for group in groups.values() for value in group.values())])
    parts = [_text(20, 30, title, 'font-weight="600"')]
    y = 52.0
    for group, values in groups.items():
        for place, (name, value) in enumerate(values.items()):
            size = value / longest * full
            if place == 0:
                parts.append(_text(20, y + 15, group, 'font-weight="600"'))
            parts += [
                _text(left - 8, y + 15, name, 'text-anchor="end"'),
                f'<rect x="{left}" y="{y:.1f}" width="{size:.1f}" height="{thick - 3}" '
                f'fill="{COLOURS.get(name, OTHER)}"/>',
                _text(left + size + 6, y + 14, f"x{value:.1f}" if value >= 10 else f"x{value:.2f}"),
            ]
            y += thick
        y += gap
    at = left + full / longest
    parts += [
        _line(at, 44, at, y - 6, f'stroke="{INK}" stroke-dasharray="3 3"'),
        _text(at, y + 10, "limit", 'text-anchor="middle"'),
    ]
    return _svg(740, y + 26, parts)


@dataclass(frozen=True, slots=True)
class Curve:
    name: str
    colour: int
    """Which of the series' colours: curves of one colour belong together."""
    dashed: bool
    points: list[tuple[float, float]]


def panels(title: str, across: str, found: dict[str, list[Curve]]) -> str:
    """Line charts beside each other, both axes logarithmic."""
    wide, high, top, left, apart = 250, 210, 84, 50, 66
    parts = [_text(20, 30, title, 'font-weight="600"')]
    for number, (name, curves) in enumerate(found.items()):
        x0 = left + number * (wide + apart)
        parts += [_text(x0, top - 22, name), *_panel(curves, x0, top, wide, high)]
        parts.append(_text(x0 + wide / 2, top + high + 40, across, 'text-anchor="middle"'))
    full = left + len(found) * (wide + apart)
    parts += _legend(next(iter(found.values())), left, top + high + 70, full)
    return _svg(full - apart + 30, top + high + 110, parts)


def _panel(curves: list[Curve], x0: float, y0: float, wide: float, high: float) -> list[str]:
    xs = [math.log10(x) for curve in curves for x, _ in curve.points]
    ys = [math.log10(max(y, 1e-3)) for curve in curves for _, y in curve.points]
    low, top = math.floor(min(ys)), math.ceil(max(ys) + 1e-9)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - min(xs)) / ((max(xs) - min(xs)) or 1)
        return x0 + across * wide, y0 + high - (math.log10(max(y, 1e-3)) - low) / ((top - low) or 1) * high

    parts = []
    for power in range(low, top + 1):
        y = place(10 ** min(xs), 10**power)[1]
        parts.append(_line(x0, y, x0 + wide, y, f'stroke="{FAINT}"'))
        parts.append(_text(x0 - 6, y + 4, f"{10.0**power:g}", 'text-anchor="end"'))
    marks = sorted({x for curve in curves for x, _ in curve.points})
    parts += [_text(place(x, 1)[0], y0 + high + 18, f"{x:g}x", 'text-anchor="middle"') for x in marks]
    for curve in curves:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve.points))
        dashes = ' stroke-dasharray="4 4"' if curve.dashed else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{SERIES[curve.colour]}" stroke-width="2"{dashes}/>'
        )
    return parts


def _legend(curves: list[Curve], left: float, y: float, right: float) -> list[str]:
    parts, x, step = [], left, (right - left) / 4
    for curve in curves:
        if x + step > right:
            x, y = left, y + 22
        dashes = ' stroke-dasharray="4 4"' if curve.dashed else ""
        parts.append(_line(x, y - 4, x + 24, y - 4, f'stroke="{SERIES[curve.colour]}" stroke-width="2"{dashes}'))
        parts.append(_text(x + 30, y, curve.name))
        x += step
    return parts
