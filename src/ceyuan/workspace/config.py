"""``ceyuan.yaml`` and ``sources.yaml``: what the workspace is, who co-builds, where records come from."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from ceyuan.errors import Problem
from ceyuan.units import UnitWord
from ceyuan.wording import Language, Trilingual
from ceyuan.workspace.spec import FreeText, Id, OneOrMore, Spec, spec_field

_HOST = r"[A-Za-z0-9.-]+(:\d{1,5})?"
MASTER = rf"^(spark://{_HOST}(,{_HOST})*|sc://{_HOST}(/\S*)?|local(\[(\*|\d+)\])?)$"
"""How the address of a cluster of Spark is written."""


class Party(Spec):
    """A side that co-builds the centre: a ministry, a province, a special administrative region.

    "Cross-border" in Ceyuan means between two parties, and which place belongs to which party is declared in
    ``places.csv``, never guessed.
    """

    id: Id = spec_field(
        "The identifier that places and records use.", good="guangdong", bad="Guang Dong"
    )
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Guangdong", "zh-Hans": "广东"}, bad="Guangdong"
    )
    aliases: tuple[str, ...] = spec_field(
        "Other spellings found in records.", good=["粤"], bad="粤", default=()
    )


class Topic(Spec):
    """A field of work, a mechanism of the co-building, or what indicators are about."""

    id: Id = spec_field("Identifier.", good="basic_research", bad="Basic research")
    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "Basic research"}, bad="Basic research"
    )


class OwnUnit(Spec):
    """A unit of measure of the workspace's own, usable wherever a unit may stand."""

    name: Trilingual = spec_field(
        "What it is called, in English in the plural.",
        good={"en": "containers", "zh-Hans": "标准箱"},
        bad="TEU",
    )
    one: str | None = spec_field(
        "One of it in English.", good="container", bad="", default=None, min_length=1
    )
    prefix: str = spec_field(
        "What English writes before the number.", good="R$", bad=1, default="", max_length=8
    )
    dimension: str | None = spec_field(
        "What it measures; units of one dimension are added and converted. Its own if absent. A currency is `money:XXX`, "
        "a counter of things `count`.",
        good="power",
        bad="Power!",
        default=None,
        pattern=r"^[a-z][a-z-]*( [a-z-]+)?(:[A-Za-z]+)?$",
    )
    factor: Decimal = spec_field(
        "How many base units of the dimension it is; of each new dimension one unit has the factor 1.",
        good=1000,
        bad=0,
        default=Decimal(1),
        gt=0,
        lt=Decimal("1e30"),
    )
    scaled: bool = spec_field(
        "Whether multipliers (万, million) may stand before it.", good=False, bad="x", default=True
    )
    aliases: tuple[str, ...] = spec_field(
        "Other spellings.", good=["TEU", "标箱"], bad="TEU", default=()
    )

    def word(self, key: str) -> UnitWord:
        """It as a word among the units.

        Args:
            key: what it is declared as.
        """
        text, en = self.name.zh_hans, self.name.en
        measured = self.dimension or f"own:{key}"
        return UnitWord(
            text,
            measured,
            self.factor,
            self.scaled,
            en,
            self.one or en,
            self.name.zh_hant,
            self.prefix,
        )

    def spellings(self, key: str) -> tuple[str, ...]:
        """All that it is called."""
        name = self.name
        called = (
            key,
            name.zh_hans,
            name.zh_hant,
            name.en,
            *((self.one,) if self.one else ()),
            *self.aliases,
        )
        return tuple(dict.fromkeys(called))


class Headline(Spec):
    """A figure that is printed at the end of a build and shown first."""

    indicator: Id = spec_field("The indicator.", good="rd_intensity", bad="R&D intensity")
    place: Id = spec_field(
        "The place; its latest period is shown.", good="gba9", bad="Greater Bay Area"
    )


