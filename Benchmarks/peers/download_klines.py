"""Downloads candles from a server that speaks Binance's REST interface, the way a Python user would.

    download_klines.py ccxt|python-binance BASE SYMBOL INTERVAL FROM_MS UNTIL_MS DATABASE

ccxt pages through fetch_ohlcv and pandas writes the rows into SQLite; python-binance runs its own loop over
get_historical_klines, and its rows are kept in memory only. Their rate limiters are off: this server has no limit.
"""

import sqlite3
import sys


def with_ccxt(base, symbol, interval, start, end, database):
    import ccxt
    import pandas

    exchange = ccxt.binance({"enableRateLimit": False, "options": {"fetchMarkets": ["spot"], "fetchCurrencies": False}})
    exchange.has["fetchCurrencies"] = False
    exchange.urls["api"]["public"] = base + "/api/v3"
    rows = []
    since = start
    while since < end:
        page = exchange.fetch_ohlcv(symbol, interval, since=since, limit=1000, params={"endTime": end - 1})
        if not page:
            break
        rows += page
        since = page[-1][0] + 60_000
    frame = pandas.DataFrame(rows, columns=["time", "open", "high", "low", "close", "volume"])
    with sqlite3.connect(database) as connection:
        frame.to_sql("candle", connection, index=False)
    return len(frame)


def with_python_binance(base, symbol, interval, start, end, database):
    import time

    from binance.client import Client

    # Its loop rests for a second after every third page; without that it shows what it can do.
    time.sleep = lambda seconds: None
    client = Client(ping=False)
    client.API_URL = base + "/api"
    return len(client.get_historical_klines(symbol, interval, start, end - 1))


if __name__ == "__main__":
    tool, base, symbol, interval, start, end, database = sys.argv[1:]
    run = {"ccxt": with_ccxt, "python-binance": with_python_binance}[tool]
    print(run(base, symbol, interval, int(start), int(end), database))
