"""Tables and plots of measurements.

A measurement is {"size": ..., "rounds": ..., "pinned": ..., "machine": ..., "versions": {tool: text}, "programs":
{program: {"arguments": ..., "kind": ..., "engines": {engine: {"seconds": median, "memory": largest, "all": [seconds of
each round]}}}}}, as the JSON file holds it; memory is in MiB.
"""

import html
import math
import statistics


def engines_of(measurement):
    return list(dict.fromkeys(engine for program in measurement["programs"].values() for engine in program["engines"]))


def bases_of(measurement):
    """What times are given relative to: the first of Coracle's engines, and C."""
    engines = engines_of(measurement)
    return [*[engine for engine in engines if engine.startswith("coracle")][:1], *(["c"] if "c" in engines else [])]


def means_of(measurement):
    """The rows that sum up others: {title: programs}; those of one kind only if there are others too."""
    programs = measurement["programs"]
    means = {"geometric mean": list(programs)}
    for kind in ("compute-bound", "allocating"):
        some = [name for name, program in programs.items() if program.get("kind") == kind]
        if some and len(some) < len(programs):
            means[f"of {kind}"] = some
    return means


def relative(measurement, figure, base):
    """{engine: {row: figure relative to the base engine}}, a row for each program and for each mean."""
    programs = measurement["programs"]
    result = {}
    for engine in engines_of(measurement):
        ratios = {name: program["engines"][engine][figure] / program["engines"][base][figure]
                  for name, program in programs.items()
                  if base in program["engines"] and engine in program["engines"]}
        means = {title: [ratios[name] for name in names if name in ratios]
                 for title, names in means_of(measurement).items()}
        if ratios:
            result[engine] = {**ratios,
                              **{title: statistics.geometric_mean(some) for title, some in means.items() if some}}
    return result


# ---- Tables --------------------------------------------------------------------------------------


def absolute_table(measurement, figure, unit, decimals):
    engines = engines_of(measurement)
    rows = [[name, *(f"{program['engines'][engine][figure]:.{decimals}f}" if engine in program["engines"] else "-"
                     for engine in engines)]
            for name, program in measurement["programs"].items()]
    return [[unit, *engines], *rows]


def relative_table(measurement, figure, base):
    ratios = {engine: row for engine, row in relative(measurement, figure, base).items() if engine != base}
    rows = [*measurement["programs"], *means_of(measurement)]
    return [[f"relative to {base}", *ratios],
            *([name, *(f"{row[name]:.2f}" if name in row else "-" for row in ratios.values())] for name in rows)]


