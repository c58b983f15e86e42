"""Sample pages that show every component with invented people; `python -m tests.web.kitchen FOLDER` writes them for looking at."""
