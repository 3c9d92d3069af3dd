"""Reads a workspace: a folder of text files becomes one frozen object, or a list of everything that is wrong."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.tabular.opening import TableFile
from ceyuan.tabular.packages import DESCRIPTOR, read_descriptor
from ceyuan.units import declare_units
from ceyuan.workspace.config import Body, Source, SourcesFile, WorkspaceConfig
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.kinds import RecordKind
from ceyuan.workspace.placesfile import Place, read_places
from ceyuan.workspace.settings import CONFIG, languages_of
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.submissions import FOLDER as SUBMITTED
from ceyuan.workspace.submissions import Submission, readable
from ceyuan.workspace.tables import TableSpec
from ceyuan.workspace.walking import may_read, plain_files, unsafe
from ceyuan.workspace.yamlfile import YamlDocument, parse_yaml, read_yaml

T = TypeVar("T")
D = TypeVar("D")
Typed = TypeVar("Typed", bound=Indicator)
_RECORD_SUFFIXES = frozenset(
    {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".parquet", ".xml", ".gz"}
)


class _IndicatorsFile(Spec):
    """A file of ``indicators/`` without what its definitions say, which are read one by one."""

    indicators: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table of records.

    Attributes:
        id: the name of its declaration without suffix.
        spec: the declaration.
        document: the file it stands in, for lines; None where the name of the records file declares everything.
        file: that file's name.
    """

    id: str
    spec: TableSpec
    file: str
    document: YamlDocument | None = None

    def line(self, *path: str | int) -> int | None:
        """The line of a path in the declaration."""
        return None if self.document is None else self.document.line(path)


