"""Words and what is known of them."""

from __future__ import annotations

import threading

from cratedig.understand.lyrics.words.vocabulary import Vocabulary

THREADS, ROUNDS = 4, 60


def test_threads_that_meet_the_same_new_words_at_once_find_the_same() -> None:
    shared, together = Vocabulary(), threading.Barrier(THREADS)
    found: list[list[list[int]]] = [[] for _ in range(THREADS)]

    def read(own: list[list[int]]) -> None:
        for number in range(ROUNDS):
            together.wait()
            own.append(shared.ids_of([f"blorp{number}x", f"snarf{number}x", "night"]).tolist())

    threads = [threading.Thread(target=read, args=(own,)) for own in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [found[0]] * THREADS
    assert len(found[0]) == ROUNDS
    assert len(shared) == 2 * ROUNDS + 1
