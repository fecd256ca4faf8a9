"""Pages without JavaScript: articles, their list, what is not found, the description of the API."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from index.errors import UsageError
from index.records import Article, ElementKind
from qa.web.markup import Renderer, anchor, host_of, http_url, title_element
from qa.web.service import Service

TEMPLATES = Environment(
    loader=PackageLoader("qa.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_AT = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")


def article_path(id: str) -> str:
    """Return the path of an article's page; every character of the id survives the way back."""
    return "/articles/" + quote(id, safe="/")


def passage_at(value: str | None, text: str) -> tuple[int, int] | None:
    """Return the stretch that ``START-END`` names, or ``None`` where it names no text."""
    match = _AT.fullmatch(value or "")
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    return (start, end) if start < end <= len(text) and text[start:end].strip() else None


def article_page(article: Article, at: str | None, quoted: str | None = None, *, site: str) -> str:
    """Return the page of one article, the passage ``at`` marked where there is one.

    Where ``quoted`` names a part of it, that is marked, and the passage stands out around it.
    """
    passage = mark = passage_at(at, article.text)
    part = passage_at(quoted, article.text)
    if passage and part and passage[0] <= part[0] and part[1] <= passage[1]:
        mark = part
    renderer = Renderer(article, mark=mark, around=passage, landing=True, anchors=True)
    title = title_element(article)
    contents = [
        {
            "href": f"#{anchor(element)}",
            "text": article.text[element.start : element.end],
            "question": element.kind is ElementKind.QUESTION,
            "level": element.level,
        }
        for element in article.elements
        if element.kind in {ElementKind.HEADING, ElementKind.QUESTION} and element != title
    ]
    url = http_url(article.url)
    return _page(
        "article.html",
        site=site,
        article=article,
        heading=article.title or article.path,
        titled=title is not None,
        body=renderer.render(),
        contents=contents if len(contents) > 2 else [],
        marked=passage is not None,
        url=url,
        host=host_of(url) if url else "",
    )


def build_pages(service: Service, *, site: str) -> APIRouter:
    """Return the routes of ``/articles``, ``/articles/{id}`` and ``/docs``."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/articles")
    def articles() -> HTMLResponse:
        listed = [
            {
                "href": article_path(article.id),
                "title": article.title or article.path,
                "path": article.path,
                "questions": len(article.faq),
                "sections": len(article.sections),
            }
            for article in service.answerer.articles()
        ]
        return HTMLResponse(_page("articles.html", site=site, articles=listed))

    @router.get("/articles/{id:path}")
    def article(id: str, request: Request) -> HTMLResponse:
        try:
            found = service.answerer.article(id)
        except UsageError:
            return HTMLResponse(not_found_page(site=site, article=id), status_code=404)
        query = request.query_params
        return HTMLResponse(article_page(found, query.get("at"), query.get("quote"), site=site))

    @router.get("/docs")
    def docs(request: Request) -> HTMLResponse:
        app: FastAPI = request.app
        return HTMLResponse(_page("docs.html", site=site, **_described(app.openapi())))

    return router


def not_found_page(*, site: str, article: str | None = None) -> str:
    """Return the page for an address that leads nowhere, with ways back."""
    return _page("missing.html", site=site, article=article)


def _page(name: str, **values: Any) -> str:
    return TEMPLATES.get_template(name).render(**values)


def _described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of ``/docs`` shows of an OpenAPI description."""
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "description": operation.get("description", ""),
            "parameters": [
                {**parameter, "type": _type(parameter.get("schema", {}))}
                for parameter in operation.get("parameters", [])
            ],
            "body": _reference(operation.get("requestBody", {})),
            "responses": [
                {
                    "status": status,
                    "description": response.get("description", ""),
                    "model": _reference(response),
                }
                for status, response in operation.get("responses", {}).items()
            ],
        }
        for path, methods in schema.get("paths", {}).items()
        for method, operation in methods.items()
    ]
    models = [
        {
            "name": name,
            "description": model.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "type": _type(value),
                    "required": field in model.get("required", []),
                    "description": value.get("description", ""),
                }
                for field, value in model.get("properties", {}).items()
            ],
        }
        for name, model in schema.get("components", {}).get("schemas", {}).items()
    ]
    return {"info": schema["info"], "operations": operations, "models": models}


def _reference(part: Mapping[str, Any]) -> Markup:
    for content in part.get("content", {}).values():
        return _type(content.get("schema", {}))
    return Markup("")


def _type(schema: Mapping[str, Any]) -> Markup:
    """Say a JSON schema in a few words, models as links to where they are described."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return Markup('<a href="#model-{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        return Markup(" or ").join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return Markup(" or ").join(Markup("<code>{}</code>").format(v) for v in schema["enum"])
    if schema.get("type") == "array":
        return Markup("list of {}").format(_type(schema.get("items", {})))
    return Markup("{}").format(schema.get("type", "any"))