@dataclass(frozen=True, slots=True)
class DeclaredIndicator:
    """A declared indicator with its place.

    Attributes:
        indicator: the definition.
        file: where it stands.
        line: at which line.
        version: a hash of what it says; names and descriptions do not count.
    """

    indicator: Indicator
    file: str
    line: int
    version: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that a workspace declares.

    Attributes:
        root: its folder.
        config: ``ceyuan.yaml``.
        places: rows of ``places.csv``, in order.
        sources: sources by identifier.
        origins: bodies that make figures, by identifier.
        sources_document: ``sources.yaml`` with its lines.
        kinds: record kinds by identifier, built-in and own.
        tables: tables of records.
        definitions: indicators by identifier, in the order of the files.
        config_document: ``ceyuan.yaml`` with its lines.
        kind_documents: the files of the workspace's own kinds, by identifier of the kind.
        composites: files of ``composites/``, read as YAML and no further: what they say is the room composite's.
        cluster_runs: files of ``clusters/``, likewise: what they say is the room clusters'.
        submissions: tables that sides have handed in, in the order of their files.
    """

    root: Path
    config: WorkspaceConfig
    places: tuple[Place, ...]
    sources: Mapping[str, Source]
    origins: Mapping[str, Body]
    sources_document: YamlDocument
    kinds: Mapping[str, RecordKind]
    tables: tuple[Table, ...]
    definitions: Mapping[str, DeclaredIndicator]
    config_document: YamlDocument
    kind_documents: Mapping[str, YamlDocument]
    composites: tuple[YamlDocument, ...] = ()
    cluster_runs: tuple[YamlDocument, ...] = ()
    submissions: tuple[Submission, ...] = ()


@dataclass(slots=True)
class _Collector:
    """Runs the parts of the reading one by one and keeps every problem."""

    root: Path
    problems: list[Problem] = field(default_factory=list)

    def attempt(self, part: Callable[[], T], otherwise: D) -> T | D:
        try:
            return part()
        except CeyuanError as error:
            self.problems += error.problems
            return otherwise

    def documents(self, folder: str) -> list[YamlDocument]:
        found: list[YamlDocument] = []
        for path in plain_files(self.root, folder):
            if path.suffix not in (".yaml", ".yml"):
                continue
            name = path.relative_to(self.root).as_posix()
            document = self.attempt(partial(read_yaml, path, name, languages_of(self.root)), None)
            if document is not None:
                found.append(document)
        return found


def load_workspace(root: Path, types: TypeAdapter[Typed]) -> tuple[Workspace | None, list[Problem]]:
    """Read a workspace as far as it goes, and everything that is wrong with its single files.

    Args:
        root: its folder.
        types: reads a definition of an indicator; what types there are is the business of :mod:`ceyuan.indicators.types`.

    Returns:
        The workspace, or None where not even ``ceyuan.yaml`` makes sense, and the problems found.
    """
    collect = _Collector(root)
    # What could lead out of the workspace is not read at all.
    if root.is_dir() and (problems := unsafe(root)):
        return None, problems
    read = collect.attempt(partial(_read_config, root), None)
    if read is not None:
        declare_units(read[0].unit_words())
    if not (root / CONFIG).is_file():
        return None, collect.problems
    places = collect.attempt(partial(_read_places, root, collect.problems), ())
    nothing = SourcesFile(sources={}), YamlDocument("sources.yaml", None, {(): 1})
    sources, sources_document = collect.attempt(partial(_read_sources, root), nothing)
    kinds, kind_documents = _read_kinds(collect)
    tables = _read_tables(collect)
    definitions = _read_definitions(collect, types)
    composites = tuple(collect.documents("composites"))
    cluster_runs = tuple(collect.documents("clusters"))
    submissions, faults = readable(collect.documents(SUBMITTED), root)
    collect.problems += faults
    if read is None:
        return None, collect.problems
    config, document = read
    workspace = Workspace(
        root,
        config,
        places,
        sources.sources,
        sources.origins,
        sources_document,
        kinds,
        tables,
        definitions,
        document,
        kind_documents,
        composites,
        cluster_runs,
        tuple(submissions),
    )
    return workspace, collect.problems


def read_config(root: Path) -> WorkspaceConfig:
    """``ceyuan.yaml`` alone.

    Raises:
        CeyuanError: ``no-workspace``, or every fault of the file.
    """
    return _read_config(root)[0]


def _read_config(root: Path) -> tuple[WorkspaceConfig, YamlDocument]:
    if not root.is_dir():
        raise fail("no-workspace", f"there is no folder {str(root)!r}", file=str(root))
    if not os.path.lexists(root / CONFIG):
        raise fail("no-workspace", f"{str(root)!r} holds no {CONFIG}", file=str(root))
    if problems := unsafe(root, CONFIG):
        raise CeyuanError(problems)
    document = read_yaml(root / CONFIG, CONFIG, languages_of(root))
    return parse_spec(WorkspaceConfig, document, document.data), document


def _read_places(root: Path, problems: list[Problem]) -> tuple[Place, ...]:
    places, found = read_places(root / "places.csv", "places.csv", languages_of(root))
    problems += found
    return places


def _read_sources(root: Path) -> tuple[SourcesFile, YamlDocument]:
    document = read_yaml(root / "sources.yaml", "sources.yaml", languages_of(root))
    return parse_spec(SourcesFile, document, document.data), document


def builtin_kinds() -> dict[str, RecordKind]:
    """The record kinds that come with Ceyuan, by identifier."""
    return {kind.kind: kind for kind in _shipped_kinds()}


@cache
def _shipped_kinds() -> tuple[RecordKind, ...]:
    folder = resources.files("ceyuan.records").joinpath("kinds")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    documents = [
        parse_yaml(file.read_text(encoding="utf-8"), f"kinds/{file.name}") for file in files
    ]
    return tuple(parse_spec(RecordKind, document, document.data) for document in documents)


def read_kinds(root: Path) -> dict[str, RecordKind]:
    """The record kinds of a workspace that can be read, by identifier."""
    return _read_kinds(_Collector(root))[0]


def _read_kinds(collect: _Collector) -> tuple[dict[str, RecordKind], dict[str, YamlDocument]]:
    kinds = builtin_kinds()
    documents: dict[str, YamlDocument] = {}
    for document in collect.documents("kinds"):
        kind = collect.attempt(partial(parse_spec, RecordKind, document, document.data), None)
        if kind is None:
            continue
        base = kinds.get(kind.extends) if kind.extends is not None else None
        if kind.extends is not None and base is None:
            hint = did_you_mean(kind.extends, kinds)
            message = f"there is no kind {kind.extends!r} to extend"
            collect.problems.append(
                Problem("unknown-kind", message, document.file, document.line(("extends",)), hint)
            )
            continue
        if kind.kind in kinds and kind.kind != kind.extends:
            message = (
                f"the kind {kind.kind!r} exists already; extend it with `extends: {kind.kind}`"
            )
            collect.problems.append(
                Problem("duplicate-id", message, document.file, document.line(("kind",)))
            )
            continue
        kinds[kind.kind] = kind if base is None else _extend(base, kind)
        documents[kind.kind] = document
    return kinds, documents


def _extend(base: RecordKind, more: RecordKind) -> RecordKind:
    """The base with what the extension says; its fields and checks are added, one of the same name replaces the base's."""
    own = {f.id for f in more.fields}
    said = {name: getattr(more, name) for name in more.model_fields_set - {"extends"}}
    fields = (*(f for f in base.fields if f.id not in own), *more.fields)
    return base.model_copy(
        update={**said, "fields": fields, "checks": (*base.checks, *more.checks)}
    )


