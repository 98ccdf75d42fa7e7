"""What changed between two texts, by word, in bounded time and memory."""

from experiments_ui.analysis.worddiff.folding import Fold, fold, window
from experiments_ui.analysis.worddiff.texts import Diff, Segment, diff
from experiments_ui.analysis.worddiff.tokens import Tokens, tokenize

__all__ = ["Diff", "Fold", "Segment", "Tokens", "diff", "fold", "tokenize", "window"]
