"""What is asked: the documents, and variables that rotate over the data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.client import request
from bench.data import PER_INDUSTRY, VIEWER, Size
from bench.servers import token
from domain.enums import JourneyStage
from graph import ids

FOLDER = Path(__file__).parent / "operations"
READS = ("point", "nested", "context")
WRITE = "write"
ALL = (*READS, WRITE)

Variables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    size: Size

    @property
    def document(self) -> str:
        return (FOLDER / f"{self.name}.graphql").read_text()

    def variables(self) -> list[Variables]:
        """One turn over the data; the write has one, since each move can be made once."""
        # A stride: companies that follow each other in time are not neighbours in the tables.
        companies = [1 + number * 7 % self.size.companies for number in range(self.size.companies)]
        encoded = [ids.encode("Company", key) for key in companies]
        if self.name == "nested":
            return [{"industry": [f"Industry {number}"]} for number in range(self.size.companies // PER_INDUSTRY)]
        if self.name == WRITE:
            steps = [stage.name for stage in JourneyStage][1:]
            return [{"input": {"companyId": company, "to": to}} for to in steps for company in encoded]
        return [{"id": company} for company in encoded]

    def requests(self, variables: Iterable[Variables]) -> Iterator[bytes]:
        bearer, document = token(VIEWER), self.document
        return (request(document, self.name.capitalize(), each, bearer) for each in variables)

    def turns(self) -> Iterator[Variables]:
        found = self.variables()
        return iter(found) if self.name == WRITE else cycle(found)
