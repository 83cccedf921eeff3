"""People with more than one role."""

from dataclasses import replace

from shared.people.permissions import Member, Role, Viewer
from tests.builders.people import Someone


def who_is_also(someone: Someone, role: str) -> Viewer:
    """The person, asking, with one more role in their programme."""
    viewer = someone.viewer
    more = Member(someone.programme_id, someone.programme_name, Role(role))
    return replace(viewer, memberships=(*viewer.memberships, more))
