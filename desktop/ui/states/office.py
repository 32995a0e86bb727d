"""States of the way to the office: what waits, what is on its way, and why it does not go on."""

from datetime import timedelta
from functools import partial

from desktop.commands.merging import MergeRecords
from desktop.commands.records import AddRecord, SetFields
from desktop.services.staging import Stage
from desktop.ui.states.playing import Args
from sync.contract.clock import instant_text
from sync.contract.errors import Code

_NOWHERE: Args = {}
_MORNING_MIN = 156
_SINCE_MIN = 94


def first_sync_begins(stage: Stage) -> Args:
    """The first sync has begun and nobody knows yet how much there is."""
    stage.stands(complete=False, running=True, first_sync=None, last_sync_at=None)
    return _NOWHERE


def first_sync_waiting(stage: Stage) -> Args:
    """There was no network when the first sync was to begin."""
    stage.note(2, seconds=1, error=Code.SERVER_UNREACHABLE.value)
    stage.stands(online=False, complete=False, first_sync=None, error=Code.SERVER_UNREACHABLE, last_sync_at=None)
    return _NOWHERE


def first_sync(stage: Stage) -> Args:
    """The first sync is under way."""
    stage.stands(complete=False, running=True, first_sync=(3_120, 8_240), last_sync_at=None)
    return _NOWHERE


def first_sync_stopped(stage: Stage) -> Args:
    """The network went during the first sync."""
    stage.note(12, seconds=40, error=Code.SERVER_UNREACHABLE.value)
    stage.stands(
        online=False, complete=False, first_sync=(7_746, 8_240), error=Code.SERVER_UNREACHABLE, last_sync_at=None
    )
    return _NOWHERE


def sending(stage: Stage) -> Args:
    """A sync is under way."""
    _work(stage)
    stage.stands(running=True, sending=(2, stage.app.status.current.pending))
    return _NOWHERE


def waiting(stage: Stage) -> Args:
    """Changes wait for the next sync."""
    _work(stage)
    stage.stands()
    return _NOWHERE


def all_sent(stage: Stage) -> Args:
    """Everything is at the office."""
    _work(stage)
    stage.accept()
    stage.note(1, pushed=4, pulled=12)
    stage.stands(last_sync_at=instant_text(stage.now))
    return _NOWHERE


def offline(stage: Stage) -> Args:
    """There is no network."""
    _work(stage)
    _away(stage, Code.SERVER_UNREACHABLE)
    return _NOWHERE


def offline_nothing_waits(stage: Stage) -> Args:
    """There is no network, and nothing to send."""
    _away(stage, Code.SERVER_UNREACHABLE)
    return _NOWHERE


def captive_portal(stage: Stage) -> Args:
    """The network asks to sign in first."""
    _work(stage)
    _away(stage, Code.NOT_A_SERVER)
    return _NOWHERE


def busy(stage: Stage) -> Args:
    """The office has no time now."""
    _work(stage)
    _away(stage, Code.SERVER_BUSY)
    stage.stands(online=False, error=Code.SERVER_BUSY, retry_at=instant_text(stage.now + timedelta(seconds=100)))
    return _NOWHERE


def _only_the_user(code: Code, stage: Stage) -> Args:
    _work(stage)
    stage.note(_MORNING_MIN, pulled=286, pushed=9)
    stage.note(3, seconds=1, error=code.value)
    stage.stands(error=code)
    return _NOWHERE


sign_in_ended = partial(_only_the_user, Code.SIGN_IN_ENDED)
update_needed = partial(_only_the_user, Code.CLIENT_TOO_OLD)
another_user = partial(_only_the_user, Code.WRONG_USER)
not_encrypted = partial(_only_the_user, Code.INSECURE_ADDRESS)
disk_full = partial(_only_the_user, Code.DISK_FULL)
disk_unusable = partial(_only_the_user, Code.DISK_UNUSABLE)
sync_stopped = partial(_only_the_user, Code.MESSAGE_UNREADABLE)


def copied_laptop(stage: Stage) -> Args:
    """The profile was copied to a second laptop, or set back to a backup."""
    return _happened(stage, parted=True)


def office_set_back(stage: Stage) -> Args:
    """The office was set back to an earlier state."""
    return _happened(stage, set_back=True, told=3)


def handed_on(stage: Stage) -> Args:
    """Changes came late and went to whoever has the customer now."""
    return _happened(stage, handed={_colleague(stage): 2})


def copies_removed(stage: Stage) -> Args:
    """A damaged copy was kept from a recovery, and is gone."""
    return _happened(stage, copies_removed=1)


def office_needs_update(stage: Stage) -> Args:
    """The office is older than this program and cannot take one kind of change yet."""
    stage.close_questions()
    keep, drop, *_ = stage.customers()
    stage.age_office()
    stage.run(MergeRecords("account", keep, drop))
    stage.note(2, pulled=4)
    stage.stands()
    return _NOWHERE


def _happened(stage: Stage, **data: object) -> Args:
    stage.close_questions()
    stage.note(2, pulled=12, pushed=3, data=data)
    stage.stands(last_sync_at=instant_text(stage.now))
    return _NOWHERE


def _work(stage: Stage) -> None:
    stage.close_questions()
    first, second, third, *_ = stage.customers()
    stage.run(SetFields("account", first, {"payment_terms": "Net 45", "visit_rhythm_days": 30}))
    stage.run(SetFields("account", second, {"phone": "0755 8812 4001"}))
    stage.run(AddRecord("task", {"title": "CR-40", "account": third}))
    visit = {"kind": "visit", "account": first, "at": instant_text(stage.now), "duration_minutes": 40}
    stage.run(AddRecord("activity", visit))


def _away(stage: Stage, code: Code) -> None:
    stage.note(_MORNING_MIN, pulled=286, pushed=9)
    for minutes in (_SINCE_MIN, 40, 2):
        stage.note(minutes, seconds=1, error=code.value)
    stage.stands(online=False, error=code)


def _colleague(stage: Stage) -> str:
    return str(stage.app.reads.rows("user", stage.colleagues()[:1])[0]["name"])
