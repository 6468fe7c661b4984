"""Documents and their plans: made once, kept while they are in use, never taken for one another."""

import gc
import weakref
from collections import Counter
from itertools import product
from typing import Any

import pytest

from graph import document as document_module
from graph import documents as documents_module
from graph.execution import plans as plans_module
from graph.execution.plans import MOST_CHOICES
from graph.manifest import trusted
from tests.graph.kept import Kept
from tests.graph.test_operations import DOCUMENTS, SUBSCRIPTIONS, variables_of

QUERY = "{ companies(first: 2) { nodes { name } } }"
TWO = """
query Names { companies(first: 1) { nodes { name } } }
query Countries { companies(first: 1) { nodes { country } } }
"""
CHOICES = """
query Choices($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) {
  companies(first: 1) { nodes {
    id a: name @include(if: $a) b: name @skip(if: $b) ...C @include(if: $c) ... on Company @skip(if: $d) { d: country }
    products(first: 1) @include(if: $e) { nodes { name } }
  } }
}
fragment C on Company { c: industry }
"""
WRONG = {
    "unreadable": "{ companies {",
    "invalid": "{ companies { nodes { nothing another } } }",
    "too many digits": "{ companies(first: " + "9" * 5000 + ") { nodes { id } } }",
    "no operation": "fragment F on Company { name }",
}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often documents were parsed and validated."""
    done: Counter[str] = Counter()

    def counted(name: str) -> None:
        original = getattr(document_module, name)

        def call(*arguments: Any, **options: Any) -> Any:
            done[name] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(document_module, name, call)

    counted("parse")
    counted("validate")
    return done


def limit(monkeypatch: pytest.MonkeyPatch, characters: int, longest: int | None = None) -> None:
    monkeypatch.setattr(document_module, "LEAST_SIZE", 1)
    for module in (documents_module, plans_module):
        monkeypatch.setattr(module, "MOST_CHARACTERS", characters)
        monkeypatch.setattr(module, "LONGEST_KEPT", characters if longest is None else longest)
        monkeypatch.setattr(module, "LEAST_SIZE", 1)
    monkeypatch.setattr(plans_module, "CHARACTERS_OF_A_FIELD", 0)


# Made once


async def test_a_document_is_read_validated_and_planned_once(kept: Kept, work: Counter[str]) -> None:
    first = await kept.data(QUERY)
    assert kept.counts == (0, 1, 0, 1)
    for n in range(1, 4):
        assert await kept.data(QUERY) == first
        assert kept.counts == (n, 1, n, 1)
    assert work == {"parse": 1, "validate": 1}
    assert kept.left_to_core == 0


async def test_the_text_decides_to_the_letter(kept: Kept) -> None:
    assert await kept.data(QUERY) == await kept.data(QUERY + " ")
    assert kept.counts == (0, 2, 0, 2)


async def test_each_operation_of_a_document_has_its_own_plan(kept: Kept) -> None:
    for n in range(3):
        names = await kept.data(TWO, "Names")
        countries = await kept.data(TWO, "Countries")
        assert set(names["companies"]["nodes"][0]) == {"name"}
        assert set(countries["companies"]["nodes"][0]) == {"country"}
        assert kept.counts == (2 * n + 1, 1, 2 * n, 2)


async def test_what_variables_choose_is_planned_for_each_choice(kept: Kept) -> None:
    """All 32: more than are kept, so that some are made again, and none is taken for another."""
    for _ in range(2):
        for a, b, c, d, e in product((False, True), repeat=5):
            data = await kept.data(CHOICES, a=a, b=b, c=c, d=d, e=e)
            expected = {"id", *("a" * a), *("b" * (not b)), *("c" * c), *("d" * (not d)), *(["products"] * e)}
            assert set(data["companies"]["nodes"][0]) == expected
    assert len(kept.known) == MOST_CHOICES
    assert kept.documents.made == 1
    assert kept.left_to_core == 0


async def test_a_choice_is_planned_once(kept: Kept) -> None:
    for _ in range(3):
        await kept.data(CHOICES, a=True, b=True, c=True, d=True, e=True)
        await kept.data(CHOICES, a=True, b=True, c=True, d=True, e=False)
    assert (kept.plans.made, kept.plans.hits) == (2, 4)


async def test_values_of_other_variables_need_no_other_plan(kept: Kept) -> None:
    document = """query Q($first: Int, $search: String) {
      companies(first: $first, filter: {search: $search}) { totalCount nodes { id } } }"""
    for first, search in product((None, 0, 3), (None, "a", "%")):
        data = await kept.data(document, first=first, search=search)
        assert len(data["companies"]["nodes"]) == min(20 if first is None else first, data["companies"]["totalCount"])
    assert kept.plans.made == 1
    assert kept.left_to_core == 0


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
async def test_a_wrong_document_is_looked_at_once_and_told_each_time(kept: Kept, work: Counter[str], text: str) -> None:
    first = kept.documents.read(text)
    told = [str(error) for error in first.errors]
    assert told
    before = dict(work)
    for _ in range(3):
        assert kept.documents.read(text) is first
        answer = await kept(text)
        assert (answer["data"], len(answer["errors"])) == (None, len(told))
        assert [str(error) for error in first.errors] == told
    assert work == before
    assert kept.known == []


# Kept while in use


async def test_a_long_text_is_answered_and_not_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 10_000, longest=len(QUERY))
    kept = Kept(kept.engine)
    first = await kept.data(QUERY)
    for n in range(1, 4):
        assert await kept.data(QUERY + " ") == first
        assert kept.counts == (0, 1 + n, 0, 1 + n)
    assert len(kept.known) == 1
    assert await kept.data(QUERY) == first
    assert kept.counts == (1, 4, 1, 4)


async def test_what_is_kept_is_bounded_by_its_text(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{{ companies(first: 1) {{ nodes {{ n{n:03}: name }} }} }}" for n in range(30)]
    limit(monkeypatch, 10 * len(texts[0]))
    kept = Kept(kept.engine)
    for n, text in enumerate(texts):
        [node] = (await kept.data(text))["companies"]["nodes"]
        assert list(node) == [f"n{n:03}"]
        # In use, and so never the one that goes.
        await kept.data(texts[0])
        assert kept.documents._kept.currsize <= 10 * len(texts[0])
        assert len(kept.known) <= 10
    assert kept.documents.made == len(texts)
    await kept.data(texts[5])
    assert kept.documents.made == len(texts) + 1


async def test_plans_are_never_taken_for_one_another(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are found by where a node is in memory, and a document that is dropped leaves its place to the next."""
    limit(monkeypatch, 150)
    kept = Kept(kept.engine)
    for n in range(60):
        text = f"{{ companies(first: 1) {{ nodes {{ n{n}: name }} }} }}"
        for _ in range(1 + n % 2):
            [node] = (await kept.data(text))["companies"]["nodes"]
            assert list(node) == [f"n{n}"]
        gc.collect(1)


