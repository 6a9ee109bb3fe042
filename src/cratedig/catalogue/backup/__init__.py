"""A whole catalogue in one file, and back: what was restored is compared row by row before it counts.

Backup: pg_dump and the row hashes look through one snapshot; the files of ours that rows name come along. Restore: the
file is verified to the last byte, restored into a fresh database beside the live one, compared with the manifest,
brought to this program's schema, and then takes the live one's name in one transaction. Killed anywhere before, the
live catalogue is as it was. The pepper is not in a backup: with it, a stolen backup would give its keys away.
"""

from cratedig.catalogue.backup.manifest import Manifest
from cratedig.catalogue.backup.restoring import rehearse, restore, verified
from cratedig.catalogue.backup.taking import back_up

__all__ = ["Manifest", "back_up", "rehearse", "restore", "verified"]
