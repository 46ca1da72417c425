"""The pages for people: links that lead somewhere, commands that parse, no command left out."""

import argparse
import importlib
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page for page in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md")) if not page.parent.name.startswith((".", "tests"))
)
PACKAGES = ("edge", "train", "convert")


def commands(page: Path) -> list[str]:
    """The command lines of the code blocks and table cells of a page, without what follows in a shell."""
    text = page.read_text().replace("\\\n", " ")
    found = re.findall(r"python -m ((?:edge|train|convert)(?: [^`|\n#&;>]*)?)", text)
    return [line.strip() for line in found if line.split() and not line.endswith("-m")]


@pytest.fixture
def parse(monkeypatch):
    """Has a package's main parse arguments; gives the parser."""
    seen = []
    parse_args = argparse.ArgumentParser.parse_args

    def only(self, args=None, namespace=None):
        seen.append(self)
        parse_args(self, args, namespace)
        raise SystemExit(0)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", only)

    def parse(package: str, arguments: list[str]) -> argparse.ArgumentParser:
        with pytest.raises(SystemExit) as left:
            importlib.import_module(f"{package}.__main__").main(arguments)
        assert left.value.code == (0 if arguments else 2), arguments
        return seen[0]

    return parse


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_parse(page, parse, capsys):
    for line in commands(page):
        package, *arguments = shlex.split(re.sub(r"\.\.\.(?= |$)|[\[\]]", "", line))
        if len(arguments) > 1:  # otherwise only its name is mentioned
            parse(package, arguments)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_command_is_on_a_page(package, parse):
    told = {line.split()[1] for page in PAGES for line in commands(page) if line.startswith(f"{package} ")}
    for action in parse(package, [])._actions:
        if isinstance(action, argparse._SubParsersAction):
            assert set(action.choices) - {"model"} <= told
