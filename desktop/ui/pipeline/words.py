"""Opportunities in words: cards, columns, rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.system.i18n import Translator
from desktop.ui.bridge.ports import Row
from desktop.ui.bridge.record_words import UNKNOWN, RecordWords
from desktop.ui.components.cards import BoardCard, Stage
from desktop.ui.components.records import Cell, Column, RecordRow
from desktop.ui.design.kit import UiKit
from desktop.ui.pipeline.data import BoardData, StageSum
from desktop.ui.records.account_words import AccountWords

SORTABLE = ("name", "account", "amount", "stage", "expected_on", "closed_on", "owner", "updated_at")
"""Fields by which the table can be sorted, in the order of the menu."""

_NEEDS = {"owner": 980, "product": 1100, "next_step": 700, "expected_on": 560}
_TONES = {"won": "success", "lost": "danger"}


def deal_columns(kit: UiKit, words: RecordWords, width: int) -> list[Column]:
    """Give the columns that a table of this width has room for."""

    def label(name: str) -> str:
        return words.label("opportunity", name)

    columns = [
        Column("tick", "", 56, kind="tick"),
        Column("name", label("name"), 200, kind="name", sort=True, stretch=True, editable=True),
        Column("account", label("account"), 152, kind="secondary", sort=True),
        Column("stage", label("stage"), 88, kind="secondary", sort=True),
        Column("amount", label("amount"), 104, kind="money", sort=True),
        Column("expected_on", label("expected_on"), 116, kind="secondary", sort=True),
        Column("next_step", kit.t("pipeline.next"), 148),
        Column("product", label("product"), 120, kind="secondary"),
        Column("owner", label("owner"), 124, kind="secondary", sort=True),
    ]
    return [each for each in columns if width >= _NEEDS.get(each.key, 0)]


class DealWords:
    """Turns what the store answers into cards and rows; safe on every thread."""

    def __init__(self, texts: Translator, words: RecordWords, account: AccountWords) -> None:
        self._texts = texts
        self._words = words
        self._account = account

    def stages(self, board: BoardData) -> Sequence[Stage]:
        """Write the columns of the board."""
        return [self._stage(stage, board.sums.get(str(stage["key"]), StageSum())) for stage in board.open_stages]

    def cards(self, board: BoardData) -> Mapping[str, Sequence[BoardCard]]:
        """Write the cards of each column."""
        stages = {str(stage["key"]): stage for stage in board.stages}
        cards: dict[str, list[BoardCard]] = {str(stage["key"]): [] for stage in board.open_stages}
        for deal in board.deals:
            key = str(deal.get("stage"))
            if key in cards:
                cards[key].append(self._card(deal, stages[key]))
        return cards

    def row(self, deal: Row, stages: Mapping[str, Row]) -> RecordRow:
        """Write one row of the table."""
        stage = self._account.stage_name(stages.get(str(deal.get("stage")), {}))
        status = str(deal.get("status") or "")
        amount = self._amount(deal)
        day = deal.get("expected_on") if status == "open" else deal.get("closed_on")
        titles = deal["titles"]
        next_step = str(deal.get("next_step") or "")
        return RecordRow(
            str(deal["id"]),
            {
                "name": str(deal.get("name") or ""),
                "account": titles.get("account", ""),
                "stage": Cell(stage, tone=_TONES.get(status, "secondary")),
                "amount": amount or Cell(UNKNOWN, tone="muted"),
                "expected_on": Cell(self._words.day(str(day)), tone="secondary")
                if day
                else Cell(UNKNOWN, tone="muted"),
                "next_step": next_step or Cell(UNKNOWN, tone="muted"),
                "product": titles.get("product", ""),
                "owner": titles.get("owner", ""),
            },
            unsent=bool(deal["pending"]),
            needs_choice=bool(deal["choice"]),
            spoken=", ".join(part for part in (str(deal["name"]), titles.get("account", ""), stage, amount) if part),
        )

    def money(self, total: StageSum, *, compact: bool = True) -> str:
        """Write the amounts of a group; an en dash where there are none."""
        return self._account.money_sum(dict(total.sums), compact=compact) or UNKNOWN

    def time_in_stage(self, deal: Mapping[str, Any], stage: Mapping[str, Any]) -> tuple[str, float | None, str]:
        """Say how long a deal has been in its stage: words, the share of the usual time, and the tone."""
        days, usual = self._account.stage_days(deal), stage.get("standard_days")
        if days is None:
            return "", None, ""
        if not usual:
            return self._texts.t("pipeline.days", count=days), None, ""
        if days > int(usual):
            return self._texts.t("pipeline.over", count=days - int(usual)), 1.0, "warning"
        return self._texts.t("pipeline.of", day=days, of=int(usual)), days / int(usual), ""

    def _stage(self, stage: Row, total: StageSum) -> Stage:
        name, local = str(stage.get("name") or ""), str(stage.get("local_name") or "")
        title = self._account.stage_name(stage)
        note = local if title == name else ""
        chance = stage.get("probability")
        share = self._texts.t("pipeline.likely", share=chance) if chance is not None else ""
        return Stage(str(stage["key"]), title, note, self.money(total), share)

    def _card(self, deal: Row, stage: Row) -> BoardCard:
        time, share, tone = self.time_in_stage(deal, stage)
        amount = deal.get("amount")
        next_step = str(deal.get("next_step") or "")
        return BoardCard(
            str(deal["id"]),
            deal["titles"].get("account") or str(deal["name"]),
            second=str(deal["name"]) if deal["titles"].get("account") else "",
            amount=self._texts.money(amount[0], amount[1], compact=True) if amount else "",
            time=time,
            time_share=share,
            time_tone=tone,
            next_step=next_step or self._texts.t("pipeline.no_next"),
            next_tone="" if next_step else "warning",
            unsent=bool(deal["pending"]),
            needs_choice=bool(deal["choice"]),
        )

    def _amount(self, deal: Mapping[str, Any]) -> str:
        amount = deal.get("amount")
        return self._texts.money(amount[0], amount[1]) if amount else ""
