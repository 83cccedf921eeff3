"""Files that belong to a concern, and referral forms to be printed."""

from pydantic import Field

from shared.safeguarding.papers.file_kinds import Upload
from shared.safeguarding.papers.files import BucketOfFiles, FileLink, add_file, open_file
from shared.safeguarding.papers.referral import (
    Referral,
    ReferralForm,
    ReferralPaper,
    make_referral,
    referral_form,
    referral_paper,
)
from shared.safeguarding.views import ConcernHead, ConcernPage, concern_head, concern_page

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done, Elsewhere
from .routing import Area

area = Area(__name__)

CONCERN = "/concerns/{concern_id}"
FILES = BucketOfFiles()


class NewFile(Given):
    """What comes with a file. The file itself is the part `file` of a `multipart/form-data` body."""

    note: str = ""
    key: str = Field(min_length=1, max_length=100)


class NewReferral(Given):
    """The parts of a referral form, as a person has worded them."""

    service: str = ""
    person: str = ""
    family: str = ""
    school: str = ""
    worries: str = ""
    done: str = ""
    asked: str = ""
    knows: str = ""
    sender: str = ""
    key: str = Field(min_length=1, max_length=100)


@area.get(CONCERN + "/files", who=STAFF_ONLY, page="safeguarding/file.html", gives=ConcernHead)
def before_adding(request: Request, concern_id: str) -> ConcernHead:
    """What is asked of whoever adds a file to a concern."""
    return concern_head(request.me, concern_id, now=request.now)


@area.post(
    CONCERN + "/files",
    who=STAFF_ONLY,
    takes=NewFile,
    gives=ConcernPage,
    again=before_adding,
    takes_file=True,
)
def add(request: Request, given: NewFile, concern_id: str) -> Done:
    """Keeps a file with a concern."""
    sent = request.files.get("file")
    upload = Upload(sent.name, sent.content) if sent else None
    add_file(request.me, concern_id, upload, note=given.note, key=given.key, store=FILES, now=request.now)
    return Done(f"/concerns/{concern_id}", concern_page(request.me, concern_id, now=request.now))


@area.get(CONCERN + "/files/{file_id}", who=STAFF_ONLY, gives=FileLink)
def fetch(request: Request, concern_id: str, file_id: str) -> Elsewhere:
    """Where a concern's file can be fetched, for a minute. That it was opened is recorded."""
    link = open_file(request.me, concern_id, file_id, store=FILES, now=request.now)
    return Elsewhere(link.address, link)


@area.get(CONCERN + "/referral", who=STAFF_ONLY, page="safeguarding/referral.html", gives=ReferralForm)
def before_referring(request: Request, concern_id: str) -> ReferralForm:
    """A referral form as the record fills it, to be reviewed."""
    return referral_form(request.me, concern_id, now=request.now)


@area.post(
    CONCERN + "/referral", who=STAFF_ONLY, takes=NewReferral, gives=ReferralPaper, again=before_referring
)
def refer(request: Request, given: NewReferral, concern_id: str) -> Done:
    """Keeps a referral form as a person has worded it, to be printed. It is sent to nobody."""
    words = Referral(**given.model_dump(exclude={"key"}))
    made = make_referral(request.me, concern_id, words, key=given.key, now=request.now)
    paper = referral_paper(request.me, concern_id, made, now=request.now)
    return Done(f"/concerns/{concern_id}/referrals/{made}", paper)


@area.get(
    CONCERN + "/referrals/{referral_id}",
    who=STAFF_ONLY,
    page="safeguarding/referral_paper.html",
    gives=ReferralPaper,
)
def paper(request: Request, concern_id: str, referral_id: str) -> ReferralPaper:
    """A referral form to be printed."""
    return referral_paper(request.me, concern_id, referral_id, now=request.now)
