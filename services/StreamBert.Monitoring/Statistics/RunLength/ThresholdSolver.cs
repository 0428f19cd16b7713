using System.Collections.Concurrent;
using MathNet.Numerics.Random;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>
/// Solves the threshold at which a statistic gives one false alarm in a stated number of windows, by simulating it under the model of the
/// series. The result depends on the model alone: the random source is seeded from it. Thread-safe; the simulated curves are kept, at most
/// 4,096 of them.
/// </summary>
/// <typeparam name="TModel">The model of a series, on its grid.</typeparam>
internal sealed class ThresholdSolver<TModel> where TModel : struct, IEquatable<TModel>
{
    private const int MaximumCells = 4096;

    private readonly ConcurrentDictionary<TModel, Lazy<RunLengthCurve>> _curves = new();
    private readonly string _statistic;
    private readonly Func<TModel, Random, Func<double>> _start;
    private readonly int _gap, _windows;

    /// <param name="statistic">The name of the statistic; it is part of the seed.</param>
    /// <param name="start">
    /// Starts a simulation: each call of the returned function simulates one window and returns the value of the statistic. Its tail should
    /// be about exponential, as that of a log likelihood ratio, −ln p or a CUSUM is.
    /// </param>
    /// <param name="gap">The number of windows below the level that end an episode: the windows after which an alert is resolved.</param>
    /// <param name="windows">The number of windows to simulate.</param>
    public ThresholdSolver(string statistic, Func<TModel, Random, Func<double>> start, int gap = 1, int windows = 1 << 15) =>
        (_statistic, _start, _gap, _windows) = (statistic, start, gap, windows);

    /// <summary>Returns the threshold.</summary>
    /// <param name="cell">The model of the series, on its grid.</param>
    /// <param name="meanRunLength">The mean number of windows from one false alarm to the next.</param>
    public double Threshold(TModel cell, double meanRunLength)
    {
        if (_curves.Count >= MaximumCells && !_curves.ContainsKey(cell))
            _curves.Clear();
        return _curves.GetOrAdd(cell, model => new(() => Simulate(model))).Value.Threshold(meanRunLength);
    }

    private RunLengthCurve Simulate(TModel model)
    {
        var next = _start(model, new Xoshiro256StarStar((int)StableHash.Of($"{_statistic} {model}"), threadSafe: false));
        var statistics = new double[_windows];
        for (var i = 0; i < statistics.Length; i++)
            statistics[i] = next();
        return RunLengthCurve.Fit(statistics, _gap);
    }
}
