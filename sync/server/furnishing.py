"""What an organisation begins with: its own record and the stages that deals go through."""

from typing import Final

from sync.server.writer import Writer

_STAGES: Final = (
    # key, name, Chinese name, probability, days it normally takes, status
    ("qualify", "Qualify", "识别", 10, 10, "open"),
    ("survey", "Survey", "勘测", 25, 10, "open"),
    ("proposal", "Proposal", "方案", 45, 14, "open"),
    ("negotiate", "Negotiate", "谈判", 70, 21, "open"),
    ("verbal", "Verbal", "口头确认", 90, 5, "open"),
    ("won", "Won", "成交", 100, None, "won"),
    ("lost", "Lost", "失单", 0, None, "lost"),
)


def furnish(writer: Writer) -> None:
    """Create the organisation and its stages."""
    writer.create("organisation", {"name": "Roundsman"})
    for position, (key, name, local_name, probability, days, status) in enumerate(_STAGES):
        values = {
            "key": key,
            "name": name,
            "local_name": local_name,
            "position": position,
            "probability": probability,
            "standard_days": days,
            "status": status,
        }
        writer.create("stage", values)
