"""Events that are recorded as such: by whom, after what, and how often."""

from decimal import Decimal
from typing import Any

import pytest

from domain import event_data as d
from domain.documents import Document
from domain.enums import EventType
from domain.recording import KINDS, Known, Recorded, record, trimmed
from domain.refusals import GatesFailed, ValidationFailed
from tests.domain.people import MANAGER, PERSON, SYSTEM, WEBHOOK, refusal

E = EventType
DATA: dict[EventType, Document] = {
    E.CO_SELL_INITIATED: d.CoSellInitiatedData(opportunity_id="O"),
    E.DEAL_REGISTERED: d.DealRegisteredData(opportunity_id="O", deal_value=Decimal(9)),
    E.FIRST_CUSTOMER: d.FirstCustomerData(customer="Acme"),
    E.LISTING_PUBLISHED: d.ListingPublishedData(),
}
FUNDS: dict[EventType, Document] = {
    E.MDF_SUBMITTED: d.MdfSubmittedData(application_id="A", amount=Decimal(5), currency="USD"),
    E.MDF_APPROVED: d.MdfApprovedData(application_id="A", approved_amount=Decimal(4), currency="USD"),
}
FIRST = {E.DEAL_REGISTERED: E.CO_SELL_INITIATED}


def said(
    of: EventType, actor: Any = PERSON, known: tuple[Known, ...] = (), product: int | None = 1, **more: Any
) -> Recorded:
    return record(of, (DATA | FUNDS)[of].model_copy(update=more), product, known, actor, "company")


def known(of: EventType, id_: int = 7, product: int | None = 1) -> Known:
    return Known(id_, product, of, DATA[of])


def test_each_type_that_may_be_recorded_is_tried() -> None:
    assert set(KINDS) == set(DATA)


@pytest.mark.parametrize("of", DATA)
def test_what_is_known_is_not_recorded_again(of: EventType) -> None:
    assert said(of, WEBHOOK).again is None
    assert said(of, known=(known(of),)).again == 7


@pytest.mark.parametrize("of", [E.FIRST_CUSTOMER, E.LISTING_PUBLISHED])
def test_each_product_has_its_own(of: EventType) -> None:
    assert said(of, known=(known(of, product=2),)).again is None
    assert said(of, known=(known(of, product=None),), product=None).again == 7


@pytest.mark.parametrize(("of", "before"), FIRST.items())
def test_what_comes_too_early_is_refused_and_names_what_comes_first(of: EventType, before: EventType) -> None:
    assert said(of, known=(known(before),)).again is None
    for actor in (PERSON, MANAGER, SYSTEM):
        problem = refusal(lambda actor=actor: said(of, actor))
        assert isinstance(problem, GatesFailed)
        [gate] = problem.gates
        assert gate.fix is not None
        assert (gate.code, gate.fix.mutation, len(gate.fix.args)) == (before.name, "eventRecord", 2)
    other = Known(1, 1, before, DATA[before].model_copy(update={"application_id": "B", "opportunity_id": "P"}))
    assert isinstance(refusal(lambda: said(of, known=(other,))), GatesFailed)


@pytest.mark.parametrize("of", FIRST)
def test_what_a_webhook_brings_too_early_is_kept_and_marked(of: EventType) -> None:
    assert said(of, WEBHOOK).data.stored()["out_of_order"] is True
    assert said(of, WEBHOOK, (known(FIRST[of]),)).data.stored()["out_of_order"] is False


@pytest.mark.parametrize(
    ("of", "values", "codes"),
    [
        (E.MDF_SUBMITTED, {"application_id": "", "amount": Decimal(0), "currency": "usd"},
         ["LENGTH", "OUT_OF_RANGE", "MALFORMED"]),
        (E.MDF_APPROVED, {"application_id": "x" * 101, "approved_amount": Decimal(-1)}, ["LENGTH", "OUT_OF_RANGE"]),
        (E.CO_SELL_INITIATED, {"opportunity_id": None}, ["LENGTH"]),
        (E.DEAL_REGISTERED, {"deal_value": Decimal(10) ** 12}, ["OUT_OF_RANGE"]),
        (E.CO_SELL_INITIATED, {"opportunity_name": ""}, ["LENGTH"]),
        (E.CO_SELL_INITIATED, {"opportunity_name": "a\x07b"}, ["LENGTH"]),
        (E.CO_SELL_INITIATED, {"opportunity_name": "x" * 256}, ["LENGTH"]),
        (E.FIRST_CUSTOMER, {"customer": "a\nb"}, ["LENGTH"]),
        *((E.LISTING_PUBLISHED, {"listing_url": url}, ["MALFORMED"]) for url in (
            "", "javascript:alert(1)", "https://", "https:///path", "ftp://aws.example", "https://aws.example/a b",
            "https://aws.example/\n", "https://aws.example/\x7f", f"https://aws.example/{'x' * 2000}", "//aws.example",
        )),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_said_at_once(of: EventType, values: dict[str, Any], codes: list[str]) -> None:
    problem = refusal(lambda: said(of, **values))
    assert isinstance(problem, ValidationFailed)
    assert [error.code for error in problem.field_errors] == codes


@pytest.mark.parametrize(
    ("of", "values"),
    [
        (E.CO_SELL_INITIATED, {"opportunity_name": "x" * 255}),
        (E.LISTING_PUBLISHED, {"listing_url": "https://aws.example/" + "x" * 1980}),
        (E.LISTING_PUBLISHED, {"listing_url": "HTTP://aws.example?a=é#b"}),
    ],
)
def test_what_is_right_is_kept_as_it_is(of: EventType, values: dict[str, Any]) -> None:
    assert said(of, **values).data == DATA[of].model_copy(update=values)


def test_spaces_around_a_name_do_not_make_it_another() -> None:
    data = trimmed(d.CoSellInitiatedData(opportunity_id=" O ", opportunity_name=" A deal "))
    assert data == d.CoSellInitiatedData(opportunity_id="O", opportunity_name="A deal")
    assert trimmed(d.MdfSubmittedData(application_id="A\t")).stored()["application_id"] == "A"
    older = Known(7, 1, E.CO_SELL_INITIATED, d.CoSellInitiatedData(opportunity_id=" O "))
    assert said(E.CO_SELL_INITIATED, known=(older,)).again == 7
