"""Creates the Chalice app and registers the blueprints; nothing else."""

from chalice import Chalice

from functions.web import home, information

app = Chalice(app_name="signpost")

for pages in (home, information):
    app.register_blueprint(pages.area.blueprint)
