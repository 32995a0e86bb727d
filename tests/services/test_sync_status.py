"""One status, and what it amounts to."""

from dataclasses import replace

import pytest

from desktop.services.sync_status import Figures, StatusBoard, SyncStatus, Tone
from sync.contract.errors import Code

QUIET = SyncStatus(online=True)


@pytest.mark.parametrize(
    ("status", "tone"),
    [
        (QUIET, Tone.SENT),
        (replace(QUIET, pending=3), Tone.WAITING),
        (replace(QUIET, pending=3, online=False), Tone.OFFLINE),
        (replace(QUIET, online=False, error=Code.SERVER_UNREACHABLE), Tone.OFFLINE),
        (replace(QUIET, conflicts=1), Tone.CHOICE),
        (replace(QUIET, online=False, conflicts=1), Tone.OFFLINE),
        (replace(QUIET, conflicts=1, attention=1), Tone.ATTENTION),
        (replace(QUIET, error=Code.SIGN_IN_ENDED), Tone.ATTENTION),
        (replace(QUIET, running=True), Tone.SENT),
        (replace(QUIET, running=True, pending=3, sending=(1, 3)), Tone.SENDING),
        (replace(QUIET, running=True, complete=False, first_sync=(10, 100)), Tone.FIRST),
        (replace(QUIET, complete=False), Tone.FIRST),
        (replace(QUIET, complete=False, online=False), Tone.OFFLINE),
    ],
)
def test_status_amounts_to_its_most_pressing_part(status: SyncStatus, tone: Tone) -> None:
    assert status.tone is tone


def test_board_tells_listeners_what_is_new_and_only_that() -> None:
    heard: list[SyncStatus] = []
    figures = [Figures(pending=1)]
    board = StatusBoard(lambda: figures[-1], online=True)
    leave = board.subscribe(heard.append)

    board.refresh()
    figures.append(Figures(pending=2))
    board.refresh()
    leave()
    figures.append(Figures(pending=3))
    board.refresh()

    assert [each.pending for each in heard] == [2]
    assert board.current.pending == 3


def test_first_sync_figures_go_when_it_is_complete() -> None:
    figures = [Figures(complete=False)]
    board = StatusBoard(lambda: figures[-1])
    board.change(lambda status: replace(status, first_sync=(5, 10)))
    assert board.current.first_sync == (5, 10)

    figures.append(Figures(complete=True))
    board.refresh()

    assert board.current.first_sync is None
