"""The JSON interface: the same answers as the command line prints, over HTTP."""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from index.errors import UsageError
from qa import explanation
from qa.answer import MAX_QUESTION_CHARS
from qa.questions import Verdict
from qa.records import Hit, HitKind, Turn, to_json
from qa.web.service import Reply, Service

MAX_HISTORY = 50  # earlier questions of a conversation
MAX_TOP = 100


class HitModel(BaseModel):
    """One FAQ pair or section of the ranking, with the passage that is shown for it."""

    model_config = ConfigDict(extra="forbid")

    rank: int = Field(description="from 1")
    kind: Literal["faq", "section"]
    id: str = Field(description="of the FAQ pair or section, unique within its article")
    article: str = Field(description="the article's id")
    article_title: str
    section: str = Field(description='the heading it stands under, "" before the first')
    question: str | None = Field(description="an FAQ pair's own question")
    text: str = Field(description="the passage, word for word: the article's text[start:end]")
    quote: str = Field(description="the sentence that answers: text[quote_start:quote_end]")
    start: int = Field(description="characters from the beginning of the article's text")
    end: int
    quote_start: int
    quote_end: int
    line: int = Field(description="in the source file, from 1")
    url: str = Field(description="opens the article's page here, at the passage")
    public_url: str | None = Field(description="opens the article's public address at the passage")
    similarity: float = Field(description="cosine, -1 to 1")
    confidence: float = Field(description="how sure that this answers the question, 0 to 1")

    def hit(self) -> Hit:
        return Hit(**{**self.model_dump(), "kind": HitKind(self.kind)})


class TurnModel(BaseModel):
    """An earlier question of the same conversation, with the hit that answered it."""

    question: str = Field(max_length=MAX_QUESTION_CHARS)
    hit: HitModel | None = Field(None, description="hits[0] of its answer; null if there was none")


class AskRequest(BaseModel):
    """A reader's question."""

    question: str = Field(
        min_length=1, max_length=MAX_QUESTION_CHARS, examples=["How long does delivery take?"]
    )
    history: list[TurnModel] = Field(
        default_factory=list, max_length=MAX_HISTORY, description="oldest first"
    )
    top: int = Field(10, ge=1, le=MAX_TOP, description="how many hits to return")
    id: str | int | None = Field(
        None, description="your own name for the question, returned as it is"
    )
    explain: bool = Field(False, description="say what the result rests on")


class PartModel(BaseModel):
    """One question: the ranking, and whether its best hit is good enough to be shown."""

    question: str
    abstained: bool = Field(
        description="true: there is no answer, do not show hits as if they were"
    )
    reason: str | None = Field(description="why there is no answer")
    confidence: float = Field(description="of the best hit, 0 to 1")
    answerable: float = Field(
        description="how likely the library answers the question at all, 0 to 1"
    )
    hits: list[HitModel] = Field(description="best first, also when abstained")
    meant: str = Field(
        "", description="the question with its typing errors mended; absent where there are none"
    )


class AskResponse(PartModel):
    """The ranking, and whether its best hit is good enough to be shown as an answer."""

    id: str | int | None
    parts: "list[PartModel]" = Field(
        [],
        description="where the question asks two or three things that have different answers, what "
        "each gets by itself, in order: to be shown in place of hits[0]; absent where it asks one. "
        "A later question's history may have a turn for each",
    )
    explain: dict[str, Any] | None = Field(
        None, description="what the result rests on; absent unless asked for"
    )


class FeedbackRequest(BaseModel):
    """What a reader says of an answer that the chat gave."""

    answer: str = Field(max_length=100)
    verdict: Verdict


class FeedbackResponse(BaseModel):
    kept: bool = Field(description="false: the answer is not in the log")


class SectionModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    heading: str
    level: int
    text: str
    start: int
    end: int
    line: int


class FaqModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    question: str
    answer: str
    start: int
    end: int
    line: int
    alternates: list[str]


