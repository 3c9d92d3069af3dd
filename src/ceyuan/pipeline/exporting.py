"""Observations of a build as a file for other programs, with what its columns, indicators, places and sources mean."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any, Unpack

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from ceyuan.errors import fail
from ceyuan.files import replace_file
from ceyuan.frames import field_meanings
from ceyuan.indicators.observations import Observation
from ceyuan.indicators.remarks import IN_COLUMNS, suffix
from ceyuan.pipeline.reading import Build, Selection
from ceyuan.pipeline.sdmx import MEANINGS, sdmx_csv, sdmx_observations
from ceyuan.pipeline.sdmx_ml import (
    AGENCY,
    VERSION,
    CodeList,
    Dataflow,
    data_message,
    structure_message,
)
from ceyuan.wording import Trilingual, printable
from ceyuan.workspace.config import Source
from ceyuan.workspace.definitions import Indicator
from ceyuan.workspace.placesfile import Place

_PACKAGE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SHEET_ROWS = 1_048_575
"""What a sheet holds below its header."""
_LANGUAGES = {
    "en": "in English",
    "zh-Hans": "in Simplified Chinese",
    "zh-Hant": "in Traditional Chinese",
}
_INDICATOR = (
    "id",
    "name",
    "description",
    "type",
    "unit",
    "direction",
    "topic",
    "measured_by",
    "note",
)
_PLACE = ("id", "name", "kind", "parents", "party", "iso3166", "gbt2260", "geonames", "lat", "lon")
_SOURCE = (
    "id", "title", "publisher", "nature", "url", "licence", "published", "retrieved", "vintage", "simulated", "note",
)  # fmt: skip
_SUBJECT = {
    "indicator": "What is measured.",
    "place": "Where.",
    "period": "When: a year (2025), month (2025-03), quarter (2025-Q1), fiscal year (2025/26), or years (2021..2025).",
    "from": "The side that a flow comes from: a place, a party or an organisation.",
    "to": "The side that a flow goes to.",
    "low": "Below the value, where chance in what it was made of leaves it (95 %), in its unit.",
    "high": "Above it, likewise.",
}
_ALL_LANGUAGES = re.compile(r",? (once or )?in three languages")
_TEXTS = ("name", "description", "title", "publisher", "note")
_NUMBERS = ("lat", "lon")
_FLAGS = ("simulated",)


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of an export.

    Attributes:
        name: what it is called.
        rows: its rows.
        meanings: what each column means.
        key: the columns that tell its rows apart; empty where none do.
    """

    name: str
    rows: pa.Table
    meanings: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def fields(self) -> Iterator[tuple[str, str, str]]:
        """Name, type and meaning of each column; types are those of Table Schema."""
        for field in self.rows.schema:
            yield field.name, _type(field.type), self.meanings[field.name]


def _type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    return "number" if pa.types.is_floating(kind) else "string"


def export(
    build: Build,
    out: Path,
    style: str,
    indicator: str | None = None,
    **selection: Unpack[Selection],
) -> int:
    """Write observations into a file, whole or not at all.

    Args:
        build: the build.
        out: the file.
        style: one of :data:`FORMATS`.
        indicator: which indicator; all if None.
        selection: which observations, as :meth:`Build.show` takes them.

    Returns:
        How many observations were written.

    Raises:
        CeyuanError: what :meth:`Build.show` raises, ``download-too-large`` for a sheet that cannot hold them, or
            ``unwritable-file``.

    >>> import tempfile
    >>> with Build.open(gba) as build, tempfile.TemporaryDirectory() as folder:
    ...     export(build, Path(folder) / "rd.csv", "csv", "rd_intensity", place="gba9", period="2025")
    1
    """
    tables = export_tables(build, indicator, **selection)
    try:
        for path, content in FORMATS[style](build, out, tables):
            replace_file(path, content)
    except OSError as error:
        raise fail(
            "unwritable-file", f"cannot be written: {error.strerror or error}", file=str(out)
        ) from None
    return int(tables[0].rows.num_rows)


def export_tables(
    build: Build, indicator: str | None = None, **selection: Unpack[Selection]
) -> list[ExportTable]:
    """Observations, and the indicators, places and sources that they name.

    Args:
        build: the build.
        indicator: which indicator; all if None.
        selection: which observations, as :meth:`Build.show` takes them.

    Raises:
        CeyuanError: what :meth:`Build.show` raises.
    """
    rows = build.table(indicator, **selection)
    key = () if selection.get("all_sources") else ("indicator", "place", "period", "breakdown")
    named = set(rows["indicator"].unique().to_pylist())
    places = set(rows["place"].unique().to_pylist())
    sources = {one for several in rows["source"].unique().to_pylist() for one in several.split(";")}
    return [
        _observations(rows, key),
        _catalogue("indicators", _only(build.indicators, named), _INDICATOR, _described(Indicator)),
        _catalogue("places", _only(build.gazetteer.places, places), _PLACE, _meanings_of(Place)),
        _catalogue("sources", _only(build.sources, sources), _SOURCE, _described(Source)),
    ]


