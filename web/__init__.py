"""Humans and programs: pages and API over the log. Never imports workflows, activities or temporalio."""
