"""States of single records: not accepted, held back, gone to a colleague, one with another."""

from desktop.commands.merging import MergeRecords
from desktop.commands.records import AddRecord, DeleteManyRecords, SetFields
from desktop.domain.listing import Listing
from desktop.services.staging import Stage
from desktop.ui.states import choices
from desktop.ui.states.playing import Args
from sync.contract.errors import Code
from sync.contract.wire import Outcome

_REFUSED: Args = {"tab": "refused"}


def nothing(_stage: Stage) -> Args:
    """Play nothing: what is done on the page leads to the state."""
    return {}


def not_accepted(stage: Stage) -> Args:
    """The office did not take a change, and says why."""
    stage.accept()
    stage.run(SetFields("account", stage.customers()[0], {"payment_terms": "Net 90"}))
    stage.refuse(Code.NOT_PERMITTED)
    stage.note(1, attention=1)
    stage.stands()
    return _REFUSED


def set_aside(stage: Stage) -> Args:
    """The office met something unexpected with a change and set it aside; support finds it."""
    stage.accept()
    stage.run(SetFields("account", stage.customers()[0], {"payment_terms": "Net 90"}))
    stage.refuse(Code.INTERNAL, Outcome.QUARANTINED, error_id="7f3ac2d1")
    stage.stands()
    return _REFUSED


def deletion_held(stage: Stage) -> Args:
    """The office holds a deletion of very much back until its author says so."""
    stage.accept()
    tasks = stage.app.reads.ids(Listing("task"))
    deletion = DeleteManyRecords("task", tasks)
    deletion.agree(Code.MASS_DELETION)
    stage.run(deletion)
    stage.refuse(Code.DELETION_HELD, count=len(tasks))
    stage.stands()
    return _REFUSED


def frozen(stage: Stage) -> Args:
    """A customer went to a colleague while changes of it wait here."""
    account = stage.customers()[0]
    stage.run(AddRecord("task", {"title": "CR-40", "account": account}))
    stage.revoke(account)
    stage.close_questions()
    stage.stands()
    return {"id": account}


def joined(stage: Stage) -> Args:
    """Two customers turned out to be one."""
    keep, drop, *_ = stage.customers()
    stage.run(MergeRecords("account", keep, drop))
    stage.stands()
    return {"id": keep}


def with_choice(stage: Stage) -> Args:
    """The page of a customer about which something is asked."""
    return choices.fields(stage)
