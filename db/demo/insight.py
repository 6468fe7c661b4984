"""The knowledge bases, and the predictions that were put to a test."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from db.demo.story import Story
from db.demo.topics import BASES, EXPERIMENTS, Base, Experiment
from db.demo.world import Row, World, document
from db.tables import KnowledgeBase, PerformancePrediction
from domain.documents import ActualPerformance, GapTopic, PopularQuery, SuggestedAddition


def collect(world: World, stories: Sequence[Story]) -> None:
    rng = Random("insight")  # noqa: S311
    for base in BASES:
        _base(world, rng, base)
    written = [story for story in stories if len(story.contents) > 1]
    for number, experiment in enumerate(EXPERIMENTS):
        if written:
            _experiment(world, experiment, written[number % len(written)])


def _base(world: World, rng: Random, base: Base) -> None:
    created = world.now - timedelta(days=400)
    world.add(
        KnowledgeBase,
        name=base.name,
        description=base.description,
        created_at=created,
        updated_at=world.now - timedelta(days=1),
        popular_queries=[document(_query(world, rng, place, query)) for place, query in enumerate(base.queries)],
        gap_topics=[
            document(
                GapTopic(
                    topic=topic, examples=examples, n=6 + 3 * place, users=3 + place, answer_rate=0.12, status=status
                )
            )
            for place, (topic, examples, status) in enumerate(base.gaps)
        ],
        suggested_additions=[
            document(
                SuggestedAddition(
                    topic=topic,
                    rank=round(9.5 - 2.5 * place, 1),
                    template_slug=slug,
                    reason="Asked often, answered rarely.",
                )
            )
            for place, (topic, slug) in enumerate(base.additions)
        ],
    )


def _query(world: World, rng: Random, place: int, query: str) -> PopularQuery:
    count = 64 - 11 * place
    return PopularQuery(
        query=query,
        canonical=query.lower().rstrip("?"),
        count=count,
        users=count // 3,
        answer_rate=round(rng.uniform(0.7, 0.97), 2),
        last_asked_at=world.now - timedelta(hours=5 + 30 * place),
    )


def _experiment(world: World, experiment: Experiment, story: Story) -> None:
    texts = story.contents
    began = world.now - timedelta(days=experiment.days + 3)
    for place, (variant, predicted, exposures, conversions) in enumerate(experiment.arms):
        text = texts[place % len(texts)]
        world.add(
            PerformancePrediction,
            company_id=story.company["id"],
            content_id=text["id"],
            experiment_key=experiment.key,
            metric=experiment.metric,
            predicted_value=Decimal(predicted),
            created_at=max(began, text["created_at"]),
            variant_id=variant,
            is_control=place == 0,
            actual_performance=_actual(world, experiment, exposures, conversions),
        )


def _actual(world: World, experiment: Experiment, exposures: int | None, conversions: int) -> Row | None:
    if exposures is None:
        return None
    today = world.now.date()
    return document(
        ActualPerformance(
            exposures=exposures,
            conversions=conversions,
            revenue=conversions * experiment.worth if experiment.worth else None,
            window_start=today - timedelta(days=experiment.days),
            window_end=today - timedelta(days=1),
        )
    )
