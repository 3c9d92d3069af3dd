"""Observations as SDMX-ML 2.1: a structure-specific data message, and the structure that its codes and columns have.

The message holds what :mod:`ceyuan.pipeline.sdmx` says of each observation. The structure names the dataflow, its dimensions
and attributes, and lists the codes of indicators, places and sources with their names in three languages.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ceyuan.pipeline.sdmx import ATTRIBUTES, DIMENSIONS, MEASURE, TIME
from ceyuan.wording import Trilingual, printable
from ceyuan.wording.language import LANGUAGES

AGENCY, VERSION = "CEYUAN", "1.0"
_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_MESSAGE, _COMMON = f"{_SCHEMAS}/message", f"{_SCHEMAS}/common"
_STRUCTURE, _DATA = f"{_SCHEMAS}/structure", f"{_SCHEMAS}/data/structurespecific"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIXES = {"mes": _MESSAGE, "com": _COMMON, "str": _STRUCTURE, "ss": _DATA, "xsi": _INSTANCE}
_CONCEPTS = "CONCEPTS"


@dataclass(frozen=True, slots=True)
class Dataflow:
    """What a message says of itself.

    Attributes:
        id: of the dataflow, in capitals.
        name: of the workspace.
        build: identifier of the build.
        created: when it was made, as ISO 8601.
    """

    id: str
    name: Trilingual
    build: str
    created: str

    @property
    def urn(self) -> str:
        """The namespace of the data set's own type."""
        kind = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow"
        return f"{kind}={AGENCY}:{self.id}({VERSION}):ObsLevelDim:AllDimensions"


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a dimension or attribute.

    Attributes:
        id: of the list.
        concept: the dimension or attribute whose codes they are.
        codes: what each is called.
    """

    id: str
    concept: str
    codes: Mapping[str, Trilingual]


def data_message(flow: Dataflow, observations: Iterable[Mapping[str, Any]]) -> bytes:
    """Observations as a structure-specific data message.

    Args:
        flow: what the message says of itself.
        observations: dimensions, measure and attributes of each; what is empty is left out.
    """
    stream = io.BytesIO()
    own = {**_PREFIXES, "own": flow.urn}
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{_MESSAGE}}}StructureSpecificData", nsmap=own):
            file.write(_header(flow, of_data=True))
            told = {
                f"{{{_DATA}}}structureRef": flow.id,
                f"{{{_INSTANCE}}}type": "own:DataSetType",
                f"{{{_DATA}}}dataScope": "DataStructure",
                "action": "Replace",
            }
            with file.element(f"{{{_MESSAGE}}}DataSet", told):
                for observation in observations:
                    file.write(etree.Element("Obs", _written(observation)), with_tail=False)
    return stream.getvalue()


def _written(observation: Mapping[str, Any]) -> dict[str, str]:
    said = ((name, printable(str(value))) for name, value in observation.items())
    return {name: value for name, value in said if value}


def structure_message(
    flow: Dataflow, lists: Iterable[CodeList], meanings: Mapping[str, str]
) -> bytes:
    """The structure of a data message: dataflow, code lists, concepts, dimensions and attributes.

    Args:
        flow: what the message says of itself.
        lists: codes with their names.
        meanings: what each dimension, measure and attribute means.
    """
    listed = {one.concept: one for one in lists}
    root = etree.Element(f"{{{_MESSAGE}}}Structure", nsmap=_PREFIXES)
    root.append(_header(flow, of_data=False))
    structures = _add(root, _MESSAGE, "Structures")
    _add_dataflow(structures, flow)
    codes = _add(structures, _STRUCTURE, "Codelists")
    for one in listed.values():
        _add_codes(codes, one)
    _add_concepts(structures, meanings)
    _add_components(structures, flow, listed)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _header(flow: Dataflow, *, of_data: bool) -> Any:
    header = etree.Element(f"{{{_MESSAGE}}}Header")
    _add(header, _MESSAGE, "ID").text = f"B{flow.build}"
    _add(header, _MESSAGE, "Test").text = "false"
    _add(header, _MESSAGE, "Prepared").text = flow.created
    _add(header, _MESSAGE, "Sender", id=AGENCY)
    if of_data:
        told = {"structureID": flow.id, "namespace": flow.urn}
        structure = _add(
            header, _MESSAGE, "Structure", **told, dimensionAtObservation="AllDimensions"
        )
        _add_reference(_add(structure, _COMMON, "StructureUsage"), "Dataflow", flow.id)
    return header


def _add_dataflow(structures: Any, flow: Dataflow) -> None:
    dataflow = _maintained(_add(structures, _STRUCTURE, "Dataflows"), "Dataflow", flow.id)
    _add_names(dataflow, flow.name)
    _add_reference(_add(dataflow, _STRUCTURE, "Structure"), "DataStructure", flow.id)


def _add_codes(parent: Any, one: CodeList) -> None:
    listed = _maintained(parent, "Codelist", one.id)
    _add_names(listed, Trilingual.same(one.concept))
    for code, name in one.codes.items():
        _add_names(_add(listed, _STRUCTURE, "Code", id=code), name)


def _add_concepts(structures: Any, meanings: Mapping[str, str]) -> None:
    scheme = _maintained(_add(structures, _STRUCTURE, "Concepts"), "ConceptScheme", _CONCEPTS)
    _add_names(scheme, Trilingual.same("Ceyuan"))
    for concept, meaning in meanings.items():
        added = _add(scheme, _STRUCTURE, "Concept", id=concept)
        _add_text(added, "Name", concept)
        _add_text(added, "Description", meaning)


def _add_components(structures: Any, flow: Dataflow, listed: Mapping[str, CodeList]) -> None:
    parent = _add(structures, _STRUCTURE, "DataStructures")
    structure = _maintained(parent, "DataStructure", flow.id)
    _add_names(structure, flow.name)
    components = _add(structure, _STRUCTURE, "DataStructureComponents")
    dimensions = _add(components, _STRUCTURE, "DimensionList", id="DimensionDescriptor")
    for position, name in enumerate(DIMENSIONS, start=1):
        kind = "TimeDimension" if name == TIME else "Dimension"
        dimension = _add(dimensions, _STRUCTURE, kind, id=name, position=str(position))
        _describe(dimension, name, listed.get(name))
    attributes = _add(components, _STRUCTURE, "AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        attribute = _add(
            attributes, _STRUCTURE, "Attribute", id=name, assignmentStatus="Conditional"
        )
        # Several sources stand in one text, so that their codes are listed and not enumerated.
        _describe(attribute, name, None)
        related = _add(attribute, _STRUCTURE, "AttributeRelationship")
        etree.SubElement(_add(related, _STRUCTURE, "PrimaryMeasure"), "Ref", {"id": MEASURE})
    measures = _add(components, _STRUCTURE, "MeasureList", id="MeasureDescriptor")
    _describe(_add(measures, _STRUCTURE, "PrimaryMeasure", id=MEASURE), MEASURE, None)


def _describe(component: Any, name: str, codes: CodeList | None) -> None:
    """The concept of a component, and what its values are."""
    identity = _add(component, _STRUCTURE, "ConceptIdentity")
    told = {"id": name, "maintainableParentID": _CONCEPTS, "class": "Concept"}
    version = {"maintainableParentVersion": VERSION, "agencyID": AGENCY}
    etree.SubElement(identity, "Ref", {**told, **version})
    representation = _add(component, _STRUCTURE, "LocalRepresentation")
    if codes is not None:
        _add_reference(_add(representation, _STRUCTURE, "Enumeration"), "Codelist", codes.id)
    else:
        types = {TIME: "ObservationalTimePeriod", MEASURE: "Double"}
        _add(representation, _STRUCTURE, "TextFormat", textType=types.get(name, "String"))


def _add(parent: Any, space: str, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{space}}}{name}", attributes)


def _maintained(parent: Any, kind: str, name: str) -> Any:
    return _add(parent, _STRUCTURE, kind, id=name, agencyID=AGENCY, version=VERSION)


def _add_reference(parent: Any, kind: str, name: str) -> None:
    told = {"id": name, "agencyID": AGENCY, "version": VERSION, "class": kind}
    etree.SubElement(parent, "Ref", told)


def _add_names(parent: Any, name: Trilingual) -> None:
    for language in _languages():
        _add_text(parent, "Name", name.get(language), language)


def _languages() -> Iterator[Any]:
    """English first: many programs show the first name."""
    yield from sorted(LANGUAGES)


def _add_text(parent: Any, kind: str, text: str, language: str = "en") -> None:
    added = _add(parent, _COMMON, kind)
    added.set(_LANG, language)
    added.text = printable(text)
