"""Cratedig: a music intelligence platform. Collect, understand, find, create."""

__version__ = "0.1.0"
