"""The sample's open questions: fields that the rep and a colleague changed without having seen each other's edit."""

from sync.contract.fields import Field, FieldType, Value
from sync.server.conflicts import Question, Side, ask
from sync.server.log import Author, Writer
from sync.server.seeds.demo_book import Book, money
from sync.server.seeds.sample_tables import SampleRow


def ask_questions(writer: Writer, book: Book) -> int:
    """Ask what has not been asked about a record before, as a push would; gives how many were asked."""
    return sum(_ask(writer, book, row) for row in book.tables["questions"])


def _ask(writer: Writer, book: Book, row: SampleRow) -> bool:
    subject = writer.get(row["record_type"], book.id(row["record_type"], row["record"]))
    if subject is None or subject.deleted or writer.find("conflict", "record", subject.id):
        return False
    field = writer.catalogue.field(subject.type, row["field"])
    before, current, proposed = ({field.name: _value(field, row[each])} for each in ("before", "current", "proposed"))
    theirs, ours = _side(book, row, "theirs"), _side(book, row, "ours")
    question = Question(
        group=field.merge_group, before=before, current=current, proposed=proposed, theirs=theirs, ours=ours
    )
    ask(writer, subject, question, Author(user=ours.by, at=theirs.at))
    return True


def _value(field: Field, text: str) -> Value:
    return money(text) if field.type is FieldType.MONEY else text


def _side(book: Book, row: SampleRow, who: str) -> Side:
    at = book.calendar.instant(-int(row[f"{who}_ago"]), row[f"{who}_time"])
    return Side(by=book.user(row[who]), at=at)
