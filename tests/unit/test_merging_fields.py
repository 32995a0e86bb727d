"""What a customer gets of another one that is merged into it."""

from typing import Any

import pytest

from desktop.domain.merging import taken_over
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Role

ACCOUNT = CATALOGUE["account"]


@pytest.mark.parametrize(
    ("kept", "dropped", "gained"),
    [
        ({}, {"phone": "1"}, {"phone": "1"}),
        ({"phone": "2"}, {"phone": "1"}, {}),
        ({"city": "York"}, {"city": "Leeds", "postcode": "LS1"}, {}),
        ({}, {"city": "Leeds", "postcode": "LS1"}, {"city": "Leeds", "postcode": "LS1"}),
        ({"tags": ["a"]}, {"tags": ["b"]}, {"tags": ["a", "b"]}),
        ({"tags": ["a", "b"]}, {"tags": ["b"]}, {}),
        ({"customer_since": "2020-01-01"}, {"customer_since": "2019-01-01"}, {"customer_since": "2019-01-01"}),
        ({}, {"points": 3}, {}),
        ({"address": "Shenzhen"}, {"address": "HK", "location": [22.28, 114.15]}, {}),
        ({"location": [22.54, 114.05]}, {"address": "HK", "location": [22.28, 114.15]}, {}),
        (
            {},
            {"address": "HK", "location": [22.28, 114.15]},
            {"address": "HK", "location": [22.28, 114.15]},
        ),
        ({}, {"owner": "u", "territory": "t", "parent": "p", "external_id": "7"}, {}),
    ],
)
def test_kept_customer_gets_what_it_lacks_and_nothing_that_says_whose_it_is(
    kept: dict[str, Any], dropped: dict[str, Any], gained: dict[str, Any]
) -> None:
    assert taken_over(ACCOUNT, kept, dropped, Role.REP) == gained
