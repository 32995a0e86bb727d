"""One opportunity beside board or table: where it stands, what moves it on, and its facts."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Row
from desktop.ui.bridge.record_words import UNKNOWN
from desktop.ui.components.badge import Badge
from desktop.ui.components.button import Button
from desktop.ui.components.label import Label, hairline, muted
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.marks import RouteMark
from desktop.ui.components.progress import Progress
from desktop.ui.components.scroll_area import ScrollArea
from desktop.ui.components.surface import Surface
from desktop.ui.design.route_line import DONE, HERE, NEXT, Stop
from desktop.ui.pipeline.data import TYPES, DealData, read_deal
from desktop.ui.pipeline.words import DealWords
from desktop.ui.records.account_words import AccountWords
from desktop.ui.records.record_facts import FactsData, RecordFacts

_ESSENTIAL = ("name", "amount", "stage", "expected_on", "next_step", "product", "contact")


class DealPane(Surface):
    """Follows ``show_deal``; ``move_wanted`` gives the key of the stage that its button leads to."""

    move_wanted = Signal(str)

    def __init__(self, context: ScreenContext, account: AccountWords, words: DealWords) -> None:
        super().__init__(context.kit, "surface")
        self._context = context
        self._account = account
        self._words = words
        self._deal = ""
        self._data: DealData | None = None
        self._next = ""
        kit = context.kit
        self._name = Label(kit, "", "heading")
        self._amount = Label(kit, "", "heading").set_figures()
        self._about = Label(kit, "", "small", "text_secondary")
        self._unsent = Badge(kit, kit.t("lists.unsent"), "neutral", "cloud-upload")
        self._choice = Badge(kit, kit.t("lists.needs_choice"), "warning", "git-merge")
        self._route = RouteMark(kit, (), "")
        self._stage = Label(kit, "", "section")
        self._time = Label(kit, "", "small", "text_secondary").set_figures()
        self._progress = Progress(kit, kit.t("pipeline.time_in_stage"))
        self._entered = Label(kit, "", "small", "text_secondary")
        self.facts = RecordFacts(context, "opportunity", essential=_ESSENTIAL)
        self.open_button = Button(kit, kit.t("pipeline.open_customer"), key="Return")
        self.move_button = Button(kit, "", icon="arrow-right", key="Shift+Right")
        self.won_button = Button(kit, kit.t("pipeline.won"), icon="trophy", key="W")
        self.open_button.clicked.connect(self.open_customer)
        self.move_button.clicked.connect(self._move)
        self.won_button.clicked.connect(self._move)
        self._body = self._make_body()
        self._footer = self._make_footer()
        self._nothing = QWidget()
        column(muted(kit, kit.t("lists.nothing_chosen")), STRETCH, gap=0, pad=(20, 16, 20, 0), into=self._nothing)
        column(self._nothing, self._body, self._footer, gap=0, into=self)
        self._show(None)
        types = TYPES | {"contact", "product", "user"}
        self._view = context.feed.watch(self, types, self._read, self._show)

    @property
    def data(self) -> DealData | None:
        """The opportunity that is shown."""
        return self._data

    def show_deal(self, deal: str) -> None:
        """Show another opportunity, or none."""
        if deal != self._deal:
            self._deal = deal
            self._view.refresh()

    def open_customer(self) -> None:
        """Go to the customer's page."""
        account = self._data.record.values.get("account") if self._data is not None else None
        if account:
            self._context.open(routes.CUSTOMER, {"id": str(account)})

    def _read(self) -> DealData | None:
        return read_deal(self._context.reads, self._deal, self._context.words) if self._deal else None

    def _show(self, data: DealData | None) -> None:
        if data is not None and data.record.id != self._deal:
            return
        self._data = data
        for part in (self._body, self._footer):
            part.setVisible(data is not None)
        self._nothing.setVisible(data is None)
        if data is None:
            return
        view, words = data.record, self._context.words
        self._name.setText(view.title)
        self._amount.setText(words.value("opportunity", "amount", view.values.get("amount")) or UNKNOWN)
        self._about.setText(self._about_text(data))
        self._unsent.setVisible(bool(view.pending or view.unsent_op))
        self._choice.setVisible(bool(view.conflicts))
        self._show_stage(data)
        self.open_button.setVisible(bool(view.values.get("account")))
        self.facts.set_facts(FactsData(view, data.options))

    def _about_text(self, data: DealData) -> str:
        values, t = data.record.values, self._context.t
        stage = self._stage_row(data)
        is_open = values.get("status") == "open"
        day = values.get("expected_on") if is_open else values.get("closed_on")
        key = "pipeline.closes" if is_open else "pipeline.closed"
        chance = stage.get("probability") if is_open else None
        parts = [
            data.record.titles.get("account", ""),
            t(key, day=self._context.words.day(str(day))) if day else "",
            t("pipeline.likely", share=chance) if chance is not None else "",
        ]
        return " · ".join(part for part in parts if part)

    def _show_stage(self, data: DealData) -> None:
        values, t = data.record.values, self._context.t
        stages = [each for each in data.stages if each.get("status") == "open"]
        stage = self._stage_row(data)
        name = self._account.stage_name(stage)
        is_open = values.get("status") == "open"
        here = next((place for place, each in enumerate(stages) if each["key"] == values.get("stage")), None)
        self._route.set_stops(_stops(stages, here, is_won=values.get("status") == "won"), name)
        self._stage.setText(t("pipeline.stage", name=name) if is_open else name)
        time, share, tone = self._words.time_in_stage(values, stage) if is_open else ("", None, "")
        self._time.setText(time)
        self._progress.setVisible(share is not None)
        self._progress.set_value(share or 0.0)
        self._progress.set_tone(tone or "accent")
        since = values.get("stage_since")
        self._entered.setText(t("pipeline.entered", day=self._context.words.day(str(since))) if since else "")
        following = stages[here + 1] if here is not None and here + 1 < len(stages) else None
        won = next((each for each in data.stages if each.get("status") == "won"), None)
        target = (following or won) if is_open else None
        self._next = str(target["key"]) if target is not None else ""
        self.move_button.setVisible(is_open and following is not None)
        self.won_button.setVisible(is_open and following is None and won is not None)
        if following is not None:
            self.move_button.set_text(t("pipeline.move_to", stage=self._account.stage_name(following)))

    def _stage_row(self, data: DealData) -> Row:
        return next((each for each in data.stages if each["key"] == data.record.values.get("stage")), {})

    def _make_body(self) -> QWidget:
        kit = self._context.kit
        head = Surface(kit, "surface", "b")
        names = row(self._name, self._amount, gap=12)
        names.setStretch(0, 1)
        badges = row(self._unsent, self._choice, STRETCH, gap=6)
        column(names, self._about, badges, 4, self._route, gap=4, pad=(20, 16, 20, 16), into=head)
        stage = Surface(kit, "surface", "b")
        column(
            row(self._stage, STRETCH, self._time),
            self._progress,
            self._entered,
            gap=6,
            pad=(20, 12, 20, 12),
            into=stage,
        )
        facts = QWidget()
        column(self.facts, gap=0, pad=(20, 12, 12, 16), into=facts)
        inner = QWidget()
        column(head, stage, facts, STRETCH, gap=0, into=inner)
        return ScrollArea(kit, inner)

    def _make_footer(self) -> QWidget:
        footer = QWidget()
        line = row(self.open_button, self.move_button, self.won_button, STRETCH, gap=8, pad=(20, 12, 20, 12))
        column(hairline(self._context.kit), line, gap=0, into=footer)
        return footer

    def _move(self) -> None:
        if self._next:
            self.move_wanted.emit(self._next)


def _stops(stages: Sequence[Row], here: int | None, *, is_won: bool) -> list[Stop]:
    def state(place: int) -> str:
        if is_won or (here is not None and place < here):
            return DONE
        return HERE if place == here else NEXT

    return [Stop(state(place), str(place + 1)) for place in range(len(stages))]
