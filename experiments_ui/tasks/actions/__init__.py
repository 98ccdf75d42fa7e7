"""Making, changing, running and stopping tasks."""

from experiments_ui.tasks.actions.keeping import (
    Attached,
    NewTask,
    create_task,
    delete_task,
    update_task,
)
from experiments_ui.tasks.actions.running import Wish, cancel, trigger

__all__ = [
    "Attached",
    "NewTask",
    "Wish",
    "cancel",
    "create_task",
    "delete_task",
    "trigger",
    "update_task",
]
