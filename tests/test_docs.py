"""The documentation says what is true: its commands print what it shows, and the reference leaves nothing out."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import ceyuan
from ceyuan.bulletin.schemas import workspace_schemas
from ceyuan.cli import COMMANDS
from ceyuan.errors import catalogue
from ceyuan.indicators.types import TYPES
from ceyuan.workspace.placesfile import COLUMNS
from ceyuan.workspace.reader import builtin_kinds

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS / "_ext"))
reference = import_module("reference")
runnable = import_module("runnable")
readme = import_module("readme")
chinese = import_module("chinese")


PAGES = sorted(
    (p for p in DOCS.glob("**/*.md") if "_generated" not in p.parts and runnable.runs(p)),
    key=lambda p: len(p.parts),
)


@pytest.fixture(scope="module")
def finished() -> dict[Path, Path]:
    return {}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_a_page_shows_what_its_commands_print(
    page: Path, finished: dict[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("page")
    results = runnable.run_page(page, folder, finished)
    finished[page.resolve()] = folder
    assert results
    for result in results:
        shown, printed = (
            runnable.normalised(text) for text in (result.command.printed, result.printed)
        )
        assert shown == printed, result.command.line


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, readme.build_demo(folder)


@pytest.mark.parametrize("name", readme.READMES)
def test_a_readme_shows_what_the_demo_prints(name: str, demo: tuple[Path, str]) -> None:
    folder, built = demo
    sessions = readme.sessions(ROOT / name)
    assert sessions[0][0] == "make demo"
    assert "$(BIN)/ceyuan build -w $(DEMO)\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    for command, shown in sessions:
        assert len([line for line in shown if line.strip() != "…"]) > 5
        assert readme.agrees(shown, readme.printed(command, folder, built)) is None


def test_a_readme_that_shows_something_else_is_noticed() -> None:
    assert readme.agrees(["a  1", "…", "c  …"], ["a   1", "b   2", "c   3"]) is None
    assert readme.agrees(["a  2"], ["a   1"]) == "a 2"
    assert readme.agrees(["c  3", "a  1"], ["a 1", "c 3"]) == "a 1"


def test_both_tutorials_are_run() -> None:
    assert {DOCS / "tutorial.md", DOCS / "tutorial.zh-Hans.md"} <= set(PAGES)


IN_CHINESE = sorted(DOCS.glob("**/*.zh-Hans.md"))


def test_every_how_to_and_every_method_stands_in_chinese_too() -> None:
    english = {
        page
        for folder in ("howto", "methods")
        for page in DOCS.glob(f"{folder}/*.md")
        if page.name != "index.md" and page not in IN_CHINESE
    }
    assert {page for page in english if page.with_suffix(".zh-Hans.md") not in IN_CHINESE} == set()


@pytest.mark.parametrize("page", IN_CHINESE, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_in_both_languages_says_the_same(page: Path) -> None:
    """A step, a section or a row of a table that is added to one must not be forgotten in the other."""
    chinese, english = (
        path.read_text(encoding="utf-8")
        for path in (page, page.with_name(page.name.replace(".zh-Hans", "")))
    )
    assert f"（[中文]({page.name})）" in english
    assert f"（[English]({page.name.replace('.zh-Hans', '')})）" in chinese
    for what in (
        r"^(?: {4}|\$ )?(ceyuan \S+)",  # commands, also those that are only shown
        r"^(##+) ",
        r"^(\|)",
    ):
        assert _found(what, chinese) == _found(what, english), what


def _found(what: str, page: str) -> list[str]:
    """All of it, in order; sections and rows outside of what commands print, which has headings of its own."""
    text = (
        page
        if "ceyuan" in what
        else re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    )
    return re.findall(what, text, re.MULTILINE)


@pytest.mark.parametrize(
    ("around", "joined"),
    [
        ("，办", True),
        ("继续", True),
        ("，a", True),
        ("a。", True),
        ("”的", True),
        ("的a", False),
        ("a的", False),
        ("ab", False),
        ("”b", False),
        ("a—", False),
    ],
)
def test_lines_are_joined_where_chinese_goes_on(around: str, joined: bool) -> None:
    assert chinese.joined(*around) == joined


def test_a_teams_server_is_set_up_by_the_same_lines_in_both_languages() -> None:
    """All that is to be typed, and every setting; remarks behind it and a drawing with arrows are not."""

    def typed(name: str) -> list[str]:
        lines = re.findall(r"^ {4}\S.*$", (DOCS / "howto" / name).read_text("utf-8"), re.MULTILINE)
        return [re.sub(r" +# .*$", "", line) for line in lines if not re.search("[→↑]", line)]

    assert len(typed("team.md")) > 50
    assert typed("team.zh-Hans.md") == typed("team.md")


def test_a_changed_result_is_noticed() -> None:
    command = runnable.Command("ceyuan show x", " x   1\n")
    assert runnable.normalised(" x   1  \n\n") == runnable.normalised(command.printed)
    assert runnable.normalised(" x   2\n") != runnable.normalised(command.printed)
    assert runnable.refreshed(
        "```console\n$ ls\nold\n```\n", [runnable.Result(command, "new\n")]
    ) == ("```console\n$ ceyuan show x\nnew\n```\n")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reference")
    reference.write(folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def _headings(page: str) -> set[str]:
    return set(re.findall(r"^#{2,3} `?([^`\n]+)`?$", page, re.MULTILINE))


def test_every_command_is_in_the_reference_with_an_example(generated: dict[str, str]) -> None:
    headings = _headings(generated["cli"])
    assert {f"ceyuan {name}" for name in COMMANDS} <= headings
    for words, command in reference.commands():
        assert words in headings
        assert "Example" in f"{command.help}{command.epilog}", f"{words} --help shows no example"
        for parameter in command.params:
            assert all(
                option in generated["cli"] for option in parameter.opts if option.startswith("-")
            )


def test_every_error_code_is_in_the_reference(generated: dict[str, str]) -> None:
    assert set(catalogue()) == _headings(generated["errors"])
    for code in catalogue().values():
        assert code.meaning in generated["errors"]
        assert code.remedy in generated["errors"]


def test_every_record_kind_and_field_is_in_the_reference(generated: dict[str, str]) -> None:
    sections = dict(
        re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", generated["kinds"], re.MULTILINE | re.DOTALL)
    )
    assert set(sections) == set(builtin_kinds())
    for name, kind in builtin_kinds().items():
        assert all(f"| `{field.id}` |" in sections[name] for field in kind.fields)


def test_every_key_of_every_file_is_in_the_reference(generated: dict[str, str]) -> None:
    keys = set(COLUMNS)
    for schema in workspace_schemas().values():
        for model in (schema, *schema.get("$defs", {}).values()):
            keys |= set(model.get("properties", {}))
    assert keys == {key for key in keys if f"| `{key}` |" in generated["files"]}


def test_every_type_of_indicator_is_in_the_reference_the_methods_and_the_how_to(
    generated: dict[str, str],
) -> None:
    types = {get_args(model.model_fields["type"].annotation)[0] for model in TYPES}
    assert {f"Indicator of type `{t}`" for t in types} <= set(
        re.findall(r"^### (.+)$", generated["files"], re.MULTILINE)
    )
    for page in ("methods/indicators.md", "howto/declare-an-indicator.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        assert all(f"`{t}`" in text for t in types), page


def test_every_public_python_name_is_in_the_reference(generated: dict[str, str]) -> None:
    documented = set(re.findall(r"^\.\. automodule:: (\S+)$", generated["python"], re.MULTILINE))
    for module in reference.modules():
        if reference.public_names(module):
            assert module in documented
    for name in ceyuan.__all__:
        if name != "__version__":
            home = getattr(ceyuan, name).__module__
            assert home in documented or f"autofunction:: ceyuan.{name}" in generated["python"]


def test_every_public_python_name_has_a_docstring() -> None:
    missing = [
        f"{module}.{name}"
        for module in reference.modules()
        for name in reference.public_names(module)
        if not (getattr(import_module(module), name).__doc__ or "").strip()
    ]
    assert missing == []


def test_links_between_pages_lead_somewhere() -> None:
    """Links of the READMEs and of pages outside Sphinx's own checking."""
    for name in ("README.md", "README.zh-Hans.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (ROOT / target).exists(), f"{name} links to {target}"
