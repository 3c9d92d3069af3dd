"""English names of places: the economies of the world, and where a name is none that a figure is of."""

from __future__ import annotations

import pytest

from ceyuan.clusters.geonames import tables
from ceyuan.reader import read_text

# Economies without inhabitants or that are no more, and names in another order.
_LEFT_OUT = {
    "Antarctica",
    "Bonaire, Saint Eustatius and Saba",
    "Bouvet Island",
    "British Indian Ocean Territory",
    "French Southern Territories",
    "Heard Island and McDonald Islands",
    "Netherlands Antilles",
    "Serbia and Montenegro",
    "South Georgia and the South Sandwich Islands",
    "United States Minor Outlying Islands",
}


def _place(text: str) -> str | None:
    return read_text(text).statements[0].place


def test_every_economy_is_known_before_and_behind_a_figure() -> None:
    names = {row["name"].strip().removeprefix("The ") for row in tables().countries} - _LEFT_OUT
    assert len(names) > 230
    assert {_place(f"In {name}, firms filed 1,200 patents.") for name in names} == names
    assert {_place(f"Firms filed 1,200 patents in {name}.") for name in names} == names


@pytest.mark.parametrize("city", ["Boston", "São Paulo", "Daejeon", "New York City", "Munich"])
def test_large_cities_are_known(city: str) -> None:
    assert _place(f"Firms in {city} filed 1,200 patents.") == city


@pytest.mark.parametrize(
    "text",
    [
        "The University of California filed 1,200 patents.",
        "Its researchers filed more than Japan, 1,200 patents.",
        "At 3.1%, intensity was above the EU average.",
        "Kenyans and Chadians filed 1,200 patents.",
        "It cost US$3 million.",
        "The rate was 54% (OECD, 2022).",
    ],
)
def test_names_of_organisations_and_what_is_compared_with_are_no_place(text: str) -> None:
    assert _place(text) is None
