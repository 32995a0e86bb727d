"""A sync status in words, in three languages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from desktop.services.sync_status import SyncStatus
from desktop.services.sync_words import detail, headline
from desktop.system.i18n import LANGUAGES, Translator
from desktop.system.paths import resources_folder
from sync.contract.errors import Code

NOW = datetime(2026, 11, 20, 10, 45, tzinfo=UTC)
QUIET = SyncStatus(online=True, last_sync_at="2026-11-20T10:41:00.000Z")
STATUSES = {
    "sent": QUIET,
    "sent yesterday": replace(QUIET, last_sync_at="2026-11-19T18:00:00.000Z"),
    "never synced": replace(QUIET, last_sync_at=None),
    "waiting": replace(QUIET, pending=12),
    "offline": replace(QUIET, online=False),
    "offline waiting": replace(QUIET, online=False, pending=12, error=Code.SERVER_UNREACHABLE),
    "portal": replace(QUIET, online=False, error=Code.NOT_A_SERVER),
    "busy": replace(QUIET, online=False, error=Code.SERVER_BUSY),
    "busy until": replace(QUIET, online=False, error=Code.SERVER_BUSY, retry_at="2026-11-20T10:46:30.000Z"),
    "sending": replace(QUIET, pending=12, running=True, sending=(4, 12)),
    "first": replace(QUIET, complete=False, running=True),
    "first under way": replace(QUIET, complete=False, running=True, first_sync=(4000, 100_000)),
    "first stopped": replace(QUIET, complete=False, online=False, first_sync=(94, 100)),
    "first waiting": replace(QUIET, complete=False),
    "choice": replace(QUIET, conflicts=2),
    "not accepted": replace(QUIET, attention=1),
    "sign in": replace(QUIET, error=Code.SIGN_IN_ENDED),
    "update": replace(QUIET, error=Code.CLIENT_TOO_OLD),
    "wrong user": replace(QUIET, error=Code.WRONG_USER),
    "full disk": replace(QUIET, error=Code.DISK_FULL),
    "disk that cannot be written to": replace(QUIET, error=Code.DISK_UNUSABLE),
    "insecure": replace(QUIET, online=False, error=Code.INSECURE_ADDRESS),
}


def texts(language: str) -> Translator:
    return Translator(resources_folder() / "i18n", language, strict=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATUSES)
def test_every_status_has_words_in_every_language(language: str, name: str) -> None:
    said = texts(language)

    assert headline(STATUSES[name], said, now=NOW, zone=UTC)
    assert detail(STATUSES[name], said, now=NOW)


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("sent", "All sent, 10:41", "Everything is on this laptop and at the office."),
        (
            "offline waiting",
            "Offline – 12 changes waiting",
            "12 changes are safe on this laptop and go out when there is a network.",
        ),
        ("busy", "Server busy", "The server is busy. Your changes are safe on this laptop; it tries again by itself."),
        ("busy until", "Server busy, next try 10:46", "The server is busy. Trying again in 2 min."),
        ("sending", "Sending 4 of 12", "12 changes are on their way."),
        (
            "first under way",
            "First sync: 4,000 of 100,000",
            "Your customers are on their way. What is here already can be used.",
        ),
        ("first stopped", "Offline", "Stopped at 94%. It goes on from there."),
        ("not accepted", "1 change not accepted", None),
    ],
)
def test_status_reads_as_the_design_words_it(name: str, line: str, sentence: str | None) -> None:
    said = texts("en")

    assert headline(STATUSES[name], said, now=NOW, zone=UTC) == line
    assert sentence in {None, detail(STATUSES[name], said, now=NOW)}
