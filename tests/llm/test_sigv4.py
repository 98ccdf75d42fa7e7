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


@pytest.mark.parametrize(
    ("session", "signature"),
    [
        (None, "ecb84a597bba6cb20383c9833aa02acff805a2f0865e55f9646c2d7edbfe0f54"),
        ("token", "dfb581c4a6a9c55a7df0b05345c33461356cee4e4762d122ebc23088bc2e723a"),
    ],
)
def test_a_model_with_a_colon_is_signed_as_botocore_signs_it(session, signature):
    """The path is quoted twice. Both signatures were made by botocore itself."""
    url = (
        "https://bedrock-runtime.us-east-1.amazonaws.com"
        "/model/us.anthropic.claude-3-5-haiku-20241022-v1%3A0/converse"
    )
    headers = signed(
        "POST",
        url,
        {"Content-Type": "application/json"},
        b"{}",
        keys=AwsKeys(KEYS.access, KEYS.secret, session),
        region="us-east-1",
        service="bedrock",
        at=AT,
    )
    assert headers["Authorization"].endswith(f"Signature={signature}")


def test_keys_are_not_printed():
    assert "wJalr" not in repr(KEYS)
