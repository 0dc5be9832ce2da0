"""`backchannel explain`: what is shown of one text."""

from rich.text import Text

from consumer.cli.explain import highlighted
from consumer.detection import Detector
from tests.cli.running import MAIL, run


def test_findings_stand_in_brackets_where_there_are_no_colours() -> None:
    ran = run("explain", f"write to {MAIL} ok")
    assert ran.code == 0
    shown = ran.out.decode()
    assert f"write to ⟦{MAIL}⟧(email/provide) ok" in shown
    assert "email/provide" in shown
    assert "9-24" in shown
    assert "\x1b[" not in shown


def test_findings_are_coloured_on_a_terminal() -> None:
    shown = highlighted(Detector.default().explain(f"write to {MAIL} ok"), coloured=True)
    assert shown == Text(f"write to {MAIL} ok", spans=shown.spans)
    assert [(span.start, span.end) for span in shown.spans] == [(9, 24)]


def test_disguises_undone_are_shown_with_what_they_were_read_as() -> None:
    ran = run("explain", "my mail is j0hn d0t smith at gee mail d0t c0m")
    shown = ran.out.decode()
    assert "⟦j0hn d0t smith at gee mail d0t c0m⟧(email/provide)" in shown
    assert "smith@gmail.com" in shown
    assert "undone: leet" in shown
    assert "spelled" in shown


def test_what_spoke_against_is_told_when_nothing_is_found() -> None:
    shown = run("explain", "sorry, I can't give out my email here").out.decode()
    assert "nothing found; against it: " in shown
    assert "(refuse" in shown
    assert "email" in shown
    assert "prefilter" in run("explain", "the blue one is nicer").out.decode()


def test_a_possible_beginning_is_told() -> None:
    assert "possible beginning" in run("explain", "insta").out.decode()


def test_json_holds_what_is_shown() -> None:
    text = f"mi numero es 612 34 56 78, o escribe a {MAIL}"
    told = run("explain", "--json", "--locale", "es-ES", text).lines[0]
    assert told["text"] == text
    assert told["locale"] == "es-ES"
    phone, mail = told["findings"]
    assert phone["value"] == "+34612345678"
    assert mail["words"] == text[mail["start"] : mail["end"]] == MAIL == mail["value"]
    assert {"confidence", "techniques", "network", "intent"} <= mail.keys()
    assert "mi numero" in {mark["words"] for mark in told["marks"]}


def test_a_dash_reads_standard_input() -> None:
    ran = run("explain", "-", given=f"schreib an {MAIL}\nbis dann\n".encode())
    assert f"schreib an ⟦{MAIL}⟧(email/provide)\nbis dann\n" in ran.out.decode()


def test_bytes_that_are_no_text_and_markup_do_no_harm() -> None:
    assert run("explain", "-", given=b"\xff\xfe [red]hi[/red]").code == 0
    assert "[red]hi[/red] :smile:" in run("explain", "[red]hi[/red] :smile:").out.decode()


def test_a_text_longer_than_any_message_is_refused() -> None:
    ran = run("explain", "-", given=b"a" * 70_000)
    assert ran.code == 2
    assert "characters" in ran.err
