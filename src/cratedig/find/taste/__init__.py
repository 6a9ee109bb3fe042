"""Taste: what somebody's listening says about what they would like next; plain functions that read no table."""
