"""A million runs of eight columns over Flight: in, out, and equal."""

import pyarrow as pa

from benchmarks import floors, workload
from benchmarks.meter import own_cpu_ms
from benchmarks.results import Section
from benchmarks.servers import Server
from benchmarks.wire import Wire

ROWS = 1_000_000


def run(server: Server, bare: floors.Bare, section: Section, *, rows: int) -> None:
    """Upload a dataset and runs for each example; fetch all runs and compare."""
    wire, texts = Wire(server), workload.Texts.seeded()
    made: list[str] = []
    examples = workload.slim_examples(texts, rows)
    cost = server.meter.measure(
        lambda: made.append(wire.create_dataset("bench million", examples))
    )
    section.add("Flight: dataset, 2 columns", cost, rows=rows)
    sent = workload.slim_runs(texts, rows)
    experiment_id = wire.create_experiment(made[0], "million")
    cost = server.meter.measure(lambda: wire.post_runs(made[0], "million", sent))
    bare.clear()
    floor_ms = own_cpu_ms(lambda: bare.insert(floors.text_rows(sent)))
    floor = (bare.name, floor_ms)
    section.add("Flight: runs, 8 columns", cost, floor=floor, rows=rows)
    floor = (bare.reading, own_cpu_ms(bare.read))
    got: list[pa.RecordBatch] = []
    cost = server.meter.measure(lambda: got.extend(_batches(wire, experiment_id)))
    section.add("Flight: list_runs, all", cost, floor=floor, rows=rows)
    section.notes.append(_compared(sent, pa.Table.from_batches(got)))
    print(f"  {section.notes[-1]}")


def _batches(wire: Wire, experiment_id: str):
    for chunk in wire.list_runs(experiment_id):
        yield chunk.data


def _compared(sent: pa.Table, got: pa.Table) -> str:
    """Say whether every column came back with its values, in order, and its type."""
    if len(got) != len(sent):
        return f"NOT EQUAL: {len(got):,} runs of {len(sent):,} came back."
    wrong = [
        f"{name} ({sent[name].type} came back as {got[name].type})"
        for name in sent.column_names
        if name not in got.column_names or not sent[name].equals(got[name])
    ]
    if wrong:
        return f"NOT EQUAL: {', '.join(wrong)}."
    return (
        f"list_runs gave back all {len(sent):,} runs: every value of all "
        f"{sent.num_columns} columns equal to what was sent, in order, types included."
    )
