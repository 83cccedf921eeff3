"""A referral form: filled from the record, reviewed and worded by a person, printed by them. Never sent."""

from dataclasses import asdict, dataclass
from datetime import datetime

from shared.people.permissions import Viewer
from shared.platform.errors import NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import find

from ..concerns.changing import Doing, add_line
from ..concerns.history import SchoolView, person_part
from ..concerns.lines import ACTS, Detail, long_moment
from ..concerns.reading import Opened, load_visible, name_of, open_up
from ..fields import Wrong, read_line, read_optional
from ..items import Entry, entry_key
from ..marking import category_words
from ..rules import read_words

MOST = 10_000
"""Characters of one part of the form."""
FIELDS = {
    "service": "For",
    "person": "The young person",
    "family": "Parents or carers",
    "school": "School or college",
    "worries": "What we are worried about",
    "done": "What has been done so far",
    "asked": "What we ask of you",
    "knows": "Who knows of this referral",
    "sender": "From",
}
NEEDED = {
    "service": "Please say whom the form is for.",
    "person": "Please say who it is about.",
    "worries": "Please say what you are worried about.",
    "asked": "Please say what you ask of them.",
    "sender": "Please say who you are, and how you can be reached.",
}


@dataclass(frozen=True)
class Referral:
    """The parts of the form, as a person has worded them."""

    service: str = ""
    person: str = ""
    family: str = ""
    school: str = ""
    worries: str = ""
    done: str = ""
    asked: str = ""
    knows: str = ""
    sender: str = ""


@dataclass(frozen=True)
class ReferralForm:
    """The form as the record fills it, to be reviewed."""

    concern_id: str
    reference: str
    programme_id: str
    programme_name: str
    about_name: str
    filled_in: Referral


@dataclass(frozen=True)
class ReferralPaper:
    """The form to be printed."""

    concern_id: str
    reference: str
    programme_id: str
    programme_name: str
    made_at: datetime
    made_by_name: str
    parts: tuple[Detail, ...]


def referral_form(viewer: Viewer, concern_id: str, *, now: datetime) -> ReferralForm:
    """Two Queries, and one write when it is recorded that the viewer looked. Raises NotFound."""
    opened = open_up(viewer, concern_id, now=now)
    concern = opened.concern
    said = (
        f"{category_words(concern.category).capitalize()}. On {long_moment(concern.raised_at)} this was said:"
    )
    sender = f"{name_of(viewer)}, {concern.programme_name}"
    return ReferralForm(
        concern_id=concern.concern_id,
        reference=concern.reference,
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        about_name=concern.about_name,
        filled_in=Referral(
            person=f"{concern.about_name}\nDate of birth: \nAddress: ",
            school=_at_school(person_part(viewer, concern).school),
            worries=f"{said}\n\n“{concern.words}”",
            done=_done_so_far(opened),
            sender=f"{sender}\nTelephone: \nOur reference: {concern.reference}",
        ),
    )


def _at_school(school: SchoolView | None) -> str:
    if school is None:
        return ""
    lines = (f"{school.name}, {school.role}".rstrip(", "), school.school, school.telephone, school.address)
    return "\n".join(line for line in lines if line)


def _done_so_far(opened: Opened) -> str:
    acts = sorted((one for one in opened.entries if one.what == "action"), key=lambda one: one.at)
    return "\n\n".join(_act(one) for one in acts)[:MOST]


def _act(line: Entry) -> str:
    details = line.details or {}
    what = ACTS.get(details.get("act", ""), "")
    whom = f" ({details['whom']})" if details.get("whom") else ""
    came = f" {details['outcome']}" if details.get("outcome") else ""
    when = long_moment(datetime.fromisoformat(details["when"]))
    return f"{when}: {what}{whom}. {line.note or ''}{came}"


def make_referral(viewer: Viewer, concern_id: str, given: Referral, *, key: str, now: datetime) -> str:
    """Keeps the form as the person has worded it, to be printed, and says so in the chronology. Returns its
    id. The same form sent again is the same. Raises Invalid naming every part that needs another look, and
    NotFound."""
    concern = load_visible(viewer, concern_id)
    parts = _read(given)
    referral_id = derived_id(viewer.person_id, concern_id, key)
    details = {**parts, "referral_id": referral_id}
    doing = Doing("referral", "recorded_action", "", details, why="Made a referral form")
    add_line(viewer, concern, doing, "referral", referral_id, now=now)
    return referral_id


def _read(given: Referral) -> dict[str, str]:
    wrong, parts = Wrong(), {}
    for name, text in asdict(given).items():
        if name in NEEDED and not text.strip():
            wrong.add(NEEDED[name], name)
        elif name == "service":
            parts[name] = wrong.read(read_line, text, field=name) or ""
        elif name == "worries":
            parts[name] = wrong.read(read_words, text, field=name, most=MOST) or ""
        else:
            parts[name] = wrong.read(read_optional, text, field=name, most=MOST) or ""
    wrong.none()
    return {name: text for name, text in parts.items() if text}


def referral_paper(viewer: Viewer, concern_id: str, referral_id: str, *, now: datetime) -> ReferralPaper:
    """A Query and a GetItem, and one write when it is recorded that the viewer looked. Raises NotFound."""
    opened = open_up(viewer, concern_id, now=now)
    line = find(Entry, *entry_key(concern_id, "referral", referral_id))
    if line is None:
        raise NotFound
    concern = opened.concern
    details = line.details or {}
    return ReferralPaper(
        concern_id=concern.concern_id,
        reference=concern.reference,
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        made_at=line.at,
        made_by_name=line.by_name or "",
        parts=tuple(Detail(words, details[name]) for name, words in FIELDS.items() if details.get(name)),
    )
