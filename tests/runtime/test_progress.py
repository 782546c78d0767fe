import logging

from components.runtime import progress


def test_report_reaches_a_handler_as_data_and_as_words(caplog):
    with caplog.at_level(logging.INFO, logger=progress.LOGGER_NAME):
        progress.report("Trainer", 40, 600, "loss 0.412")

    (record,) = caplog.records
    assert record.progress == progress.Progress("Trainer", 40, 600, "loss 0.412")
    assert record.getMessage() == "Trainer: 40 of 600, loss 0.412"


def test_what_is_said_is_marked_as_said(caplog):
    with caplog.at_level(logging.INFO, logger=progress.LOGGER_NAME):
        progress.say("31 SKUs")

    (record,) = caplog.records
    assert record.said
    assert record.getMessage() == "31 SKUs"


def test_a_note_is_optional():
    assert str(progress.Progress("Augment", 1, 2)) == "Augment: 1 of 2"
