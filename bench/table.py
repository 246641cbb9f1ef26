"""The table: rows of what was measured beside the floor and the figure to reach."""

import dataclasses
import random
import statistics

MS, US, MIB, MB = 1e-3, 1e-6, 1 << 20, 1e6
RESAMPLES = 2000
HEAD = ("what", "floor", "ccpod", "against the floor (95 %)", "to reach", "", "docker")
VERDICTS = {True: "yes", False: "NO", None: "open"}


@dataclasses.dataclass
class Row:
    """Texts of one row. `reached` is None where the interval lies on both sides of the goal."""

    what: str
    floor: str
    ccpod: str
    difference: str
    goal: str
    reached: bool | None
    docker: str = ""

    def cells(self):
        return (self.what, self.floor, self.ccpod, self.difference, self.goal,
                VERDICTS[self.reached], self.docker)


def print_head(widths):
    print_cells(HEAD, widths)


def print_cells(cells, widths):
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip(), flush=True)


def interval(values):
    """The 95 % bootstrap interval of the median."""
    medians = sorted(
        statistics.median(random.choices(values, k=len(values))) for _ in range(RESAMPLES)
    )
    return medians[int(RESAMPLES * 0.025)], medians[int(RESAMPLES * 0.975)]


def below(low, high, goal):
    return True if high <= goal else False if low > goal else None


def above(low, high, goal):
    return True if low >= goal else False if high < goal else None


def in_turns(contestants, rounds):
    """Calls each contestant once a round, in random order, since the machine's speed drifts and
    others use it. What they return, by name."""
    results = {name: [] for name in contestants}
    for _ in range(rounds):
        for name in random.sample(sorted(contestants), len(contestants)):
            results[name].append(contestants[name]())
    return results


def row_over(what, measured, unit, goal):
    """Seconds over the floor's, pair by pair. UNIT is its name and its size in seconds."""
    name, size = unit
    floor = measured["floor"]
    over = {who: [t - f for t, f in zip(times, floor)] for who, times in measured.items()}
    low, high = interval(over["ccpod"])

    def median(values):
        return statistics.median(values) / size

    return Row(
        what,
        f"{median(floor):.0f} {name}",
        f"{median(measured['ccpod']):.0f} {name}",
        f"{median(over['ccpod']):+.1f} ({low / size:+.1f} to {high / size:+.1f})",
        f"{goal / size:+.0f} {name}",
        below(low, high, goal),
        f"{median(over['docker']):+.1f}" if "docker" in over else "",
    )


def _row_ratio(what, measured, text, goal, reached):
    """As a multiple of the floor's, pair by pair. TEXT tells what a median says by itself."""
    ratios = [c / f for c, f in zip(measured["ccpod"], measured["floor"])]
    low, high = interval(ratios)
    values = {who: text(statistics.median(each)) for who, each in measured.items()}
    return Row(
        what,
        values["floor"],
        values["ccpod"],
        f"x {statistics.median(ratios):.2f} ({low:.2f} to {high:.2f})",
        f"x {goal}",
        reached(low, high, goal),
        values.get("docker", ""),
    )


def row_share(what, measured, goal):
    """Bytes a second, as a share of the floor's."""
    return _row_ratio(what, measured, lambda speed: f"{speed / MB:.0f} MB/s", goal, above)


def row_factor(what, measured, goal):
    """Seconds, as a multiple of the floor's."""
    return _row_ratio(what, measured, lambda time: f"{time / MS:.0f} ms", goal, below)


def row_time(what, times, goal, floor=None, docker=None, note=""):
    """Seconds that count by themselves; the floor and docker stand beside them."""
    low, high = interval(times)

    def text(values):
        return f"{statistics.median(values) / MS:.1f} ms" if values else ""

    return Row(
        what,
        text(floor),
        text(times),
        f"({low / MS:.1f} to {high / MS:.1f}){note}",
        f"{goal / MS:.0f} ms",
        below(low, high, goal),
        text(docker),
    )


def row_size(what, value, docker, unit, goal):
    """Bytes that count by themselves."""
    name, size = unit
    return Row(
        what,
        "",
        f"{value / size:.1f} {name}",
        "",
        f"{goal / size:.0f} {name}",
        value <= goal,
        f"{docker / size:.1f} {name}" if docker else "",
    )
