"""python -m training.train: makes the tables that `shared/filtering/reading.py` reads by from the labelled
messages.

For each question (does it read like contact, like a worry … and, of held messages, is it severe, is it
bullying …) a logistic regression over the parts of messages, each part weighted beforehand by how differently
it comes in the two kinds of message (after Wang and Manning, “Baselines and Bigrams”, ACL 2012). How high the
bar is for each group is set on messages kept apart from training, so that few ordinary ones are held for
nothing. The same messages give the same tables.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

from shared.filtering import ABUSE_CATEGORIES, WORRY_CATEGORIES, Severity
from shared.filtering.folding import fold
from shared.filtering.judging import judge
from shared.filtering.loading import load_rules_alone
from shared.filtering.reading import (
    DETAILS,
    EXAMPLES_FILE,
    GROUPS,
    MODEL_FILE,
    most_telling,
    units_by_capitals,
    units_of,
)
from shared.filtering.weights import COARSER, LANES, NOTHING, PLACES, Unit, places_of

from .messages import SET_BY, TRAINED_ON, fingerprint, messages

HELD_FOR_NOTHING: Final = (0.004, 0.006, 0.004, 0.005)
"""By group: the share of ordinary messages, of those that no rule holds, that its bar may let it hold."""
SEVERE_IN_VAIN: Final = {"high": 0.12, "immediate": 0.02}
"""The share of held messages of a lower severity that may be taken for severer ones."""
HINTS_LOST: Final = {"mild": 0.05, "severe": 0.03}
"""The share of a group's messages that may read as though they were none, so that a hint in them is not
borne out: a hint at something mild, and one at something severe."""
GRADED: Final = ABUSE_CATEGORIES | WORRY_CATEGORIES
"""Of what kind a message must be for its words to say how severe it is. Of a contact detail or a meeting, who
writes says it."""
INVERSE_STRENGTH: Final = 1.0
"""Of the regularisation."""
WEIGHT_OF_A_PART: Final = 0.6
"""What one sentence of an ordinary message counts beside the whole of it."""
SEEN_AT_LEAST: Final = 2
"""Messages, or sentences of them, that a place must come in to say anything: what comes once is chance."""
EXAMPLES_OF_EACH: Final = 20
_INVENTED: Final = re.compile(r"(?i)(?<![a-z0-9])zz[._-]?(?=[a-z])")
"""Invented names begin so: the tables must not learn that."""
Weights = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """A labelled message, as places of the tables, unit by unit."""

    text: str
    labels: frozenset[str]
    severity: str
    units: Sequence[Sequence[int]]
    sizes: Sequence[int]
    """Words of each unit."""
    by_capitals: tuple[Sequence[Sequence[int]], Sequence[int]]
    """The same of the units that capitals part."""
    is_seen: bool
    """Whether a rule holds it."""


def rows(files: Iterable[Path]) -> list[Row]:
    rules = load_rules_alone()
    found = []
    for said in messages(files):
        text = _INVENTED.sub("", said["text"])
        folded = fold(text)
        sentences = rules.vocabulary.sentences(folded)
        plain = places_and_sizes(units_of(sentences))
        parted = places_and_sizes(units_by_capitals(sentences, folded, text))
        is_seen = judge(said["text"], said["sender"], (), rules).hold
        labels = frozenset(said["labels"]) - {"none"}
        found.append(Row(said["text"], labels, said["severity"], *plain, parted, is_seen))
    return found


def places_and_sizes(units: Sequence[Unit]) -> tuple[Sequence[Sequence[int]], Sequence[int]]:
    return [places_of(unit) for unit in units], [len(unit.words) for unit in units]


def matrix(parts: Sequence[Sequence[int]], places: int) -> csr_matrix:
    """How often each place comes in each message."""
    starts = np.cumsum([0, *(len(message) for message in parts)])
    indices = np.fromiter((place for message in parts for place in message), dtype=np.int64)
    counts = csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(parts), places))
    counts.sum_duplicates()
    return counts


def regression(counts: csr_matrix, answers: Weights, importance: Weights) -> tuple[Weights, float]:
    """Weights of the places, and what the sum begins at."""
    present = counts > 0
    with_it = 1.0 + np.asarray(present[answers == 1].sum(axis=0)).ravel()
    without = 1.0 + np.asarray(present[answers == 0].sum(axis=0)).ravel()
    telling = np.abs(np.log((with_it / with_it.sum()) / (without / without.sum())))
    telling[with_it + without < 2 + SEEN_AT_LEAST] = 0
    fitted = LogisticRegression(C=INVERSE_STRENGTH, solver="liblinear", random_state=0, tol=1e-3)
    fitted.fit(counts @ diags(telling), answers, sample_weight=importance)
    return fitted.coef_[0] * telling, float(fitted.intercept_[0])


def fit_group(of: Sequence[Row], group: frozenset[str]) -> tuple[Weights, float]:
    """A held message as a whole; an ordinary one also sentence by sentence, for each is as ordinary."""
    whole: list[Sequence[int]] = []
    answers: list[int] = []
    importance: list[float] = []
    for row in of:
        is_one = bool(row.labels & group)
        whole.append([place for unit in row.units for place in unit])
        answers.append(int(is_one))
        importance.append(1.0)
        if not is_one and len(row.units) > 1:
            whole.extend(row.units)
            answers.extend([0] * len(row.units))
            importance.extend([WEIGHT_OF_A_PART] * len(row.units))
    return regression(matrix(whole, PLACES), np.array(answers), np.array(importance))


def stored(weights: Weights, unit: float) -> Weights:
    """Whole numbers from -127 to 127."""
    return np.clip(np.rint(weights / unit), -127, 127).astype(np.int64)


def unit_for(weights: Sequence[Weights]) -> float:
    """What one step of a stored weight is worth: so that all but the greatest few are within 127."""
    values = np.abs(np.concatenate([w[w != 0] for w in weights]))
    return float(np.quantile(values, 0.9999)) / 127


def telling(of: Sequence[Row], weights: Weights, *, by_capitals: bool) -> list[float]:
    """How telling each message's most telling run of sentences is, or of what capitals part it into."""
    found = []
    for row in of:
        ways = [(row.units, row.sizes), row.by_capitals] if by_capitals else [(row.units, row.sizes)]
        said = [
            most_telling([int(weights[list(unit)].sum()) for unit in units], sizes)[0]
            for units, sizes in ways
            if units
        ]
        found.append(max(said, default=-(10.0**6)))
    return found


