"""News of words, sent after commit, ids only."""

from django.dispatch import Signal

# An event took the thread's next seq. kwargs: thread_id (str), seq (int).
happened = Signal()

# What waits on a centre's desk changed. kwargs: centre_id (int).
desk_changed = Signal()

# The state of a person's own submission changed. kwargs: author_id (str), submission_id (str).
own_words_changed = Signal()
