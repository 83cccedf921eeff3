"""make bench-filter: what the filter finds, how fast it is, and what it costs to start.

One table from one run on one core. Speeds are ratios of times taken in turn over the same texts; each is the
sum of the best times of small groups of texts, in processor time, so that what else the machine does counts
little.
"""

from __future__ import annotations

import json
import logging
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shared.filtering import (
    ABUSE_CATEGORIES,
    CONTACT_CATEGORIES,
    REACH_CATEGORIES,
    WORRY_CATEGORIES,
    Severity,
    check,
    load_rules,
)

GROUP: Final = 20
"""Texts timed together."""
DATA: Final = Path(__file__).parents[1] / "data" / "filter"
GROUPS: Final = {
    "contact": CONTACT_CATEGORIES,
    "reach": REACH_CATEGORIES,
    "abuse": ABUSE_CATEGORIES,
    "worry": WORRY_CATEGORIES,
}
Row = Mapping[str, Any]


def rows_of(file: Path) -> list[Row]:
    """The labelled messages of a file."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def figures_on(rows: Iterable[Row]) -> dict[str, float]:
    """Shares from 0 to 1: recall by group, worry seen as worry, high severity seen, and held for nothing."""
    seen: dict[str, list[bool]] = {}
    for row in rows:
        verdict = check(row["text"], sender=row["sender"])
        labels = set(row["labels"])
        if not row["must_hold"]:
            seen.setdefault("held for nothing", []).append(verdict.hold)
            continue
        for group, categories in GROUPS.items():
            if labels & categories:
                seen.setdefault(group, []).append(verdict.hold)
        if labels & WORRY_CATEGORIES and verdict.hold:
            seen.setdefault("worry as worry", []).append(verdict.lane == "safeguarding")
        if Severity(row["severity"]).rank >= Severity.high.rank:
            seen.setdefault("high seen", []).append(verdict.severity.rank >= Severity.high.rank)
    return {name: statistics.mean(found) for name, found in seen.items()}


def per_second(judge: Callable[[str], object], texts: Sequence[str], *, rounds: int = 7) -> float:
    """Texts judged in a second, each group of them in its best round."""
    for text in texts:
        judge(text)
    total = 0.0
    for at in range(0, len(texts), GROUP):
        total += min(_seconds(judge, texts[at : at + GROUP]) for _ in range(rounds))
    return len(texts) / total


def _seconds(judge: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        judge(text)
    return time.process_time() - began


def two_hundred_words() -> re.Pattern[str]:
    """One compiled, case-insensitive alternation of 200 words that the rules know."""
    known = load_rules().vocabulary.known
    words = sorted(word for word in known if word.isalpha() and len(word) > 3)
    return re.compile(r"\b(?:" + "|".join(words[:: len(words) // 200][:200]) + r")\b", re.IGNORECASE)


def seconds_to(statement: str) -> float:
    """Processor time of a statement in a fresh interpreter, without its own start; the best of five."""
    code = f"import time; t = time.process_time(); {statement}; print(time.process_time() - t)"
    return min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    )


def presidio() -> Callable[[str], object] | None:
    """Presidio's pattern recognisers for contact details, or None where it is not installed."""
    try:
        from presidio_analyzer.predefined_recognizers import (  # type: ignore[import-not-found]
            EmailRecognizer,
            IpRecognizer,
            PhoneRecognizer,
            UkPostcodeRecognizer,
            UrlRecognizer,
        )
    except ImportError:
        return None
    logging.getLogger("tldextract").setLevel(logging.CRITICAL)  # it tells at length that there is no network
    recognisers = [
        EmailRecognizer(),
        IpRecognizer(),
        PhoneRecognizer(),
        UkPostcodeRecognizer(),
        UrlRecognizer(),
    ]
    return lambda text: [r.analyze(text, r.supported_entities, None) for r in recognisers]


def adversarial_ratios() -> list[tuple[float, str]]:
    """Texts of 5,000 characters made to be slow, each over an ordinary one of 500; the slowest first.

    In processor time, and the ordinary one beside each: a machine that is busy for a while slows both.
    """
    ordinary = ((" ".join(ORDINARY) + " ") * 5)[:500]
    ratios = []
    for piece in ADVERSARIAL:
        text = (piece * 5000)[:5000]
        took = [(_seconds(_check, [text]), _seconds(_check, [ordinary])) for _ in range(6)]
        ratios.append((min(slow for slow, _ in took) / min(usual for _, usual in took), piece))
    return sorted(ratios, reverse=True)


