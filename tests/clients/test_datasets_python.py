"""Datasets through the Python client."""


def test_three_rows_go_over_rest_and_come_back(client, name):
    dataset = client.datasets.create(
        name=name, space="demo", examples=[{"input": f"question {i}"} for i in range(3)]
    )
    page = client.datasets.list_examples(dataset=dataset.id)
    assert [e.additional_properties["input"] for e in page.examples] == [
        f"question {i}" for i in range(3)
    ]
