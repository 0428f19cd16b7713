using MathNet.Numerics.Distributions;

namespace StreamBert.Tests.Monitoring.PlainSeries;

/// <summary>A generated series of values with the windows in which anomalies are to be found.</summary>
/// <param name="Name">What it imitates.</param>
/// <param name="Times">The times of the rows.</param>
/// <param name="Values">The values of the rows.</param>
/// <param name="Windows">The first and last row of each labelled window; none in a clean series.</param>
internal sealed record GeneratedSeries(
    string Name, IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<double> Values, IReadOnlyList<(int First, int Last)> Windows)
{
    private const int Rows = 4000;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>All series of a seed.</summary>
    public static IReadOnlyList<GeneratedSeries> All(int seed) =>
    [
        Of("white noise, spikes", seed, 5, static r => (_, _) => 50 + N(r) * 3, Spike(1500, 30), Spike(3000, -35)),
        Of("white noise, level shift", seed, 5, static r => (_, _) => 50 + N(r) * 3, Shift(2200, 12)),
        Of("white noise, clean", seed, 5, static r => (_, _) => 50 + N(r) * 3),
        Of("AR(1), spike", seed, 5, static r => Ar(r, 0.9, 1), Spike(2500, 14)),
        Of("AR(1), clean", seed, 5, static r => Ar(r, 0.9, 1)),
        Of("daily cycle, missing peak", seed, 5, static r => Daily(r, 40, 2), Replace(2300, 140, static (x, _) => Math.Min(x, 55))),
        Of("daily cycle, flat line", seed, 5, static r => Daily(r, 40, 2), Hold(2500, 150)),
        Of("daily cycle, clean", seed, 5, static r => Daily(r, 40, 2)),
        Of("daily cycle, noise burst", seed, 5, static r => Daily(r, 40, 2), Noise(2600, 150, 14)),
        Of("daily cycle, spike at the trough", seed, 5, static r => Daily(r, 40, 2), Replace(2304, 3, static (x, _) => x + 45)),
        Of("week of an office, day off", seed, 30, static r => Office(r), Replace(1488, 48, static (x, r) => 12 + N(r))),
        Of("week of an office, clean", seed, 30, static r => Office(r)),
        Of("counts of messages, burst", seed, 5, static r => Counts(r, 8), Replace(2700, 30, static (x, r) => x + 60 + 8 * N(r))),
        Of("counts of messages, outage", seed, 5, static r => Counts(r, 30), Replace(2400, 40, static (_, _) => 0)),
        Of("heavy tails, large spike", seed, 5, static r => HeavyTails(r), Replace(2900, 3, static (_, _) => 12_000)),
        Of("heavy tails, clean", seed, 5, static r => HeavyTails(r)),
        Of("server CPU with bursts, sustained load", seed, 5, static r => Bursts(r), Replace(2500, 200, static (_, r) => 60 + 4 * N(r))),
        Of("server CPU with bursts, clean", seed, 5, static r => Bursts(r)),
        Of("server CPU, drop to zero", seed, 5, static r => Bursts(r), Replace(3100, 60, static (_, _) => 0.05)),
        Of("click rate, collapse", seed, 60, static r => ClickRate(r), Replace(2600, 100, static (x, _) => 0.2 * x)),
        Of("click rate, spike", seed, 60, static r => ClickRate(r), Replace(2100, 2, static (x, _) => 4 * x)),
        Of("trend with season, jump", seed, 15, static r => Trend(r), Shift(2800, 25)),
        Of("trend with season, clean", seed, 15, static r => Trend(r)),
        Of("cycle of 137 rows, missing cycle", seed, 7, static r => Cycle(r, 137), Replace(2329, 137, static (_, r) => 20 + 2 * N(r))),
        Of("square wave, stuck high", seed, 7, static r => Square(r, 90), Replace(2450, 140, static (_, r) => 80 + N(r))),
        Of("random walk, jump", seed, 5, static r => Walk(r), Shift(2300, 14)),
        Of("random walk, clean", seed, 5, static r => Walk(r)),
        Of("temperature, slow failure", seed, 5, static r => Temperature(r), Ramp(2500, 150, -25)),
        Of("flat with rare steps, spike", seed, 5, static r => Steps(r), Spike(2700, 40)),
        Of("daily square wave, clean", seed, 5, static _ => static (_, day) => day % 1 is > 0.375 and < 0.75 ? 80 : 20),
        Of("daily plateau, clean", seed, 5, static r => Plateau(r)),
        Of("daily plateau, higher for a day", seed, 5, static r => Plateau(r), Replace(2988, 108, static (x, _) => x + 40)),
        Of("daily plateau, absent", seed, 5, static r => Plateau(r), Replace(2988, 108, static (x, _) => x - 60)),
        Of("mentions with bursts, clean", seed, 5, static r => Mentions(r)),
        Of("mentions with bursts, very large burst", seed, 5, static r => Mentions(r), Replace(2600, 12, static (x, _) => x + 900)),
        Of("constant, change", seed, 5, static _ => static (_, _) => 7, Replace(2000, 60, static (_, _) => 8)),
    ];

    private delegate void Anomaly(double[] values, Random random, List<(int First, int Last)> windows);

    private static GeneratedSeries Of(
        string name, int seed, int minutes, Func<Random, Func<int, double, double>> start, params Anomaly[] anomalies)
    {
        var random = new Random(seed * 1000 + name.Sum(static letter => letter));
        var next = start(random);
        var times = Enumerable.Range(0, Rows).Select(i => Start.AddMinutes((double)i * minutes)).ToList();
        var values = times.Select((time, i) => next(i, (time - Start).TotalDays)).ToArray();
        List<(int First, int Last)> windows = [];
        foreach (var anomaly in anomalies)
            anomaly(values, random, windows);
        return new(name, times, values, windows);
    }

    private static double N(Random random) => Normal.Sample(random, 0, 1);

    // Anomalies. A window begins shortly before the first changed row and has a tenth of the rows, as in the benchmark of Numenta.
    private static Anomaly Replace(int first, int rows, Func<double, Random, double> change) => (values, random, windows) =>
    {
        for (var i = first; i < first + rows; i++)
            values[i] = change(values[i], random);
        windows.Add((first - Rows / 40, first + Rows * 3 / 40));
    };

    private static Anomaly Spike(int row, double size) => Replace(row, 1, (x, _) => x + size);

    private static Anomaly Shift(int first, double size) => Replace(first, Rows - first, (x, _) => x + size);

    private static Anomaly Noise(int first, int rows, double deviation) => Replace(first, rows, (x, random) => x + deviation * N(random));

    private static Anomaly Hold(int first, int rows) => (values, random, windows) =>
    {
        var value = values[first - 1];
        Replace(first, rows, (_, _) => value)(values, random, windows);
    };

    private static Anomaly Ramp(int first, int rows, double size) => (values, random, windows) =>
    {
        var i = 0;
        Replace(first, rows, (x, _) => x + size * ++i / rows)(values, random, windows);
    };

    // Kinds of series.
    private static Func<int, double, double> Ar(Random random, double coefficient, double deviation)
    {
        var state = 0.0;
        return (_, _) => state = coefficient * state + deviation * N(random);
    }

    private static Func<int, double, double> Daily(Random random, double height, double deviation) =>
        (_, day) => 60 - height * Math.Cos(2 * Math.PI * day) + deviation * N(random);

    private static Func<int, double, double> Office(Random random) => (_, day) =>
    {
        var (weekday, hour) = ((int)day % 7, day % 1 * 24);
        var load = weekday < 5 && hour is > 7 and < 19 ? 90 * Math.Sin(Math.PI * (hour - 7) / 12) : 0;
        return 12 + load * (1 + 0.06 * N(random)) + 1.5 * N(random);
    };

    private static Func<int, double, double> Counts(Random random, double mean) =>
        (_, day) => Poisson.Sample(random, mean * (1.2 - Math.Cos(2 * Math.PI * day)));

    private static Func<int, double, double> HeavyTails(Random random) =>
        (_, day) => Math.Round(Math.Exp(3.2 - 0.5 * Math.Cos(2 * Math.PI * day) + 0.9 * N(random)));

    private static Func<int, double, double> Bursts(Random random)
    {
        var remaining = 0;
        return (_, _) =>
        {
            if (remaining == 0 && random.NextDouble() < 0.01)
                remaining = random.Next(2, 10);
            var isBurst = remaining > 0;
            remaining -= isBurst ? 1 : 0;
            return Math.Max(0.5, isBurst ? 45 + 12 * N(random) : 6 + 1.5 * N(random));
        };
    }

    private static Func<int, double, double> ClickRate(Random random) => (_, day) =>
    {
        var shown = Math.Max(20, Poisson.Sample(random, 400 * (1.1 - Math.Cos(2 * Math.PI * day))));
        return Binomial.Sample(random, 0.06, shown) / (double)shown;
    };

    private static Func<int, double, double> Trend(Random random) =>
        (_, day) => 20 + 3 * day - 15 * Math.Cos(2 * Math.PI * day) + 3 * N(random);

    private static Func<int, double, double> Cycle(Random random, int period) =>
        (i, _) => 20 + 15 * Math.Max(0, Math.Sin(2 * Math.PI * i / period)) + 2 * N(random);

    private static Func<int, double, double> Square(Random random, int period) =>
        (i, _) => (i % period < period / 3 ? 80 : 20) + N(random);

    private static Func<int, double, double> Walk(Random random)
    {
        var state = 100.0;
        return (_, _) => state += N(random);
    }

    private static Func<int, double, double> Temperature(Random random)
    {
        var drift = 0.0;
        return (_, day) => 85 + (drift = 0.998 * drift + 0.25 * N(random)) + 2 * Math.Sin(2 * Math.PI * day) + 0.5 * N(random);
    }

    private static Func<int, double, double> Plateau(Random random) =>
        (_, day) => (day % 1 is > 0.375 and < 0.75 ? 80 : 20) + 8 * random.NextDouble();

    /// <summary>A self-exciting count with a daily cycle: what is mentioned is mentioned again.</summary>
    private static Func<int, double, double> Mentions(Random random)
    {
        var excitement = 0.0;
        return (_, day) =>
        {
            var news = random.NextDouble() < 0.004 ? Pareto.Sample(random, 30, 1.7) : 0;
            var count = Poisson.Sample(random, 10 * (1.2 - Math.Cos(2 * Math.PI * day)) + Math.Min(excitement, 2000) + Math.Min(news, 600));
            excitement = 0.55 * excitement + 0.25 * count;
            return count;
        };
    }

    private static Func<int, double, double> Steps(Random random)
    {
        var level = 30.0;
        return (_, _) => level = random.NextDouble() < 0.004 ? 30 + random.Next(-6, 7) : level;
    }
}
