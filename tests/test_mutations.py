"""Damaged workspaces: whatever is done to a file, the answer is a list of problems with their places, never a traceback.

``make test-long`` damages more than a thousand workspaces; ``CEYUAN_MUTATIONS=2000`` runs more of each kind than a test run needs.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ceyuan.api import check
from ceyuan.errors import CeyuanError, Problem
from ceyuan.pipeline.builder import build_workspace
from ceyuan.web.resources.registry import make
from ceyuan.web.resources.view import View
from cluster_workspace import make_workspace
from plan_world import write_plan
from small_workspace import write_workspace

COUNT = int(os.environ.get("CEYUAN_MUTATIONS", "48"))
SHARDS = 4
TEXT = (".yaml", ".csv", ".jsonl", ".j2", ".txt")
SLOWEST = 120.0
"""Seconds of processor time that building and checking a damaged workspace may take: more is a hang."""
ODD = [
    "", "null", "~", "[]", "{}", "- x", "0", "-1", "1e999", "9" * 400, "9" * 30, "true", "'\\u0000'", '"\\0"', '"\\ud800"',
    "🜁", "\u202e", "ｇｄ", "*x", "&a b", "!!python/object:os.system x", "{a: b", "[1, 2", "'", "\t", "a: b: c", "<<: *x",
    "2024-02-30", "..", "/", "*", "a" * 5000, "[" * 300, "not (" * 80, "x = 'y' or 1=1; drop table", "件", "港元", "%",
    "10 GB", "1MB", "utf-16", "hex", "sum(amount)", "payment", "note", "paid", "gd", "raw", "parts", "%Q", "$(id)",
]  # fmt: skip
Mutation = Callable[[random.Random, str], str]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) or [""]


def drop_line(rng: random.Random, text: str) -> str:
    lines = _lines(text)
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


def double_line(rng: random.Random, text: str) -> str:
    lines = _lines(text)
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "".join(lines)


def swap_lines(rng: random.Random, text: str) -> str:
    lines = _lines(text)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


def odd_value(rng: random.Random, text: str) -> str:
    """Replace what follows a colon or stands between commas by something else."""
    lines = _lines(text)
    at = rng.randrange(len(lines))
    head, colon, _ = lines[at].partition(": ")
    if colon:
        lines[at] = f"{head}: {rng.choice(ODD)}\n"
    else:
        cells = lines[at].rstrip("\n").split(",")
        cells[rng.randrange(len(cells))] = rng.choice(ODD)
        lines[at] = ",".join(cells) + "\n"
    return "".join(lines)


def swap_words(rng: random.Random, text: str) -> str:
    """Put one word of the file where another stands: swapped types, duplicate ids, circles."""
    words = [w for w in set(text.replace(",", " ").replace("}", " ").split()) if len(w) > 1]
    if len(words) < 2:
        return text + "x"
    old, new = rng.sample(sorted(words), 2)
    places = [i for i in range(len(text)) if text.startswith(old, i)]
    at = rng.choice(places)
    return text[:at] + new.rstrip(":") + (":" if old.endswith(":") else "") + text[at + len(old) :]


def typo(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) or 1)
    return (
        text[:at]
        + rng.choice(
            ["", "x", ":", '"', "'", "{", "]", "\n", "\r", "\0", "\t", " ", ",", "号", "#"]
        )
        + text[at + 1 :]
    )


def indent(rng: random.Random, text: str) -> str:
    lines = _lines(text)
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([" ", "   ", "\t"]) + lines[at]
    return "".join(lines)


def cut(rng: random.Random, text: str) -> str:
    return text[: rng.randrange(len(text) or 1)]


def permute_columns(rng: random.Random, text: str) -> str:
    head, *rest = _lines(text)
    names = head.rstrip("\n").split(",")
    rng.shuffle(names)
    return ",".join(names) + "\n" + "".join(rest)


def nest(rng: random.Random, text: str) -> str:
    depth = rng.choice([70, 400, 3000])
    return text + "deep: " + "[" * depth + "]" * depth + "\n"


MUTATIONS: list[Mutation] = [
    drop_line, double_line, swap_lines, odd_value, odd_value, odd_value, swap_words, swap_words, swap_words, typo, typo,
    indent, cut, permute_columns, nest,
]  # fmt: skip


def damage(rng: random.Random, root: Path) -> str:
    """Damage one file of a workspace; returns what was done."""
    files = sorted(
        p for p in root.rglob("*") if p.is_file() and "build" not in p.relative_to(root).parts
    )
    path = rng.choice([p for p in files if p.suffix in TEXT])
    name = path.relative_to(root).as_posix()
    kind = rng.random()
    if kind < 0.03:
        path.unlink()
        return f"{name} deleted"
    if kind < 0.06:
        path.write_bytes(b"")
        return f"{name} emptied"
    if kind < 0.14:
        data = bytearray(path.read_bytes())
        for _ in range(rng.choice([1, 3, 50])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(bytes(data))
        return f"{name} random bytes"
    mutation = rng.choice(MUTATIONS)
    path.write_bytes(
        mutation(rng, path.read_bytes().decode("utf-8", "replace")).encode("utf-8", "replace")
    )
    return f"{name} {mutation.__name__}"


def outcome(root: Path) -> tuple[Problem, ...]:
    """The problems of a build and of a check, and of what is written from the build where it succeeded."""
    problems = [*attempt(lambda: build_workspace(root).warnings), *check(root)]
    problems += attempt(lambda: shown(root))
    assert not {p.code for p in problems} & {"internal-error", "system-refused"}, "\n".join(
        map(str, problems)
    )
    return tuple(dict.fromkeys(problems))


def attempt(part: Callable[[], Iterable[Problem]]) -> tuple[Problem, ...]:
    try:
        return tuple(part())
    except CeyuanError as error:
        assert error.problems  # noqa: PT017
        return tuple(p for p in error.problems if p.code != "no-build")


def shown(root: Path) -> list[Problem]:
    """What is wrong with resources of the site that are made of a plan, texts and bulletins."""
    view = View.open(root)
    try:
        return [
            p
            for name in ("communiques", "bulletins", "plan")
            for p in attempt(lambda name=name: made(view, name))
        ]
    finally:
        view.close()


def made(view: View, name: str) -> tuple[Problem, ...]:
    make(view, name)
    return ()


def assert_placed(problem: Problem, root: Path, done: str) -> None:
    """A problem names a file, and a line wherever the file is a text that is there."""
    assert problem.file, (done, str(problem))
    path = root / problem.file
    if path.is_file() and path.suffix in (".yaml", ".csv") and path.stat().st_size:
        whole_file = {
            "empty-file",
            "no-such-file",
            "undeclared-table",
            "nul-byte",
            "bad-encoding",
            "stale-correction",
            "unknown-encoding",
        }
        assert problem.line is not None or problem.code in whole_file, (done, str(problem))
        if problem.line is not None:
            lines = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
            assert 1 <= problem.line <= max(lines, 1), (done, str(problem))


def run(tmp_path: Path, template: Path, seeds: range) -> int:
    failures: list[str] = []
    with_problems = 0
    for seed in seeds:
        rng = random.Random(seed)  # noqa: S311 - damage, not secrets
        root = tmp_path / str(seed)
        shutil.copytree(template, root)
        done = "; ".join(damage(rng, root) for _ in range(rng.choice([1, 1, 1, 2, 4])))
        start = time.process_time()
        try:
            problems = outcome(root)
            assert time.process_time() - start < SLOWEST, f"{done}: it took too long"
            with_problems += bool(problems)
            for problem in problems:
                assert_placed(problem, root, done)
        except Exception as error:  # noqa: BLE001 - all of them are shown at once
            failures.append(f"seed {seed}: {done}: {type(error).__name__}: {str(error)[:300]}")
        shutil.rmtree(root)
    assert not failures, "\n".join(failures)
    return with_problems


def with_everything(root: Path) -> Path:
    """A small workspace with a plan, a text with decisions and rates, and a bulletin."""
    text = "2024年深圳拨付150.5万元。"
    template = '{% block lead %}\n{% if rose("paid") %}{{ growth("paid") }}{% endif %}{{ figure("paid") }}\n{% endblock %}\n'
    write_workspace(root, {
        "communiques/t.txt": text,
        "communiques/t.yaml": f"text: {{file: t.txt, sha256: {hashlib.sha256(text.encode()).hexdigest()}}}\nsources: [office]\n"
        "period: 2024\nplace: gd\ndecisions:\n  - {quote: 150.5万元, start: 9, end: 16, indicator: paid, place: sz, period: 2024}\n",
        "communiques/rates.yaml": "rates:\n  - {from: 港元, to: 元, rate: 0.9, period: 2024, source: average}\n",
        "bulletin/b.yaml": "bulletin: 1\ntitle: {en: B, zh-Hans: 公, zh-Hant: 公}\ndate: 2026-06-18\nperiod: 2025\nplace: gd\n"
        "sections:\n  - id: lead\n",
        **{f"bulletin/b.{language}.md.j2": template for language in ("zh-Hans", "zh-Hant", "en")},
    })  # fmt: skip
    return write_plan(root)


def small(root: Path) -> Path:
    """A small workspace with everything, built, so that what a mutation leaves alone is not read again."""
    assert outcome(with_everything(root)) == ()
    return root


def clusters(root: Path) -> Path:
    """A workspace with a run of clusters, built."""
    outcome(make_workspace(root))
    return root


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_damaged_small_workspace_never_makes_a_traceback(tmp_path: Path, shard: int) -> None:
    count = COUNT // SHARDS
    problems = run(
        tmp_path, small(tmp_path / "template"), range(shard * count, (shard + 1) * count)
    )
    assert problems > count // 3  # the damage is real


def test_a_damaged_workspace_with_clusters_never_makes_a_traceback(tmp_path: Path) -> None:
    count = max(COUNT // 6, 1)
    assert run(tmp_path, clusters(tmp_path / "template"), range(count)) > count // 4


def test_a_damaged_gba_workspace_never_makes_a_traceback(gba_root: Path, tmp_path: Path) -> None:
    count = max(COUNT // 20, 1)
    assert run(tmp_path, gba_root, range(100_000, 100_000 + count)) > count // 3


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_thousand_damaged_workspaces_never_make_a_traceback(tmp_path: Path, shard: int) -> None:
    assert (
        run(
            tmp_path,
            small(tmp_path / "template"),
            range(10**6 + shard * 250, 10**6 + (shard + 1) * 250),
        )
        > 100
    )


@pytest.mark.long
def test_many_damaged_workspaces_with_clusters_never_make_a_traceback(tmp_path: Path) -> None:
    assert run(tmp_path, clusters(tmp_path / "template"), range(10**6, 10**6 + 100)) > 25


@pytest.mark.long
def test_many_damaged_gba_workspaces_never_make_a_traceback(gba_root: Path, tmp_path: Path) -> None:
    assert run(tmp_path, gba_root, range(10**6, 10**6 + 24)) > 8
