"""What was typed into a form and not saved yet; it waits here, in memory, until the form is opened again."""

from collections.abc import Mapping


class Drafts:
    """Texts of forms by the form's name."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, str]] = {}

    def keep(self, form: str, texts: Mapping[str, str]) -> None:
        """Keep what was typed, as far as there is anything."""
        written = {name: text for name, text in texts.items() if text.strip()}
        if written:
            self._texts[form] = written
        else:
            self.drop(form)

    def get(self, form: str) -> Mapping[str, str]:
        """Give what was typed."""
        return self._texts.get(form, {})

    def drop(self, form: str) -> None:
        """Forget it: it was saved."""
        self._texts.pop(form, None)
