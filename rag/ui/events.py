"""What happens on the page, and what it changes there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import gradio as gr

from rag.backend import Chosen, Opening, library_of
from rag.datatypes import Answer, Article, Citation
from rag.errors import ConversationsError, NoArticles, QuestionError, RagError
from rag.hosting.conversations import Conversations, Keeper, KeptTurn
from rag.hosting.halting import Halt
from rag.hosting.making import until_halted
from rag.hosting.room import Room
from rag.replies.examples import LOOKED_AT, example_questions
from rag.ui import conversation, reading, render
from rag.ui.conversation import Turn, Turns
from rag.ui.layout import Parts
from rag.ui.shown import Shown, shown_of, turns_again
from rag.ui.updates import Update, show
from rag.ui.visitors import visitor

log = logging.getLogger(__name__)

# What the page shows is told by script.js with each event; with those of the box and of Stop, here.
ASKED_OF = "(question, shown, ...session) => [question, window.shownHere(), ...session]"
STOPPED_OF = "(shown, ...session) => [window.shownHere(), ...session]"

VISITORS = 32  # answers made or waited for at the same time
POLL_S = 0.25  # how often a wait is looked at
GONE_S = 5.0  # how long a new conversation waits for an answer that is being made to end
EMPTY = "Write a question first."
AT_WORK = "The last answer is still being made. Stop it, or wait for it."
GONE = (
    "The program does not hold this conversation any more, and it was not kept: reload the page, "
    "or begin a new conversation."
)
NONE_LEFT = "What alone was to be asked is not among the articles any more: all of them were asked."
NO_ARTICLES = "There are no articles yet: add some first."
UNEXPECTED = "Something went wrong while answering. The program's log has the details."


def connect(
    parts: Parts,
    blocks: gr.Blocks,
    opening: Opening,
    examples: Sequence[str],
    *,
    room: Room,
    conversations: Conversations | None = None,
) -> None:
    """Let the page's parts act on each other. Who finds no room for an answer waits."""
    events = Events(parts, opening, examples, room, conversations)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    talk = [
        parts.turns,
        parts.halt,
        parts.welcome,
        parts.past,
        parts.live,
        parts.notice,
        parts.box,
        parts.ask,
        parts.stop,
        parts.reading,
        parts.scope,
        parts.editing,
    ]
    answering: dict[str, Any] = {
        **quiet,
        "outputs": talk,
        "concurrency_limit": VISITORS,
        "concurrency_id": "answer",
        "trigger_mode": "multiple",  # "once" drops what comes just after an answer is whole
    }
    session = [parts.turns, parts.halt]
    made_of = [*session, parts.chosen]
    typed = [parts.box.submit, parts.ask.click]
    gr.on(typed, events.answer, inputs=[parts.box, parts.shown, *made_of], js=ASKED_OF, **answering)
    parts.top.ask(events.answer_example, inputs=made_of, **answering)
    parts.top.again(events.again, inputs=made_of, **answering)
    # In the queue its reply comes after what was said of the answer that it ends.
    anew: dict[str, Any] = {**quiet, "outputs": talk, "concurrency_limit": None}
    parts.top.new(events.new, inputs=parts.halt, **anew)
    parts.top.reopen(events.reopen, inputs=parts.halt, **anew)
    at_once: dict[str, Any] = {**quiet, "queue": False}
    parts.stop.click(events.stop, [parts.shown, *session], talk, js=STOPPED_OF, **at_once)
    asked = [parts.box, parts.editing, parts.notice]
    parts.top.edit(events.edit, parts.turns, asked, **at_once)
    parts.top.keep(events.keep, None, parts.editing, **at_once)
    parts.top.why(events.why, parts.turns, [parts.past, parts.notice], **at_once)
    parts.top.read(events.read, parts.turns, [parts.reading, parts.notice], **at_once)
    parts.top.close(events.close, None, parts.reading, **at_once)
    # The last of several clicks counts, not the first.
    chosen: dict[str, Any] = {**quiet, "concurrency_limit": None, "trigger_mode": "always_last"}
    parts.top.choose(events.choose, None, parts.scope, **chosen)
    greeted: dict[str, Any] = {**quiet, "concurrency_limit": None, "trigger_mode": "always_last"}
    blocks.load(events.greet, None, parts.welcome, **greeted)
    parts.top.greet(events.greet_again, None, [parts.welcome, parts.notice], **greeted)
    blocks.unload(events.leave)


