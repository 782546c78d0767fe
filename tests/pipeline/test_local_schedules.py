"""Schedules of this machine, with stand-ins for the programs that keep them."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kubeflow.cron import read_cron
from kubeflow.schedules import Schedule, Timing
from pipeline.config import load
from pipeline.errors import WrongInput
from pipeline.local import crontab_lines, local_schedules
from pipeline.local.crontab_lines import CrontabLines, machine_time_zone
from pipeline.local.systemd_timers import SystemdTimers
from pipeline.local.timed_run import timed_run

WEEKLY = Timing(read_cron("0 3 * * 1"), "Europe/Zurich")
NIGHTLY = Timing(read_cron("0 2 * * *"), "Europe/Zurich")

CRONTAB = """\
#!/bin/sh
if [ "$1" = -l ]; then
    [ -f "$STATE/crontab" ] && exec cat "$STATE/crontab"
    echo "no crontab for $USER" >&2
    exit 1
fi
exec cat > "$STATE/crontab"
"""
SYSTEMCTL = """\
#!/bin/sh
# Timers are active where there is a file of their name.
shift
echo "$@" >> "$STATE/asked"
case "$1 $2" in
    "enable --now") : > "$STATE/$3" ;;
    "disable --now") rm -f "$STATE/$3" ;;
    show\\ *)
        if [ -f "$STATE/$2" ]; then
            echo ActiveState=active
            echo "NextElapseUSecRealtime=Mon 2026-12-07 03:00:00 CET"
        else
            echo ActiveState=inactive
        fi ;;
