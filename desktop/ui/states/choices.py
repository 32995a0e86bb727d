"""States in which two people wanted different things of one record."""

from datetime import timedelta

from desktop.services.staging import Stage
from desktop.ui.states.playing import Args
from sync.contract.clock import instant_text, new_id
from sync.contract.fields import Value

_ACCOUNT = "account"
_TERMS = "payment_terms"


def fields(stage: Stage) -> Args:
    """Two fields of one customer, each with two values."""
    return _between(stage, _TERMS, "Net 30", "Net 45", "Net 30, 2% if paid in 10 days", "visit_rhythm_days", 45, 30, 60)


def three_people(stage: Stage) -> Args:
    """One field with the values of two colleagues."""
    account = _alone(stage)
    third = stage.colleagues()[1]
    also = {"values": {_TERMS: "Net 60"}, "by": third, "at": _ago(stage, hours=20), "asked": stage.app.session.user}
    values = _sides(stage, {_TERMS: "Net 30"}, {_TERMS: "Net 45"}, {_TERMS: "Net 30, 2%"})
    stage.ask((_ACCOUNT, account), _TERMS, **{**values, "others": [also]})
    return {"id": account}


def deleted_by_you(stage: Stage) -> Args:
    """The user deleted what a colleague was changing."""
    return _deleted(stage, yours=True)


def deleted_by_colleague(stage: Stage) -> Args:
    """A colleague deleted what the user was changing."""
    return _deleted(stage, yours=False)


def created(stage: Stage) -> Args:
    """A colleague wrote a visit before the customer came to this user."""
    account = _alone(stage)
    visit = {"account": account, "kind": "visit", "subject": "CR-40", "at": _ago(stage, hours=52)}
    values = {
        **_sides(stage, {}, visit, {}),
        "current_by": None,
        "proposed_by": stage.colleagues()[0],
        "scope": account,
    }
    made = new_id(stage.now)
    stage.ask(("activity", made), "created", **values)
    return {"id": made}


def moved(stage: Stage) -> Args:
    """A colleague changed a customer before it came to this user."""
    account = _alone(stage)
    one, other = stage.colleagues()[:2]
    values = _sides(stage, {_TERMS: "Net 30"}, {_TERMS: "Net 45"}, {_TERMS: "Net 60"})
    stage.ask((_ACCOUNT, account), _TERMS, **{**values, "proposed_by": one, "current_by": other})
    return {"id": account}


def of_others(stage: Stage) -> Args:
    """Two colleagues are to choose; this user may look."""
    account = _alone(stage)
    one, other = stage.colleagues()[:2]
    values = _sides(stage, {_TERMS: "Net 30"}, {_TERMS: "Net 45"}, {_TERMS: "Net 60"})
    stage.ask((_ACCOUNT, account), _TERMS, **{**values, "proposed_by": one, "current_by": other, "asked": one})
    return {"id": account}


def none(stage: Stage) -> Args:
    """Nothing is asked."""
    stage.close_questions()
    return {}


def _between(stage: Stage, *told: Value) -> Args:
    account = _alone(stage)
    for place in range(0, len(told), 4):
        name, before, mine, theirs = told[place : place + 4]
        field = str(name)
        stage.ask((_ACCOUNT, account), field, **_sides(stage, {field: before}, {field: mine}, {field: theirs}))
    return {"id": account}


def _deleted(stage: Stage, *, yours: bool) -> Args:
    account = _alone(stage)
    values = _sides(stage, {"deleted": False}, {"deleted": yours}, {"deleted": not yours})
    stage.ask((_ACCOUNT, account), "deleted", **values)
    return {"id": account}


def _sides(stage: Stage, before: object, mine: object, theirs: object) -> dict[str, object]:
    return {
        "before": before,
        "current": theirs,
        "current_by": stage.colleagues()[0],
        "current_at": _ago(stage, hours=17),
        "proposed": mine,
        "proposed_by": stage.app.session.user,
        "proposed_at": _ago(stage, hours=42),
    }


def _alone(stage: Stage) -> str:
    """Leave nothing else to choose; gives the customer that the choice is about."""
    account = stage.customers()[0]
    stage.close_questions()
    return account


def _ago(stage: Stage, *, hours: float) -> str:
    return instant_text(stage.now - timedelta(hours=hours))
