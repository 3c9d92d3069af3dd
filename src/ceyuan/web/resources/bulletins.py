"""``bulletins``, ``bulletins/{id}`` and ``editions/{id}``: texts written from the build, and those that were published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from ceyuan.bulletin import document as written
from ceyuan.bulletin.archive import Edition, EditionArchive, archive, damaged_edition
from ceyuan.bulletin.declaration import FOLDER
from ceyuan.bulletin.differences import LEVEL
from ceyuan.bulletin.export import Exported, of_document, read_json
from ceyuan.bulletin.printing import printed
from ceyuan.bulletin.writing import Bulletin
from ceyuan.engine import literal
from ceyuan.errors import CeyuanError, did_you_mean, fail
from ceyuan.indicators.observations import Observation
from ceyuan.web.models.base import Figure
from ceyuan.web.models.bulletins import (
    BulletinItem,
    BulletinPage,
    Bulletins,
    EditionItem,
    EditionPage,
    StatedFigure,
)
from ceyuan.web.resources.query import canonical_period
from ceyuan.web.resources.view import View
from ceyuan.wording import Language


def bulletins(view: View) -> Bulletins:
    """The bulletins of the workspace, latest first; one that cannot be written does not hide the others."""
    items, unreadable = [], []
    for name in view.bulletin_names:
        try:
            items.append(_item(view, view.bulletin(name)))
        except CeyuanError as error:
            unreadable += [p.in_full(f"{FOLDER}/{name}.yaml") for p in error.problems]
    items.sort(key=lambda item: (item.date, item.id), reverse=True)
    kept = _archive(view)
    latest = sorted(kept.editions, key=lambda e: (e.date, e.id), reverse=True)
    return Bulletins(
        build=view.build.id, items=tuple(items), editions=tuple(_edition_item(e) for e in latest),
        unreadable=tuple(unreadable), damaged=tuple(p.in_full(name) for name, p in kept.damaged.items()),
    )  # fmt: skip


def _item(view: View, bulletin: Bulletin) -> BulletinItem:
    spec = bulletin.declaration.spec
    return BulletinItem(
        id=bulletin.id,
        title=spec.title,
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
    claims = view.bulletin_claims(name)
    documents: dict[Language, Exported] = {}
    for language, document in found.documents.items():
        documents[language] = of_document(document, view.annotated(name, language).notes)
    observations = {
        o.lineage + repr(o): o
        for d in found.documents.values()
        for o in _observed(d.figures.values())
    }
    figures = [view.figure(o) for o in observations.values()]
    spec = found.declaration.spec
    return BulletinPage(
        build=view.build.id,
        id=found.id,
        title=spec.title,
        date=spec.date.isoformat(),
        current=found.build == view.build.id,
        documents=documents,
        figures={f.key: f for f in figures},
        verdicts={key: claim.verdict for key, claim in claims.items()},
    )


FILES = {
    "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
"""The formats in which a bulletin is handed out, with their media types."""


def bulletin_files(view: View, name: str) -> Iterator[tuple[str, Language, str]]:
    """The files of a bulletin: name below the interface or the folder of data, language, format."""
    return (
        (f"bulletins/{name}/{lang}.{style}", lang, style)
        for lang in view.build.config.languages
        for style in FILES
    )


def bulletin_file(view: View, name: str, language: Language, style: str) -> bytes:
    """A bulletin as a file to keep.

    Args:
        view: the build.
        name: the bulletin.
        language: one of its languages.
        style: one of :data:`FILES`.

    Raises:
        CeyuanError: what :func:`bulletin` raises, and ``no-font``.
    """
    return printed(view.annotated(name, language), style)


def _archive(view: View) -> EditionArchive:
    return archive(view.build.texts)


def _address(name: str) -> str:
    """An edition as addresses name it."""
    return name.replace("/", "@")


def edition_ids(view: View) -> Iterable[str]:
    """Identifiers of the published editions that can be read."""
    return (_address(e.id) for e in _archive(view).editions)


def _edition_item(found: Edition) -> EditionItem:
    return EditionItem(
        id=_address(found.id),
        bulletin=found.bulletin,
        title=found.title,
        date=found.date,
        from_build=found.build,
    )


def edition(view: View, name: str) -> EditionPage:
    """A published edition as it was, each figure beside what the build shows for it today.

    Raises:
        CeyuanError: ``unknown-edition``, or ``unreadable-file`` where it is damaged.
    """
    kept = _archive(view)
    known = {_address(e.id): e for e in kept.editions}
    damaged = {_address(key): problem for key, problem in kept.damaged.items()}
    if name in damaged:
        raise CeyuanError([damaged[name]])
    if name not in known:
        raise fail(
            "unknown-edition", f"there is no edition {name!r}", hint=did_you_mean(name, known)
        )
    try:
        return _edition_page(view, known[name])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{type(error).__name__}, it was changed by hand"
        raise damaged_edition(view.build.texts, known[name].path / "figures.json", why) from None


def _edition_page(view: View, found: Edition) -> EditionPage:
    documents = {
        language: read_json((found.path / f"{language}.json").read_bytes())
        for language in found.languages
    }
    figures = found.figures()
    today = _today(view, figures)
    return EditionPage(
        build=view.build.id,
        documents=documents,
        figures={key: _stated(figure, today.get(key)) for key, figure in figures.items()},
        **_edition_item(found).model_dump(by_alias=True),
    )


def _stated(figure: dict[str, Any], now: Figure | None) -> StatedFigure:
    fields = {name: figure[name] for name in ("text", "value", "unit", "how")}
    changed = now is not None and any(getattr(now, name) != figure[name] for name in LEVEL)
    return StatedFigure.model_validate({**fields, "now": now, "changed": changed})


def _today(view: View, keys: Iterable[str]) -> dict[str, Figure]:
    """The shown figures of keys, where the build has them."""
    parts = [tuple(unquote(part) for part in key.split("/")) for key in keys if "(" not in key]
    wanted = [f"({', '.join(literal(p) for p in (*p, '')[:4])})" for p in parts]
    if not wanted:
        return {}
    shown = view.shown(f"(indicator, place, period, breakdown) IN ({', '.join(wanted)})")
    return {f.key: f for f in shown}


def _observed(figures: Iterable[written.Figure]) -> Iterator[Observation]:
    """The observations of figures, and of what computed ones were made of."""
    for figure in figures:
        if figure.observation is not None:
            yield figure.observation
        yield from _observed(figure.inputs)
