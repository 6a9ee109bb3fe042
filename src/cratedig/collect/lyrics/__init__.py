"""Lyrics as they come: cleaned with a receipt for every change, judged, told by language, brought to their tracks."""
