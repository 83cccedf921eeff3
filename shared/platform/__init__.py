"""What every area stands on: settings, tables, the clock, identifiers, errors. It knows no area."""