STORE = r"^[a-z][a-z0-9+.-]*://[^?#@]*[^/?#@][^?#@]*$"
"""A folder's address without anything secret: no user, no options."""


class EngineConfig(Spec):
    """The engine that records are asked of: DuckDB on this machine, or a cluster of Apache Spark."""

    kind: Literal["duckdb", "spark"] = spec_field(
        "`duckdb`: on this machine; `spark`: on a cluster of Apache Spark.",
        good="spark",
        bad="hadoop",
        default="duckdb",
    )
    master: str | None = spec_field(
        "The address of the cluster: `spark://host:port`, `local[2]`, or `sc://host:port` for Spark Connect.",
        good="spark://head:7077",
        bad="head",
        default=None,
        pattern=MASTER,
    )
    local_rows: int = spec_field(
        "A record kind with at most so many records stays in DuckDB: a query of Spark takes seconds however small.",
        good=100_000,
        bad=-1,
        default=100_000,
        ge=0,
    )

    local_bytes: int = spec_field(
        "A table whose files have at most so many bytes together is read on this machine, a heavier one by the workers.",
        good=200_000_000,
        bad=-1,
        default=200_000_000,
        ge=0,
    )
    store: str | None = spec_field(
        "A folder that all machines see: `file:///…`, `s3a://…`, `hdfs://…`; the records get a folder of their own in it. "
        "Keys and servers' addresses come from the environment. `build/store` if absent.",
        good="s3a://bucket/ceyuan",
        bad="s3a://key:secret@bucket/ceyuan",
        default=None,
        pattern=STORE,
    )

    @model_validator(mode="after")
    def _address(self) -> Self:
        if self.kind == "spark" and self.master is None:
            raise ValueError("`kind: spark` needs the address of a cluster: `master`")
        if self.store and self.store.startswith("file:") and self.store[7] != "/":
            raise ValueError(
                "`store: file:///…` is a folder that every machine has under this path"
            )
        return self


class Acknowledged(Spec):
    """A warning that somebody has looked at: it is told no more, and does not stop a strict build."""

    code: str = spec_field(
        "The code of the warning.",
        good="rows-quarantined",
        bad="all",
        pattern=r"^[a-z]+(-[a-z]+)+$",
    )
    at: str = spec_field(
        "What it is about: the file that it names, with or without the line, or the indicator that its message begins with.",
        good="records/deals.csv",
        bad="",
        min_length=1,
    )
    why: FreeText = spec_field(
        "Why it may stay.", good="Two rows without a place, as the office says", bad=""
    )

    def covers(self, problem: Problem) -> bool:
        """Whether it is about a warning."""
        subject = problem.message.partition(": ")[0]
        return (
            problem.severity == "warning"
            and problem.code == self.code
            and self.at in (problem.file, problem.where, subject)
        )


