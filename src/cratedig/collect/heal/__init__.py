"""Healing, as plain functions on rows: nothing here reads or writes the catalogue (collect/healing.py is the door)."""
