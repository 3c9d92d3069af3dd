"""Writes the reference from the code when the documentation is built; nothing that it writes is committed."""

from __future__ import annotations

import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from importlib import import_module, resources
from pathlib import Path
from typing import Any, get_args, get_origin

import click
from pydantic import BaseModel
from tables import code, table
from workspace_files import page as workspace_files

import ceyuan
from ceyuan import expressions, periods
from ceyuan.cli import COMMANDS, cli
from ceyuan.errors import catalogue
from ceyuan.units import _PREFIXES
from ceyuan.web.openapi import openapi
from ceyuan.workspace.kinds import FieldSpec, FieldType, RecordKind
from ceyuan.workspace.reader import builtin_kinds

FIELD_TYPES: dict[str, str] = {
    "text": "any text, trimmed",
    "integer": "a whole number; `1,234` and full-width digits are read",
    "number": "a number without a unit",
    "quantity": "an exact decimal with a unit, kept in the base unit of its dimension beside `FIELD_unit`",
    "boolean": "true, yes, 1, 是, y or false, no, 0, 否, n",
    "date": "a day in any spelling of {doc}`periods`, or as `format` says",
    "period": "a period in any spelling of {doc}`periods`",
    "place": "a place by id, name, alias or code; the identifier is stored",
    "party": "a party by id, name or alias; the identifier is stored",
    "unit": "a unit of {doc}`units`",
    "choice": "one of the values listed",
    "ref": "the key of a record of another kind, which must be stored",
    "url": "an address that begins with http:// or https://",
    "latitude": "degrees from -90 to 90, WGS 84",
    "longitude": "degrees from -180 to 180, WGS 84",
    "indicator": "the identifier of an indicator of the workspace",
    "source": "the identifier of a source of the workspace",
}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, commands of groups after their group."""
    context = click.Context(cli, info_name="ceyuan")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if command is not None:
            yield from _below(f"ceyuan {name}", command)


def _below(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _below(f"{words} {name}", inner)


def modules() -> list[str]:
    """Every module whose names a Python user can import, the command line apart."""
    found = [m.name for m in pkgutil.walk_packages(ceyuan.__path__, "ceyuan.")]
    private = [n for n in found if any(part.startswith("_") for part in n.split("."))]
    return sorted(n for n in found if n not in private and not n.startswith("ceyuan.cli"))


def public_names(module: str) -> list[str]:
    """Functions and classes that a module itself defines and does not hide."""
    loaded = import_module(module)
    return [
        name for name, value in vars(loaded).items()
        if not name.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module
    ]  # fmt: skip


def _cli_page() -> str:
    parts = [
        "# Command line\n",
        f"{inspect.getdoc(import_module('ceyuan.cli'))}\n".replace("``", "`"),
        f"```text\n{_help('ceyuan', cli)}\n```\n",
    ]
    parts += [
        f"## {words}\n\n```text\n{_help(words, command)}\n```\n" for words, command in commands()
    ]
    return "\n".join(parts)


def _help(words: str, command: click.Command) -> str:
    return command.get_help(
        click.Context(command, info_name=words, terminal_width=100, max_content_width=100)
    )


def _errors_page() -> str:
    parts = [
        "# Error codes\n",
        "Every fault has a stable code, a place (`file:line`) and says what to do. Scripts may rely on the codes. The reason "
        "codes of quarantined rows are of the same list, followed by the field (`bad-number:amount`).\n",
    ]
    parts += [
        f"({c.code})=\n## `{c.code}`\n\n**{c.title}.** {c.meaning} {c.remedy}.\n"
        for c in catalogue().values()
    ]
    return "\n".join(parts)


def _kinds_page() -> str:
    if set(FIELD_TYPES) != set(get_args(FieldType)):
        raise LookupError(
            f"field types without a meaning: {set(get_args(FieldType)) ^ set(FIELD_TYPES)}"
        )
    parts = [
        "# Record kinds\n",
        "The built-in schemas of records. A workspace adds its own or extends one; see {doc}`/howto/add-a-record-kind`.\n",
        "## Types of fields\n",
        table(["type", "values"], [(code(t), FIELD_TYPES[t]) for t in get_args(FieldType)]),
        *(_kind(kind) for kind in builtin_kinds().values()),
    ]
    return "\n".join(parts)


def _kind(kind: RecordKind) -> str:
    name = (
        "" if kind.name is None else f"{kind.name.en} · {kind.name.zh_hans} · {kind.name.zh_hant}"
    )
    facts = [f"**Key:** {', '.join(code(k) for k in kind.key)}."] if kind.key else []
    facts += [f"**Counts where:** {code(kind.place)}."] if kind.place else []
    facts += [f"**Counts when:** {code(kind.period)}."] if kind.period else []
    facts += (
        ["**Figures, not events:** sources stand side by side and are never added up."]
        if kind.per_source
        else []
    )
    facts += (
        [f"**Shared:** rows of one {code(kind.fractional.over)} share one unit."]
        if kind.fractional
        else []
    )
    checks = [f"- `{c.when}`, otherwise `row-check:{c.id}`: {c.message}" for c in kind.checks]
    fields = table(
        ["field", "type", "required", "English", "简体", "繁體", "meaning"],
        [(code(f.id), _field_type(f), "yes" if f.required else "", f.name.en, f.name.zh_hans, f.name.zh_hant,
          _field_meaning(f)) for f in kind.fields],
    )  # fmt: skip
    checked = "Checks:\n\n" + "\n".join(checks) + "\n" if checks else ""
    return f"## `{kind.kind}`\n\n{name}\n\n{kind.description or ''}\n\n{' '.join(facts)}\n\n{fields}\n{checked}"


def _field_type(spec: FieldSpec) -> str:
    if spec.type == "ref":
        return f"ref to {code(spec.to)}"
    return f"{spec.type} ({spec.dimension})" if spec.dimension else spec.type


def _field_meaning(spec: FieldSpec) -> str:
    parts = [spec.description or ""]
    parts += [", ".join(code(v) for v in spec.values) + "."] if spec.values else []
    parts += [f"At least {spec.min:g}."] if spec.min is not None else []
    parts += [f"At most {spec.max:g}."] if spec.max is not None else []
    parts += [f"In {code(spec.unit)} where the table says nothing."] if spec.unit else []
    return " ".join(p for p in parts if p)


def _units_page() -> str:
    raw: dict[str, dict[str, Any]] = tomllib.loads(
        resources.files("ceyuan").joinpath("units.toml").read_text(encoding="utf-8")
    )
    rows = [
        (code(u), e["en"], e["dimension"], e.get("factor", 1), "yes" if e.get("scaled") else "",
         ", ".join(code(a) for a in e["aliases"])) for u, e in raw.items()
    ]  # fmt: skip
    prefixes = [(code(p), f"10^{power}", english) for p, (power, english) in _PREFIXES.items()]
    return "\n".join([
        "# Units\n", f"```{{eval-rst}}\n{inspect.getdoc(import_module('ceyuan.units'))}\n```\n",
        table(["unit", "English", "dimension", "factor", "takes 万, 亿 …", "read as well"], rows),
        "## Multipliers\n", table(["prefix", "is", "English"], prefixes),
    ])  # fmt: skip


def _module_doc(title: str, module: Any) -> str:
    return f"# {title}\n\n```{{eval-rst}}\n{inspect.getdoc(module)}\n```\n"


def _python_page() -> str:
    first = [
        "ceyuan.api",
        "ceyuan.pipeline.reading",
        "ceyuan.indicators.observations",
        "ceyuan.pipeline.tracing",
    ]
    names = [*first, *(m for m in modules() if m not in first)]
    parts = [
        "# Python\n",
        "`ceyuan.open(folder)` gives an `Observatory`; the names that most programs need come first, then every module.\n",
        "```{eval-rst}\n.. autofunction:: ceyuan.open\n```\n",
    ]
    shown = [name for name in names if public_names(name) or name in first]
    parts += [f"## {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n```\n" for name in shown]
    return "\n".join(parts)


def _http_page() -> str:
    """Every address of the HTTP interface with its parameters and answers, from OpenAPI."""
    schema = openapi()
    parts = [
        "# HTTP interface\n",
        schema["info"]["description"],
        "Addresses are below `/api/v1/`.\n",
    ]
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            parts.append(
                f"## {method.upper()} {path.removeprefix('/api/v1/')}\n\n{one['summary']}.\n"
            )
            given = [
                (code(p["name"]), p["in"], p["description"]) for p in one.get("parameters", ())
            ]
            if given:
                parts.append(table(("parameter", "in", "meaning"), given))
            answers = [
                (status, a["description"], _held(a)) for status, a in one["responses"].items()
            ]
            parts.append(table(("status", "meaning", "holds"), answers))
    parts.append("## What answers hold\n")
    for name, model in sorted(schema["components"]["schemas"].items()):
        parts.append(f"### {name}\n\n{model['description']}\n")
        fields = [
            (code(field), about.get("description", ""))
            for field, about in model.get("properties", {}).items()
        ]
        if fields:
            parts.append(table(("field", "meaning"), fields))
    return "\n".join(parts)


def _held(answer: dict[str, Any]) -> str:
    """The media types of an answer, with the name of what they hold."""
    return ", ".join(
        f"{code(media)} {content['schema'].get('$ref', '').rpartition('/')[2]}".strip()
        for media, content in answer.get("content", {}).items()
    )


PAGES = {
    "http": _http_page,
    "cli": _cli_page,
    "errors": _errors_page,
    "kinds": _kinds_page,
    "files": workspace_files,
    "units": _units_page,
    "periods": lambda: _module_doc("Periods", periods),
    "filters": lambda: _module_doc("Filters", expressions),
    "python": _python_page,
}


def write(folder: Path) -> None:
    """Write all generated pages into a folder; a page that has not changed is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        path = folder / f"{name}.md"
        text = make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _plain_signature(
    _app: object, what: str, _name: str, obj: object, _options: object, *given: object
) -> Any:
    """Keys of YAML files are on their own page; repeating them all as a signature would only hide the class."""
    return (
        ("", "")
        if what == "class" and inspect.isclass(obj) and issubclass(obj, BaseModel)
        else given
    )


def _skip_aliases(
    _app: object, _what: str, _name: str, obj: object, skip: bool, _options: object
) -> bool:
    """Sphinx writes out aliases of types with all they hold, which may be no reStructuredText."""
    return skip or get_origin(obj) is not None


def setup(app: Any) -> dict[str, bool]:
    """Connect to Sphinx."""
    app.connect("builder-inited", lambda a: write(Path(a.srcdir) / "reference" / "_generated"))
    app.connect("autodoc-process-signature", _plain_signature)
    app.connect("autodoc-skip-member", _skip_aliases)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