ORDINARY: Final = (
    "I finished the draft of my personal statement and my teacher says the second paragraph is better now.",
    "We had a mock exam in chemistry, and the results come out on Friday.",
)
ADVERSARIAL: Final = (
    *("a", "1", "10", "@", ".", "-", "(", "'", " ", "a.", "a@", "a-", "f*", "й", "👻", "ﷺ", "½", "…", "🖕"),
    *("1 ", "0 7 ", "1.1.", "1/2/", "1,000,", "£1 ", "07700 90012 ", "oh seven ", "double ", "last four 1 "),
    *("1️⃣ ", "🔟", "①", "a\u0301", "\u200b", "f u c k ", "k.i.l.l.", "f-u-c-k "),
    *("at dot ", "dot com ", "zz@gmail ", "zz at gmail dot ", "www", "http:/ ", "bit ly "),
    *("12 flat 3 street ", "52 laurel driv ", "live at 52 ", "PH2 8", "dd four ", "img_1."),
    *("my insta is my insta ", "snap ", "my snap is my ", "@zz ", "zz_a ", "a on snap "),
    *("chemistry ", "i want to ", "kill my ", "i want to di ", "you and me and you and i ", "meet me at "),
    *("my dad my mum ", "do not tell ", "My Dad ", "hm. Ok. ", "; "),
)
"""What is said over and over: runs of one sign, and what comes near to what rules and detectors look for."""


def _check(text: str) -> object:
    return check(text, sender="mentee")


def hostile() -> list[tuple[str, str]]:
    """The lines of the table on texts made to be slow."""
    ratios = adversarial_ratios()
    slowest = [
        (f"  “{piece.strip() or ascii(piece)}” over and over", f"{ratio:.1f}") for ratio, piece in ratios[:3]
    ]
    usual = statistics.median(ratio for ratio, _ in ratios)
    return [
        (f"5,000 hostile characters over 500 ordinary, {len(ratios)} kinds: median", f"{usual:.1f}"),
        ("  kinds that take 20 times as long or longer (aim: none)", str(sum(r >= 20 for r, _ in ratios))),
        *slowest,
    ]


def main() -> None:
    lines: list[tuple[str, str]] = []
    for file in ("kept-back.jsonl", "fresh.jsonl", "dev.jsonl"):
        rows = rows_of(DATA / file)
        lines.append((f"{file}: messages", f"{len(rows):,}"))
        lines.extend((f"  {name}", f"{share:.3f}") for name, share in sorted(figures_on(rows).items()))
    texts = [row["text"] for file in ("kept-back.jsonl", "dev.jsonl") for row in rows_of(DATA / file)]
    ours = per_second(_check, texts)
    alternation = per_second(two_hundred_words().findall, texts)
    theirs = presidio()
    presidios = per_second(theirs, texts, rounds=3) if theirs else None
    boto3 = seconds_to("import boto3; boto3.client('dynamodb', region_name='eu-west-2')")
    filtering = seconds_to("import shared.filtering; shared.filtering.load_rules()")
    lines += [
        ("messages per second", f"{ours:,.0f}"),
        ("  of a 200-word alternation", f"{alternation:,.0f}"),
        ("  ratio to it (aim: at least 0.35)", f"{ours / alternation:.2f}"),
        ("  of Presidio's patterns", f"{presidios:,.0f}" if presidios else "not installed"),
        ("  ratio to them (aim: above 1)", f"{ours / presidios:.2f}" if presidios else "not installed"),
        *hostile(),
        ("import with rules, seconds", f"{filtering:.3f}"),
        ("  of boto3 with a client", f"{boto3:.3f}"),
        ("  ratio to it (aim: below 1.5)", f"{filtering / boto3:.2f}"),
        ("peak memory of the filter alone, MB", f"{peak_megabytes():.0f}"),
    ]
    width = max(len(name) for name, _ in lines)
    sys.stdout.write("\n".join(f"{name:<{width}}  {value:>14}" for name, value in lines) + "\n")


def peak_megabytes() -> float:
    """Of a process that loads the rules and judges the kept-back messages, and does nothing else."""
    code = (
        "import json, resource, sys; from shared.filtering import check\n"
        "for line in open(sys.argv[1], encoding='utf-8'): check(json.loads(line)['text'], sender='mentee')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(DATA / "kept-back.jsonl")],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(ran.stdout) / 1024


if __name__ == "__main__":
    main()
