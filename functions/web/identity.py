"""Signing in and out, a forgotten password, joining by an invitation, and one's own account."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from shared.conversations.about_me import AboutMe, write_about_me
from shared.notices.views import INVITATION_BEGINS, our_address
from shared.people import actions
from shared.people.account_views import AccountView, account_of
from shared.people.actions.joining import OpenInvitation
from shared.people.actions.passwords import OpenPasswordLink
from shared.people.cognito import CognitoAccounts
from shared.platform.errors import Invalid, require_none
from shared.programmes.rules import day_of

from .access import ANYONE, PARTICIPANT, SIGNED_IN_ALWAYS, is_local, local_path
from .forms import SECRET, Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)
accounts = CognitoAccounts()

Line = Annotated[str, Field(max_length=300)]
Password = Annotated[str, Field(max_length=1_000, json_schema_extra={**SECRET})]

SAID = {
    "out": "You are signed out.",
    "changed": "Your password is changed. Please sign in with it.",
    "sent": "If we know that name, an e-mail with a link is on its way. The link works for one hour.",
}
"""What happened just before, by the name that the address of the page carries."""


# ── Signing in and out ─────────────────────────────────────────────────────


@dataclass(frozen=True)
class SignInPage:
    """What the sign-in page shows."""

    next: str
    """Where to go afterwards, on this site."""
    said: str


class SignIn(Given):
    """A username and its password."""

    username: Line = Field("", description="Capitals make no difference.")
    password: Password = ""
    next: str = Field("", max_length=1_000, description="Where a browser goes afterwards, on this site.")


@dataclass(frozen=True)
class SessionGiven:
    """A session for a program."""

    token: str
    """To be sent as a bearer. Ends after an hour without use, or twelve hours."""


@area.get(
    "/sign-in",
    who=ANYONE,
    page="identity/sign_in.html",
    gives=SignInPage,
    asks={"next": "Where to go afterwards, on this site.", "said": "What happened just before."},
)
def sign_in_page(request: Request) -> SignInPage | Done:
    """Where people sign in."""
    if request.errors:
        wanted = str(request.typed.get("next", ""))
        return SignInPage(next=wanted if is_local(wanted) else "", said="")
    wanted = local_path(request.query.get("next", ""))
    if request.signed_in is not None:
        return Done(wanted or "/")
    return SignInPage(next=wanted, said=SAID.get(request.query.get("said", ""), ""))


@area.post("/sign-in", who=ANYONE, takes=SignIn, gives=SessionGiven, again=sign_in_page)
def sign_in(request: Request, given: SignIn) -> Done:
    """Opens a session."""
    _require(username=given.username, password=given.password)
    to = local_path(given.next) or "/"
    token = actions.sign_in(
        given.username, given.password, accounts=accounts, now=request.now, caller=request.caller_address
    )
    return _signed_in(request, token, to=to)


@area.post("/sign-out", who=ANYONE, gives=SignInPage, again=sign_in_page, checks_form=False)
def sign_out(request: Request) -> Done:
    """Ends the session this is asked with."""
    actions.sign_out(request.token)
    return Done("/sign-in?said=out", SignInPage("", SAID["out"]), clear_session=True)


def _signed_in(request: Request, token: str, *, to: str) -> Done:
    """A new session in place of the browser's old one."""
    if request.token:
        actions.sign_out(request.token)
    return Done(to, SessionGiven(token), created=True, set_session=token)


def _require(**fields: str) -> None:
    """Raises Invalid with a sentence for each field left empty."""
    sentences = {"username": "Enter your username.", "password": "Enter your password."}
    require_none(
        [Invalid(sentences[name], field=name) for name, value in fields.items() if not value.strip()]
    )


# ── A forgotten password ───────────────────────────────────────────────────


@dataclass(frozen=True)
class AskLinkPage:
    """What the page for a forgotten password shows."""

    said: str


class AskLink(Given):
    """Whose password is forgotten."""

    name: Line = Field("", description="A username or an e-mail address.")


class NewPassword(Given):
    """A password to be set by a link."""

    password: Password = ""


@area.get("/forgotten-password", who=ANYONE, page="identity/forgotten_password.html", gives=AskLinkPage)
def ask_link_page(request: Request) -> AskLinkPage:
    """Where people ask for a link to choose a new password."""
    return AskLinkPage(said=SAID["sent"] if "sent" in request.query else "")


@area.post("/forgotten-password", who=ANYONE, takes=AskLink, gives=AskLinkPage, again=ask_link_page)
def ask_link(request: Request, given: AskLink) -> Done:
    """Sends a link to choose a new password, if there is somebody to send it to."""
    if not given.name.strip():
        raise Invalid("Enter your username or your e-mail address.", field="name")
    actions.ask_password_link(given.name, now=request.now, caller=request.caller_address)
    return Done("/forgotten-password?sent=1", AskLinkPage(SAID["sent"]))


@area.get("/password/{token}", who=ANYONE, page="identity/new_password.html", gives=OpenPasswordLink)
def new_password_page(request: Request, token: str) -> OpenPasswordLink:
    """Where a password link leads."""
    return actions.open_password_link(token, now=request.now)


