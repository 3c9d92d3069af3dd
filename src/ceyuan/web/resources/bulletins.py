"""``bulletins`` and ``bulletins/{id}``: texts written from the build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ceyuan.bulletin import document as written
from ceyuan.bulletin.declaration import FOLDER
from ceyuan.bulletin.export import as_resource
from ceyuan.bulletin.writing import Bulletin
from ceyuan.errors import CeyuanError
from ceyuan.indicators.observations import Observation
from ceyuan.web.models.base import Text, Unreadable
from ceyuan.web.models.bulletins import BulletinItem, BulletinPage, Bulletins, DocumentView
from ceyuan.web.resources.tracing import canonical_period
from ceyuan.web.resources.view import View


def bulletins(view: View) -> Bulletins:
    """The bulletins of the workspace, latest first; one that cannot be written does not hide the others."""
    items, unreadable = [], []
    for name in view.bulletin_names:
        try:
            items.append(_item(view, view.bulletin(name)))
        except CeyuanError as error:
            unreadable += [Unreadable.of(p, f"{FOLDER}/{name}.yaml") for p in error.problems]
    items.sort(key=lambda item: (item.date, item.id), reverse=True)
    return Bulletins(build=view.build.id, items=tuple(items), unreadable=tuple(unreadable))


def _item(view: View, bulletin: Bulletin) -> BulletinItem:
    spec = bulletin.declaration.spec
    return BulletinItem(
        id=bulletin.id,
        title=Text.of(spec.title),
        date=spec.date.isoformat(),
        place=view.build.place(spec.place),
        period=canonical_period(spec.period),
        current=bulletin.build == view.build.id,
    )


def bulletin(view: View, name: str) -> BulletinPage:
    """A bulletin in all languages.

    Raises:
        CeyuanError: ``unknown-bulletin``, and with everything that is wrong in its declaration and templates.
    """
    found = view.bulletin(name)
    documents = {}
    for language, raw in as_resource(found).items():
        del raw["build"]
        documents[language] = DocumentView.model_validate(raw)
    observations = {o.lineage + repr(o): o for d in found.documents.values() for o in _observed(d.figures.values())}
    figures = [view.figure(o) for o in observations.values()]
    spec = found.declaration.spec
    return BulletinPage(
        build=view.build.id,
        id=found.id,
        title=Text.of(spec.title),
        date=spec.date.isoformat(),
        current=found.build == view.build.id,
        documents=documents,
        figures={f.key: f for f in figures},
    )


def _observed(figures: Iterable[written.Figure]) -> Iterator[Observation]:
    """The observations of figures, and of what computed ones were made of."""
    for figure in figures:
        if figure.observation is not None:
            yield figure.observation
        yield from _observed(figure.inputs)
