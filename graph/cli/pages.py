"""Pages of `docs/` that are made from what the rules use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from domain.diagrams import MACHINES
from domain.machines import page
from domain.policy import DEFAULT

HEAD = """# Policy

Every threshold and weight of the rules that is our judgement, with its default, version `{version}`. The query `policy`
tells what a server goes by. `PARTNER_GRAPH_POLICY` replaces parts, for example:

```sh
PARTNER_GRAPH_POLICY='{{"launch": {{"readiness": 90}}, "approvals": {{"most_resolved_at_once": 3}}}}'
```

The version then ends in `+custom`. A name that is not in these tables, or a value out of bounds, keeps the server from
starting, and it says why. `make pages` writes this page.
"""


def pages() -> dict[str, str]:
    """File names, and what belongs into them."""
    return {"policy.md": "\n".join(_policy()), "state-machines.md": page(MACHINES)}


def write(folder: Path) -> None:
    for name, text in pages().items():
        (folder / name).write_text(text)


def _policy() -> Iterator[str]:
    yield HEAD.format(version=DEFAULT.version)
    for name in type(DEFAULT).model_fields:
        section = getattr(DEFAULT, name)
        if isinstance(section, BaseModel):
            yield f"## `{name}`\n"
            yield "| name | default | what it is |\n| --- | --- | --- |"
            yield from _rows(section)
            yield ""


def _rows(section: BaseModel, before: str = "") -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _rows(value, f"{name}.")
        else:
            yield f"| `{before}{name}` | {_shown(value)} | {field.description} |"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(each)}" for key, each in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" for each in value) or "none"
    # A bar would end the cell of the table.
    return f"`{value}`".replace("|", "\\|")
