"""One question per record and group: who is asked, what joins it, what it shows meanwhile, and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from sync.contract.questions import DELETED, proposals_of
from sync.server.conflicts import (
    Question,
    Side,
    ask,
    deletion_question,
    follow,
    open_question,
    questioned,
    unseen,
)
from sync.server.log import Author, Writer
from sync.server.rows import Record
from tests.server.desk import Desk

AT = "2026-11-20T09:00:00.000Z"
LATER = "2026-11-20T10:00:00.000Z"
OF_NOBODY = Side(by=None, at=None)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one kind of database: what is decided here does not depend on it."""
    return sqlite_url


@dataclass
class Case:
    """An account that Olga owns, and those who write into it."""

    desk: Desk
    ids: dict[str, str] = field(default_factory=dict)

    def subject(self, writer: Writer, name: str = "acme", kind: str = "account") -> Record:
        found = writer.get(kind, self.ids[name])
        assert found is not None
        return found

    def asks(
        self,
        by: str | None,
        proposed: Mapping[str, Any],
        current: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> str:
        """Ask about the account's address; gives the question's id."""
        user = None if by is None else self.ids[by]
        question = Question(
            group=more.pop("group", "address"),
            before=before or {},
            current=current,
            proposed=proposed,
            theirs=Side(by=self.ids["ben"], at=AT),
            ours=Side(by=user, at=LATER),
            **more,
        )
        with self.desk.writing() as writer:
            return ask(writer, self.subject(writer), question, Author(user=user, mutation=f"by {by}"))

    def follows(self, by: str, subject: str = "acme", kind: str = "account", **writes: Any) -> None:
        with self.desk.writing() as writer:
            follow(writer, self.subject(writer, subject, kind), writes, Author(user=self.ids[by], at=LATER))

    def question(self, question: str) -> dict[str, Any]:
        return self.desk.values("conflict", question)

    def proposed(self, question: str) -> dict[str, dict[str, Any]]:
        """Give what is proposed, by who did."""
        names = {each: name for name, each in self.ids.items()}
        return {names[str(each.by)]: each.values for each in proposals_of(self.question(question))}


@pytest.fixture
def case(desk: Desk) -> Case:
    found = Case(desk)
    for name in ("olga", "ana", "ben", "cora", "left"):
        found.ids[name] = desk.user(name, territories=("North",))
    with desk.writing() as writer:
        north = writer.find("territory", "name", "North")[0]
        for name, owner in (("acme", "olga"), ("bolt", "left"), ("nobody's", None)):
            values = {"name": name, "territory": north, "owner": owner and found.ids[owner]}
            found.ids[name] = writer.create("account", values)
        writer.patch("user", found.ids["left"], {"active": False})
    return found


# ---------------------------------------------------------------------------------------------- asking


def test_question_keeps_everything_that_was_said(case: Case) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"}, {"city": "A"})

    found = case.question(made)
    about = {"record_type": "account", "record": case.ids["acme"], "field": "address", "state": "open"}
    values = {"before": {"city": "A"}, "current": {"city": "C"}, "proposed": {"city": "B"}}
    theirs = {"current_by": case.ids["ben"], "current_at": AT}
    ours = {"proposed_by": case.ids["ana"], "proposed_at": LATER, "asked": case.ids["ana"], "mutation": "by ana"}
    assert {name: found.get(name) for name in (*about, *values, *theirs, *ours, "others")} == {
        **about,
        **values,
        **theirs,
        **ours,
        "others": None,
    }


@pytest.mark.parametrize(
    ("subject", "author", "named", "expected"),
    [
        ("acme", "ana", None, "ana"),
        ("acme", "ana", "cora", "cora"),
        ("acme", "left", None, "olga"),
        ("acme", None, None, "olga"),
        ("bolt", "left", None, "left"),
        ("bolt", None, None, None),
        ("nobody's", "left", None, "left"),
    ],
)
def test_question_asks_its_author_else_the_owner_while_they_work_here(
    case: Case, subject: str, author: str | None, named: str | None, expected: str | None
) -> None:
    case.ids["acme"] = case.ids[subject]

    made = case.asks(author, {"city": "B"}, {"city": "C"}, asked=named and case.ids[named])

    assert case.question(made).get("asked") == (expected and case.ids[expected])


@pytest.mark.parametrize(("scope", "expected"), [(None, "acme"), ("u:somebody", "u:somebody")])
def test_question_is_seen_with_its_record_or_where_it_was_said(case: Case, scope: str | None, expected: str) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"}, scope=scope)

    with case.desk.writing() as writer:
        found = writer.get("conflict", made)
        assert found is not None
        assert found.scope == case.ids.get(expected, expected)


def test_next_clash_of_one_author_joins_the_question_and_keeps_what_was_before_the_first(case: Case) -> None:
    first = case.asks("ana", {"city": "B", "country": "CN"}, {"city": "C", "country": "HK"}, {"city": "A"})

    again = case.asks("ana", {"city": "D", "province": "P"}, {"city": "E", "province": "Q"}, {"city": "X", "a": 1})

    found = case.question(first)
    assert again == first
    assert found["before"] == {"city": "A", "a": 1}
    assert found["current"] == {"city": "E", "country": "HK", "province": "Q"}
    assert case.proposed(first) == {"ana": {"city": "D", "country": "CN", "province": "P"}}


def test_clash_of_another_author_joins_the_question_beside_the_first(case: Case) -> None:
    first = case.asks("ana", {"city": "B"}, {"city": "C"})
    case.asks("cora", {"city": "D"}, {"city": "C"})

    assert case.asks("cora", {"country": "CN"}, {"country": "HK"}) == first
    assert case.proposed(first) == {"ana": {"city": "B"}, "cora": {"city": "D", "country": "CN"}}
    assert case.question(first)["mutation"] == "by ana"


def test_proposal_that_the_record_holds_by_now_leaves_the_question(case: Case) -> None:
    first = case.asks("ana", {"city": "B"}, {"city": "C"})

    case.asks("cora", {"city": "D"}, {"city": "B"})

    assert case.proposed(first) == {"cora": {"city": "D"}}


def test_other_group_record_or_type_has_a_question_of_its_own(case: Case) -> None:
    made = {case.asks("ana", {"city": "B"}, {"city": "C"}), case.asks("ana", {"phone": "1"}, {}, group="phone")}
    case.ids["acme"] = case.ids["bolt"]
    made.add(case.asks("ana", {"city": "B"}, {"city": "C"}))

    assert len(made) == 3


def test_open_question_is_found_by_record_type_and_group_until_it_is_answered(case: Case) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})
    acme, bolt = case.ids["acme"], case.ids["bolt"]
    wanted = [("account", acme, "address"), ("account", acme, "phone"), ("contact", acme, "address")]
    with case.desk.writing() as writer:
        found = [open_question(writer, *each) for each in (*wanted, ("account", bolt, "address"))]
        asked = questioned(writer, [acme, bolt]), questioned(writer, [bolt]), questioned(writer, [])
        writer.patch("conflict", made, {"state": "resolved"})
    with case.desk.writing() as writer:
        later = open_question(writer, *wanted[0]), questioned(writer, [acme])

    assert [None if each is None else each.id for each in found] == [made, None, None, None]
    assert (asked, later) == (({acme}, set(), set()), (None, set()))


