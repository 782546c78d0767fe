"""The tables say plainly what is missed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from tables import Figure, write


def test_a_figure_says_what_it_reaches():
    assert Figure("ratio", 1.1, "<= 1.5", "<= 1.15").verdict == "aim"
    assert Figure("ratio", 1.4, "<= 1.5", "<= 1.15").verdict == "must"
    assert Figure("ratio", 1.6, "<= 1.5", "<= 1.15").verdict == "MISSED"
    assert Figure("mAP", 0.9, ">= 0.85").verdict == "must"
    assert Figure("mAP", float("nan"), ">= 0.85").verdict == "MISSED"
    assert Figure("seconds", 3.0).verdict == ""


def test_the_file_holds_every_table(tmp_path):
    write(tmp_path / "bench.md", {"Speed": [Figure("a", 2.5, "<= 2", unit="s", note="why")]})
    text = (tmp_path / "bench.md").read_text()
    assert "## Speed" in text
    assert "| a | 2.5 s | <= 2 |  | MISSED | why |" in text
