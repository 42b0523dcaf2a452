"""News of people, sent after commit, ids only."""

from django.dispatch import Signal

# A right was gained or lost: role given or revoked, suspension begun or lifted. kwargs: person_id (str).
access_changed = Signal()
