"""A text of one line: what people write in any language, and nothing that moves or hides the rest."""

import pytest

from domain.refusals import line


@pytest.mark.parametrize(
    "text",
    ["Prix\u00a0: 10\u202f€", "نمی\u200cخواهم", "\U0001f469\u200d\U0001f4bb", "全角\u3000空白", " x "],
)
def test_words_of_any_language_are_taken(text: str) -> None:
    assert line("title", text, 200) == ()


@pytest.mark.parametrize(
    "text", ["", "  ", "a\nb", "a\tb", "a\x00b", "a\u2028b", "a\u202eb", "a\u2066b", "\ufeffa", "x" * 201]
)
def test_what_is_no_line_is_refused(text: str) -> None:
    [error] = line("title", text, 200)
    assert (error.field, error.code) == ("title", "LENGTH")
