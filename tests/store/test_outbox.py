"""What is handed in at once: own unsent edits in their order, whole groups, within the limits."""

from sync.contract.wire import Op
from tests.store.laptops import USER, Laptop, account_row, change, page

ACCOUNT = "01900000-0000-7000-8000-000000000001"
AROUND = 500
"""What is counted for a mutation beside its texts."""


def filled(laptop: Laptop, *groups: int) -> list[str]:
    """Make tasks, as many together as each number says; gives the ids of the groups, empty for a single one."""
    bonds = []
    for size in groups:
        with laptop.unit(grouped=size > 1) as work:
            for number in range(size):
                work.create("task", {"title": f"{number}"})
        bonds.append(work.command_id if size > 1 else "")
    return bonds


def sizes(laptop: Laptop, most: int, *, max_bytes: int = 10**9) -> list[int]:
    """Hand the outbox in batch by batch, without receipts, and count each."""
    found, after = [], 0
    while batch := laptop.replica.outbox(max_mutations=most, max_bytes=max_bytes, after_n=after):
        found.append(len(batch))
        after = batch[-1].n
    return found


def test_batch_has_no_more_mutations_than_the_limit(laptop: Laptop) -> None:
    filled(laptop, 1, 1, 1, 1, 1)

    assert sizes(laptop, 2) == [2, 2, 1]
    assert sizes(laptop, 5) == [5]
    assert sizes(laptop, 1) == [1, 1, 1, 1, 1]


def test_group_that_does_not_fit_any_more_comes_with_the_next_batch(laptop: Laptop) -> None:
    filled(laptop, 1, 3, 1)

    assert sizes(laptop, 2) == [1, 3, 1]
    assert sizes(laptop, 3) == [1, 3, 1]
    assert sizes(laptop, 4) == [4, 1]


def test_group_that_begins_behind_single_edits_is_left_out_whole(laptop: Laptop) -> None:
    filled(laptop, 1, 1, 3)

    assert sizes(laptop, 3) == [2, 3]


def test_group_larger_than_the_limit_comes_whole_and_alone(laptop: Laptop) -> None:
    filled(laptop, 3, 3, 2)

    assert sizes(laptop, 2) == [3, 3, 2]
    assert sizes(laptop, 1) == [3, 3, 2]


def test_single_edits_after_a_group_wait_for_the_next_batch(laptop: Laptop) -> None:
    filled(laptop, 2, 1, 1)

    assert sizes(laptop, 2) == [2, 2]


def test_batch_has_no_more_bytes_than_the_limit_and_at_least_one_mutation(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10), seq=10))
    for phone in ("1", "2", "3"):
        laptop.change("account", ACCOUNT, phone=phone)
    first = len('{"phone":"1"}') + len('{"phone":null}') + len("{}") + AROUND
    later = len('{"phone":"2"}') + len('{"phone":"1"}') + len("{}") + AROUND

    assert sizes(laptop, 9, max_bytes=first + later) == [2, 1]
    assert sizes(laptop, 9, max_bytes=first + later - 1) == [1, 2]
    assert sizes(laptop, 9, max_bytes=1) == [1, 1, 1]


def test_texts_count_by_their_bytes(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10), seq=10))
    laptop.change("account", ACCOUNT, segment="上海")
    laptop.change("account", ACCOUNT, segment="1")
    texts = ('{"segment":"上海"}', '{"segment":null}', "{}", '{"segment":"1"}', '{"segment":"上海"}', "{}")
    total = 2 * AROUND + sum(len(each.encode()) for each in texts)

    assert sizes(laptop, 9, max_bytes=total) == [2]
    assert sizes(laptop, 9, max_bytes=total - 1) == [1, 1]


def test_values_around_an_edit_count_as_well(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, province="P" * 100), seq=10))
    laptop.change("account", ACCOUNT, city="A")
    laptop.change("account", ACCOUNT, phone="1")

    assert sizes(laptop, 9, max_bytes=2 * AROUND + 100) == [1, 1]
    assert sizes(laptop, 9, max_bytes=2 * AROUND + 300) == [2]


