"""Only a workspace that has Hong Kong or Macao must say how its indicators treat them."""

from __future__ import annotations

from ceyuan.pipeline.checking import check_workspace
from small_workspace import INDICATORS, PLACES, MakeWorkspace

WITHOUT = INDICATORS.replace("    hk_mo: {rule: separate}\n", "")


def codes(root: object) -> set[str]:
    return {p.code for p in check_workspace(root)[1] if p.code == "missing-key"}  # type: ignore[arg-type]


def test_places_there_ask_for_the_rule(make_workspace: MakeWorkspace) -> None:
    assert codes(make_workspace({"indicators/all.yaml": WITHOUT})) == {"missing-key"}
    assert codes(make_workspace({"indicators/all.yaml": INDICATORS}, "said")) == set()


def test_no_place_there_asks_for_nothing(make_workspace: MakeWorkspace) -> None:
    elsewhere = PLACES.replace(",HK,,,22.3", ",,,,22.3")
    assert codes(make_workspace({"indicators/all.yaml": WITHOUT, "places.csv": elsewhere})) == set()
