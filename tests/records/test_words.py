from components.records.words import counted


def test_one_is_one_and_none_are_several():
    assert counted(1, "photo") == "1 photo"
    assert counted(0, "photo") == "0 photos"
    assert counted(1200, "box", "boxes") == "1,200 boxes"
