"""What the user did on this laptop, act by act; a shape in which reads answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.changes import ActKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneAct:
    """One act: ``label`` is its message key, ``label_values`` the key's placeholders; ``undone``: it was taken back."""

    command: str
    at: str
    kind: ActKind
    label: str
    label_values: Mapping[str, object]
    undone: bool
