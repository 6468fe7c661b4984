"""A company's next actions, worked out for whoever asks: the same few statements for all companies of a level."""

from typing import Any

from domain.documents import NextActions, read
from domain.next_actions import recommend
from graph.context import Context
from graph.relay import page_limits


async def next_actions_of(context: Context, record: Any, first: int | None) -> NextActions | None:
    """`record` has the company's id and what is stored of its advice: the dismissals are kept there."""
    limit, _ = page_limits(first, None, None, None)
    now, loaders = context.writer.clock(), context.loaders
    facts = await loaders.company_facts(now).load(record.id)
    if facts is None:
        return None
    waiting = await loaders.waiting().load(record.id)
    stored = read(NextActions, record.next_recommended_actions)
    found = recommend(facts, waiting, context.writer.policy, now, () if stored is None else stored.dismissed)
    return found.model_copy(update={"actions": found.actions[:limit]})