class ArticleSummary(BaseModel):
    """An article in the list of all articles."""

    id: str
    title: str
    path: str = Field(description="of the source file, relative to the content folder")
    url: str | None = Field(description="the article's public address")
    language: str | None
    sections: int
    faq: int


class ArticleModel(BaseModel):
    """An article as it was read."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    path: str
    url: str | None
    language: str | None
    text: str = Field(description="the article's text, which all offsets count in")
    sections: list[SectionModel]
    faq: list[FaqModel]


class ErrorModel(BaseModel):
    """What was wrong with a request."""

    error: str


class Health(BaseModel):
    """The state of the service."""

    status: Literal["ok", "degraded"]
    articles: int
    generation: int
    sync: dict[str, Any] = Field(
        description="how the last sync went; `syncing`, while one has something to do: since when, "
        "and how many of its files and passages are done. Answers go on meanwhile."
    )


_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorModel, "description": "the question cannot be asked as it is"},
    408: {"model": ErrorModel, "description": "the request did not come whole in time"},
    413: {"model": ErrorModel, "description": "the request is too large"},
    422: {"model": ErrorModel, "description": "the request is not of the expected form"},
    503: {"model": ErrorModel, "description": "too many questions at once"},
}
_REPLY = TypeAdapter(dict[str, Any])
_MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorModel, "description": "no such article"}
}


def build_api(service: Service, *, sync_state: Callable[[], dict[str, Any]]) -> APIRouter:
    """Return the routes of ``/api/v1/…`` and ``/healthz``; ``sync_state`` says how syncing goes."""
    router = APIRouter()

    @router.post(
        "/api/v1/ask",
        response_model=AskResponse,
        responses=_ERRORS,
        summary="Ask a question",
    )
    async def ask(request: AskRequest) -> Response:
        """Answer from the articles, word for word, or say that there is no answer."""
        history = [
            Turn(turn.question, turn.hit.hit() if turn.hit else None) for turn in request.history
        ]
        reply = await service.ask(
            request.question, history, top=request.top, explain=request.explain
        )
        # Written as it is: held against its own model first it would cost as much again.
        content = _REPLY.dump_json(reply_json(reply, id=request.id))
        return Response(content, media_type="application/json")

    @router.post("/api/v1/feedback", include_in_schema=False)
    def feedback(request: FeedbackRequest) -> FeedbackResponse:
        return FeedbackResponse(kept=service.feedback(request.answer, request.verdict))

    @router.get("/api/v1/articles", summary="All articles")
    def articles() -> list[ArticleSummary]:
        """Every article, ordered by its id."""
        return [
            ArticleSummary(
                id=article.id,
                title=article.title,
                path=article.path,
                url=article.url,
                language=article.language,
                sections=len(article.sections),
                faq=len(article.faq),
            )
            for article in service.answerer.articles()
        ]

    @router.get("/api/v1/articles/{id:path}", responses=_MISSING, summary="One article")
    def article(id: str) -> ArticleModel:
        """The article's text, its sections and its FAQ pairs."""
        try:
            return ArticleModel.model_validate(service.answerer.article(id))
        except UsageError as error:
            raise HTTPException(404, f"there is no article {id!r}") from error

    @router.get("/healthz", response_model=Health, summary="Health")
    def health() -> dict[str, Any]:
        """Whether questions can be answered, and how the last sync of the content went."""
        state = sync_state()
        return {
            "status": "degraded" if state.get("error") else "ok",
            "articles": len(service.answerer.articles()),
            "generation": service.answerer.generation,
            "sync": state,
        }

    return router


def reply_json(reply: Reply, *, id: str | int | None = None) -> dict[str, Any]:
    """Return a reply as JSON, with what it rests on where that was asked for."""
    why = reply.explanation
    return to_json(reply.result, id=id, explain=None if why is None else explanation.to_json(why))


def error_response(status: int, message: str) -> JSONResponse:
    """Return an error as the JSON interface says it."""
    return JSONResponse({"error": message}, status_code=status)
