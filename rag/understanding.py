"""A message of a conversation -> the question that it asks, in the articles' words.

What is misspelled is put right, what leans on the turns before is made whole, and of a language
that neither the encoder nor an article has, what of it can be found is searched for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial

from rag.config import BUNDLED_MODEL
from rag.conversation.by_number import with_ordinals
from rag.conversation.turns import MOST_TURN_CHARS, MOST_TURNS
from rag.datatypes import Message
from rag.followup import standalone
from rag.questions.code_names import is_code_in, with_code_names
from rag.reader.features import is_function_word, says_nothing
from rag.store import Generation
from rag.text import holds_words, tokenise
from rag.words import foreign
from rag.words.dialect import in_their_spelling
from rag.words.full_names import with_full_names
from rag.words.lexicon import ranks
from rag.words.spelling import corrected

# How sure an answer is at most that rests on a word put in the place of another.
MOST_GUESSED = 0.7
_WORD = re.compile(r"[^\W_]+")
_KEPT = 500  # messages whose language and spelling are kept
_MOST_LOOKED_THROUGH = 50  # passages that hold both words of a name
_MOST_HELD = 2000  # passages with a word, whose articles are looked up


class Understanding:
    """What messages mean to one generation of an index; `encoder` is the model's name.

    It keeps how it spelled the last messages: the turns of a conversation come with each question.
    """

    def __init__(self, generation: Generation, encoder: str) -> None:
        self._words = generation.words
        self._lexical = generation.lexical
        self._chunks = generation.chunks
        self._languages = generation.manifest.languages
        self._encoder = encoder
        self._language = lru_cache(_KEPT)(partial(foreign.language_of, words=self._words))
        self._spelled = lru_cache(_KEPT)(self._spell)

    def spelled(self, message: str) -> str:
        """Return `message` with its words as the articles spell them."""
        return self._spelled(message)

    def _spell(self, message: str) -> str:
        if self.is_foreign(message):
            return message
        named = with_full_names(message, self._words, self._is_said)
        theirs = in_their_spelling(named, self._words, self._is_known)
        return corrected(theirs, self._words, self._is_known)

    def rests_on_a_guess(self, message: str, asked: str, stated: str) -> bool:
        """Return whether a statement holds nothing of `asked` but words put in for others.

        `asked` is the question that `message` was taken for.
        """
        theirs = in_their_spelling(message, self._words, self._is_known)
        held, told = set(tokenise(stated)), set(tokenise(asked))
        telling = {term for term in held & told if not says_nothing(term)}
        return bool(telling) and telling.isdisjoint(tokenise(theirs))

    def meant(
        self,
        asked: str,
        spelled: str,
        history: Sequence[Message],
        people_of: Callable[[str], Mapping[str, str]] = lambda _: {},
    ) -> str:
        """Return the whole question that `asked`, or `spelled` in its place, is after `history`.

        One in a script that neither the encoder nor an article has is what of it can be found.
        `people_of` an answer gives "she" or "he" -> whom its article is mostly of.
        """
        turns = history[-2 * MOST_TURNS :]
        if self.is_foreign(asked):
            found = self._in_english(asked)
            if not turns or not foreign.follows_on(asked):
                return found
            return standalone(f"And {found}?", [_with(t, self._in_english) for t in turns])
        # Names are told by their capitals; whoever writes without any means them all the same.
        cased = self._named(spelled)
        heard = [_with(turn, self._heard_as) for turn in turns]
        whole = standalone(cased, heard, together=self._is_told_together, people_of=people_of)
        return cased if whole == cased else corrected(whole, self._words, self._is_known)

    def is_foreign(self, message: str) -> bool:
        """Return whether neither the encoder nor an article has the language of `message`."""
        language = self._language(message)
        return not foreign.is_known(language, self._encoder) and language not in self._languages

    def has_a_known_word(self, question: str) -> bool:
        """Return whether a word of `question` stands in the articles or is an English one.

        In another script than the Latin, and with another encoder than the bundled one, words are
        not asked for: it may know them.
        """
        words = [match.casefold() for match in _WORD.findall(question)]
        if not words or self._encoder != BUNDLED_MODEL or not question.isascii():
            return True
        return any(self._is_known(word) or word in ranks() for word in words)

    def share(self, message: str) -> float:
        """Return how much of `message` is searched for, 0 to 1: a part of a foreign one."""
        part = self._part(message) if self.is_foreign(message) else None
        return part.share if part else 1.0

    def language_note(self, message: str) -> str:
        """Return what to tell of a question in a language that the encoder does not know, or ""."""
        language = self._language(message)
        if foreign.is_known(language, self._encoder):
            return ""
        return foreign.note(language, self._encoder, of_articles=self._languages)

    def _heard_as(self, message: str) -> str:
        """Return an earlier message of the user as it was understood, but for what it leans on."""
        return self._named(self.spelled(message))

    def _named(self, message: str) -> str:
        """Return a message with its names as the articles write them, and numbers as places."""
        cased = with_ordinals(self._words.cased(message), self._is_said)
        return with_code_names(cased, self._is_code)

    def _in_english(self, message: str) -> str:
        part = self._part(message) if self.is_foreign(message) else None
        return part.text if part else message

    def _part(self, message: str) -> foreign.Searchable | None:
        return foreign.searchable(message, self._words, self._frequency)

    def _is_known(self, word: str) -> bool:
        """Return whether the articles have a word, by its tokens."""
        return all(token in self._lexical.vocabulary for token in tokenise(word))

    def _frequency(self, word: str) -> int:
        """Return how many passages have a word, in any form; of function words 0."""
        if is_function_word(word.casefold()):
            return 0
        return min(map(self._lexical.held_by, tokenise(word)), default=0)

    def _is_told_together(self, first: str, second: str) -> bool:
        """Return whether an article holds both words; of many passages it is taken as told."""
        held = [self._lexical.rows_with([*tokenise(word)]) for word in (first, second)]
        if max(map(len, held)) > _MOST_HELD:
            return True
        one, other = ({self._chunks[row].article_id for row in rows} for rows in held)
        return not one.isdisjoint(other)

    def _is_code(self, word: str) -> bool:
        """Return whether an article has a word as a command's name; the first passages are read."""
        rows = self._lexical.rows_with(list(tokenise(word)))[:_MOST_LOOKED_THROUGH]
        return any(is_code_in(word, self._chunks[row].text) for row in rows)

    def _is_said(self, first: str, second: str) -> bool:
        """Return whether an article says two words one right after the other.

        Of many passages that hold both, the first ones are looked through.
        """
        rows = self._lexical.rows_with([*tokenise(first), *tokenise(second)])
        return any(
            holds_words(self._chunks[row].text, f"{first} {second}")
            for row in rows[:_MOST_LOOKED_THROUGH]
        )


def _with(turn: Message, put: Callable[[str], str]) -> Message:
    """Return the turn with `put` of what the user said; an answer stays as it is."""
    role, content = turn.get("role", ""), turn["content"][:MOST_TURN_CHARS]
    return {"role": role, "content": put(content) if role == "user" else content}
