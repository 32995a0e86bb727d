"""Accounts: the customers themselves."""

from desktop.commands.records import AddRecord
from sync.contract.fields import Values


class AddAccount(AddRecord):
    """Add an account: it is its author's, in the author's first territory. The result is its id."""

    def __init__(self, values: Values) -> None:
        """``values`` are wire values; a name is needed."""
        super().__init__("account", values)
