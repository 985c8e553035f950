"""docs/openapi.yaml as a judge: which route a request belongs to, and whether an answer keeps what the contract says."""
from __future__ import annotations

import functools
import json
import pathlib
import re
import urllib.parse

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What the edge itself may answer on any route, in the contract's error shape, before the route is asked.
OF_THE_EDGE = {400, 404, 405, 408, 413, 414, 429, 431, 500, 503}

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time")
def is_timestamp(value) -> bool:
    """UTC, six fractional digits, a literal Z."""
    return not isinstance(value, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value))


class Operation:
    def __init__(self, method: str, path: str, described: dict):
        self.method, self.path, self.described = method, path, described
        self.role, self.rate = described["x-role"], described["x-rate-limit"]
        pattern = re.sub(r"\\{([^}]+)\\}", lambda m: r"\d+" if m.group(1) in ("id", "category") else "[^/]+", re.escape(path))
        self.pattern = re.compile(pattern)
        self.parameters = path.count("{")
        # The parameter's own description promises 409 for another body, or while the first is still running.
        self.takes_key = {"$ref": "#/components/parameters/IdempotencyKey"} in described.get("parameters", [])

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Contract:
    def __init__(self) -> None:
        self.document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
        self.resolver = jsonschema.RefResolver.from_schema(self.document)
        self.operations: dict[str, Operation] = {}
        self.seen: dict[str, set[int]] = {}  # operation → statuses that were held against it
        for path, item in self.document["paths"].items():
            prefix = "" if any(s.get("url") == "/" for s in item.get("servers", [])) else "/api"
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item:
                    operation = Operation(method.upper(), prefix + path, item[method])
                    self.operations[operation.name] = operation

    def find(self, method: str, target: str) -> Operation | None:
        path = urllib.parse.unquote(target.partition("?")[0])
        fits = [o for o in self.operations.values() if o.method == method and o.pattern.fullmatch(path)]
        return min(fits, key=lambda o: o.parameters, default=None)

    @functools.lru_cache(maxsize=None)
    def schema(self, name: str, status: int):
        """The JSON schema of an answer; None when the contract has no such answer; True when it is no JSON."""
        answer = self.operations[name].described["responses"].get(str(status))
        if answer is None:
            return None
        if "$ref" in answer:
            answer = self.resolver.resolve(answer["$ref"])[1]
        content = answer.get("content", {})
        if "application/json" not in content:
            return True
        return jsonschema.Draft202012Validator(content["application/json"]["schema"], resolver=self.resolver, format_checker=formats)

    @functools.lru_cache(maxsize=None)
    def component(self, name: str):
        return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}"}, resolver=self.resolver, format_checker=formats)

    def hold(self, method: str, target: str, answer) -> None:
        """Fails when the answer breaks the contract."""
        where = f"{method} {target[:200]} → {answer.status}"
        operation = self.find(method, target)
        if operation is None:
            if answer.status >= 400 and target.startswith("/api"):
                self.check_against(self.component("Error"), answer, where)
            return
        schema = self.schema(operation.name, answer.status)
        if schema is None:
            edge = OF_THE_EDGE | ({409} if operation.takes_key else set())
            assert answer.status in edge, f"{where}: the contract knows {sorted(operation.described['responses'])}"
            schema = self.component("Error")
        self.seen.setdefault(operation.name, set()).add(answer.status)
        if operation.role in ("auth", "customer", "admin"):  # S35: what is personal stays out of every cache
            assert "no-store" in answer.headers.get("cache-control", ""), f"{where}: {answer.headers}"
        if schema is True or answer.headers.get("content-type", "").startswith("text/html"):
            return
        self.check_against(schema, answer, where)
        if operation.rate != "none" and answer.status == 429:
            missing = {"retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} - set(answer.headers)
            assert not missing, f"{where}: lacks {missing}"

    @staticmethod
    def check_against(schema, answer, where: str) -> None:
        assert answer.headers.get("content-type", "").startswith("application/json"), f"{where}: {answer.headers}"
        try:
            body = json.loads(answer.body)
        except ValueError as error:
            raise AssertionError(f"{where}: no JSON: {answer.body[:200]!r}") from error
        problems = sorted(schema.iter_errors(body), key=lambda e: list(map(str, e.path)))
        told = "; ".join(f"{'.'.join(map(str, p.path)) or '(body)'}: {p.message[:300]}" for p in problems[:5])
        assert not problems, f"{where} breaks the contract: {told}\n{answer.body[:1500]!r}"


@functools.lru_cache(maxsize=None)
def contract() -> Contract:
    return Contract()
