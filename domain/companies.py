"""What may be said of a company by those who write it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from domain.enums import JourneyStage
from domain.policy import StagePolicy
from domain.refusals import FieldError, invalid, line
from domain.stages import STAGES

LONGEST_LINE, LONGEST_TEXT, LONGEST_GOALS = 255, 10_000, 20_000
LINES = {"name": "name", "industry": "industry", "website": "website"}
WEBSITE = re.compile(r"https?://[^\s/]+\.[^\s]+")
COUNTRY = re.compile(r"[A-Z]{2}")
LISTED = STAGES[STAGES.index(JourneyStage.LAUNCH) :]
"""Stages in which AWS has to know the company."""


def check(values: Mapping[str, Any], stage: JourneyStage, policy: StagePolicy) -> None:
    """Refused for every value that cannot be kept; names are those of the columns."""
    if errors := [*_lines(values), *_texts(values), *_partner_id(values, stage, policy)]:
        raise invalid(*errors)


def _lines(values: Mapping[str, Any]) -> Iterator[FieldError]:
    for name, field in LINES.items():
        if values.get(name) is not None:
            yield from line(field, values[name], LONGEST_LINE)
    if "name" in values and values["name"] is None:
        yield FieldError("name", "NOT_NULL", "`name` cannot be null.")
    website, country = values.get("website"), values.get("country")
    if website is not None and not WEBSITE.fullmatch(website):
        yield FieldError("website", "MALFORMED", "`website` is an address such as https://partner.example.")
    if country is not None and not COUNTRY.fullmatch(country):
        yield FieldError("country", "MALFORMED", "`country` is an ISO 3166 alpha-2 code such as DE.")


def _texts(values: Mapping[str, Any]) -> Iterator[FieldError]:
    text, goals = values.get("description"), values.get("gtm_goals")
    if text is not None and len(text) > LONGEST_TEXT:
        yield FieldError("description", "TOO_LONG", f"`description` takes at most {LONGEST_TEXT} characters.")
    if goals is not None and not isinstance(goals, dict):
        yield FieldError("gtmGoals", "NO_OBJECT", "`gtmGoals` is an object of names and values.")
    elif goals is not None and len(orjson.dumps(goals)) > LONGEST_GOALS:
        yield FieldError("gtmGoals", "TOO_LONG", f"`gtmGoals` takes at most {LONGEST_GOALS} bytes of JSON.")


def _partner_id(values: Mapping[str, Any], stage: JourneyStage, policy: StagePolicy) -> Iterator[FieldError]:
    if "aws_partner_id" not in values:
        return
    found = values["aws_partner_id"]
    if found is None and stage in LISTED:
        message = f"In {stage.name} a company has an AWS partner id: it can be changed, not emptied."
        yield FieldError("awsPartnerId", "NOT_NULL", message)
    if found is not None and not re.fullmatch(policy.partner_id_pattern, found):
        message = f"`awsPartnerId` does not have the form that the policy asks for: {policy.partner_id_pattern}"
        yield FieldError("awsPartnerId", "MALFORMED", message)
