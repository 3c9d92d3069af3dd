"""The command line: data on stdout, talk on stderr, exit codes, an example in every help text."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from ceyuan.cli import COMMANDS, cli

COMMAND = [str(Path(sys.executable).with_name("ceyuan"))]


def ceyuan(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, check=False, cwd=cwd)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    text = CliRunner().invoke(cli, [name, "--help"]).output
    assert f"ceyuan {name}" in text.split("Example:")[1]


def test_a_build_prints_that_nothing_was_lost_and_the_headlines(gba_root: Path) -> None:
    again = ceyuan("build", "-w", str(gba_root))
    assert "Nothing has changed" in again.stdout
    total = next(line.split() for line in again.stdout.splitlines() if line.split()[:1] == ["all"])
    read, stored, quarantined = (int(n) for n in total[1:4])
    assert read == stored + quarantined > 0
    assert any(
        "R&D intensity" in line and "4.3 " in line and "expected" in line
        for line in again.stdout.splitlines()
    )


def test_show_as_json_has_every_part_of_an_observation(gba_root: Path) -> None:
    asked = ("rd_intensity", "-w", str(gba_root), "--place", "gba9", "--period", "2025")
    (found,) = json.loads(ceyuan("show", *asked, "--format", "json").stdout)
    assert (found["value"], found["unit"], found["modality"], found["status"]) == (
        4.3,
        "%",
        "expected",
        "published",
    )
    assert (found["indicator"], found["place"], found["period"], found["bound"]) == (
        "rd_intensity",
        "gba9",
        "2025",
        "eq",
    )
    assert found["source"] == "gba-2026"
    assert found["lineage"]["record"].startswith("records/communique_figures.csv:")


def test_trace_ends_at_a_file_and_line(gba_root: Path) -> None:
    asked = ("rd_intensity", "-w", str(gba_root), "--place", "gba9", "--period", "2025")
    text = ceyuan("trace", *asked).stdout
    assert "records/communique_figures.csv:2" in text
    (one,) = json.loads(ceyuan("trace", *asked, "--format", "json").stdout)
    (record,) = one["records"]
    assert (record["file"], record["line"]) == ("records/communique_figures.csv", 2)


@pytest.mark.parametrize(
    "what", ["indicators", "places", "sources", "records", "quarantine", "builds", "changes"]
)
def test_every_list_prints_in_every_format(gba_root: Path, what: str) -> None:
    as_json = json.loads(ceyuan("list", what, "-w", str(gba_root), "--format", "json").stdout)
    as_csv = list(
        csv.DictReader(
            io.StringIO(ceyuan("list", what, "-w", str(gba_root), "--format", "csv").stdout)
        )
    )
    assert len(as_json) == len(as_csv)
    assert ceyuan("list", what, "-w", str(gba_root)).returncode == 0


def test_names_in_three_languages_find_an_indicator(gba_root: Path) -> None:
    for name in ("R&D intensity", "rd_intensity"):
        found = json.loads(
            ceyuan(
                "show", name, "-w", str(gba_root), "--place", "内地九市", "--format", "json"
            ).stdout
        )
        values = {o["period"]: o["value"] for o in found}
        assert (round(values["2019"], 2), values["2020"], values["2025"]) == (3.4, None, 4.3)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["show", "rd_intensty"], 3, "Did you mean 'rd_intensity'"),
        (["show", "rd_intensity", "--place", "Gangzhou"], 3, "Did you mean"),
        (["trace", "rd_intensity", "--place", "gba9", "--period", "1990"], 3, "Periods: "),
        (["show", "--as-of", "1999-01-01"], 3, "no-build"),
        (["show", "--period", "whenever"], 1, "bad-period"),
        (["show", "--format", "xml"], 2, "xml"),
        (["shwo"], 2, "shwo"),
    ],
)
def test_faults_have_exit_codes_and_say_what_to_do(
    gba_root: Path, args: list[str], code: int, words: str
) -> None:
    found = ceyuan(*args, cwd=gba_root)
    assert (found.returncode, found.stdout) == (code, "")
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    for command in ("build", "check", "show"):
        found = ceyuan(command, "-w", str(tmp_path))
        assert "no-workspace" in found.stdout + found.stderr
        assert found.returncode in (1, 3)


def test_init_never_writes_over_anything(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    found = ceyuan("init", str(tmp_path))
    assert found.returncode == 1
    assert "folder-not-empty" in found.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("template", ["starter", "gba", "clusters-demo"])
def test_an_editor_finds_the_schema_of_each_file_that_init_writes(
    tmp_path: Path, template: str
) -> None:
    root = tmp_path / "w"
    assert CliRunner().invoke(cli, ["init", "--template", template, str(root)]).exit_code == 0
    checked = 0
    for path in sorted(root.rglob("*.yaml")):
        line = path.read_text(encoding="utf-8").splitlines()[0]
        if line.startswith("# yaml-language-server: $schema="):
            schema = json.loads((path.parent / line.partition("=")[2]).read_text(encoding="utf-8"))
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            assert not set(content) - set(schema["properties"]), path
            checked += 1
    assert checked >= 3
    assert (root / "ceyuan.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server")


def test_the_shell_completes_indicators_and_places(gba_root: Path) -> None:
    def completed(words: list[str], begun: str) -> list[str]:
        found = ShellComplete(cli, {}, "ceyuan", "_CEYUAN_COMPLETE").get_completions(words, begun)
        return [item.value for item in found]

    assert "rd_intensity" in completed(["show", "-w", str(gba_root)], "rd_int")
    places = completed(["trace", "-w", str(gba_root), "rd_intensity", "--place"], "shen")
    assert "shenzhen" in places
    assert all(name.startswith("shen") for name in places)
    assert completed(["show", "-w", "nowhere"], "rd") == []


def test_check_lists_problems_and_fails(gba_root: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(gba_root, tmp_path / "gba", ignore=shutil.ignore_patterns("build")))
    assert ceyuan("check", "-w", str(root)).returncode == 0
    path = root / "indicators" / "rd.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("unit:", "uint:", 1), encoding="utf-8")
    found = ceyuan("check", "-w", str(root), "--format", "json")
    assert found.returncode == 1
    codes = {p["code"] for p in json.loads(found.stdout)}
    assert {"unknown-key", "missing-key"} <= codes


def test_schemas_can_be_listed_printed_and_written(tmp_path: Path) -> None:
    assert {line.split()[0] for line in ceyuan("schema").stdout.splitlines()} == {
        "ceyuan",
        "sources",
        "kinds",
        "records",
        "indicators",
        "composites",
        "plan",
        "plan-task",
        "plan-report",
        "plan-proposal",
        "clusters",
        "bulletin",
        "facts",
    }
    assert json.loads(ceyuan("schema", "indicators").stdout)["title"] == "IndicatorsFile"
    assert ceyuan("schema", "--out", str(tmp_path)).returncode == 0
    assert len(list(tmp_path.glob("*.schema.json"))) == 13


def test_python_needs_three_lines(gba_root: Path) -> None:
    code = f"import ceyuan\nbuild = ceyuan.open({str(gba_root)!r}).open()\nprint(build.show('rd_intensity', place='gba9', period='2025')[0].value)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "4.3\n"
    )
