"""A gate is shut only where there is nothing to find."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.filtering.contact import addresses, emails, files, handles, links, number_parts, postcodes
from shared.filtering.contact.gates import (
    ADDRESSES,
    EMAILS,
    FILES,
    HANDLES,
    LINKS,
    NUMBER_PARTS,
    POSTCODES,
    SPACED,
    gates,
)
from shared.filtering.contact.signs import has_digits
from shared.filtering.contact.spaced import without_spacing
from shared.filtering.folding import fold
from shared.filtering.wordlists import words_of

PARTS = st.sampled_from(
    sorted(
        words_of(
            """
            ola zz.ola zz_ola 07 7700 900123 5 b4 before put a 0 in front my # u/ola @ola @ at (at) [at]
            gmail g mail . , dot (dot) com co uk .com co.uk ,com org www www. http:// / slash bit ly bitly
            flat 3 street road number five seventy live 52 laurel drive room 55.86 -4.25 ///a.bb.cc code
            postcode ph2 8zx dd four nine zed backwards reversed img_0231.jpg .png [ ] image ( ) user
            handle tag is i post as on everything everywhere all of them socials every app x l e o 👻 📎 the
            one outlook cloud arroba malpa name's name search follow add
            """
        )
    )
)
TEXTS = st.builds(
    lambda parts: "".join(part + gap for part, gap in parts),
    st.lists(st.tuples(PARTS, st.sampled_from([" ", " ", " ", "  ", "\n", "", ".", ", "])), max_size=14),
)


@given(TEXTS)
@settings(max_examples=600, deadline=None)
def test_nothing_is_found_behind_a_shut_gate(text: str) -> None:
    plain = fold(text).text
    digits, may_hold = has_digits(plain), gates(plain)

    for gate, found in (
        (EMAILS, emails.find(plain)),
        (LINKS, links.find(text, fold(text))),
        (NUMBER_PARTS, number_parts.find(plain, digits=digits)),
        (ADDRESSES, addresses.find(plain, digits=digits)),
        (POSTCODES, postcodes.find(plain, digits=digits)),
        (FILES, files.find(plain, digits=digits)),
        (HANDLES, handles.find(plain, digits=digits)),
    ):
        assert may_hold & gate or not list(found)
    assert may_hold & SPACED or without_spacing(plain) is None