def _observations(rows: pa.Table, key: tuple[str, ...] = ()) -> ExportTable:
    meanings = _in_languages({**_meanings_of(Observation), **_SUBJECT})
    return ExportTable("observations", rows, meanings, key)


def observation_columns(rows: pa.Table) -> bytes:
    """What the columns of observations mean, as a file of CSV: table, column, type, meaning.

    Args:
        rows: observations with names and remarks, as :meth:`Build.table` gives them.

    >>> with Build.open(gba) as build:
    ...     told = observation_columns(build.table("rd_intensity"))
    >>> told.decode("utf-8-sig").splitlines()[:2]
    ['table,column,type,meaning', 'observations,indicator,string,What is measured.']
    """
    return b"\xef\xbb\xbf" + _dictionary([_observations(rows)])


def _only(known: Mapping[str, Any], wanted: set[str]) -> dict[str, Any]:
    return {name: one for name, one in known.items() if name in wanted}


def _meanings_of(cls: type) -> dict[str, str]:
    """What the docstring of a class says of its fields."""
    return {
        name: _plain(said) for name, said in field_meanings(cleandoc(cls.__doc__ or ""))[1].items()
    }


def _described(model: type[Indicator | Source]) -> dict[str, str]:
    """What a declaration says of its keys."""
    return {name: _plain(field.description or "") for name, field in model.model_fields.items()}


def _plain(meaning: str) -> str:
    """A meaning for readers of a table, who see no code and no value that is not there."""
    without_code = meaning.replace("`", "").replace("None", "empty")
    return _ALL_LANGUAGES.sub("", without_code)


def _in_languages(meanings: Mapping[str, str]) -> dict[str, str]:
    """Meanings of columns, and of those that tell the same in one language."""
    told = dict(meanings)
    for name, meaning in meanings.items():
        for language in IN_COLUMNS:
            told[f"{name}_{suffix(language)}"] = f"{meaning.rstrip('.')}, {_LANGUAGES[language]}."
    return told


def _catalogue(
    name: str, known: Mapping[str, Any], fields: tuple[str, ...], meanings: Mapping[str, str]
) -> ExportTable:
    """A table of what observations name: a column for each field, for texts one for each language."""
    columns: dict[str, pa.Array] = {}
    for field in fields:
        values: list[Any] = (
            list(known) if field == "id" else [getattr(one, field) for one in known.values()]
        )
        if field in _TEXTS:
            for language in IN_COLUMNS:
                columns[f"{field}_{suffix(language)}"] = pa.array(
                    [_text(v, language) for v in values], pa.string()
                )
        else:
            columns[field] = pa.array(map(_cell, values), _arrow_type(field))
    said = {**meanings, "type": "How it is made.", "id": "Identifier."}
    return ExportTable(name, pa.table(columns), _in_languages(said), ("id",))


def _text(value: Trilingual | None, language: str) -> str | None:
    return None if value is None else value.get(language)


def _cell(value: Any) -> Any:
    return (";".join(value) or None) if isinstance(value, tuple) else value


def _arrow_type(field: str) -> pa.DataType:
    if field in _NUMBERS:
        return pa.float64()
    return pa.bool_() if field in _FLAGS else pa.string()


Files = Iterator[tuple[Path, bytes]]


def _csv_files(_: Build, out: Path, tables: list[ExportTable]) -> Files:
    """The observations alone, and beside them what their columns mean."""
    yield out, b"\xef\xbb\xbf" + _csv(tables[0].rows)
    yield out.with_name(f"{out.stem}.columns.csv"), observation_columns(tables[0].rows)


def _csv(rows: pa.Table) -> bytes:
    stream = io.BytesIO()
    pc.write_csv(rows, stream)
    return stream.getvalue()


def _dictionary(tables: Iterable[ExportTable]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows(_dictionary_rows(tables))
    return stream.getvalue().encode()


def _dictionary_rows(tables: Iterable[ExportTable]) -> Iterator[tuple[str, str, str, str]]:
    """What every column means, below a header."""
    yield "table", "column", "type", "meaning"
    for table in tables:
        for field in table.fields:
            yield table.name, *field


def _parquet_file(_: Build, out: Path, tables: list[ExportTable]) -> Files:
    """The observations; each column carries its meaning."""
    rows = tables[0].rows
    said = [f.with_metadata({"description": tables[0].meanings[f.name]}) for f in rows.schema]
    stream = io.BytesIO()
    pq.write_table(rows.cast(pa.schema(said)), stream, compression="zstd")
    yield out, stream.getvalue()


def _workbook_file(_: Build, out: Path, tables: list[ExportTable]) -> Files:
    """A sheet for each table, the last one tells what the columns mean."""
    longest = max(table.rows.num_rows for table in tables)
    if longest > _SHEET_ROWS:
        raise fail(
            "download-too-large",
            f"{longest:,} rows are asked for, {_SHEET_ROWS:,} are the limit of a sheet",
        )
    book = Workbook(write_only=True)
    for table in tables:
        _write_sheet(book, table.name, _sheet_rows(table.rows))
    _write_sheet(book, "columns", _dictionary_rows(tables))
    stream = io.BytesIO()
    book.save(stream)
    yield out, stream.getvalue()


def _sheet_rows(rows: pa.Table) -> Iterator[Iterable[Any]]:
    yield rows.column_names
    for batch in rows.to_batches():
        yield from zip(*batch.to_pydict().values(), strict=True)


def _write_sheet(book: Any, name: str, rows: Iterable[Iterable[Any]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_sheet_cell(sheet, value) for value in row])


def _sheet_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, printable(value))
    cell.data_type = "s"  # "=1+1" in a text is no formula
    return cell


