"""How sync is told in the panel: head, history, what happened, text for support; knows no widgets."""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desktop import app_info
from desktop.domain.views import SyncRun
from desktop.services import sync_words
from desktop.system.i18n import Translator
from desktop.ui.bridge.ports import SyncStatus, Tone
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.sync_details.facts import Stretch, SyncFacts
from sync.contract.clock import parse_instant
from sync.contract.errors import AppError, Code

_AWAY = frozenset({Code.SERVER_UNREACHABLE.value, Code.NOT_A_SERVER.value})
_WAITED = _AWAY | {Code.SERVER_BUSY.value}
_MOST_HAPPENINGS = 5
_MINUTE_S = 60
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened; ``link`` is "choice" or "refused" where something can be done."""

    when: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One stretch of the history; ``tone`` is success, waited or problem."""

    when: str
    text: str
    took: str
    tone: str


class SyncSentences:
    """Tells sync in the user's language."""

    def __init__(self, texts: Translator, words: RecordWords) -> None:
        self._texts = texts
        self._words = words

    def headline(self, status: SyncStatus, facts: SyncFacts) -> str:
        """Say where things stand; offline with the time since when."""
        if status.tone is Tone.OFFLINE and facts.stretches and facts.stretches[0].error in _AWAY:
            return self._texts.t("sync_details.offline_since", when=self.when(facts.stretches[0].started_at))
        return sync_words.headline(status, self._texts, now=self._words.now(), zone=self._words.zone)

    def detail(self, status: SyncStatus) -> str:
        """Say what is safe and what happens next."""
        return sync_words.detail(status, self._texts, now=self._words.now())

    def waiting_note(self, facts: SyncFacts) -> str:
        """Count what waits."""
        count = sum(each.changes for each in facts.waiting)
        return self._texts.t("sync_details.changes", count=count) if count else ""

    def held_note(self, facts: SyncFacts) -> str:
        """Say which of the changes cannot go yet, and why; nothing where all can."""
        return self._texts.t("sync_details.held", count=facts.held) if facts.held else ""

    def ledger(self, facts: SyncFacts) -> str:
        """Account for every change ever made on this laptop; nothing before the first."""
        return sync_words.ledger_line(facts.ledger, self._texts) if facts.ledger.recorded else ""

    def last_note(self, facts: SyncFacts) -> str:
        """Say when the last sync went through and how long it took."""
        run = facts.last_through
        if run is None:
            return self._texts.t("sync_details.never")
        took = self._took(run.started_at, run.finished_at)
        return self._texts.t("sync_details.last_note", when=self.when(run.finished_at), took=took)

    def history(self, facts: SyncFacts, most: int) -> list[HistoryLine]:
        """Prepare the latest stretches."""
        return [self._history_line(each) for each in facts.stretches[:most]]

    def happenings(self, facts: SyncFacts, status: SyncStatus, *, user: str, organisation: str) -> list[Happening]:
        """Tell the last few things that happened, newest first, and who is signed in."""
        said: list[Happening] = []
        for stretch in facts.stretches:
            if len(said) < _MOST_HAPPENINGS:
                said += self._happened(stretch, status, organisation)
        said = said[:_MOST_HAPPENINGS]
        return [*said, Happening("", self._texts.t("sync_details.happened.signed_in", name=user))]

    def when(self, instant: str) -> str:
        """Write a moment: today only the time."""
        local = self._words.local(instant)
        return f"{local:%H:%M}" if local.date() == self._words.now().date() else self._words.moment(instant)

    def support_text(self, facts: SyncFacts, status: SyncStatus) -> str:
        """Write what somebody who helps needs to know; no names and nothing out of records."""
        lines = [
            f"{app_info.NAME} {app_info.VERSION}, {platform.system()} {platform.release()}",
            f"online={status.online} pending={status.pending} choices={status.conflicts} attention={status.attention}",
            f"complete={status.complete} last={status.last_sync_at or '-'} error={status.error or '-'}",
            f"held={facts.held}",
            f"ledger: {facts.ledger.recorded} = {facts.ledger.confirmed} + {facts.ledger.waiting}",
            "waiting: " + (", ".join(f"{each.type} {each.changes}" for each in facts.waiting) or "-"),
            "records: " + (", ".join(f"{name} {count}" for name, count in facts.counts.items()) or "-"),
        ]
        for stretch in facts.stretches:
            run = stretch.runs[0]
            out = f"in {run.pulled} out {run.pushed}" if not stretch.error else f"{stretch.error} x{len(stretch.runs)}"
            lines.append(f"{stretch.started_at} {out}")
        return "\n".join(lines)

    def _history_line(self, stretch: Stretch) -> HistoryLine:
        run = stretch.runs[0]
        tone = "success" if not stretch.error else "waited" if stretch.error in _WAITED else "problem"
        return HistoryLine(
            when=self.when(stretch.finished_at if not stretch.error else stretch.started_at),
            text=self._run_text(run) if not stretch.error else self._short_reason(stretch.error),
            took=self._took(stretch.started_at, stretch.finished_at),
            tone=tone,
        )

    def _run_text(self, run: SyncRun) -> str:
        number = self._texts.number
        if not run.pulled and not run.pushed:
            return self._texts.t("sync_details.history.nothing")
        return self._texts.t("sync_details.history.moved", received=number(run.pulled), sent=number(run.pushed))

    def _short_reason(self, code: str) -> str:
        known = {Code.SERVER_UNREACHABLE.value: "unreachable", Code.NOT_A_SERVER.value: "portal"}
        known |= {Code.SERVER_BUSY.value: "busy"}
        return self._texts.t(f"sync_details.history.{known.get(code, 'stopped')}")

    def _happened(self, stretch: Stretch, status: SyncStatus, organisation: str) -> Iterator[Happening]:
        run = stretch.runs[0]
        if stretch.error:
            yield Happening(self.when(stretch.started_at), self._reason(stretch.error))
            return
        when = self.when(run.finished_at)
        t = self._texts.t
        if run.data.get("set_back"):
            told = run.data.get("told")
            yield Happening(when, t("sync_details.happened.set_back", count=told if isinstance(told, int) else 0))
        if run.data.get("parted"):
            yield Happening(when, t("sync_details.happened.parted"))
        removed = run.data.get("copies_removed")
        if isinstance(removed, int):
            yield Happening(when, t("sync_details.happened.copies_removed", count=removed))
        if run.attention:
            link = "refused" if status.attention else ""
            yield Happening(when, t("sync_details.happened.refused", count=run.attention), link)
        handed = run.data.get("handed")
        for name, count in handed.items() if isinstance(handed, Mapping) else ():
            key = "handed" if name else "handed_on"
            yield Happening(when, t(f"sync_details.happened.{key}", count=count, name=name))
        if run.conflicts:
            link = "choice" if status.conflicts else ""
            yield Happening(when, t("sync_details.happened.choice", count=run.conflicts), link)
        if run.pushed:
            name = organisation or t("sync_details.happened.office")
            yield Happening(when, t("sync_details.happened.sent", count=run.pushed, organisation=name))
        if run.pulled:
            key = "first" if run.first else "received"
            yield Happening(when, t(f"sync_details.happened.{key}", count=run.pulled))

    def _reason(self, code: str) -> str:
        if code in _AWAY:
            return self._texts.t("sync_details.happened.away")
        if code in {each.value for each in Code}:
            return self._words.refusal(AppError(Code(code)))
        return self._texts.t("sync_details.happened.stopped")

    def _took(self, started_at: str, finished_at: str) -> str:
        seconds = (parse_instant(finished_at) - parse_instant(started_at)).total_seconds()
        if seconds >= _HOUR_S:
            return self._texts.t("sync_details.took.hours", count=round(seconds / _HOUR_S))
        if seconds >= _MINUTE_S:
            return self._texts.t("sync_details.took.minutes", count=round(seconds / _MINUTE_S))
        return self._texts.t("sync_details.took.seconds", count=max(1, round(seconds)))