def packed(lanes: Sequence[Weights]) -> bytes:
    """Four lanes of stored weights side by side; a place without any is nought."""
    table = np.zeros(len(lanes[0]), dtype=np.uint64)
    empty = np.all([lane == 0 for lane in lanes], axis=0)
    for number in range(LANES):
        lane = lanes[number] if number < len(lanes) else np.zeros(len(lanes[0]), dtype=np.int64)
        table |= (lane + NOTHING).astype(np.uint64) << np.uint64(16 * number)
    table[empty] = 0
    return table.astype("<u8").tobytes()


def groups_model(of: Sequence[Row], apart: Sequence[Row]) -> tuple[bytes, list[float], list[list[float]]]:
    """The table of the groups; the bar of each, as the messages kept `apart` set it, and those of its
    hints."""
    fitted = [fit_group(of, group)[0] for group in GROUPS]
    unit = unit_for(fitted)
    lanes = [stored(weights, unit) for weights in fitted]
    ordinary = np.array([not row.labels and not row.is_seen for row in apart])
    bars: list[float] = []
    hinted: list[list[float]] = []
    for number, group in enumerate(GROUPS):
        # As in `Model.readings`: where a contact detail is looked for, capitals part nothing.
        said = np.array(telling(apart, lanes[number], by_capitals=number > 0))
        bar = round(float(np.quantile(said[ordinary], 1 - HELD_FOR_NOTHING[number])), 2)
        bars.append(bar)
        wanted = np.array([bool(row.labels & group) for row in apart])
        hinted.append([round(float(np.quantile(said[wanted], lost)), 2) for lost in HINTS_LOST.values()])
        missed = wanted & np.array([not row.is_seen for row in apart])
        say(
            f"{sorted(group)[0]} …: bar {bar}, of hints {hinted[-1]}; "
            f"reads {np.mean(said[wanted] >= bar):.3f} of them, "
            f"{np.mean(said[missed] >= bar):.3f} of those that no rule sees"
        )
    return packed(lanes), bars, hinted


