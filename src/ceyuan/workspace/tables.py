"""``records/*.yaml``: how the columns of a file become the fields of a record kind."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ceyuan.tabular.layout import AREA, parse_area
from ceyuan.workspace.spec import FreeText, Id, OneOrMore, Spec, spec_field

Scalar = str | int | float | bool


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


Separators = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]),
]
"""What parts texts; a single one may stand without brackets."""


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
HeaderLine = Annotated[int, Field(ge=1, le=1000)]
TableFormat = Literal["csv", "tsv", "xlsx", "xls", "ods", "jsonl", "parquet", "sdmx-ml"]


class MatchRule(Spec):
    """A rule that tells what a text stands for by how it is written: any one of its texts is enough."""

    starts: tuple[str, ...] = spec_field(
        "The text begins with one of these …", good=["国家"], bad="国家", default=()
    )
    ends: tuple[str, ...] = spec_field(
        "… or ends with one of these …", good=["医院"], bad="医院$", default=()
    )
    contains: tuple[str, ...] = spec_field(
        "… or has one of these in it.", good=["公司"], bad="*公司*", default=()
    )
    value: Scalar = spec_field("What such a text stands for.", good="hospital", bad=["hospital"])


class ColumnSpec(Spec):
    """Where a field's value comes from and how it is read."""

    column: str = spec_field(
        "Name of the column in the file (for JSON lines a dotted path).", good="合同金额", bad=""
    )
    unit: str | None = spec_field(
        "Unit the numbers are in; converted to the base unit.", good="万元", bad="wan", default=None
    )
    heading_unit: str | None = spec_field(
        "The unit that the file's heading states, where it is wrong and `unit` is right.",
        good="元",
        bad="wrong",
        default=None,
    )
    unit_column: str | None = spec_field(
        "Column that names each row's unit.", good="units", bad="", default=None
    )
    unit_map: dict[str, str] = spec_field(
        "Texts of the unit column and the units that they stand for.",
        good={"MIO_EUR": "百万欧元"},
        bad=["MIO_EUR"],
        default={},
    )
    multiplier_column: str | None = spec_field(
        "Column of each row's power of ten (`UNIT_MULT`: 6, or Millions); one of that name is read undeclared.",
        good="UNIT_MULT",
        bad="6",
        default=None,
    )
    map: dict[str, Scalar] = spec_field(
        "Values of the file and what they stand for; others stay.",
        good={"江两": "江西"},
        bad=["江两"],
        default={},
    )
    map_only: bool = spec_field(
        "Values that neither `map` nor `match` names are quarantined.",
        good=True,
        bad="x",
        default=False,
    )
    match: tuple[MatchRule, ...] = spec_field(
        "For values that `map` does not name: rules on how they are written, the first that fits decides.",
        good=[{"ends": ["医院"], "value": "hospital"}],
        bad={"医院": "hospital"},
        default=(),
    )
    otherwise: Scalar | None = spec_field(
        "What every value stands for that neither `map` nor `match` names.",
        good="other",
        bad=["other"],
        default=None,
    )
    format: str | None = spec_field(
        "How dates are written (strftime).", good="%Y%m%d", bad="yyyymmdd", default=None
    )
    missing: tuple[str, ...] = spec_field(
        "Texts that stand for no value.", good=["-", "*"], bad="-", default=()
    )
    empty: Scalar | None = spec_field(
        "What an empty cell stands for (the year of a whole table).",
        good=2023,
        bad=[2023],
        default=None,
    )
    split: Separators = spec_field(
        "What parts several values in one cell: each makes a record of its own. Columns that are split together must hold "
        "equally many values, which then belong together.",
        good="、",
        bad=3,
        default=(),
    )
    strip: tuple[str, ...] = spec_field(
        "Texts that are taken off both ends of a cell.", good=["#", "其中："], bad="#", default=()
    )
    marks: dict[str, str] = spec_field(
        "Footnote marks at either end of a cell and what they say; that goes to the field `note`.",
        good={"①": "快报数"},
        bad="①",
        default={},
    )
    brackets: Literal["negative"] | None = spec_field(
        "What a number in brackets is, as accounts write it: (35) is -35. Otherwise it may be a footnote, and is quarantined.",
        good="negative",
        bad="minus",
        default=None,
    )
    minus: tuple[Annotated[str, Field(min_length=1)], ...] = spec_field(
        "Signs before a number that make it negative, beside - and −, as tables of Korea and Japan write it: △7.0.",
        good=["△"],
        bad=[""],
        default=(),
    )
    bounds: dict[str, Literal["lt", "le", "gt", "ge", "approx"]] = spec_field(
        "Signs before a number and the bound that they are; that goes to the field `bound`.",
        good={"<": "lt"},
        bad="<",
        default={},
    )
    unit_from: Literal["heading"] | None = spec_field(
        "The unit is the one that the column's name or a line above the table states.",
        good="heading",
        bad="title",
        default=None,
    )

    def used(self) -> list[str]:
        """All columns that the field is read from."""
        return [name for name in (self.column, self.unit_column, self.multiplier_column) if name]


