"""Contact details by their shape: what is one, and what only looks like one."""

import pytest

from shared.filtering import check


def categories(text: str) -> set[str]:
    return {finding.category for finding in check(text, sender="mentee").findings}


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/start",
        "hxxps://example.org",
        "www.example.org",
        "bit.ly/3canteen",
        "woolshop.co.uk",
        "woolshop.co.uk.",
        "bakes[.]net",
        "bakes (dot) net",
        "look at musicdept dot com",
        "skate . co . uk",
        "films.\ncom",
        "films。com",
        "films.c\u200bom",
        "198.51.100.23",
        "10.0.0.12:8080",
        "my page is kieran.me",
        "moc.smlif backwards",
        "w w w . f o l i o . c o m",
        "choir.scot",
        "it is at portfolio dot carrd dot co",
        "bitly papers23",
        "goo dot gl slash quiz9",
    ],
)
def test_a_link_is_seen_however_it_is_written(text: str) -> None:
    assert "link" in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for the tips.My guidance teacher liked them",
        "I finished the quiz.it says I'm an organiser",
        "great thanks.im happy with that",
        "We made a bot with Node.js and ASP.NET",
        "Open notes.md, then run clean.py and compare out.txt",
        "e.g. circuits, i.e. soldering etc.",
        "Version 3.11.4 came after 3.10",
        "the 3.5,4.5 and 6.0 readings",
        "well... the tour got cancelled... cos of snow",
        "I got an A.B.C. in music, and a Ph.D. comes later",
        "see chapter 3.2.1",
        "It went well.Com sci was the best taster",
        "all done.me.next",
        "join the dots in the dot to dot book",
    ],
)
def test_a_full_stop_is_not_a_link(text: str) -> None:
    assert "link" not in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "rhona@example.org",
        "rhona @ example . org",
        "rhona at outlook dot com",
        "euan(at)icloud.com",
        "fin [at] outlook [dot] com",
        "moc.liamtoh@annehk",
        "sam＠yahoo.co.uk",
        "m i a @ g m a i l . c o m",
        "my gmail is rhona07",
        "rhona_07 at gmail",
        "rhonaATgmailDOTcom",
        "rhona@gma1l.c0m",
        "rhona@gmailcom, forgot the dot",
        "it's rhona, gmail",
        "rhona małpa gmail kropka com",
        "rhona2008 at wp dot pl",
        "rhona.b🐌gmail",
        "rhona at the usual google mail",
        "put an at in the middle",
    ],
)
def test_an_email_address_is_seen_however_it_is_written(text: str) -> None:
    assert "email" in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "BBB@H in one sitting",
        "Put @Test above the method",
        "the library is @ the back",
        "I emailed the university",
        "I'm good at maths. It is my favourite.",
        "we stayed at home, it was raining",
        "my sister works at Boots. Me and her get the same bus",
        "had a look at Durham. To be honest I liked it",
        "6 eggs @ 30p each",
        "I finished at 4.In the afternoon it rained",
    ],
)
def test_an_at_sign_is_not_an_address(text: str) -> None:
    assert not categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "07700 900123",
        "07700-900-123",
        "+44 7700 900123",
        "0044 7700 900 123",
        "(0131) 496 0123",
        "020 7946 0123",
        "+1 202 555 0143",
        "oh double seven double oh nine double oh one two three",
        "07seven00 nine hundred 12 3",
        "0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣",
        "０７７００９００１２３",
        "O77OO 9OO123",
        "it goes 07700, then 900, then 123",
        "07700\n900\n123",
        "I am 14 and it is 07700 900123",
        "my number is 496 0123",
        "zer0 s3ven s3ven zer0 zer0 n1ne zer0 zer0 1 2 8",
        "oh7 70oh 9ohoh 418",
        "oh-seven-seven-hunner nine-hunner twa-fower-yin",
        "dim saith saith dim dim naw dim dim pump dau un",
        "null sieben sieben null null neun null null vier eins acht",
        "read it backwards 321009 00770",
        "7700 900 183, you know what goes in front",
        "first half 07700 9",
        "the last three are 219",
        "put a 0 before it",
        "whats ur #",
    ],
)
def test_a_telephone_number_is_seen_however_it_is_written(text: str) -> None:
    assert "phone" in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "our timeline goes 1296 1297 1298 1305 1306 1314 1320",
        "about 37,200,000,000,000 cells",
        "Results come out on 04/08/2026 before 8.30",
        "trains at 07:12 07:42 08:12 and 08:42",
        "twenty three to twenty four in the last minute",
        "pi is 3.14159265358979",
        "my candidate number is 123456789",
        "A railcard was £30 and I have saved £84.60",
        "Avogadro's number is 6.02 x 10^23",
        "the lotto numbers were 4 8 15 16 23 42",
        "they sold 150000000",
        "the last three were 68 72 70",
        "the answer is 0.07700",
        "the first half 2024 was wet",
    ],
)
def test_a_figure_is_not_a_telephone_number(text: str) -> None:
    assert "phone" not in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "postcode is PH2 8ZX",
        "ab247zx",
        "dd four, nine zed zed",
        "B D five, nine Z Z",
        "CF 5  2 Z Z",
        "se15 fourZX",
        "XZ4 1TB backwards",
        "p/code ends 9ZX",
        "I live at 52 Laurel Drive",
        "flat 2/1",
        "14 Birch Road, third door",
        "number nine, Larch Way",
        "the hostel on Bath Street, room 12",
        "53.4808 minus 2.2426",
    ],
)
def test_an_address_is_seen(text: str) -> None:
    assert "address" in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "Is B1 French higher than A2?",
        "N100 on the site, and NN12 if you take it with finance",
        "in S6 3rd period",
        "10 Downing Street was on our tour",
        "it takes 20 minutes by road",
        "in my story they live at 1 Potato Lane",
        "unit 4 of the course",
        "Flat 2 beats sharp 2 in music theory",
        "he's twenty-six, he drops pens",
        "S5 4 us was the best year",
    ],
)
def test_a_code_is_not_an_address(text: str) -> None:
    assert "address" not in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "@rhonasings on tiktok",
        "1nsta kieran9",
        "disc: gecko_",
        "👻 poppyx",
        "my snap is ola_07",
        "gecko#1234",
        "oliviabake on snap x",
        "strava: runningrhian",
        "duolingo im owlhater lets race",
        "minecraft ign creepercarys",
        "my user's north_pol on strava",
        "reddit name is u/overthinker",
        "I post my prints as linolottie, have a look",
        "sageplz#EUW",
        "did you find me yet? za_teejay",
        "twitch.magdaplays, i stream the coursework",
        "📸 morgsphotos",
        "i n s t a t o m o s",
        "it is marta dot k dot films",
    ],
)
def test_a_name_on_another_app_is_seen(text: str) -> None:
    assert "handle" in categories(text)


