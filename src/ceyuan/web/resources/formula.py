"""How an indicator is made, in words of three languages."""

from __future__ import annotations

from collections.abc import Mapping

from ceyuan.wording import Trilingual
from ceyuan.workspace.definitions import (
    ChangeIndicator,
    ClusterIndicator,
    CountIndicator,
    CumulativeIndicator,
    DistinctIndicator,
    GrowthIndicator,
    Indicator,
    MembershipIndicator,
    RankIndicator,
    RatioIndicator,
    RecordIndicator,
    RollingIndicator,
    ShareIndicator,
    StreakIndicator,
    SumIndicator,
)
from ceyuan.workspace.kinds import RecordKind

Names = Mapping[str, Trilingual]


def formula(indicator: Indicator, names: Names, places: Names, kinds: Mapping[str, RecordKind]) -> Trilingual:
    """The formula of an indicator in words.

    Args:
        indicator: the indicator.
        names: names of all indicators.
        places: names of all places.
        kinds: all record kinds.
    """
    if isinstance(indicator, CountIndicator | SumIndicator | DistinctIndicator):
        return _from_records(indicator, kinds[indicator.records])
    if isinstance(indicator, RatioIndicator):
        return _join(names[indicator.numerator], " ÷ ", names[indicator.denominator])
    if isinstance(indicator, ShareIndicator):
        return _share(indicator, names, places)
    if isinstance(indicator, CumulativeIndicator):
        return _cumulative(names[indicator.of], indicator.since)
    if isinstance(indicator, RollingIndicator):
        return _rolling(names[indicator.of], indicator)
    if isinstance(indicator, ChangeIndicator | GrowthIndicator):
        return _compared(indicator, names[indicator.of])
    if isinstance(indicator, RankIndicator):
        of = names[indicator.of]
        return _text(
            f"Position by {of.en} among the places compared, 1 is best",
            f"按“{of.zh_hans}”在参与比较的地区中的位次，第1位为最优",
            f"按「{of.zh_hant}」在參與比較的地區中的排名，第1位為最佳",
        )
    if isinstance(indicator, MembershipIndicator):
        of, top = names[indicator.of], indicator.top
        return _text(
            f"1 where {of.en} is within the first {top}, otherwise 0",
            f"“{of.zh_hans}”进入前{top}位记为1，否则记为0",
            f"「{of.zh_hant}」躋身前{top}位記為1，否則記為0",
        )
    if isinstance(indicator, StreakIndicator):
        of = names[indicator.of]
        return _text(
            f"Number of periods in a row, up to this one, in which “{of.en}” holds",
            f"截至本期，“{of.zh_hans}”连续成立的期数",
            f"截至本期，「{of.zh_hant}」連續成立的期數",
        )
    if isinstance(indicator, ClusterIndicator):
        return _text(
            "From the search for clusters among points with coordinates, for each cluster that was found",
            "对带坐标的点位作集群识别，逐一计算所得各集群的数值",
            "對帶坐標的點位作集群識別，逐一計算所得各集群的數值",
        )
    return _text(
        "As published by its sources; not computed here",
        "采用来源发布的数据，本站不作计算",
        "採用來源公布的數據，本網站不作計算",
    )


def _from_records(indicator: RecordIndicator, kind: RecordKind) -> Trilingual:
    named = kind_name(kind)
    en, hans, hant = named.en, named.zh_hans, named.zh_hant
    if isinstance(indicator, CountIndicator):
        made = _text(f"Number of records “{en}”", f"“{hans}”记录的数量", f"「{hant}」紀錄的數目")
    else:
        field = next((f.name for f in kind.fields if f.id == indicator.value), None)
        e, s, t = (field.en, field.zh_hans, field.zh_hant) if field else (indicator.value,) * 3
        if isinstance(indicator, SumIndicator):
            made = _text(
                f"Sum of “{e}” over records “{en}”", f"“{hans}”记录中“{s}”之和", f"「{hant}」紀錄中「{t}」之總和"
            )
        else:
            made = _text(
                f"Number of different values of “{e}” in records “{en}”",
                f"“{hans}”记录中不同“{s}”的个数",
                f"「{hant}」紀錄中不同「{t}」的數目",
            )
    if indicator.where:
        made = _join(
            made, "", _text(f", where {indicator.where}", f"，条件：{indicator.where}", f"，條件：{indicator.where}")
        )
    if indicator.counting == "fractional":
        made = _join(made, "", _text("; fractional counting", "；采用分数计数法", "；採用分數計算法"))
    if indicator.covers is not None:
        note = indicator.covers.note
        made = _join(
            made,
            "",
            _text(f"; the records cover: {note.en}", f"；记录范围：{note.zh_hans}", f"；紀錄範圍：{note.zh_hant}"),
        )
    return made


def kind_name(kind: RecordKind) -> Trilingual:
    """The name of a record kind, its identifier where it declares none."""
    return Trilingual.same(kind.kind) if kind.name is None else kind.name


def _share(indicator: ShareIndicator, names: Names, places: Names) -> Trilingual:
    part, whole = names[indicator.part], names[indicator.whole or indicator.part]
    if indicator.whole_place is None:
        return _join(part, " ÷ ", whole)
    place = places[indicator.whole_place]
    return _text(
        f"{part.en} ÷ {whole.en} of {place.en}",
        f"{part.zh_hans} ÷ {place.zh_hans}的{whole.zh_hans}",
        f"{part.zh_hant} ÷ {place.zh_hant}的{whole.zh_hant}",
    )


def _cumulative(of: Trilingual, since: str | None) -> Trilingual:
    if since is None:
        return _text(f"Running total of {of.en}", f"{of.zh_hans}逐期累计", f"{of.zh_hant}逐期累計")
    return _text(
        f"Running total of {of.en} since {since}", f"{of.zh_hans}自{since}起累计", f"{of.zh_hant}自{since}起累計"
    )


def _rolling(of: Trilingual, indicator: RollingIndicator) -> Trilingual:
    size = indicator.window
    if indicator.aggregate == "sum":
        return _text(
            f"Sum of {of.en} over the last {size} periods, this one included",
            f"{of.zh_hans}截至本期的近{size}期之和",
            f"{of.zh_hant}截至本期的近{size}期總和",
        )
    return _text(
        f"Mean of {of.en} over the last {size} periods, this one included",
        f"{of.zh_hans}截至本期的近{size}期平均值",
        f"{of.zh_hant}截至本期的近{size}期平均值",
    )


def _compared(indicator: ChangeIndicator | GrowthIndicator, of: Trilingual) -> Trilingual:
    against = indicator.against
    en, hans, hant = {
        "previous": ("the period before", "上期", "上一期"),
        "first": ("the first period with a value", "首个有数据的时期", "首個有數據的時期"),
    }.get(against, (against, against, against))
    if isinstance(indicator, ChangeIndicator):
        return _text(
            f"{of.en} minus its value in {en}",
            f"{of.zh_hans}减去{hans}的数值",
            f"{of.zh_hant}減去{hant}的數值",
        )
    return _text(
        f"{of.en} over its value in {en}, minus 1, in per cent",
        f"{of.zh_hans}较{hans}的增长率",
        f"{of.zh_hant}較{hant}的增長率",
    )


def _text(en: str, hans: str, hant: str) -> Trilingual:
    return Trilingual(en=en, zh_hans=hans, zh_hant=hant)


def _join(first: Trilingual, between: str, second: Trilingual) -> Trilingual:
    return _text(
        f"{first.en}{between}{second.en}",
        f"{first.zh_hans}{between}{second.zh_hans}",
        f"{first.zh_hant}{between}{second.zh_hant}",
    )