def aligned(table):
    """Lines of a table, its first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return ["  ".join(text.ljust(width) if column == 0 else text.rjust(width)
                      for column, (text, width) in enumerate(zip(row, widths))).rstrip() for row in table]


def markdown_table(table):
    line = lambda cells: "| " + " | ".join(cells) + " |"
    return [line(table[0]), line(["---", *["---:"] * (len(table[0]) - 1)]), *map(line, table[1:])]


def tables(measurement):
    """(title, table) of everything that was measured."""
    pinned = "pinned to one core" if measurement.get("pinned", True) else "not pinned"
    times = f"size `{measurement['size']}`, median of {measurement['rounds']}, {pinned}"
    yield f"Time, {times}", absolute_table(measurement, "seconds", "seconds", 3)
    for base in bases_of(measurement):
        yield f"Time relative to {base}: more is slower", relative_table(measurement, "seconds", base)
    yield "Resident memory, the most of all rounds", absolute_table(measurement, "memory", "MiB", 1)


def markdown(measurement):
    versions = ", ".join(f"{tool}: {text}" for tool, text in measurement["versions"].items())
    parts = [f"Measured on {measurement['machine']}; {versions}."]
    for title, table in tables(measurement):
        parts += ["", f"**{title}**", "", *markdown_table(table)]
    return "\n".join(parts) + "\n"


def text(measurement):
    return "\n".join(line for title, table in tables(measurement) for line in ["", title, "", *aligned(table)])


# ---- Plots ---------------------------------------------------------------------------------------

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6a3d9a", "#b2182b", "#555555"]
ROW, LEFT, RIGHT, TOP, BOTTOM, WIDTH = 30, 120, 24, 92, 28, 720


def marker(shape, x, y, colour):
    """A mark of one of four shapes, so that engines are told apart without colours too."""
    r = 5
    if shape == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}"/>'
    if shape == 1:
        return f'<rect x="{x - r + .5:.1f}" y="{y - r + .5:.1f}" width="{2 * r - 1}" height="{2 * r - 1}" fill="{colour}"/>'
    corners = {2: [(0, -r - 1), (r + 1, r - 1), (-r - 1, r - 1)], 3: [(0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)]}
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners[shape])
    return f'<polygon points="{points}" fill="{colour}"/>'


def ticks(low, high):
    """The values 1, 2, 5 times powers of ten within the bounds, which are such values themselves."""
    return [scale * 10.0 ** power for power in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
            for scale in (1, 2, 5) if low * 0.999 <= scale * 10.0 ** power <= high * 1.001]


def bounds(values):
    steps = ticks(1e-6, 1e6)
    low = max(step for step in steps if step <= min(values))
    high = min(step for step in steps if step >= max(values))
    return low, high if high > low else low * 10


def plot(rows, title, unit, means=()):
    """An SVG picture of {engine: {row: value}}: a row per program, a mark per engine, on a logarithmic scale. Titles
    of means are bold."""
    engines = list(rows)
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    low, high = bounds([value for row in rows.values() for value in row.values()])
    height = TOP + ROW * len(names) + BOTTOM
    bottom = height - BOTTOM
    place = lambda value: LEFT + (WIDTH - LEFT - RIGHT) * math.log(value / low) / math.log(high / low)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
           'font-family="system-ui, sans-serif" font-size="13" fill="#222">',
           f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
           f'<text x="16" y="26" font-size="16" font-weight="600">{html.escape(title)}</text>']
    across = (WIDTH - 32) // 5
    for index, engine in enumerate(engines):
        x, y = 22 + index % 5 * across, 48 + index // 5 * 20
        out += [marker(index % 4, x, y, COLOURS[index % len(COLOURS)]),
                f'<text x="{x + 11}" y="{y + 4.5}">{html.escape(engine)}</text>']
    for index, name in enumerate(names):
        y = TOP + ROW * index
        if index % 2 == 0:
            out.append(f'<rect x="16" y="{y}" width="{WIDTH - 32}" height="{ROW}" fill="#f4f4f4"/>')
    steps = ticks(low, high)
    if len(steps) > 14:
        steps = [step for step in steps if f"{step:e}".startswith("1")]
    for step in steps:
        colour = "#888" if step == 1 else "#d0d0d0"
        out += [f'<line x1="{place(step):.1f}" x2="{place(step):.1f}" y1="{TOP}" y2="{bottom}" stroke="{colour}"/>',
                f'<text x="{place(step):.1f}" y="{bottom + 18}" text-anchor="middle">{step:g}{unit}</text>']
    for index, name in enumerate(names):
        y = TOP + ROW * index + ROW / 2
        weight = ' font-weight="600"' if name in means else ""
        out.append(f'<text x="{LEFT - 12}" y="{y + 4.5}" text-anchor="end"{weight}>{html.escape(name)}</text>')
        present = [place(rows[engine][name]) for engine in engines if name in rows[engine]]
        out.append(f'<line x1="{min(present):.1f}" x2="{max(present):.1f}" y1="{y}" y2="{y}" stroke="#bbb"/>')
        out += [marker(number % 4, place(rows[engine][name]), y, COLOURS[number % len(COLOURS)])
                for number, engine in enumerate(engines) if name in rows[engine]]
    return "\n".join([*out, "</svg>", ""])


def plots(measurement):
    """(name, SVG text) of each picture."""
    for base in bases_of(measurement):
        yield ("time-c" if base == "c" else "time",
               plot(relative(measurement, "seconds", base),
                    f"Time relative to {base}, size {measurement['size']} (less is faster)", "", means_of(measurement)))
    memory = {engine: {name: program["engines"][engine]["memory"]
                       for name, program in measurement["programs"].items() if engine in program["engines"]}
              for engine in engines_of(measurement)}
    yield "memory", plot(memory, f"Resident memory in MiB, size {measurement['size']}", "")
