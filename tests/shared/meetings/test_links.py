"""Which links of meetings are taken: those of the shapes that are documented (docs/decisions.md), with ids
that nobody has, and near misses."""

import pytest

from shared.meetings.rules import problem_with_link

HOSTS = [
    "teams.microsoft.com",
    "teams.cloud.microsoft",
    "teams.microsoft.us",
    "teams.live.com",
    "meet.google.com",
    "zoom.us",
    "zoom.com",
    "zoomgov.com",
    "meetings.college.example",
]
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_"
AN_ID = "NjZhMGU2YzItZTM2OC00ZDFmLTljMzUtYmFiMjNlOTY4MGEz"
CONTEXT = (
    "?context=%7b%22Tid%22%3a%223b3c7352-bf78-409f-bc35-bab23e9680a3%22"
    "%2c%22Oid%22%3a%2266a0e6c2-e368-4d1f-9c35-bab23e9680a3%22%7d"
)


@pytest.mark.parametrize(
    "link",
    [
        # Teams, until 2026
        f"{TEAMS}{AN_ID}%40thread.v2/0{CONTEXT}",
        f"{TEAMS}{AN_ID}%40thread.v2/0",
        f"{TEAMS}{AN_ID}%40thread.skype/0{CONTEXT}",
        # Teams, the shorter ones: ids of 12 to 15 digits
        "https://teams.microsoft.com/meet/218212345678?p=rtQxwwPbcdeZmYvXut",
        "https://teams.microsoft.com/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc",
        "https://teams.microsoft.com/meet/24812345672174?p=scPFw6Xy1JSPabZw1H",
        "https://teams.microsoft.com/meet/276123411972538?p=n9133b8q",
        "https://teams.microsoft.com/meet/276123411972538",
        "https://teams.cloud.microsoft/meet/210987654321?p=Hk3vLq9ZbTfWm2Xc",
        "https://teams.live.com/meet/9331234567891?p=Hk3vLq9ZbTfWm2Xc",
        # Teams, of governments
        "https://gov.teams.microsoft.us/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc",
        "https://dod.teams.microsoft.us/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc",
        f"{TEAMS.replace('teams.microsoft.com', 'gov.teams.microsoft.us')}{AN_ID}%40thread.v2/0{CONTEXT}",
        # Google Meet
        "https://meet.google.com/abc-defg-hij",
        "https://meet.google.com/abc-defg-hij?authuser=0",
        # Zoom: ids of 9 to 11 digits, alone, with a hashed password of today or of before, with a plain one
        "https://zoom.us/j/951234567",
        "https://zoom.us/j/9512345678",
        "https://zoom.us/j/95123456789?pwd=aYk3mCLa2kQ_7pRz-x9.1",
        "https://zoom.us/j/95123456789?pwd=TmE0dzJkV25TV25CcTB2UlFxVXNRdz09",
        "https://zoom.us/j/95123456789?pwd=Qk9",
        "https://zoom.us/j/95123456789?pwd=482133",
        "https://us02web.zoom.us/j/95123456789",
        "https://us06web.zoom.us/j/95123456789?pwd=aYk3mCLa2kQ_7pRz-x9.1",
        "https://eu01web.zoom.us/j/65123456789",
        "https://zoomgov.com/j/1602345678",
        "https://zoom.com/j/95123456789",
    ],
)
def test_a_link_of_an_allowed_host_is_taken(link: str) -> None:
    assert problem_with_link(link, HOSTS) == ""


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("", "Please paste the link"),
        ("http://zoom.us/j/95123456789", "must begin with https://"),
        ("zoom.us/j/95123456789", "must begin with https://"),
        ("https://meet.jit.si/Somewhere", "Links of meet.jit.si are not used here. These are: teams"),
        ("https://zoom.us.evil.example/j/1", "Links of zoom.us.evil.example are not used here."),
        ("https://evilzoom.us/j/1", "Links of evilzoom.us are not used here."),
        ("https://zoom.us@evil.example/j/1", "does not belong there"),
        ("https://zoom.us:8443/j/1", "does not belong there"),
        ("https://evil.example\\@zoom.us/j/1", "does not belong there"),
        ("https://zoom.us/j/1 call 07700900123", "does not belong there"),
        ("https://zооm.us/j/1", "does not belong there"),  # with two letters of another alphabet
        ("https://[zoom.us/j/1", "not a whole link"),
        ("https://zoom.us/" + "j" * 500, "too long"),
    ],
)
def test_any_other_link_is_refused_with_why(link: str, says: str) -> None:
    assert says in problem_with_link(link, HOSTS)


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/j/95123456789?pwd=x1y2#snap-me-at-jo_12",
        "https://zoom.us/j/95123456789?pwd=come-to-12-High-Street",
        "https://zoom.us/j/95123456789?pwd=call07700900123",
        "https://zoom.us/j/95123456789?pwd=Qk9&uname=snap-me",
        "https://zoom.us/my/jo-on-snap",
        "https://zoom.us/",
        "https://teams.microsoft.com/come-to-12-High-Street-after-school",
        f"{TEAMS}{AN_ID}%40thread.v2/0?context=come-to-12-High-Street",
        f"{TEAMS}{AN_ID}%40thread.v2/come-to-12-High-Street",
        f"{TEAMS}{AN_ID}%40thread.v2/0{CONTEXT.replace('%7d', '%2c%22IsBroadcastMeeting%22%3atrue%7d')}",
        f"{TEAMS}{AN_ID}%40thread.v2/0{CONTEXT}%20ring-me",
        f"{TEAMS}{AN_ID[:-4]}%40thread.v2/0{CONTEXT}",
        # of a whole team's channel, where any number of people come in, and of a live event
        "https://teams.microsoft.com/l/meetup-join/19%3a66a0e6c2e3684d1f9c35bab23e9680a3%40thread.tacv2/0",
        "https://teams.microsoft.com/meet/come-to-12-High-Street",
        "https://teams.microsoft.com/meet/365482109437not-a-meeting",
        "https://teams.microsoft.com/meet/36548210943771234",
        "https://teams.microsoft.com/meet/3654821094377?p=",
        "https://teams.microsoft.com/meet/3654821094377?p=Hk3vLq9Z&anon=true",
        "https://teams.microsoft.com/meet/3654821094377/come-along",
        "https://teams.live.com/l/meetup-join/19%3ameeting_" + AN_ID + "%40thread.v2/0",
        "https://zoom.us/j/95123",
        "https://zoom.us/j/951234567890",
        "https://zoom.us/s/95123456789?zak=eyJ0eXAi",
        "https://zoom.us/j/95123456789?pwd=7700900123",
        "https://zoom.us/meeting/register/tZAucu2pqjIpHtCN",
        "https://meet.google.com/lookup/jo-on-snap",
        "https://meet.google.com/abcd-efg-hij",
        "https://meet.google.com/ABC-DEFG-HIJ",
        "https://meet.google.com/abc-defg-hij?authuser=jo@snap.example",
        "https://meet.google.com/new",
        f"{TEAMS}{'ComeTo12HighStreetAfterSchool':x<48}%40thread.v2/0",
        "https://meet.google.com/linkredirect?dest=https://evil.example/",
        "https://meet.google.com/abc-defg-hij?dest=evil.example",
    ],
)
@pytest.mark.parametrize("by_staff", [False, True])
def test_a_link_that_holds_words_or_leads_elsewhere_is_not_taken(link: str, by_staff: bool) -> None:
    said = problem_with_link(link, HOSTS, by_staff=by_staff)

    assert "This is not the link of a meeting in" in said or "has no # in it" in said


