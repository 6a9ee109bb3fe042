"""Vectors in process: one contract, four kinds of index behind it, and the rule which kind a catalogue gets."""
