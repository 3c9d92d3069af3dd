"""Structure-specific data messages of SDMX-ML (2.1 and 3.0) as a table: a row for each observation.

A row's line is its number, from 1. The columns are the dimensions and attributes that the message names. What stands at a
series, a group or the data set holds for each of its observations, as in the standard: a group's attributes belong to the
observations that have its dimensions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from ceyuan.errors import CeyuanError, fail
from ceyuan.tabular.layout import Row
from ceyuan.tabular.opening import TableFile, blocks

_ROOTS = ("StructureSpecificData", "StructureSpecificTimeSeriesData")
_NO_COLUMNS = ("action", "setID", "dataScope")
Attributes = dict[str, str]


class MessageRows:
    """The observations of a message.

    Attributes:
        names: the dimensions and attributes that it names, in order of appearance.

    Raises:
        CeyuanError: ``bad-sdmx``.
    """

    def __init__(self, file: TableFile) -> None:
        self._file = file
        self._groups = _Groups()
        self.names: tuple[str, ...] = ()
        names: dict[str, None] = {}
        for element in self._elements():
            attributes = self._attributes(element)
            names |= dict.fromkeys(attributes)
            if _local(element) == "Group":
                self._groups.add(attributes)
        if not names:
            raise self._bad("it holds no data set with observations", None)
        self.names = tuple(names)

    def __iter__(self) -> Iterator[Row]:
        observations = (element for element in self._elements() if _local(element) == "Obs")
        # Messages come without line breaks, so that a line is an observation's number.
        for number, element in enumerate(observations, start=1):
            told: Attributes = {}
            for above in (
                *reversed(list(element.iterancestors("{*}DataSet", "DataSet"))),
                element.getparent(),
                element,
            ):
                told |= self._attributes(above)
            told = self._groups.at(told) | told
            yield Row(number, [told.get(name) for name in self.names])

    def _elements(self) -> Iterator[Any]:
        """Data sets, groups, series and observations as they end; each is forgotten once it was looked at."""
        parser = etree.XMLPullParser(
            ("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
        )
        try:
            for block in blocks(self._file):
                parser.feed(block)
                for event, element in parser.read_events():
                    yield from self._element(event, element)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise self._bad(f"it is no readable XML: {error.msg}", error.lineno) from None

    def _element(self, event: str, element: Any) -> Iterator[Any]:
        name = _local(element)
        if event == "start":
            if element.getparent() is None and name not in _ROOTS:
                raise self._bad(
                    f"it is a message of the kind {name}, not of {_ROOTS[0]}", element.sourceline
                )
            if name == "Comp":
                raise self._bad(
                    "attributes with several values (Comp) are not read", element.sourceline
                )
            if name in ("DataSet", "Group", "Series"):
                yield element
            return
        if name == "Obs":
            yield element
        if name in ("Obs", "Series", "Group"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _attributes(self, element: Any) -> Attributes:
        """Dimensions and attributes have no namespace; what the message says of itself has one, or a name of its own."""
        plain = {str(name): str(value) for name, value in element.attrib.items()}
        actions = {value for name, value in plain.items() if name.rpartition("}")[2] == "action"}
        if actions & {"Delete", "D"}:
            raise self._bad("it deletes observations, which is no table", element.sourceline)
        return {
            name: value
            for name, value in plain.items()
            if not name.startswith("{") and name not in _NO_COLUMNS
        }

    def _bad(self, message: str, line: int | None) -> CeyuanError:
        return fail("bad-sdmx", message, file=self._file.shown_as, line=line)


class _Groups:
    """What groups say of the observations in them."""

    def __init__(self) -> None:
        self._by_names: defaultdict[frozenset[str], list[Attributes]] = defaultdict(list)
        self._found: dict[
            tuple[frozenset[str], tuple[str, ...]], Mapping[tuple[str, ...], Attributes]
        ] = {}

    def add(self, group: Attributes) -> None:
        self._by_names[frozenset(group)].append(group)

    def at(self, told: Mapping[str, str]) -> Attributes:
        """The attributes of the groups that an observation is in: those with the same values of its dimensions."""
        found: Attributes = {}
        for names, groups in self._by_names.items():
            shared = tuple(sorted(names & told.keys()))
            if (names, shared) not in self._found:
                self._found[names, shared] = {
                    tuple(group[n] for n in shared): group for group in groups
                }
            if shared:
                found |= self._found[names, shared].get(tuple(told[n] for n in shared), {})
        return found


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
