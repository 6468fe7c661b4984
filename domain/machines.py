"""State machines as data, so that what enforces them and what draws them is one table."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """`label` says what moves it, and what that needs."""

    source: str
    to: str
    label: str


@dataclass(frozen=True, slots=True)
class Machine:
    """`last` are the states that nothing leaves."""

    title: str
    about: str
    first: str
    edges: tuple[Edge, ...]
    last: tuple[str, ...] = ()


def mermaid(machine: Machine) -> str:
    lines = [f"[*] --> {machine.first}"]
    lines += [f"{edge.source} --> {edge.to}: {edge.label}" for edge in machine.edges]
    lines += [f"{state} --> [*]" for state in machine.last]
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in lines)


def page(machines: Iterable[Machine]) -> str:
    """A page with a diagram of each."""
    parts = [f"## {machine.title}\n\n{machine.about}\n\n```mermaid\n{mermaid(machine)}```\n" for machine in machines]
    return (
        "# State machines\n\nMade from the tables that the rules use: `make pages` writes this page.\n\n"
        + "\n".join(parts)
    )
