"""The hub's own description in OpenAPI is true: requests made up from it, sent to a real hub, are answered as it says."""

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hubs import HubProcess, laptop, note, photograph
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fieldlog.sync.credentials import load_credential
from fieldlog.sync.exchange import write_pack
from fieldlog.sync.http import sync_http

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
    unsupported_method,
]
OPEN = {("POST", "/v1/enrol"), ("GET", "/v1/authority")}
FEW = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/vnd.fieldlog.pack")
def as_it_is(_context: schemathesis.SerializationContext, value: bytes) -> bytes:
    """A pack is sent as the bytes that it is."""
    return value if isinstance(value, bytes) else str(value).encode()


class Office:
    """A hub with an entry, a photo and a supervisor, and what it says of itself."""

    def __init__(self, hub: HubProcess, token: str, sha256: str, pack: bytes) -> None:
        self.url = hub.url
        self.headers = {"Authorization": f"Bearer {token}"}
        self.sha256 = sha256
        self.pack = pack
        self.said = httpx.get(f"{hub.url}/v1/openapi.json", headers=self.headers, trust_env=False).json()
        self.schema = schemathesis.openapi.from_dict(self.said)
        self.schema.config.update(base_url=hub.url)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with HubProcess(folder) as hub, laptop(folder, "houye-09", "houye", "supervisor") as desk:
        note(desk, "一")
        sha256 = photograph(desk, b"jpeg" * 100)
        sync_http(desk, hub.url, hub.code("houye", "supervisor"))
        credential = load_credential(desk.folder, hub.url)
        assert credential is not None
        yield Office(hub, credential.token, sha256, write_pack(list(desk.lines_after({}))))


def calls() -> list[tuple[str, str]]:
    """Every call that the hub has, from the application itself."""
    from typing import cast

    from fastapi.routing import APIRoute

    from fieldlog.office.app import Hub, create_app

    routes = create_app(cast(Hub, None)).routes
    return sorted((method, route.path) for route in routes if isinstance(route, APIRoute) for method in route.methods)


@pytest.mark.parametrize("call", calls(), ids=" ".join)
def test_requests_made_up_from_the_description_are_answered_as_it_says(office: Office, call: tuple[str, str]):
    method, path = call
    operation = office.schema[path][method]

    @FEW
    @given(st.data())
    def answered_as_described(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        try:
            made = operation.as_strategy(generation_mode=mode)
        except Exception:  # noqa: BLE001 - nothing can be wrong with this call
            made = operation.as_strategy()
        case: Case = data.draw(made)
        case.call_and_validate(headers=office.headers, checks=CHECKS)

    answered_as_described()


def test_the_answers_to_what_laptops_send_are_as_described(office: Office):
    """Made-up requests seldom get as far as a laptop's own do."""
    made = {
        ("GET", "/v1/entries"): {"query": {"after": "houye-09:1", "ways": "plain,compact", "most": 20_000}},
        ("POST", "/v1/entries"): {"body": office.pack, "media_type": "application/vnd.fieldlog.pack"},
        ("HEAD", "/v1/blobs/{sha256}"): {"path_parameters": {"sha256": office.sha256}},
        ("GET", "/v1/blobs/{sha256}"): {
            "path_parameters": {"sha256": office.sha256},
            "headers": {"Range": "bytes=5-9"},
        },
        ("PUT", "/v1/blobs/{sha256}"): {
            "path_parameters": {"sha256": office.sha256},
            "body": b"jpeg",
            "media_type": "application/octet-stream",
            "headers": {"Content-Range": "bytes 0-3/400"},
        },
        ("POST", "/v1/continue"): {"body": {"device": "houye-09-k7m2", "public_key": "0" * 64}},
    }
    for (method, path), parts in made.items():
        case = office.schema[path][method].Case(**{"media_type": "application/json", **parts})
        case.headers.update(office.headers)
        answer = case.call()
        assert answer.status_code in (200, 201, 206), answer.text
        case.validate_response(answer, checks=[each for each in CHECKS if each is not ignored_auth])


def test_every_call_but_enrolment_and_the_authority_asks_for_a_token(office: Office):
    described = {(method.upper(), path) for path, each in office.said["paths"].items() for method in each}
    assert described == set(calls())
    with httpx.Client(base_url=office.url, trust_env=False) as client:
        for method, path in set(calls()) - OPEN:
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic d3Jvbmc="}):
                answer = client.request(method, path.replace("{sha256}", "0" * 64), headers=headers)
                assert answer.status_code == 401, (method, path)
            assert office.said["paths"][path][method.lower()]["security"] == [{"token": []}]
        for method, path in OPEN:
            assert client.request(method, path, json={}).status_code in (200, 400)
