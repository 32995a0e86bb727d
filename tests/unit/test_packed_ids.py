"""Very many ids in one text behave as a list of them does."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.packed_ids import GAP, PackedIds, joined

IDS = st.lists(st.uuids().map(str), unique=True, max_size=12)
PLACES = st.integers(-15, 15)


def packed(ids: Sequence[str]) -> PackedIds:
    made = PackedIds.from_text(GAP.join(ids))
    assert made is not None
    return made


@given(IDS, PLACES, PLACES, st.sampled_from([1, 1, 1, 2, -1]))
def test_packed_ids_are_read_as_a_list_is(ids: list[str], start: int, stop: int, step: int) -> None:
    found = packed(ids)

    assert len(found) == len(ids)
    assert list(found) == ids
    assert found == ids
    assert found[start:stop:step] == ids[start:stop:step]
    assert found[start:] == ids[start:]
    assert [found[at] for at in range(-len(ids), len(ids))] == [ids[at] for at in range(-len(ids), len(ids))]


@given(IDS, IDS)
def test_packed_ids_are_found_where_they_stand(ids: list[str], others: list[str]) -> None:
    found = packed(ids)

    assert [found.index(each) for each in ids] == list(range(len(ids)))
    assert [each in found for each in others] == [each in ids for each in others]


@given(IDS, IDS)
def test_packed_ids_are_put_together_in_order(first: list[str], second: list[str]) -> None:
    both = joined((packed(first), packed(second)))

    assert isinstance(both, PackedIds)
    assert list(both) == [*first, *second]
    assert list(joined((packed(first), second))) == [*first, *second]


@pytest.mark.parametrize("cut", [slice(1, None), slice(1, 37), slice(5, 41), slice(0, 73)])
def test_part_of_an_id_or_of_two_is_not_found(cut: slice) -> None:
    ids = packed([str(UUID(int=number)) for number in range(1, 4)])
    wrong = ids.text[cut]

    assert wrong not in ids
    with pytest.raises(ValueError, match=wrong):
        ids.index(wrong)


def test_place_outside_is_refused() -> None:
    with pytest.raises(IndexError):
        packed([str(UUID(int=1))])[1]


@pytest.mark.parametrize("text", ["a", "a b", "x" * 35 + GAP + "x" * 37, "x" * 36 + GAP, "é" * 36, GAP * 36])
def test_ids_of_another_width_are_not_packed(text: str) -> None:
    assert PackedIds.from_text(text) is None