def details_model(of: Sequence[Row], apart: Sequence[Row]) -> tuple[bytes, list[int]]:
    """The tables of the details, and what each sum begins at; of held messages only."""
    held, judged = ([row for row in some if row.labels] for some in (of, apart))
    graded, graded_apart = ([row for row in some if row.labels & GRADED] for some in (held, judged))
    counts, counts_graded, counts_apart = coarse(held), coarse(graded), coarse(graded_apart)
    fitted, begins = [], []
    for name, question in questions():
        rows, parts = (graded, counts_graded) if name in SEVERE_IN_VAIN else (held, counts)
        answers = np.array([int(question(row)) for row in rows])
        weights, begin = regression(parts, answers, np.ones(len(rows)))
        if name in SEVERE_IN_VAIN:
            said = counts_apart @ weights
            is_so = np.array([question(row) for row in graded_apart])
            begin = -float(np.quantile(said[~is_so], 1 - SEVERE_IN_VAIN[name]))
            say(f"{name}: reads {np.mean(said[is_so] >= -begin):.3f} of them so")
        fitted.append(weights)
        begins.append(begin)
    unit = unit_for(fitted)
    lanes = [stored(weights, unit) for weights in fitted]
    tables = [packed(lanes[at : at + LANES]) for at in range(0, len(lanes), LANES)]
    return b"".join(tables), [round(begin / unit) for begin in begins]


def coarse(of: Sequence[Row]) -> csr_matrix:
    """The messages as the smaller tables of details have them."""
    parts = [[place >> COARSER for unit in row.units for place in unit] for row in of]
    return matrix(parts, PLACES >> COARSER)


def questions() -> Iterator[tuple[str, Callable[[Row], bool]]]:
    """The details, in their order."""
    for name in DETAILS:
        if name in Severity.__members__:
            least = Severity(name).rank
            yield name, lambda row, least=least: Severity(row.severity).rank >= least
        else:
            yield name, lambda row, name=name: name in row.labels


def examples(of: Sequence[Row]) -> str:
    """Messages to show beside a finding: short ones with one label, in an order that is always the same."""
    lines = []
    for category in sorted(frozenset().union(*GROUPS)):
        fit = [row.text for row in of if row.labels == {category} and 15 <= len(row.text) <= 90]
        fit = [text for text in fit if text.isprintable()]
        fit.sort(key=lambda text: hashlib.sha256(text.encode()).digest())
        lines.extend(f"{category}\t{text}" for text in fit[:EXAMPLES_OF_EACH])
    return "\n".join(lines) + "\n"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    of, apart = rows(TRAINED_ON), rows(SET_BY)
    say(f"{len(of)} messages, {sum(not row.labels for row in of)} of them ordinary")
    table, bars, hinted = groups_model(of, apart)
    details, begins = details_model(of, apart)
    groups_packed, details_packed = zlib.compress(table, 9), zlib.compress(details, 9)
    version = hashlib.sha256(repr((bars, hinted, begins)).encode() + table + details).hexdigest()[:12]
    about = {
        "version": version,
        "trained_on": fingerprint(),
        "bars": bars,
        "hinted": hinted,
        "begin": begins,
        "size": len(groups_packed),
    }
    MODEL_FILE.write_bytes(json.dumps(about).encode() + b"\n" + groups_packed + details_packed)
    EXAMPLES_FILE.write_text(examples(of), "utf-8")
    say(f"{MODEL_FILE.stat().st_size:,} bytes, version {version}")


if __name__ == "__main__":
    main()
