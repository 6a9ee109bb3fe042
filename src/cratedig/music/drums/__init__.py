"""Drums as music: the kit, the meter, bars of hits, the feel."""