class ExcludeSpec(Spec):
    """Rows that are no records of this kind (totals, repeated headers); they are counted and kept in quarantine."""

    when: str = spec_field(
        "A filter over the file's columns, as text.", good="province = '合计'", bad="province"
    )
    why: str = spec_field("The reason.", good="a total, not a record", bad="")


class CorrectionSpec(Spec):
    """A declared correction of a source's error.

    It applies to rows that match and still hold the value that is known to be wrong. Once the source is repaired, nothing
    matches any more and the build says that the correction is stale.
    """

    match: dict[str, Scalar] = spec_field(
        "Columns and values that find the row.", good={"NO": "2018YFA02"}, bad="NO", min_length=1
    )
    expect: dict[str, Scalar] = spec_field(
        "The wrong values as the source has them.", good={"funds": "1937"}, bad="1937", min_length=1
    )
    set: dict[str, Scalar] = spec_field(
        "The right values.", good={"funds": "1973"}, bad="1973", min_length=1
    )
    why: FreeText = spec_field(
        "How it is known, once or in three languages.",
        good="Transposed digits; see the ministry's notice",
        bad="",
    )
    who: FreeText = spec_field(
        "Who decided, once or in three languages.", good="Li, S&T statistics office", bad=""
    )
    until: Day | None = spec_field(
        "Last day it may be used.", good="2027-12-31", bad="soon", default=None
    )


