"""News of words, ids only: sent after commit, but for `recorded`, which is sent inside the transaction."""

from django.dispatch import Signal

# An event took the thread's next seq. kwargs: thread_id (str), seq (int).
happened = Signal()

# What waits on a centre's desk changed. kwargs: centre_id (int).
desk_changed = Signal()

# The state of a person's own submission changed. kwargs: author_id (str), submission_id (str).
own_words_changed = Signal()

# The room of a live session changed in what is no event: hours, pause, hands, pin, the point in hand. kwargs:
# thread_id (str).
room_changed = Signal()

# What happened is being recorded: sent inside its transaction, so that what a receiver writes is kept with it or not at
# all. Receivers write rows of their own and nothing else: no sending, no locks, no words. An error of theirs undoes it.
# kwargs: what (str), at (when), and by what:
# "published" (words became a new post on a board): post_id, thread_id, author_id, opener_id (who opened the thread),
#   newcomer (bool: a patient's first words);
# "answered" (a clinician's post answered a question): post_id, thread_id, author_id, asker_id;
# "hidden" and "shown" (a post by reports, and again by a nurse): post_id, author_id, seq (of the thread's event);
# "ruled" (words were decided on): ruling_id, submission_id, author_id;
# "seated" (a place came free), "session_changed" (its hours, or it is cancelled) and "colleague_called": session_id,
#   person_id (who is to be told).
recorded = Signal()
