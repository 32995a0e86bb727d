"""Writes the figures into the document: the part between two marks is replaced, what people wrote around it stays."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.figures import Figure, shown


def write_document(path: Path, figures: Mapping[str, Sequence[Figure]], *, machine: str, day: str) -> None:
    """Replace the table of each measure that was taken; those of other measures stay."""
    for name, measured in figures.items():
        table = "\n".join(_table(measured))
        replace_part(path, name, f"{table}\n\n{day}, {machine}.")


def replace_part(path: Path, name: str, part: str) -> None:
    """Replace what stands between the marks of a name."""
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, rest = text.split(begin, 1)
    _old, after = rest.split(end, 1)
    path.write_text(f"{before}{begin}\n\n{part}\n\n{end}{after}", encoding="utf-8")


def _table(figures: Sequence[Figure]) -> Iterator[str]:
    yield "| what | median | goal | share of goal | floor | times floor | samples |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for each in figures:
        goal = "" if each.goal is None else shown(each.goal, each.unit)
        share = "" if each.share_of_goal is None else f"{each.share_of_goal:.2f}"
        floor = "" if each.floor is None else shown(each.floor, each.unit)
        times = "" if each.times_floor is None else f"{each.times_floor:.1f}"
        name = f"{each.name.strip()} ({each.note})" if each.note else each.name.strip()
        value = shown(each.value, each.unit)
        yield f"| {name} | {value} | {goal} | {share} | {floor} | {times} | {len(each.samples)} |"
