"""Written questions on screens: who reads them, and what a day in a filter means."""

from desktop.domain.asking import sign_of
from desktop.domain.listing import Test
from desktop.services.query_reader import Asker, QueryReader
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.records.conditions import NamedCondition, named
from desktop.ui.records.filters import Filters
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field


def query_reader(context: ScreenContext) -> QueryReader:
    """Give who reads written questions of the signed-in user; names of records are looked up, so on the read lane."""
    asker = Asker(user=context.session.user, currency=context.currency, now=context.words.now)
    return QueryReader(lambda: context.words.catalogue, context.kit.texts, context.reads, asker)


def read_question(reader: QueryReader, record_type: str, text: str) -> Filters | AppError:
    """Read a question, or say why it cannot be read; on the read lane."""
    try:
        return Filters(tuple(named(each) for each in reader.read(record_type, text)))
    except AppError as refused:
        return refused


def day_condition(context: ScreenContext, record_type: str, field: Field, test: Test, text: str) -> NamedCondition:
    """Compare a field with a day or a stretch of days as a person writes it; needs no store.

    Raises:
        AppError: one of the ``VALUE_*`` codes.
    """
    try:
        asked = query_reader(context).read(record_type, f"{field.name} {sign_of(test)} {text}")
    except AppError as refused:
        reason = refused.data.get("reason")
        if refused.code is not Code.QUERY_UNREADABLE or not isinstance(reason, dict):
            raise
        raise AppError(Code(reason["code"]), **reason["data"]) from refused
    if len(asked) != 1 or asked[0].about != field.name:
        raise AppError(Code.VALUE_UNREADABLE, type=record_type, field=field.name, value=text, expected=field.type.value)
    return named(asked[0])
