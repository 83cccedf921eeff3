"""Rule files → RuleSet. The files are YAML that a safeguarding lead can read; `rules/README.md` says how.

A file that cannot be read, a rule that contradicts its own example, two rules of one name: each raises
RulesBroken, which names file, rule and example. Nobody may then deliver a message; the caller holds
everything and raises an alarm.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from .phrase_reader import PhraseError, PhraseReader, Unread
from .phrases import Phrase
from .reading import MODEL_FILE, Model, read_model
from .ruleset import DETECTORS, Change, Rule, RulesBroken, RuleSet, short_hash
from .trying import contradictions
from .verdict import CATEGORIES, Severity
from .wordlists import words_of
from .words import Vocabulary, with_one_letter_missing

RULES_FOLDER: Final = Path(__file__).with_name("rules")
WORDS_FILE: Final = "words.yaml"
_RULE_KEYS: Final = words_of(
    """
    id category severity from_mentor from_mentee sentence note phrases hints unless becomes detector
    examples not_examples
    """
)
_FILE_KEYS: Final = {
    "about",
    "category",
    "severity",
    "from_mentor",
    "sentence",
    "becomes",
    "unless",
    "lists",
    "rules",
}
_WORDS_KEYS: Final = {
    "about",
    "lists",
    "same_as",
    "fillers",
    "often_disguised",
    "often_misspelt",
    "skippable",
}


def load_rules(path: Path | str | None = None) -> RuleSet:
    """The package's rules; or those of a folder; or, for a file, the package's with that draft's added or
    replaced.

    A draft's examples are tried, and a contradicted one raises RulesBroken. Those of the package are tried by
    its tests.
    """
    if path is None:
        return _package_rules()
    place = Path(path)
    if place.is_dir():
        return _load(_files_in(place), trusted=False)
    drafted = _load([*_files_in(RULES_FOLDER), place], replacing=True)
    for contradiction in contradictions(drafted, [rule for rule in drafted.rules if rule.file == place.name]):
        raise contradiction
    return drafted


@lru_cache(maxsize=1)
def _package_rules() -> RuleSet:
    collecting = gc.isenabled()
    gc.disable()  # a cold start makes a few hundred thousand small objects and drops hardly any
    try:
        return _load(_files_in(RULES_FOLDER))
    finally:
        if collecting:
            gc.enable()


def load_rules_alone() -> RuleSet:
    """The package's rules without the model: for training it."""
    return _load(_files_in(RULES_FOLDER), with_model=False)


def load_model(file: Path = MODEL_FILE) -> Model:
    """The trained tables. Raises RulesBroken where they cannot be read: nobody may judge without them."""
    try:
        return read_model(file)
    except (OSError, ValueError, KeyError) as error:
        raise RulesBroken(f"cannot be read: {error}", file=file.name) from error


