"""Says a sync status in words: one short line and one sentence behind it, alike on every screen and in a terminal."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType

from desktop.domain.ledger import Ledger
from desktop.services.sync_status import SyncStatus, Tone
from desktop.system.i18n import Translator
from sync.contract.clock import parse_instant
from sync.contract.errors import Code

_ONLY_THE_USER: Mapping[Code | None, str] = MappingProxyType(
    {
        Code.SIGN_IN_ENDED: "sign_in",
        Code.SIGN_IN_REFUSED: "sign_in",
        Code.CLIENT_TOO_OLD: "update",
        Code.WRONG_USER: "wrong_user",
        Code.INSECURE_ADDRESS: "insecure",
        Code.DISK_FULL: "disk_full",
        Code.DISK_UNUSABLE: "disk_unusable",
    }
)

# Where the last attempt did not go through for a reason that is nobody's to mend, these would sound as if it had.
_GOES_ON = frozenset({Tone.WAITING, Tone.SENT})


def headline(status: SyncStatus, texts: Translator, *, now: datetime, zone: tzinfo | None) -> str:
    """Write the short line, as the chip in the top bar shows it.

    ``now`` is aware; ``zone`` is where the reader is, ``None`` for the machine's.
    """
    return _HEADLINES[status.tone](_Said(status, texts, now, zone))


def ledger_line(ledger: Ledger, texts: Translator) -> str:
    """Account for every change ever made on this laptop; says so if one of them is not accounted for."""
    confirmed, waiting = texts.number(ledger.confirmed), texts.number(ledger.waiting)
    told = texts.t("sync.ledger", count=ledger.recorded, confirmed=confirmed, waiting=waiting)
    return told if ledger.balances else f"{told} {texts.t('sync.ledger_gap')}"


def detail(status: SyncStatus, texts: Translator, *, now: datetime) -> str:
    """Write the sentence: what is safe, what happens next by itself, what the user may do."""
    said = _Said(status, texts, now, None)
    if status.error is not None and status.tone in _GOES_ON:
        return said.t("sync.detail.stopped")
    return _DETAILS[status.tone](said)


@dataclass(frozen=True, slots=True)
class _Said:
    status: SyncStatus
    texts: Translator
    now: datetime
    zone: tzinfo | None

    def t(self, key: str, **values: object) -> str:
        return self.texts.t(key, **values)

    def share(self, key: str, share: tuple[int, int] | None) -> str:
        done, total = share or (0, 0)
        return self.t(key, done=self.texts.number(done), total=self.texts.number(total))

    def time(self, instant: str) -> str:
        at = parse_instant(instant).astimezone(self.zone)
        today = self.now.astimezone(self.zone).date()
        return f"{at:%H:%M}" if at.date() == today else self.texts.datetime(at, self.zone, today=today)


def _first(said: _Said) -> str:
    return (
        said.share("sync.headline.first_done", said.status.first_sync)
        if said.status.first_sync
        else said.t("sync.headline.first")
    )


def _attention(said: _Said) -> str:
    if said.status.attention:
        return said.t("sync.headline.not_accepted", count=said.status.attention)
    return said.t(f"sync.headline.{_ONLY_THE_USER[said.status.error]}")


def _offline(said: _Said) -> str:
    pending = said.status.pending
    return said.t("sync.headline.offline_waiting", count=pending) if pending else said.t("sync.headline.offline")


def _sent(said: _Said) -> str:
    at = said.status.last_sync_at
    return said.t("sync.headline.sent") if at is None else said.t("sync.headline.sent_at", time=said.time(at))


def _busy(said: _Said) -> str:
    at = said.status.retry_at
    return said.t("sync.headline.busy") if at is None else said.t("sync.headline.busy_until", time=said.time(at))


def _first_detail(said: _Said) -> str:
    if said.status.running:
        return said.t("sync.detail.first")
    done, total = said.status.first_sync or (0, 0)
    return (
        said.t("sync.detail.first_stopped", percent=done * 100 // total)
        if total
        else said.t("sync.detail.first_waiting")
    )


def _attention_detail(said: _Said) -> str:
    if said.status.attention:
        return said.t("sync.detail.not_accepted")
    return said.t(f"sync.detail.{_ONLY_THE_USER[said.status.error]}")


def _offline_detail(said: _Said) -> str:
    status = said.status
    if status.error is Code.NOT_A_SERVER:
        return said.t("sync.detail.portal")
    if not status.complete:
        return _first_detail(said)
    return (
        said.t("sync.detail.offline_waiting", count=status.pending) if status.pending else said.t("sync.detail.offline")
    )


def _busy_detail(said: _Said) -> str:
    if said.status.retry_at is None:
        return said.t("sync.detail.busy")
    wait_s = (parse_instant(said.status.retry_at) - said.now).total_seconds()
    return said.t("sync.detail.busy_until", count=max(1, math.ceil(wait_s / 60)))


_HEADLINES: Mapping[Tone, Callable[[_Said], str]] = MappingProxyType(
    {
        Tone.FIRST: _first,
        Tone.SENDING: lambda said: said.share("sync.headline.sending", said.status.sending),
        Tone.ATTENTION: _attention,
        Tone.CHOICE: lambda said: said.t("sync.headline.choice", count=said.status.conflicts),
        Tone.BUSY: _busy,
        Tone.OFFLINE: _offline,
        Tone.WAITING: lambda said: said.t("sync.headline.waiting", count=said.status.pending),
        Tone.SENT: _sent,
    }
)
_DETAILS: Mapping[Tone, Callable[[_Said], str]] = MappingProxyType(
    {
        Tone.FIRST: _first_detail,
        Tone.SENDING: lambda said: said.t("sync.detail.sending", count=said.status.pending),
        Tone.ATTENTION: _attention_detail,
        Tone.CHOICE: lambda said: said.t("sync.detail.choice"),
        Tone.BUSY: _busy_detail,
        Tone.OFFLINE: _offline_detail,
        Tone.WAITING: lambda said: said.t("sync.detail.waiting", count=said.status.pending),
        Tone.SENT: lambda said: said.t("sync.detail.sent"),
    }
)
