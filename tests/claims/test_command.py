"""``ceyuan verify``: formats, exit codes, and what it says of bad input."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from ceyuan.cli import cli
from ceyuan.errors import CeyuanError
from ceyuan.pipeline.reading import Build

GOOD = "2025年，大湾区高新技术企业超过6.9万家。2024年，大湾区机器人产量达到500台。"
BAD = "2025年，广东高新技术企业超过6.9万家。"
SHADY = "2025年，<script>alert(1)</script>大湾区高新技术企业超过6.9万家。"


def run(small: Build, tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(cli, ["verify", str(path), "-w", str(small.root), *options])


def test_the_exit_code_tells_whether_anything_is_contradicted(small: Build, tmp_path: Path) -> None:
    assert run(small, tmp_path, GOOD).exit_code == 0
    assert run(small, tmp_path, BAD).exit_code == 1


def test_a_text_that_contradicts_itself_is_contradicted(small: Build, tmp_path: Path) -> None:
    result = run(small, tmp_path, "2022年，全国税收100亿元，比上年增加10亿元，增长20.1%。")
    assert result.exit_code == 1
    assert (
        "The text contradicts itself: 10亿元 over 9 billion yuan is 11.11%; the text says 20.1%"
        in result.stderr
    )


def test_the_table_has_a_line_for_every_figure(small: Build, tmp_path: Path) -> None:
    result = run(small, tmp_path, GOOD)
    assert "≈ consistent within the stated bound" in result.stdout
    assert "– not checkable" in result.stdout
    assert (
        "2 statements: 0 supported, 0 stated by the same origin only, 0 contradicted, 1 consistent"
        in result.stderr
    )


def test_json_is_complete(small: Build, tmp_path: Path) -> None:
    body = json.loads(run(small, tmp_path, GOOD, "--format", "json").stdout)
    assert body["counts"]["consistent"] == 1
    first, second = body["statements"]
    assert (first["quote"], first["value"], first["verdict"]) == (
        "6.9万家",
        69000,
        "consistent",
    )
    assert first["binding"]["indicator"] == "high_tech_firms"
    assert first["evidence"][0]["value"] == 69800
    evidence = first["evidence"][0]
    assert (evidence["relation"], evidence["independent"], evidence["origins"]) == (
        "same",
        True,
        ["Bureau"],
    )
    assert (first["standing"], first["counterparts"], first["settled_by"]) == (
        "independent",
        [],
        None,
    )
    assert first["binding"]["why"][0].startswith("“高新技术企业” is like “高新技术企业")
    assert (second["binding"], second["evidence"]) == (None, [])
    assert GOOD[first["start"] : first["end"]] == first["quote"]


class _Marks(HTMLParser):
    """Collects marks, links to the ledger and the ledger's rows; fails on tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_marks_every_figure_and_escapes_the_text(small: Build, tmp_path: Path) -> None:
    page = run(small, tmp_path, SHADY, "--format", "html").stdout
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    parser = _Marks()
    parser.feed(page)
    assert parser.open == []
    links = {a["href"] for tag, a in parser.seen if tag == "a"}
    rows = {f"#{a['id']}" for tag, a in parser.seen if tag == "tr" and "id" in a}
    assert links == rows == {"#s0"}
    assert all(a.get("aria-label") for tag, a in parser.seen if tag == "a")


def test_a_draft_lists_what_a_person_has_to_decide(small: Build, tmp_path: Path) -> None:
    result = run(small, tmp_path, "2025年，大湾区高技术企业超过6.9万家。", "--draft")
    assert result.exit_code == 0
    assert "indicator: high_tech_firms  # or:" in result.stdout
    assert "1 ambiguous" in result.stderr


def test_a_text_without_figures_is_no_fault(small: Build, tmp_path: Path) -> None:
    for style in ("table", "json", "html"):
        result = run(small, tmp_path, "大湾区正加快建设。", "--format", style)
        assert result.exit_code == 0
    assert "0 statements" in result.stderr


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff\xfe\x00binary\x00" * 50])
def test_what_is_no_text_is_told(small: Build, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    result = CliRunner().invoke(cli, ["verify", str(path), "-w", str(small.root)])
    assert isinstance(result.exception, CeyuanError)
    assert result.exception.problems[0].code in ("document-empty", "document-binary")


def test_a_folder_without_a_build_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(GOOD, encoding="utf-8")
    result = CliRunner().invoke(cli, ["verify", str(path), "-w", str(tmp_path)])
    assert isinstance(result.exception, CeyuanError)
    assert [p.code for p in result.exception.problems] == ["no-workspace"]


def word_file(path: Path) -> Path:
    document = docx.Document()
    paragraph = document.add_paragraph("2025年，大湾区")
    paragraph.add_run("高新技术企业超过6.9万家，其中").bold = True
    paragraph.add_run("广东超过6.")
    paragraph.add_run("9万家。")
    table = document.add_table(2, 2)
    for (row, column), text in {
        (0, 1): "2025年",
        (1, 0): "大湾区高新技术企业（家）",
        (1, 1): "69800",
    }.items():
        table.cell(row, column).text = text
    document.sections[0].footer.paragraphs[0].text = "2025年，大湾区高新技术企业超过6.9万家。"
    document.save(str(path))
    return path


def test_a_word_file_comes_back_with_a_comment_on_each_figure_of_its_body(
    small: Build, tmp_path: Path
) -> None:
    path = word_file(tmp_path / "report.docx")
    result = CliRunner().invoke(
        cli, ["verify", str(path), "-w", str(small.root), "--format", "docx"]
    )
    assert result.exit_code == 1
    made = docx.Document(io.BytesIO(result.stdout_bytes))
    comments = [comment.text for comment in made.comments]
    assert sorted(text[0] for text in comments) == sorted("✓✗≈")
    assert "1 figures stand in headers, footers or notes" in result.stderr
    # Nothing of the text has changed, and the run that was bold is.
    given = docx.Document(str(path))
    assert [p.text for p in made.paragraphs] == [p.text for p in given.paragraphs]
    bold = "".join(run.text for run in made.paragraphs[0].runs if run.bold)
    assert bold == "高新技术企业超过6.9万家，其中"


def test_a_folder_has_one_report_and_tells_what_it_did_not_read(
    small: Build, tmp_path: Path
) -> None:
    texts = tmp_path / "texts"
    (texts / "more").mkdir(parents=True)
    (texts / "good.txt").write_text(GOOD, encoding="utf-8")
    (texts / "more" / "bad.md").write_text(BAD, encoding="utf-8")
    (texts / "empty.txt").write_text("", encoding="utf-8")
    (texts / ".hidden.txt").write_text(BAD, encoding="utf-8")
    result = CliRunner().invoke(
        cli, ["verify", str(texts), "-w", str(small.root), "--format", "json"]
    )
    assert result.exit_code == 1
    documents = json.loads(result.stdout)["documents"]
    assert [d["document"]["file"] for d in documents] == ["good.txt", "more/bad.md"]
    assert "2 texts" in result.stderr
    assert "document-empty" in result.stderr
    assert "3 statements" in result.stderr


def test_only_a_word_file_is_given_back_with_comments(small: Build, tmp_path: Path) -> None:
    assert run(small, tmp_path, GOOD, "--format", "docx").exit_code == 2
