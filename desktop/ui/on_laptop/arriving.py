"""How far everything has come: what is here, what is on its way, how much, and how long it still takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.holdings import Amount, Pace, Policy
from desktop.services.on_laptop import REST, OnLaptop
from desktop.ui.bridge.ports import SyncStatus
from desktop.ui.components.card import Card
from desktop.ui.components.flow_layout import FlowLayout
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import STRETCH, column, row
from desktop.ui.components.progress import Progress
from desktop.ui.components.sign import IconSign
from desktop.ui.design.kit import UiKit
from desktop.ui.on_laptop.words import LaptopWords

_FILES = "files"


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known just now."""

    look: OnLaptop
    status: SyncStatus
    policy: Policy
    is_paused: bool

    @property
    def files(self) -> Amount:
        """The files that were chosen: as far as rows tell, else as the office told."""
        files = self.look.files
        done, coming = files.chosen_here, files.coming
        there, total = done.files + coming.files, done.bytes + coming.bytes
        if not self.look.holdings.complete:
            chosen = [self.look.files_of(self.policy, own=own) for own in (True, False)]
            there = max(there, sum(each.files for each in chosen))
            total = max(total, sum(each.bytes for each in chosen))
        return Amount(here=done.files, there=there, bytes_here=done.bytes, bytes_there=total)

    @property
    def is_all_here(self) -> bool:
        """Whether nothing is on its way any more."""
        return self.look.holdings.complete and not self.look.files.coming.files

    @property
    def amounts(self) -> dict[str, Amount]:
        """Everything that is or will be here, by family; files last."""
        found = {kind.family: amount for kind, amount in self.look.kinds.items() if amount.here or amount.there}
        return {**found, _FILES: self.files} if self.files.there else found


class ArrivingCard(Card):
    """A bar with words above it and the kinds below it."""

    def __init__(self, kit: UiKit, words: LaptopWords, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        super().__init__(kit)
        self._words = words
        self._elapsed = elapsed
        self._pace = Pace()
        self.said = Label(kit, "", "section")
        self.figures = Label(kit, "", "body", "text_secondary").set_figures()
        self.bar = Progress(kit, words.t("on_laptop.arriving.progress"), height=8)
        self.states: dict[str, _State] = {}
        self._states = QWidget()
        self._flow = FlowLayout(self._states, gap=20)
        head = row(self.said, STRETCH, self.figures, gap=8)
        self.body.addLayout(column(head, self.bar, self._states, gap=8, pad=16))

    def show_moment(self, moment: Moment) -> None:
        """Say where things stand."""
        self._show_states(moment)
        if moment.is_all_here:
            self.said.setText(self._words.t("on_laptop.arriving.complete"))
            self.figures.setText("")
            self.bar.set_tone("success")
            self.bar.set_value(1.0)
            return
        self.said.setText(self._headline(moment))
        done = sum(min(each.bytes_here, each.bytes_there) for each in moment.amounts.values())
        total = sum(each.bytes_there for each in moment.amounts.values())
        self.bar.set_tone("accent" if moment.status.running else "neutral")
        if moment.look.holdings.complete or moment.look.holdings.sizes_there:
            self.bar.set_value(done / max(1, total))
            self.figures.setText(self._amount(moment, done, total))
        else:
            self._show_rows(moment.status)

    def _show_rows(self, status: SyncStatus) -> None:
        """Until the office has said how large it all is, count in records."""
        done, total = status.first_sync or (0, 0)
        if not total:
            self.figures.setText("")
            self.bar.set_unknown()
            return
        number = self._words.texts.number
        self.figures.setText(self._words.t("on_laptop.arriving.done_of", done=number(done), total=number(total)))
        self.bar.set_value(done / total)

    def _amount(self, moment: Moment, done: int, total: int) -> str:
        words = self._words
        is_moving = not moment.is_paused and (moment.status.running or moment.look.holdings.complete)
        left_s = None
        if is_moving:
            left_s = self._pace.left_s(self._elapsed(), done, total)
        else:
            self._pace.forget()
        said = {"done": words.size(done), "total": words.size(total)}
        if left_s is None:
            return words.t("on_laptop.arriving.done_of", **said)
        return words.t("on_laptop.arriving.done_left", left=words.left(left_s), **said)

    def _headline(self, moment: Moment) -> str:
        t, status = self._words.t, moment.status
        if moment.is_paused and not status.running:
            return t("on_laptop.arriving.paused")
        if status.error is not None and not status.running:
            return t("on_laptop.arriving.waiting")
        if moment.look.holdings.complete:
            return t("on_laptop.arriving.files")
        kinds = moment.look.kinds.items()
        here = [self._words.title(kind) for kind, amount in kinds if kind.family != REST and amount.is_here]
        return t("on_laptop.arriving.some", kinds=self._words.join(here)) if here else t("on_laptop.arriving.running")

    def _show_states(self, moment: Moment) -> None:
        titles = {kind.family: self._words.title(kind) for kind in moment.look.kinds}
        titles[_FILES] = self._words.t("on_laptop.files_short")
        amounts = moment.amounts
        for family, amount in amounts.items():
            state = self.states.get(family)
            if state is None:
                state = self.states[family] = _State(self._kit)
                self._flow.insert_widget(list(amounts).index(family), state)
            state.show_state(amount, self._words.state(titles[family], amount), is_moving=moment.status.running)
        for family, state in self.states.items():
            state.setVisible(family in amounts)
        self._states.setVisible(bool(amounts))


class _State(QWidget):
    """One kind: here, on its way, or still to come."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self.sign = IconSign(kit, "circle", "muted")
        self.said = Label(kit, "", "small", "text_secondary").set_figures()
        row(self.sign, self.said, gap=4, into=self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, amount: Amount, said: str, *, is_moving: bool) -> None:
        if amount.is_here:
            self.sign.set_icon("circle-check", "success")
        elif amount.here and is_moving:
            self.sign.set_icon("refresh-cw", "accent_text")
        else:
            self.sign.set_icon("circle", "muted")
        if said != self.said.text():
            self.said.setText(said)
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
