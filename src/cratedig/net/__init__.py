"""The one way out: every request to another machine goes through `Net.fetch`."""

from cratedig.net.errand import Answer, Redirect
from cratedig.net.fetching import Net
from cratedig.net.limits import Limits
from cratedig.net.manners import Manners

__all__ = ["Answer", "Limits", "Manners", "Net", "Redirect"]
