from components.records.seeds import seed_for


def test_a_seed_is_the_same_in_every_process():
    assert seed_for(0, "span-1/a.jpg#0") == 1251550627


def test_seed_and_key_each_give_another():
    seeds = {seed_for(seed, key) for seed in (0, 1) for key in ("a", "b")}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**32 for seed in seeds)
