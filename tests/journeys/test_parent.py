"""A parent is asked by e-mail, says yes, and takes it back. Whom their child writes with learns that the
conversation rests, and nothing more."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Inbox, Someone

PARENT = "Catriona Drummond"
ADDRESS = "catriona.drummond@example.org"


def test_a_parent_says_yes_by_their_link_and_takes_it_back(
    someone: Callable[..., Someone], inbox: Inbox
) -> None:
    skye, alasdair, fiona, parent = someone(), someone(), someone(wide=True), someone()
    programme = says_yes(skye, "skye", parent=PARENT, address=ADDRESS)
    skye.sees(f"We have asked {PARENT} by e-mail, and are waiting for the answer.")
    says_yes(alasdair, "alasdair")

    link = inbox.link(inbox.letter_to(ADDRESS, "Your consent is asked"))
    pairs_them(fiona, programme)
    fiona.sees("Consent for Skye is still awaited")

    page = parent.open(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Hello {PARENT}")
    page.get_by_role("group", name="Taking part").get_by_label("Yes").check()
    page.get_by_label("Your name").fill(PARENT)
    page.get_by_role("button", name="Send my answer").click()
    parent.sees("Thank you, your answer is kept")

    pairs_them(fiona, programme)
    expect(fiona.page.get_by_text("Skye Drummond").first).to_be_visible()
    page = alasdair.open("/")
    page.get_by_role("link", name="Skye").first.click()
    expect(page.get_by_role("heading", name="You and Skye")).to_be_visible()
    expect(page.get_by_text("This conversation is resting")).to_have_count(0)
    conversation = page.url.partition("#")[0]  # with it, the browser would not ask again

    page = parent.open(link)
    page.get_by_label("I take my consent back").first.check()
    page.get_by_label("Your name").fill(PARENT)
    page.get_by_role("button", name="Send", exact=True).click()
    parent.sees("Taking part: no")

    assert inbox.letter_to("fiona@example.org", "has been taken back")
    letter = inbox.letter_to("alasdair@example.org", "may rest for now")
    page = alasdair.open(conversation)
    expect(page.get_by_text("This conversation is resting")).to_be_visible()
    for theirs in (PARENT, "Catriona", "parent", "consent", "taken back"):
        assert theirs not in letter.text
        assert theirs not in said_in(page)
    for person in (skye, alasdair, parent):
        assert person.problems == []


def says_yes(person: Someone, username: str, *, parent: str = "", address: str = "") -> str:
    """Agrees to taking part and to messages; the programme's id."""
    person.sign_in(username)
    page = person.page
    page.get_by_role("link", name="What you have agreed to").first.click()
    for purpose in ("Taking part", "Messages"):
        page.get_by_role("group", name=purpose, exact=True).get_by_label("Yes").check()
    if parent:
        page.get_by_label("Their name").fill(parent)
        page.get_by_label("Their e-mail address").fill(address)
    page.get_by_role("button", name="Save my answers").click()
    person.sees("Taking part")
    return page.url.rpartition("/")[2]


def pairs_them(fiona: Someone, programme_id: str) -> None:
    fiona.sign_in("fiona")
    page = fiona.open(f"/programmes/{programme_id}/pairs/new")
    for name, words in (("Mentee", "Skye Drummond"), ("Mentor", "Alasdair Munro")):
        page.get_by_label(name, exact=True).select_option(label=words)
    page.get_by_role("button", name="Pair them").click()


def said_in(page: Page) -> str:
    return page.locator("main").inner_text()
