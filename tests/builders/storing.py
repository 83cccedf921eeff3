"""How what tests begin with is stored. Each builder beside this names only what matters to its test."""

from shared.platform.tables import Item, is_new


def store_new(*items: Item) -> None:
    """Stores what must not be there yet."""
    for item in items:
        item.save(is_new(type(item)))