class Events:
    """What each event does. A session's turns come in from Gradio and go back to it.

    Where no examples are given they are drawn from the articles.
    """

    def __init__(
        self,
        parts: Parts,
        opening: Opening,
        examples: Sequence[str],
        room: Room,
        conversations: Conversations | None,
    ) -> None:
        self.parts = parts
        self.opening = opening
        self.room = room
        self.conversations = conversations
        self.keeper = Keeper(conversations, log.warning)
        self._given = examples
        self._drawn: Sequence[str] = ()
        self._drawn_from = 0  # a hash of the articles that these are of
        self._making: dict[str, Halt] = {}  # the answer that is being made, by session
        self._asking: set[str] = set()  # the sessions in which something was asked

    def answer(
        self,
        question: str,
        told: str | None,
        turns: Turns,
        making: Halt | None,
        chosen: Chosen,
        request: gr.Request,
    ) -> Iterator[Update]:
        """The answer as it is made. A question that cannot be answered goes back into the box.

        That to an edited question takes the place of the one before once it is whole.
        """
        if not question.strip() or _busy(turns, making):
            is_empty = not question.strip()
            message = EMPTY if is_empty else AT_WORK
            notice = render.notice_html(message, until_typed=is_empty)
            yield {self.parts.notice: show(notice)}
            return
        shown = shown_of(told)
        held = yield from self._found(turns, shown, request)
        if held and held[-1].number == shown.editing:
            yield from self._answer(
                question, held[:-1], chosen, shown.among, request,
                instead_of=held[-1], is_edited=True,
            )  # fmt: skip
        elif held is not None:
            yield from self._answer(question, held, chosen, shown.among, request)

    def _answer(
        self,
        question: str,
        turns: Turns,
        chosen: Chosen,
        among: tuple[str, ...],
        request: gr.Request,
        *,
        as_it_stands: bool = False,
        instead_of: Turn | None = None,
        is_edited: bool = False,
    ) -> Iterator[Update]:
        """The answer as it is made, after these turns.

        With `instead_of` it takes that turn's place once it is whole; until then that is kept.
        Where nothing comes of it, the question goes back into the box, unless it is that turn's.
        """
        parts = self.parts
        turns = conversation.stop(turns)
        articles = self._articles() if among else None
        left = _there(among, articles)
        growing = conversation.begin(turns, question.strip(), as_it_stands=as_it_stands, among=left)
        back = (*turns, instead_of) if instead_of else turns
        draft: Update = {parts.box: show(question if is_edited or not instead_of else "")}
        if instead_of and is_edited:
            draft[parts.editing] = show(render.editing_html(instead_of.number))
        halt = self._making[str(request.session_hash)] = Halt()
        self._asking.add(str(request.session_hash))
        if self.opening.status:
            growing = conversation.wait_for(growing, self.opening.status)
        cleared = self._clear(parts.box, parts.notice, parts.editing)
        scope = {} if left and articles is None else self._scope(left, articles)
        # Nothing that was chosen is left: all are asked, and that is told.
        after = show(render.notice_html(NONE_LEFT if among and not left else ""))
        yield {**self._whole(growing), parts.halt: halt, **cleared, **scope, parts.notice: after}
        try:
            for grown in self._made(growing, halt, chosen):
                growing = grown
                yield self._last(growing)
            if halt.asked:
                yield self._unless_dropped(
                    halt,
                    {**self._whole(back), **draft}
                    if is_edited
                    else self._whole(back if instead_of else conversation.stop(growing)),
                )
            else:
                kept = self._kept(growing, request, instead_of)
                yield {**self._last(kept), parts.notice: after}
        except RagError as error:
            told = NO_ARTICLES if self.opening.without_articles else str(error)
            if not isinstance(error, QuestionError | NoArticles):
                log.warning("A question could not be answered: %s", error)
            yield self._unless_dropped(halt, {**self._refused(back, told), **draft})
        except Exception:
            log.exception("A question could not be answered")
            yield self._unless_dropped(halt, {**self._refused(back, UNEXPECTED), **draft})
        finally:
            self._end(halt, request)

    def _end(self, halt: Halt, request: gr.Request) -> None:
        """Tell that nothing more is made or waited for there."""
        halt.end()
        if self._making.get(str(request.session_hash)) is halt:
            del self._making[str(request.session_hash)]

    def leave(self, request: gr.Request) -> None:
        """Nothing is made for a page that was closed: the model stops, and its place is free."""
        self._asking.discard(str(request.session_hash))
        if halt := self._making.get(str(request.session_hash)):
            halt.stop()

    def _made(self, asked: Turns, halt: Halt, chosen: Chosen = "configured") -> Iterator[Turns]:
        """The turns as the last one's answer is waited for and made; ends when halted."""
        while not halt.asked and not self.opening.wait(POLL_S):
            asked = conversation.wait_for(asked, self.opening.status)
            yield asked

        def make() -> Iterator[Answer]:
            more: dict[str, Any] = {} if chosen == "configured" else {"chat_model": chosen}
            return self.opening.assistant().stream(
                asked[-1].question,
                history=conversation.history(asked[:-1]),
                as_it_stands=asked[-1].as_it_stands,
                articles=asked[-1].among,
                **more,
            )

        for answer in until_halted(make, halt, self.room):
            if answer is None:
                asked = conversation.wait_for(asked, "Waiting for other questions")
            else:
                asked = conversation.grow(asked, answer)
            yield asked

    def _kept(self, turns: Turns, request: gr.Request, instead_of: Turn | None) -> Turns:
        """The turns with the last one done, and kept for whoever asked in the place of another."""
        last = turns[-1]
        if last.answer is None:
            return conversation.finish(turns)
        old = instead_of.kept if instead_of else None
        before = conversation.kept(turns) or old
        kept = self.keeper.keep(_visitor(request), before, last.question, last.answer)
        if kept is not None:
            self.keeper.take_back(old)
        return conversation.finish(turns, kept)

    def answer_example(
        self,
        turns: Turns,
        making: Halt | None,
        chosen: Chosen,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[Update]:
        """The answer to an example, or to a question again as it stands, that was clicked."""
        if _busy(turns, making):
            yield {self.parts.notice: show(render.notice_html(AT_WORK))}
            return
        shown = shown_of(event._data.get("shown"))
        held = yield from self._found(turns, shown, request)
        if held is not None:
            stands = event._data.get("stands") == "yes"
            question = str(event._data["question"])
            yield from self._answer(
                question, held, chosen, shown.among, request, as_it_stands=stands
            )

    def again(
        self,
        turns: Turns,
        making: Halt | None,
        chosen: Chosen,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[Update]:
        """The last question's answer made anew, in the place of the one before."""
        if _busy(turns, making):
            yield {self.parts.notice: show(render.notice_html(AT_WORK))}
            return
        shown = shown_of(event._data.get("shown"))
        held = yield from self._found(turns, shown, request)
        if not held:
            if held is not None:
                yield self._clear(self.parts.notice)
            return
        left, question = conversation.undo(held)
        last = held[-1]
        yield from self._answer(
            question, left, chosen, shown.among, request,
            as_it_stands=last.as_it_stands, instead_of=last,
        )  # fmt: skip

    def _found(
        self, turns: Turns, shown: Shown, request: gr.Request
    ) -> Generator[Update, None, Turns | None]:
        """The turns that there are; where they are gone, None, and the page is told so.

        While the articles are being opened they are waited for, until that is stopped or left.
        """
        if not turns and shown.turns and self.opening.status:
            halt = self._making[str(request.session_hash)] = Halt()
            try:
                while not halt.asked and (status := self.opening.status):
                    notice = show(render.notice_html(f"{status}…"))
                    yield {self.parts.halt: halt, self.parts.notice: notice}
                    self.opening.wait(POLL_S)
                if halt.asked:
                    return None
            finally:
                self._end(halt, request)
        try:
            return self._held(turns, shown, request)
        except ConversationsError as error:
            yield {self.parts.notice: show(render.notice_html(str(error)))}
            return None

    def _held(self, turns: Turns, shown: Shown, request: gr.Request) -> Turns:
        """The session's turns; where it holds none, those that its page shows, as they are kept.

        Raises:
            ConversationsError: they are not kept, or not for this visitor, or the articles that
                they lead to are still being opened: a thread that waited would be one less.
        """
        if turns or not shown.turns:
            return turns
        if status := self.opening.status:
            raise ConversationsError(f"{status}: try again in a moment.")
        articles = {} if self.opening.error else self.opening.assistant().articles
        try:
            kept = (
                self.conversations.turns(_visitor(request), shown.conversation)
                if self.conversations is not None and shown.conversation
                else []
            )
            again = turns_again(shown, kept, articles)
        except (ConversationsError, ValueError) as error:
            raise ConversationsError(GONE) from error
        if again is None:
            raise ConversationsError(GONE)
        return again

    def stop(
        self, told: str | None, turns: Turns, making: Halt | None, request: gr.Request
    ) -> Update:
        """The end of the answer that is being made, shown by what makes it if that still runs."""
        parts = self.parts
        if making is not None:
            making.stop()
        if _busy(turns, making):
            return self._clear(parts.notice)
        try:
            held = self._held(turns, shown_of(told), request)
        except ConversationsError as error:
            shown = {parts.ask: gr.update(visible=True), parts.stop: gr.update(visible=False)}
            return {**shown, parts.notice: show(render.notice_html(str(error)))}
        return {**self._whole(conversation.stop(held)), **self._clear(parts.notice)}

    def edit(self, turns: Turns, request: gr.Request, event: gr.EventData) -> Update:
        """The last question in the box, to be asked in another way; until then all stays."""
        parts = self.parts
        try:
            turns = self._held(turns, shown_of(event._data.get("shown")), request)
        except ConversationsError as error:
            return {parts.notice: show(render.notice_html(str(error)))}
        if not turns:
            return self._clear(parts.notice)
        cue = show(render.editing_html(turns[-1].number))
        asked = {parts.box: show(turns[-1].question), parts.editing: cue}
        return {**asked, **self._clear(parts.notice)}

    def keep(self) -> Update:
        """No question that is edited."""
        return show("")

    def new(self, making: Halt | None) -> Update:
        """An empty conversation."""
        if making is not None:
            making.drop(timeout_s=GONE_S)
        parts = self.parts
        cleared = self._clear(parts.box, parts.notice, parts.reading, parts.editing)
        return {**self._whole(()), **cleared}

    async def reopen(self, making: Halt | None, request: gr.Request, event: gr.EventData) -> Update:
        """A conversation of this visitor from before, to go on with.

        One that the page showed when it was left, and that is gone by now, is not told of; and it
        does not take the place of what was asked by now: the page asks for it several times.
        Where the articles are still being opened, it comes with them: its sources lead there.
        """
        if self.conversations is None:
            return self._clear(self.parts.notice)
        asked = str(event._data.get("id", ""))
        while self.opening.status:
            await asyncio.sleep(POLL_S)
        try:
            kept = await asyncio.to_thread(self.conversations.turns, _visitor(request), asked)
            turns = await asyncio.to_thread(self._reopened, asked, kept)
        except (RagError, ValueError) as error:
            if event._data.get("left"):
                return self._clear(self.parts.notice)
            return {self.parts.notice: show(render.notice_html(str(error)))}
        if event._data.get("left"):
            if str(request.session_hash) in self._asking:  # answered or not
                return self._clear(self.parts.notice)
            update = {**self.new(None), **self._whole(turns)}
            del update[self.parts.box]  # what has been typed since the page is there
            return update
        return {**await asyncio.to_thread(self.new, making), **self._whole(turns)}

    def _reopened(self, asked: str, kept: Sequence[KeptTurn]) -> Turns:
        articles = {} if self.opening.error else self.opening.assistant().articles
        return conversation.reopened(asked, kept, articles)

    def why(self, turns: Turns, request: gr.Request, event: gr.EventData) -> Update:
        """The turns before the last, of which one tells why it was answered so."""
        parts, asked = self.parts, str(event._data.get("turn", ""))
        try:
            turns = self._held(turns, shown_of(event._data.get("shown")), request)
        except ConversationsError as error:
            return {parts.notice: show(render.notice_html(str(error)))}
        number = next((turn.number for turn in turns if str(turn.number) == asked), None)
        return {parts.past: show(render.turns_html(turns[:-1], last=False, why=number))}

    def read(self, turns: Turns, request: gr.Request, event: gr.EventData) -> Update:
        """The whole article that a source stands in, opened at it."""
        parts = self.parts
        try:
            if not event._data.get("article"):
                turns = self._held(turns, shown_of(event._data.get("shown")), request)
        except ConversationsError as error:
            return {parts.notice: show(render.notice_html(str(error)))}
        return {parts.reading: show(self._opened(turns, event))}

    def _opened(self, turns: Turns, event: gr.EventData) -> str:
        asked: dict[str, str] = event._data
        if name := asked.get("article"):
            chosen = self.opening.assistant().articles.get(name)
            if chosen is None:
                return reading.gone_html()
            stretch = int(asked.get("start", 0)), int(asked.get("end", 0))
            return reading.reading_html(chosen, stretch, ())
        answer = next((t.answer for t in turns if str(t.number) == asked.get("turn")), None)
        if answer is None:
            return ""
        there = self.opening.assistant().articles
        for citation in answer.citations:
            if str(citation.marker) == asked.get("marker"):
                if citation.article_id not in there:
                    return reading.gone_html(*_told_of(answer, citation))
                return reading.citation_html(answer, citation, int(asked["turn"]))
        for rank, passage in enumerate(answer.passages, start=1):
            if str(rank) == asked.get("passage"):
                if passage.article.id not in there:
                    return reading.gone_html(passage.article.title)
                place = (passage.chunk.start, passage.chunk.end)
                return reading.reading_html(passage.article, place, ())
        return ""

    async def choose(self, event: gr.EventData) -> Update:
        """What shows that these articles alone are asked; those that are gone are left out.

        Where the articles are still being opened, it comes with them.
        """
        asked = event._data.get("articles")
        names = sorted({str(name) for name in asked}) if isinstance(asked, list) else []
        while self.opening.status:
            await asyncio.sleep(POLL_S)
        return await asyncio.to_thread(self._chosen, names)

    def _chosen(self, names: Sequence[str]) -> Update:
        articles = None if self.opening.error else self._articles()
        return self._scope(() if articles is None else _there(names, articles), articles)

    def _articles(self) -> Mapping[str, Article] | None:
        """Every article by id, to be read once: a sync may come between; None while not known."""
        return None if self.opening.status else self.opening.assistant().articles

    def _scope(self, among: tuple[str, ...], articles: Mapping[str, Article] | None) -> Update:
        """What shows that these of the articles alone are asked."""
        every = articles or {}
        told = render.scope_html([every[name].title for name in among], len(every))
        return {self.parts.scope: show(told)}

    def close(self) -> Update:
        """No article."""
        return show("")

    async def greet(self) -> AsyncIterator[Update]:
        """The welcome, with what is being waited for until there is an assistant."""
        while status := self.opening.status:
            yield show(render.welcome_html({}, self._given, status=status))
            await asyncio.sleep(POLL_S)
        if self.opening.without_articles is not None:
            with suppress(RagError):  # some may have been put there since
                await asyncio.to_thread(self.opening.again)
        if (without := self.opening.without_articles) is not None:
            yield show(render.empty_html(without.folder, without.unread))
            return
        if self.opening.error is not None:
            yield show(render.failed_html(str(self.opening.error)))
            return
        # It is read from disk: not here, where every answer under way would wait for it.
        yield show(await asyncio.to_thread(self._welcome))

    async def greet_again(self) -> AsyncIterator[Update]:
        """The same once the articles have changed; what was told of those before is over."""
        async for welcome in self.greet():
            yield {self.parts.welcome: welcome, **self._clear(self.parts.notice)}

    def _welcome(self) -> str:
        articles = self.opening.assistant().articles
        # What they say too: a file may have been changed. Of many, those that examples are of.
        looked_at = islice(articles.values(), LOOKED_AT)
        there = hash((len(articles), tuple((one.id, one.title, one.text) for one in looked_at)))
        if not self._given and there != self._drawn_from:
            self._drawn, self._drawn_from = example_questions(articles), there
        library = library_of(self.opening.assistant())
        unread = library.unread() if library is not None else {}
        offered = self._given or self._drawn
        return render.welcome_html(articles, offered, status="", unread=unread)

    def _last(self, turns: Turns) -> Update:
        """What shows a change in the last turn."""
        working = bool(turns) and turns[-1].state == "working"
        return {
            self.parts.turns: turns,
            self.parts.live: show(render.turns_html(turns[-1:], last=True)),
            self.parts.ask: gr.update(visible=not working),
            self.parts.stop: gr.update(visible=working),
        }

    def _whole(self, turns: Turns) -> Update:
        """What shows another number of turns."""
        return {
            **self._last(turns),
            self.parts.past: show(render.turns_html(turns[:-1], last=False)),
            self.parts.welcome: gr.update(visible=not turns),
        }

    def _refused(self, turns: Turns, message: str) -> Update:
        return {**self._whole(turns), self.parts.notice: show(render.notice_html(message))}

    def _unless_dropped(self, halt: Halt, update: Update) -> Update:
        """The update, or one that changes nothing where another conversation has begun.

        There must be one: Gradio repeats the last update when an event ends.
        """
        return {self.parts.notice: gr.skip()} if halt.dropped else update

    def _clear(self, *parts: Any) -> Update:
        return {part: show("") for part in parts}


def _told_of(answer: Answer, citation: Citation) -> tuple[str, str]:
    """The title of the article that a citation is of, as the answer knows it, and the quote."""
    article = answer.articles.get(citation.article_id)
    return article.title if article is not None else "", citation.quote


def _there(names: Sequence[str], articles: Mapping[str, Article] | None) -> tuple[str, ...]:
    """Those that are among the articles; all of them while these are not known."""
    return tuple(name for name in names if articles is None or name in articles)


def _visitor(request: gr.Request) -> str:
    return visitor(dict(request.cookies))


def _busy(turns: Turns, making: Halt | None) -> bool:
    """Whether an answer is being made, not merely left behind by a connection that broke."""
    working = bool(turns) and turns[-1].state == "working"
    return working and making is not None and not making.ended
