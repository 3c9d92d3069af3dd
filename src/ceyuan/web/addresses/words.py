"""What pages that have no name of their own are called, and what is said of each page in one sentence."""

from __future__ import annotations

from ceyuan.wording import Trilingual

BRAND = Trilingual(en="Ceyuan", zh_hans="策源", zh_hant="策源")
TITLES = {
    "clusters": Trilingual(en="Map and clusters", zh_hans="地图与集群", zh_hant="地圖與集群"),
    "indicators": Trilingual(en="Indicators", zh_hans="指标", zh_hant="指標"),
    "places": Trilingual(en="Places", zh_hans="地区", zh_hant="地區"),
    "communiques": Trilingual(en="Communiqués", zh_hans="公报核验", zh_hant="公報核實"),
    "composites": Trilingual(en="Composite indices", zh_hans="综合指数", zh_hant="綜合指數"),
    "plan": Trilingual(en="Plan of key tasks", zh_hans="重点任务", zh_hant="重點任務"),
    "bulletins": Trilingual(en="Bulletins", zh_hans="简报", zh_hant="簡報"),
    "data": Trilingual(en="Data and quality", zh_hans="数据与质量", zh_hant="數據與質素"),
    "data/sources": Trilingual(en="Sources", zh_hans="数据来源", zh_hant="數據來源"),
    "data/quality": Trilingual(en="Quality of the data", zh_hans="数据质量", zh_hant="數據質素"),
    "data/corrections": Trilingual(
        en="Corrections to sources", zh_hans="数据更正", zh_hant="數據更正"
    ),
    "data/reading": Trilingual(
        en="How to read the figures", zh_hans="数据说明", zh_hant="數據說明"
    ),
    "data/builds": Trilingual(en="Data versions", zh_hans="数据版本", zh_hant="數據版本"),
    "team": Trilingual(en="My desk", zh_hans="我的工作台", zh_hant="我的工作台"),
}
SAYS = {
    "clusters": Trilingual(
        en="Innovation clusters on the map, with every published rank and how sure it is.",
        zh_hans="在地图上查看创新集群、历版位次及其可靠程度。",
        zh_hant="在地圖上查看創新集群、歷版名次及其可靠程度。",
    ),
    "cluster": Trilingual(
        en="Rank, economy and shares of this innovation cluster, each figure with its source.",
        zh_hans="该创新集群的位次、所在经济体和份额，每个数据均注明来源。",
        zh_hant="該創新集群的名次、所在經濟體和份額，每個數據均註明來源。",
    ),
    "indicators": Trilingual(
        en="All indicators with value, course, rank, coverage and source.",
        zh_hans="全部指标的数值、走势、位次、覆盖范围和来源。",
        zh_hant="全部指標的數值、走勢、名次、覆蓋範圍和來源。",
    ),
    "observations": Trilingual(
        en="What each figure of this indicator was made of, down to the record.",
        zh_hans="该指标每个数据的依据，可追溯至原始记录。",
        zh_hant="該指標每個數據的依據，可追溯至原始紀錄。",
    ),
    "places": Trilingual(
        en="Every place and party with its figures.",
        zh_hans="各地区、各共建方的数据。",
        zh_hant="各地區、各共建方的數據。",
    ),
    "place": Trilingual(
        en="Its figures with ranks among its peers, organisations, facilities and key tasks.",
        zh_hans="该地区的数据、同类位次、机构、设施和重点任务。",
        zh_hant="該地區的數據、同類名次、機構、設施和重點任務。",
    ),
    "communiques": Trilingual(
        en="Public texts, each figure in them held against the evidence.",
        zh_hans="公开文本中的每个数据，逐一对照证据核验。",
        zh_hant="公開文本中的每個數據，逐一對照證據核實。",
    ),
    "communique": Trilingual(
        en="This text with a verdict on each of its figures.",
        zh_hans="文本原文，以及对其中每个数据的核验结论。",
        zh_hant="文本原文，以及對其中每個數據的核實結論。",
    ),
    "composites": Trilingual(
        en="Composite indices with their weights, uncertainty and sensitivity.",
        zh_hans="综合指数及其权重、不确定性和敏感性。",
        zh_hant="綜合指數及其權重、不確定性和敏感度。",
    ),
    "composite": Trilingual(
        en="Scores and ranks, what they are made of, and how sure they are.",
        zh_hans="得分和位次、构成，以及可靠程度。",
        zh_hant="得分和名次、構成，以及可靠程度。",
    ),
    "plan": Trilingual(
        en="Key tasks of the year, who leads them, and how they stand.",
        zh_hans="年度重点任务、牵头方和进展。",
        zh_hant="年度重點任務、牽頭方和進展。",
    ),
    "task": Trilingual(
        en="Who leads this task, what was reported, and the evidence.",
        zh_hans="该任务的牵头方、报告情况和证据。",
        zh_hant="該任務的牽頭方、匯報情況和證據。",
    ),
    "bulletins": Trilingual(
        en="Bulletins written from the data, every figure with its source.",
        zh_hans="由数据生成的简报，每个数据均注明来源。",
        zh_hant="由數據生成的簡報，每個數據均註明來源。",
    ),
    "data": Trilingual(
        en="Sources, quality, corrections and versions of the data.",
        zh_hans="数据的来源、质量、更正和版本。",
        zh_hant="數據的來源、質素、更正和版本。",
    ),
    "source": Trilingual(
        en="What this source states, under which licence, and when it was retrieved.",
        zh_hans="该来源提供的数据、许可和获取时间。",
        zh_hant="該來源提供的數據、許可和取得時間。",
    ),
    "team": Trilingual(
        en="For the sides of the team.", zh_hans="供各共建方使用。", zh_hant="供各共建方使用。"
    ),
}
CHANGES = Trilingual(en="Changes of the data", zh_hans="数据更新", zh_hant="數據更新")
