"""Reading a catalogue and shelf photos: checks, splits, and the two ExampleGens."""
