"""Templates: what is typed, missing or misspelt is reported with file and line, all of it, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from small_bulletin import DECLARATION, SERIES

from ceyuan.bulletin.checking import check
from ceyuan.bulletin.document import Figure, Heading, plain_text
from ceyuan.bulletin.edition import annotate
from ceyuan.bulletin.literals import stated
from ceyuan.bulletin.series import growth_of
from ceyuan.bulletin.writing import Bulletin, write_bulletin
from ceyuan.cli import cli
from ceyuan.errors import CeyuanError, Problem
from ceyuan.pipeline.builder import build_workspace
from ceyuan.pipeline.reading import Build
from ceyuan.plan.spec import ReportFile
from ceyuan.workspace.yamlfile import parse_yaml
from plan_world import REPORT, write_plan
from plan_world import approved as approve

Write = Callable[..., Bulletin]
GOOD = '广东拨付{{ figure("paid") }}。'


def problems(write: Write, *args: object, **named: object) -> list[Problem]:
    with pytest.raises(CeyuanError) as caught:
        write(*args, **named)
    return list(caught.value.problems)


def only_chinese(text: str) -> dict[str, str]:
    return {"zh-Hans": text, "zh-Hant": GOOD, "en": GOOD}


def said(bulletin: Bulletin, language: str = "zh-Hans") -> str:
    return plain_text(bulletin.documents[language])[0].partition("\n")[2].strip()  # type: ignore[index]


def test_a_figure_is_written_with_its_unit_in_every_language(write: Write) -> None:
    done = write(GOOD)
    assert [said(done, language) for language in ("zh-Hans", "zh-Hant", "en")] == [
        "广东拨付1207万元。", "广东拨付1,207萬元人民幣。", "广东拨付12.07 million yuan。"
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "quote"), [
    ("高新技术企业超过6.9万家", "6.9万家"), ("占比4.3%", "4.3%"), ("连续两年增长", "两年"), ("近九成", "九成"), ("共有9", "9"), ("26家实验室", "26家"),
    ("over 69,000 enterprises took part", "69,000 enterprises"), ("占比２．５%", "２．５%"), ("第3名", "3"),
])  # fmt: skip
def test_a_figure_typed_by_hand_is_reported_with_its_line(
    write: Write, typed: str, quote: str
) -> None:
    (found,) = problems(
        write,
        only_chinese(f"{{% block lead %}}\n第一行。\n\n{GOOD}\n{typed}。\n{{% endblock %}}\n"),
    )
    assert (found.code, found.file, found.line) == ("typed-figure", "bulletin/pay.zh-Hans.md.j2", 5)
    assert repr(quote) in found.message


@pytest.mark.parametrize("sneaky", [
    '{{ "6.9万家" }}', '{{ 69000 }}', '{% set n = 3 %}{{ n }}', '{{ value("paid") }}', '{{ value("paid") * 2 }}', '{{ "6" ~ "9" }}家',
    '{% for i in [1, 2] %}{{ i }}{% endfor %}', '{{ "a" | length }}', '{{ "%s" | format(value("paid")) }}',
])  # fmt: skip
def test_a_figure_cannot_be_smuggled_in_through_an_expression(write: Write, sneaky: str) -> None:
    found = problems(write, only_chinese(f"{GOOD}{sneaky}"))
    assert {p.code for p in found} <= {"typed-figure", "bulletin-template"}
    assert any(p.code == "typed-figure" for p in found)


@pytest.mark.parametrize(
    "text",
    [
        "2025年，",
        "6月18日，",
        "“一带一路”",
        "“天河二号”",
        "三地",
        "1. 第一\n2. 第二",
        "四大平台",
        "In 2025 and 2024, ",
    ],
)
def test_years_days_and_names_are_no_figures(text: str) -> None:
    assert stated(text, []) == []


def test_a_name_with_a_number_is_allowed_with_a_reason_and_must_be_used(write: Write) -> None:
    allowing = DECLARATION + "allowed:\n  - {text: 1+1+1, why: a scheme}\n"
    assert "1+1+1" in said(write("“1+1+1”计划" + GOOD, allowing))
    (found,) = problems(write, GOOD, allowing)
    assert (found.code, found.file, found.line) == ("unused-allowance", "bulletin/pay.yaml", 9)


def test_a_part_that_is_included_is_held_to_the_same(write: Write, tmp_path: Path) -> None:
    (tmp_path / "bulletin").mkdir()
    part = tmp_path / "bulletin" / "part.md.j2"
    text = only_chinese('{% include "part.md.j2" %}')
    part.write_text("\n{{ figure( }}\n", encoding="utf-8")
    (found,) = problems(write, text)
    assert (found.code, found.file, found.line) == ("bulletin-template", "bulletin/part.md.j2", 2)
    part.write_text('{% include "part.md.j2" %}\n', encoding="utf-8")
    found = problems(write, text)[0]
    assert (found.code, found.file) == ("bulletin-template", "bulletin/part.md.j2")
    part.write_text(GOOD, encoding="utf-8")
    assert said(write(text)) == "广东拨付1207万元。"


def test_a_figure_without_observation_says_which_periods_there_are(write: Write) -> None:
    (found,) = problems(write, only_chinese(f'{GOOD}\n{{{{ figure("gdp", period=2019) }}}}'))
    assert (found.code, found.file, found.line) == (
        "no-observation",
        "bulletin/pay.zh-Hans.md.j2",
        3,
    )
    assert "2024" in (found.hint or "")


def test_everything_that_is_wrong_is_listed_at_once(write: Write) -> None:
    text = '{{ figure("gpd") }}\n{{ figure("gdp", place="gdd") }}\n{{ figure("gdp", period="soon") }}\n{{ figure("gdp", when=1) }}\n{{ chart("none") }}\n'
    found = problems(write, only_chinese(text))
    assert [(p.code, p.line) for p in found] == [
        ("unknown-indicator", 2), ("unknown-place", 3), ("bad-period", 4), ("bulletin-template", 5), ("bulletin-template", 6)
    ]  # fmt: skip
    assert found[0].hint == "Did you mean 'gdp'?"


def test_a_missing_value_is_no_zero(write: Write) -> None:
    (found,) = problems(write, only_chinese(GOOD + '{{ figure("paid_growth", place="sz") }}'))
    assert found.code == "no-observation"


@pytest.mark.parametrize(("template", "code", "line"), [
    ("{% block lead %}\n{{ figure( }}\n{% endblock %}\n", "bulletin-template", 2),
    ("{% block lead %}\n{{ nothing }}\n{% endblock %}\n", "bulletin-template", 2),
    ("{% block lead %}\n{% include 'other.md.j2' %}\n{% endblock %}\n", "bulletin-template", 2),
    ("{% block lead %}\n{{ ''.__class__.__mro__ }}\n{% endblock %}\n", "bulletin-template", 2),
    ("{% block lead %}{% endblock %}\n{% block other %}{% endblock %}\n", "bulletin-section", 2),
    ("{% block other %}{% endblock %}\n", "bulletin-section", 1),
    ("{% block lead %}{% endblock %}\n\nOutside.\n", "bulletin-section", 3),
])  # fmt: skip
def test_a_template_that_cannot_be_written_is_a_clear_error(
    write: Write, template: str, code: str, line: int
) -> None:
    found = problems(write, only_chinese(template))
    assert (found[0].code, found[0].file) == (code, "bulletin/pay.zh-Hans.md.j2")
    assert line in {p.line for p in found}


def test_all_languages_must_refer_to_the_same_figures(write: Write) -> None:
    (found,) = problems(write, {"zh-Hans": GOOD, "zh-Hant": GOOD, "en": "Nothing."})
    assert (found.code, found.file) == ("bulletin-uneven", "bulletin/pay.en.md.j2")
    assert "paid/gd/2025" in found.message


@pytest.mark.parametrize(("change", "code"), [
    (("place: gd", "place: gdx"), "unknown-place"), (("sections:", "section:"), "unknown-key"), (("date: 2026-01-31", "date: soon"), "bad-value"),
    (("bulletin: 1", "bulletin: 2"), "bad-value"),
])  # fmt: skip
def test_a_faulty_declaration_is_reported_with_its_line(
    write: Write, change: tuple[str, str], code: str
) -> None:
    found = problems(write, GOOD, DECLARATION.replace(*change))
    assert code in {p.code for p in found}
    assert all(p.file == "bulletin/pay.yaml" and p.line for p in found if p.code == code)


def test_a_chart_of_a_figure_that_is_not_there_is_reported_in_the_declaration(write: Write) -> None:
    charts = "charts:\n  - {id: a, kind: bars, title: {en: A, zh-Hans: 甲, zh-Hant: 甲}, figures: [{indicator: gdp, period: 1999}]}\n"
    (found,) = set(problems(write, GOOD, DECLARATION + charts))
    assert (found.code, found.file, found.line) == ("no-observation", "bulletin/pay.yaml", 9)


def test_markdown_in_a_name_is_text(small: Callable[..., Path]) -> None:
    places = {"places.csv": "id,kind,parents,party,name_en,name_zh_hans,name_zh_hant,aliases,iso3166,gbt2260,geonames,lat,lon\n"
              "cn,economy,,,China,中国,中國,,CN,,,,\nhk,economy,cn,hongkong,HK,香港,香港,,HK,,,,\n"
              "gd,province,cn,guangdong,*G* [x](y) <b>,*广*`东`,*廣*`東`,广东,CN-GD,440000,,,\nsz,city,gd,guangdong,SZ,深圳,深圳,深圳市,,440300,,,\n"
              "gz,city,gd,guangdong,GZ,广州,廣州,,,440100,,,\n"}  # fmt: skip
    with Build.open(small('{{ place_name("gd") }}：{{ figure("paid") }}', **places)) as build:
        done = write_bulletin(build)
    assert said(done).startswith("*广*`东`：")
    assert said(done, "en").startswith("*G* [x](y) <b>")


def test_nothing_is_written_where_anything_is_wrong(
    small: Callable[..., Path], tmp_path: Path
) -> None:
    root = small("共有9家。" + GOOD)
    out = tmp_path / "out.html"
    result = CliRunner().invoke(cli, ["bulletin", "-w", str(root), "--out", str(out), "--publish"])
    assert isinstance(result.exception, CeyuanError)
    assert not out.exists()
    assert not (root / "bulletin" / "archive").exists()


def test_what_the_workspace_does_not_have_is_said(small: Callable[..., Path]) -> None:
    root = small(GOOD)
    for args, code in (
        (["--name", "pat"], "unknown-bulletin"),
        (["diff", "2020-01-01"], "unknown-edition"),
    ):
        result = CliRunner().invoke(cli, ["bulletin", *args, "-w", str(root)])
        assert isinstance(result.exception, CeyuanError)
        assert result.exception.problems[0].code == code


@pytest.mark.parametrize(("text", "expected"), [
    ('{{ change("gdp", period=2024, up="增加", down="减少") }}', "增加1163亿元"),
    ('{{ growth("gdp", period=2024, up="增长", down="下降") }}', "增长8.9%"),
    ('比上年{{ growth("gdp", place="gz", period=2022, up="增长", down="下降") }}', "比上年持平"),
    ('比上年{{ growth("gdp", place="gz", period=2023, up="增长", down="下降") }}', "比上年基本持平"),
    ('比上年{{ growth("gdp", place="gz", period=2023, decimals=3, up="增长", down="下降") }}', "比上年下降0.017%"),
    ('{{ growth("gdp", place="gz", period=2023, up="增长", down="下降", same="变化不大") }}', "变化不大"),
    ('{{ change("gdp", place="gz", period=2022, up="增加", down="减少") }}', "持平"),
    ('连续{{ years_in_a_row("gdp", period=2024) }}增长', "连续三年增长"),
    ('{% if rose("gdp", period=2024) %}上升{% else %}其他{% endif %}', "上升"),
    ('{% if fell("gdp", period=2024) %}下降{% elif unchanged("gdp", period=2024) %}持平{% else %}其他{% endif %}', "其他"),
    ('{% if rose("gdp", place="sz") %}上升{% else %}未定{% endif %}', "未定"),
    ('{% if rose("gdp", place="gz") %}上升{% else %}未定{% endif %}', "上升"),
    ('{% if first_time("gdp", period=2024, level=14000) %}首次突破{% endif %}', "首次突破"),
    ('{% if first_time("gdp", period=2024, level=13000) %}首次{% else %}再次{% endif %}', "再次"),
    ('{% if known("gdp", period=1999) %}有{% else %}无{% endif %}', "无"),
    ('{{ figure("gdp", place="sz", verb="达到") }}', "超过3700亿元"),
    ('{{ from_to("gdp", period=2024, since=2021) }}', "从1.2万亿元提升至14163亿元"),
    ('{{ period_name() }}{{ name("gdp") }}', "2025年生产总值"),
    ('{% if has_plan() %}有{% else %}无计划{% endif %}', "无计划"),
])  # fmt: skip
def test_what_is_said_follows_from_the_figures(write: Write, text: str, expected: str) -> None:
    assert said(write(f"{GOOD}\n\n{text}")).endswith(expected)


def test_a_verb_follows_the_forecast_and_english_needs_a_form_for_it(write: Write) -> None:
    texts = {
        "zh-Hans": '总值{{ figure("gdp", verb="达到") }}',
        "zh-Hant": '總值{{ figure("gdp", verb="達到") }}',
        "en": 'GDP {{ figure("gdp", verb="reached|is expected to reach") }}',
    }
    done = write(texts)
    assert said(done) == "总值预计达到14500.5亿元"
    assert said(done, "zh-Hant") == "總值預計達到14,500.5億元人民幣"
    assert said(done, "en") == "GDP is expected to reach 1,450.05 billion yuan"
    (found,) = problems(write, {**texts, "en": 'GDP {{ figure("gdp", verb="reached") }}'})
    assert (found.code, found.file, found.line) == ("bulletin-template", "bulletin/pay.en.md.j2", 2)


@pytest.mark.parametrize("text", [
    '{{ change("gdp", place="sz") }}', '{{ change("gdp", period=2021) }}', '{{ years_in_a_row("gdp", period=2021) }}', '{{ plan_tasks() }}',
])  # fmt: skip
def test_what_does_not_follow_is_refused(write: Write, text: str) -> None:
    (found,) = problems(write, only_chinese(GOOD + text))
    assert found.code in ("bulletin-undetermined", "no-plan")
    assert found.line == 2


@pytest.mark.parametrize("old", [0.0, -2.0])
def test_nothing_grows_from_zero_or_below(old: float) -> None:
    new, former = (
        Figure(f"a/b/{v}", v, None, "亿元", "eq", "actual", None, None, None) for v in (3.0, old)
    )
    with pytest.raises(ZeroDivisionError):
        growth_of(new, former, 1)


def test_quarters_in_a_row_are_no_years(small: Callable[..., Path]) -> None:
    quarters = "".join(f"gdp,gd,2025-Q{q},{q}000,亿元,eq,actual\n" for q in (1, 2, 3))
    text = only_chinese(GOOD + '连续{{ years_in_a_row("gdp", period="2025-Q3") }}增长')
    with Build.open(small(text, **{"records/figures.csv": SERIES + quarters})) as build:
        (found,) = problems(lambda: write_bulletin(build))
    assert (found.code, found.line) == ("bulletin-undetermined", 2)
    assert "no year" in found.message


def test_a_word_of_the_mainland_in_the_text_for_hong_kong_is_a_warning(write: Write) -> None:
    texts = {"zh-Hans": GOOD, "zh-Hant": f"第一行。\n\n芯片和信息{GOOD}", "en": GOOD}
    done = write(texts)
    assert [(w.code, w.severity, w.file, w.line) for w in done.warnings] == [
        ("mainland-word", "warning", "bulletin/pay.zh-Hant.md.j2", 4)
    ] * 2
    assert "晶片" in done.warnings[0].message
    assert write(GOOD.replace("广东", "國際科技創新中心")).warnings == ()


def test_what_is_too_small_to_be_written_is_unchanged_in_every_language(write: Write) -> None:
    text = '\n\n{{ growth("gdp", place="gz", period=2023, up="grew", down="fell") }}'
    done = write(dict.fromkeys(("zh-Hans", "zh-Hant", "en"), GOOD + text))
    assert [said(done, language).splitlines()[-1] for language in ("zh-Hans", "zh-Hant", "en")] == [
        "基本持平", "大致持平", "almost unchanged",
    ]  # fmt: skip
    assert all(f"growth({'gdp/gz/2023,gdp/gz/2022'})" in d.figures for d in done.documents.values())


def test_only_records_that_exist_are_named(write: Write) -> None:
    nobody = problems(write, only_chinese(GOOD + """{{ names("payment", "id = 'nobody'") }}"""))
    assert {p.code for p in nobody} == {"no-record"}
    misspelt = problems(write, only_chinese(GOOD + """{{ names("payment", "idd = 'p'") }}"""))
    assert {p.code for p in misspelt} == {"bad-filter"}
    (missing,) = problems(write, only_chinese(GOOD + '{{ names("paymant") }}'))
    assert (missing.code, missing.hint) == ("unknown-kind", "Did you mean 'payment'?")


@pytest.mark.parametrize(("text", "words"), [
    ("成效显著。", ["成效", "显著"]), ('{% if rose("gdp", place="gz") %}大幅增加。{% endif %}', []),
    ('{% if true %}{% endif %}\n{% for x in [1] %}领先{% endfor %}', ["领先"]),
])  # fmt: skip
def test_words_that_judge_stand_only_where_a_condition_computes_them(
    write: Write, text: str, words: list[str]
) -> None:
    found = [p for p in write(only_chinese(GOOD + text)).warnings if p.code == "judgement-word"]
    assert sorted(p.message.split("'")[1] for p in found) == sorted(words)


def test_a_heading_that_judges_is_named_with_its_line(write: Write) -> None:
    judging = DECLARATION.replace("拨付公报", "拨付成效公报")
    (found,) = [p for p in write(GOOD, judging).warnings if p.code == "judgement-word"]
    assert (found.file, found.line) == ("bulletin/pay.yaml", 2)


def test_a_section_whose_conditions_all_fail_has_no_heading(write: Write) -> None:
    two = DECLARATION + "  - id: more\n    title: {en: More, zh-Hans: 其他, zh-Hant: 其他}\n"
    text = "{%% block lead %%}\n%s\n{%% endblock %%}\n{%% block more %%}\n{%% if %s %%}广东。{%% endif %%}\n{%% endblock %%}\n"
    assert [
        b.level
        for b in write(text % (GOOD, "true"), two).documents["en"].blocks
        if isinstance(b, Heading)
    ] == [1]
    assert not [
        b
        for b in write(text % (GOOD, "false"), two).documents["en"].blocks
        if isinstance(b, Heading)
    ]


# The words of a report

REPORTED = '{% if has_report("labs") %}广东：{{ reported("labs") }}{% else %}未报告{% endif %}'
PAID_AND_OPENED = "拨付1,207万元，“绿色通道”已开通"


def planned(small: Callable[..., Path], text: str | dict[str, str], *, approved: bool) -> Path:
    root = write_plan(small(text))
    raw = parse_yaml(REPORT, "labs.yaml").data | {"text": {"zh-Hans": PAID_AND_OPENED}}
    report = ReportFile.model_validate(raw)
    if approved:
        report = approve(report, "2025-07-20", "Wu")
    told = report.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    name = "plan/reports/2025-H1/labs.guangdong.yaml"
    write_plan(root, {name: yaml.safe_dump(told, allow_unicode=True)})
    build_workspace(root)
    return root


def test_the_words_of_an_approved_report_stand_in_quotation_marks_with_a_note(
    small: Callable[..., Path],
) -> None:
    with Build.open(planned(small, f"{GOOD}\n\n{REPORTED}", approved=True)) as build:
        done = write_bulletin(build)
        # What the party wrote is not translated; each language has its own marks.
        assert [said(done, language).splitlines()[-1] for language in ("zh-Hans", "zh-Hant")] == [
            "广东：“拨付1,207万元，‘绿色通道’已开通”", "广东：「拨付1,207万元，『绿色通道』已开通」",
        ]  # fmt: skip
        note = annotate(build, done, "zh-Hans").notes[-1]
        assert note.heading == "实验室（广东，2025年上半年）"
        lines = {line.label: line.text for line in note.lines}
        assert lines["审定情况"] == "2025年7月20日由Wu审定；文字为报告方原文"
        assert lines["溯源"] == "plan/reports/2025-H1/labs.guangdong.yaml"
        # Its figures are held against the build like anybody's.
        assert "report(2025-H1/labs.guangdong)" in check(build, done.main).by_key
        assert "核验结论" in lines


def test_a_report_that_nobody_approved_is_not_quoted(small: Callable[..., Path]) -> None:
    root = planned(small, f"{GOOD}\n\n{REPORTED}", approved=False)
    with Build.open(root) as build:
        assert said(write_bulletin(build)).endswith("未报告")


@pytest.mark.parametrize(("asked", "code"), [
    ('reported("labs", party="hongkong")', "no-report"), ('reported("labs", period="2025-H2")', "no-report"),
    ('reported("labs", period="2031-H2")', "bad-period"), ('reported("lab")', "plan-unknown-task"),
    ('reported("labs", party="macao")', "unknown-party"), ('reported("labs", period="soon")', "bad-period"),
])  # fmt: skip
def test_a_report_that_there_is_not_is_named_with_the_line(
    small: Callable[..., Path], asked: str, code: str
) -> None:
    root = planned(small, only_chinese(f"{GOOD}{{{{ {asked} }}}}"), approved=True)
    with Build.open(root) as build:
        (found,) = problems(lambda: write_bulletin(build))
    assert (found.code, found.file, found.line) == (code, "bulletin/pay.zh-Hans.md.j2", 2)
