"""Creates the Chalice app and registers the blueprints; nothing else."""

from chalice import Chalice

from functions.web import information

app = Chalice(app_name="signpost")

for area in (information,):
    app.register_blueprint(area.area.blueprint)