def test_only_own_edits_without_a_receipt_wait(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10), seq=10))
    laptop.change("account", ACCOUNT, phone="1")
    laptop.sent(11)
    theirs = change(12, "account", ACCOUNT, phone=("1", "2"))
    laptop.replica.take_page(page(account_row(ACCOUNT, 12, phone="2"), seq=12, changes=(theirs,)))
    assert (laptop.replica.standing().unsent, laptop.outbox()) == (0, [])

    laptop.change("account", ACCOUNT, phone="3")
    laptop.change("account", ACCOUNT, phone="4")

    assert laptop.replica.standing().unsent == 2
    assert [each.fields["phone"] for each in laptop.outbox()] == ["3", "4"]


def test_edit_says_who_made_it_when_and_with_which_act(laptop: Laptop) -> None:
    with laptop.unit() as work:
        task = work.create("task", {"title": "call"})

    (mutation,) = laptop.outbox()

    ((act, at, schema),) = laptop.table("SELECT command, at, schema FROM journal")
    assert (mutation.command, mutation.at, mutation.schema) == (act, at, schema) == (work.command_id, at, schema)
    assert (mutation.user, mutation.record, mutation.op, mutation.n) == (USER, task, Op.CREATE, 1)
    assert (mutation.group, mutation.consent, mutation.replaces, mutation.older) == (None, 0, [], {})


def test_deletion_carries_the_word_of_its_author_and_other_edits_do_not(laptop: Laptop) -> None:
    task = laptop.add("task", {"title": "call"})
    other = laptop.add("task", {"title": "write"})
    laptop.sent(11)
    with laptop.unit() as work:
        work.must_ask()
        work.change("task", other, {"title": "read"})
        work.delete("task", task)
        work.brake(consent=True)

    assert {each.op: each.consent for each in laptop.outbox()} == {Op.PATCH: 0, Op.DELETE: 1}


def test_edit_that_carries_the_values_of_others_names_them(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10), seq=10))
    with laptop.unit() as work:
        work.change("account", ACCOUNT, {"phone": "1"})
        work.replaces("account", ACCOUNT, "first")
        work.replaces("account", ACCOUNT, "second")

    (mutation,) = laptop.outbox()

    assert mutation.replaces == ["first", "second"]


def test_edit_brings_what_its_author_saw_of_the_whole_group_and_how_far(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, city="北京", province="P"), seq=10))
    laptop.change("account", ACCOUNT, city="上海")
    laptop.replica.take_page(page(account_row(ACCOUNT, 12, city="广州", province="P"), seq=12))
    laptop.change("account", ACCOUNT, city="深圳")

    first, second = laptop.outbox()

    assert (first.base, first.older, first.was["city"], first.was["province"]) == (10, {}, "北京", "P")
    assert (second.base, second.older, second.was["city"]) == (12, {"city": 10}, "上海")


def test_deletion_says_how_far_its_author_had_seen_what_own_values_hide(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, city="北京", phone="1", segment="a"), seq=10))
    for changes in ({"city": "上海"}, {"phone": "2"}, {"city": "广州", "segment": "b"}):
        laptop.change("account", ACCOUNT, **changes)
    theirs = account_row(ACCOUNT, 12, city="深圳", phone="1", segment="a", website="acme.cn")
    laptop.replica.take_page(page(theirs, seq=12))

    laptop.delete("account", ACCOUNT)

    deletion = laptop.outbox()[-1]
    assert (deletion.op, deletion.base, deletion.older) == (Op.DELETE, 12, {"city": 10})


def test_deletion_by_who_has_seen_everything_says_nothing_more(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, city="北京"), seq=10))
    laptop.change("account", ACCOUNT, city="上海")
    laptop.sent(11)
    laptop.replica.take_page(page(account_row(ACCOUNT, 12, city="深圳"), seq=12))
    laptop.change("account", ACCOUNT, city="广州")
    laptop.replica.take_page(page(account_row(ACCOUNT, 13, city="深圳", phone="1"), seq=13))

    laptop.delete("account", ACCOUNT)

    assert (laptop.outbox()[-1].base, laptop.outbox()[-1].older) == (13, {})
