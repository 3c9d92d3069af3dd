"""Fixed words of the interface, in three languages: what a place's kind or a change is called."""

from __future__ import annotations

from ceyuan.wording import Trilingual

HK_MO = {
    "in_china": Trilingual(
        en="Figures for China include Hong Kong and Macao",
        zh_hans="全国数据含香港、澳门",
        zh_hant="全國數據包括香港、澳門",
    ),
    "separate": Trilingual(
        en="Figures for China do not include Hong Kong and Macao",
        zh_hans="全国数据不含香港、澳门",
        zh_hant="全國數據不包括香港、澳門",
    ),
    "not_applicable": Trilingual(en="Not applicable", zh_hans="不适用", zh_hant="不適用"),
}
WHY = {
    "its definition changed": Trilingual(
        en="Its definition changed", zh_hans="指标定义有调整", zh_hant="指標定義有調整"
    ),
    "its computation changed": Trilingual(
        en="Its computation changed", zh_hans="计算方法有调整", zh_hant="計算方法有調整"
    ),
    "its records or inputs changed": Trilingual(
        en="Its records or inputs changed",
        zh_hans="所依据的记录或数据有更新",
        zh_hant="所依據的紀錄或數據有更新",
    ),
}
COUNTING = {
    "1/n of a record to each of its n contributors": Trilingual(
        en="1/n of a record to each of its n contributors",
        zh_hans="每条记录有n个贡献者的，各计1/n",
        zh_hant="每條紀錄有n名貢獻者，各計1/n",
    ),
}
