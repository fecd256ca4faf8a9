"""The desk's pages without scripts, their forms, and its lists as files.

All of it stands behind the desk's gate: whoever gets here is logged in, and a form that changes
something has its token.  Forms are read here, and everything else is done in a thread.
"""

import re
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from index.errors import FileConflict, FootnoteError
from qa.questions import LoggedQuestion, QuestionLogError
from qa.sheets import SheetFormat
from qa.web.desk_finding import finding_page, settled
from qa.web.desk_form import posted
from qa.web.desk_group import done_page, group_page, looked_page, write_page
from qa.web.desk_html import in_context
from qa.web.desk_journal import KEPT, Action
from qa.web.desk_lists import MEDIA_TYPES, exported
from qa.web.desk_pairs import applied, import_page, upload
from qa.web.desk_section import section_page
from qa.web.desk_sessions import Session
from qa.web.desk_sorted import list_page
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES, not_found_page

_NUMBER = re.compile(r"-?[0-9]{1,18}")
SHOWN_REVIEWS = 50
SHOWN_TEXTS = 5
_GONE = "It is not there any more: it was dealt with, or the articles have changed."


def build_routes(desk: Desk) -> APIRouter:
    """Return the routes of the desk's pages and files, relative to where the desk stands."""
    router = APIRouter(default_response_class=HTMLResponse)

    def page(found: str | None) -> HTMLResponse:
        return HTMLResponse(found or not_found_page(site=desk.site), 200 if found else 404)

    def gone(session: Session) -> HTMLResponse:
        made = TEMPLATES.get_template("desk_gone.html").render(
            site=desk.site, language=None, token=session.form_token, words=_GONE
        )
        return HTMLResponse(made, 404)

    def done(action: Action) -> RedirectResponse:
        return RedirectResponse(f"/desk/done?{urlencode({'action': action.number})}", 303)

    @router.get("/section")
    def section(request: Request, article: str = "", section: str = "") -> HTMLResponse:
        return page(section_page(desk, article, section, token=_session(request).form_token))

    @router.get("/group")
    def group(
        request: Request, key: str = "", article: str = "", use: str = "", whole: str = ""
    ) -> HTMLResponse:
        token = _session(request).form_token
        chosen = (article, use) if use else None
        found = group_page(desk, key, token=token, use=chosen, whole=bool(whole))
        return HTMLResponse(found) if found else gone(_session(request))

    @router.get("/write")
    def write(request: Request, article: str = "", section: str = "") -> HTMLResponse:
        return page(write_page(desk, article, section, token=_session(request).form_token))

    @router.post("/group")
    async def group_posted(request: Request) -> Response:
        session, form = _session(request), await _form(request)

        def work() -> Response:
            action, fields, looked = posted(desk, form, editor=session.user)
            if action is not None:
                return done(action)
            key = str(form.get("key") or "")
            found = group_page(desk, key, token=session.form_token, fields=fields, looked=looked)
            if looked.waits:
                return RedirectResponse(f"/desk/look?{urlencode({'id': looked.waits})}", 303)
            refused = looked.problem or looked.conflict
            return HTMLResponse(found or "", 409 if looked.conflict else 422 if refused else 200)

        return await run_in_threadpool(work)

    @router.get("/look")
    def look(request: Request, id: str = "") -> HTMLResponse:
        session = _session(request)
        found = looked_page(desk, id, editor=session.user, token=session.form_token)
        return HTMLResponse(found) if found else gone(session)

    @router.get("/done")
    def was_done(request: Request, action: int = 0) -> HTMLResponse:
        found = desk.edits.action(action) if _NUMBER.fullmatch(str(action)) else None
        if found is None:
            return gone(_session(request))
        return HTMLResponse(done_page(desk, found, token=_session(request).form_token))

    @router.get("/actions")
    def actions(request: Request) -> HTMLResponse:
        return HTMLResponse(actions_page(desk, token=_session(request).form_token))

    @router.post("/undo")
    async def undo(request: Request) -> Response:
        session, form = _session(request), await _form(request)
        number, ids = str(form.get("number") or ""), str(form.get("review") or "")

        def work() -> Response:
            try:
                if ids and desk.log is not None:
                    desk.log.undo_review(ids.split())
                    desk.changed()
                    desk.gaps.refresh()
                    return RedirectResponse("/desk/actions", 303)
                action = desk.edits.undo(
                    int(number) if _NUMBER.fullmatch(number) else 0, editor=session.user
                )
                desk.changed()
                desk.gaps.refresh()
                return done(action)
            except FileConflict as error:
                found = actions_page(desk, token=session.form_token, conflict=error)
                return HTMLResponse(found, 409)
            except FootnoteError as error:
                found = actions_page(desk, token=session.form_token, problem=str(error))
                return HTMLResponse(found, 422)

        return await run_in_threadpool(work)

    @router.get("/finding")
    def finding(request: Request, key: str = "") -> HTMLResponse:
        found = finding_page(desk, key, token=_session(request).form_token)
        return HTMLResponse(found) if found else gone(_session(request))

    @router.post("/finding")
    async def finding_posted(request: Request) -> Response:
        session, form = _session(request), await _form(request)
        key = str(form.get("key") or "")

        def work() -> Response:
            try:
                action = settled(desk, key, editor=session.user)
            except FootnoteError as error:
                token = session.form_token
                return page(finding_page(desk, key, token=token, problem=str(error)))
            return gone(session) if action is None else done(action)

        return await run_in_threadpool(work)

    @router.get("/import")
    def importing(request: Request) -> HTMLResponse:
        return HTMLResponse(import_page(desk, token=_session(request).form_token))

    @router.post("/import")
    async def imported(request: Request) -> Response:
        session = _session(request)
        token = session.form_token
        async with request.form() as form:
            file, id = form.get("file"), str(form.get("apply") or "")
            article = str(form.get("article") or "")
            if isinstance(file, UploadFile):
                data, name = await file.read(), file.filename or ""
        if isinstance(file, UploadFile):
            made = await run_in_threadpool(
                upload, desk, data, name, article, editor=session.user, token=token
            )
            return HTMLResponse(made)

        def work() -> Response:
            try:
                return done(applied(desk, id, editor=session.user))
            except FileConflict as error:
                return HTMLResponse(import_page(desk, token=token, conflict=error), 409)
            except FootnoteError as error:
                return HTMLResponse(import_page(desk, token=token, problem=str(error)), 422)

        return await run_in_threadpool(work)

    @router.get("/list/{name}")
    def sorted_list(request: Request, name: str) -> HTMLResponse:
        query, token = request.url.query, _session(request).form_token
        return page(list_page(desk, name, query, token=token))

    @router.get("/export/{file}")
    def export(file: str) -> Response:
        name, _, suffix = file.rpartition(".")
        try:
            form = SheetFormat(suffix)
        except ValueError:
            return page(None)
        data = exported(desk, name, form)
        if data is None:
            return page(None)
        attached = f'attachment; filename="footnote-{name}.{form}"'
        return Response(
            data, media_type=MEDIA_TYPES[form], headers={"content-disposition": attached}
        )

    return router


