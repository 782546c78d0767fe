from components.records.problems import Problem


def test_a_file_below_the_working_directory_is_named_as_one_would_type_it(tmp_path, monkeypatch):
    problem = Problem(str(tmp_path / "span-1" / "a.jpg"), "photo 7", "is broken", "replace it")
    assert str(problem) == f"{tmp_path}/span-1/a.jpg, photo 7: is broken; replace it"
    monkeypatch.chdir(tmp_path)
    assert str(problem) == "span-1/a.jpg, photo 7: is broken; replace it"
    given = Problem("span-1/annotations.json", None, "is broken", "replace it")
    assert str(given).startswith("span-1/annotations.json: ")
