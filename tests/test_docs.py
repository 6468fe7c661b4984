"""What must be documented is."""

import json
import re
from pathlib import Path

from domain.approvals import HIGH_IMPACT
from graph.cli.pages import pages
from graph.codes import CODES
from graph.settings import Settings
from tests.support import Graph

ROOT = Path(__file__).parents[1]


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def _rows(page: str) -> dict[str, list[str]]:
    """Table rows of a page whose first cell is a code span: the code -> the other cells."""
    cells = (line.strip("| \n").split(" | ") for line in (ROOT / "docs" / page).read_text().splitlines())
    return {first.strip("`"): rest for first, *rest in cells if re.fullmatch(r"`\w+`", first)}


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    documented = _rows("settings.md")
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        shown = "none" if default is None else f"`{default}`"
        expected[f"PARTNER_GRAPH_{name.upper()}"] = [shown, field.description]
    assert documented == expected


def test_pages_made_from_the_rules_are_current() -> None:
    stale = [name for name, text in pages().items() if text_of(f"docs/{name}") != text]
    assert stale == [], "make pages"


def test_every_error_code_is_documented() -> None:
    expected = {code: [what.meaning, what.advice, str(what.status)] for code, what in CODES.items()}
    assert _rows("errors.md") == expected


def test_every_operation_that_asks_a_manager_is_documented() -> None:
    # The other table of the page is of what becomes of a question.
    assert _rows("approvals.md").keys() - {"status"} == HIGH_IMPACT.keys()


def test_links_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert dead == []


def test_the_readme_names_the_two_commands_and_make_knows_them() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    for target in ("serve", "test"):
        assert f"make {target} " in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


async def test_the_readmes_first_query_answers_as_it_says(demo_graph: Graph) -> None:
    document, answer = re.search(
        r"""-d '\{"query":\s+"(.+?)"\}'\n```\n\n```json\n(.+?)\n```""", text_of("README.md"), re.DOTALL
    ).groups()
    data = await demo_graph.data(document.replace('\\"', '"'))
    assert {"data": data} == json.loads(answer)


def test_the_threat_model_names_tests_that_there_are() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text_of("docs/security.md"))
    assert len(named) > 30
    missing = [f"{file}::{test}" for file, test in named if not re.search(rf"def {test}\(", text_of(file))]
    assert missing == []


def test_every_attack_of_the_threat_model_is_tried() -> None:
    rows = [
        line
        for line in text_of("docs/security.md").splitlines()
        if line.startswith("| ") and "what stops it" not in line
    ]
    assert [row for row in rows if "`tests/" not in row] == []
