"""What stands in a workspace: plain files. A link out of it, a pipe or a circle of links is a problem, not something to read.

A workspace may be somebody else's. A link in it could bring a file of this machine into a site, a pipe would be read for
ever, and a link to a folder above has no end. Names that begin with a dot (an editor's lock files among them) are nobody's.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ceyuan.errors import Problem

ALLOWED = "CEYUAN_ALLOW_ROOT"
"""The environment variable that names folders outside of a workspace from which it may read, parted as in ``PATH``."""
_READ = (
    "ceyuan.yaml", "places.csv", "sources.yaml", "records", "kinds", "indicators", "composites", "clusters", "plan",
    "communiques", "bulletin", "submitted",
)  # fmt: skip


def allowed_folders() -> tuple[Path, ...]:
    """Folders outside of a workspace from which the person at this machine lets it read."""
    return tuple(Path(p).resolve() for p in os.environ.get(ALLOWED, "").split(os.pathsep) if p)


def may_read(root: Path, path: Path) -> bool:
    """Whether a file or folder is in a workspace, or where its user lets it read; links are followed.

    Args:
        root: the workspace.
        path: the file or folder.

    >>> may_read(Path("/tmp/w"), Path("/tmp/w/records/a.csv")), may_read(Path("/tmp/w"), Path("/etc/passwd"))
    (True, False)
    """
    target = path.resolve()
    return any(target.is_relative_to(folder) for folder in (root.resolve(), *allowed_folders()))


def root_variable(root: str) -> str:
    """The environment variable that replaces a root.

    >>> root_variable("big-data")
    'CEYUAN_ROOT_BIG_DATA'
    """
    return f"CEYUAN_ROOT_{root.upper().replace('-', '_')}"


def root_allowed(root: Path, declared: str) -> bool:
    """Whether a workspace may name a folder as one of its roots.

    A folder beside the workspace is named relative to it. An absolute path, or one that climbs to the root of the file system,
    names any folder of the machine and needs permission.

    >>> root_allowed(Path("/srv/data/w"), "../tables"), root_allowed(Path("/srv/data/w"), "/etc")
    (True, False)
    """
    meant = Path(declared).expanduser()
    if may_read(root, root / meant):
        return True
    here, there = root.resolve(), (root / meant).resolve()
    return not meant.is_absolute() and Path(os.path.commonpath([here, there])) != Path(here.anchor)


def plain_files(root: Path, folder: str) -> Iterator[Path]:
    """The plain files of a folder of a workspace and of the folders in it, in order of their names; what is unsafe is left out.

    Args:
        root: the workspace.
        folder: the folder, from there.
    """
    for _, file, problem in _walk(root, root / folder, ()):
        if problem is None:
            yield file


def unsafe(root: Path, *folders: str) -> list[Problem]:
    """Everything in a workspace that is no plain file and no folder of plain files.

    Args:
        root: the workspace.
        folders: the folders and files that are looked at; all that Ceyuan reads if none is named.
    """
    found: list[Problem] = []
    if not root.is_dir():
        return found
    here = root.stat()
    for name in folders or _READ:
        path = root / name
        if os.path.lexists(path):
            found += [
                p for _, _, p in _step(root, path, ((here.st_dev, here.st_ino),)) if p is not None
            ]
    return found


def state_of(root: Path) -> tuple[tuple[str, Problem | tuple[int, ...]], ...]:
    """What is to be seen of everything that Ceyuan reads in a workspace without reading it: it tells one state from another.

    Args:
        root: the workspace.

    Returns:
        Each file's name with its size, its times and what tells it from one that took its place, or what is unsafe about it.
    """
    found: list[tuple[str, Problem | tuple[int, ...]]] = []
    for name in filter(lambda name: os.path.lexists(root / name), _READ):
        for shown_as, path, problem in _step(root, root / name, ()):
            found.append((shown_as, problem or _stamp(path)))
    return tuple(found)


def _stamp(path: Path) -> tuple[int, ...]:
    """A file as its folder knows it; empty where it has gone meanwhile."""
    try:
        found = path.stat()
    except OSError:
        return ()
    # Whoever copies a file may set the time of its content, never that of its entry.
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino


_Step = tuple[str, Path, Problem | None]


def _walk(root: Path, folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[_Step]:
    """Each file below a folder: its name in the workspace, the file, and what is unsafe about it."""
    try:
        found = folder.stat()
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in entries if not e.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        name = folder.relative_to(root).as_posix()
        yield name, folder, Problem("unreadable-file", f"cannot be read: {error.strerror}", name)
        return
    here = (*above, (found.st_dev, found.st_ino))
    for name in names:
        yield from _step(root, folder / name, here)


def _step(root: Path, path: Path, above: tuple[tuple[int, int], ...]) -> Iterator[_Step]:
    name = path.relative_to(root).as_posix()
    try:
        found = path.stat()
    except (OSError, RuntimeError) as error:
        why = "leads nowhere" if isinstance(error, FileNotFoundError) else "goes round in a circle"
        yield name, path, Problem("unsafe-link", f"the link {why}", name)
        return
    if path.is_symlink() and not may_read(root, path):
        yield (
            name,
            path,
            Problem(
                "unsafe-link", f"the link leads out of the workspace, to {path.resolve()}", name
            ),
        )
    elif stat.S_ISREG(found.st_mode):
        yield name, path, None
    elif not stat.S_ISDIR(found.st_mode):
        yield (
            name,
            path,
            Problem("unsafe-file", "it is a pipe, a socket or a device, not a file", name),
        )
    elif (found.st_dev, found.st_ino) in above:
        yield (
            name,
            path,
            Problem("unsafe-link", "the link leads to a folder that it stands in", name),
        )
    else:
        yield from _walk(root, path, above)
