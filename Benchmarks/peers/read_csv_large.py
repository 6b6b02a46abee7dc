"""Reads a CSV file as pandas (its C engine) or polars does it by default, and nothing else.

    read_csv_large.py pandas|polars FILE.csv
"""
import sys

peer, path = sys.argv[1:]
if peer == "pandas":
    import pandas

    rows = len(pandas.read_csv(path, engine="c", parse_dates=["time"]))
else:
    import polars

    rows = len(polars.read_csv(path))
print(rows)
