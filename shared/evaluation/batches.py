"""What comes in of new answers when a copy of the results is published. Pure.

Answers come in by batches of people, and when one is due hangs on how many have answered, and on nothing that
they said. What is shown of an answer then grows by `fewest` people or more, or not at all; and what is shown
of one question, by no more people than the batch has. So whoever keeps every copy there ever was can always
take it that all who are shown said it in the batch in which they came in, and that all others would rather
not say: nothing that is not shown can be reckoned out, neither of a copy nor of the difference between two.
For that to be so, how many would rather not say is never told.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping


def fewest_of(policy_has: int, promised: Iterable[int]) -> int:
    """How many people must come in together: what the policy says now, and at no time less than it said to
    one of those who answered."""
    return max(policy_has, *promised, 1)


def come_in(shown: Mapping[str, int], given: Mapping[str, int], *, batch: int, fewest: int) -> dict[str, int]:
    """What is shown of one question after a batch of so many people: answer -> how many. `given`: how many
    gave each answer by now. That of which most wait comes first, and where two wait alike, the one that
    stands first."""
    after, room = dict(shown), batch
    waiting = {answer: people - shown.get(answer, 0) for answer, people in given.items()}
    for answer in sorted(waiting, key=lambda one: (-waiting[one], one)):
        people = words_that_come_in(waiting[answer], batch=room, fewest=fewest)
        if people:
            after[answer] = after.get(answer, 0) + people
            room -= people
    return after


def words_that_come_in(waiting: int, *, batch: int, fewest: int) -> int:
    """How many of so many that wait are shown with a batch of so many people: `fewest` or more, or none."""
    people = min(waiting, batch)
    return people if people >= fewest else 0


def who_would_know(batch: Iterable[Collection[str]], fewest: int) -> set[str]:
    """Of the people between whom so many texts were written, each by one of its two: to whom fewer than
    `fewest` are left of the batch without those from their own conversations."""
    texts = list(batch)
    own = Counter(person_id for two in texts for person_id in set(two))
    return {person_id for person_id, theirs in own.items() if len(texts) - theirs < fewest}
