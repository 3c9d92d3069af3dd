"""Remarks: what a source or a computation says of a value is there in three languages, from the file to every table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import World

from ceyuan.engine import Engine, EngineSettings, literal
from ceyuan.errors import CeyuanError
from ceyuan.indicators.remarks import remark, remark_sql, remark_words, stated_sql
from ceyuan.wording import LANGUAGES

RD = {"id": "rd", "type": "published", "unit": "亿元"}
ROW = {"indicator": "rd", "period": "2023", "value": "12", "value_unit": "亿元"}
AWKWARD = st.text(alphabet="a中\"\\{}\n\t',:", min_size=1, max_size=20).filter(lambda t: t.strip())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(EngineSettings(tmp_path_factory.mktemp("engine")))


def test_a_record_says_its_note_once_or_in_each_language(world: World) -> None:
    rows = [
        {
            **ROW,
            "place": "shenzhen",
            "note": "Revised, see the “notes”",
            "note_en": "",
            "note_zh_hans": "",
            "note_zh_hant": "",
        },
        {
            **ROW,
            "place": "zhuhai",
            "note": "",
            "note_en": "Revised",
            "note_zh_hans": "已修订",
            "note_zh_hant": "已修訂",
        },
        {
            **ROW,
            "place": "guangzhou",
            "note": "Révisé",
            "note_en": "",
            "note_zh_hans": "已修订",
            "note_zh_hant": "",
        },
        {
            **ROW,
            "place": "macao",
            "note": "",
            "note_en": "",
            "note_zh_hans": "已修订",
            "note_zh_hant": "",
        },
        {
            **ROW,
            "place": "hongkong",
            "note": "",
            "note_en": "",
            "note_zh_hans": "",
            "note_zh_hant": "",
        },
    ]
    with world.build([RD], {"figure": rows}) as build:
        notes = {
            o.place: o.note and [o.note.get(to) for to in ("en", "zh-Hans", "zh-Hant")]
            for o in build.show("rd")
        }
        table = build.table("rd", place="zhuhai").to_pylist()
    assert notes == {
        "shenzhen": ["Revised, see the “notes”"] * 3,
        "zhuhai": ["Revised", "已修订", "已修訂"],
        "guangzhou": ["Révisé", "已修订", "Révisé"],
        "macao": ["已修订"] * 3,
        "hongkong": None,
    }
    assert [
        (r["note_en"], r["note_zh_hans"], r["note_zh_hant"], r["reason_en"]) for r in table
    ] == [("Revised", "已修订", "已修訂", None)]
    assert "note" not in table[0]


def test_a_declared_note_is_one_text_or_three_and_never_empty(world: World) -> None:
    three = {"en": "Breaks", "zh-Hans": "口径有变", "zh-Hant": "口徑有變"}
    rows = [{**ROW, "place": "macao"}]
    with world.build([{**RD, "note": "Breaks"}], {"figure": rows}) as build:
        assert build.indicators["rd"].note
        assert build.indicators["rd"].note.zh_hant == "Breaks"
        once = build.lineage[build.show("rd")[0].lineage].version
    with world.build(
        [{**RD, "note": three, "hk_mo": {"rule": "separate", "note": three}}], {"figure": rows}
    ) as build:
        assert build.indicators["rd"].note
        assert build.indicators["rd"].note.zh_hant == "口徑有變"
        # What is said beside a definition is no part of it.
        assert build.lineage[build.show("rd")[0].lineage].version == once
    for wrong, code in (
        ("", "bad-value"),
        ({"en": "Breaks"}, "missing-key"),
        (3, "bad-value"),
        ({**three, "fr": "x"}, "unknown-key"),
    ):
        with pytest.raises(CeyuanError) as caught:
            world.build([{**RD, "note": wrong}], {"figure": rows})
        assert {p.code for p in caught.value.problems} == {code}, wrong


def test_every_text_is_kept_as_it_is(engine: Engine) -> None:
    @given(AWKWARD, AWKWARD, AWKWARD)
    def kept(en: str, hans: str, hant: str) -> None:
        row = f"SELECT NULL AS note, {literal(en)} AS note_en, {literal(hans)} AS note_zh_hans, {literal(hant)} AS note_zh_hant"
        words = remark_words(engine.value(f"SELECT {stated_sql('note')} FROM ({row}) AS row"))
        assert words is not None
        assert (words.en, words.zh_hans, words.zh_hant) == (en, hans, hant)

    kept()


def test_a_computation_is_kept_by_its_key(engine: Engine) -> None:
    sql = remark_sql("missing.parts", present="1 + 1", size="3", level="'province'")
    words = remark_words(engine.value(f"SELECT {sql}"))
    assert words is not None
    assert words.zh_hans == "3个组成地区（省级行政区）中仅2个有数据"
    named = remark_words(remark("missing.parts", present="2", size="3", level="city"))
    assert named is not None
    assert (named.en, named.zh_hant) == (
        "only 2 of 3 parts (city) have a value", "3個組成地區（市）中只有2個有數據",
    )  # fmt: skip
    with pytest.raises(KeyError):
        remark("missing.parts", present="2")


@pytest.mark.parametrize(
    "text", ['{"say":"later.key"}', '{"en":"half"}', '{"say":', '{"say":["x"]}', "plain"]
)
def test_what_this_version_has_no_words_for_is_shown_as_it_is(text: str) -> None:
    words = remark_words(text)
    assert words is not None
    assert {words.get(language) for language in LANGUAGES} == {
        "later.key" if "later" in text else text
    }
