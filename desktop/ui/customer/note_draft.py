"""The notes that were begun for customers, and those that are on their way to the disk: neither is lost by a kill."""

from desktop.ui.bridge.drafts import Drafts

_BEGUN, _ON_WAY = "body", "on way"


class NoteDraft:
    """Keeps the line of each customer. What left the line is forgotten only when ``saved`` says so."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._on_way: dict[str, list[str]] = {}

    def begun(self, account: str) -> str:
        """Give what belongs into the line, with what was on its way when the program was killed."""
        kept = self._drafts.get(_name(account))
        return _together("" if self._on_way.get(account) else kept.get(_ON_WAY, ""), kept.get(_BEGUN, ""))

    def keep(self, account: str, text: str) -> None:
        """Keep what stands in the line."""
        on_way = _together(*self._on_way.get(account, ()))
        self._drafts.keep(_name(account), {_BEGUN: text, _ON_WAY: on_way})

    def send(self, account: str, text: str) -> None:
        """Keep a note that leaves the line until it is saved or refused."""
        self._on_way.setdefault(account, []).append(text)
        self.keep(account, "")

    def saved(self, account: str, text: str) -> None:
        """Forget a note that is on the disk."""
        begun = self.begun(account)
        self._on_way[account].remove(text)
        self.keep(account, begun)

    def refused(self, account: str, text: str) -> str:
        """Put a note back before what was begun since, and give what belongs into the line now."""
        begun = _together(text, self.begun(account))
        self._on_way[account].remove(text)
        self.keep(account, begun)
        return begun


def _name(account: str) -> str:
    return f"note {account}"


def _together(*texts: str) -> str:
    return " ".join(text for text in texts if text)
