"""Levels: what is selected on all sources at one place of the operation."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.execution.run import Field, Run

Answer = dict[str, Any]
Make = Callable[[Any], Answer]


class Level:
    """`makers` has one for each concrete type; it makes the answer with all leaves in it, and null for every `Field`.

    Each field goes with the types that have it, or None where all do. `type_of` names a source's type, and `objects`
    makes of a row what ordinary resolvers expect; both are None where there is no need.
    """

    def __init__(
        self,
        makers: Mapping[str, Make],
        fields: Sequence[tuple[Field, frozenset[str] | None]],
        type_of: Callable[[Any], str] | None,
        record: Callable[[Any], Any] | None = None,
    ) -> None:
        self._makers, self._fields, self._type_of, self._record = makers, fields, type_of, record
        self.statements = sum(field.statements for field, _ in fields)
        self._only = next(iter(makers.values())) if len(set(makers.values())) == 1 else None

    async def complete(self, run: Run, sources: Sequence[Any], names: Sequence[str] | None = None) -> list[Answer]:
        """One answer for each source. `names` are the sources' types, where the caller knows them."""
        if not sources:
            return []
        if names is None and self._type_of is not None:
            # Even where all types are made alike: one that is unknown has to be told.
            names = list(map(self._type_of, sources))
        if self._only is not None:
            answers = list(map(self._only, sources))
        else:
            assert names is not None
            makers = self._makers
            answers = [makers[name](source) for name, source in zip(names, sources, strict=True)]
        if self._fields:
            objects = sources if self._record is None else list(map(self._record, sources))
            for field, types in self._fields:
                if types is None:
                    await field.fill(run, sources, objects, answers)
                else:
                    assert names is not None
                    places = [n for n, name in enumerate(names) if name in types]
                    await _fill_some(run, field, places, sources, objects, answers)
        return answers


async def _fill_some(
    run: Run, field: Field, places: list[int], sources: Sequence[Any], objects: Sequence[Any], answers: list[Answer]
) -> None:
    if places:
        await field.fill(run, [sources[n] for n in places], [objects[n] for n in places], [answers[n] for n in places])
