"""A small workspace that is complete, and ways to read what became of its records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ceyuan.engine import Cluster, Engine, EngineSettings
from ceyuan.engine.sql import path_literal
from ceyuan.errors import Problem
from ceyuan.pipeline.checking import check_workspace
from ceyuan.places import Gazetteer
from ceyuan.records.ingest import Ingested, ingest
from ceyuan.records.store import Store, StoredPart

NAMES = "{en: %s, zh-Hans: 名, zh-Hant: 名}"
CONFIG = """\
ceyuan: 1
id: small
name: {en: Small, zh-Hans: 小, zh-Hant: 小}
languages: [en, zh-Hans, zh-Hant]
headline:
  - {indicator: paid, place: gd}
parties:
  - id: guangdong
    name: {en: Guangdong, zh-Hans: 广东, zh-Hant: 廣東}
    aliases: [粤]
  - id: hongkong
    name: {en: Hong Kong, zh-Hans: 香港, zh-Hant: 香港}
threads: 2
"""
PLACES = """\
id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon
cn,economy,,,China,中国,中國,中华人民共和国,CN,,,,
hk,economy,cn,hongkong,Hong Kong,香港,香港,香港特别行政区;HKSAR,HK,,,22.3,114.2
gd,province,cn,guangdong,Guangdong,广东,廣東,广东省,CN-GD,440000,,23.1,113.3
sz,city,gd,guangdong,Shenzhen,深圳,深圳,深圳市,,440300,1795565,22.5,114.1
gz,city,gd,guangdong,Guangzhou,广州,廣州,广州市,,440100,,23.13,113.26
"""
SOURCES = """\
sources:
  office:
    title: Register of payments
    publisher: Office
  yearbook:
    title: Yearbook
    publisher: Bureau
    url: https://example.org/yearbook
    priority: 5
"""
PAYMENTS_TABLE = """\
kind: payment
file: payments.csv
source: office
columns:
  date: day
  amount: {column: amount, unit: 万元}
"""
PAYMENTS = """\
id,day,from_party,to_party,from_place,amount,purpose
p1,2024-03-01,guangdong,hongkong,sz,100,first
p2,2024-05-02,粤,香港,深圳市,50.5,second
p3,2025-01-15,guangdong,hongkong,gz,"1,200",third
p4,2025-06-30,guangdong,hongkong,gd,7,
"""
FIGURES_TABLE = """\
kind: figure
file: figures.csv
source: yearbook
"""
FIGURES = """\
indicator,place,period,value,value_unit,bound
gdp,gd,2024,14163,亿元,eq
gdp,sz,2024,3680,亿元,eq
gdp,gd,2025,14500,亿元,approx
"""
NOTES_TABLE = """\
kind: note
file: notes.jsonl
source: office
columns:
  place: where.place
  count: n
"""
NOTES = """\
{"id": "n1", "where": {"place": "深圳"}, "n": 3, "when": "2024"}
{"id": "n2", "where": {"place": "广州"}, "n": 4, "when": "2025"}
"""
NOTE_KIND = """\
kind: note
name: {en: Note, zh-Hans: 记, zh-Hant: 記}
key: [id]
place: place
period: when
fields:
  - {id: id, type: text, required: true, name: {en: Id, zh-Hans: 号, zh-Hant: 號}}
  - {id: place, type: place, name: {en: Place, zh-Hans: 地, zh-Hant: 地}}
  - {id: when, type: period, name: {en: When, zh-Hans: 时, zh-Hant: 時}}
  - {id: count, type: integer, min: 0, name: {en: Count, zh-Hans: 数, zh-Hant: 數}}
checks:
  - {id: not-future, when: when.year < 2100, message: it is in the far future}
