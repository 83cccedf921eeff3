"""A bucket of lists in memory."""

from shared.people.import_files import Kept, UploadForm, file_key


class FakeFiles:
    """Holds what was sent to it, by the list's id."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.reads = 0

    def send(self, import_id: str, content: bytes) -> None:
        self.kept[file_key(import_id)] = content

    def form(self, key: str, *, then: str) -> UploadForm:
        return UploadForm("https://lists.example.org/", {"key": key, "success_action_redirect": then})

    def read(self, key: str, *, most: int) -> Kept | None:
        self.reads += 1
        if key not in self.kept:
            return None
        content = self.kept[key]
        return Kept(content if len(content) <= most else b"", f"tag-{hash(content)}", len(content))
