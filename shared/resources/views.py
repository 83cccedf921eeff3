"""What the library's pages show to mentees and mentors."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shared.people.permissions import PARTICIPANTS, Role, Viewer
from shared.platform.errors import NotFound

from .common import Helpline, helplines
from .rendering import to_html
from .rules import About, for_strand, found_by, slug_of, topics_in, topics_of
from .shelf import Shelf, own_shelf, text_of

FIRST = 6
"""Pieces that the first page names."""
MOST_SHOWN = 60
"""Pieces on one page."""


@dataclass(frozen=True)
class Card:
    """A piece in a list."""

    resource_id: str
    title: str
    summary: str
    minutes: int
    topics: tuple[str, ...]
    audience: str
    is_read: bool


@dataclass(frozen=True)
class Topic:
    """A topic, and of how many pieces."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Browse:
    """What was looked for, and what there is."""

    find: str
    topic: str
    """The slug of the topic that is shown; empty for all."""
    topic_name: str
    topics: tuple[Topic, ...]
    cards: tuple[Card, ...]
    has_more: bool
    count: int
    """How many pieces there are in all."""
    is_narrowed: bool
    """Whether something was looked for."""


@dataclass(frozen=True)
class OfProgramme:
    """One of the libraries that somebody has."""

    programme_id: str
    name: str


@dataclass(frozen=True)
class LibraryView:
    """A programme's library, as somebody in it finds it."""

    programme_id: str
    programme_name: str
    role: str
    others: tuple[OfProgramme, ...]
    """Their other programmes."""
    strand: str
    """What a mentee is there for; empty where nothing says."""
    browse: Browse
    read: int
    """How many pieces they have marked as read."""


@dataclass(frozen=True)
class PieceView:
    """A piece to be read."""

    programme_id: str
    programme_name: str
    role: str
    card: Card
    text: str
    """Markdown."""
    html: str
    """The same, safe to be shown."""
    checked_on: date
    helplines: tuple[Helpline, ...]
    topic_slug: str
    """Of its first topic; empty where it has none."""


def library(viewer: Viewer, programme_id: str = "", *, find: str = "", topic: str = "") -> LibraryView:
    """A BatchGetItem and a Query. Without a programme it is the first of the viewer's. Raises NotFound for
    who takes no part, and for a topic that is not there."""
    own = own_programmes(viewer)
    if not own:
        raise NotFound
    programme_id = programme_id or own[0].programme_id
    shelf = own_shelf(viewer, programme_id)
    return LibraryView(
        programme_id=programme_id,
        programme_name=shelf.programme.name,
        role=shelf.role,
        others=tuple(one for one in own if one.programme_id != programme_id),
        strand=shelf.strand.name if shelf.strand else "",
        browse=browse(shelf, find=find, topic=topic),
        read=sum(one.resource_id in shelf.read for one in shelf.pieces),
    )


def own_programmes(viewer: Viewer) -> tuple[OfProgramme, ...]:
    """Those in which the viewer takes part, each once."""
    found = {one.programme_id: one.programme_name for one in viewer.memberships if one.role in PARTICIPANTS}
    return tuple(OfProgramme(*one) for one in found.items())


def browse(shelf: Shelf, *, find: str = "", topic: str = "") -> Browse:
    """What of a shelf is shown: what a search finds, what is of a topic, or the first of all. Raises NotFound
    for a topic that is not there."""
    topics = tuple(
        Topic(slug_of(name), name, count) for name, count in topics_in(shelf.pieces, shelf.library)
    )
    chosen = next((one for one in topics if one.slug == topic), None)
    if topic and chosen is None:
        raise NotFound
    found = [one for one in shelf.pieces if chosen is None or chosen.name in one.tags]
    if find.strip():
        found = found_by(found, find)
    is_narrowed = bool(find.strip() or chosen)
    shown = found[:MOST_SHOWN] if is_narrowed else _first(shelf)
    return Browse(
        find=find.strip(),
        topic=topic,
        topic_name=chosen.name if chosen else "",
        topics=topics,
        cards=tuple(card_of(one, shelf) for one in shown),
        has_more=len(found) > len(shown),
        count=len(shelf.pieces),
        is_narrowed=is_narrowed,
    )


def _first(shelf: Shelf) -> list[About]:
    """The first few: what is nearest to a mentee's strand, what is not read yet, and of each topic one before
    the second of any, so that the page shows what there is."""
    strand = shelf.strand.id if shelf.strand else ""
    met: Counter[tuple[int, bool, str]] = Counter()
    placed = []
    for place, one in enumerate(shelf.pieces):
        near, is_read = for_strand(one, strand, shelf.library), one.resource_id in shelf.read
        kind = near, is_read, next(iter(topics_of(one, shelf.library)), "")
        placed.append(((near, is_read, met[kind], place), one))
        met[kind] += 1
    return [one for _, one in sorted(placed, key=lambda found: found[0])][:FIRST]


def card_of(about: About, shelf: Shelf) -> Card:
    return Card(
        resource_id=about.resource_id,
        title=about.title,
        summary=about.summary,
        minutes=about.minutes,
        topics=topics_of(about, shelf.library),
        audience=about.audience if shelf.role == Role.MENTOR else "",
        is_read=about.resource_id in shelf.read,
    )


def piece(viewer: Viewer, programme_id: str, resource_id: str) -> PieceView:
    """As `library`, and one Query where the piece is the programme's own. Raises NotFound."""
    return piece_view(own_shelf(viewer, programme_id), resource_id)


def piece_view(shelf: Shelf, resource_id: str) -> PieceView:
    """A piece of the shelf with its text. Raises NotFound."""
    about = shelf.piece(resource_id)
    text = text_of(about, shelf.programme.programme_id)
    topics = topics_of(about, shelf.library)
    return PieceView(
        programme_id=shelf.programme.programme_id,
        programme_name=shelf.programme.name,
        role=shelf.role,
        card=card_of(about, shelf),
        text=text,
        html=to_html(text, link_hosts=shelf.library.link_hosts),
        checked_on=about.checked_on,
        helplines=helplines_of(about.helplines),
        topic_slug=slug_of(topics[0]) if topics else "",
    )


def helplines_of(ids: Iterable[str]) -> tuple[Helpline, ...]:
    """In the order of their list, the most urgent first."""
    wanted = set(ids)
    return tuple(one for name, one in helplines().items() if name in wanted)
