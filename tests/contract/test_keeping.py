"""What a laptop says it keeps of scopes that it lost: written, read, and refused where it cannot be that."""

import pytest

from sync.contract.errors import AppError, Code
from sync.contract.keeping import MOST_SCOPES, KeptScopes


@pytest.mark.parametrize(
    "kept", [KeptScopes(), KeptScopes(7), KeptScopes(7, {"u:a": 3, "b": 5}), KeptScopes(0, {"b": 5})]
)
def test_what_is_written_is_read_again(kept: KeptScopes) -> None:
    assert KeptScopes.read(kept.text()) == kept


def test_no_more_scopes_are_told_than_fit() -> None:
    many = KeptScopes(7, {f"s{number:03}": number for number in range(100)})

    assert len(KeptScopes.read(many.text()).scopes) == MOST_SCOPES


@pytest.mark.parametrize("text", ["x", "-1", ";", "7;a", "7;a:", "7;a:x", "7;a:-3", "9" * 19, "٣;"])
def test_what_cannot_be_that_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refused:
        KeptScopes.read(text)
    assert refused.value.code is Code.MESSAGE_UNREADABLE