def _files_in(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.yaml"))
    if not any(file.name == WORDS_FILE for file in files):
        raise RulesBroken(f"{WORDS_FILE} is missing", file=str(folder))
    return files


def rules_fingerprint(folder: Path = RULES_FOLDER) -> str:
    """The version of the rules in a folder without reading them; "missing" when there are none."""
    files = sorted(folder.glob("*.yaml"))
    try:
        model = load_model().version
    except RulesBroken:
        model = ""
    return short_hash(*(file.read_bytes() for file in files), model.encode()) if files else "missing"


def _load(
    files: Sequence[Path], *, trusted: bool = True, replacing: bool = False, with_model: bool = True
) -> RuleSet:
    """`trusted`: the files are the package's own; but for the last, where it replaces rules of the others."""
    contents = [(file.name, *_read_yaml(file)) for file in files]
    words = next(document for name, document, _ in contents if name == WORDS_FILE)
    _refuse_unknown_keys(words, _WORDS_KEYS, WORDS_FILE)
    same_as = _spellings(words)
    lists: dict[str, list[str]] = {}
    for name, document, _ in contents:
        lists.update(_mapping(document.get("lists"), name, "lists"))

    def canonical(word: str) -> tuple[str, ...]:
        bare = word.replace("'", "")
        return same_as.get(word, same_as.get(bare, (bare,)))

    reader = PhraseReader(lists, canonical)
    by_id: dict[str, Rule] = {}
    for name, document, _ in contents:
        if name != WORDS_FILE:
            drafted = replacing and name == files[-1].name
            _add_rules(by_id, name, document, reader, replacing=drafted, later=trusted and not drafted)
    if not by_id:
        raise RulesBroken("there are no rules")
    rules = tuple(by_id.values())
    vocabulary = Vocabulary(
        reader.words().union(word for spelled in same_as.values() for word in spelled),
        same_as,
        frozenset(_texts(words.get("often_disguised"), WORDS_FILE, "often_disguised")),
        with_one_letter_missing(_texts(words.get("often_misspelt"), WORDS_FILE, "often_misspelt")),
        frozenset(_texts(words.get("skippable"), WORDS_FILE, "skippable")),
    )
    model = load_model() if with_model else None
    version = short_hash(*(raw for _, _, raw in contents), model.version.encode() if model else b"")
    platforms = frozenset(name for name in lists.get("platform", ()) if " " not in name)
    return RuleSet(rules, vocabulary, version, reader, platforms, model)


def _read_yaml(file: Path) -> tuple[dict[str, Any], bytes]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast, where it is there
    try:
        raw = file.read_bytes()
        document = yaml.load(raw, Loader=loader)  # noqa: S506  # both are safe loaders
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesBroken(f"cannot be read: {error}", file=file.name) from error
    if not isinstance(document, dict):
        raise RulesBroken("is not a rule file", file=file.name)
    return document, raw


def _spellings(words: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    same_as: dict[str, tuple[str, ...]] = {}
    for meaning, spellings in _mapping(words.get("same_as"), WORDS_FILE, "same_as").items():
        for spelling in spellings:
            same_as[str(spelling)] = tuple(str(meaning).split())
    for filler in _texts(words.get("fillers"), WORDS_FILE, "fillers"):
        same_as[filler] = ()
    return same_as


def _mapping(value: Any, file: str, what: str) -> dict[str, list[str]]:
    """Names with lists; a list may be written as one line of words."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RulesBroken(f"{what} must be names with lists", file=file)
    return {str(name): _texts(entries, file, f"{what}: {name}") for name, entries in value.items()}


def _texts(value: Any, file: str, what: str, rule: str = "") -> list[str]:
    """A list of phrases, or one line of single words."""
    if value is None:
        return []
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list) and all(
        isinstance(entry, str | int) and not isinstance(entry, bool) for entry in value
    ):
        return [str(entry) for entry in value]
    raise RulesBroken(
        f"{what} must be a list of texts (put quotes around yes, no, on and off)", file=file, rule=rule
    )


def _refuse_unknown_keys(given: Mapping[str, Any], known: Set[str], file: str, rule: str = "") -> None:
    unknown = {str(key) for key in given} - known
    if unknown:
        raise RulesBroken(f"does not know {', '.join(sorted(unknown))}", file=file, rule=rule)


def _add_rules(
    by_id: dict[str, Rule],
    file: str,
    document: dict[str, Any],
    reader: PhraseReader,
    *,
    replacing: bool,
    later: bool,
) -> None:
    _refuse_unknown_keys(document, _FILE_KEYS, file)
    written = document.get("rules")
    if not isinstance(written, list) or not all(isinstance(entry, dict) for entry in written):
        raise RulesBroken("must have a list of rules", file=file)
    here: set[str] = set()
    for entry in written:
        rule = read_rule(entry, document, file, reader, later=later)
        if rule.id in here or (rule.id in by_id and not replacing):
            raise RulesBroken("is there twice", file=file, rule=rule.id)
        here.add(rule.id)
        by_id[rule.id] = rule


def read_rule(
    entry: Mapping[str, Any],
    document: Mapping[str, Any],
    file: str,
    reader: PhraseReader,
    *,
    later: bool = False,
) -> Rule:
    """One rule as it is written, with what stands at the head of its file. Raises RulesBroken.

    `later`: what excuses a match is read when it is first needed. That is for the package's own rules, whose
    tests read all of it.
    """
    rule_id = str(entry.get("id") or "")
    if not rule_id:
        raise RulesBroken("has a rule without an id", file=file)
    _refuse_unknown_keys(entry, _RULE_KEYS, file, rule_id)
    given = {
        key: document[key] for key in ("category", "severity", "from_mentor", "sentence") if key in document
    } | dict(entry)
    category, detector = str(given.get("category")), str(given.get("detector") or "")
    if category not in CATEGORIES:
        raise RulesBroken(f"there is no category “{category}”", file=file, rule=rule_id)
    if detector and detector not in DETECTORS:
        raise RulesBroken(f"there is no detector “{detector}”", file=file, rule=rule_id)

    def phrases(source: Any, what: str) -> tuple[Phrase, ...]:
        try:
            return tuple(reader.read(text) for text in _texts(source, file, what, rule_id))
        except PhraseError as error:
            raise RulesBroken(str(error), file=file, rule=rule_id) from error

    def severity(key: str) -> Severity | None:
        return _severity(given[key], file, rule_id) if key in given else None

    unless = [
        text for source in (entry, document) for text in _texts(source.get("unless"), file, "unless", rule_id)
    ]
    changes = [*(document.get("becomes") or []), *(entry.get("becomes") or [])]
    rule = Rule(
        id=rule_id,
        category=category,
        severity=severity("severity") or Severity.medium,
        from_mentor=severity("from_mentor"),
        from_mentee=severity("from_mentee"),
        sentence=str(given.get("sentence") or ""),
        note=" ".join(str(entry.get("note") or "").split()),
        phrases=phrases(entry.get("phrases"), "phrases"),
        hints=phrases(entry.get("hints"), "hints"),
        unless=Unread(reader, unless) if later else phrases(unless, "unless"),
        becomes=tuple(
            Change(_severity(c.get("severity"), file, rule_id), phrases(c.get("when"), "becomes"))
            for c in changes
        ),
        detector=detector,
        examples=tuple(_texts(entry.get("examples"), file, "examples", rule_id)),
        not_examples=tuple(_texts(entry.get("not_examples"), file, "not_examples", rule_id)),
        file=file,
    )
    if not (rule.phrases or rule.hints or rule.detector):
        raise RulesBroken("has neither phrases nor a detector", file=file, rule=rule_id)
    return rule


def _severity(value: Any, file: str, rule_id: str) -> Severity:
    try:
        return Severity(value)
    except ValueError:
        raise RulesBroken(f"there is no severity “{value}”", file=file, rule=rule_id) from None