def _package_file(build: Build, out: Path, tables: list[ExportTable]) -> Files:
    """A Data Package: every table as CSV, and a descriptor."""
    config = build.config
    descriptor = {
        "$schema": _PACKAGE,
        "name": config.id,
        "title": config.name.en,
        "version": build.id,
        "created": build.manifest["created"],
        "resources": [_resource(table) for table in tables],
    }
    if config.description is not None:
        descriptor["description"] = config.description.en
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        _add(
            package,
            "datapackage.json",
            json.dumps(descriptor, ensure_ascii=False, indent=2).encode(),
        )
        for table in tables:
            _add(package, f"{table.name}.csv", _csv(table.rows))
    yield out, stream.getvalue()


def _resource(table: ExportTable) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(table, *field) for field in table.fields]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.name == "observations":
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": resource, "fields": ["id"]}}
            for field, resource in (("indicator", "indicators"), ("place", "places"))
        ]
    return {
        "name": table.name, "type": "table", "path": f"{table.name}.csv", "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "schema": schema,
    }  # fmt: skip


def _field(table: ExportTable, name: str, kind: str, meaning: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": kind, "description": meaning}
    if name in table.key:
        field["missingValues"] = []  # the total has an empty breakdown, which is not missing
    return field


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    # Without the time of day: the same build makes the same file.
    package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _sdmx_csv_file(build: Build, out: Path, tables: list[ExportTable]) -> Files:
    """The observations as SDMX-CSV, and beside them what the codes of indicators, places and sources mean."""
    flow = f"{AGENCY}:{_flow_id(build)}({VERSION})"
    yield out, sdmx_csv(tables[0].rows, flow, _day(build))
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(_code_rows(tables[1:]))
    yield out.with_name(f"{out.stem}.codes.csv"), b"\xef\xbb\xbf" + stream.getvalue().encode()


def _sdmx_ml_file(build: Build, out: Path, tables: list[ExportTable]) -> Files:
    """The observations as a message of SDMX-ML, and beside them its structure with all codes."""
    created = build.manifest["created"]
    flow = Dataflow(_flow_id(build), build.config.name, build.id, created)
    yield out, data_message(flow, sdmx_observations(tables[0].rows, _day(build)))
    lists = [
        CodeList(f"CL_{concept}", concept, _names(table))
        for concept, table in zip(("INDICATOR", "REF_AREA", "SOURCE"), tables[1:], strict=True)
    ]
    yield out.with_name(f"{out.stem}.structure.xml"), structure_message(flow, lists, MEANINGS)


def _flow_id(build: Build) -> str:
    return build.config.id.upper().replace("-", "_")


def _day(build: Build) -> date:
    return date.fromisoformat(build.manifest["created"][:10])


def _names(table: ExportTable) -> dict[str, Trilingual]:
    """What each code of a table is called."""
    return {
        code: Trilingual.of(dict(zip(IN_COLUMNS, names, strict=True)))
        for code, *names in _called(table)
    }


def _called(table: ExportTable) -> Iterator[tuple[str, ...]]:
    """Every code of a table with its names."""
    name = "title" if table.name == "sources" else "name"
    for row in table.rows.to_pylist():
        yield row["id"], *(row[f"{name}_{suffix(language)}"] or "" for language in IN_COLUMNS)


def _code_rows(tables: Iterable[ExportTable]) -> Iterator[tuple[str, ...]]:
    """Every code with its names, below a header."""
    yield "list", "code", "en", "zh-Hans", "zh-Hant"
    for table in tables:
        for code in _called(table):
            yield table.name, *code


FORMATS: Mapping[str, Callable[[Build, Path, list[ExportTable]], Files]] = {
    "csv": _csv_files, "parquet": _parquet_file, "xlsx": _workbook_file, "datapackage": _package_file,
    "sdmx-csv": _sdmx_csv_file, "sdmx-ml": _sdmx_ml_file,
}  # fmt: skip
"""How observations can be written, by name."""
