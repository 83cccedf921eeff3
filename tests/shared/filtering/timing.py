"""How long judging one text takes beside another, on a machine that has other work to do."""

import time

from shared.filtering import check

_ROUNDS = 12
_USUAL_IN_A_ROUND = 5


def costs_less_than(many: int, text: str, ordinary: str) -> bool:
    """Whether judging a text takes less than `many` times the processor time of an ordinary one.

    Both are timed in turn and the smallest time of each counts, for what else goes on only adds to a time. A
    text that is too dear is so in every round; one round in which it is not is enough after three.
    """
    check(text, sender="mentee")
    usual = least = float("inf")
    for number in range(_ROUNDS):
        usual = min(usual, *(_seconds(ordinary) for _ in range(_USUAL_IN_A_ROUND)))
        least = min(least, _seconds(text))
        if number >= 2 and least < many * usual:
            return True
    return False


def _seconds(text: str) -> float:
    began = time.process_time()
    check(text, sender="mentee")
    return time.process_time() - began
