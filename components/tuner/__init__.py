"""Chooses augmentation level, learning rate and backbone by short trainings."""