def test_deleted_question_asks_about_nothing(case: Case) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})
    with case.desk.writing() as writer:
        writer.delete("conflict", made)
    with case.desk.writing() as writer:
        assert questioned(writer, [case.ids["acme"]]) == set()


# ---------------------------------------------------------------------------------------------- while others go on


def test_question_shows_what_was_written_meanwhile_and_by_whom(case: Case) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C", "country": "HK"})

    case.follows("cora", city="E", phone="1")

    found = case.question(made)
    assert found["current"] == {"city": "E", "country": "HK"}
    assert (found["current_by"], found["current_at"]) == (case.ids["cora"], LATER)
    assert (found["state"], case.proposed(made)) == ("open", {"ana": {"city": "B"}})


@pytest.mark.parametrize("writes", [{"phone": "1"}, {"city": "C"}, {"city": "C", "phone": "1"}])
def test_question_is_left_alone_by_what_is_no_news_to_it(case: Case, writes: dict[str, Any]) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})
    before = case.question(made)

    case.follows("cora", **writes)

    assert case.question(made) == before


@pytest.mark.parametrize(("by", "city"), [("cora", "B"), ("ana", "Z")])
def test_question_ends_when_its_proposal_is_written_or_its_author_writes_another(
    case: Case, by: str, city: str
) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})

    case.follows(by, city=city)

    found = case.question(made)
    assert (found["state"], found["resolution"]) == ("resolved", {"city": city})
    assert (found["resolved_by"], found["resolved_at"]) == (case.ids[by], LATER)
    assert found["current"] == {"city": city}


