"""Drum parts made new: bars in a style, their feel, and MIDI."""
