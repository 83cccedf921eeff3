"""Somebody signed in: their browser, or a program of theirs."""

from functions.web.access import session_cookie
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders.people import Someone

from .browser import Browser, Program


def browser_of(someone: Someone) -> Browser:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(someone.person_id, now=now())
    return browser


def program_of(someone: Someone) -> Program:
    return Program(start_session(someone.person_id, now=now()))