esac
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Gives this machine a program; returns the folder that the stand-ins keep their state in."""
    state, programs = tmp_path / "state", tmp_path / "programs"
    for folder in (state, programs, tmp_path / "work 100%"):
        folder.mkdir()
    monkeypatch.setenv("STATE", str(state))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TZ", "Europe/Zurich")
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.chdir(tmp_path / "work 100%")

    def having(**texts):
        for name, text in texts.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        return state

    return having


@pytest.fixture(params=["systemd", "cron"])
def schedules(request, machine):
    """What keeps schedules here."""
    if request.param == "systemd":
        machine(systemctl=SYSTEMCTL)
        return SystemdTimers()
    machine(crontab=CRONTAB)
    return CrontabLines()


def run(name="weekly", timing=WEEKLY, **given):
    return timed_run(name, timing, load("test", overrides={"root": "out", **given}))


def test_a_schedule_is_made_once_and_becomes_what_is_given(schedules):
    assert schedules.create(run()) == "created"
    assert schedules.create(run()) == "unchanged"
    assert schedules.create(run("other")) == "created"
    assert schedules.create(run(timing=NIGHTLY)) == "changed"
    assert {each.name for each in schedules.list()} == {"weekly", "other"}
    (weekly,) = [each for each in schedules.list() if each.name == "weekly"]
    assert weekly.when in ("*-*-* 02:00:00 Europe/Zurich", "TZ=Europe/Zurich 0 2 * * *")


def test_a_schedule_pauses_goes_on_and_goes_away(schedules):
    schedules.create(run())
    schedules.pause("weekly")
    schedules.pause("weekly")
    assert [each.state for each in schedules.list()] == ["paused"]
    assert schedules.create(run(timing=NIGHTLY)) == "changed"
    assert [each.state for each in schedules.list()] == ["paused"]
    schedules.resume("weekly")
    assert [each.state for each in schedules.list()] == ["active"]
    schedules.delete("weekly")
    assert schedules.list() == []


@pytest.mark.parametrize("change", ["pause", "resume", "delete"])
def test_a_schedule_that_is_not_there_is_told(schedules, change):
    schedules.create(run())
    with pytest.raises(WrongInput, match=r"nightly: no such schedule .*; there are weekly"):
        getattr(schedules, change)("nightly")


def test_other_lines_of_a_crontab_stay(machine):
    state = machine(crontab=CRONTAB)
    before = "MAILTO=me\n0 1 * * * backup # oneshelf\n"
    (state / "crontab").write_text(before)
    CrontabLines().create(run())
    CrontabLines().pause("weekly")
    CrontabLines().delete("weekly")
    assert (state / "crontab").read_text() == before


def test_a_line_of_a_crontab_is_a_command_of_the_shell(machine, monkeypatch):
    machine(crontab=CRONTAB)
    line = CrontabLines().request(run())
    assert line.startswith("0 3 * * 1 cd ")
    # As cron hands it over, up to the next bare %.
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    words = shlex.split(command, comments=True)
    assert words[:3] == ["cd", str(Path.cwd()), "&&"]
    assert words[-1] == "2>&1"
    assert r"100\%" in line
    (Path.cwd() / "out" / "logs").mkdir(parents=True)
    stand_in = Path.cwd() / "stand-in"
    stand_in.write_text('#!/bin/sh\necho "$@" in "$PWD"\n')
    stand_in.chmod(0o755)
    program = shlex.quote(run().command[0])
    assert program in command
    subprocess.run(command.replace(program, shlex.quote(str(stand_in))), shell=True, check=True)
    said = (Path.cwd() / "out" / "logs" / "schedule-weekly.log").read_text()
    assert said == f"run --config {run().settings} in {Path.cwd()}\n"


def test_cron_knows_the_time_zone_of_the_machine_only(machine):
    machine(crontab=CRONTAB)
    with pytest.raises(WrongInput, match="this machine's time zone, Europe/Zurich; give that"):
        CrontabLines().request(run(timing=WEEKLY._replace(time_zone="UTC")))


def test_the_time_zone_of_the_machine(monkeypatch):
    monkeypatch.delenv("TZ", raising=False)
    zones = {
        "/usr/share/zoneinfo/Europe/Zurich": "Europe/Zurich",
        "/usr/share/zoneinfo/Etc/UTC": "UTC",
        "/etc/localtime": "UTC",
    }
    for path, zone in zones.items():
        monkeypatch.setattr(os.path, "realpath", lambda _, path=path: path)
        assert crontab_lines.machine_time_zone() == zone
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert machine_time_zone() == "Asia/Tokyo"


def test_a_crontab_that_is_denied_is_told(machine):
    machine(crontab="#!/bin/sh\necho 'You (me) are not allowed to use this program' >&2\nexit 1\n")
    with pytest.raises(WrongInput, match=r"crontab -l: You .me. are not allowed"):
        CrontabLines().list()


def test_a_refusal_of_systemd_is_told(machine):
    machine(systemctl="#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n")
    with pytest.raises(WrongInput, match=r"daemon-reload: Failed to connect to bus"):
        SystemdTimers().create(run())


def test_timers_do_not_catch_up_and_are_shown_with_their_next_start(machine):
    machine(systemctl=SYSTEMCTL)
    assert "Persistent=false" in SystemdTimers().request(run())
    SystemdTimers().create(run())
    assert SystemdTimers().list() == [
        Schedule(
            "weekly",
            "Mon *-*-* 03:00:00 Europe/Zurich",
            "active",
            "Mon 2026-12-07 03:00:00 CET",
        )
    ]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_files(machine, tmp_path):
    machine(systemctl=SYSTEMCTL)
    SystemdTimers().create(run())
    folder = tmp_path / "config" / "systemd" / "user"
    service = folder / "oneshelf-weekly.service"
    # Commands must exist: the folder of this one has a blank and a percent sign.
    stand_in = Path.cwd() / "true"
    shutil.copy("/bin/true", stand_in)
    text = service.read_text().replace(run().command[0], str(stand_in).replace("%", "%%"))
    service.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(folder / "oneshelf-weekly.timer")],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_comes_before_cron(machine):
    machine(systemctl=SYSTEMCTL, crontab=CRONTAB)
    assert isinstance(local_schedules.scheduler(), SystemdTimers)
    machine(systemctl="#!/bin/sh\nexit 1\n")
    assert isinstance(local_schedules.scheduler(), CrontabLines)


def test_a_machine_without_any_scheduler_is_told(machine, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    with pytest.raises(WrongInput, match="starts nothing by the clock"):
        local_schedules.scheduler()


def test_settings_are_kept_with_the_schedule(schedules):
    config = load("test", overrides={"root": "out"})
    assert local_schedules.create(run(), config) == "created"
    assert local_schedules.create(run(), config) == "unchanged"
    kept = Path("out/schedules/weekly.yaml")
    assert load(file=kept) == config
    other = config.model_copy(update={"cache": False})
    assert local_schedules.create(run(), other) == "changed"
    assert load(file=kept) == other


def test_the_command_is_that_of_this_installation():
    program, *words = run().command
    assert Path(program).parent == Path(sys.prefix) / "bin"
    assert words == ["run", "--config", str(Path.cwd() / "out/schedules/weekly.yaml")]


def test_data_that_is_not_there_is_told_now(machine):
    with pytest.raises(WrongInput) as refused:
        run(catalog="nowhere.csv", shelves="none")
    assert refused.value.problems == (
        "nowhere.csv: there is no such file or folder; check the path",
        "none: there is no such file or folder; check the path",
    )


def test_a_path_that_breaks_a_line_is_refused(machine, tmp_path, monkeypatch):
    (tmp_path / "a\nb").mkdir()
    monkeypatch.chdir(tmp_path / "a\nb")
    with pytest.raises(WrongInput, match="no path for a schedule"):
        run()
