"""What people do about people: invite, join, sign in, choose a password, suspend."""

from .absence import end_days_away, set_days_away
from .agreeing import agree, rules_to_agree, to_agree
from .imports import (
    Asked,
    begin_list,
    file_arrived,
    import_people,
    invite_the_good,
    run_import,
    wake_imports,
)
from .invitations import invite, invite_first_administrator, read_person, resend, withdraw
from .joining import accept_invitation, join_with_account, open_invitation
from .passwords import ask_password_link, change_password, open_password_link, set_password
from .programmes import make_programme
from .reminding import LookedAfter, look_after_invitations, note_mail
from .sessions import sign_in, sign_out, viewer_of, who_asked
from .standing import reinstate, suspend
from .vetting import correct_vetting, record_vetting, withdraw_vetting

__all__ = [
    "Asked",
    "LookedAfter",
    "accept_invitation",
    "agree",
    "ask_password_link",
    "begin_list",
    "change_password",
    "correct_vetting",
    "end_days_away",
    "file_arrived",
    "import_people",
    "invite",
    "invite_first_administrator",
    "invite_the_good",
    "join_with_account",
    "look_after_invitations",
    "make_programme",
    "note_mail",
    "open_invitation",
    "open_password_link",
    "read_person",
    "record_vetting",
    "reinstate",
    "resend",
    "rules_to_agree",
    "run_import",
    "set_days_away",
    "set_password",
    "sign_in",
    "sign_out",
    "suspend",
    "to_agree",
    "viewer_of",
    "wake_imports",
    "who_asked",
    "withdraw",
    "withdraw_vetting",
]
