"""Published editions: ``bulletin/archive/<bulletin>/<date>/`` keeps what was said, and from what.

::

    edition.json          bulletin, date, title, build (name, created, Ceyuan's version), hashes of declaration and templates
    figures.json          every figure as it was said, with its definition, inputs, hashes and records
    manifest.json         the build's manifest, declarations.json what the workspace declared at that time
    <language>.json       the structured document; <language>.html, <language>.md what was read

An edition is written under another name and appears by one rename; it is never changed. ``build/`` can be deleted
afterwards: what the figures were made of is in the edition.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ceyuan.bulletin.declaration import FOLDER
from ceyuan.bulletin.document import Figure
from ceyuan.bulletin.edition import annotated, claims_of
from ceyuan.bulletin.export import as_json
from ceyuan.bulletin.formats.html import as_html
from ceyuan.bulletin.formats.markdown import as_markdown
from ceyuan.bulletin.vocabulary import written
from ceyuan.bulletin.writing import Bulletin
from ceyuan.errors import CeyuanError, Problem, did_you_mean, fail
from ceyuan.pipeline.folder import MANIFEST
from ceyuan.pipeline.reading import Build
from ceyuan.pipeline.tracing import Trace, trace
from ceyuan.version import __version__
from ceyuan.wording import LANGUAGES, Language, Trilingual
from ceyuan.workspace.walking import unsafe

ARCHIVE = f"{FOLDER}/archive"
_DECLARATIONS = "declarations.json"


@dataclass(frozen=True, slots=True)
class Edition:
    """A published edition.

    Attributes:
        id: ``bulletin/date``.
        bulletin: the bulletin.
        date: day of issue.
        title: its title.
        build: the build that it came from.
        path: its folder.
        languages: those that it is written in.
    """

    id: str
    bulletin: str
    date: str
    title: Trilingual
    build: str
    path: Path
    languages: tuple[Language, ...]

    def figures(self) -> dict[str, Any]:
        """Its figures by key; see :func:`figures_of`."""
        found: dict[str, Any] = json.loads((self.path / "figures.json").read_text(encoding="utf-8"))
        return found


@dataclass(frozen=True, slots=True)
class EditionArchive:
    """What was published.

    Attributes:
        editions: those that can be read, by bulletin and date.
        damaged: what is wrong with the others, by the name that their folder gives them.
    """

    editions: tuple[Edition, ...]
    damaged: Mapping[str, Problem]


def archive(root: Path) -> EditionArchive:
    """All published editions of a workspace; a damaged one hides no other."""
    found, damaged = [], {}
    for path in sorted((root / ARCHIVE).glob("*/*/")):
        if path.name.startswith("."):
            continue  # it is being written, or its writer was stopped
        try:
            if problems := unsafe(root, path.relative_to(root).as_posix()):
                raise CeyuanError(problems)
            found.append(_read(root, path))
        except CeyuanError as error:
            damaged[f"{path.parent.name}/{path.name}"] = error.problems[0]
    return EditionArchive(tuple(found), damaged)


def _read(root: Path, folder: Path) -> Edition:
    """An edition, of which every file that is read later holds JSON of its kind."""
    raw = _object(root, folder / "edition.json")
    _object(root, folder / "figures.json")
    declared = raw.get("languages") or list(LANGUAGES)  # earlier editions are in all
    title = raw.get("title")
    texts = [raw.get(name) for name in ("bulletin", "date", "build")]
    texts += [title.get(language) for language in LANGUAGES] if isinstance(title, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(declared, list):
        raise damaged_edition(
            root, folder / "edition.json", "bulletin, date, build or title is missing"
        )
    languages = tuple(language for language in LANGUAGES if language in declared)
    for language in languages:
        _object(root, folder / f"{language}.json")
    name = f"{raw['bulletin']}/{raw['date']}"
    return Edition(
        name,
        raw["bulletin"],
        raw["date"],
        Trilingual.of(raw["title"]),
        raw["build"],
        folder,
        languages,
    )


def _object(root: Path, path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise damaged_edition(root, path, type(error).__name__) from None
    if not isinstance(raw, dict):
        raise damaged_edition(root, path, "it holds no JSON object")
    return raw


def damaged_edition(root: Path, path: Path, why: str) -> CeyuanError:
    """The error of an edition that is not as :func:`publish` wrote it."""
    file = path.relative_to(root).as_posix()
    hint = "Put back the folder of the edition as it was published, or remove it"
    return fail("unreadable-file", f"it is no edition ({why})", file=file, hint=hint)


def edition(root: Path, name: str) -> Edition:
    """A published edition by its name; its date alone will do where it is the only one of that day.

    Raises:
        CeyuanError: ``unknown-edition``, or ``unreadable-file`` where it is damaged.
    """
    kept = archive(root)
    known = kept.editions
    found = [e for e in known if name in (e.id, e.date)]
    if len(found) == 1:
        return found[0]
    damaged = [
        problem for key, problem in kept.damaged.items() if name in (key, key.rpartition("/")[2])
    ]
    if not found and damaged:
        raise CeyuanError(damaged)
    names = [e.id for e in known]
    hint = did_you_mean(name, names) or (
        f"Published: {', '.join(names)}" if names else "Publish one with --publish"
    )
    raise fail("unknown-edition", f"there is no edition {name!r}", hint=hint)


def publish(build: Build, bulletin: Bulletin) -> Edition:
    """Keep a bulletin with all that its figures were made of.

    Raises:
        CeyuanError: ``edition-exists``, or ``bulletin-output`` where the folder cannot be written to.
    """
    spec = bulletin.declaration.spec
    folder = build.root / ARCHIVE / bulletin.id / spec.date.isoformat()
    if folder.exists():
        message = f"the edition {bulletin.id}/{spec.date.isoformat()} was published before"
        raise fail("edition-exists", message, file=bulletin.declaration.document.file,
                   line=bulletin.declaration.document.line(("date",)))  # fmt: skip
    incoming = folder.with_name(f".{folder.name}.incoming")
    try:
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        _write(build, bulletin, incoming)
        incoming.replace(folder)
    except OSError as error:
        raise fail(
            "bulletin-output", f"cannot be written: {error.strerror}", file=str(folder)
        ) from None
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    return edition(build.root, f"{bulletin.id}/{spec.date.isoformat()}")


def _write(build: Build, bulletin: Bulletin, folder: Path) -> None:
    spec, declaration = bulletin.declaration.spec, bulletin.declaration
    used = {declaration.template(language) for language in bulletin.documents}
    texts = {name: text for name, text in declaration.templates.items() if name in used}
    hashes = {
        f"{FOLDER}/{name}": hashlib.sha256(text.encode()).hexdigest()
        for name, text in sorted(texts.items())
    }
    title = {language: spec.title.get(language) for language in LANGUAGES}
    _json(folder / "edition.json", {
        "bulletin": bulletin.id, "date": spec.date.isoformat(), "title": title,
        "languages": list(bulletin.documents), "build": build.id,
        "build_created": build.manifest.get("created"), "ceyuan": __version__, "templates": hashes,
    })  # fmt: skip
    _json(folder / "figures.json", figures_of(build, bulletin))
    for name in (MANIFEST, _DECLARATIONS):
        shutil.copyfile(build.path / name, folder / name)
    claims = claims_of(build, bulletin)
    for language, document in bulletin.documents.items():
        noted = annotated(build, bulletin, language, claims)
        (folder / f"{language}.json").write_bytes(as_json(document))
        (folder / f"{language}.html").write_text(as_html(noted), encoding="utf-8")
        (folder / f"{language}.md").write_text(as_markdown(noted), encoding="utf-8")


def _json(path: Path, value: object) -> None:
    path.write_text(
        json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
    )


def figures_of(build: Build, bulletin: Bulletin) -> dict[str, Any]:
    """Every figure of a bulletin as it is said and what it was made of, by key.

    A computed figure (a change) is followed by the figures that it was made of.
    """
    found: dict[str, Any] = {}
    for figure in _all(f for d in bulletin.documents.values() for f in d.figures.values()):
        if figure.key not in found:
            found[figure.key] = {
                "text": {language: written(figure, language) for language in LANGUAGES},
                "value": figure.value, "value_max": figure.value_max, "unit": figure.unit, "bound": figure.bound,
                "modality": figure.modality, "how": figure.how,
                "decimals": figure.decimals if figure.printed is None else figure.printed,
                "inputs": [i.key for i in figure.inputs], "made_of": _made_of(build, figure),
            }  # fmt: skip
    return found


def _all(figures: Iterable[Figure]) -> Iterable[Figure]:
    for figure in figures:
        yield figure
        yield from _all(figure.inputs)


def _made_of(build: Build, figure: Figure) -> dict[str, Any] | None:
    o = figure.observation
    if o is None:
        return None
    traced = trace(build, o.indicator, place=o.place, period=o.period, breakdown=o.breakdown)[0]
    return {
        "status": o.status,
        "source": o.source,
        "rule": o.rule,
        "note": o.note and o.note.model_dump(by_alias=True),
        **_trace(traced),
    }


def _trace(traced: Trace) -> dict[str, Any]:
    return {
        "origin": traced.origin, "definition": traced.definition, "version": traced.version, "query": traced.query,
        "inputs": [asdict(used) for used in traced.inputs], "records": [asdict(r) for r in traced.records],
        "record_count": traced.record_count,
        "below": [{"indicator": t.observation.indicator, "place": t.observation.place, "period": t.observation.period,
                   "value": t.observation.value, **_trace(t)} for t in traced.below],
    }  # fmt: skip
