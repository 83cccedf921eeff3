"""The presets: complete policies to begin from, one YAML file each."""

from functools import cache
from pathlib import Path

from .reading import policy_from_yaml
from .schema import Policy

FOLDER = Path(__file__).parent / "presets"


@cache
def preset_names() -> tuple[str, ...]:
    """The presets there are, by name."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_preset(name: str) -> Policy:
    """The preset's policy. Raises KeyError for a name that is none."""
    if name not in preset_names():
        raise KeyError(f"There is no preset {name!r}. There are: {', '.join(preset_names())}.")
    return policy_from_yaml((FOLDER / f"{name}.yaml").read_text())
