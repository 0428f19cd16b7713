using System.Runtime.CompilerServices;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Export;

/// <summary>A row of exported trends: a window and one of its labels.</summary>
/// <param name="Window">The window.</param>
/// <param name="Label">The label; null for a window without texts.</param>
internal sealed record TrendRow(TrendUpdated Window, string? Label)
{
    /// <summary>The number of texts with the label.</summary>
    public long? Count => Label is null ? null : Window.Labels.GetValueOrDefault(Label);

    /// <summary>The share of the texts of the window with its 95 % interval.</summary>
    public double? Share => Window.Count == 0 ? null : (double?)Count / Window.Count;

    public Interval? Interval => Label is null || Window.Count == 0 ? null : WilsonInterval.Of(Count!.Value, Window.Count);

    /// <summary>What the baseline expected of the label.</summary>
    public Expectation? ExpectedOf(LabelMeasure measure) => Label is null ? null : Window.Expected.FirstOrDefault(
        expected => expected.Label == Label && (expected.Measure ?? LabelMeasure.Share) == measure);
}

/// <summary>Exports trends as a table with one row for each window and label.</summary>
internal static class TrendExport
{
    public static readonly ExportTable<TrendRow> Table = new("trends",
    [
        new TextColumn<TrendRow>("pipeline", static row => row.Window.Series.Pipeline),
        new TextColumn<TrendRow>("head", static row => row.Window.Series.Head),
        new TextColumn<TrendRow>("segment", static row => row.Window.Series.Segment),
        new TimeColumn<TrendRow>("start", static row => row.Window.Window.Start),
        new TimeColumn<TrendRow>("end", static row => row.Window.Window.End),
        new NumberColumn<TrendRow, long>("texts", static row => row.Window.Count),
        new NumberColumn<TrendRow, long>("stories", static row => row.Window.Stories),
        new NumberColumn<TrendRow, double>("meanConfidence", static row => row.Window.Count == 0 ? null : row.Window.MeanConfidence),
        new NumberColumn<TrendRow, long>("late", static row => row.Window.Late),
        new NumberColumn<TrendRow, int>("revision", static row => row.Window.Revision),
        new TextColumn<TrendRow>("label", static row => row.Label),
        new NumberColumn<TrendRow, long>("count", static row => row.Count),
        new NumberColumn<TrendRow, double>("share", static row => row.Share),
        new NumberColumn<TrendRow, double>("shareLow", static row => row.Interval?.Low),
        new NumberColumn<TrendRow, double>("shareHigh", static row => row.Interval?.High),
        new NumberColumn<TrendRow, double>("expectedShare", static row => row.ExpectedOf(LabelMeasure.Share)?.Value),
        new NumberColumn<TrendRow, double>("expectedShareLow", static row => row.ExpectedOf(LabelMeasure.Share)?.Interval.Low),
        new NumberColumn<TrendRow, double>("expectedShareHigh", static row => row.ExpectedOf(LabelMeasure.Share)?.Interval.High),
        new NumberColumn<TrendRow, double>("expectedCount", static row => row.ExpectedOf(LabelMeasure.Count)?.Value),
        new NumberColumn<TrendRow, double>("expectedCountLow", static row => row.ExpectedOf(LabelMeasure.Count)?.Interval.Low),
        new NumberColumn<TrendRow, double>("expectedCountHigh", static row => row.ExpectedOf(LabelMeasure.Count)?.Interval.High),
    ]);

    /// <summary>Makes rows of windows, chunk by chunk.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<TrendRow>> ReadAsync(
        IAsyncEnumerable<IReadOnlyList<TrendUpdated>> chunks, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var windows in chunks.WithCancellation(cancellation))
            yield return [.. windows.SelectMany(RowsOf)];
    }

    private static IEnumerable<TrendRow> RowsOf(TrendUpdated window) => window.Labels.Count == 0
        ? [new(window, null)] : window.Labels.Keys.Order(StringComparer.Ordinal).Select(label => new TrendRow(window, label));
}
