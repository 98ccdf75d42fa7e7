"""Judges of what was looked up, and of answers made from it."""

from experiments_ui.evaluators.catalogue.family import Family

_GROUP = "Retrieval"

FAMILIES = (
    Family(
        column_name="faithfulness",
        display_name="Faithfulness",
        group=_GROUP,
        summary="Everything in the answer is supported by the context.",
        template="""\
You check whether an answer keeps to the material it was given.

The question:
<question>
{input}
</question>

The material:
<context>
{context}
</context>

The answer to check:
<answer>
{output}
</answer>

Choose "faithful" if each claim in the answer is stated in the material or follows \
from it; to say that the material has no answer is faithful too. Choose \
"unfaithful" if even one claim is absent from the material or contradicts it, \
however true it may be in the world.""",
        choices=(("faithful", 1), ("unfaithful", 0)),
    ),
    Family(
        column_name="hallucination",
        display_name="Hallucination",
        group=_GROUP,
        summary="Something in the answer is made up.",
        template="""\
You look for invented content in an answer.

The question:
<question>
{input}
</question>

What was known when it was written:
<context>
{context}
</context>

The answer to check:
<answer>
{output}
</answer>

Choose "hallucinated" if the answer presents as fact a name, number, quotation, \
source or event that what was known does not give. Choose "grounded" if it does \
not. Leaving things out is no invention.""",
        choices=(("hallucinated", 1), ("grounded", 0)),
        direction="MINIMIZE",
    ),
    Family(
        column_name="document_relevance",
        display_name="Document relevance",
        group=_GROUP,
        summary="A document that was found helps with the question.",
        template="""\
You check whether a document that a search returned is of use.

The question:
<question>
{input}
</question>

The document:
<document>
{context}
</document>

Choose "relevant" if it holds something that an answer to this question could use, \
even in a single sentence. Choose "unrelated" if it does not, although it may \
share words or a subject with the question.""",
        choices=(("relevant", 1), ("unrelated", 0)),
    ),
    Family(
        column_name="context_sufficiency",
        display_name="Context sufficiency",
        group=_GROUP,
        summary="What was found is enough to reach the expected answer.",
        template="""\
You check whether the material that was found would have been enough.

The question:
<question>
{input}
</question>

The material:
<context>
{context}
</context>

The answer that is expected:
<expected>
{expected}
</expected>

Choose "yes" if someone who knows nothing but this material could give the \
expected answer. Choose "no" if a fact that it needs is missing.""",
        choices=(("yes", 1), ("no", 0)),
    ),
    Family(
        column_name="citation",
        display_name="Citations",
        group=_GROUP,
        summary="What the answer cites says what it is cited for.",
        template="""\
You check the citations in an answer.

The sources:
<sources>
{context}
</sources>

The answer to check:
<answer>
{output}
</answer>

Choose "correct" if each citation names one of the sources and that source \
supports the statement beside it. Choose "incorrect" if a citation leads to no \
source, or to one that says something else, or if a statement taken from a source \
has no citation.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
)
