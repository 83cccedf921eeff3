"""Checking a chain where it is stored: whole, step by step, and from the command line."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from shared.audit.__main__ import main
from shared.audit.anchoring import anchor_chain
from shared.audit.checking import check_links, check_step, late_records
from shared.audit.items import Anchor, Head, Link, check_key, head_key
from shared.audit.linking import link_waiting
from shared.audit.verifying import Fault, Place, link_key
from shared.oversight.views import audit_page, check_audit
from shared.platform.tables import REGION, DirectoryItem, stored_items
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import calls

from .builders import PROGRAMME, links, recorded, several_recorded, waiting

pytestmark = pytest.mark.usefixtures("tables")


def a_chain(count: int = 6) -> None:
    several_recorded(count)
    link_waiting(PROGRAMME)


def altered(seq: int, name: str, value: dict[str, Any]) -> None:
    """Somebody with the keys of the table changes one field of a record."""
    pk, sk = link_key(PROGRAMME, seq)
    boto3.client("dynamodb", region_name=REGION).update_item(
        TableName="safeguarding",
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )


def taken_out(seq: int) -> None:
    Link.get(*link_key(PROGRAMME, seq)).delete()


def set_back(seq: int) -> None:
    """The head is made to say that the chain ends earlier."""
    head, end = Head.get(*head_key(PROGRAMME)), Link.get(*link_key(PROGRAMME, seq))
    head.seq, head.hash = end.seq, end.hash
    head.save()


def fault() -> Fault | None:
    return check_links(PROGRAMME).fault


def anchors() -> list[Anchor]:
    return [one for one in DirectoryItem.scan() if isinstance(one, Anchor)]


def test_what_was_linked_and_left_alone_is_whole() -> None:
    a_chain(40)

    checked = check_links(PROGRAMME)

    assert checked.is_whole
    assert checked.reached == Place(40, links()[-1].hash)


def test_a_programme_without_records_is_whole() -> None:
    assert check_links(PROGRAMME).is_whole


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("by_name", {"S": "Morag Sinclaid"}),
        ("at", {"S": "last Tuesday"}),
        ("why", {"S": "Declined"}),
        ("kind", {"S": "entry"}),
        ("version", {"N": "2"}),
        ("hidden_from", {"S": '["owen"]'}),
        ("remark", {"S": "Nothing to see here."}),
        ("why", {"B": b"Delivered"}),
        ("hash", {"B": b"\x00"}),
        ("remark", {"B": b"\x00\xff"}),
        ("remark", {"BS": [b"\x00", b"\xff"]}),
        ("remark", {"SS": ["nothing", "to see"]}),
        ("remark", {"NS": ["1", "2"]}),
        ("remark", {"N": "1"}),
        ("remark", {"BOOL": True}),
        ("remark", {"NULL": True}),
        ("remark", {"L": [{"B": b"\x00"}]}),
        ("remark", {"M": {"inside": {"B": b"\x00"}}}),
    ],
)
def test_whatever_is_changed_in_the_table_is_found(name: str, value: dict[str, Any]) -> None:
    a_chain()
    altered(3, name, value)

    assert fault() == Fault(3, "changed")


def test_a_record_that_is_gone_is_found() -> None:
    a_chain()
    taken_out(4)

    assert fault() == Fault(4, "missing")


class TestTheDaysEnd:
    def test_is_noted_apart_from_the_chain_once(self) -> None:
        a_chain()
        for hours in (0, 24):
            anchor_chain(PROGRAMME, now=MONDAY + timedelta(hours=hours))

        [anchor] = anchors()
        assert (int(anchor.seq), anchor.hash, anchor.at) == (6, links()[-1].hash, MONDAY)
        assert check_links(PROGRAMME).is_whole

    def test_is_never_written_over(self) -> None:
        a_chain()
        anchor_chain(PROGRAMME, now=MONDAY)
        head = Head.get(*head_key(PROGRAMME))
        head.hash = "f" * 64
        head.save()

        anchor_chain(PROGRAMME, now=MONDAY + timedelta(days=1))

        assert [one.hash for one in anchors()] == [links()[-1].hash]

    def test_has_nothing_to_note_of_an_empty_chain(self) -> None:
        assert anchor_chain(PROGRAMME, now=MONDAY) is None
        assert anchors() == []

    def test_tells_of_an_end_that_was_cut_off_and_covered_up(self) -> None:
        a_chain()
        anchor_chain(PROGRAMME, now=MONDAY)
        for seq in (5, 6):
            taken_out(seq)
        set_back(4)

        assert fault() == Fault(5, "missing")

    def test_noted_outside_tells_even_when_all_tables_were_altered(self) -> None:
        a_chain()
        anchor_chain(PROGRAMME, now=MONDAY)
        noted = Place(6, links()[-1].hash)
        for seq in (5, 6):
            taken_out(seq)
        set_back(4)
        anchors()[0].delete()

        assert check_links(PROGRAMME).is_whole
        assert check_links(PROGRAMME, known=[noted]).fault == Fault(5, "missing")


def test_what_is_linked_during_the_check_belongs_to_it() -> None:
    a_chain(3)

    def meanwhile(walked: int) -> bool:
        if walked == 2:
            recorded("message:new", now=MONDAY + timedelta(hours=1))
            link_waiting(PROGRAMME)
            anchor_chain(PROGRAMME, now=MONDAY)
        return False

    checked = check_links(PROGRAMME, enough=meanwhile)

    assert checked.is_whole
    assert checked.reached.seq == 4


def test_what_waits_too_long_is_counted_and_breaks_nothing() -> None:
    a_chain(2)
    recorded("message:stuck")

    assert late_records(PROGRAMME, now=MONDAY + timedelta(minutes=10)) == 0
    assert late_records(PROGRAMME, now=MONDAY + timedelta(minutes=11)) == 1
    assert check_links(PROGRAMME).is_whole
    assert len(waiting()) == 1


def test_a_partition_is_read_page_by_page() -> None:
    a_chain(5)
    pk, first = link_key(PROGRAMME, 1)

    with calls() as made:
        found = list(stored_items(Link, pk, after=first, page_size=2))

    assert [one["seq"]["N"] for one in found] == ["2", "3", "4", "5"]
    assert len(made) > 1


class TestStepByStep:
    def step(self, minutes: int, links: int = 4) -> Any:
        now = MONDAY + timedelta(minutes=minutes)
        return check_step(PROGRAMME, by_name="Owen Hughes", now=now, enough=lambda walked: walked >= links)

    def test_it_goes_on_where_it_was(self) -> None:
        a_chain(10)

        steps = [self.step(minutes) for minutes in range(3)]

        assert [(one.state, int(one.seq)) for one in steps] == [
            ("under_way", 4),
            ("under_way", 8),
            ("whole", 10),
        ]
        assert int(steps[-1].total) == 10
        assert steps[-1].began_at == MONDAY

    def test_a_step_costs_the_same_wherever_it_begins(self) -> None:
        a_chain(20)
        costs = []
        for minutes in range(3):
            with calls() as made:
                self.step(minutes)
            costs.append([call.operation for call in made])

        assert costs[1] == costs[2]
        assert len(costs[0]) <= len(costs[1]) + 1  # the end is looked up when it begins

    def test_the_first_broken_record_ends_it(self) -> None:
        a_chain(10)
        altered(7, "what", {"S": "read_concern"})

        self.step(0)
        broken = self.step(1)

        assert (broken.state, int(broken.broken_seq), broken.broken_what) == ("broken", 7, "changed")

    def test_once_it_has_ended_it_begins_anew(self) -> None:
        a_chain(3)
        self.step(0)
        altered(1, "what", {"S": "read_concern"})

        assert self.step(1).state == "broken"

    def test_one_that_nobody_went_on_with_for_an_hour_begins_anew(self) -> None:
        a_chain(10)
        self.step(0)
        altered(2, "what", {"S": "read_concern"})

        late = self.step(61)

        assert (late.state, int(late.broken_seq)) == ("broken", 2)

    def test_that_of_each_morning_goes_on_from_nobody_elses(self) -> None:
        a_chain(10)
        self.step(0)
        altered(2, "what", {"S": "read_concern"})

        morning = check_step(PROGRAMME, by_name="Signpost", now=MONDAY + timedelta(minutes=1), daily=True)

        assert (morning.state, int(morning.broken_seq)) == ("broken", 2)
        assert self.step(2).by_name == "Owen Hughes"

    def test_of_two_who_go_on_at_once_one_does(self) -> None:
        a_chain(10)

        def another(walked: int) -> bool:
            if walked == 2:
                self.step(1)
            return walked >= 4

        answered = check_step(PROGRAMME, by_name="Ruth Adeyemi", now=MONDAY, enough=another)

        assert (answered.by_name, int(answered.seq)) == ("Owen Hughes", 4)


class TestOnTheCommandLine:
    def test_a_whole_record_ends_with_nought(self, capsys: pytest.CaptureFixture[str]) -> None:
        a_chain()

        assert main(["--programme", PROGRAMME]) == 0

        said = capsys.readouterr().out
        assert "Whole: 6 records, none changed, left out or reordered." in said
        assert links()[-1].hash in said

    def test_a_broken_one_ends_with_one_and_names_the_place(self, capsys: pytest.CaptureFixture[str]) -> None:
        a_chain()
        altered(2, "why", {"S": "Declined"})

        assert main(["--programme", PROGRAMME]) == 1

        assert "Broken at record 2: it is not what was written." in capsys.readouterr().out

    def test_a_programme_that_is_not_there_is_no_whole_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        a_chain()

        assert main(["--programme", "typo"]) == 2

        said = capsys.readouterr()
        assert said.out == ""
        assert "There is no audit record of a programme 'typo' in these tables." in said.err

    def test_a_record_that_is_gone_altogether_is_none_but_for_its_anchor(self) -> None:
        a_chain(2)
        anchor_chain(PROGRAMME, now=MONDAY)
        for seq in (1, 2):
            taken_out(seq)
        Head.get(*head_key(PROGRAMME)).delete()

        assert main(["--programme", PROGRAMME]) == 1
        anchors()[0].delete()
        assert main(["--programme", PROGRAMME]) == 2

    def test_a_whole_one_with_records_that_wait_too_long_is_told_apart(self) -> None:
        a_chain()
        recorded("message:stuck", now=MONDAY - timedelta(days=400))

        assert main(["--programme", PROGRAMME]) == 3

    def test_it_answers_programs_as_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        a_chain()
        taken_out(6)
        recorded("message:stuck", now=MONDAY - timedelta(days=400))

        assert main(["--programme", PROGRAMME, "--json"]) == 1

        said = json.loads(capsys.readouterr().out)
        assert said["broken"] == {"record": 6, "what": "missing", "sentence": "it is missing"}
        assert (said["whole"], said["records"], said["late"]) == (False, 5, 1)

    def test_a_place_noted_outside_is_held_against_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        a_chain()

        assert main(["--programme", PROGRAMME, "--known", f"6:{links()[-1].hash}"]) == 0
        assert main(["--programme", PROGRAMME, "--known", f"4:{'f' * 64}"]) == 1
        assert "Broken at record 4" in capsys.readouterr().out

    def test_what_is_no_place_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            main(["--programme", PROGRAMME, "--known", "yesterday"])

        assert "is not a number, a colon and 64 characters of a hash" in capsys.readouterr().err


class TestACheckThatWasAltered:
    """What is noted of a check lies in a table, too. Altered, it is the first thing that is wrong."""

    @pytest.fixture
    def lead(self) -> Someone:
        return a_person("safeguarding_lead", a_programme())

    @staticmethod
    def alter(lead: Someone, name: str, value: dict[str, Any] | None, *, daily: bool = False) -> None:
        check_step(lead.programme_id, by_name="Morag Sinclair", now=MONDAY, daily=daily)
        pk, sk = check_key(lead.programme_id, daily=daily)
        boto3.client("dynamodb", region_name=REGION).update_item(
            TableName="directory",
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET #name = :value" if value else "REMOVE #name",
            ExpressionAttributeNames={"#name": name},
            **({"ExpressionAttributeValues": {":value": value}} if value else {}),
        )

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("state", {"S": "fine"}),
            ("state", None),
            ("state", {"S": "broken"}),
            ("seq", {"S": "three"}),
            ("seq", {"N": "-1"}),
            ("total", None),
            ("total", {"N": "1.5"}),
            ("began_at", {"S": "yesterday"}),
            ("at", {"N": "3"}),
            ("hash", {"B": b"\x00"}),
            ("broken_what", {"S": "everything"}),
            ("kind", {"S": "session"}),
            ("kind", {"S": "no kind of ours"}),
        ],
    )
    def test_the_page_names_it_instead_of_failing(
        self, name: str, value: dict[str, Any] | None, lead: Someone
    ) -> None:
        self.alter(lead, name, value)

        shown = audit_page(lead.viewer, lead.programme_id).check

        assert shown is not None
        assert (shown.state, shown.broken_seq) == ("broken", None)
        assert "cannot be read" in shown.broken

    def test_it_is_not_written_over_and_the_morning_s_alarm_rings(self, lead: Someone) -> None:
        self.alter(lead, "total", None, daily=True)
        later = MONDAY + timedelta(days=1)

        check = check_step(lead.programme_id, by_name="Signpost", now=later, daily=True)
        again = check_step(lead.programme_id, by_name="Signpost", now=later, daily=True)

        assert (check.state, again.state) == ("broken", "broken")
        shown = check_audit(lead.viewer, lead.programme_id, now=later).check
        assert shown is not None
        assert shown.state == "broken"
