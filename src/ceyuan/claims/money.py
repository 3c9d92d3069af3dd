"""Currencies: converted only at a rate that the workspace declares, with the period it holds for and where it is from.

The file ``communiques/rates.yaml``::

    rates:
      - {from: 港元, to: 元, rate: 0.9, period: 2024, source: average of the year, Hong Kong Monetary Authority}
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import Field

from ceyuan.errors import CeyuanError, Problem, fail
from ceyuan.periods import containing_period, parse_period
from ceyuan.units import Unit, parse_unit
from ceyuan.workspace.settings import languages_of
from ceyuan.workspace.spec import Spec, parse_spec
from ceyuan.workspace.yamlfile import read_yaml

RATES_FILE = "communiques/rates.yaml"


class RateSpec(Spec):
    """One declared rate: one unit of ``from`` is ``rate`` units of ``to``."""

    from_: str = Field(
        alias="from", description="The currency that is converted.", examples=["港元"]
    )
    to: str = Field(description="The currency that it becomes.", examples=["元"])
    rate: float | str = Field(
        description="How much of the second one unit of the first is.", examples=[0.9]
    )
    period: str = Field(
        description="The period it holds for.", examples=["2024"], coerce_numbers_to_str=True
    )
    source: str = Field(
        min_length=1, description="Where the rate is from.", examples=["HKMA, average of the year"]
    )


class RatesFile(Spec):
    """The file ``communiques/rates.yaml``."""

    rates: tuple[RateSpec, ...] = Field(description="Declared rates.")


@dataclass(frozen=True, slots=True)
class Rates:
    """Declared rates.

    Attributes:
        table: rate by dimension from, dimension to and period, between base units.
    """

    table: dict[tuple[str, str, str], Decimal]

    def rate(self, own: Unit, stated: Unit, period: str) -> Decimal:
        """What one base unit of a currency is in another for a period.

        Raises:
            CeyuanError: ``no-rate`` if no rate is declared for that period or the year around it.
        """
        year = containing_period(parse_period(period), "year")
        for name in dict.fromkeys([period, *([year.text] if year else [])]):
            if (found := self.table.get((own.dimension, stated.dimension, name))) is not None:
                return found
            if (found := self.table.get((stated.dimension, own.dimension, name))) is not None:
                return 1 / found
        raise fail(
            "no-rate",
            f"no rate from {own.base} to {stated.base} is declared for {period}",
            file=RATES_FILE,
        )


def read_rates(root: Path) -> Rates:
    """The declared rates of a workspace; none where the file is not there.

    Raises:
        CeyuanError: with every fault of the file.
    """
    path = root / RATES_FILE
    if not path.is_file():
        return Rates({})
    document = read_yaml(path, RATES_FILE, languages_of(root))
    table: dict[tuple[str, str, str], Decimal] = {}
    problems: list[Problem] = []
    for index, spec in enumerate(parse_spec(RatesFile, document, document.data).rates):
        try:
            own, to = parse_unit(spec.from_), parse_unit(spec.to)
            rate = Decimal(str(spec.rate))
            if not (
                own.dimension.startswith("money:")
                and to.dimension.startswith("money:")
                and rate > 0
            ):
                raise ValueError(
                    f"{spec.from_} to {spec.to} at {spec.rate} is no rate between two currencies"
                )
            key = own.dimension, to.dimension, parse_period(spec.period).text
            table[key] = rate * to.factor / own.factor
        except (ValueError, InvalidOperation) as error:
            message = str(error) if isinstance(error, ValueError) else f"{spec.rate!r} is no number"
            problems.append(
                Problem("bad-value", message, RATES_FILE, document.line(("rates", index)))
            )
    if problems:
        raise CeyuanError(problems)
    return Rates(table)
