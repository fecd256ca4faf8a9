"""The routes of all questions: the list, a verdict on one of them, the way to mend it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from index.errors import FootnoteError
from qa.asked_questions import AskedQuestion
from qa.questions import QuestionLogError
from qa.verdicts import count
from qa.web.desk_asked import AskedView, asked_page, summary_of
from qa.web.desk_asked_row import rows_of
from qa.web.desk_judging import UNDO, Outdated, judge, mended_at, question_of
from qa.web.desk_questions import UNREAD
from qa.web.desk_sessions import Session
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES
from qa.web.security import scripted_page_policy

_DELETED = "This question is not in the log any more: it was deleted, or it was too old to be kept."


def asked_routes(desk: Desk, *, on_spaces: bool) -> APIRouter:
    """Return the routes, relative to where the desk stands."""
    router = APIRouter(default_response_class=HTMLResponse)
    headers = {"content-security-policy": scripted_page_policy(on_spaces=on_spaces)}

    def page(view: AskedView, token: str, problem: str = "", status: int = 200) -> HTMLResponse:
        made = asked_page(desk, view, token=token, problem=problem)
        return HTMLResponse(made, status, headers)

    @router.get("/questions")
    def questions(request: Request) -> HTMLResponse:
        return page(AskedView.read(request.url.query), _token(request))

    @router.post("/judge")
    async def judged(request: Request) -> Response:
        session: Session = request.state.desk
        async with request.form() as form:
            sent = {name: value for name, value in form.items() if isinstance(value, str)}
        by_script = "application/json" in request.headers.get("accept", "")

        def work() -> Response:
            problem, status, asked = "", 200, None
            try:
                asked = judge(desk, sent, editor=session.user)
                if asked is None:
                    problem, status = _DELETED, 404
            except Outdated as error:
                problem, status = str(error), 409
                asked = question_of(desk, sent.get("id", "")) if by_script else None
            except QuestionLogError:
                problem, status = UNREAD, 503
            except FootnoteError as error:
                problem, status = f"Nothing was kept: {error}.", 422
            if by_script:
                return JSONResponse(
                    _parts(desk, asked, problem, token=session.form_token, sent=sent), status
                )
            view = AskedView.read(sent.get("back", ""))
            if problem:
                return page(view, session.form_token, problem, status)
            stays = sent.get("verdict") == UNDO
            place = sent.get("id", "") if stays else sent.get("next") or sent.get("id", "")
            return RedirectResponse(f"{view.address}#q-{place}", 303)

        return await run_in_threadpool(work)

    @router.get("/mend")
    def mend(request: Request, id: str = "") -> Response:
        try:
            asked = question_of(desk, id)
        except QuestionLogError:
            return page(AskedView(), _token(request), UNREAD, 503)
        if asked is None:
            return page(AskedView(), _token(request), _DELETED, 404)
        address, made = mended_at(desk, asked, token=_token(request))
        return RedirectResponse(address, 303) if address else HTMLResponse(made)

    return router


def _parts(
    desk: Desk,
    asked: AskedQuestion | None,
    problem: str,
    *,
    token: str,
    sent: dict[str, str],
) -> dict[str, str]:
    """Return what the page's script puts in: the row as it is now, and the counts."""
    parts = {"problem": problem}
    if asked is not None and desk.log is not None:
        (row,) = rows_of(desk, [asked])
        parts["row"] = TEMPLATES.get_template("desk_asked_row.html").render(
            row=row, token=token, back=sent.get("back", ""), next=sent.get("next", "")
        )
        parts["summary"] = TEMPLATES.get_template("desk_asked_summary.html").render(
            **summary_of(count(desk.log.judged()))
        )
    return parts


def _token(request: Request) -> str:
    session: Session = request.state.desk
    return session.form_token