async def test_what_is_dropped_leaves_nothing_behind(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 200)
    kept = Kept(kept.engine)
    nodes: list[weakref.ref[Any]] = []
    for n in range(30):
        text = f"{{ companies(first: 1) {{ nodes {{ n{n}: name }} }} }}"
        await kept.data(text)
        await kept(text + " { nothing }")
        [definition] = kept.documents.read(text).operations
        nodes.append(weakref.ref(definition))
    del definition
    gc.collect()
    assert sum(node() is not None for node in nodes) <= 200 // len(text) + 1


# Trusted


def test_the_documents_of_operations_are_trusted() -> None:
    assert trusted() == [path.read_text() for path in sorted([*DOCUMENTS, *SUBSCRIPTIONS])]


async def test_a_trusted_query_is_planned_before_it_is_asked(kept: Kept) -> None:
    for path in DOCUMENTS:
        text, is_query = path.read_text(), "\nquery " in path.read_text()
        kept = Kept(kept.engine)
        kept.trust(text)
        assert kept.counts == (0, 0, 0, is_query)
        for n in range(1, 3):
            await kept.data(text, **variables_of(path))
            # What a mutation answers is planned by the first that comes.
            assert kept.counts == (n, 0, n if is_query else n - 1, 1), path


async def test_trusted_documents_never_leave(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, 300)
    kept = Kept(kept.engine)
    for text in trusted():
        kept.trust(text)
    for n in range(20):
        await kept.data(f"{{ companies(first: 1) {{ nodes {{ n{n}: name }} }} }}")
    made = kept.documents.made
    known = [kept.documents.read(text) for text in trusted()]
    assert not any(document.errors for document in known)
    assert kept.documents.made == made


def test_what_is_not_valid_is_not_trusted(kept: Kept) -> None:
    for text in WRONG.values():
        with pytest.raises(ValueError, match=r"Syntax Error|Cannot query|digits|never used"):
            kept.trust(text)


def test_a_trusted_document_with_choices_is_planned_when_it_is_asked(kept: Kept) -> None:
    kept.trust(CHOICES)
    assert kept.known == []


def test_without_plans_documents_are_trusted_too(kept: Kept) -> None:
    kept.plans = None  # type: ignore[assignment]
    kept.trust(QUERY)
    assert kept.documents.read(QUERY).errors == []
    assert (kept.documents.hits, kept.documents.made) == (1, 0)
