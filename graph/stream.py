"""A subscription under way: each of its events takes its caller's turn, is paid for, and is executed for itself."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from graphql import GraphQLError, OperationType

from graph.asking import Ask
from graph.execution.executor import LevelExecutor
from graph.service import Answer, Call, Prepared, Service
from graph.subscription import Recorded, Source, position


@dataclass(frozen=True, slots=True)
class Stream:
    service: Service
    prepared: Prepared
    call: Call
    executor: LevelExecutor
    source: Source

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """Raises a Refusal when the caller has spent their points, for instance. No connection is held in between."""
        async with aclosing(self.source) as recorded:
            try:
                async for each in recorded:
                    answer = await self.service.in_turn(self.call, self._answer(each), is_told=True)
                    yield answer
                    if answer.data is None:
                        # To go on would be to leave it out.
                        return
            except GraphQLError as error:
                yield refused(self.service, self.prepared, self.call, [error])

    async def _answer(self, recorded: Recorded) -> Answer:
        service, call = self.service, self.call
        charge = await service.charge(call, self.prepared.charge.cost)
        async with service.new_reader() as reader:
            context = service.context(call, reader, charge)
            result = await service.documents.event(self.executor, recorded, context)
        answer = service.answer_of(result.data, result.errors or [], call, charge)
        return answer._replace(position=position(recorded))


async def opened(
    service: Service, ask: Ask, call: Call, *, method: str = "POST", last_seen: str | None = None
) -> Answer | Stream:
    """The answer to an operation, or the stream of a subscription. `last_seen`: the id of the event to go on after."""
    return await service.in_turn(call, _opened(service, ask, call, method, last_seen))


async def _opened(service: Service, ask: Ask, call: Call, method: str, last_seen: str | None) -> Answer | Stream:
    prepared = await service.prepare(ask, call)
    if prepared.kind is not OperationType.SUBSCRIPTION:
        return await service.execute(prepared, call, method=method)
    async with service.new_reader() as reader:
        context = service.context(call, reader, prepared.charge)
        context.last_seen = last_seen
        found = await service.documents.subscribe(prepared.document, ask.operation_name, ask.variables, context)
    if isinstance(found, list):
        return refused(service, prepared, call, found)
    return Stream(service, prepared, call, *found)


def refused(service: Service, prepared: Prepared, call: Call, errors: list[GraphQLError]) -> Answer:
    return service.answer_of(None, errors, call, prepared.charge)._replace(refused=True)
