"""Accounts in memory, which can be busy, or stop the process, when a test says so."""

from collections.abc import Callable

from shared.people.accounts import PasswordRefused, busy


class FakeAccounts:
    """Keeps passwords in a mapping and records what it was asked for."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.asked: list[str] = []
        self.busy = False
        self.refused: set[str] = set()
        self.after: dict[str, Callable[[], None]] = {}
        """What happens once, as a method has done its work, before its answer arrives."""

    def create(self, account_id: str, *, password: str) -> None:
        self._asked("create")
        if password in self.refused:
            raise PasswordRefused
        self.passwords[account_id] = password
        self._done("create")

    def verify(self, account_id: str, *, password: str) -> bool:
        self._asked("verify")
        return self.passwords.get(account_id) == password

    def set_password(self, account_id: str, *, password: str) -> None:
        self._asked("set_password")
        if password in self.refused:
            raise PasswordRefused
        self.passwords[account_id] = password
        self._done("set_password")

    def remove(self, account_id: str) -> None:
        self._asked("remove")
        self.passwords.pop(account_id, None)

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if self.busy:
            raise busy()

    def _done(self, what: str) -> None:
        happening = self.after.pop(what, None)
        if happening:
            happening()
