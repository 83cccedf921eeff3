from __future__ import annotations

import socket

import pytest

from infra.local.stack import Ports
from infra.trouble import Trouble


def test_a_busy_port_is_named_and_so_is_the_way_round_it() -> None:
    ports = Ports.free()
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.site))
        other.listen()

        with pytest.raises(Trouble) as trouble:
            ports.check()

    assert f"Port {ports.site} is in use" in str(trouble.value)
    assert "SIGNPOST_PORT_SITE" in str(trouble.value)


def test_ports_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNPOST_PORT_STACK", "14566")
    monkeypatch.delenv("SIGNPOST_PORT_SITE", raising=False)

    assert Ports.from_environment().stack == 14566
    assert Ports.from_environment().site == 8000


@pytest.mark.parametrize("value", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SIGNPOST_PORT_INBOX", value)

    with pytest.raises(Trouble, match=r"SIGNPOST_PORT_INBOX is .+ it must be a port number"):
        Ports.from_environment()


def test_free_ports_are_three_different_ones() -> None:
    ports = Ports.free()

    assert len({ports.stack, ports.site, ports.inbox}) == 3
    ports.check()
