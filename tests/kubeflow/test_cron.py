import shutil
import subprocess
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeflow.cron import Cron, check_time_zone, read_cron
from pipeline.errors import WrongInput


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("0 3 * * 1", "0 3 * * 1"),
        ("0 3 * * mon-FRI", "0 3 * * 1,2,3,4,5"),
        ("*/15 * * * *", "0,15,30,45 * * * *"),
        ("5-20/5,40 0 1 jan,7 *", "5,10,15,20,40 0 1 1,7 *"),
        ("0 0 * * 7", "0 0 * * 0"),
        ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 * * 0-6", "0 0 * * *"),
        ("  0  3 * *  1 ", "0 3 * * 1"),
    ],
)
def test_fields_are_written_as_every_scheduler_reads_them(text, fields):
    assert read_cron(text).fields == fields


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 3 * *", "--cron '0 3 * *': expected five fields, as in '0 3 * * 1', Mondays at 3:00"),
        ("@weekly", "expected five fields"),
        ("60 3 * * 1", "--cron '60 3 * * 1': minute: '60' is not between 0 and 59"),
        ("0 3 0 * *", "day of the month: '0' is not between 1 and 31"),
        ("0 3 * * monday", "day of the week: 'monday' is not between 0 and 7"),
        ("0 9-5 * * *", "hour: '9-5' begins after it ends"),
        ("5/10 3 * * 1", "minute: '5/10' is none of *, */2, 1, 1-5, 1-5/2 or a list of such"),
        ("*/0 3 * * 1", "minute: '*/0' is none of"),
        ("0 3 ? * L", "day of the month: '?' is none of"),
        ("0 3 1 * 1", "schedulers differ in what a day of the month and a day of the week mean"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, said):
    with pytest.raises(WrongInput) as refused:
        read_cron(text)
    assert said in str(refused.value)


def test_every_fault_is_told():
    with pytest.raises(WrongInput) as refused:
        read_cron("60 24 * 13 *")
    assert len(refused.value.problems) == 3


@given(st.text(alphabet="0123456789*/,-? monfriMAY\x00é٣", max_size=40))
def test_whatever_is_given_is_read_or_refused(text):
    try:
        cron = read_cron(text)
    except WrongInput:
        return
    assert read_cron(cron.fields) == cron


def _values(low, high):
    chosen = st.sets(st.integers(low, high), max_size=4)
    return chosen.map(lambda values: tuple(sorted(values)))


@given(st.tuples(_values(0, 59), _values(0, 23), _values(1, 31), _values(1, 12)))
def test_what_is_written_is_read_again(values):
    cron = Cron(*values, ())
    assert read_cron(cron.fields) == cron


@pytest.mark.parametrize("name", ["Europe/Zuerich", "../etc/passwd", "", "CET\x00"])
def test_what_is_no_time_zone_is_refused(name):
    with pytest.raises(WrongInput, match="no such time zone"):
        check_time_zone(name)


@pytest.mark.parametrize("name", ["UTC", "Europe/Zurich", "America/New_York"])
def test_time_zones_are_taken(name):
    check_time_zone(name)


def starts(cron, after, count):
    """The next times of a cron, by trying every minute."""
    found, time = [], after.replace(second=0)
    while len(found) < count:
        time += timedelta(minutes=1)
        at = (time.minute, time.hour, time.day, time.month, time.isoweekday() % 7)
        if all(not values or value in values for value, values in zip(at, cron, strict=True)):
            found.append(time)
    return found


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("text", ["0 3 * * 1", "*/20 8-9 * * mon,fri", "30 0 1,15 dec *"])
def test_systemd_reads_the_same_times(text):
    cron, after = read_cron(text), datetime(2027, 11, 28, 12)
    done = subprocess.run(
        [
            *("systemd-analyze", "calendar", "--iterations=3"),
            *(f"--base-time={after:%Y-%m-%d %H:%M:%S} UTC", cron.on_calendar("UTC")),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    read = [
        datetime.strptime(line.split(": ", 1)[1].split(" ", 1)[1], "%Y-%m-%d %H:%M:%S UTC")
        for line in done.splitlines()
        if "Next elapse" in line or "Iter." in line
    ]
    assert read == starts(cron, after, 3)
