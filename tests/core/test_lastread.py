"""Of each copy the latest word counts, and who was out of reach says nothing of it."""

from __future__ import annotations

from typing import Any

from sopgit.core.lastread import LastRead, last_read, words_of_event, words_of_record

OLD, NEW = "0" * 32, "1" * 32
OBJECTS = {("tapem/kecamatan", 1): OLD, ("tapem/kecamatan", 2): NEW}


def at(hour: int, zone: str = "+07:00") -> str:
    return f"2026-11-23T{hour:02}:00:00{zone}"


def event(hour: int, action: str, md5: str, *copies: str) -> dict[str, Any]:
    entry = {"action": action, "object": {"md5": md5}, "copies": list(copies)}
    return {"at": at(hour), "by": "budi", "datasets": [entry]}


def scrub(hour: int, read: list[int], results: dict[str, str], zone: str = "+07:00") -> Any:
    good = {"remote": "one", "dataset": "tapem/kecamatan", "versions": read}
    bad = [
        {"object": {"md5": OLD}, "remote": remote, "outcome": outcome}
        for remote, outcome in results.items()
    ]
    return {
        "kind": "scrub", "at": at(hour, zone), "by": "siti", "read": [good], "results": bad
    }  # fmt: skip


def test_an_act_names_the_copies_that_it_had_read() -> None:
    told = last_read(words_of_event(event(8, "store", OLD, "one", "two")))
    assert told == {
        OLD: {name: LastRead(name, "ok", at(8), "budi", "store") for name in ("one", "two")}
    }
    assert last_read(words_of_event({"at": at(8), "by": "budi"})) == {}


def test_the_latest_word_counts_in_whatever_order_and_zone_it_is_said() -> None:
    words = [
        *words_of_record(scrub(1, [1, 2, 9], {"two": "damaged"}, "+00:00"), OBJECTS),
        *words_of_event(event(7, "store", OLD, "one", "two")),
        *words_of_event(event(9, "recover", OLD, "two")),
    ]
    told = last_read(words)
    assert told[OLD]["one"] == LastRead("one", "ok", at(1, "+00:00"), "siti", "scrub")
    assert told[OLD]["two"] == LastRead("two", "ok", at(9), "budi", "recover")
    assert told[NEW].keys() == {"one"}
    assert last_read(words[:-1])[OLD]["two"].outcome == "damaged"


def test_a_remote_out_of_reach_tells_nothing_of_its_copies() -> None:
    words = [
        *words_of_event(event(7, "store", OLD, "one", "two")),
        *words_of_record(scrub(8, [], {"one": "unreachable", "two": "healed"}), OBJECTS),
    ]
    told = last_read(words)
    assert (told[OLD]["one"].outcome, told[OLD]["one"].at) == ("ok", at(7))
    assert told[OLD]["two"].outcome == "healed"