@area.post("/password/{token}", who=ANYONE, takes=NewPassword, gives=SignInPage, again=new_password_page)
def new_password(request: Request, given: NewPassword, token: str) -> Done:
    """Sets the password and ends every session."""
    actions.set_password(token, given.password, accounts=accounts, now=request.now)
    return Done("/sign-in?said=changed", SignInPage("", SAID["changed"]), clear_session=True)


# ── Joining ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class JoinPage:
    """What the page behind an invitation's link shows."""

    invitation: OpenInvitation
    signed_in: bool
    """Whether somebody is signed in, who may join with the account they have."""
    token: str
    our_address: str
    """Where our e-mails come from, for whoever must fetch them from among the spam."""


@dataclass(frozen=True)
class LookForItPage:
    """What somebody who was invited, and cannot find the e-mail, is told."""

    our_address: str
    subject: str
    """How the subject of an invitation begins."""


class Joining(Given):
    """What somebody who joins chooses, and agrees to."""

    username: Line = Field("", description="3 to 30 of a to z, digits, dots, dashes, underscores.")
    password: Password = Field("", description="12 characters or more.", json_schema_extra={**SECRET})
    agreed: int = Field(0, description="The version of the ground rules that is agreed to.")


class JoiningWithAccount(Given):
    """What somebody who has an account agrees to."""

    agreed: int = Field(0, description="The version of the ground rules that is agreed to.")


@dataclass(frozen=True)
class Joined:
    """The programme that was joined."""

    programme_id: str


@area.get("/join", who=ANYONE, page="identity/look_for_it.html", gives=LookForItPage)
def look_for_it(_request: Request) -> LookForItPage:
    """What to do when an invitation did not arrive, or went to spam."""
    return LookForItPage(our_address=our_address(), subject=INVITATION_BEGINS)


@area.get("/join/{token}", who=ANYONE, page="identity/join.html", gives=JoinPage)
def join_page(request: Request, token: str) -> JoinPage:
    """Where an invitation leads. Looking at it uses nothing up."""
    invitation = actions.open_invitation(token, now=request.now)
    return JoinPage(
        invitation=invitation,
        signed_in=request.signed_in is not None,
        token=token,
        our_address=our_address(),
    )


@area.post("/join/{token}", who=ANYONE, takes=Joining, gives=SessionGiven, again=join_page)
def join(request: Request, given: Joining, token: str) -> Done:
    """Makes the invited person's account and signs them in."""
    session = actions.accept_invitation(
        token,
        username=given.username,
        password=given.password,
        agreed_version=given.agreed,
        accounts=accounts,
        now=request.now,
        caller=request.caller_address,
    )
    return _signed_in(request, session, to="/")


@area.post(
    "/join/{token}/with-account",
    who=SIGNED_IN_ALWAYS,
    takes=JoiningWithAccount,
    gives=Joined,
    again=join_page,
)
def join_with_account(request: Request, given: JoiningWithAccount, token: str) -> Done:
    """Joins with the account that is signed in."""
    programme_id = actions.join_with_account(request.me, token, agreed_version=given.agreed, now=request.now)
    return Done("/", Joined(programme_id))


# ── One's own account ──────────────────────────────────────────────────────


@dataclass(frozen=True)
class AccountPage:
    """One's own account."""

    account: AccountView
    said: str


SAID_THERE = {
    "changed": "Your password is changed. You are signed out everywhere else.",
    "kept": "Saved. This is what your mentees read about you from now on.",
}


class ChangePassword(Given):
    """The password so far, and the new one."""

    old: Password = ""
    new: Password = ""


@area.get("/account", who=SIGNED_IN_ALWAYS, page="identity/account.html", gives=AccountPage)
def account_page(request: Request) -> AccountPage:
    """One's own name, username, address and roles."""
    account = account_of(request.me, today=day_of(request.now))
    return AccountPage(account, next((SAID_THERE[one] for one in SAID_THERE if one in request.query), ""))


class NewAboutMe(Given):
    """What a mentor tells their mentees of themselves."""

    about_me: str = Field("", max_length=5_000, description="Up to 500 characters; empty to tell nothing.")


@area.post("/account/about-me", who=PARTICIPANT, takes=NewAboutMe, gives=AboutMe, again=account_page)
def tell_about_me(request: Request, given: NewAboutMe) -> Done:
    """Keeps what a mentor's mentees read of them, once the filter has found nothing in it."""
    return Done("/account?kept=1", write_about_me(request.me, text=given.about_me))


@area.post(
    "/account/password", who=SIGNED_IN_ALWAYS, takes=ChangePassword, gives=SessionGiven, again=account_page
)
def change_password(request: Request, given: ChangePassword) -> Done:
    """Changes one's password. Every session ends; this one is replaced by the one given."""
    token = actions.change_password(request.me, given.old, given.new, accounts=accounts, now=request.now)
    return Done("/account?changed=1", SessionGiven(token), set_session=token)
