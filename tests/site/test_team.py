"""People of two sides in browsers of their own carry a report from an invitation to the build; a conflict shows both versions."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect
from visiting import LANGUAGES, PATIENCE, Visit

from ceyuan.pipeline.builder import build_workspace
from ceyuan.plan.loading import load_plan
from ceyuan.teams import projected
from ceyuan.teams.accounts import Account, By, invite
from ceyuan.teams.database import Team, open_team
from ceyuan.teams.reports import move
from ceyuan.teams.rights import Role
from ceyuan.web.app import create_app
from ceyuan.web.publishing import publish
from ceyuan.web.resources.view import View
from ceyuan.web.site_files import SITE
from ceyuan.web.snapshots import Snapshots
from oidc_provider import SECRET, Issuer
from plan_world import names
from shipped import Once
from team_world import APPROVER, FIGURES, LABS1, MINISTER, PAID, now, team_in, write_world
from web_running import running

PASSWORD = "several words together"  # noqa: S105 - of this test
PEOPLE: dict[str, tuple[str, tuple[Role, ...]]] = {
    "kong": ("guangdong", ("administrator",)),
    "wu": ("guangdong", ("drafter", "submitter")),
    "sun": ("guangdong", ("approver",)),
    "gao": ("hongkong", ("reader",)),
    "han": ("central", ("coordinator",)),
    "li": ("guangdong", ("drafter", "submitter")),
    "wang": ("guangdong", ("drafter",)),
    "zhou": ("guangdong", ("approver",)),
    "chen": ("central", ("approver",)),
    "fang": ("guangdong", ("drafter", "submitter")),
    "lin": ("guangdong", ("approver",)),
    "qin": ("central", ("approver",)),
    "tan": ("hongkong", ("drafter",)),
    "mei": ("central", ("coordinator",)),
}


def write_bulletin(root: Path) -> None:
    """A bulletin that quotes what was approved."""
    declared = {
        "bulletin": 1,
        "title": names("Progress"),
        # a day on which everything has happened
        "date": "2031-01-01",
        "period": 2025,
    }
    declared |= {"place": "gd", "sections": [{"id": "lead"}]}
    asked = '"labs", period="2025-H2"'
    quoted = f"{{% if has_report({asked}) %}}{{{{ reported({asked}) }}}}{{% endif %}}"
    files = {"year.yaml": yaml.safe_dump(declared, allow_unicode=True)}
    for language in LANGUAGES:
        files[f"year.{language}.md.j2"] = f"{{% block lead %}}\n{quoted}\n{{% endblock %}}\n"
    (root / "bulletin").mkdir()
    for name, text in files.items():
        (root / "bulletin" / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def served(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, str]]:
    def make(folder: Path) -> None:
        write_world(folder)
        write_bulletin(folder)
        build_workspace(folder)

    root = Path(shutil.copytree(once("quoting", make), tmp_path_factory.mktemp("team") / "small"))
    with (
        team_in(root) as team,
        running(create_app(Snapshots(root, team=True), site=SITE, team=team)) as client,
    ):
        yield team, str(client.base_url)


@pytest.fixture
def enter(browser: Browser, served: tuple[Team, str]) -> Iterator[Callable[[str], Page]]:
    """Somebody follows her invitation in a browser of her own, and signs in."""
    team, home = served
    contexts = []

    def entered(name: str) -> Page:
        side, roles = PEOPLE[name]
        with team.writing() as connection:
            account = Account(name, f"Person {name}", side, "", roles, active=True, invited=True)
            secret = invite(connection, account, By())
        context = browser.new_context(locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{home}/en/team/#link={secret}")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Choose a password").click()
        expect(page.get_by_role("status")).to_contain_text(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    yield entered
    for context in contexts:
        context.close()


def published(root: Path, folder: Path) -> str:
    """Everything that stands in the published site of a workspace."""
    view = View.open(root)
    publish(view, folder, pages=False)
    view.close()
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*.json"))


def test_a_report_goes_from_an_invitation_to_the_published_site(
    served: tuple[Team, str], enter: Callable[[str], Page], tmp_path: Path
) -> None:
    team, home = served
    li, wang, zhou, chen = (enter(name) for name in ("li", "wang", "zhou", "chen"))
    waiting = li.get_by_role("listitem").filter(has_text="2025-H2").filter(has_text="To report")
    waiting.get_by_role("button", name="Begin a report").click()
    expect(li.get_by_role("heading", name="Laboratories · 2025-H2")).to_be_visible()
    li.get_by_label("What was done").fill("One laboratory opened")
    # What the indicator says itself stands beside what she states; a value without evidence is not kept.
    expect(li.get_by_role("complementary", name="What the figures say")).to_contain_text(
        "12.07 million"
    )
    stated = li.get_by_role("group", name="Paid · Guangdong · 2025")
    stated.get_by_label("Value").fill("1300")
    li.get_by_role("button", name="Keep").click()
    expect(stated.get_by_label("Evidence")).to_be_focused()
    stated.get_by_label("Evidence").fill("Notice 2025/7")
    reached = li.get_by_role("group", name="Call opened")
    reached.get_by_label("Reached on").fill("2025-05-20")
    reached.get_by_label("Evidence").fill("Notice 2025/3")
    li.get_by_role("button", name="Keep").click()
    expect(li.get_by_text("Version 2", exact=True).first).to_be_visible()
    # A file that is attached and taken off again, and one that stays.
    for name in ("draft.pdf", "notice.pdf"):
        content = {
            "name": name,
            "mimeType": "application/pdf",
            "buffer": b"%PDF-1.7 " + name.encode(),
        }
        expect(li.get_by_label("Attach a file")).to_be_enabled()
        li.get_by_label("Attach a file").set_input_files(content)  # type: ignore[arg-type]
        expect(li.get_by_role("link", name=name)).to_be_visible()
    li.get_by_role("button", name="Remove draft.pdf").click()
    expect(li.get_by_role("link", name="draft.pdf")).to_have_count(0)
    # Wang opens the same draft; Li is quicker, and Wang sees both versions.
    report = li.url
    wang.goto(report)
    wang.get_by_label("What was done").fill("Three laboratories opened")
    li.get_by_label("What was done").fill("Two laboratories opened")
    # A comment takes nothing away of what was typed.
    li.get_by_label("Comment").fill("The third one opens next year")
    li.get_by_role("button", name="Comment").click()
    expect(li.get_by_text("Person li · Guangdong").last).to_be_visible()
    expect(li.get_by_label("What was done")).to_have_value("Two laboratories opened")
    li.get_by_role("button", name="Keep").click()
    expect(li.get_by_text("Version 6", exact=True).first).to_be_visible()
    wang.get_by_role("button", name="Keep").click()
    conflict = wang.get_by_role("alert")
    expect(conflict).to_contain_text("Three laboratories opened")
    expect(conflict).to_contain_text("Two laboratories opened")
    assert Visit(wang, home).axe() == []
    wang.get_by_role("button", name="Go on from the present version").click()
    expect(wang.get_by_label("What was done")).to_have_value("Two laboratories opened")
    # Her own approver returns it with a reason, then approves; the level above accepts.
    li.get_by_role("button", name="Submit").click()
    expect(li.get_by_text("Submitted", exact=True)).to_be_visible()
    zhou.goto(report)
    expect(zhou.get_by_role("button", name="Return")).to_be_disabled()
    zhou.get_by_label("Reason").fill("No evidence")
    zhou.get_by_role("button", name="Return").click()
    expect(zhou.get_by_text("Returned", exact=True)).to_be_visible()
    li.goto(f"{home}/en/team/")
    expect(li.get_by_text("Reason: No evidence")).to_be_visible()
    li.goto(report)
    expect(li.get_by_text("Reason: No evidence")).to_be_visible()
    li.get_by_role("button", name="Submit").click()
    expect(li.get_by_text("Submitted", exact=True)).to_be_visible()
    zhou.reload()
    zhou.get_by_role("button", name="Approve").click()
    expect(zhou.get_by_text("Approved by its side", exact=True)).to_be_visible()
    chen.reload()
    chen.get_by_role("listitem").filter(has_text="To accept").get_by_role("link").click()
    expect(chen.get_by_text("Two laboratories opened")).to_be_visible()
    with chen.expect_download() as download:
        chen.get_by_role("link", name="notice.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.7 notice.pdf"
    chen.get_by_role("button", name="Accept").click()
    expect(chen.get_by_text("Accepted", exact=True)).to_be_visible()
    build_workspace(team.root, team=projected(team.root))
    (built,) = [r for r in load_plan(team.root).reports if r.spec.period == "2025-H2"]
    assert built.spec.text.en == "Two laboratories opened"
    assert built.entry.by == "Person chen"
    (value,), (milestone,) = built.spec.values, built.spec.reached
    assert (value.value, value.unit, value.evidence.document) == (1300, "万元", "Notice 2025/7")
    assert (milestone.milestone, milestone.on) == ("call", "2025-05-20")
    public = published(team.root, tmp_path / "public")
    assert "Two laboratories opened" in public
    # The bulletin quotes it, with a note that says who accepted it.
    (bulletin,) = (tmp_path / "public").rglob("bulletins/year*.json")
    quoted = bulletin.read_text(encoding="utf-8")
    assert "Two laboratories opened" in quoted
    assert "by Person chen" in quoted
    assert not any(f"{number} " in public for number in ("One laboratory", "Three laboratories"))
    chen.goto(f"{home}/en/team/")
    chen.get_by_text("Change the password").first.click()
    chen.get_by_label("Present password").fill(PASSWORD)
    chen.get_by_label("New password").fill(f"{PASSWORD} staple")
    chen.get_by_role("button", name="Change the password").click()
    expect(chen.get_by_role("status")).to_contain_text("is changed")
    chen.get_by_role("button", name="Sign out").click()
    expect(chen.get_by_role("button", name="Sign in")).to_be_visible()
    # It is locked: nothing of it can be changed, and a report in its place says why.
    li.reload()
    expect(li.get_by_text("1,300")).to_be_visible()
    expect(li.get_by_role("button", name="Keep")).to_have_count(0)
    li.goto(f"{home}/en/team/")
    form = li.locator("form").filter(has=li.get_by_role("heading", name="Begin a report"))
    form.get_by_label("Task").select_option("labs")
    form.get_by_label("Period").select_option("2025-H2")
    form.get_by_label("Why the one in force is replaced").fill("A laboratory was counted twice")
    form.get_by_role("button", name="Begin a report").click()
    expect(li.get_by_text("Draft", exact=True)).to_be_visible()
    assert li.url == report.removesuffix("/") + ".2/"
    # A report that says nothing yet is not submitted, and what is typed is submitted with it.
    li.get_by_role("button", name="Submit").click()
    expect(li.get_by_text("it does not say yet what was done")).to_be_visible()
    li.get_by_label("What was done").fill("One laboratory, and not two")
    li.get_by_role("button", name="Submit").click()
    expect(li.get_by_text("Submitted", exact=True)).to_be_visible()
    expect(li.get_by_text("One laboratory, and not two")).to_be_visible()
    li.goto(report)
    li.get_by_role("button", name="Changes in version 8").click()
    expect(
        li.get_by_text("Version 8 compared with version 7. The report says the same.")
    ).to_be_visible()
    li.get_by_label("Compared with").select_option(label="Version 2")
    expect(li.locator("ins").first).to_have_text("Added: Two")
    # In three languages, on a telephone, without a finding of axe.
    for language in LANGUAGES:
        for route in ("team", report.partition("/team")[2].join(("team", ""))):
            li.set_viewport_size({"width": 390, "height": 800})
            page = Visit(li, f"{home}/")
            page.go(f"{language}/{route}")
            li.wait_for_load_state("networkidle")
            if route != "team":
                # What the second keeping changed, word by word, beside the history.
                li.locator("button[aria-expanded]").nth(5).press("Enter")
                expect(li.locator("del").first).to_contain_text("One")
                expect(li.locator("ins").first).to_contain_text("Two")
            assert page.axe() == []
            assert li.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_key_task_goes_from_a_proposal_into_the_plan(
    served: tuple[Team, str], enter: Callable[[str], Page]
) -> None:
    team, home = served
    wu, sun, gao, han = (enter(name) for name in ("wu", "sun", "gao", "han"))
    wu.get_by_role("link", name="Propose a key task").click()
    wu.get_by_label("Identifier (a-z, 0-9, -)").fill("joint-fund")
    for language, name in (("EN", "Joint fund"), ("简体", "联合基金"), ("繁體", "聯合基金")):
        wu.get_by_label(f"Name ({language})").fill(name)
    wu.get_by_label("Guangdong").select_option(label="leads")
    wu.get_by_label("Hong Kong").select_option(label="takes part")
    wu.get_by_role("button", name="Add: Milestones").click()
    milestones = wu.get_by_role("group", name="Milestones")
    for language, name in (("EN", "Call"), ("简体", "通知"), ("繁體", "通知")):
        milestones.get_by_label(f"Name ({language})").fill(name)
    milestones.get_by_label("Due").fill("2025-09-30")
    wu.get_by_role("button", name="Add: Targets").click()
    targets = wu.get_by_role("group", name="Targets")
    for label, said in (("Indicator", "paid"), ("Place", "gd"), ("Value", "40"), ("Unit", "万元")):
        targets.get_by_label(label, exact=True).fill(said)
    wu.get_by_role("button", name="Keep the draft").click()
    expect(wu.get_by_role("heading", name="Proposed key task: Joint fund")).to_be_visible()
    proposal = wu.url
    wu.get_by_role("button", name="Submit").click()
    expect(wu.get_by_text("Submitted", exact=True)).to_be_visible()
    # Another side does not see it until its own has approved it; then it comments, and the coordinator agrees.
    gao.goto(proposal)
    expect(gao.get_by_role("alert")).to_be_visible()
    sun.goto(proposal)
    sun.get_by_role("button", name="Approve").click()
    expect(sun.get_by_text("Approved by its side", exact=True)).to_be_visible()
    gao.reload()
    expect(gao.get_by_text("The plan has no such task yet.")).to_be_visible()
    gao.get_by_label("Comment").fill("One more milestone, please")
    gao.get_by_role("button", name="Add the comment").click()
    expect(gao.get_by_text("One more milestone, please")).to_be_visible()
    han.reload()
    waiting = han.get_by_role("listitem").filter(has_text="Key task to agree")
    waiting.get_by_role("link", name="Joint fund").click()
    expect(han.get_by_text("One more milestone, please")).to_be_visible()
    han.get_by_role("button", name="Agree").click()
    expect(han.get_by_text("Agreed", exact=True).first).to_be_visible()
    projected(team.root)
    task = load_plan(team.root).tasks["joint-fund"]
    assert (task.lead, task.partners, task.milestones[0].due) == (
        "guangdong",
        ("hongkong",),
        "2025-09-30",
    )
    assert task.targets[0].value == 40
    # A change of it starts from what is agreed; on a telephone, in three languages, without a finding of axe.
    wu.goto(f"{home}/en/team/")
    wu.get_by_role("link", name="Joint fund").first.click()
    wu.get_by_role("button", name="Propose a change").click()
    expect(wu.get_by_label("Name (EN)").first).to_have_value("Joint fund")
    for language in LANGUAGES:
        for route in ("team/tasks", "team/tasks/guangdong/joint-fund"):
            wu.set_viewport_size({"width": 390, "height": 800})
            page = Visit(wu, f"{home}/")
            page.go(f"{language}/{route}")
            wu.wait_for_load_state("networkidle")
            assert page.axe() == []
            assert wu.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_figures_go_from_a_file_to_the_trace_of_a_figure(
    served: tuple[Team, str], enter: Callable[[str], Page]
) -> None:
    team, home = served
    fang, lin, qin, tan = (enter(name) for name in ("fang", "lin", "qin", "tan"))
    expect(tan.get_by_text("No figures were submitted that you may see.")).to_be_visible()
    assert tan.get_by_role("link", name="Submit figures").count() == 0
    fang.get_by_role("link", name="Submit figures").press("Enter")
    fang.get_by_label("Period").fill("2025上半年")

    def press(page: Page, name: str) -> None:
        expect(page.get_by_role("button", name=name)).to_be_enabled()
        page.get_by_role("button", name=name).press("Enter")

    def choose(label: str, name: str, content: bytes) -> None:
        sent = {"name": name, "mimeType": "text/csv", "buffer": content}
        fang.get_by_label(label).set_input_files(sent)  # type: ignore[arg-type]

    choose("File (CSV or XLSX", "damaged.xlsx", b"PK\x03\x04 and so on")
    press(fang, "Check the file")
    expect(fang.get_by_role("alert")).to_contain_text("is no workbook")
    faulty = f"{PAID}p10,never,guangdong,hongkong,gz,many,bad\n"
    choose("File (CSV or XLSX", "payments.csv", faulty.encode())
    press(fang, "Check the file")
    # She sees what the declaration makes of it before anybody else sees it.
    expect(fang.get_by_text("3 rows read, 2 taken, 1 set aside.")).to_be_visible()
    expect(fang.get_by_role("row").filter(has_text="payments.guangdong.csv:4")).to_contain_text(
        "bad-number:amount"
    )
    expect(fang.get_by_text("1 records are new, 1 changed, 0 the same, 0 gone.")).to_be_visible()
    expect(fang.get_by_role("row").filter(has_text="1000000 → 1100000")).to_be_visible()
    figures = fang.url
    choose("Another file in its place", "payments.csv", PAID.encode())
    expect(fang.get_by_text("2 rows read, 2 taken, 0 set aside.")).to_be_visible()
    press(fang, "Submit")
    expect(fang.get_by_text("Submitted", exact=True)).to_be_visible()
    lin.reload()
    waiting = lin.get_by_role("listitem").filter(has_text="To approve").filter(has_text="2025-H1")
    waiting.get_by_role("link", name="Submitted figures: Payment").press("Enter")
    expect(lin.get_by_text("2 rows read, 2 taken, 0 set aside.")).to_be_visible()
    press(lin, "Approve")
    expect(lin.get_by_text("Approved by its side", exact=True)).to_be_visible()
    qin.goto(figures)
    press(qin, "Accept")
    expect(qin.get_by_text("Accepted", exact=True)).to_be_visible()
    # What was agreed names them, by what file and by whose decisions.
    qin.goto(f"{home}/en/team/record/?year=2025")
    on_record = qin.get_by_role("region", name="Submitted figures")
    expect(on_record.get_by_role("heading", name="2025-H1 · payments")).to_be_visible()
    expect(on_record).to_contain_text("payments.csv")
    expect(on_record.get_by_role("listitem")).to_have_count(3)
    build_workspace(team.root, team=projected(team.root))
    # The figure's trace ends at the file and line, and names who decided.
    said = qin.get_by_role("listitem").filter(has_text=f"submitted/{FIGURES}.csv:3").first
    for _ in range(60):  # the server opens the new build beside its work
        qin.goto(f"{home}/en/observations/paid/?of=gd/2025")
        expect(qin.get_by_text("Made of records")).to_be_visible()
        if said.is_visible():
            break
        time.sleep(1)
    expect(said).to_contain_text("submitted by Person fang (guangdong)")
    expect(said).to_contain_text("approved by Person lin (guangdong)")
    expect(said).to_contain_text("accepted by Person qin (central)")
    for language in LANGUAGES:
        for route in ("team/figures", f"team/figures/{FIGURES}", "team"):
            fang.set_viewport_size({"width": 390, "height": 800})
            page = Visit(fang, f"{home}/")
            page.go(f"{language}/{route}")
            fang.wait_for_load_state("networkidle")
            assert page.axe() == []
            assert fang.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_was_agreed_stands_on_a_page_and_the_next_year_is_opened(
    served: tuple[Team, str], enter: Callable[[str], Page]
) -> None:
    team, home = served
    for actor, decision in ((APPROVER, "approve"), (MINISTER, "accept")):
        move(team, actor, LABS1, now(team, LABS1).version, decision)  # type: ignore[arg-type] # one of the decisions
    mei = enter("mei")
    mei.get_by_role("link", name="What was agreed").press("Enter")
    expect(mei.get_by_role("heading", name="What was agreed for 2025")).to_be_visible()
    labs = mei.get_by_role("region", name="Laboratories")
    expect(labs.get_by_role("link", name="Guangdong · 2025-H1")).to_be_visible()
    accepted = f"Accept: {MINISTER.name} (Central)"
    expect(labs.get_by_role("listitem").filter(has_text=accepted)).to_have_count(1)
    with mei.expect_download() as download:
        mei.get_by_role("link", name="DOCX").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    mei.get_by_label("Programme year").fill("2026")
    mei.get_by_label("Periods of reporting, with commas").fill("2026-H1, 2026-H2")
    mei.get_by_role("button", name="Open a programme year").press("Enter")
    expect(mei.get_by_role("heading", name="What was agreed for 2026")).to_be_visible()
    expect(mei.get_by_text("No key task of this year is agreed yet.")).to_be_visible()
    projected(team.root)
    assert load_plan(team.root).years[2026].reporting == ("2026-H1", "2026-H2")
    for language in LANGUAGES:
        mei.set_viewport_size({"width": 390, "height": 800})
        page = Visit(mei, f"{home}/")
        page.go(f"{language}/team/record/?year=2025")
        mei.wait_for_load_state("networkidle")
        assert page.axe() == []
        assert mei.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_administrator_keeps_the_accounts_of_her_side(
    served: tuple[Team, str], enter: Callable[[str], Page], browser: Browser
) -> None:
    kong = enter("kong")
    kong.get_by_label("Account", exact=True).fill("tang")
    kong.get_by_label("Person").fill("Tang Wei")
    kong.get_by_label("drafts").check()
    kong.get_by_role("button", name="Invite").click()
    link = kong.get_by_role("status").locator("code").inner_text()
    tang = browser.new_page()
    tang.set_default_timeout(PATIENCE)
    tang.goto(link)
    tang.get_by_label(re.compile("Password|密码")).fill(PASSWORD)
    tang.locator("form button").click()
    expect(tang.get_by_role("status")).to_contain_text("tang")
    tang.get_by_label(re.compile("Password|密码")).fill(PASSWORD)
    tang.locator("form button").click()
    expect(tang.get_by_text("Tang Wei").first).to_be_visible()
    # A token of her own, shown once, which ends.
    tang.goto(f"{served[1]}/#/en/team")
    tang.get_by_text("Tokens for programs").click()
    tang.get_by_label("What it is for").fill("calendar")
    tang.get_by_role("button", name="Make a token").click()
    token = tang.get_by_role("status").locator("code").inner_text()
    asked = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{served[1]}/api/team/desk", headers=asked).status_code == 200
    tang.get_by_role("button", name="End calendar").click()
    expect(tang.get_by_role("button", name="End calendar")).to_have_count(0)
    assert httpx.get(f"{served[1]}/api/team/desk", headers=asked).status_code == 401
    # Closed, she is out at once.
    kong.get_by_role("button", name="Roles of tang").click()
    kong.get_by_label("submits").check()
    kong.get_by_role("button", name="Keep").click()
    expect(kong.get_by_role("row").filter(has_text="Tang Wei")).to_contain_text("submits")
    kong.get_by_role("button", name="Close tang").click()
    expect(kong.get_by_role("row").filter(has_text="Tang Wei")).to_contain_text("closed")
    tang.reload()
    expect(tang.get_by_role("button", name="Sign in")).to_be_visible()
    tang.close()
    for language in LANGUAGES:
        kong.set_viewport_size({"width": 390, "height": 800})
        page = Visit(kong, f"{served[1]}/")
        page.go(f"{language}/team")
        kong.wait_for_load_state("networkidle")
        assert page.axe() == []
        assert kong.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_invited_person_signs_in_with_her_institution(
    browser: Browser, once: Once, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(folder: Path) -> None:
        write_world(folder)
        build_workspace(folder)

    root = Path(shutil.copytree(once("team", make), tmp_path / "small"))
    school = Issuer()
    monkeypatch.setenv("CEYUAN_OIDC_SCHOOL_SECRET", SECRET)
    with team_in(root):
        file = root / "team.yaml"
        said = f"{{id: school, name: School, issuer: '{school.issuer}', client: ceyuan}}"
        file.write_text(f"{file.read_text()}single_sign_on: [{said}]\n")
    with (
        open_team(root) as team,
        running(create_app(Snapshots(root, team=True), site=SITE, team=team)) as client,
    ):
        with team.writing() as connection:
            account = Account("li", "Li", "guangdong", "", ("drafter",), active=True, invited=True)
            link = invite(connection, account, By())
        page = browser.new_context(locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{client.base_url}/en/team/#link={link}")
        page.get_by_role("button", name="Use School instead of a password").press("Enter")
        expect(page.get_by_role("heading", name="My desk")).to_be_visible()
        page.get_by_role("button", name="Sign out").press("Enter")
        page.get_by_role("button", name="Sign in with School").press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.get_by_role("button", name="Sign out").press("Enter")
        school.subject = "stranger"
        page.get_by_role("button", name="Sign in with School").press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 800})
        assert Visit(page, f"{client.base_url}/").axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.context.close()
    school.close()


def test_where_nobody_signs_in_the_page_says_so_and_nothing_leads_to_it(
    browser: Browser, served: tuple[Team, str]
) -> None:
    with running(create_app(Snapshots(served[0].root), site=SITE)) as client:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        Visit(page, f"{client.base_url}/").go("en")
        assert page.get_by_role("link", name="My desk").count() == 0
        assert not [url for url in asked if "Team" in url or "api/team" in url]
        Visit(page, f"{client.base_url}/").go("en/team")
        expect(page.get_by_text("Nobody signs in on this site.")).to_be_visible()
        page.close()
