"""Judges of code, queries and calls of tools."""

from experiments_ui.evaluators.catalogue.family import Family

_GROUP = "Code and tools"

FAMILIES = (
    Family(
        column_name="code_correctness",
        display_name="Code correctness",
        group=_GROUP,
        summary="The code does what was asked.",
        template="""\
You review code against the task it was written for.

The task:
<task>
{input}
</task>

The code:
<code>
{output}
</code>

Follow the code in your mind on an ordinary case and on the edges: nothing, one, \
many, and malformed input. Choose "bug_free" if it would run and do what the task \
says. Choose "is_bug" if it would fail to run, give a wrong result in a case the \
task covers, or leave a part undone. Style does not count.""",
        choices=(("bug_free", 1), ("is_bug", 0)),
    ),
    Family(
        column_name="sql_correctness",
        display_name="SQL",
        group=_GROUP,
        summary="The query answers the question.",
        template="""\
You check a database query against the question it should answer.

The question:
<question>
{input}
</question>

The query:
<query>
{output}
</query>

What it returned:
<result>
{result}
</result>

Choose "correct" if the query selects, joins, filters and groups so that its \
result answers the question. Choose "incorrect" if rows are lost, doubled or mixed \
up, if it answers another question, or if it would fail.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
    Family(
        column_name="tool_selection",
        display_name="Tool selection",
        group=_GROUP,
        summary="The right tool was chosen.",
        template="""\
You check which tool an assistant chose.

What was asked:
<request>
{input}
</request>

The tools there are:
<tools>
{available_tools}
</tools>

The choice:
<choice>
{tool_selection}
</choice>

Choose "correct" if the chosen tool, or the choice to use none, is what the \
request needs at this point. Choose "incorrect" if another tool fits better, if no \
tool was needed, if a needed one was left out, or if the chosen one does not \
exist.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
    Family(
        column_name="tool_call",
        display_name="Tool call",
        group=_GROUP,
        summary="The tool was called with the right arguments.",
        template="""\
You check the arguments with which a tool was called.

What was asked:
<request>
{input}
</request>

The tool as it is defined:
<definition>
{tool_definition}
</definition>

The call:
<call>
{tool_call}
</call>

Choose "correct" if all required arguments are there, have the right type and \
form, and take their values from the request. Choose "incorrect" if one is \
missing, invented, misread or put in the wrong place.""",
        choices=(("correct", 1), ("incorrect", 0)),
    ),
)