"""
INDICATORS = """\
indicators:
  - id: paid
    type: sum
    records: payment
    value: amount
    where: from_party = 'guangdong' and amount_unit = '元'
    name: {en: Paid, zh-Hans: 拨付, zh-Hant: 撥付}
    description: {en: Money paid, zh-Hans: 拨付金额, zh-Hant: 撥付金額}
    unit: 万元
    hk_mo: {rule: separate}
  - id: payments
    type: count
    records: payment
    name: {en: Payments, zh-Hans: 笔数, zh-Hant: 筆數}
    description: {en: Number of payments, zh-Hans: 拨付笔数, zh-Hant: 撥付筆數}
    unit: 笔
    hk_mo: {rule: separate}
  - id: gdp
    type: published
    name: {en: GDP, zh-Hans: 生产总值, zh-Hant: 生產總值}
    description: {en: Gross domestic product, zh-Hans: 地区生产总值, zh-Hant: 地區生產總值}
    unit: 亿元
    hk_mo: {rule: separate}
  - id: paid_of_gdp
    type: ratio
    numerator: paid
    denominator: gdp
    name: {en: Paid over GDP, zh-Hans: 占比, zh-Hant: 佔比}
    description: {en: Money paid over GDP, zh-Hans: 占生产总值, zh-Hant: 佔生產總值}
    unit: "%"
    hk_mo: {rule: separate}
  - id: paid_so_far
    type: cumulative
    of: paid
    since: 2024
    name: {en: Paid so far, zh-Hans: 累计, zh-Hant: 累計}
    description: {en: Total to date, zh-Hans: 累计拨付, zh-Hant: 累計撥付}
    unit: 万元
    hk_mo: {rule: separate}
  - id: paid_growth
    type: growth
    of: paid
    name: {en: Growth, zh-Hans: 增长, zh-Hant: 增長}
    description: {en: Growth of payments, zh-Hans: 拨付增长, zh-Hant: 撥付增長}
    unit: "%"
    hk_mo: {rule: separate}
  - id: paid_rank
    type: rank
    of: paid
    among: {kind: city}
    name: {en: Rank, zh-Hans: 排名, zh-Hant: 排名}
    description: {en: Rank of cities, zh-Hans: 城市排名, zh-Hant: 城市排名}
    unit: 位
    hk_mo: {rule: separate}
"""
FILES: Mapping[str, str] = {
    "ceyuan.yaml": CONFIG,
    "places.csv": PLACES,
    "sources.yaml": SOURCES,
    "kinds/note.yaml": NOTE_KIND,
    "records/payments.yaml": PAYMENTS_TABLE,
    "records/payments.csv": PAYMENTS,
    "records/figures.yaml": FIGURES_TABLE,
    "records/figures.csv": FIGURES,
    "records/notes.yaml": NOTES_TABLE,
    "records/notes.jsonl": NOTES,
    "indicators/all.yaml": INDICATORS,
}
Content = str | bytes | None


def write_workspace(root: Path, files: Mapping[str, Content] | None = None) -> Path:
    """Write the small workspace; ``files`` replaces some of its files, None leaves one out."""
    for name, content in {**FILES, **(files or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif content is not None:
            path.write_bytes(content)
    return root


MakeWorkspace = Callable[..., Path]


@dataclass(frozen=True)
class Read:
    """What became of the tables of a workspace."""

    ingested: Ingested
    store: Store
    records: Mapping[str, list[dict[str, object]]]
    quarantine: Mapping[str, list[dict[str, object]]]

    @property
    def codes(self) -> list[str]:
        return [p.code for p in self.ingested.problems]

    def part(self, table: str) -> StoredPart:
        """The only part of a table."""
        (part,) = [p for p in self.ingested.parts if p.table == table]
        return part

    def problem(self, code: str) -> Problem:
        """The only problem with a code."""
        (problem,) = [p for p in self.ingested.problems if p.code == code]
        return problem


def read_records(root: Path, cluster: Cluster | None = None) -> Read:
    """Ingest all tables of a workspace that has no errors in its references, here or by the workers of a cluster."""
    workspace, problems = check_workspace(root)
    errors = [str(p) for p in problems if p.severity == "error"]
    assert workspace is not None, errors
    assert not errors
    store = Store(root / "build" / "store")
    with Engine(EngineSettings(root / "build" / ".scratch", "500MB", 2)) as engine:
        done = ingest(
            workspace,
            Gazetteer.of(workspace.places),
            engine,
            store,
            root / "build" / ".scratch",
            cluster=cluster,
        )
        records: dict[str, list[dict[str, object]]] = {}
        aside: dict[str, list[dict[str, object]]] = {}
        for part in done.parts:
            if part.stored:
                found = engine.arrow(
                    f"SELECT * FROM read_parquet({path_literal(store.records(part.key))}) ORDER BY _line"
                )
                records.setdefault(part.table, []).extend(found.to_pylist())
            if part.quarantined:
                source = f"read_parquet({path_literal(store.quarantine(part.key))})"
                aside.setdefault(part.table, []).extend(
                    engine.arrow(f"SELECT * FROM {source} ORDER BY _line").to_pylist()
                )
            assert part.read == part.stored + part.quarantined
    return Read(done, store, records, aside)