class TableSpec(Spec):
    """One table of records."""

    kind: Id = spec_field("The record kind of its rows.", good="payment", bad="Payments")
    file: str | None = spec_field(
        "The file, relative to this one, or `root:path`; `*` and `?` name several.",
        good="payments.csv",
        bad="/home/li/x.csv",
        default=None,
        min_length=1,
    )
    resource: str | None = spec_field(
        "Which resource it is, where the file is a Data Package: its `datapackage.json`, or a zip with one.",
        good="observations",
        bad="",
        default=None,
        min_length=1,
    )
    database: Id | None = spec_field(
        "Instead of a file: the database (of `ceyuan.yaml`) that is asked …",
        good="office",
        bad="postgresql://…",
        default=None,
    )
    query: str | None = spec_field(
        "… and the query whose rows are the table's.",
        good="SELECT * FROM payments",
        bad="",
        default=None,
        min_length=1,
    )
    url: str | None = spec_field(
        "Instead of a file: its address in the web.",
        good="https://example.org/payments.csv",
        bad="example.org",
        default=None,
        pattern=r"^https?://\S+$",
    )
    sha256: str | None = spec_field(
        "The hash of what stands at that address; another content is refused.",
        good="0" * 64,
        bad="latest",
        default=None,
        pattern=r"^[0-9a-f]{64}$",
    )
    source: Id = spec_field(
        "Where it comes from (sources.yaml).", good="gdstc-2026", bad="Department"
    )
    description: str | None = spec_field(
        "What the file holds.", good="Payments 2019 to 2025", bad="", default=None
    )
    format: TableFormat | None = spec_field(
        "Format, where the name does not tell.", good="csv", bad="excel", default=None
    )
    encoding: str = spec_field(
        "Character encoding of text files.", good="gb18030", bad="ansi", default="utf-8"
    )
    delimiter: str | None = spec_field(
        "Separator of columns; if absent comma, or what the header has instead (`;`, tab, `|`).",
        good=";",
        bad="",
        default=None,
        pattern=r'^[^"\r\n\x00]$',
    )
    header: HeaderLine | tuple[HeaderLine, ...] = spec_field(
        "Line of the column names, from 1, or the first row of `area`; of several lines the names are joined by `/`.",
        good=[3, 4],
        bad=0,
        default=1,
    )
    sheet: str | None = spec_field(
        "Sheet of a workbook; the first that is not hidden if absent.",
        good="2024",
        bad="",
        default=None,
    )
    area: str | None = spec_field(
        "Which columns, maybe rows, of the file or sheet the table is, where others stand beside or under it.",
        good="E2:G40",
        bad="E",
        default=None,
        pattern=f"^{AREA}$",
    )
    skip: int = spec_field(
        "Rows between the column names and the first row.", good=1, bad=-1, default=0, ge=0, le=1000
    )
    until: tuple[str, ...] = spec_field(
        "The table ends before the first row that begins with one of these.",
        good=["注"],
        bad="注",
        default=(),
    )
    fill_down: tuple[str, ...] = spec_field(
        "Columns whose empty cells take the value above.", good=["地区"], bad="地区", default=()
    )
    unpivot: tuple[str, ...] = spec_field(
        "Columns of these patterns become rows: `{name}` makes a column of a part of the name, the cell goes to `value`.",
        good=["{period}/{item}"],
        bad="{period}",
        default=(),
    )
    split_first: str | None = spec_field(
        "What parts the texts of the first column where it holds several, as its name does (Eurostat).",
        good=",",
        bad="",
        default=None,
        min_length=1,
    )
    decimal: Literal[".", ","] | None = spec_field(
        "What stands before decimals; a point, but where semicolons part the columns it must be said.",
        good=",",
        bad="comma",
        default=None,
    )
    columns: dict[Id, str | ColumnSpec] = spec_field(
        "Field → column. A field without an entry takes the column of its own name, if the file has one.",
        good={"place": "省份", "amount": {"column": "金额", "unit": "万元"}},
        bad=["省份"],
        default={},
    )
    constants: dict[Id, Scalar] = spec_field(
        "Field → the same value for every row.", good={"currency": "CNY"}, bad="CNY", default={}
    )
    exclude: tuple[ExcludeSpec, ...] = spec_field(
        "Rows that are not records.", good=[{"when": "省份 = '合计'"}], bad="合计", default=()
    )
    corrections: tuple[CorrectionSpec, ...] = spec_field(
        "Declared corrections.", good=[{"match": {"NO": "1"}}], bad="x", default=()
    )
    submitted_by: OneOrMore = spec_field(
        "Parties that may hand in figures of this table (CSV or XLSX) on the team's server; with them it needs no file.",
        good=["guangdong"],
        bad=["Guangdong"],
        default=(),
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = [self.file, self.query, self.url].count(None)
        if origins != 2 and not (origins == 3 and self.submitted_by):
            raise ValueError("a table is one of `file`, `query` or `url`")
        if self.submitted_by and (self.resource is not None or self.format not in (None, "csv", "xlsx")):  # fmt: skip
            raise ValueError("what is submitted is CSV or XLSX, no resource of a Data Package")
        if (self.query is None) != (self.database is None):
            raise ValueError("`query` and `database` go together")
        if self.sha256 is not None and self.url is None:
            raise ValueError("`sha256` goes with `url`")
        if self.resource is not None and self.file is None:
            raise ValueError("`resource` goes with `file`")
        return self

    @model_validator(mode="after")
    def _is_area(self) -> Self:
        if self.area is not None:
            parse_area(self.area)
        return self

    @property
    def heads(self) -> tuple[int, ...]:
        """The lines of the column names."""
        area = None if self.area is None else parse_area(self.area)
        if (
            area is not None
            and area.first_row is not None
            and "header" not in self.model_fields_set
        ):
            return (area.first_row,)
        return (self.header,) if isinstance(self.header, int) else self.header

    @property
    def mark(self) -> Literal[".", ","]:
        """What stands before decimals."""
        return self.decimal or "."


def column_of(spec: TableSpec, name: str) -> ColumnSpec:
    """How a field is read: as declared, or from the column of its own name."""
    declared = spec.columns.get(name, name)
    return ColumnSpec(column=declared) if isinstance(declared, str) else declared
