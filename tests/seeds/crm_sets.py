"""A small CRM data set in the layout of the public one, with invented names, and the means to vary it."""

from pathlib import Path

HEADINGS = {
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
    "products.csv": "product,series,sales_price",
    "sales_teams.csv": "sales_agent,manager,regional_office",
    "sales_pipeline.csv": "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
}

ROWS: dict[str, tuple[str, ...]] = {
    "accounts.csv": (
        "Brook Mill,retail,1996,12.5,40,Norway,Alder House",
        "Alder House,medical,,,,Kenya,",
        "Quiet Field,software,2001,3.04,9,Norway,",
    ),
    "products.csv": ("Pump Pro,Pump,4821", "Valve,Valve,55"),
    "sales_teams.csv": (
        "Ann One,Mona Lead,North",
        "Ben Two,Mona Lead,North",
        "Cat Three,Nils Lead,South",
        "Dan Four,Nils Lead,South",
        "Eve Five,Nils Lead,South",
    ),
    "sales_pipeline.csv": (
        "A1,Ben Two,PumpPro,Brook Mill,Won,2016-10-20,2017-03-01,1054",
        "A2,Ann One,Valve,Brook Mill,Lost,2016-10-21,2017-03-02,0",
        "A3,Cat Three,Valve,Brook Mill,Engaging,2016-11-01,,",
        "A4,Cat Three,Pump Pro,Alder House,Won,2016-11-02,2017-01-02,10.5",
        "A5,Ann One,Pump Pro,Alder House,Won,2016-11-03,2017-01-03,20",
        "A6,Dan Four,Valve,,Prospecting,,,",
    ),
}


def write_set(folder: Path, **changed: tuple[str, ...]) -> Path:
    """Write the four files; ``accounts=...`` and so on replaces the rows of one file (its name without ``.csv``)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, heading in HEADINGS.items():
        rows = changed.get(name.removesuffix(".csv"), ROWS[name])
        (folder / name).write_text("\r\n".join((heading, *rows)) + "\r\n", encoding="utf-8")
    return folder
