"""The forms that write judges and checks, and what both have in common."""

from experiments_ui.evaluators.forms.check import CheckForm
from experiments_ui.evaluators.forms.common import DetailsForm, Refused
from experiments_ui.evaluators.forms.judge import JudgeForm

__all__ = ["CheckForm", "DetailsForm", "JudgeForm", "Refused"]
