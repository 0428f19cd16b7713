using MathNet.Numerics.Distributions;

namespace StreamBert.Tests.Monitoring.PlainSeries;

/// <summary>
/// Draws series whose shape, noise and anomalies are random: a level with or without daily and weekly cycles, trend, bursts and rare
/// steps; independent or dependent noise, counts or heavy tails; and up to three spikes, level shifts, flat lines, missing cycles, bursts
/// of noise, ramps and outages, from hardly visible ones to large ones.
/// </summary>
internal sealed class RandomSeries
{
    private const int Rows = 4000;

    /// <summary>Anomalies lie behind the first rows, from which a method learns.</summary>
    private const int FirstAnomaly = 1000;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly int[] Steps = [5, 5, 5, 15, 30, 60];

    private readonly Random _random;
    private readonly double[] _values = new double[Rows];
    private readonly double[] _cycle = new double[Rows];
    private readonly int _minutes;
    private double _noise = 1;

    private RandomSeries(int seed)
    {
        _random = new(seed);
        _minutes = Pick(Steps);
    }

    /// <summary>Draws the series of the seeds from one on.</summary>
    public static IEnumerable<GeneratedSeries> From(int firstSeed, int count) =>
        Enumerable.Range(firstSeed, count).Select(static seed => new RandomSeries(seed).Draw($"random series {seed}"));

    private GeneratedSeries Draw(string name)
    {
        AddCycle();
        AddNoise();
        if (Chance(0.3))
            AddBursts();
        if (Chance(0.15))
            AddSteps();
        var windows = AddAnomalies();
        if (Chance(0.2))
            Round();
        return new(name, [.. Enumerable.Range(0, Rows).Select(row => Start.AddMinutes((double)row * _minutes))], _values, windows);
    }

    private double Days(int row) => (double)row * _minutes / (24 * 60);

    private void AddCycle()
    {
        var height = Chance(0.7) ? LogUniform(1, 15) : 0;
        var (phase, isSquare, weekend) = (_random.NextDouble(), Chance(0.25), Chance(0.3) ? Uniform(0, 0.7) : 1);
        var trend = Chance(0.2) ? Uniform(-1, 1) : 0;
        for (var row = 0; row < Rows; row++)
        {
            var day = Days(row);
            var wave = isSquare ? ((day + phase) % 1 < 0.4 ? 1 : 0) : (1 - Math.Cos(2 * Math.PI * (day + phase))) / 2;
            _cycle[row] = height * wave * ((int)day % 7 >= 5 ? weekend : 1);
            _values[row] = 20 + _cycle[row] + trend * day;
        }
    }

    private void AddNoise()
    {
        var (kind, state, memory) = (_random.Next(6), 0.0, Uniform(0.5, 0.97));
        _noise = kind == 0 ? LogUniform(0.02, 0.3) : 1;
        for (var row = 0; row < Rows; row++)
        {
            state = memory * state + Math.Sqrt(1 - memory * memory) * Normal();
            _values[row] = kind switch
            {
                0 => _values[row] + _noise * Normal(),
                1 or 2 => _values[row] + Normal(),
                3 => _values[row] + state + 0.2 * Normal(),
                4 => Poisson.Sample(_random, Math.Max(0.1, _values[row] - 15)),
                _ => _values[row] * Math.Exp(0.05 * StudentT.Sample(_random, 0, 1, 3)),
            };
        }
    }

    /// <summary>Adds bursts that belong to the series.</summary>
    private void AddBursts()
    {
        var (rate, size, length) = (1 / LogUniform(60, 500), LogUniform(4, 20), _random.Next(1, 8));
        for (var row = 0; row < Rows; row++)
        {
            if (!Chance(rate))
                continue;
            var height = size * Math.Exp(0.3 * Normal());
            for (var last = Math.Min(Rows, row + length); row < last; row++)
                _values[row] += height;
        }
    }

    /// <summary>Adds steps of the level that belong to the series.</summary>
    private void AddSteps()
    {
        var (rate, size, level) = (1 / LogUniform(100, 500), LogUniform(1, 5), 0.0);
        for (var row = 0; row < Rows; row++)
        {
            level = Chance(rate) ? size * Normal() : level;
            _values[row] += level;
        }
    }

    /// <summary>
    /// Adds anomalies. A window begins shortly before the first changed row; the windows of a series have a tenth of its rows together, as
    /// in the benchmark of Numenta.
    /// </summary>
    private List<(int First, int Last)> AddAnomalies()
    {
        List<(int First, int Last)> windows = [];
        var count = _random.Next(4);
        for (var i = 0; i < count; i++)
        {
            var room = (Rows - FirstAnomaly) / count;
            var (first, length) = (FirstAnomaly + i * room + _random.Next(room * 2 / 3), Rows / 10 / count);
            Change(first);
            windows.Add((first - length / 4, Math.Min(Rows - 1, first + length * 3 / 4)));
        }
        return windows;
    }

    private void Change(int first)
    {
        var (sign, large, small) = (Chance(0.7) ? 1 : -1, _noise * LogUniform(5, 40), _noise * LogUniform(2, 15));
        var (kind, rows) = (_random.Next(7), _random.Next(20, 200));
        switch (kind)
        {
            case 0:
                Replace(first, _random.Next(1, 4), (row, _) => _values[row] + sign * large);
                break;
            case 1:
                Replace(first, Chance(0.5) ? Rows : 2 * rows, (row, _) => _values[row] + sign * small);
                break;
            case 2:
                Replace(first, rows, (_, _) => _values[first - 1]);
                break;
            case 3:
                Replace(first, Math.Max(rows, 24 * 60 / _minutes), (row, _) => _values[row] - _cycle[row]);
                break;
            case 4:
                Replace(first, rows, (row, _) => _values[row] + small * Normal());
                break;
            case 5:
                Replace(first, rows, (row, i) => _values[row] + sign * small * (i + 1) / rows);
                break;
            default:
                Replace(first, rows, static (_, _) => 0);
                break;
        }
    }

    private void Replace(int first, int rows, Func<int, int, double> change)
    {
        for (var row = first; row < Math.Min(Rows, first + rows); row++)
            _values[row] = change(row, row - first);
    }

    private void Round()
    {
        for (var row = 0; row < Rows; row++)
            _values[row] = Math.Round(_values[row]);
    }

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private double Uniform(double low, double high) => low + (high - low) * _random.NextDouble();

    private double LogUniform(double low, double high) => low * Math.Pow(high / low, _random.NextDouble());

    private double Normal() => MathNet.Numerics.Distributions.Normal.Sample(_random, 0, 1);

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
