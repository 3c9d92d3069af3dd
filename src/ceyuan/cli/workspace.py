"""``ceyuan init``, ``ceyuan check`` and ``ceyuan schema``."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import click

from ceyuan.cli.output import (
    allow_root_option,
    counted,
    format_option,
    print_json,
    print_rows,
    say,
    workspace_option,
)
from ceyuan.errors import fail

SCHEMA_FOLDER = ".schemas"
"""Where a workspace keeps what its files may say, for editors."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice(["starter", "gba", "clusters-demo"]), default="starter", show_default=True,
              help="What the workspace starts with.")  # fmt: skip
def init(folder: Path, template: str) -> None:
    """Make a new workspace in FOLDER, with schemas by which editors complete and check its files.

    \b
    Example:  ceyuan init --template gba gba
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise fail(
            "folder-not-empty",
            f"{str(folder)!r} exists and is not an empty folder",
            file=str(folder),
        )
    with resources.as_file(resources.files("ceyuan").joinpath("workspaces", template)) as source:
        shutil.copytree(
            source,
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("build", "__pycache__"),
        )
    _write_schemas(folder)
    say(f"Made {folder}. Next: ceyuan build -w {folder}")
    say("What the keys mean is in .schemas/, which editors with a YAML language server read.")
    say('Completion by the tab key: eval "$(_CEYUAN_COMPLETE=bash_source ceyuan)"  (or zsh_source)')


_SCHEMAS = {
    "ceyuan.yaml": "ceyuan", "sources.yaml": "sources", "facts.yaml": "facts", "kinds/*.yaml": "kinds",
    "records/*.yaml": "records", "indicators/*.yaml": "indicators", "composites/*.yaml": "composites",
    "clusters/*.yaml": "clusters", "bulletin/*.yaml": "bulletin", "plan/plan.yaml": "plan",
    "plan/tasks/*.yaml": "plan-task",
}  # fmt: skip
"""The schema of each file that people write, by where it stands."""


def schema_line(file: Path, root: Path, name: str) -> str:
    """The comment by which an editor finds the schema of a file of a workspace.

    >>> schema_line(Path("w/records/a.yaml"), Path("w"), "records")
    '# yaml-language-server: $schema=../.schemas/records.schema.json\\n'
    """
    up = "../" * (len(file.relative_to(root).parts) - 1)
    return f"# yaml-language-server: $schema={up}{SCHEMA_FOLDER}/{name}.schema.json\n"


def _write_schemas(root: Path) -> None:
    """The schemas of all files, and in each file the line that names its own."""
    from ceyuan.bulletin.schemas import workspace_schemas  # noqa: PLC0415 - only this part needs it

    folder = root / SCHEMA_FOLDER
    folder.mkdir(exist_ok=True)
    for name, content in workspace_schemas().items():
        (folder / f"{name}.schema.json").write_text(_json(content), encoding="utf-8")
    for pattern, name in _SCHEMAS.items():
        for file in root.glob(pattern):
            text = file.read_text(encoding="utf-8")
            file.write_text(schema_line(file, root, name) + text, encoding="utf-8")


@click.command()
@workspace_option
@allow_root_option
@click.option("--facts", is_flag=True, help="Check what sources state against each other as well.")
@click.option(
    "--silence", is_flag=True, help="Tell as well what the current build passes over in silence."
)
@format_option
def check(workspace: Path, facts: bool, silence: bool, format_: str) -> None:
    """Check a workspace and list everything that is wrong.

    Reads every file: definitions, the rows of every table, indices, clusters, plan, texts and bulletins. It writes nothing
    into the workspace. Exit code 1 if there is an error, 0 if there are only warnings or nothing.

    With --facts, values that contradict each other are warnings too: a part above its whole, two values for one key, a ratio
    that fits another year, a growth that does not recompute, a jump. What was looked at is acknowledged in facts.yaml.

    With --silence, the current build is asked what enters no figure: columns that nobody mapped, records that no indicator
    takes, indicators without a value, growth across two vintages of a source. What was looked at is acknowledged in ceyuan.yaml.

    \b
    Example:  ceyuan check -w gba --facts
    """
    from ceyuan.api import check as check_all  # noqa: PLC0415 - `init` need not wait for it

    problems = check_all(workspace)
    if facts and not any(p.severity == "error" for p in problems):
        from ceyuan.pipeline.fact_reading import check_facts_of  # noqa: PLC0415 - only this option needs it

        problems = [*problems, *check_facts_of(workspace)]
    if silence and not any(p.severity == "error" for p in problems):
        from ceyuan.pipeline.silence import silences  # noqa: PLC0415 - only this option needs it

        problems = [*problems, *silences(workspace)]
    rows = [
        {
            "where": p.where,
            "severity": p.severity,
            "code": p.code,
            "message": p.message,
            "hint": p.advice,
        }
        for p in problems
    ]
    if format_ == "table":
        for problem in problems:
            click.echo(str(problem))
    else:
        print_rows(rows, ["where", "severity", "code", "message", "hint"], format_)
    errors = sum(p.severity == "error" for p in problems)
    say(f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}")
    if errors:
        raise SystemExit(1)


@click.command()
@click.argument("name", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Write all schemas into this folder.")
def schema(name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of a workspace file for your editor, or list the schemas.

    \b
    Example:  ceyuan schema indicators > indicators.schema.json
    """
    from ceyuan.bulletin.schemas import workspace_schemas  # noqa: PLC0415 - `init` and `check` need not wait for it

    known = workspace_schemas()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for key, content in known.items():
            (out / f"{key}.schema.json").write_text(_json(content), encoding="utf-8")
        say(f"Wrote {len(known)} schemas to {out}")
    elif name is None:
        for key, content in known.items():
            click.echo(f"{key:14} {content['description'].splitlines()[0]}")
    elif name in known:
        print_json(known[name])
    else:
        raise click.BadParameter(
            f"there is no schema {name!r}; there are {', '.join(known)}", param_hint="NAME"
        )


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
