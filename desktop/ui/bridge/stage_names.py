"""What a stage is called: the organisation's words, or ours in the user's language while they are the first ones."""

from collections.abc import Mapping
from typing import Any, Final

from desktop.system.i18n import Translator

# Every organisation begins with these; whoever renames one is shown that name in all languages.
_FIRST: Final[Mapping[str, frozenset[str]]] = {
    "qualify": frozenset({"Qualify", "识别"}),
    "survey": frozenset({"Survey", "勘测"}),
    "proposal": frozenset({"Proposal", "方案"}),
    "negotiate": frozenset({"Negotiate", "谈判"}),
    "verbal": frozenset({"Verbal", "口头确认"}),
    "won": frozenset({"Won", "成交"}),
    "lost": frozenset({"Lost", "失单", "丢单"}),
}


def stage_name(texts: Translator, stage: Mapping[str, Any]) -> str:
    """Name a stage in the user's language, as far as there is a name in it; ``""`` for no stage."""
    key = str(stage.get("key") or "")
    given = {str(stage[name]) for name in ("name", "local_name") if stage.get(name)}
    if key in _FIRST and given <= _FIRST[key]:
        return texts.t(f"pipeline.stages.{key}")
    local = stage.get("local_name") if texts.language != "en" else None
    return str(local or stage.get("name") or key)


def stage_key_name(texts: Translator, key: str) -> str:
    """Name a stage of which only the key is known."""
    return texts.t(f"pipeline.stages.{key}") if key in _FIRST else key
