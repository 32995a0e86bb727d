"""Opportunities: possible sales and the stages they go through."""

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.listing import Condition, Test


class MoveOpportunityToStage(Command):
    """Move an opportunity to another stage; status, closing day and "since" follow. The result is its id."""

    label = "commands.opportunity_moved"

    def __init__(self, opportunity_id: str, stage: str) -> None:
        """``stage`` is a stage's key."""
        super().__init__()
        self.opportunity_id = opportunity_id
        self.stage = stage

    def apply(self, work: Work) -> str:
        """Move it.

        Raises:
            AppError: ``VALUE_NOT_A_CHOICE`` for an unknown stage.
        """
        opportunity = following.found(work, "opportunity", self.opportunity_id)
        work.change("opportunity", self.opportunity_id, {"stage": self.stage})
        names = [each.get("name") for each in work.select("stage", [Condition("key", Test.EQ, self.stage)])]
        self.label_values["title"] = following.title_of(work.catalogue["opportunity"], opportunity)
        self.label_values["stage"] = str(names[0]) if names else self.stage
        return self.opportunity_id