@pytest.mark.parametrize(
    ("by", "city", "left"),
    [("olga", "B", {"cora": {"city": "D"}}), ("cora", "Z", {"ana": {"city": "B"}}), ("olga", "Z", None)],
)
def test_question_stays_for_those_whose_proposal_is_still_open(
    case: Case, by: str, city: str, left: dict[str, Any] | None
) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})
    case.asks("cora", {"city": "D"}, {"city": "C"})
    both = case.proposed(made)

    case.follows(by, city=city)

    assert case.question(made)["state"] == "open"
    assert case.proposed(made) == (left or both)


def test_proposal_of_several_fields_stays_until_all_of_them_are_written(case: Case) -> None:
    made = case.asks("ana", {"city": "B", "country": "CN"}, {"city": "C", "country": "HK"})

    case.follows("cora", city="B")
    halfway = case.question(made)["state"]
    case.follows("cora", country="CN")

    assert (halfway, case.question(made)["state"]) == ("open", "resolved")


def test_questions_about_deletion_other_records_and_answered_ones_are_left_alone(case: Case) -> None:
    with case.desk.writing() as writer:
        question = deletion_question(theirs=OF_NOBODY, ours=Side(by=case.ids["ana"], at=AT))
        about_deletion = ask(writer, case.subject(writer), question, Author(user=case.ids["ana"]))
    answered = case.asks("ana", {"city": "B"}, {"city": "C"})
    with case.desk.writing() as writer:
        writer.patch("conflict", answered, {"state": "resolved"})
        # Nothing keeps ids of different types apart.
        case.ids["li"] = writer.create(
            "contact", {"name": "Li", "account": case.ids["acme"]}, record_id=case.ids["acme"]
        )
    made = case.asks("cora", {"city": "B"}, {"city": "C"})
    before = [case.question(each) for each in (about_deletion, answered, made)]

    case.follows("ben", deleted=True, phone="7")
    case.follows("ben", "li", "contact", city="E")

    assert [case.question(each) for each in (about_deletion, answered, made)] == before
    assert before[0]["field"] == DELETED
    case.follows("ben", city="E")
    assert [case.question(each) for each in (about_deletion, answered)] == before[:2]
    assert case.question(made)["current"] == {"city": "E"}


def test_answer_from_before_a_proposal_does_not_speak_of_it(case: Case) -> None:
    made = case.asks("ana", {"city": "B"}, {"city": "C"})
    with case.desk.writing() as writer:
        first = writer.seq
    case.asks("cora", {"city": "D"}, {"city": "C"})
    with case.desk.writing() as writer:
        second = writer.seq
    case.asks("ana", {"city": "X"}, {"city": "C"})

    with case.desk.writing() as writer:
        found = writer.get("conflict", made)
        assert found is not None
        third = writer.seq
        late = {seen: [each.values["city"] for each in unseen(found, seen)] for seen in (first, second, third)}

    assert late == {first: ["X", "D"], second: ["X"], third: []}
