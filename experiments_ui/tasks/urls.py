"""Where tasks and their runs are found."""

from django.urls import path

from experiments_ui.tasks import api

# Under /v2/.
rest_urls = [
    path("tasks", api.TaskList.as_view()),
    path("tasks/<str:task_id>", api.TaskDetail.as_view()),
    path("tasks/<str:task_id>/trigger", api.Trigger.as_view()),
    path("tasks/<str:task_id>/runs", api.TaskRuns.as_view()),
    path("task-runs/<str:run_id>", api.TaskRunDetail.as_view()),
    path("task-runs/<str:run_id>/cancel", api.Cancel.as_view()),
]
