"""Judges of whole conversations."""

from experiments_ui.evaluators.catalogue.family import Family

_GROUP = "Conversations"

FAMILIES = (
    Family(
        column_name="task_completion",
        display_name="Task completion",
        group=_GROUP,
        summary="What the person wanted was done in the end.",
        template="""\
You read a conversation to its end and check what came of it.

<conversation>
{conversation}
</conversation>

Work out what the person wanted, also where that changed on the way. Choose "yes" \
if it was done or answered by the end. Choose "no" if it was given up, only \
promised, or done in part.""",
        choices=(("yes", 1), ("no", 0)),
        data_granularity="SESSION",
    ),
    Family(
        column_name="user_frustration",
        display_name="User frustration",
        group=_GROUP,
        summary="The person grew frustrated with the assistant.",
        template="""\
You read a conversation and attend to the person, not to the assistant.

<conversation>
{conversation}
</conversation>

Choose "frustrated" if the person repeats or rephrases the same request, corrects \
the assistant again and again, complains, grows curt or gives up. Choose "ok" if \
they do not; being upset about something other than the assistant does not count.""",
        choices=(("frustrated", 1), ("ok", 0)),
        direction="MINIMIZE",
        data_granularity="SESSION",
    ),
)
