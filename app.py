"""Creates the Chalice app and registers the blueprints; nothing else."""

from chalice import Chalice

from functions.schedules import daily, sweep
from functions.streams import (
    backtest_rules,
    escalate_concerns,
    filter_messages,
    import_people,
    record_receipts,
    send_notices,
)
from functions.web import (
    chain,
    conversations,
    home,
    identity,
    information,
    lab,
    moderation,
    people,
    safeguarding,
    spot_checks,
)

app = Chalice(app_name="signpost")

for pages in (
    identity,
    home,
    conversations,
    moderation,
    lab,
    safeguarding,
    chain,
    spot_checks,
    people,
    information,
):
    app.register_blueprint(pages.area.blueprint)

for woken in (
    filter_messages,
    escalate_concerns,
    send_notices,
    record_receipts,
    import_people,
    backtest_rules,
    sweep,
    daily,
):
    app.register_blueprint(woken.functions)