def actions_page(
    desk: Desk, *, token: str, problem: str = "", conflict: FileConflict | None = None
) -> str:
    """Return what editors did, with the way to take it back."""
    return TEMPLATES.get_template("desk_actions.html").render(
        site=desk.site,
        language=None,
        token=token,
        actions=desk.edits.actions(),
        reviews=_reviews(desk),
        kept=KEPT,
        problem=problem,
        conflict=conflict,
    )


def _reviews(desk: Desk) -> list[dict[str, Any]]:
    """Return the verdicts that stand in the log, those given at once together, the latest first."""
    try:
        questions = desk.log.questions() if desk.log is not None else ()
    except QuestionLogError:
        return []
    judged = sorted((one for one in questions if one.review), key=_review, reverse=True)
    found = []
    for (at, editor, verdict, reason), own in groupby(judged, key=_review):
        same = list(own)
        texts = list(dict.fromkeys((one.question, one.context) for one in same))
        found.append(
            {
                "at": at.strftime("%Y-%m-%d %H:%M"),
                "editor": editor,
                "words": verdict.value.replace("_", " "),
                "reason": reason,
                "ids": " ".join(one.id for one in same),
                "texts": [in_context(*one, quoted=True) for one in texts[:SHOWN_TEXTS]],
                "more": max(0, len(texts) - SHOWN_TEXTS),
            }
        )
    return found[:SHOWN_REVIEWS]


def _review(one: LoggedQuestion) -> tuple[Any, ...]:
    review = one.review
    return () if review is None else (review.at, review.editor, review.verdict, review.reason)


async def _form(request: Request) -> FormData:
    """Return a form's fields; files that it has no business to hold are closed."""
    async with request.form() as form:
        return form


def _session(request: Request) -> Session:
    """Return the login that the gate has let through."""
    session: Session = request.state.desk
    return session
