"""Creates the Chalice app and registers the blueprints; nothing else."""

from chalice import Chalice

from functions.schedules import sweep
from functions.streams import filter_messages, import_people, record_receipts, send_notices
from functions.web import conversations, home, identity, information, people

app = Chalice(app_name="signpost")

for pages in (identity, home, conversations, people, information):
    app.register_blueprint(pages.area.blueprint)

for function in (filter_messages, sweep, send_notices, record_receipts, import_people):
    app.register_blueprint(function.functions)
