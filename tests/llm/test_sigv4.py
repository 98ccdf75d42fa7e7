"""Signatures of AWS, against its own worked example (KA-1)."""

from datetime import UTC, datetime

import pytest

from experiments_ui.llm.providers.sigv4 import AwsKeys, signed

KEYS = AwsKeys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


def test_the_documented_request_has_the_documented_signature():
    headers = signed(
        "GET",
        "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        b"",
        keys=KEYS,
        region="us-east-1",
        service="iam",
        at=AT,
    )
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, Signature="
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )


@pytest.mark.parametrize("session", [None, "token"])
def test_a_model_with_a_colon_is_signed_as_botocore_signs_it(session):
    botocore = pytest.importorskip("botocore")
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    assert botocore
    url = (
        "https://bedrock-runtime.us-east-1.amazonaws.com"
        "/model/us.anthropic.claude-3-5-haiku-20241022-v1%3A0/converse"
    )
    sent = {"Content-Type": "application/json"}
    ours = signed(
        "POST",
        url,
        sent,
        b"{}",
        keys=AwsKeys(KEYS.access, KEYS.secret, session),
        region="us-east-1",
        service="bedrock",
        at=AT,
    )
    request = AWSRequest("POST", url, headers=dict(sent), data=b"{}")
    request.context["timestamp"] = "20150830T123600Z"
    auth = SigV4Auth(
        Credentials(KEYS.access, KEYS.secret, session), "bedrock", "us-east-1"
    )
    request.headers["X-Amz-Date"] = "20150830T123600Z"
    if session:
        request.headers["X-Amz-Security-Token"] = session
    signature = auth.signature(
        auth.string_to_sign(request, auth.canonical_request(request)), request
    )
    assert ours["Authorization"].endswith(f"Signature={signature}")


def test_keys_are_not_printed():
    assert "wJalr" not in repr(KEYS)
