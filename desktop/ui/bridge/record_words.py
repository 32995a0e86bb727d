"""How the catalogue's records are named and written on screens: labels, choices, values; knows no widgets."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any

from desktop.domain import labels
from desktop.domain.day_words import read_day, read_moment
from desktop.services.refusals import sentence_key, told_inside
from desktop.system.clock import LocalZone
from desktop.system.i18n import Translator
from desktop.ui.bridge.stage_names import stage_key_name, stage_name
from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock, instant_text, parse_instant
from sync.contract.errors import AppError
from sync.contract.fields import Field, FieldType, Value, Values
from sync.contract.values import format_value, parse_value

UNKNOWN = "\N{EN DASH}"
_START_OF_DAY = time(9)  # what is due on a day is due in its morning
_NAMED_TYPES = frozenset(FieldType) - {FieldType.REFERENCE, FieldType.JSON}
_FIRST_YEAR = 1000  # a number that cannot be smaller is a year, and nobody writes 1,987


class RecordWords:
    """Labels and values of records in the user's language and time zone."""

    def __init__(
        self, texts: Translator, catalogue: Callable[[], Catalogue], clock: Clock, zone: tzinfo | None = None
    ) -> None:
        """Take the catalogue as a question, because custom fields come and go; without a zone the machine's holds."""
        self._texts = texts
        self._catalogue = catalogue
        self._clock = clock
        self._zone = zone or LocalZone()
        self._writers: Mapping[FieldType, Callable[[Any], str]] = {
            FieldType.MONEY: lambda value: texts.money(value[0], value[1]),
            FieldType.BOOLEAN: lambda value: labels.yes_no(texts, value),
            FieldType.DATE: self.day,
            FieldType.INSTANT: self.moment,
            FieldType.NUMBER: texts.number,
            FieldType.TAGS: ", ".join,
        }

    @property
    def zone(self) -> tzinfo:
        """The user's zone."""
        return self._zone

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""
        return self._catalogue()

    def now(self) -> datetime:
        """Give the present in the user's zone."""
        return self._clock.now().astimezone(self._zone)

    def local(self, instant: str) -> datetime:
        """Give a wire instant in the user's zone."""
        return parse_instant(instant).astimezone(self._zone)

    def type_name(self, record_type: str) -> str:
        """Name one record of a type: Customer."""
        return labels.type_label(self._texts, record_type)

    def types_name(self, record_type: str) -> str:
        """Name many of them: Customers."""
        return labels.types_label(self._texts, record_type)

    def label(self, record_type: str, name: str) -> str:
        """Name a field; a custom one by the label that the organisation gave it."""
        return labels.field_label(self._texts, self.catalogue[record_type], name)

    def group_label(self, record_type: str, group: str) -> str:
        """Name a group of fields that is merged as one: Address."""
        return labels.group_label(self._texts, self.catalogue[record_type], group)

    def choice(self, record_type: str, name: str, value: Value) -> str:
        """Name one of a field's choices; an organisation's own words are shown as they are."""
        return labels.choice_label(self._texts, self.catalogue[record_type], self.field(record_type, name), value)

    def stage(self, stage: Mapping[str, Any]) -> str:
        """Name a stage in the user's language, as far as there is a name in it."""
        return stage_name(self._texts, stage)

    def field(self, record_type: str, name: str) -> Field:
        """Give a field's declaration."""
        return self.catalogue.field(record_type, name)

    def value(self, record_type: str, name: str, value: Value, titles: Mapping[str, str] | None = None) -> str:
        """Write a field's value for reading; empty is an empty text."""
        if value is None:
            return ""
        field = self.field(record_type, name)
        if field.type is FieldType.REFERENCE:
            return (titles or {}).get(name) or ""
        if field.choices_from:
            return (titles or {}).get(name) or stage_key_name(self._texts, str(value))
        if field.type is FieldType.CHOICE:
            return self.choice(record_type, name, value)
        return self._plain(field, value)

    def editable(self, record_type: str, name: str, value: Value) -> str:
        """Write a field's value as it is typed; ``read`` takes it back."""
        field = self.field(record_type, name)
        if value is not None and field.type is FieldType.INSTANT:
            return f"{self.local(str(value)):%Y-%m-%d %H:%M}"
        return format_value(field, value)

    def read(self, record_type: str, name: str, text: str, *, currency: str | None = None) -> Value:
        """Read a value as a person types it.

        Raises:
            AppError: one of the ``VALUE_*`` codes, with the record type in its data.
        """
        field = self.field(record_type, name)
        said = self._day_words(field, text)
        if said is not None:
            return said
        try:
            return parse_value(field, text, currency=currency, zone=self._zone)
        except AppError as error:
            error.data.setdefault("type", record_type)
            raise

    def _day_words(self, field: Field, text: str) -> str | None:
        if field.type is FieldType.DATE:
            day = read_day(text, self.now().date())
            return None if day is None else day.isoformat()
        if field.type is FieldType.INSTANT:
            moment = read_moment(text, self.now(), at=_START_OF_DAY)
            return None if moment is None else instant_text(moment)
        return None

    def day(self, value: str) -> str:
        """Write a wire date or instant as a day: 20 Nov."""
        return self._texts.date(self._day_of(value), today=self.now().date())

    def moment(self, instant: str) -> str:
        """Write a wire instant: 20 Nov 15:00."""
        return self._texts.datetime(parse_instant(instant), self._zone, today=self.now().date())

    def relative(self, value: str) -> str:
        """Say how far a wire date or instant is from now, up to a week; beyond that write the day."""
        when = self.local(value) if "T" in value else self._day_of(value)
        return self._texts.relative(when, self.now())

    def relative_alone(self, value: str) -> str:
        """Say the same where it stands by itself and not in a sentence: "Tomorrow"."""
        return sentence_case(self.relative(value))

    def refusal(self, error: AppError, *, at_office: bool = False) -> str:
        """Write a refusal as a person reads it; ``at_office`` for the office's about a change that is kept here."""
        return self._texts.t(sentence_key(self._texts, error.code, at_office=at_office), **self._readable(error.data))

    def _plain(self, field: Field, value: Any) -> str:  # noqa: ANN401 - wire values are JSON
        if field.type is FieldType.NUMBER and (field.minimum or 0) >= _FIRST_YEAR:
            return str(value)
        write = self._writers.get(field.type)
        return write(value) if write is not None else format_value(field, value)

    def _day_of(self, value: str) -> date:
        return self.local(value).date() if "T" in value else date.fromisoformat(value)

    def _readable(self, data: Values) -> dict[str, Any]:
        shown = told_inside(self._texts, data, self.refusal)
        record_type = str(data.get("type") or "")
        if record_type in self.catalogue:
            shown["type"] = self.type_name(record_type)
            expected = str(data.get("expected") or "")
            if expected in _NAMED_TYPES:
                shown["expected"] = self._texts.t(f"records.choices.custom_field.type.{expected}")
            if data.get("field") in self.catalogue[record_type].fields:
                shown["field"] = self.label(record_type, str(data["field"]))
        return shown


def sentence_case(text: str) -> str:
    """Let words that stand by themselves begin with a capital letter."""
    return text[:1].upper() + text[1:]
