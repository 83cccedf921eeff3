"""Creates the Chalice app and registers the blueprints; nothing else."""

from chalice import Chalice

from functions.schedules import daily, sweep
from functions.streams import (
    backtest_rules,
    escalate_concerns,
    filter_messages,
    import_people,
    link_audit,
    match_cohort,
    record_receipts,
    send_notices,
)
from functions.web import (
    audit,
    chain,
    concern_papers,
    concern_readers,
    concerns,
    consents,
    conversations,
    endings,
    evaluation,
    farewells,
    home,
    identity,
    imports,
    in_touch,
    information,
    lab,
    library,
    library_staff,
    matching,
    meetings,
    moderation,
    nominees,
    nudges,
    payments,
    people,
    person,
    policy,
    programmes,
    progress,
    reflections,
    relationship,
    safeguarding,
    school,
    silence,
    spot_checks,
    support,
    wishes,
)

# Chalice would set the level of the logger of this name, which is ours, to ERROR.
app = Chalice(app_name="signpost", configure_logs=False)
# A form with a file in it arrives byte for byte.
app.api.binary_types.append("multipart/form-data")

for pages in (
    identity,
    endings,
    evaluation,
    farewells,
    payments,
    home,
    conversations,
    moderation,
    library,
    library_staff,
    lab,
    safeguarding,
    chain,
    concerns,
    concern_papers,
    concern_readers,
    school,
    spot_checks,
    silence,
    nudges,
    nominees,
    people,
    consents,
    wishes,
    matching,
    meetings,
    imports,
    in_touch,
    policy,
    person,
    programmes,
    support,
    progress,
    reflections,
    relationship,
    audit,
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
    match_cohort,
    link_audit,
    sweep,
    daily,
):
    app.register_blueprint(woken.functions)
