"""Judges of an answer: correct, relevant, concise, complete, helpful, refused."""

from experiments_ui.evaluators.catalogue.family import Family

_GROUP = "Answers"

FAMILIES = (
    Family(
        column_name="correctness",
        display_name="Correctness",
        group=_GROUP,
        summary="The answer is right, as far as is generally known.",
        template="""\
You check whether an answer is right.

The question:
<question>
{input}
</question>

The answer to check:
<answer>
{output}
</answer>

Choose "correct" if every claim that matters to the question is true and the \
question is in fact answered. Choose "incorrect" if a claim that matters is false, \
if the answer contradicts itself, or if it leaves the question open. Judge the \
content alone: style, length and confidence do not count.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
    Family(
        column_name="qa_correctness",
        display_name="Correctness against a reference",
        group=_GROUP,
        summary="The answer says what the reference answer says.",
        template="""\
You compare an answer with a reference that is known to be right.

The question:
<question>
{input}
</question>

The reference:
<reference>
{reference}
</reference>

The answer to check:
<answer>
{output}
</answer>

Choose "correct" if the answer agrees with the reference in everything the \
question asks for; other words, another order and further true details are fine. \
Choose "incorrect" if it contradicts the reference, misses a part of what was \
asked, or answers something else. Trust the reference even where you would have \
answered differently.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
    Family(
        column_name="factual_overlap",
        display_name="Factual overlap",
        group=_GROUP,
        summary="How the facts in the answer relate to those in an expected \
answer.",
        template="""\
You compare the facts in two answers to the same question. Wording, order and \
style do not matter.

The question:
<question>
{input}
</question>

The expected answer:
<expected>
{expected}
</expected>

The answer to check:
<answer>
{output}
</answer>

Choose "same" if both state the same facts. Choose "subset" if the answer states \
only some of the expected facts and adds none. Choose "superset" if it states all \
of them and adds more that do not conflict. Choose "different" if the facts differ \
in ways that do not matter to the question. Choose "conflict" if a fact in the \
answer contradicts an expected one.""",
        choices=(
            ("same", 1),
            ("superset", 0.8),
            ("subset", 0.5),
            ("different", 0.5),
            ("conflict", 0),
        ),
    ),
    Family(
        column_name="answer_relevance",
        display_name="Answer relevance",
        group=_GROUP,
        summary="The answer is about what was asked.",
        template="""\
You check whether an answer is about what was asked. Whether it is true is someone \
else's task.

What was asked:
<request>
{input}
</request>

The answer to check:
<answer>
{output}
</answer>

Choose "relevant" if the answer takes up the request itself, even if it does so \
poorly. Choose "irrelevant" if it is about another subject, is generic enough to \
fit any request, or spends itself on matters nobody asked about.""",
        choices=(("relevant", 1), ("irrelevant", 0)),
    ),
    Family(
        column_name="conciseness",
        display_name="Conciseness",
        group=_GROUP,
        summary="The answer says what is needed, and no more.",
        template="""\
You check whether an answer is as short as it can be without losing anything.

What was asked:
<request>
{input}
</request>

The answer to check:
<answer>
{output}
</answer>

Choose "concise" if nothing could be cut without losing something the request \
needs. Choose "verbose" if it repeats the request or itself, opens or ends with \
pleasantries, hedges more than the matter deserves, or explains what was not asked \
for.""",
        choices=(("concise", 1), ("verbose", 0)),
    ),
    Family(
        column_name="completeness",
        display_name="Completeness",
        group=_GROUP,
        summary="Every part of the request is taken up.",
        template="""\
You check whether an answer leaves out a part of the request.

What was asked:
<request>
{input}
</request>

The answer to check:
<answer>
{output}
</answer>

First find the separate things the request asks for, conditions and formats among \
them. Choose "complete" if each of them is dealt with. Choose "incomplete" if one \
is missing, is only promised, or is cut off.""",
        choices=(("complete", 1), ("incomplete", 0)),
    ),
    Family(
        column_name="helpfulness",
        display_name="Helpfulness",
        group=_GROUP,
        summary="The person who asked can go on with it.",
        template="""\
You take the place of the person who asked, and check whether the answer gets you \
further.

What was asked:
<request>
{input}
</request>

The answer to check:
<answer>
{output}
</answer>

Choose "helpful" if you could now do, decide or understand what you came for, or \
if the answer says plainly what is missing and how to get it. Choose "unhelpful" \
if you would have to ask again or look elsewhere, because it is vague, evasive or \
lazy.""",
        choices=(("helpful", 1), ("unhelpful", 0)),
    ),
    Family(
        column_name="refusal",
        display_name="Refusal",
        group=_GROUP,
        summary="The answer declines; whether it should is another matter.",
        template="""\
You only sort answers: did the assistant decline? Whether it was right to do so \
does not matter.

What was asked:
<request>
{input}
</request>

The answer to sort:
<answer>
{output}
</answer>

Choose "refused" if the assistant says it cannot or will not do what was asked, or \
turns to another subject in its place. Choose "answered" if it makes an attempt, \
even a wrong or partial one.""",
        choices=(("refused", 1), ("answered", 0)),
        direction="NONE",
    ),
    Family(
        column_name="summary_quality",
        display_name="Summary",
        group=_GROUP,
        summary="The summary keeps what matters and invents nothing.",
        template="""\
You check a summary against the text it was made from.

The text:
<text>
{input}
</text>

The summary to check:
<summary>
{output}
</summary>

Choose "good" if the summary carries the main points, in fair proportion, and says \
nothing the text does not. Choose "bad" if a main point is missing or distorted, \
if something was added, or if it is hardly shorter than the text.""",
        choices=(("good", 1), ("bad", 0)),
    ),
    Family(
        column_name="guidelines",
        display_name="Guidelines",
        group=_GROUP,
        summary="The answer keeps rules that you write.",
        template="""\
You check whether an answer keeps a list of rules.

The rules:
<rules>
{guidelines}
</rules>

What was asked:
<request>
{input}
</request>

The answer to check:
<answer>
{output}
</answer>

Go through the rules one by one; a rule that has no bearing on this request counts \
as kept. Choose "pass" if all are kept. Choose "fail" if at least one is broken.""",
        choices=(("pass", 1), ("fail", 0)),
    ),
)