@pytest.mark.parametrize(
    "text",
    [
        "it was a snap decision",
        "my teacher explained discord and how it resolves",
        "this house would ban TikTok in schools",
        "the signal was weak",
        "my folder is called FINAL_final2",
        "sc is scandium, 21",
        "xbox is away in the loft until may",
        "the dot to dot page",
    ],
)
def test_an_app_or_its_name_alone_is_no_account(text: str) -> None:
    assert not categories(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("O77OO 9OO 128 (those are letter Os haha)", "phone"),
        ("07seven00 nine00 fivefivetwo", "phone"),
        ("zzaoife🐌gmail🐌com but the first snail is an @", "email"),
        ("zzcallum. at. proton. dot. me. thats me", "email"),
        ("ig: z z _ r h y s", "handle"),
        ("add zzkai.x on snap", "handle"),
        ("it is ///zzfrog.zzlamp.zzbiscuit", "address"),
        ("IMG_4471.jpg", "attachment"),
    ],
)
def test_a_detail_in_disguise_is_seen(text: str, category: str) -> None:
    assert category in categories(text)


def test_a_file_that_is_only_spoken_of_is_no_attachment() -> None:
    assert categories("the file is called final_FINAL_v2.pptx") == set()


@pytest.mark.parametrize(
    "text",
    ["www.example.org/ola", "https://www.example.org/ola", "my.name@example.org", "add @rhonasings on insta"],
)
def test_a_detail_is_given_once(text: str) -> None:
    shapes = {"contact.link", "contact.email", "contact.handle", "contact.handle.at"}
    found = [finding.rule for finding in check(text, sender="mentee").findings if finding.rule in shapes]

    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ADD OLA_07 ON SNAP",
        "Ｏｌａ＿０７",
        "ola\u200b_07",
        "07700\u200b 900123",
        "FLAT 2/1",
        "DD FOUR, NINE ZED ZED",
    ],
)
def test_case_width_and_what_cannot_be_seen_hide_nothing(text: str) -> None:
    assert check(text, sender="mentee").hold
