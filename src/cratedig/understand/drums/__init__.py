"""Drumming worked out: from notes to bars, from bars to how somebody plays."""
