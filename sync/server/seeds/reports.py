"""Says what a seed did, in sentences for an operator and as one JSON object for a script."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sync.server.seeds.drafts import SeedReport


def report_object(report: SeedReport) -> dict[str, Any]:
    """Give the whole report as JSON values."""
    return asdict(report)


def report_lines(report: SeedReport) -> Iterator[str]:
    """Give the report line by line, one-time passwords last."""
    made, present = sum(report.made.values()), sum(report.present.values())
    yield f"Seed {report.seed}: {made:,} records made, {present:,} were there already."
    yield from _counts("made", report.made)
    yield from _counts("removed", report.removed)
    for trap in report.traps:
        if trap.count:
            examples = f" ({', '.join(trap.examples[:5])})" if trap.examples else ""
            yield f"  {trap.note}: {trap.count:,}{examples}"
    for name, value in report.facts.items():
        yield f"  {name.replace('_', ' ')}: {value}"
    yield from (f"  {note}" for note in report.notes)
    if report.passwords:
        yield "One-time passwords, shown this once:"
        for login, password in report.passwords.items():
            yield f"  {login}  {password}"


def _counts(word: str, counts: dict[str, int]) -> Iterator[str]:
    if counts:
        yield f"  {word}: " + ", ".join(f"{record_type} {count:,}" for record_type, count in counts.items())
