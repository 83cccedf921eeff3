"""Files that come with messages. A person looks at each before anybody else can open it."""

import hashlib
from datetime import datetime

from shared.audit.actions import record_reading
from shared.people.permissions import Viewer, part_in_pair, require
from shared.platform.errors import Invalid, NotFound, Refused
from shared.platform.tables import find
from shared.safeguarding.papers.file_kinds import Upload, recognise, size_in_words
from shared.safeguarding.papers.files import FileLink, FileStore

from .items import Message, Pair, message_key
from .pictures import Unreadable, bare
from .programme_rules import programme_or_none
from .steps import load_message, load_pair

NO_FILES = "In this programme no files are sent with messages. Please send your message without it."

UNREADABLE = (
    "We could not read this picture, so we can’t take out what is hidden in it, such as where it was taken. "
    "Please send a screenshot of it instead, or another picture."
)


def attach(message: Message, upload: Upload | None, store: FileStore) -> None:
    """Keeps the file that came with a message which is about to be stored, if one did; a picture without
    where, when and by whom it was taken.

    It lies where its content says: nothing that is sent later can take the place of what somebody looked at.
    What came with a form that has sent another message is not kept, as it is about to be refused. Raises
    Refused where the programme has no files, Invalid for what cannot be kept.
    """
    if upload is None:
        return
    programme = programme_or_none(message.programme_id)
    if programme is None or not programme.policy.delivery.attachments:
        raise Refused(NO_FILES, field="file", code="no_files")
    known = recognise(upload)
    content = _bare(known.kind, upload.content)
    message.file_name, message.file_size = known.name, len(content)
    message.file_print = hashlib.sha256(content).hexdigest()
    earlier = find(Message, *message_key(message.pair_id, message.message_id))
    if earlier is None or earlier.file_print == message.file_print:
        store.keep(_place(message), content)


def _bare(kind: str, content: bytes) -> bytes:
    try:
        return bare(kind, content)
    except Unreadable as error:
        raise Invalid(UNREADABLE, field="file", code="unreadable_picture") from error


def remove_file(message: Message, store: FileStore) -> None:
    """Removes the file that came with a message, if one did."""
    if message.file_name is not None:
        store.remove(_place(message))


def file_words(message: Message) -> str:
    """The file's name and size; empty where none came with the message."""
    if message.file_name is None:
        return ""
    return f"{message.file_name}, {size_in_words(int(message.file_size or 0))}"


def open_attachment(
    viewer: Viewer, pair_id: str, message_id: str, *, store: FileStore, now: datetime
) -> FileLink:
    """Where the file can be fetched, for a minute. The reader of a message gets it once the message is
    delivered; that staff opened it is recorded first. Raises NotFound for everybody else, and Conflict
    for one that is not known to be clean where files are scanned."""
    pair = load_pair(pair_id)
    message = load_message(pair_id, message_id)
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(bool(part))
    if message.file_name is None:
        raise NotFound
    require(part == "staff" or message.sender_id == viewer.person_id or message.state == "delivered")
    link = store.link(_place(message), name=message.file_name)
    if part == "staff":
        _record(viewer, pair, message, now)
    return FileLink(message.file_name, link)


def _record(viewer: Viewer, pair: Pair, message: Message, now: datetime) -> None:
    record_reading(
        pair.programme_id,
        "read_file",
        f"message:{pair.pair_id}/{message.message_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=pair.ids,
    )


def _place(message: Message) -> str:
    return f"messages/{message.pair_id}/{message.message_id}/{message.file_print}"
