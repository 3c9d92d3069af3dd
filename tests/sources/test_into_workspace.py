"""Records that the readers write are records: a workspace ingests them without any in quarantine."""

from __future__ import annotations

from pathlib import Path

import test_deals as deals
import test_patents as patents

from ceyuan.pipeline.builder import build_workspace
from ceyuan.sources.deals import deal_points
from ceyuan.sources.patents import patentsview_points, patstat_points, regpat_points

BASE = {
    "ceyuan.yaml": "ceyuan: 1\nid: w\nname: {en: W, zh-Hans: 甲, zh-Hant: 甲}\n",
    "places.csv": "id,kind,name_en,name_zh_hans,name_zh_hant\nworld,world,World,全球,全球\n",
    "sources.yaml": "sources:\n  made:\n    title: Made up\n    publisher: Tests\n    simulated: true\n",
}
DEALS = "  amount: {column: amount, unit_column: currency}\n"


def built(root: Path, tables: dict[str, str]) -> dict[str, tuple[int, int, dict[str, int]]]:
    """Declare tables (kind → further lines) over the files in ``records/`` and build."""
    for name, text in BASE.items():
        (root / name).write_text(text, encoding="utf-8")
    for kind, more in tables.items():
        text = f"kind: {kind}\nfile: p.{kind}s.parquet\nsource: made\n{more}"
        (root / "records" / f"{kind}s.yaml").write_text(text, encoding="utf-8")
    (root / "records" / "p.parquet").unlink()
    return {p.kind: (p.read, p.stored, dict(p.reasons)) for p in build_workspace(root).parts}


def out(tmp_path: Path) -> tuple[Path, Path]:
    root = tmp_path / "w"
    (root / "records").mkdir(parents=True)
    return root, root / "records" / "p.parquet"


def test_patentsview(tmp_path: Path) -> None:
    root, points = out(tmp_path)
    patentsview_points([patents.patentsview(tmp_path / "pv")], points)
    assert built(root, {"document": "", "contribution": ""}) == {
        "document": (3, 3, {}),
        "contribution": (5, 5, {}),
    }


def test_regpat(tmp_path: Path) -> None:
    root, points = out(tmp_path)
    regpat_points(patents.regpat(tmp_path / "r"), points, regions=[tmp_path / "r/regions.csv"])
    assert built(root, {"document": "", "contribution": ""}) == {
        "document": (2, 2, {}),
        "contribution": (3, 3, {}),
    }


def test_patstat(tmp_path: Path) -> None:
    root, points = out(tmp_path)
    (tmp_path / "nuts.csv").write_text(patents.REGIONS)
    patstat_points([patents.patstat(tmp_path / "ps")], points, regions=[tmp_path / "nuts.csv"])
    assert built(root, {"document": "", "contribution": ""}) == {
        "document": (2, 2, {}),
        "contribution": (4, 4, {}),
    }


def test_deals(tmp_path: Path) -> None:
    root, points = out(tmp_path)
    (tmp_path / "cities.csv").write_text(deals.CITIES, encoding="utf-8")
    (tmp_path / "deals.csv").write_text(deals.DEALS, encoding="utf-8")
    deal_points([tmp_path / "deals.csv"], points, gazetteer=tmp_path / "cities.csv")
    assert built(root, {"deal": f"columns:\n{DEALS}"}) == {"deal": (4, 4, {})}
