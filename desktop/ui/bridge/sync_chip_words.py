"""What the sync chip shows, from the one ``SyncStatus``."""

from desktop.services.sync_words import detail, headline
from desktop.ui.bridge.ports import SyncStatus, Tone
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.sync_chip import SyncChipStatus

_CHIP_TONES = {
    Tone.FIRST: "syncing",
    Tone.SENDING: "syncing",
    Tone.ATTENTION: "failed",
    Tone.CHOICE: "choice",
    Tone.BUSY: "pending",
    Tone.OFFLINE: "offline",
    Tone.WAITING: "pending",
    Tone.SENT: "synced",
}


def chip_status(kit: UiKit, words: RecordWords, status: SyncStatus) -> SyncChipStatus:
    """Say where sending and receiving stands, with a sentence behind it as tooltip."""
    now = words.now()
    line = headline(status, kit.texts, now=now, zone=words.zone)
    return SyncChipStatus(_CHIP_TONES[status.tone], line, detail(status, kit.texts, now=now))
