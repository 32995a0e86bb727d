"""Two laptops work without a network and come back: everything reconciles, and both see the same."""

from desktop.domain.choosing import Choice
from tests.helpers.fleet import Fleet


def test_different_fields_edited_on_both_are_both_kept(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110", email="old@example.com")
    fleet.sync_all()

    ana.set("account", account, phone="120")
    ben.set("account", account, email="new@example.com")
    fleet.sync_all()

    for laptop in (ana, ben):
        values = laptop.get("account", account)
        assert values is not None
        assert (values["phone"], values["email"]) == ("120", "new@example.com")
        assert not laptop.questions()
    fleet.check()


def test_same_field_edited_on_both_is_asked_once_and_decided_once(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()

    ana.set("account", account, phone="120")
    ben.set("account", account, phone="130")
    fleet.sync_all()

    questions = ben.questions(account)
    assert len(questions) == 1
    assert questions[0].asked
    assert (questions[0].yours, questions[0].theirs) == ({"phone": "130"}, {"phone": "120"})
    assert questions[0].before == {"phone": "110"}
    assert [each.id for each in ana.questions(account)] == [questions[0].id]
    assert not ana.questions(account)[0].asked

    ben.choose(questions[0].id, Choice.MINE)
    fleet.sync_all()

    for laptop in (ana, ben):
        assert (laptop.get("account", account) or {})["phone"] == "130"
        assert not laptop.questions()
    fleet.check()


def test_choosing_theirs_keeps_what_the_office_has(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()
    ana.set("account", account, phone="120")
    ben.set("account", account, phone="130")
    fleet.sync_all()

    ben.choose(ben.questions(account)[0].id, Choice.THEIRS)
    fleet.sync_all()

    assert (ana.get("account", account) or {})["phone"] == "120"
    assert not ana.questions()
    fleet.check()


def test_same_value_written_on_both_is_no_question(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()

    for laptop in (ana, ben):
        laptop.set("account", account, phone="120")
    fleet.sync_all()

    assert not ben.questions()
    fleet.check()


def test_created_record_arrives_and_its_deletion_too(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods")
    contact = ana.add("contact", name="Li Wei", account=account)
    fleet.sync_all()
    assert (ben.get("contact", contact) or {})["name"] == "Li Wei"

    ben.delete("contact", contact)
    fleet.sync_all()
    assert ana.get("contact", contact) is None

    ana.restore("contact", contact)
    fleet.sync_all()
    assert (ben.get("contact", contact) or {})["account"] == account
    fleet.check()


def test_undo_after_the_edit_was_sent_reaches_the_other_laptop(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()
    ana.set("account", account, phone="120")
    fleet.sync_all()
    assert (ben.get("account", account) or {})["phone"] == "120"

    ana.reopen()
    ana.undo()
    fleet.sync_all()

    assert (ben.get("account", account) or {})["phone"] == "110"
    assert not ben.questions()
    fleet.check()


def test_undo_leaves_what_a_colleague_changed_since(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110", email="a@example.com")
    fleet.sync_all()
    ana.set("account", account, phone="120", email="b@example.com")
    fleet.sync_all()
    ben.set("account", account, phone="130")
    fleet.sync_all()

    ana.undo()
    fleet.sync_all()

    values = ben.get("account", account) or {}
    assert (values["phone"], values["email"]) == ("130", "a@example.com")
    fleet.check()


def test_account_deleted_on_one_and_edited_on_the_other_stays_and_the_deleter_is_asked(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()

    ben.set("account", account, phone="120")
    ben.sync()
    ana.delete("account", account)
    fleet.sync_all()

    assert (ana.get("account", account) or {})["phone"] == "120"
    questions = ana.questions(account)
    assert [(each.field, each.asked) for each in questions] == [("deleted", True)]

    ana.choose(questions[0].id, Choice.MINE)
    fleet.sync_all()

    assert ben.get("account", account) is None
    fleet.check()


def test_edit_of_an_account_that_was_deleted_meanwhile_brings_it_back(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()

    ana.delete("account", account)
    ana.sync()
    ben.add("activity", kind="visit", account=account, body="They want two more pumps.")
    fleet.sync_all()

    assert ana.get("account", account) is not None
    assert [each.field for each in ana.questions(account)] == ["deleted"]
    assert len(ana.reads.timeline(account)) == 1
    fleet.check()


def test_counters_tags_and_long_texts_join_the_edits_of_both(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", points=5, tags=["old"], description="first\nsecond")
    fleet.sync_all()

    ana.set("account", account, points=8, tags=["ana", "old"], description="first\nsecond\nfrom Ana")
    ben.set("account", account, points=7, tags=["ben"], description="from Ben\nfirst\nsecond")
    fleet.sync_all()

    values = ana.get("account", account) or {}
    assert values["points"] == 10
    assert values["tags"] == ["ana", "ben"]
    assert values["description"] == "from Ben\nfirst\nsecond\nfrom Ana"
    assert not ana.questions()
    fleet.check()


def test_colleagues_edit_is_in_the_history_with_who_and_when(fleet: Fleet) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", phone="110")
    fleet.sync_all()

    ben.set("account", account, phone="120")
    fleet.sync_all()

    latest = ana.reads.history("account", account)[0]
    assert (latest.by, latest.origin) == (ben.user, "sync")
    assert latest.fields["phone"] == ("110", "120")
    assert latest.at == ben.reads.history("account", account)[0].at


def test_rep_of_another_territory_sees_none_of_it(fleet: Fleet) -> None:
    fleet.hire("dora", territories=("South",))
    ana, dora = fleet.laptop("ana"), fleet.laptop("dora")
    account = ana.add("account", name="Kestrel Foods")
    ana.add("contact", name="Li Wei", account=account)
    ana.add("task", title="own")

    fleet.sync_all()

    counts = dora.reads.counts()
    assert not any(counts.get(kind) for kind in ("account", "contact", "task", "activity"))
    assert dora.reads.search("Kestrel") == []
    fleet.check()


def test_shared_account_arrives_with_all_that_is_in_it_and_leaves_when_the_share_ends(fleet: Fleet) -> None:
    fleet.hire("dora", territories=("South",))
    ana, dora = fleet.laptop("ana"), fleet.laptop("dora")
    account = ana.add("account", name="Kestrel Foods")
    contact = ana.add("contact", name="Li Wei", account=account)
    fleet.sync_all()

    share = ana.add("share", account=account, user=dora.user)
    fleet.sync_all()
    assert (dora.get("contact", contact) or {})["name"] == "Li Wei"
    dora.set("contact", contact, mobile="138")
    fleet.sync_all()
    assert (ana.get("contact", contact) or {})["mobile"] == "138"

    ana.delete("share", share)
    fleet.sync_all()
    assert dora.reads.record("contact", contact) is None
    assert dora.reads.record("account", account) is None
    fleet.check()


def test_second_laptop_of_the_same_person_is_no_stranger(fleet: Fleet) -> None:
    first, second = fleet.laptop("ana"), fleet.laptop("ana-2")
    task = first.add("task", title="call Kestrel")
    fleet.sync_all()

    second.set("task", task, done=True)
    fleet.sync_all()

    assert (first.get("task", task) or {})["done"] is True
    assert not first.questions()
    fleet.check()