class WorkspaceConfig(Spec):
    """The file ``ceyuan.yaml``."""

    ceyuan: Literal[1] = spec_field("The version of the workspace format.", good=1, bad="latest")
    id: Id = spec_field("The identifier of the workspace.", good="gba", bad="GBA 2026")
    name: Trilingual = spec_field(
        "What the observatory is called.", good={"en": "Greater Bay Area"}, bad="GBA"
    )
    description: Trilingual | None = spec_field(
        "One paragraph on what it observes.", good={"en": "…"}, bad="…", default=None
    )
    languages: tuple[Language, ...] = spec_field(
        "Languages of what is published, the first is the main one: everything is named in these, and need not be in others.",
        good=["zh-Hans", "en"],
        bad=["cn"],
        default=("zh-Hans", "zh-Hant", "en"),
        min_length=1,
    )
    timezone: str = spec_field(
        "The time zone in which a day begins and ends (IANA name): what `today` is for the plan and the site.",
        good="Asia/Hong_Kong",
        bad="GMT+8:00",
        default="UTC",
        pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
    )
    docs: str | None = spec_field(
        "Where the documentation of Ceyuan is published, as `make docs` writes it: pages of the site link to their help there.",
        good="https://example.org/ceyuan-docs/",
        bad="ceyuan-docs",
        default=None,
        pattern=r"^https?://[^\s?#]+$",
    )
    headline: tuple[Headline, ...] = spec_field(
        "Figures printed at the end of a build, in this order.",
        good=[{"indicator": "rd_intensity", "place": "gba9"}],
        bad=["rd_intensity"],
        default=(),
    )
    peers: tuple[Id, ...] = spec_field(
        "Places that the headlines are compared with, in this order; one without such a figure is passed over.",
        good=["beijing", "shanghai", "cn"],
        bad="Beijing",
        default=(),
    )
    parties: tuple[Party, ...] = spec_field(
        "The sides that co-build.", good=[{"id": "hongkong"}], bad="hk", default=()
    )
    topics: tuple[Topic, ...] = spec_field(
        "What indicators are about, in the order in which readers find them.",
        good=[{"id": "rd", "name": {"en": "R&D", "zh-Hans": "研发投入", "zh-Hant": "研發投入"}}],
        bad=["rd"],
        default=(),
    )
    units: dict[str, OwnUnit] = spec_field(
        "Units of the workspace's own, by what they are written as.",
        good={"TEU": {"name": {"en": "containers", "zh-Hans": "标准箱", "zh-Hant": "標準箱"}}},
        bad=["TEU"],
        default={},
    )
    roots: dict[Id, str] = spec_field(
        "Folders outside the workspace that hold records, relative to it. A table names them as `root:path`; the "
        "environment variable CEYUAN_ROOT_<ID> replaces one.",
        good={"shared": "../../data"},
        bad=["../../data"],
        default={},
    )
    databases: dict[Id, str] = spec_field(
        "Databases that tables ask: PostgreSQL and others that SQLAlchemy knows, `sqlite:file` or `duckdb:file` in the "
        "workspace. The environment variable CEYUAN_PASSWORD_<ID> holds the password, CEYUAN_DATABASE_<ID> replaces the address.",
        good={"office": "postgresql://reader@db.office/st"},
        bad=["postgresql://db.office/st"],
        default={},
    )
    memory: str = spec_field(
        "Memory that the engine may use before it works from disk.",
        good="2GB",
        bad="much",
        default="2GB",
        pattern=r"^([1-9]\d{2,5}MB|[1-9]\d{0,3}(\.\d{1,3})?GB)$",
    )
    engine: EngineConfig = spec_field(
        "Where queries over records run.",
        good={"kind": "spark", "master": "spark://head:7077"},
        bad="spark",
        default=EngineConfig(),
    )
    keep: int = spec_field(
        "How many builds are kept; those that a published edition of a bulletin came from stay besides.",
        good=20,
        bad=0,
        default=20,
        ge=1,
    )
    acknowledged: tuple[Acknowledged, ...] = spec_field(
        "Warnings that somebody has looked at.",
        good=[
            {
                "code": "rows-quarantined",
                "at": "records/deals.csv",
                "why": "Two rows without a place",
            }
        ],
        bad=["rows-quarantined"],
        default=(),
    )
    threads: int | None = spec_field(
        "Threads of the engine; as many as cores if absent.",
        good=4,
        bad=0,
        default=None,
        ge=1,
        le=1024,
    )

    def unacknowledged(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems without those warnings that somebody has looked at."""
        return [problem for problem in problems if not self._knows(problem)]

    def _knows(self, problem: Problem) -> bool:
        return any(known.covers(problem) for known in self.acknowledged)

    def unit_words(self) -> dict[str, UnitWord]:
        """The workspace's own units by all their spellings."""
        found: dict[str, UnitWord] = {}
        for key, unit in self.units.items():
            found |= dict.fromkeys(unit.spellings(key), unit.word(key))
        return found


class Body(Spec):
    """A body that makes figures: a statistical office, a ministry, a government, an institute, a company."""

    name: Trilingual = spec_field(
        "Its name in three languages.", good={"en": "National Bureau of Statistics"}, bad="NBS"
    )
    part_of: Id | None = spec_field(
        "The body that it belongs to: a department of a government is no witness for that government.",
        good="guangdong-government",
        bad="Guangdong",
        default=None,
    )


Nature = Literal[
    "official_statistics", "official_statement", "register", "research", "press", "estimate"
]
"""What kind of witness a source is."""


class Source(Spec):
    """Where records come from."""

    title: FreeText = spec_field(
        "Title of the publication or data set.", good="China Statistical Yearbook", bad=""
    )
    publisher: FreeText = spec_field(
        "Who publishes it.", good="National Bureau of Statistics", bad=""
    )
    origin: OneOrMore = spec_field(
        "The body that made the figures (of `origins`), which is not always who publishes them; several where they made them "
        "together. Without one the publisher is taken.",
        good="nbs",
        bad="National Bureau of Statistics",
        default=(),
    )
    nature: Nature | None = spec_field(
        "What kind of witness it is: `official_statistics` (a statistical office by its own survey), `official_statement` "
        "(a government or its department in a report or speech), `register`, `research`, `press`, `estimate`.",
        good="official_statistics",
        bad="official",
        default=None,
    )
    derived_from: OneOrMore = spec_field(
        "Sources that its figures were taken or reckoned from.",
        good=["nbs-rd-2022"],
        bad="NBS",
        default=(),
    )
    measures: OneOrMore = spec_field(
        "Indicators whose figures in it are its own measurement, although the indicator is `measured_by` another body.",
        good=["unicorns"], bad="own figures", default=(),
    )  # fmt: skip
    reprints: Id | None = spec_field(
        "The source that it prints again, whole or in part.",
        good="gba-2026",
        bad="yes",
        default=None,
    )
    url: str | None = spec_field(
        "Where it is found.",
        good="https://www.stats.gov.cn/",
        bad="stats.gov.cn",
        default=None,
        pattern=r"^https?://\S+$",
    )
    licence: str | None = spec_field(
        "Licence, as the publisher states it.", good="CC BY 4.0", bad="", default=None
    )
    published: str | None = spec_field(
        "When it was published (date or year).", good="2026-06-19", bad="June", default=None
    )
    retrieved: str | None = spec_field(
        "When it was retrieved.", good="2026-11-01", bad="yesterday", default=None
    )
    vintage: str | None = spec_field(
        "Edition or state of the data.", good="2025", bad="", default=None
    )
    priority: int = spec_field(
        "Which source is shown where several state the same figure: the higher one.",
        good=10,
        bad="high",
        default=0,
        ge=-1_000_000,
        le=1_000_000,
    )
    simulated: bool = spec_field(
        "Made-up data for load or demonstration; every figure made of it says so.",
        good=True,
        bad="maybe",
        default=False,
    )
    note: FreeText | None = spec_field(
        "Anything a reader should know, once or in three languages.",
        good={"en": "Read in a secondary report", "zh-Hans": "据转载报道"},
        bad="",
        default=None,
    )

    @property
    def comes_from(self) -> tuple[str, ...]:
        """The sources that it was derived from or prints again."""
        return (*self.derived_from, self.reprints) if self.reprints else self.derived_from

    def label(self, language: Language = "en") -> str:
        """Publisher and title in one line."""
        return f"{self.publisher.get(language)}: {self.title.get(language)}"


class SourcesFile(Spec):
    """The file ``sources.yaml``: sources by identifier."""

    origins: dict[Id, Body] = spec_field(
        "Bodies that make figures, by identifier.",
        good={"nbs": {"name": {"en": "NBS"}}},
        bad=["nbs"],
        default={},
    )
    sources: dict[Id, Source] = Field(description="Sources by identifier.")