@pytest.mark.parametrize(
    "link",
    [
        "https://meetings.college.example/come-to-12-High-Street",
        "https://snap-jo-12.zoom.us/j/95123456789",
        "https://snap-jo-12.zoomgov.com/j/1602345678",
        "https://us02web.snap-jo-12.zoom.us/j/95123456789",
        "https://snap-jo.teams.microsoft.us/meet/3654821094377",
    ],
)
def test_a_link_that_could_hold_words_is_a_coordinators_to_give(link: str) -> None:
    assert "are given by a coordinator only" in problem_with_link(link, HOSTS)
    assert problem_with_link(link, HOSTS, by_staff=True) == ""


def test_a_host_that_an_organisation_has_chosen_is_anybodys_once_the_policy_names_it() -> None:
    link = "https://hooli-college.zoom.us/j/95123456789?pwd=Qk9"

    assert "are given by a coordinator only" in problem_with_link(link, ["zoom.us"])
    assert problem_with_link(link, ["hooli-college.zoom.us"]) == ""


@pytest.mark.parametrize(
    "link",
    [
        "https://zoom.us/j/7700900123",
        "https://teams.microsoft.com/meet/447700900123",
        "https://teams.microsoft.com/meet/207700900123?p=Hk3vLq9Z",
        "https://teams.live.com/meet/1077009001234",
    ],
)
def test_a_number_that_could_be_a_telephones_is_a_coordinators_to_give(link: str) -> None:
    assert "could be taken for a telephone number" in problem_with_link(link, HOSTS)
    assert problem_with_link(link, HOSTS, by_staff=True) == ""
