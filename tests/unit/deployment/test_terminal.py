"""What a person reads at the terminal."""

import pytest
import typer

from orchestration.settings import SettingError
from orchestration.terminal import plain_errors


@pytest.mark.parametrize("value", ["crm,[bold]", "[/red]", r"C:\[home]"])
def test_an_error_is_shown_as_it_is(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In Rich's markup the first would vanish and the second be an error of its own."""
    with pytest.raises(typer.Exit) as left, plain_errors():
        raise SettingError(f"unknown value {value}; known: crm")
    assert left.value.exit_code == 2
    assert capsys.readouterr().out == f"error: unknown value {value}; known: crm\n"