def read_tables(root: Path) -> tuple[Table, ...]:
    """The tables of records alone that can be read; what is wrong with the others is told when the workspace is."""
    return _read_tables(_Collector(root))


def _read_tables(collect: _Collector) -> tuple[Table, ...]:
    tables: list[Table] = []
    named: set[Path] = set()
    for document in collect.documents("records"):
        spec = collect.attempt(partial(parse_spec, TableSpec, document, document.data), None)
        if spec is None:
            continue
        path = Path(document.file)
        table = Table(
            path.with_suffix("").relative_to("records").as_posix(), spec, document.file, document
        )
        twin = next((t.file for t in tables if t.id == table.id), None)
        if twin is not None:
            collect.problems.append(
                Problem(
                    "duplicate-id", f"{twin} declares the table {table.id!r} too", document.file, 1
                )
            )
            continue
        tables.append(table)
        # no pattern of files: reported later
        with suppress(ValueError, NotImplementedError, OSError, IndexError):
            if spec.file is not None and ":" not in spec.file:
                files = set((collect.root / path).parent.glob(spec.file))
                named |= files | _resource_files(collect.root, files, spec.resource)
    for path in plain_files(collect.root, "records"):
        if path in named or path.suffix.lower() not in _RECORD_SUFFIXES:
            continue
        name = path.relative_to(collect.root).as_posix()
        hint = f"Write {Path(name).with_suffix('.yaml')} with `kind`, `file` and `source`"
        message = "no table declares this file, so it is not read"
        collect.problems.append(Problem("undeclared-table", message, name, None, hint, "warning"))
    return tuple(tables)


def _resource_files(root: Path, descriptors: Iterable[Path], resource: str | None) -> set[Path]:
    """The files of a resource in unpacked Data Packages; what is wrong with these is told when they are read."""
    found: set[Path] = set()
    for path in descriptors:
        if path.name == DESCRIPTOR and resource is not None and may_read(root, path):
            with suppress(CeyuanError):
                described = read_descriptor(TableFile(path, str(path))).get(resource, {})
                found.add(path.parent / str(described.get("path")))
    return found


def _read_definitions(
    collect: _Collector, types: TypeAdapter[Typed]
) -> dict[str, DeclaredIndicator]:
    definitions: dict[str, DeclaredIndicator] = {}
    for document in collect.documents("indicators"):
        raw = document.data.get("indicators") if isinstance(document.data, dict) else None
        if (
            not isinstance(raw, list)
            or not isinstance(document.data, dict)
            or len(document.data) > 1
        ):
            collect.attempt(partial(parse_spec, _IndicatorsFile, document, document.data), None)
            continue
        for index, entry in enumerate(raw):
            # One by one, so that a fault in one definition does not hide the others.
            one = collect.attempt(partial(_definition, types, document, entry, index), None)
            if one is None:
                continue
            first = definitions.setdefault(one.indicator.id, one)
            if first is not one:
                message = f"the indicator {one.indicator.id!r} is defined already at {first.file}:{first.line}"
                collect.problems.append(Problem("duplicate-id", message, one.file, one.line))
    return definitions


def _definition(
    types: TypeAdapter[Typed], document: YamlDocument, entry: object, index: int
) -> DeclaredIndicator:
    indicator = parse_spec(types, document, entry, ("indicators", index))
    # Defaults do not count: a new key of a later Ceyuan is no change of the definition.
    texts = (
        "name",
        "description",
        "aliases",
        "noun",
        "note",
        "topic",
        "measured_by",
        "counterparts",
    )
    silent = dict.fromkeys(texts, True)
    said = indicator.model_dump(
        mode="json", exclude={**silent, "hk_mo": {"note"}}, exclude_defaults=True
    )
    version = hashlib.sha256(
        json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()[:16]
    return DeclaredIndicator(
        indicator, document.file, document.line(("indicators", index)), version
    )
